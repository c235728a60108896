"""The chapter "controlling": contacts and hours against plan."""
