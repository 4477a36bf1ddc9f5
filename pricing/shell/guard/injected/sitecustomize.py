"""Puts the guard into every interpreter below `wan-rules run`: Python imports this at its start, from PYTHONPATH.

An interpreter that has no wan-rules can't be watched, and then runs nothing. What another `sitecustomize` on the path
would have done is done all the same.
"""

import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))  # noqa: PTH100, PTH120 - pathlib is dear at every start
UNUSABLE = 2


def _watch() -> None:
    settings = os.environ.get("WAN_RULES_GUARD")
    if settings is None:
        return
    try:
        from pricing.shell.guard.patching import LateGuard, install
        from pricing.shell.guard.settings import read_settings
        from pricing.shell.guard.watching import tell_watched
    except ImportError as error:
        sys.stderr.write(
            f"wan-rules run: {sys.executable} has no wan-rules ({error}): its calls would not be watched, so it is not "
            "run. Install it there: pip install wan-rules\n"
        )
        sys.stderr.flush()
        os._exit(UNUSABLE)
    for each in settings.split("\n"):  # of runs in one another, the outermost first
        install(LateGuard(read_settings(each)))
    for folder in os.environ["WAN_RULES_GUARD_SEEN"].split("\n"):
        tell_watched(folder)


def _run_next() -> None:
    """Imports the `sitecustomize` that this one stands before, if there is one."""
    from importlib.machinery import PathFinder
    from importlib.util import module_from_spec

    others = [place for place in sys.path if os.path.abspath(place) != HERE]  # noqa: PTH100 - as above
    spec = PathFinder.find_spec("sitecustomize", others)
    if spec is not None and spec.loader is not None:
        module = sys.modules["sitecustomize"] = module_from_spec(spec)
        spec.loader.exec_module(module)


_watch()
_run_next()
