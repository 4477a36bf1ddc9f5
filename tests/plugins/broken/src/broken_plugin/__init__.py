"""Everything that a plugin can do wrong."""
