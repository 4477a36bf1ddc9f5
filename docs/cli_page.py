"""The page of the command line: every command with its options, from the command itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

import typer
from tables import NOTE, code, fenced, page, table

from pricing.shell.cli import app
from pricing.shell.helping import name_value, split_example, split_help

_HEAD: Final = """# Command line

`wan-rules` reads a payload from a file, or from standard input where `-` stands instead of its name. Results go to
stdout, complaints and progress to stderr. Text is for people ([on a terminal](#on-a-terminal)). `--format json` writes
one [document](wire.md), a report too where a request is rejected; `--format jsonl` reads one request a line and writes
one answer a line, in the same order."""

_CODES: Final = """## Exit codes

| code | means |
|---|---|
| 0 | done or accepted; warnings may have been given |
| 1 | the request is rejected: the report says why; with `--fail-over`, a price moves by more; a check or test fails |
| 2 | input, configuration, command line or output that can't be used; also a market that the catalogue does not know |
| 3 | undetermined, with `--strict`; a quote that nothing bounds; a job that can't be settled yet |
| 4 | no rate is in force for what is asked; or the terms do not say what a job that ended so costs |
| 141 | whoever read stdout went away before all was written |

A batch ends with the worst of its lines: 2, else 1, else 4, else 3, else 0. A comparison ends with 0 where any option
is priced; where each is refused, with the worst reason in that order: 2 for a market that the catalogue does not know,
1 for a host that has no such tier or whose rules refuse it, 4 for a missing price. A report is on stdout at every exit
code.

## On a terminal

There is colour on a terminal, but for one where `TERM` is `dumb` or `CLICOLOR` is `0`; anywhere with `FORCE_COLOR` or
`CLICOLOR_FORCE` set; nowhere with `NO_COLOR` set, which wins. What goes into a pipe or a file has none; progress is
shown on a terminal alone.

Text fits the terminal, or as many columns as `COLUMNS` says, from 60 on: prose is folded, at most 100 columns wide;
tables fold their words, and where that is not enough show each row as a list; amounts are never broken and nothing is
left out. In a pipe nothing is folded but prose, at 100 columns. Chinese characters, emoji and accents line up.
[Decision 35](../adr/0035-terminal.md) says how.

Texts of others (payloads, catalogues, names of files) can't steer the terminal: control characters, and what turns the
direction of a line or can't be seen, are spelt out as `\\x1b` or `\\u202e`; in JSON as `\\u001b`, which means the same.

## Completion

`wan-rules --install-completion` sets it up for the shell that it is run in (bash, zsh, fish or PowerShell);
`wan-rules --show-completion` prints it instead. Beside commands and options it completes the words that there are for
hosts, tiers, regions, orders and formats, the ids of cards, and after `--catalogue` with a folder the accounts and
environments that it knows."""


def write_cli_page() -> str:
    """The page."""
    return page(_lines())


def _lines() -> Iterator[str]:
    group: Any = typer.main.get_command(app)
    yield from (NOTE, "", _HEAD, "")
    commands = dict(_commands(group.commands, "wan-rules"))
    yield from table(("command", "does"), [(_link(name), _first(command)) for name, command in commands.items()])
    for name, command in commands.items():
        yield from _command(name, command)
    yield _CODES


def _link(name: str) -> str:
    return f"[`{name}`](#{name.replace(' ', '-')})"


def _commands(commands: Mapping[str, Any], parent: str) -> Iterator[tuple[str, Any]]:
    for name, command in commands.items():
        if hasattr(command, "commands"):
            yield from _commands(command.commands, f"{parent} {name}")
        else:
            yield f"{parent} {name}", command


def _first(command: Any) -> str:  # noqa: ANN401 - Typer types its commands nowhere that can be imported
    return " ".join(split_example(command.help)[0].split("\n\n")[0].split())


def _command(name: str, command: Any) -> Iterator[str]:  # noqa: ANN401 - as above
    arguments = [parameter for parameter in command.params if parameter.param_type_name == "argument"]
    options = [parameter for parameter in command.params if parameter.param_type_name == "option"]
    yield from (f"## {name} {{ #{name.replace(' ', '-')} }}", "", _first(command), "")
    usage = " ".join([name, *(argument.name.upper() for argument in arguments), "[OPTIONS]"])
    yield from fenced("text", usage)
    rows = [(code(argument.name.upper()), "required", split_help(argument.help)[1]) for argument in arguments]
    rows += [(_option(option), _default(option), split_help(option.help)[1]) for option in options]
    yield from table(("argument or option", "default", "means"), rows)
    said, example = split_example(command.help)
    yield from ("\n\n".join(" ".join(more.split()) for more in said.split("\n\n")[1:]), "")
    yield from ("Example:", "", *fenced("sh", example))


def _option(option: Any) -> str:  # noqa: ANN401 - as above
    name = ", ".join(option.opts)
    if option.is_flag:
        return code(name)
    kind = option.type_descriptor.annotation
    words = [str(word.value) for word in kind] if hasattr(kind, "__members__") else []
    many = " (may be repeated)" if option.multiple else ""
    choices = f" ({', '.join(map(code, words))})" if words else ""
    return code(f"{name} {option.name.upper() if words else name_value(option)}") + choices + many


def _default(option: Any) -> str:  # noqa: ANN401 - as above
    if option.required:
        return "required"
    if option.is_flag or option.default is None:
        return ""
    return code(getattr(option.default, "value", option.default))
