"""Was written for another contract, and prints where results go."""

PLUGIN_API = 0
OLD = object()
print("loaded!")  # noqa: T201 - that is what is wrong with it
