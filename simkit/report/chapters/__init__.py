"""The chapters of the report: one room each, one function that yields the chapter's blocks."""
