"""The package's public names, each looked up where it lives when it is first asked for."""

from __future__ import annotations

import pytest

import pricing
from pricing.quotes import Quote


def test_a_public_name_is_what_its_module_has_and_is_kept() -> None:
    vars(pricing).pop("Quote", None)
    assert pricing.__getattr__("Quote") is Quote
    assert vars(pricing)["Quote"] is Quote


def test_there_is_no_other_name() -> None:
    with pytest.raises(AttributeError) as caught:
        pricing.__getattr__("quota")
    assert str(caught.value) == "module 'pricing' has no attribute 'quota'"
    assert dir(pricing) == sorted(pricing.__all__)
