"""`--lang`: violations in another language, everywhere that they are printed, and nothing else in it."""

from __future__ import annotations

import json

import pytest

from pricing.shell import codes
from pricing.shell.text_widths import measure
from tests.shell.runner import AT, EXAMPLES, fal, fal_clip, run, run_process

LONG = "时长为 12 秒，支持 2 至 10 秒。请改为 10 秒。"  # noqa: RUF001 - Chinese marks
MISTAKES = str(EXAMPLES / "alibaba-mistakes.payload.json")
REFUSED = [
    pytest.param((command, "-", *more), id=command)
    for command, more in {
        "check": (),
        "quote": AT,
        "plan": (),
        "convert": ("--to", "alibaba"),
        "compare": AT,
        "explain": AT,
    }.items()
]


@pytest.mark.parametrize("arguments", REFUSED)
class TestEachCommand:
    """Every command that prints violations."""

    def test_a_refusal_is_told_in_chinese(self, arguments: tuple[str, ...]) -> None:
        done = run(*arguments, "--lang", "zh", stdin=fal(duration=12))
        assert (done.code, done.err) == (codes.REJECTED, "")
        assert done.out.startswith("不通过（fal）：1 个错误，")  # noqa: RUF001 - Chinese marks
        assert f"\n  {LONG}\n  修复：将 /duration 改为 10\n" in done.out  # noqa: RUF001 - Chinese marks

    def test_its_json_has_the_message_alone_in_chinese(self, arguments: tuple[str, ...]) -> None:
        asked = (*arguments, "--format", "json")
        chinese = run(*asked, "--lang", "zh-Hans-CN", stdin=fal(duration=12)).document
        english = run(*asked, "--lang", "en-GB", stdin=fal(duration=12)).document
        assert english == run(*asked, stdin=fal(duration=12)).document
        assert [one.pop("message") for one in chinese["violations"]][-1] == LONG
        assert all(one.pop("message").isascii() for one in english["violations"])
        assert chinese == english

    def test_another_language_is_refused_with_those_that_there_are(self, arguments: tuple[str, ...]) -> None:
        done = run(*arguments, "--lang", "fr", stdin=fal())
        assert (done.code, done.out) == (codes.UNUSABLE, "")
        assert "'fr' is no language that messages are told in: en (English), zh (简体中文) are" in done.err


def test_json_lines_have_it_too() -> None:
    line = json.dumps({"payload": fal(duration=12)})
    for command in (("check", "-"), ("quote", "-", *AT)):
        done = run(*command, "--format", "jsonl", "--lang", "zh", stdin=line)
        assert [one["message"] for one in done.document["report"]["violations"]][-1] == LONG


def test_a_quote_has_its_report_in_chinese_and_its_money_in_english() -> None:
    payload = fal()
    del payload["duration"]
    done = run("quote", "-", *AT, "--lang", "zh", stdin=payload)
    assert done.code == codes.DONE
    assert "将按 5 秒生成并计费" in done.out
    assert "total" in done.out
    document = run("quote", "-", *AT, "--lang", "zh", "--format", "json", stdin=payload).document
    assert "将按 5 秒生成并计费" in document["report"]["violations"][0]["message"]


def test_an_explanation_tells_what_is_billed_unasked_in_chinese() -> None:
    payload = fal()
    del payload["duration"]
    assert (
        "未指定时长，将按 5 秒生成并计费。请明确指定。\n" in run("explain", "-", *AT, "--lang", "zh", stdin=payload).out  # noqa: RUF001 - Chinese marks
    )
    document = run("explain", "-", *AT, "--lang", "zh", "--format", "json", stdin=payload).document
    assert "将按 5 秒生成并计费" in " ".join(document["sentences"])
    assert "将按 5 秒生成并计费" in document["quote"]["report"]["violations"][0]["message"]


def test_a_comparison_tells_refusals_in_chinese() -> None:
    done = run("compare", "-", *AT, "--lang", "zh", "--format", "json", stdin=fal_clip(duration=3))
    refused = {reason for option in done.document["options"] for reason in option["refusals"]}
    assert "fal 没有 1080P-SR 档位" in refused


def test_what_another_host_would_refuse_is_told_in_chinese() -> None:
    payload = {**fal(), "prompt": "x" * 4999 + " Image 1"}
    done = run("convert", "-", "--host", "fal", "--to", "atlas", "--lang", "zh", stdin=payload)
    assert all(line.isascii() for line in done.err.splitlines() if not line.startswith("Atlas Cloud would refuse it"))


def test_nothing_of_the_english_changes_without_it() -> None:
    assert run("check", MISTAKES).out.isascii()
    assert run("check", MISTAKES, "--lang", "en") == run("check", MISTAKES)


def test_a_variable_of_ours_chooses_and_the_locale_does_not() -> None:
    chinese = run("check", MISTAKES, "--lang", "zh")
    assert run_process("check", MISTAKES, WAN_RULES_LANG="zh_CN") == chinese
    assert run_process("check", MISTAKES, WAN_RULES_LANG="zh", LC_ALL="C") == chinese
    assert run_process("check", MISTAKES, WAN_RULES_LANG="", LANG="zh_CN.UTF-8", LC_ALL="zh_CN.UTF-8").out.isascii()
    refused = run_process("check", MISTAKES, WAN_RULES_LANG="tlh")
    assert (refused.code, refused.out) == (codes.UNUSABLE, "")
    assert "en (English), zh" in refused.err


def test_lines_are_folded_by_the_cells_that_they_take() -> None:
    assert max(map(measure, run("check", MISTAKES, "--lang", "zh").out.splitlines())) <= 100
