"""An option that would count for nothing beside the others is refused, not passed over."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from tests.conftest import ROOT
from tests.shell.runner import CATALOGUE, fal, run

USAGE = str(ROOT / "examples" / "usage.jsonl")
BACKTEST = ("backtest", "--usage", USAGE, "--old", str(CATALOGUE), "--new", str(CATALOGUE))
RECONCILE = ("reconcile", "--invoice", USAGE, "-o", "report")
ITSELF = "rows of usage say it themselves"


@pytest.mark.parametrize("command", ["check", "quote"])
@pytest.mark.parametrize(
    "words",
    [
        pytest.param(("--allow", "127.0.0.1"), id="allow"),
        pytest.param(("--bills", "edit"), id="bills"),
        pytest.param(("--cache",), id="cache"),
        pytest.param(("--subjects",), id="subjects"),
        pytest.param(("--weights", "weights.onnx"), id="weights"),
    ],
)
def test_nothing_is_said_of_measuring_where_nothing_is_measured(command: str, words: Sequence[str]) -> None:
    done = run(command, "-", *words, stdin=fal())
    assert (done.code, done.out) == (2, "")
    assert words[0] in done.err
    assert "media are measured with --probe: add it" in done.err


@pytest.mark.parametrize(
    ("words", "option", "said"),
    [
        pytest.param(("rate", USAGE, "--account", "acme"), "--account", ITSELF, id="rate"),
        pytest.param((*BACKTEST, "--environment", "production"), "--environment", ITSELF, id="backtest"),
        pytest.param((*BACKTEST, "--from", "focus", "--region", "mainland"), "--region", ITSELF, id="focus"),
        pytest.param((*RECONCILE, "--usage", USAGE, "--account", "acme"), "--account", ITSELF, id="reconcile"),
        pytest.param(
            (*RECONCILE, "--charges", "c", "--from", "dashscope"), "--from", "how usage is read", id="charges"
        ),
    ],
)
def test_whose_usage_it_is_is_said_of_task_results_alone(words: Sequence[str], option: str, said: str) -> None:
    done = run(*words)
    assert (done.code, done.out) == (2, "")
    assert option in done.err
    assert said in " ".join(done.err.split())


@pytest.mark.parametrize(
    ("words", "option", "said"),
    [
        pytest.param(("rate", USAGE, "--spark-master", "local[2]"), "--spark-master", "add --engine spark", id="spark"),
        pytest.param(("probe", "clip.mp4", "--weights", "w.onnx"), "--weights", "add --subjects", id="weights"),
    ],
)
def test_what_belongs_to_another_option_is_not_said_without_it(words: Sequence[str], option: str, said: str) -> None:
    done = run(*words)
    assert (done.code, done.out) == (2, "")
    assert option in done.err
    assert said in " ".join(done.err.split())
