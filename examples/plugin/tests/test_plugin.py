"""What the author of a plugin tests: that it is taken, and that each part does what it says."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from lumen_plugin.charges import SURGE
from lumen_plugin.host import LUMEN
from lumen_plugin.sources import open_newest

from pricing import Sample, check_charge_model
from pricing.shell.plugins import load_plugins
from pricing.shell.sources import Asked, File, SourceError
from wan_rules import check, read, recognise

PAYLOAD = {
    "model": "lumen/wan-2.7",
    "text": "Image 1 waves",
    "pictures": ["https://media.example.com/a.png"],
    "quality": "hd",
    "seconds": 6,
}
QUANTITIES = [Decimal(number) / 4 for number in range(60)]


def test_each_part_is_taken() -> None:
    plugins = load_plugins()
    own = [one for one in plugins.taken if one.distribution == "wan-rules-lumen"]
    assert {(one.kind, one.name) for one in own} == {
        ("host", "lumen"),
        ("rule", "LUMEN501"),
        ("source", "newest"),
        ("charge model", "surge"),
    }


def test_the_host_is_recognised_and_its_limits_hold() -> None:
    assert recognise(PAYLOAD, load_plugins().hosts).title == LUMEN.title
    (violation,) = check(read({**PAYLOAD, "seconds": 14}, LUMEN)).violations
    assert (violation.rule.name, violation.at) == ("duration", "/seconds")


@pytest.mark.parametrize(("seconds", "found"), [(6, []), (7, ["LUMEN501"])])
def test_the_rule_is_asked_at_its_host(seconds: int, found: list[str]) -> None:
    report = check(read({**PAYLOAD, "seconds": seconds}, load_plugins().hosts["lumen"]))
    assert [violation.rule.id for violation in report.violations] == found


def test_the_newest_file_is_opened(tmp_path: Path) -> None:
    for name in ("2026-11-01.toml", "2026-10-01.toml", "notes.txt"):
        (tmp_path / name).write_text(name)
    assert open_newest(Asked(str(tmp_path))) == File(b"2026-11-01.toml")
    with pytest.raises(SourceError, match="too large"):
        open_newest(Asked(str(tmp_path), bytes_max=3))
    (tmp_path / "empty").mkdir()
    with pytest.raises(SourceError, match="no catalogue in it"):
        open_newest(Asked(str(tmp_path / "empty")))


def test_the_charge_model_keeps_its_promises() -> None:
    samples = [
        Sample({"above": "5", "times": "1.5"}, Decimal("0.1"), QUANTITIES),
        Sample({"above": "0.25", "times": "1"}, Decimal("0.000001"), QUANTITIES),
    ]
    assert check_charge_model(SURGE, samples) == ()


def test_less_for_more_is_refused() -> None:
    (fault,) = check_charge_model(SURGE, [Sample({"above": "5", "times": "0.5"}, Decimal(1), QUANTITIES)])
    assert "1 or more is a surge" in fault
