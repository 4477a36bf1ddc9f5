"""A file of keys without an end is refused after as much of it as may be read."""

from __future__ import annotations

from pathlib import Path

import pytest

from pricing.shell.service.signing import load_signer
from pricing.shell.service.tokens import read_keys
from wan_rules.payloads import UnusableInputError

pytestmark = pytest.mark.skipif(not Path("/dev/zero").exists(), reason="there is no file without an end")


def test_signing_keys_without_an_end() -> None:
    with pytest.raises(UnusableInputError, match="bytes"):
        load_signer(Path("/dev/zero"))


def test_token_keys_without_an_end() -> None:
    with pytest.raises(UnusableInputError, match="more than 1,048,576 bytes"):
        read_keys("/dev/zero")
