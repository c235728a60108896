"""Parameters of the model that are measured on the client."""
