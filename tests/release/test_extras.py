"""Each extra brings what its job needs, and without it the job says which extra to install."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final, TypeAlias

import pytest

from tests.release.environments import SECONDS_MAX, Versions, build_wheel, clean, make_environment
from tests.release.smoke import SMOKE
from tests.release.surroundings import SURROUNDINGS

Make: TypeAlias = Callable[[Sequence[str], Versions], Path]
PLAIN: Final = (
    "wan-rules quote examples/fal-one-clip.payload.json --facts examples/fal-one-clip.facts.json --format text"
)


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_wheel(tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="session")
def make(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Make:
    """The programs of an environment with these extras, made once."""
    made: dict[tuple[tuple[str, ...], Versions], Path] = {}

    def environment(extras: Sequence[str], versions: Versions) -> Path:
        key = (tuple(sorted(extras)), versions)
        if key not in made:
            folder = tmp_path_factory.mktemp("-".join((*key[0], versions)))
            made[key] = make_environment(folder / "venv", wheel, extras, versions)
        return made[key]

    return environment


@pytest.fixture
def around(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Mapping[str, str]]:
    """What the job of the extra finds around it, as variables."""
    folder = tmp_path / "around"
    folder.mkdir()
    with SURROUNDINGS[SMOKE[request.getfixturevalue("extra")].around](folder) as variables:
        yield variables


def run(command: str, programs: Path, around: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    """The command in this folder; of our programs it sees those of the environment alone."""
    path = os.pathsep.join((str(programs), os.environ["PATH"]))
    environment = clean(PATH=path, COLUMNS="200", NO_COLOR="1", **around)
    return subprocess.run(
        ["sh", "-c", command],
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=SECONDS_MAX,
        check=False,
    )


@pytest.mark.parametrize("versions", ["newest", "oldest"])
@pytest.mark.usefixtures("beside_examples")
def test_the_plain_install_quotes(versions: Versions, make: Make) -> None:
    done = run(PLAIN, make((), versions), {})
    assert (done.returncode, done.stderr) == (0, "")
    assert "USD" in done.stdout


@pytest.mark.parametrize("versions", ["newest", "oldest"])
@pytest.mark.parametrize("extra", SMOKE)
@pytest.mark.usefixtures("beside_examples")
def test_with_the_extra_its_job_is_done(extra: str, versions: Versions, make: Make, around: Mapping[str, str]) -> None:
    job = SMOKE[extra]
    done = run(job.command, make((extra, *job.beside), versions), around)
    assert done.returncode == 0, done.stdout + done.stderr
    assert job.shows in done.stdout


@pytest.mark.parametrize("extra", SMOKE)
@pytest.mark.usefixtures("beside_examples")
def test_without_it_the_extra_is_named(extra: str, make: Make, around: Mapping[str, str]) -> None:
    job = SMOKE[extra]
    done = run(job.fails or job.command, make(job.beside, "newest"), around)
    said = done.stdout + done.stderr
    assert f"pip install 'wan-rules[{extra}]'" in said
    assert done.returncode == job.code, said
    assert job.code == 1 or "Traceback" not in said
