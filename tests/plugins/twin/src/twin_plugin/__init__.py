"""Takes the names of the example plugin."""

PLUGIN_API = 1
LUMEN = NEWEST = SURGE = object()
