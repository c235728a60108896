"""What customers will be worth: repeat buyers, contract customers and project customers, each by a method of its own."""
