"""What the client gives us: client.yaml, tables as typed columns, findings in the data, privacy, the workshop."""
