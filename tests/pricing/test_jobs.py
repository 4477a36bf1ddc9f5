"""A job that was done: what runs at its tier."""

from __future__ import annotations

from decimal import Decimal

from pricing.jobs import at_tier
from pricing.metering import Work


def test_at_another_tier_a_job_renders_at_another_one_and_runs_other_stages() -> None:
    large = Work("1440P-SR", "720P", Decimal(5), ("render", "upscale"), (), 1)
    assert at_tier(large._replace(resolution="1080P")) == Work("1080P", "1080P", Decimal(5), ("render",), (), 1)
    assert at_tier(Work("1440P-SR", "1080P", Decimal(5), ("render",), (), 1)) == large
