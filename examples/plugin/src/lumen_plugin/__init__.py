"""An example plugin of wan-rules, with one of each kind. Lumen Cloud does not exist."""
