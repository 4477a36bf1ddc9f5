"""A real detector of subjects: what it knows, its weights, and the limited process that it runs in."""
