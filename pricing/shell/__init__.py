"""Where the pure core meets files, the clock and people: catalogues on disk, JSON shapes, the command line."""
