"""Connections to checked addresses: every wait ends with the allowance, every byte received is counted.

No name reaches the system from here. The environment's proxies, .netrc and cookies are unknown to this code.
"""

from __future__ import annotations

import os
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Final

from wan_rules.shell.found import UnreadableError
from wan_rules.shell.sources.addresses import Address
from wan_rules.shell.sources.allowance import Allowance
from wan_rules.shell.sources.targets import Target

TRIED_MAX: Final = 4
"""Addresses of one server that are tried."""
CHUNK: Final = 16 * 1024
"""Bytes that are taken from a socket at once, so that no more than that is received beyond what is wanted."""


class Connection:
    """One connection, plain or within TLS."""

    def __init__(self, sock: socket.socket, allowance: Allowance) -> None:
        """Take over the socket."""
        self._sock = sock
        self._allowance = allowance

    def send(self, data: bytes) -> None:
        """Sends all of it. Raises OSError, or UnreadableError when time is up."""
        self._sock.settimeout(self._allowance.seconds())
        self._sock.sendall(data)

    def receive(self) -> bytes:
        """Some bytes, none at the end. Raises OSError, or UnreadableError when time or bytes are spent."""
        self._allowance.require(1)
        self._sock.settimeout(self._allowance.seconds())
        data = self._sock.recv(min(CHUNK, self._allowance.bytes_left))
        self._allowance.received += len(data)
        return data

    def close(self) -> None:
        """Ends it without a word."""
        self._sock.close()


def connect(target: Target, addresses: tuple[Address, ...], allowance: Allowance) -> Connection:
    """A connection to the first of the addresses that takes one, proved to be the target's. Raises UnreadableError."""
    with told(target, allowance):
        sock = _reach(target, addresses[:TRIED_MAX], allowance)
        try:
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            return Connection(_secure(sock, target, allowance) if target.scheme == "https" else sock, allowance)
        except BaseException:
            sock.close()
            raise


def _reach(target: Target, addresses: tuple[Address, ...], allowance: Allowance) -> socket.socket:
    """The socket. The last address has all the time that is left, each one before it its share."""
    for left in range(len(addresses), 0, -1):
        address = addresses[-left]
        family = socket.AF_INET if address.version == 4 else socket.AF_INET6  # noqa: PLR2004 - a version's own number
        sock = socket.socket(family, socket.SOCK_STREAM)
        try:
            sock.settimeout(allowance.seconds() / left)
            sock.connect((str(address), target.port))
        except BaseException as error:
            sock.close()
            if not isinstance(error, OSError) or left == 1:
                raise
        else:
            return sock
    raise AssertionError  # a target has an address


def _secure(sock: socket.socket, target: Target, allowance: Allowance) -> socket.socket:
    """TLS on the socket, with a certificate for the name in the URL, whatever address it led to."""
    context = _trust(os.environ.get("SSL_CERT_FILE"), os.environ.get("SSL_CERT_DIR"))
    tls = context.wrap_socket(sock, server_hostname=target.host.strip("[]"), do_handshake_on_connect=False)
    try:
        tls.settimeout(allowance.seconds())
        tls.do_handshake()
    except BaseException:
        tls.close()
        raise
    return tls


@lru_cache(4)
def _trust(*_: str | None) -> ssl.SSLContext:
    """Whom the system trusts, or those whom the two variables of OpenSSL name; read once, since it takes 20 ms."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_default_certs()
    context.set_alpn_protocols(["http/1.1"])
    return context


@contextmanager
def told(target: Target, allowance: Allowance) -> Iterator[None]:
    """Turns what sockets raise into UnreadableError; their own words are left out but for a certificate's fault."""
    try:
        yield
    except ssl.SSLCertVerificationError as error:
        why = f"the certificate of {target.host} does not hold: {error.verify_message.rstrip('.')}"
        raise UnreadableError(f"{why}. Mend its certificate, or name another server.") from None
    except TimeoutError:
        raise allowance.late() from None
    except OSError as error:
        words = "TLS fails" if isinstance(error, ssl.SSLError) else error.strerror or type(error).__name__
        raise UnreadableError(f"no whole answer from {target.host}: {words}. Try again, or state its facts.") from None
