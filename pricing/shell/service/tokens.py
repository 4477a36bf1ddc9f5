"""Signed tokens (JWT) beside API keys: verified by the issuer's public keys (JWKS), never by a shared secret.

A token says `sub`, `exp`, and in the claim `wan_rules` what an API key is bound to: accounts, environments, scopes.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from time import monotonic
from typing import Annotated, Final

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from pricing.shell.service.callers import Caller, Scope
from pricing.shell.service.logs import tell_event
from pricing.shell.service.rows import may_be_id
from pricing.shell.service.settings import Tokens
from pricing.shell.sources import Asked, File, SourceError
from pricing.shell.sources.source import label
from pricing.shell.sources.web import open_web
from wan_rules.payloads import UnusableInputError

ALGORITHMS: Final = ("Ed25519", "EdDSA", "ES256", "ES384", "PS256", "RS256")
"""Signatures by a key pair. None by a shared secret, and never `none`."""
CLAIM: Final = "wan_rules"
MAX_BYTES: Final = 1024 * 1024
FRESH_S: Final = 3600.0
AGAIN_S: Final = 60.0
"""How long fetched keys are taken as fresh, and how soon they may be fetched again for a token of an unknown key."""
LONGEST_SUBJECT: Final = 58
LONGEST_DIGEST: Final = 51
"""Characters of a subject, and of the digest of a longer one, that a column of 64 holds behind what it is."""

Run = Callable[[Callable[[], "Caller | None"]], Awaitable["Caller | None"]]
Name = Annotated[str, Field(min_length=1, max_length=200)]


class _Bound(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", strict=False)

    accounts: tuple[Name, ...]
    environments: tuple[Name, ...]
    scopes: tuple[Scope, ...]


class TokenReader:
    """Recognises tokens of one issuer for one audience."""

    def __init__(self, asked: Tokens) -> None:
        """Read the keys. Raises UnusableInputError."""
        self._asked = asked
        self._keys = read_keys(asked.keys)
        self._read_at = monotonic()
        self._claims = jwt.JWTClaimsRegistry(
            leeway=30,
            iss={"essential": True, "value": asked.issuer},
            aud={"essential": True, "value": asked.audience},
            exp={"essential": True},
            sub={"essential": True},
        )

    async def recognise(self, text: str, run: Run) -> Caller | None:
        """The caller whose token this is; `None` for one that does not hold."""
        caller = self._verify(text)
        age = monotonic() - self._read_at
        if (caller is None and age > AGAIN_S) or age > FRESH_S:
            return await run(lambda: self._read_again(text))
        return caller

    def _read_again(self, text: str) -> Caller | None:
        self._read_at = monotonic()
        try:
            self._keys = read_keys(self._asked.keys)
        except UnusableInputError as error:
            tell_event("token keys kept", error=error.reason)
        return self._verify(text)

    def _verify(self, text: str) -> Caller | None:
        try:
            token = jwt.decode(text, self._keys, algorithms=list(ALGORITHMS))
            self._claims.validate(token.claims)
            bound = _Bound.model_validate(token.claims.get(CLAIM))
        except (JoseError, ValueError, TypeError, ValidationError):
            return None
        return Caller(_name(token.claims["sub"]), bound.accounts, bound.environments, frozenset(bound.scopes))


def _name(subject: object) -> str:
    """The id of a token's subject, which the store has room for: no two subjects have the same one."""
    text = str(subject)
    if may_be_id(text) and len(text) <= LONGEST_SUBJECT:
        return f"token:{text}"
    return f"token-sha256:{hashlib.sha256(text.encode(errors='surrogatepass')).hexdigest()[:LONGEST_DIGEST]}"


def open_tokens(asked: Tokens) -> TokenReader:
    """What recognises the tokens that the settings ask for. Raises UnusableInputError."""
    return TokenReader(asked)


def read_keys(source: str) -> KeySet:
    """The keys in a file, or at an https URL. Raises UnusableInputError."""
    try:
        data = _fetch(source) if source.startswith("https://") else _read(Path(source))
        if len(data) > MAX_BYTES:
            raise UnusableInputError("token keys", f"{label(source)}: more than {MAX_BYTES:,} bytes")
        document = json.loads(data)
        keys = [key for key in document["keys"] if isinstance(key, dict) and key.get("kty") != "oct"]
        return KeySet.import_key_set({"keys": keys})
    except SourceError as error:
        raise UnusableInputError("token keys", str(error)) from None
    except OSError as error:
        raise UnusableInputError("token keys", f"{source} can't be read: {error}") from None
    except (JoseError, ValueError, TypeError, KeyError, RecursionError):
        raise UnusableInputError("token keys", f"{label(source)} is no JSON Web Key Set") from None


def _read(file: Path) -> bytes:
    """The file, or as much of it as says that it is too long."""
    with file.open("rb") as opened:
        return opened.read(MAX_BYTES + 1)


def _fetch(url: str) -> bytes:
    """What is at the URL that whoever runs the service named; no caller has a part in it, and no other server."""
    opened = open_web(Asked(url, bytes_max=MAX_BYTES))
    return opened.data if isinstance(opened, File) else b""
