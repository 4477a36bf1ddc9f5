"""The folder that the system has for a user's caches, and ours in it."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path


def find_cache_folder(environment: Mapping[str, str] = os.environ, platform: str = sys.platform) -> Path:
    """The folder for all that this project keeps for its user; it need not exist yet."""
    home = Path.home()
    own = {"darwin": home / "Library" / "Caches", "win32": Path(environment.get("LOCALAPPDATA") or home)}
    named = environment.get("XDG_CACHE_HOME", "")
    return (Path(named) if Path(named).is_absolute() else own.get(platform, home / ".cache")) / "wan-rules"
