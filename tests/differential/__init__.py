"""Rows of usage rated three ways, by the million: row by row, as tables, and by the naive oracle.

`python -m tests.differential --cases N --seed S`: each case is one row under a catalogue that was made up, and is made
again from the seed and its number.
"""
