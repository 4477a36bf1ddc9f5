"""How the service is run: what the command line said, handed to each worker as JSON in one variable."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Final

from pydantic import BaseModel, ConfigDict

VARIABLE: Final = "WAN_RULES_SERVICE_SETTINGS"
"""Where a worker finds what the command line said."""
DATABASE_VARIABLE: Final = "WAN_RULES_DATABASE"
"""The database's URL, which may hold a password and so is no option alone."""

FOLDER_VARIABLE: Final = "PROMETHEUS_MULTIPROC_DIR"
"""Where several workers keep what they count, so that each can answer for all."""


class Limits(BaseModel):
    """What one caller may take; lengths in bytes and seconds, rates a minute."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    body_bytes: int = 32 * 1024 * 1024
    body_s: float = 10.0
    key_per_minute: int = 6000
    address_per_minute: int = 600
    batch: int = 1000


class Tokens(BaseModel):
    """Which signed tokens (JWT) are taken beside API keys: the file or URL of the public keys, issuer, audience."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    keys: str
    issuer: str
    audience: str


class Settings(BaseModel):
    """Everything that a worker has to know."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    catalogue: str | None = None
    catalogue_key: str | None = None
    keep_for: str | None = None
    state: Path = Path("wan-rules-state")
    database: str | None = None
    signing_keys: Path | None = None
    issuer: str = "wan-rules"
    quote_lifetime_s: int = 900
    watch: bool = False
    poll_s: float = 1.0
    keep_answers_days: int = 7
    limits: Limits = Limits()
    tokens: Tokens | None = None
    log_requests: bool = True
    probe: bool = False
    probe_allow: tuple[str, ...] = ()

    @property
    def database_url(self) -> str:
        """The store's URL: what was said, else a file in the folder of the state."""
        return self.database or f"sqlite:///{self.state / 'quotes.db'}"

    @property
    def signing_file(self) -> Path:
        """The file of the signing keys: what was said, else one in the folder of the state."""
        return self.signing_keys or self.state / "signing-keys.json"


def hand_over(settings: Settings) -> None:
    """Lays the settings where `take_over` of this process and its workers finds them."""
    os.environ[VARIABLE] = json.dumps(settings.model_dump(mode="json"))  # of a path in no encoding too


def take_over() -> Settings:
    """The settings that were handed over; those of a plain start where there are none."""
    return Settings.model_validate(json.loads(os.environ.get(VARIABLE, "{}")))
