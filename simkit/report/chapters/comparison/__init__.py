"""The chapter "comparison": organisations compared, scenario by scenario."""
