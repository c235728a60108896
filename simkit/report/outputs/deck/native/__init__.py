"""Charts that PowerPoint draws itself, from the data of a chart of the report."""
