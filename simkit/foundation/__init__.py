"""What everybody needs: errors, two-language texts, number formats, tables, random streams, parameter sets, paths."""
