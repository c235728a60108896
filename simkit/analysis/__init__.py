"""Every result of one client, computed when first asked for; without language, colours or notebook."""
