"""The group of all commands, of which some have a name of two words beside one that takes a file: `quote verify`."""

from __future__ import annotations

from typing import Any, Final

from pricing.shell.helping import Group

VERIFY: Final = "quote verify"


class Commands(Group):
    """Reads the first two words as one name where there is such a command; a payload named so is written ./verify."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:  # noqa: ANN401 - the library's own, which it does not name
        """The command that the first words name, and what follows them."""
        if args[:2] == VERIFY.split():
            args = [VERIFY, *args[2:]]
        return super().resolve_command(ctx, args)
