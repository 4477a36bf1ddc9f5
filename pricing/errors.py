"""What this package raises on purpose.

PricingError
├── CardError           a card, agreement or catalogue that can't be read (file, line, key)
├── UnknownNameError    an account, environment, host or region that the catalogue does not know
├── AmbiguousTermsError two agreements or cards of the same rank are in force
├── UnknownCardError    a card that the catalogue does not have
├── NoCardError         no card holds for the market at that instant
├── UnwieldyPriceError  a contracted price, or an amount, with more digits than every engine holds
├── ClashingTermsError  terms in force together that contradict each other: two currencies, two exchanges
├── BasisError          a quote's basis that can't be read
├── MissingRateError    the terms have no price for a meter at a tier
├── MissingOutcomeError the terms do not say what a job that ended so costs
├── MissingUsageError   a report leaves open what the job costs
├── NoOnePriceError     terms that leave open what a row of usage comes to
├── ReportMismatchError a report, or an earlier settlement, that can't be of the quote
├── RefusedMoveError    a move that a quote in its state does not make
├── UnplottableError    prices that make no picture: a meter that never had one, or several currencies (histories)
├── PluginError         a plugin's charge model that raises, or gives no amount
└── NoRateError         nothing prices what was asked, at that instant
"""

from __future__ import annotations

from wan_rules.raising import RaisedError


class PricingError(RaisedError):
    """Anything that this package raises on purpose."""


class CardError(PricingError):
    """A file of the catalogue that can't be read: where (file, line, key), what was seen, what is wanted."""

    def __init__(self, reason: str, *, file: str, line: int | None = None, key: str = "") -> None:
        """Keep the parts, and join those that there are."""
        place = f"{file}:{line}" if line else file
        super().__init__(f"{place}: {f'{key}: ' if key else ''}{reason}")
        self.reason, self.file, self.line, self.key = reason, file, line, key


class UnknownCardError(PricingError):
    """A card was asked for by an id that the catalogue does not have."""

    def __init__(self, name: str, known: tuple[str, ...]) -> None:
        """Say which there are."""
        super().__init__(f"no card {name[:64]!r}: there are {', '.join(sorted(known)[:24])}")


class UnwieldyPriceError(PricingError):
    """A contracted price, or an amount, with more digits than every engine holds: percentages of percentages mostly."""


class PluginError(PricingError):
    """A plugin's charge model that raised, or gave what is no amount: nothing else stands in for it."""

    def __init__(self, name: str, version: str, reason: str) -> None:
        """Keep the parts."""
        super().__init__(f"the charge model {name!r}, version {version}, of a plugin: {reason}")
        self.name, self.version, self.reason = name, version, reason


class ClashingTermsError(PricingError):
    """Terms that hold together and contradict each other; the message names them and what would part them."""


class MissingOutcomeError(PricingError):
    """The terms do not say what a job that ended so costs; `outcome` is the word for it."""

    def __init__(self, outcome: str) -> None:
        """Say where to add it, and that a quote stays as it is; `said` is of the terms alone."""
        self.said = (
            f"terms do not say what a job that ended as {outcome!r} costs. Ask the host, and say it in "
            f'[[unfinished]] on the card ({outcome} = "free", "full" or "rendered") or in a term of kind "unfinished" '
            "of an agreement"
        )
        again = "and quote again as of the same instant: this quote keeps the terms that it has"
        super().__init__(f"the quote's {self.said}, {again}")
        self.outcome = outcome


class MissingUsageError(PricingError):
    """A report leaves open what the job costs; `needs` are the keys to add to it."""

    def __init__(self, where: str, needs: tuple[str, ...]) -> None:
        """Keep what is needed; `where` is like `at 6.60 to 9.00 CNY`."""
        super().__init__(f"the report leaves the charge open, {where}. Add to it: {'; '.join(needs)}")
        self.needs = needs


class NoOnePriceError(PricingError):
    """A charge between bounds: the card leaves open whether clips are billed, or the row what was used before."""


class ReportMismatchError(PricingError):
    """A report, or an earlier settlement, that can't be of the quote; the message says what contradicts it."""


class RefusedMoveError(PricingError):
    """A move that a quote in its state does not make; the message says what was seen, what is possible, and a remedy.

    `code` is a word that stays as it is: `not_accepted`, `quote_expired`, `task_running`, `already_settled`,
    `already_released`. `state` and `action` are the words of `pricing.holds`.
    """

    def __init__(self, code: str, message: str, *, state: str, action: str) -> None:
        """Keep the parts."""
        super().__init__(message)
        self.code, self.state, self.action = code, state, action
