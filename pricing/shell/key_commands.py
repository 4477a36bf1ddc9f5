"""What `wan-rules keys ...` do: keys of callers in the store, and a new key to sign with."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final, NamedTuple

from pricing.shell import codes
from pricing.shell.grids import Column, grid_lines
from pricing.shell.inputs import read_instant, require_text
from pricing.shell.printing import answer, print_json, print_lines
from pricing.shell.service_faults import tell_faults
from pricing.shell.state_options import StateAsked
from pricing.shell.text import plain
from pricing.shell.wire import SCHEMA_VERSION
from wan_rules.payloads import UnusableInputError

if TYPE_CHECKING:
    from pricing.shell.service.callers import Scope
    from pricing.shell.service.rows import KeyRow
    from pricing.shell.service.settings import Settings


class KeyAsked(NamedTuple):
    """A key to make: its name, its accounts, environments and scopes, and when it ends."""

    name: str
    bound: tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]
    expires: str | None


def create_key(asked: KeyAsked, state: StateAsked, form: str) -> int:
    """`wan-rules keys create`."""

    def job() -> int:
        from pricing.shell.service.api_keys import Bound, make_key
        from pricing.shell.service.serving import open_state

        accounts, environments = _read_names(asked.bound[0], "--account"), _read_names(asked.bound[1], "--environment")
        name = require_text(asked.name, what="keys create")
        made = make_key(name, Bound(accounts, environments, _read_scopes(asked.bound)), _read_end(asked.expires))
        with open_state(_place(state)) as store:
            store.upgrade()
            store.add_key(made.row)
        if form == "json":
            print_json({"schema_version": SCHEMA_VERSION, "key": made.text, **_describe(made.row)})
        else:
            print_lines([made.text])
        return codes.DONE

    return answer(tell_faults(job), form)


def _read_names(names: Sequence[str], what: str) -> tuple[str, ...]:
    """Each name once. Raises UnusableInputError for one of blanks, such as of a variable that is not set."""
    if not all(name.strip() for name in names):
        raise UnusableInputError(what, "an empty name: keys of two customers would share what they are bound to")
    return tuple(dict.fromkeys(require_text(name, what=what) for name in names))


def _read_end(text: str | None) -> datetime | None:
    """When the key ends. Raises UnusableInputError for an instant that has passed."""
    if text is None:
        return None
    end = read_instant(text, what="--expires")
    if end <= datetime.now(UTC):
        raise UnusableInputError("--expires", f"{text[:64]!r} has passed: such a key never holds")
    return end


def _read_scopes(bound: tuple[Sequence[str], Sequence[str], Sequence[str]]) -> tuple[Scope, ...]:
    from pricing.shell.service.callers import Scope

    accounts, environments, scopes = bound
    for word in scopes:
        if word not in set(Scope):
            raise UnusableInputError("--scope", f"{word[:64]!r} is none: {', '.join(Scope)} are")
    if not scopes:
        raise UnusableInputError("--scope", f"a key without one may do nothing: give {', '.join(Scope)}, or several")
    if set(scopes) != {Scope.ADMIN} and not (accounts and environments):
        raise UnusableInputError("keys create", "a key that quotes or settles wants --account and --environment")
    return tuple(scope for scope in Scope if scope in scopes)


def list_keys(state: StateAsked, form: str) -> int:
    """`wan-rules keys list`."""

    def job() -> int:
        from pricing.shell.service.serving import open_state

        with open_state(_place(state)) as store:
            store.upgrade()
            rows = store.list_keys()
        if form == "json":
            print_json({"schema_version": SCHEMA_VERSION, "keys": [_describe(row) for row in rows]})
        else:
            _print_keys(rows)
        return codes.DONE

    return answer(tell_faults(job), form)


def _print_keys(rows: Sequence[KeyRow]) -> None:
    cells = []
    for row in rows:
        bound = (", ".join(names) for names in (row.accounts, row.environments, row.scopes))
        cells.append([*map(plain, (row.id, row.name, *bound)), f"{row.created_at:%Y-%m-%d}", _say_end(row)])
    print_lines(grid_lines(_KEYS, cells) if cells else ["no key is kept here: `wan-rules keys create` makes one"])


_KEYS: Final = (
    *(Column("id"), Column("name", folds=True), Column("accounts", folds=True), Column("environments", folds=True)),
    *(Column("scopes", folds=True), Column("made"), Column("ends")),
)


def _say_end(row: KeyRow) -> str:
    if row.revoked_at is not None:
        return f"revoked {row.revoked_at:%Y-%m-%d}"
    return "" if row.expires_at is None else f"{row.expires_at:%Y-%m-%d}"


def _describe(row: KeyRow) -> dict[str, object]:
    """What may be told of a key: all but its digest."""
    instants = {name: value and value.isoformat() for name, value in row._asdict().items() if name.endswith("_at")}
    told = {name: value for name, value in row._asdict().items() if name != "hash"}
    return {**told, **instants}


def revoke_key(key: str, state: StateAsked) -> int:
    """`wan-rules keys revoke`."""

    def job() -> int:
        from pricing.shell.service.serving import open_state

        with open_state(_place(state)) as store:
            store.upgrade()
            if not store.revoke_key(key, datetime.now(UTC)):
                raise UnusableInputError(
                    "keys revoke", f"no key {key[:64]!r} that holds: `wan-rules keys list` shows them"
                )
        print_lines([f"revoked {key}"])
        return codes.DONE

    return answer(tell_faults(job), "text")


def rotate(state: StateAsked) -> int:
    """`wan-rules keys sign-with-new`."""

    def job() -> int:
        from pricing.shell.service.signing import add_key

        made = add_key(_place(state).signing_file)
        print_lines([f"{made.kid} signs once the service has loaded it: send it SIGHUP, or start it"])
        return codes.DONE

    return answer(tell_faults(job), "text")


def _place(state: StateAsked) -> Settings:
    from pricing.shell.service.settings import Settings

    return Settings(state=state.folder, database=state.database, signing_keys=state.signing_keys)
