"""The chapter "glossary"."""
