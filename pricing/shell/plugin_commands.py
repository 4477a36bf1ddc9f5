"""What `wan-rules plugins` does: list what is installed, from where, what it adds, and what was refused and why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pricing.extensions import ChargeModel
from pricing.shell import codes
from pricing.shell.plugin_set import Plugins, Refused, Taken
from pricing.shell.plugins import API, SWITCH, are_off, load_plugins
from pricing.shell.printing import answer, print_json, print_lines
from pricing.shell.sources.source import Opener
from pricing.shell.text import plain
from pricing.shell.wire import SCHEMA_VERSION
from wan_rules.additions import AddedRule
from wan_rules.hosts import Host


def list_plugins(form: str) -> int:
    """`wan-rules plugins`. The exit code is 0 whatever was refused: nothing was asked of it."""

    def job() -> int:
        plugins = load_plugins()
        if form == "json":
            print_json(_document(plugins))
        else:
            print_lines(_lines(plugins))
        return codes.DONE

    return answer(job, form)


def _document(plugins: Plugins) -> Mapping[str, object]:
    taken = [{**one._asdict(), "added": _say(one)} for one in plugins.taken]
    refused = [one._asdict() for one in plugins.refused]
    return {"schema_version": SCHEMA_VERSION, "api": API, "on": not are_off(), "plugins": taken, "refused": refused}


def _lines(plugins: Plugins) -> Iterator[str]:
    if are_off():
        yield f"plugins are off: {SWITCH}=0, or --no-plugins, says so"
    elif not plugins.taken and not plugins.refused:
        yield "no plugin is installed"
    for one in plugins.taken:
        yield plain(f"{_name(one)}: {_say(one)}")
    for refused in plugins.refused:
        yield plain(f"{_name(refused)}: refused: {refused.reason}")


def _name(one: Taken | Refused) -> str:
    return f"{one.kind} {one.name} ({one.distribution} {one.version})"


def _say(one: Taken) -> str:
    """What it adds, in a line."""
    match one.added:
        case Host():
            return one.added.title
        case AddedRule(rule, hosts):
            return f"{rule.name} ({rule.severity}), at {', '.join(hosts) if hosts else 'every host'}"
        case Opener():
            return f"catalogues at {one.name}:..., {'from elsewhere' if one.added.remote else 'on this machine'}"
        case ChargeModel():
            return f'entries with plugin = "{one.name}", version {one.added.version}'
        case _:
            return type(one.added).__name__
