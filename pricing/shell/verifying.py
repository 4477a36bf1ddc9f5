"""What `wan-rules quote verify` does: the signature by published keys, the total by the basis, and no network."""

from __future__ import annotations

from datetime import UTC, datetime
from types import ModuleType
from typing import Final

from pricing.shell import codes
from pricing.shell.inputs import read_bytes, read_instant, read_payload
from pricing.shell.plugins import use_plugins
from pricing.shell.printing import answer, complain, print_json, print_lines
from pricing.shell.settling import read_quote
from pricing.shell.text import plain
from pricing.shell.wire import SCHEMA_VERSION
from wan_rules.payloads import JsonObject, UnusableInputError

SHOWN: Final = ("id", "issuer", "issued_at", "expires_at", "account", "environment", "host", "currency", "total")


def verify_quote(quote: str, keys: str, form: str) -> int:
    """`wan-rules quote verify`."""

    def job() -> int:
        signing = _import_signing()
        if quote == keys == "-":
            raise UnusableInputError("verify", "standard input (-) holds one document: name a file for the other")
        document = read_payload(quote, what="quote")
        public = signing.read_public_keys(read_bytes(keys, what="keys"), what=keys)
        try:
            kid = signing.verify(document, public)
        except signing.BadSignatureError as error:
            return _refuse(str(error), form)
        read_quote(document, what=quote, models=use_plugins().models)
        _print(document, kid, form)
        return codes.DONE

    return answer(job, form)


def _import_signing() -> ModuleType:
    try:
        from pricing.shell.service import signing
    except ImportError:
        raise UnusableInputError("verify", "it needs joserfc: pip install 'wan-rules[service]'") from None
    return signing


def _refuse(reason: str, form: str) -> int:
    if form == "json":
        print_json({"schema_version": SCHEMA_VERSION, "valid": False, "reason": reason})
    else:
        complain(f"wan-rules: not valid: {reason}")
    return codes.REJECTED


def _print(document: JsonObject, kid: str, form: str) -> None:
    said = {name: document.get(name) for name in SHOWN}
    expired = read_instant(str(said["expires_at"]), what="expires_at") <= datetime.now(UTC)
    if form == "json":
        whole = {"schema_version": SCHEMA_VERSION, "valid": True, "kid": kid, **said, "expired": expired}
        print_json(whole)
        return
    whose = " in ".join(str(name) for name in (said["account"], said["environment"]) if name) or "anyone"
    print_lines(
        [
            plain(f"valid: {said['issuer']} signed quote {said['id']} with key {kid}"),
            plain(f"  {said['total']} {said['currency']} at most, for {whose}, at {said['host']}"),
            plain(f"  issued {said['issued_at']}, {'expired' if expired else 'binds until'} {said['expires_at']}"),
        ]
    )
