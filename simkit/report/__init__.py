"""What the client sees: blocks, figures, tables, chapters, notebook runs, the HTML report."""
