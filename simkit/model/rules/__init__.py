"""The rules as plain numbers: expected work, staffing, channels."""
