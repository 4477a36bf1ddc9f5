"""The version of both packages, in the one place that the build reads it from."""

from typing import Final

__version__: Final = "0.1.0"
