"""What an account has agreed on top of a card, for some environments and for a time: an agreement and its terms."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Annotated, Final, Literal, NamedTuple, Self

from pydantic import Field, model_validator

from pricing.agreed_terms import Term, check_time, is_within
from pricing.fields import (
    Instant,
    Name,
    Part,
    Text,
    Zone,
)

MAX_TERMS: Final = 1_000
"""Of one agreement: each is held against each other."""


class AgreementHead(Part):
    """Whose terms these are, over which card, where and when. `until` is exclusive.

    Without `account` they are every account's; `environments` empty means any; without `card` they stand on whichever
    card holds for `host`; a card may be named by an alias. Several agreements in force are layers, and `inherit =
    false` starts again from the card. `zone` is the time zone whose calendar months count.
    """

    id: Name
    title: Text
    account: Name | None = None
    environments: tuple[Name, ...] = ()
    host: Name
    region: Name | None = None
    card: Name | None = None
    inherit: bool = True
    zone: Zone | None = None
    from_: Annotated[Instant, Field(alias="from")]
    until: Instant | None = None
    source: Text | None = None

    @model_validator(mode="after")
    def _some_time(self) -> Self:
        check_time(self.from_, self.until)
        return self

    def holds(self, at: datetime) -> bool:
        """Whether the instant lies in the agreement's time."""
        return is_within(at, self.from_, self.until)


class Agreement(Part):
    """An agreement with its terms, in the order of its file."""

    schema_version: Literal["1"]
    agreement: AgreementHead
    term: Annotated[tuple[Annotated[Term, Field(discriminator="kind")], ...], Field(max_length=MAX_TERMS)] = ()


class Held(NamedTuple):
    """A term that holds at an instant, and where it stands: the agreement's id and the term's position."""

    agreement: str
    position: int
    term: Term

    @property
    def source(self) -> str:
        """The term's name in quotes and reports."""
        return f"{self.agreement}:term/{self.position}"


def terms_held(agreement: Agreement, at: datetime) -> tuple[Held, ...]:
    """The agreement's terms that hold at `at`, in the order of its file."""
    name = agreement.agreement.id
    return tuple([Held(name, index, term) for index, term in enumerate(agreement.term) if term.holds(at)])


def list_bounds(agreement: Agreement) -> Iterator[datetime]:
    """Every instant at which the agreement, or a term of it, begins or ends, in the order of its file."""
    for part in (agreement.agreement, *agreement.term):
        yield from (instant for instant in (part.from_, part.until) if instant)
