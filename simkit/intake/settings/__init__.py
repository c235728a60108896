"""What a client's settings say: client.yaml, its folder, and the schemas of its tables."""
