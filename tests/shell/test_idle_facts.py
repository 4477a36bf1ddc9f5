"""Facts about no medium of the payload are named, not ignored: a misspelt URL would leave a quote bounded."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.shell.runner import run
from wan_rules import HOSTS, parse_facts, read
from wan_rules.hosts.reading import find_idle_facts
from wan_rules.samples import SAMPLES

DANCER = "https://media.example.com/dancer.mp4"
VOICE = "https://media.example.com/girl-voice.mp3"


@pytest.mark.parametrize(
    ("key", "is_idle"),
    [
        (DANCER, False),
        (VOICE, False),
        ("/input/media/0", False),
        ("/input/media/0/url", False),
        ("/input/media/0/reference_voice", False),
        ("https://media.example.com/dancre.mp4", True),
        ("/input/media/7", True),
        ("/input/media", True),
    ],
)
def test_a_key_is_a_place_or_a_url(key: str, is_idle: bool) -> None:  # noqa: FBT001 - a column of the table
    facts = parse_facts({key: {"subjects": 1}})
    found = find_idle_facts(read(SAMPLES["alibaba"], HOSTS["alibaba"], facts), facts)
    assert found == ((key,) if is_idle else ())


def test_a_voice_of_the_request_has_facts_of_its_own() -> None:
    facts = parse_facts({"/audio": {"bytes": 1}, VOICE: {"bytes": 2}})
    assert find_idle_facts(read({**SAMPLES["atlas"], "audio": VOICE}, HOSTS["atlas"], facts), facts) == ()
    assert find_idle_facts(read({**SAMPLES["atlas"], "audio": [VOICE]}, HOSTS["atlas"], facts), facts) == (VOICE,)


@pytest.mark.parametrize("form", ["text", "json"])
def test_the_command_names_it_on_stderr(form: str, tmp_path: Path) -> None:
    facts = tmp_path / "facts.json"
    facts.write_text(json.dumps({"https://media.example.com/dancre.mp4": {"duration_s": "3"}}))
    done = run("quote", "-", "--facts", str(facts), "--format", form, stdin=SAMPLES["alibaba"])
    assert done.code == 0
    assert "'https://media.example.com/dancre.mp4' is no medium of the payload" in done.err
    assert "dancre" not in done.out
