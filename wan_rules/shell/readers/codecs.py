"""Codecs by the names that people call them, and which of them can carry a transparent picture."""

from __future__ import annotations

from typing import Final

VIDEO_CODECS: Final[dict[bytes, str]] = {
    b"avc1": "h264",
    b"avc2": "h264",
    b"avc3": "h264",
    b"avc4": "h264",
    b"hvc1": "hevc",
    b"hev1": "hevc",
    b"dvh1": "hevc",
    b"dvhe": "hevc",
    b"dva1": "h264",
    b"dvav": "h264",
    b"vvc1": "vvc",
    b"vvi1": "vvc",
    b"av01": "av1",
    b"dav1": "av1",
    b"vp08": "vp8",
    b"vp09": "vp9",
    b"mp4v": "mpeg4",
    b"DIVX": "mpeg4",
    b"XVID": "mpeg4",
    b"s263": "h263",
    b"h263": "h263",
    b"m1v ": "mpeg1video",
    b"m2v1": "mpeg2video",
    b"apco": "prores",
    b"apcs": "prores",
    b"apcn": "prores",
    b"apch": "prores",
    b"ap4h": "prores",
    b"ap4x": "prores",
    b"aprn": "prores_raw",
    b"aprh": "prores_raw",
    b"AVdn": "dnxhd",
    b"AVdh": "dnxhd",
    b"CFHD": "cfhd",
    b"jpeg": "mjpeg",
    b"mjpa": "mjpeg",
    b"mjpb": "mjpegb",
    b"mjp2": "jpeg2000",
    b"png ": "png",
    b"rle ": "qtrle",
    b"dvc ": "dvvideo",
    b"dvcp": "dvvideo",
    b"SVQ1": "svq1",
    b"SVQ3": "svq3",
    b"Hap1": "hap",
    b"Hap5": "hap",
    b"HapY": "hap",
    b"2vuy": "rawvideo",
    b"raw ": "rawvideo",
    b"v210": "v210",
}
"""By the four letters of a sample entry."""

OPAQUE: Final = frozenset(
    {"h264", "av1", "vp8", "vp9", "mpeg4", "h263", "mpeg1video", "mpeg2video", "dvvideo", "mjpeg"}
)
"""Codecs that carry no transparency in MP4 or QuickTime."""
OPAQUE_ENTRIES: Final = frozenset({b"apco", b"apcs", b"apcn", b"apch"})
"""Sample entries of the same: ProRes 422 in its four sizes."""
BY_DEPTH: Final = frozenset({b"ap4h", b"ap4x", b"rle ", b"png "})
"""Sample entries that say by a depth of 32 bits that there is transparency."""

WAV_CODECS: Final[dict[int, str]] = {
    0x0001: "pcm",
    0x0002: "adpcm_ms",
    0x0003: "pcm_float",
    0x0006: "pcm_alaw",
    0x0007: "pcm_mulaw",
    0x0011: "adpcm_ima",
    0x0031: "gsm",
    0x0050: "mp2",
    0x0055: "mp3",
    0x00FF: "aac",
    0x0161: "wma",
    0x2000: "ac3",
}
"""By the number that a WAV file's format begins with."""
PCM_CODECS: Final = frozenset({"pcm", "pcm_float", "pcm_alaw", "pcm_mulaw"})
"""Those whose samples are all of one size, so that bytes tell the length."""
