"""How a command explains itself: `--help` on one screen, with its options in groups and an example that runs.

A help text begins with one sentence for the screen; where the reference page has more room, what it says there follows
after an empty line (`split_help`). Imports nothing heavy: each start reads it.
"""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, Final, TypeAlias, TypeVar

import typer
from typer.core import TyperCommand, TyperGroup

from pricing.shell.terminals import find_room, is_coloured
from pricing.shell.text_widths import fold, measure, pad, spell_out

TERMS: Final = "Terms"
MEASURING: Final = "Measuring"
INPUTS: Final = "Reading"
LIMITS: Final = "Limits"
OUTPUTS: Final = "Results"
_Function = TypeVar("_Function", bound=Callable[..., Any])
_Groups: TypeAlias = dict[str, list[tuple[str, str]]]
_EXAMPLE: Final = "Example: "
_NAME_CELLS_MAX: Final = 26
"""Cells of a name that what it means stands beside; a longer one has a line of its own."""
_COLUMNS_MAX: Final = 78
_DENSE_ROWS: Final = 28
"""Rows and groups from which on no empty line parts the groups, so that a window of forty lines holds it all."""


def find_width() -> int:
    """Columns of help: those of prose, and no more than fit the narrowest window that most have, or a mail."""
    return min(find_room(), _COLUMNS_MAX)


def split_help(text: str) -> tuple[str, str]:
    """The sentence for the screen, and what the reference page says."""
    short, _, full = text.partition("\n\n")
    return short, full or short


def split_example(text: str) -> tuple[str, str]:
    """What a command does, and the words of its example."""
    said, _, example = text.partition(_EXAMPLE)
    return said.strip(), " ".join(example.split())


class App(typer.Typer):
    """A group of commands that explain themselves so."""

    def __init__(self, **settings: Any) -> None:  # noqa: ANN401 - the library's own
        """As the library's, with our help."""
        super().__init__(
            **{"cls": Group, "no_args_is_help": True, "rich_markup_mode": None, **settings},
        )

    def command(self, name: str | None = None, **settings: Any) -> Callable[[_Function], _Function]:  # noqa: ANN401 - the library's own
        """As the library's, with our help."""
        return super().command(name, **{"cls": Command, **settings})


class Command(TyperCommand):
    """One command."""

    def make_context(self, info_name: str | None, args: list[str], parent: Any = None, **extra: Any) -> Any:  # noqa: ANN401 - the library's own, not named
        """The library's; what it says of a wrong value names what is wanted, in plain words."""
        with _said_plainly():
            return super().make_context(info_name, args, parent, **{"terminal_width": find_width(), **extra})

    def collect_usage_pieces(self, ctx: Any) -> list[str]:  # noqa: ANN401, ARG002 - the library's own, not named
        """What follows the name: options, and each argument."""
        return ["[OPTIONS]", *map(_name_in_usage, filter(_is_argument, self.params))]

    def format_help_text(self, ctx: Any, formatter: Any) -> None:  # noqa: ANN401, ARG002 - as above
        """What it does, and its example."""
        _write(formatter, _text_lines(self.help or "", formatter.width))

    def format_options(self, ctx: Any, formatter: Any) -> None:  # noqa: ANN401 - as above
        """Its arguments and options, in groups."""
        _write(formatter, _group_lines(_list_parameters(self, ctx), formatter.width))


@contextmanager
def _said_plainly() -> Iterator[None]:
    """Takes from a complaint about usage what only a programmer understands, and what a terminal would obey."""
    try:
        yield
    except Exception as error:
        if isinstance(message := getattr(error, "message", None), str):
            for strange, plainly in _PLAINLY:
                message = message.replace(strange, plainly)
            error.message = "\n".join(map(spell_out, message.split("\n")))  # type: ignore[attr-defined]  # it has one, as was seen
        raise


_PLAINLY: Final = (
    ("Value error, ", ""),
    ("Input should be a valid integer, unable to parse string as an integer", "write a whole number, such as 5"),
    ("Input should be a valid number, unable to parse string as a number", "write a number, such as 5 or 2.5"),
    ("Input should be ", "write a number "),
)


class Group(TyperGroup):
    """Commands below one name."""

    def make_context(self, info_name: str | None, args: list[str], parent: Any = None, **extra: Any) -> Any:  # noqa: ANN401 - as above
        """The library's, told where colour is unwanted, of which it knows nothing, and how wide the terminal is."""
        shown = {"color": is_coloured(), "terminal_width": find_width()}
        with _said_plainly():
            return super().make_context(info_name, args, parent, **{**shown, **extra})

    def format_help_text(self, ctx: Any, formatter: Any) -> None:  # noqa: ANN401, ARG002 - as above
        """What they are for, and an example."""
        _write(formatter, _text_lines(self.help or "", formatter.width))

    def format_options(self, ctx: Any, formatter: Any) -> None:  # noqa: ANN401 - as above
        """The options, then the commands in groups."""
        groups = _list_parameters(self, ctx)
        for name, command in self.commands.items():
            groups.setdefault(command.rich_help_panel or "Commands", []).append((name, command.get_short_help_str(200)))  # type: ignore[attr-defined]  # ours are all Typer's
        _write(formatter, _group_lines(groups, formatter.width))


def _list_parameters(command: Any, ctx: Any) -> _Groups:  # noqa: ANN401 - as above
    """What each argument and option means, by group: arguments first, then options of no other group."""
    groups: _Groups = {"Arguments": [], "Options": []}
    for parameter in command.get_params(ctx):
        kind = "Arguments" if _is_argument(parameter) else "Options"
        group = getattr(parameter, "rich_help_panel", None) or kind
        groups.setdefault(group, []).append((_name(parameter), _say(parameter)))
    if OUTPUTS in groups:  # they come last, and --help after all
        groups[OUTPUTS] = [*groups.pop(OUTPUTS), groups["Options"].pop()]
    return {name: rows for name, rows in groups.items() if rows}


def _is_argument(parameter: Any) -> bool:  # noqa: ANN401 - as above
    return bool(parameter.param_type_name == "argument")


def _name_in_usage(argument: Any) -> str:  # noqa: ANN401 - as above
    name = _name(argument)
    return name if argument.required else f"[{name}]"


def _name(parameter: Any) -> str:  # noqa: ANN401 - as above
    """The name as it is written, with a word for its value."""
    if _is_argument(parameter):
        return str(parameter.metavar or f"{parameter.name.upper()}{'' if parameter.nargs == 1 else '...'}")
    name = ", ".join(sorted(parameter.opts, key=len))
    return name if parameter.is_flag else f"{name} {name_value(parameter)}{'...' if parameter.multiple else ''}"


def name_value(option: Any) -> str:  # noqa: ANN401 - as above
    """A word for the value of an option: its own, the words to choose from, or N."""
    kind = option.type_descriptor.annotation
    if option.metavar:
        return str(option.metavar)
    if hasattr(kind, "__members__"):
        return "|".join(str(word.value) for word in kind)
    return "N" if kind in (int, float) else str(option.name.upper())


def _say(parameter: Any) -> str:  # noqa: ANN401 - as above
    """What it means, on one line where that is possible, and what it is if left out."""
    said, _ = split_help(parameter.help or "")
    default = getattr(parameter.default, "value", parameter.default)
    if _is_argument(parameter):
        return said
    if parameter.required:
        return f"{said} [required]"
    shown = parameter.show_default and not parameter.is_flag and default not in (None, "")
    return f"{said} [default: {default}]" if shown else said


def _text_lines(text: str, width: int) -> Iterator[str]:
    said, example = split_example(text)
    for paragraph in said.split("\n\n"):
        yield ""
        yield from fold(" ".join(paragraph.split()), width, "  ", "  ")
    if example:
        yield ""
        whole = f"  {_EXAMPLE}{example}"
        yield from (whole,) if measure(whole) <= width else ("  Example:", *_command_lines(example, width))


def _command_lines(command: str, width: int) -> Iterator[str]:
    """The command as a shell takes it, over several lines where it is long."""
    words = " ".join(word.replace(" ", "\0") for word in shlex.split(command, posix=False))
    *lines, last = (line.replace("\0", " ") for line in fold(words, width - 2, "    ", "      "))
    yield from (f"{line} \\" for line in lines)
    yield last


def _group_lines(groups: _Groups, width: int) -> Iterator[str]:
    names = [measure(name) for rows in groups.values() for name, _ in rows]
    beside = max((cells for cells in names if cells <= _NAME_CELLS_MAX), default=0) + 4
    dense = len(groups) + len(names) > _DENSE_ROWS
    for number, (group, rows) in enumerate(groups.items()):
        if not (dense and number):
            yield ""
        yield f"{group}:"
        for name, said in rows:
            yield from _row_lines(name, said, beside, width)


def _row_lines(name: str, said: str, beside: int, width: int) -> Iterator[str]:
    label = pad(f"  {name}", beside)
    if measure(label) > beside:
        yield label
        label = " " * beside
    yield from fold(said, width, label, " " * beside)


def _write(formatter: Any, lines: Iterable[str]) -> None:  # noqa: ANN401 - as above
    formatter.write("".join(f"{line}\n" for line in lines))
