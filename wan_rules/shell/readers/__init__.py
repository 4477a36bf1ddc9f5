"""The header of each kind of file, one a module: bytes in, `Found` out."""
