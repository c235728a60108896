"""The chapter "time": where the working time goes."""
