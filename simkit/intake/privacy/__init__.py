"""What may be shown of people, and under which names."""
