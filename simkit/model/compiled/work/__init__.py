"""How cases go their way and people do their work, compiled: the twins of processes, admission, routes and dispatch."""
