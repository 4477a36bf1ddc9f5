"""`data:` URLs are unpacked in place and within limits; `oss:` ones are not read; no URL opens a local file."""

from __future__ import annotations

import subprocess
import sys
import tracemalloc
from base64 import b64encode, urlsafe_b64encode
from hashlib import sha256
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wan_rules.shell.found import UnreadableError
from wan_rules.shell.sources import Policy, open_url
from wan_rules.shell.sources.data_urls import DATA_BYTES_MAX, open_data


def unpack(url: str) -> bytes:
    with open_url(url, Policy()) as source:
        return source.read(0, source.size or 0)


@given(st.binary(max_size=300), st.sampled_from(["data:image/png", "DATA:", "data:audio/wav;a=b", "data:;"]))
def test_what_is_packed_is_unpacked(data: bytes, head: str) -> None:
    packed = b64encode(data).decode()
    assert unpack(f"{head};base64,{packed}") == unpack(f"{head};BASE64,{quote(packed, safe='')}") == data
    assert unpack(f"{head},{quote(data, safe='')}") == data


def test_parts_of_it() -> None:
    data = bytes(range(256)) * 4_000  # more than is unpacked at once
    source = open_data("data:image/png;base64," + b64encode(data).decode())
    assert (source.size, source.read(1_000_000, 9), source.read(10**9, 9)) == (
        len(data),
        data[1_000_000:1_000_009],
        b"",
    )
    assert (source.requests, source.bytes_read) == (0, 9)
    assert source.identify() == f"sha256:{sha256(data).hexdigest()}"
    with pytest.raises(UnreadableError, match="before its own beginning"):
        source.read(-1, 5)


@pytest.mark.parametrize(
    ("url", "why"),
    [
        pytest.param("data:image/png;base64", "has no comma", id="no-comma"),
        pytest.param(f"data:{'a' * 2000},", "has no comma", id="late-comma"),
        pytest.param("data:image/png;base64,QUJ", "holds no base64: incorrect padding", id="cut"),
        pytest.param("data:image/png;base64,QUI=QUI=", "holds no base64", id="joined"),
        pytest.param("data:image/png;base64,QUI==", "holds no base64", id="padded-twice"),
        pytest.param("data:image/png;base64,QU JD", "holds no base64", id="blank"),
        pytest.param("data:image/png;base64,QUJD\n", "holds no base64", id="line-end"),
        pytest.param("data:image/png;base64,QUJDé", "holds no base64", id="foreign"),
        pytest.param("data:image/png;base64,%51UJD", "holds no base64", id="escape-of-a-letter"),
        pytest.param("data:;base64," + urlsafe_b64encode(b"\xff" * 3).decode(), "holds no base64", id="url-safe"),
        pytest.param("data:image/png,é", "beyond ASCII", id="foreign-escaped"),
        pytest.param("data:image/png," + "A" * 1_048_577, "1,048,577 characters of data, at most 1,048,576", id="long"),
        pytest.param("oss://bucket/a.png", "in a host's own storage (oss:)", id="oss"),
        pytest.param("OSS://bucket/a.png?token=secret", "in a host's own storage (oss:)", id="oss-capitals"),
        pytest.param(" data:image/png;base64,QUJD", "a blank or a control character", id="blank-before"),
        pytest.param("file:///etc/hostname", "file: is no scheme", id="file"),
        pytest.param("/etc/hostname", "it has no scheme", id="path"),
    ],
)
def test_what_is_not_unpacked(url: str, why: str) -> None:
    with pytest.raises(UnreadableError) as refused:
        unpack(url)
    assert why in refused.value.reason
    assert not {"QUI", "secret"} & set(refused.value.reason.split())
    assert refused.value.reason.endswith(".")


def test_a_file_in_base64_in_place_of_a_url_is_read() -> None:
    data = bytes(range(256)) * 20
    assert unpack(b64encode(data).decode()) == data
    with pytest.raises(UnreadableError, match="it holds no base64"):
        unpack("A" * 5_001)
    with pytest.raises(UnreadableError, match="at most 33,554,432"):
        unpack("A" * (DATA_BYTES_MAX // 3 * 4 + 4))


def test_an_id_in_place_of_a_url_lies_in_a_hosts_own_storage() -> None:
    with pytest.raises(UnreadableError, match=r"an id in a host's own storage, .* State its facts"):
        unpack("C64351d5-4c59-42f7-95e1-eace013eddab")


def test_padding_where_two_pieces_meet() -> None:
    piece = b64encode(b"x" * 196_607).decode()
    assert len(piece) == 256 * 1024
    with pytest.raises(UnreadableError, match="padding before its end"):
        unpack("data:;base64," + piece + "QUJD")


def test_what_needs_no_network_imports_none() -> None:
    heavy = ["ssl", "h11", "http", "urllib.request", "email"]
    code = f"import sys, wan_rules.shell.sources; print([name for name in {heavy} if name in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, check=True).stdout == b"[]\n"


def test_size_is_known_before_unpacking() -> None:
    most = "data:;base64," + "A" * (DATA_BYTES_MAX // 3 * 4)
    tracemalloc.start()
    try:
        with pytest.raises(UnreadableError, match=r"at most 33,554,432\. Upload the file"):
            open_data(most + "AAAA")
        assert tracemalloc.get_traced_memory()[1] < 40 * 1024 * 1024  # the URL itself
        tracemalloc.reset_peak()
        assert open_data(most).size == DATA_BYTES_MAX
        assert tracemalloc.get_traced_memory()[1] < 64 * 1024 * 1024
    finally:
        tracemalloc.stop()
