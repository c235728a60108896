"""The chapters of the report: one folder each, one function that yields the chapter's blocks."""
