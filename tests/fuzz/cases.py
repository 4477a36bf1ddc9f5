"""What fuzzers found and what was mended, by target: each input is judged with every run of the tests."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

CASES: Final[Mapping[str, Mapping[str, bytes]]] = MappingProxyType(
    {
        "service": {
            "half-a-character-in-a-lock": (
                b'lock\n{"schema_version": "1", "at": "2026-11-01", "records": '
                b'[{"id": "a", "digest": "x", "said": {"a": "\\ud800"}}]}'
            ),
            "a-password-in-a-url-in-the-path-is-shown": b"url\nhttps://media.example.com/x/https://user:password1@media",
        },
        "tables": {
            "an-id-that-ends-a-line-elsewhere": (
                b'jsonl list\n{"id": "\\u2028", "at": "2026-10-04T10:00:00Z", "host": "runware", '
                b'"resolution": "1080P", "duration_s": 5, "clips_s": [], "references": 3, "status": "succeeded"}'
            ),
        },
        "usage": {
            "names-of-columns-that-are-no-text-stand-twice": b"invoice csv\namount,a\xff,a\xff,currency\n1,2,3,USD",
            "half-a-character-in-a-line-of-an-invoice": b'invoice jsonl\n{"amount": "1", "currency": "\\ud800"}',
            "half-a-character-in-a-key-of-an-invoice": b'invoice jsonl\n{"\\udfff": "1", "currency": "USD"}',
        },
    }
)
