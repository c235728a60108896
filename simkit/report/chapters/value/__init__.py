"""The chapter "value": which customers are valuable."""
