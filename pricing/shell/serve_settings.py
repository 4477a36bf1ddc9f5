"""Settings of the quote service from the options of `serve`, and its start with them."""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import ip_network
from typing import TYPE_CHECKING, NamedTuple

from pricing.shell.asked_values import Source
from pricing.shell.inputs import read_age, require_text
from pricing.shell.printing import answer
from pricing.shell.service_faults import tell_faults
from pricing.shell.state_options import StateAsked
from wan_rules.payloads import UnusableInputError

if TYPE_CHECKING:
    from pricing.shell.service.settings import Settings, Tokens


class ServeAsked(NamedTuple):
    """The options of `serve`: rates of keys and of addresses; keys, issuer and audience of tokens; where it listens."""

    source: Source
    watch: bool
    state: StateAsked
    issuer: str
    quote_lifetime: str
    rates: tuple[int, int]
    tokens: tuple[str | None, str | None, str | None]
    listening: tuple[str, int, int, str | None]
    keep_answers_days: int
    probing: tuple[bool, Sequence[str]]
    quiet: bool


def serve(asked: ServeAsked) -> int:
    """`wan-rules serve`."""

    def job() -> int:
        from pricing.shell.service import serving

        _check_proxies(asked.listening[-1])
        return serving.serve(_read_settings(asked), serving.Listening(*asked.listening))

    return answer(tell_faults(job), "text")


def _check_proxies(text: str | None) -> None:
    """Nothing, where each proxy is one that can be recognised: by its address. Raises UnusableInputError."""
    for word in [] if text is None else map(str.strip, text.split(",")):
        try:
            if word != "*":
                ip_network(word)
        except ValueError:
            reason = f"{word[:64]!r} is no address and no network: write 10.0.0.5 or 10.0.0.0/8, several by comma"
            raise UnusableInputError("--trusted-proxies", reason) from None


def _read_settings(asked: ServeAsked) -> Settings:
    from pricing.shell.service.settings import Limits, Settings

    name, key, keep_for = asked.source
    if name is None and (asked.watch or key or keep_for):
        raise UnusableInputError("serve", "--watch, --catalogue-key and --keep-for say how a source is taken: name one")
    return Settings(
        catalogue=name,
        catalogue_key=key,
        keep_for=keep_for,
        state=asked.state.folder,
        database=asked.state.database,
        signing_keys=asked.state.signing_keys,
        issuer=require_text(asked.issuer, what="--issuer"),
        quote_lifetime_s=_read_lifetime(asked.quote_lifetime),
        watch=asked.watch,
        limits=Limits(key_per_minute=asked.rates[0], address_per_minute=asked.rates[1]),
        tokens=_read_tokens(asked.tokens),
        keep_answers_days=asked.keep_answers_days,
        log_requests=not asked.quiet,
        probe=asked.probing[0],
        probe_allow=_read_allowed(*asked.probing),
    )


def _read_lifetime(text: str) -> int:
    """For how many seconds a quote binds. Raises UnusableInputError."""
    seconds = int(read_age(text, what="--quote-lifetime").total_seconds())
    if not seconds:
        raise UnusableInputError("--quote-lifetime", f"{text!r}: a quote that binds for no time is never accepted")
    return seconds


def _read_allowed(probe: bool, allow: Sequence[str]) -> tuple[str, ...]:  # noqa: FBT001 - an option's own
    """The hosts that may be asked whatever their address. Raises UnusableInputError."""
    from wan_rules.shell.sources import read_allowed

    if allow and not probe:
        raise UnusableInputError("--allow", "nothing is fetched without --probe: add it, or leave this out")
    return tuple(sorted(read_allowed(allow)))


def _read_tokens(asked: tuple[str | None, str | None, str | None]) -> Tokens | None:
    from pricing.shell.service.settings import Tokens

    keys, issuer, audience = asked
    if keys is None and issuer is None and audience is None:
        return None
    if keys is None or issuer is None or audience is None:
        raise UnusableInputError("serve", "tokens want all three: --token-keys, --token-issuer and --token-audience")
    return Tokens(keys=keys, issuer=issuer, audience=audience)
