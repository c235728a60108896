"""Generators of pages of the documentation: the glossary, and what data determine."""
