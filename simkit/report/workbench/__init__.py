"""What the notebooks show that are worked with by hand."""
