"""The chapter "decision": what we advise, and how sure it is."""
