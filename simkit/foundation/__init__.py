"""Words and tools everybody needs: errors, two-language text, number formats, random streams, parameters."""
