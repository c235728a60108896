"""What customers will be worth: ordering customers, contract customers and project customers, each by a method of its own."""
