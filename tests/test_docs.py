"""What runs the pages finds out the wrong ones (`tests/pages` runs ours), and CI runs the README's own commands."""

from __future__ import annotations

import re
import socket
from contextlib import nullcontext
from pathlib import Path

import pytest
from sybil.example import SybilFailure

from tests import docs_runner
from tests.conftest import ROOT
from tests.docs_runner import Step

README = ROOT / "README.md"


def test_ci_runs_the_two_commands_of_the_readme() -> None:
    commands = re.findall(r"<!-- setup -->\s*```sh\n(.*?)\n```", README.read_text(encoding="utf-8"), re.DOTALL)
    assert len(commands) == 2
    ci_lines = (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()
    assert [command for command in commands if command not in ci_lines] == []


STARTS = ("docs/how-to/guard-calls.md", "docs/tutorial/quote-service.md", "docs/tutorial/month-end.md")
"""Where those begin who guard calls, who run a quote endpoint, and who answer for the bill."""


def test_the_first_screen_of_the_readme_shows_a_quote_and_where_each_begins() -> None:
    screen = "\n".join(README.read_text(encoding="utf-8").splitlines()[:40])
    assert re.search(r"```console\n\$ wan-rules quote .*?\n  total .*? USD\n.*?```", screen, re.DOTALL)
    assert [start for start in STARTS if f"]({start})" not in screen] == []


@pytest.mark.parametrize(
    ("expected", "printed", "agree"),
    [
        pytest.param(["a", "b"], ["a", "b"], True, id="the-same"),
        pytest.param(["a"], ["a", "b"], False, id="one-line-more"),
        pytest.param(["a."], ["ab"], False, id="no-pattern-of-its-own"),
        pytest.param([], [], True, id="nothing"),
        pytest.param(["a", "...", "d"], ["a", "b", "c", "d"], True, id="any-lines"),
        pytest.param(["a", "...", "d"], ["a", "d"], True, id="no-lines"),
        pytest.param(["a", "..."], ["b", "a"], False, id="not-before-the-first"),
        pytest.param(["id: q_…, 1 $."], ["id: q_7f, 1 $."], True, id="any-text"),
        pytest.param(["id: q_…"], ["id: q_"], False, id="some-text"),
        pytest.param(["id: …"], ["id: 1", "2"], False, id="text-of-one-line"),
    ],
)
def test_output_is_compared_line_by_line(expected: list[str], printed: list[str], *, agree: bool) -> None:
    assert docs_runner.agrees(expected, printed) is agree


def test_a_console_block_is_cut_at_its_prompts() -> None:
    block = "$ echo a \\\n  b\na b\n\n$ true\n$ cat x\ncost: 2 $ a second\n"
    assert list(docs_runner.steps(block)) == [
        Step("echo a \\\n  b", ("a b",)),
        Step("true", ()),
        Step("cat x", ("cost: 2 $ a second",)),
    ]


def test_a_console_block_without_a_prompt_is_refused() -> None:
    with pytest.raises(ValueError, match=r"\$ command"):
        list(docs_runner.steps("wan-rules --help\n"))


@pytest.mark.parametrize(
    ("command", "exit_code", "fault"),
    [
        pytest.param("echo yes", 0, None, id="as-shown"),
        pytest.param("echo no", 0, "--- printed\nno\n", id="other-output"),
        pytest.param("echo yes; exit 3", 0, "exit 3, expected 0", id="other-exit"),
        pytest.param("echo yes; exit 3", 3, None, id="exit-as-said"),
        pytest.param("echo yes >&2", 0, None, id="stderr-is-seen-too"),
    ],
)
def test_a_page_that_is_wrong_is_found_out(command: str, exit_code: int, fault: str | None) -> None:
    found = docs_runner.fault(Step(command, ("yes",)), exit_code)
    assert (found is None) if fault is None else (found is not None and fault in found)


def test_a_page_can_save_a_file_and_use_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    page = tmp_path / "page.md"
    page.write_text(
        '<!-- file: in/a.json -->\n```json\n{"a": 1}\n```\n\n'
        '<!-- exit: 1 -->\n```console\n$ cat in/a.json; exit 1\n{"a": 1}\n```\n\n'
        "```python\nb = 2\n```\n\n```python\nassert b == 2\n```\n",
        encoding="utf-8",
    )
    blocks = list(docs_runner.parse(page))
    assert len(blocks) == 4
    for block in blocks:
        block.evaluate()


def test_a_page_can_start_a_server_and_ask_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    page = tmp_path / "page.md"
    page.write_text(
        "<!-- serves: 8321 -->\n```console\n$ python3 -u -m http.server 8321 --bind 127.0.0.1\n"
        "Serving HTTP on 127.0.0.1 port 8321 (http://127.0.0.1:8321/) ...\n```\n\n"
        "```console\n$ curl -sI 127.0.0.1:8321/page.md | head -1\nHTTP/1.0 200 OK\n```\n",
        encoding="utf-8",
    )
    docs_runner.run(page)
    (port,) = set(re.findall(r"port (\d+)", (tmp_path / "server.log").read_text(encoding="utf-8")))
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", int(port))).close()


SETTING_UP = """<!-- setup -->
```sh
mkdir bin && printf '#!/bin/sh\\necho set up' > bin/wan-rules && chmod +x bin/wan-rules
PATH=$PWD/bin:$PATH
```

```console
$ wan-rules
set up
```

<!-- file: app.py -->
```python
raise SystemExit("kept, and not run")
```

<!-- part: app.py -->
```python
raise SystemExit("kept, and not run")
```
"""


@pytest.mark.parametrize(
    ("shown", "wrong", "found"),
    [
        pytest.param("", "", None, id="as-shown"),
        pytest.param("mkdir bin", "mkdir none/bin", "none/bin", id="what-installs-fails"),
        pytest.param("> bin/wan-rules", "> bin/other", "wan-rules", id="something-else-is-installed"),
        pytest.param("app.py -->\n```python\nraise", "app.py -->\n```python\nexit", "word for word", id="other-part"),
    ],
)
def test_a_page_is_set_up_where_nothing_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, shown: str, wrong: str, found: str | None
) -> None:
    monkeypatch.chdir(tmp_path)
    page = tmp_path / "page.md"
    page.write_text(SETTING_UP.replace(shown, wrong, 1) if shown else SETTING_UP, encoding="utf-8")
    with nullcontext() if found is None else pytest.raises(SybilFailure, match=found):
        docs_runner.run(page, {"PATH": "/usr/bin:/bin"})


def test_a_server_that_ends_at_once_is_found_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    page = tmp_path / "page.md"
    page.write_text("<!-- serves: 8321 -->\n```console\n$ echo no 8321\nno 8321\n```\n", encoding="utf-8")
    with pytest.raises(SybilFailure, match="it has to answer"):
        docs_runner.run(page)
