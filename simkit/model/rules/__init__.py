"""The rules of the model as plain numbers: expected work, workload, staffing, effectiveness."""
