"""How the tables of the store came to be: one version a file, in the order that each names."""
