"""What comes in which container: workbooks, archives, calendars, JSON, Parquet and databases become rows of cells."""
