"""What the client gives us: client.yaml, tables, readers, findings in the data, privacy, the demo client."""
