"""The chapter "glossary": the terms of the report."""
