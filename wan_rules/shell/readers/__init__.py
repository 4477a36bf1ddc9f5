"""Readers of media files' own headers: pictures, movies and voices, by few bytes and without any decoder.

`read_header` is all that there is to call. Every reader gives back `Found` or raises UnreadableError, whatever the file
holds, and reads no more of it than its budget allows.
"""

from wan_rules.shell.readers.kinds import read_header

__all__ = ["read_header"]
