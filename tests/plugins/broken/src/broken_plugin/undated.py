"""Does not say what it was written for."""

UNDATED = object()
