"""The checks of a catalogue, a file for each family: coverage (CAT1xx), entries (2xx), amounts (3xx), upkeep (4xx)."""
