"""What `wan-rules serve` does: check all that is needed, say where it listens, and run the workers."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from tempfile import TemporaryDirectory
from typing import Final, NamedTuple

import uvicorn
from uvicorn.config import STARTUP_FAILURE

from pricing.shell.printing import complain
from pricing.shell.service.connections import Connection
from pricing.shell.service.logs import tell_libraries
from pricing.shell.service.settings import DATABASE_VARIABLE, FOLDER_VARIABLE, Settings, hand_over
from pricing.shell.service.signing import add_first_key, load_signer
from pricing.shell.service.store import Store, open_store
from wan_rules.payloads import UnusableInputError

GRACE_S: Final = 20
"""How long a worker that is asked to stop may finish what it answers."""


class Listening(NamedTuple):
    """Where to listen, and with how many workers."""

    host: str
    port: int
    workers: int
    trusted_proxies: str | None = None


def serve(settings: Settings, listening: Listening) -> int:
    """Runs until it is told to stop. Raises CardError, UnusableInputError or StoreError before it listens."""
    _check_address(listening)
    settings = prepare(settings)
    hand_over(settings)
    tell_libraries()
    with TemporaryDirectory(prefix="wan-rules-") as folder:
        if listening.workers > 1:
            os.environ[FOLDER_VARIABLE] = folder  # read by what counts, when it is imported
        run = _run_one if listening.workers == 1 else _run_several
        return run(settings, listening)


def _check_address(listening: Listening) -> None:
    """Nothing, where one can listen there. Raises UnusableInputError."""
    if not listening.host.strip():  # of a variable that is not set: it would listen at every address
        raise UnusableInputError("--host", "an empty address: name one, or leave it out for 127.0.0.1")
    family = socket.AF_INET6 if ":" in listening.host else socket.AF_INET
    try:
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((listening.host, listening.port))
    except (OSError, TypeError, UnicodeError) as error:  # the last two for what can be no name of a host
        why = getattr(error, "strerror", None) or "it is no address"
        reason = f"nothing can listen at {listening.host}, port {listening.port}: {why}"
        raise UnusableInputError("serve", f"{reason}. Name another with --host and --port") from None


def _run_one(settings: Settings, listening: Listening) -> int:
    from pricing.shell.service.app import build_app

    application = build_app(settings)  # what is wrong is said here, not in a worker's log
    _say(listening)
    server = uvicorn.Server(_configure(application, listening))
    with suppress(KeyboardInterrupt):  # which it raises once more when all is closed
        server.run()
    return 0 if server.started else STARTUP_FAILURE


def _run_several(settings: Settings, listening: Listening) -> int:
    from pricing.shell.service.supervising import Supervisor

    _prove(settings)
    _say(listening)
    config = _configure("pricing.shell.service.app:create_app", listening)
    with closing(config.bind_socket()) as bound:
        Supervisor(config, [bound], settings).run()
    return 0


def _prove(settings: Settings) -> None:
    """What each worker will open can be opened: what is wrong is said once, and not in the log of each."""
    from pricing.shell.service.running import open_catalogue, open_tokens

    open_catalogue(settings)
    open_tokens(settings)
    load_signer(settings.signing_file)


def _say(listening: Listening) -> None:
    host = f"[{listening.host}]" if ":" in listening.host else listening.host
    complain(f"wan-rules: listening at http://{host}:{listening.port}/")


def _configure(application: object, listening: Listening) -> uvicorn.Config:
    """How to serve an application, or what makes one in each worker."""
    return uvicorn.Config(
        application,  # type: ignore[arg-type]  # an application, or where workers find theirs
        factory=isinstance(application, str),
        host=listening.host,
        port=listening.port,
        workers=listening.workers,
        log_config=None,
        access_log=False,
        server_header=False,
        date_header=True,
        ws="none",
        lifespan="on",
        proxy_headers=listening.trusted_proxies is not None,
        forwarded_allow_ips=listening.trusted_proxies,
        timeout_graceful_shutdown=GRACE_S,
        http=Connection,
    )


def prepare(settings: Settings) -> Settings:
    """The settings with the database named, its tables made, and a signing key at hand. Raises as `serve` does."""
    found = settings.model_copy(update={"database": _name_database(settings)})
    if made := add_first_key(found.signing_file):
        complain(f"wan-rules: a new key signs quotes: {made.kid}, in {found.signing_file}")
    with open_state(found) as store:
        store.upgrade()
    return found


def _name_database(settings: Settings) -> str | None:
    """The database by the option, else by the variable; None for the state's own file. Raises UnusableInputError."""
    if settings.database == "":  # of a variable that is not set: quotes would be kept in a file that nobody meant
        raise UnusableInputError("--database", "an empty URL: name the database, or leave it out for a file in --state")
    return settings.database or os.environ.get(DATABASE_VARIABLE) or None


@contextmanager
def open_state(settings: Settings) -> Iterator[Store]:
    """The store, its folder made where it is a file of the state's. Raises UnusableInputError or StoreError."""
    named = _name_database(settings)
    if named is None:
        try:
            settings.state.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError as error:
            raise UnusableInputError(
                "--state", f"{settings.state} can't be made: {error.strerror}. Name a folder"
            ) from None
    store = open_store(named or settings.database_url)
    try:
        yield store
    finally:
        store.close()
