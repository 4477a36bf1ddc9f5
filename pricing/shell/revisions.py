"""Catalogues from git: a folder as it was at a revision, read from the repository around the current folder.

Nothing is checked out and nothing of a revision is run. What a person names reaches git only as a whole argument that
cannot be an option.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from io import BytesIO
from typing import Final, NamedTuple

from pricing.errors import CardError
from pricing.shell import catalogues

SECONDS_MAX: Final = 60
_FILE_MODES: Final = (b"100644", b"100755")


class _Blob(NamedTuple):
    name: str
    id: bytes
    size: int


def read_revision(named: str) -> dict[str, str]:
    """The texts of every `*.toml` below a folder at a revision, named as git does: `HEAD~1:prices`.

    A path that begins with `./` is seen from the current folder, any other from the repository's. Raises CardError.
    """
    revision, _, path = named.partition(":")
    blobs = _list_blobs(_find_tree(revision, path, named), named)
    catalogues.check_count(len(blobs), named)
    if sum(blob.size for blob in blobs) > catalogues.MAX_TEXT_BYTES:
        raise catalogues.too_much(named)
    base = named if named.endswith((":", "/")) else f"{named}/"
    texts = _read_blobs([blob.id for blob in blobs], named)
    files = [f"{base}{blob.name}" for blob in blobs]
    return {file: catalogues.decode_text(text, file) for file, text in zip(files, texts, strict=True)}


def _find_tree(revision: str, path: str, named: str) -> str:
    """The id of the folder. Each thing that may be missing is asked for on its own, so that the error names it."""
    if not revision or revision.startswith("-") or "\0" in named:
        raise CardError("a revision is wanted before the colon, as in HEAD~1:prices", file=named)
    around = _git("rev-parse", "--git-dir", named=named)
    if around.returncode:
        raise CardError(f"git finds no repository here: {_complaint(around)}", file=named)
    commit = _verify(f"{revision}^{{commit}}", named)
    if commit is None:
        raise CardError(f"no revision {revision[:64]!r} in this repository: name a commit, branch or tag", file=named)
    tree = _verify(f"{commit}:{path.rstrip('/')}" if path else f"{commit}^{{tree}}", named)
    if tree is None or _git("cat-file", "-t", tree, named=named).stdout.strip() != b"tree":
        raise CardError(f"no folder {path[:64]!r} at {revision[:64]}", file=named)
    return tree


def _verify(expression: str, named: str) -> str | None:
    """The id of one object, or `None`: what git answers is a hash, which is safe to pass on."""
    done = _git("rev-parse", "--verify", "--quiet", "--end-of-options", expression, named=named)
    return done.stdout.decode().strip() if done.returncode == 0 else None


def _list_blobs(tree: str, named: str) -> list[_Blob]:
    listed = _git("ls-tree", "-r", "-z", "-l", "--full-tree", tree, named=named)
    if listed.returncode:
        raise CardError(f"git can't list it: {_complaint(listed)}", file=named)
    return [blob for line in listed.stdout.split(b"\0") if line.endswith(b".toml") for blob in _blob(line, named)]


def _blob(line: bytes, named: str) -> Iterator[_Blob]:
    head, _, raw = line.partition(b"\t")
    mode, _, object_id, size = head.split()
    name = raw.decode(errors="backslashreplace")
    if mode not in _FILE_MODES:
        raise CardError("no plain file: a link is not followed into a revision", file=f"{named}/{name}")
    catalogues.check_size(int(size), f"{named}/{name}")
    yield _Blob(name, object_id, int(size))


def _read_blobs(ids: list[bytes], named: str) -> Iterator[bytes]:
    """The contents in order, from one run of `git cat-file`: a line that tells id, type and size, then the content."""
    done = _git("cat-file", "--batch", named=named, stdin=b"".join(one + b"\n" for one in ids))
    answers = BytesIO(done.stdout)
    for _ in ids:
        size = answers.readline().split()[-1:]
        if done.returncode or not size or not size[0].isdigit():
            raise CardError(f"git can't read it: {_complaint(done) or 'an object is missing'}", file=named)
        yield answers.read(int(size[0]))
        answers.read(1)


def _git(*arguments: str, named: str, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    """One run of git, which asks nothing, fetches nothing and takes no lock."""
    program = shutil.which("git")
    if program is None:
        raise CardError("git is not installed, and only git reads a revision: name a folder instead", file=named)
    quiet = {"LC_ALL": "C", "GIT_TERMINAL_PROMPT": "0", "GIT_OPTIONAL_LOCKS": "0", "GIT_NO_LAZY_FETCH": "1"}
    try:
        return subprocess.run(  # noqa: S603 - no shell; what a person named is one argument, after --end-of-options
            [program, "--no-pager", *arguments],
            input=stdin,
            capture_output=True,
            check=False,
            timeout=SECONDS_MAX,
            env={**os.environ, **quiet},
        )
    except subprocess.TimeoutExpired:
        raise CardError(f"git takes more than {SECONDS_MAX} s", file=named) from None


def _complaint(done: subprocess.CompletedProcess[bytes]) -> str:
    """The first line of what git says is wrong."""
    said = done.stderr.decode(errors="replace").strip().splitlines()
    return said[0].removeprefix("fatal: ") if said else ""
