"""Payloads of each host that the tests send: the smallest that is whole."""

from __future__ import annotations

from typing import Any

IMAGE = "https://media.example.com/a.png"
CLIP = "https://media.example.com/a.mp4"


def alibaba(prompt: str = "Image 1 walks", **parameters: object) -> dict[str, Any]:
    """720P for 5 s: 5 x 0.10 USD at the international list price, 5 x 0.6 CNY in mainland China."""
    return {
        "model": "wan2.7-r2v",
        "input": {"prompt": prompt, "media": [{"type": "reference_image", "url": IMAGE}]},
        "parameters": {"resolution": "720P", "duration": 5, **parameters},
    }


def alibaba_clip(prompt: str = "Video 1 walks, a clip") -> dict[str, Any]:
    """A clip of unknown length: from 5 x 0.10 to (5 + 5) x 0.10 USD."""
    payload = alibaba(prompt)
    payload["input"]["media"] = [{"type": "reference_video", "url": CLIP}]
    return payload


def alibaba_rejected() -> dict[str, Any]:
    """Six references, and 99 seconds."""
    payload = alibaba("Image 1 walks", duration=99)
    payload["input"]["media"] *= 6
    return payload


def fal(prompt: str = "Image 1 walks", seconds: int = 3) -> dict[str, Any]:
    return {"prompt": prompt, "reference_image_urls": [IMAGE], "resolution": "720p", "duration": seconds}


def atlas(prompt: str = "character1 walks") -> dict[str, Any]:
    return {
        "model": "alibaba/wan-2.7/reference-to-video",
        "prompt": prompt,
        "images": [IMAGE],
        "resolution": "720P",
        "duration": 5,
    }


def runware(prompt: str = "Image 1 walks", task: str = "8f6c0f9e-0001-4000-8000-000000000001") -> dict[str, Any]:
    return {
        "taskType": "videoInference",
        "taskUUID": task,
        "model": "alibaba:wan@2.7",
        "positivePrompt": prompt,
        "duration": 2,
        "width": 1280,
        "height": 720,
        "inputs": {"referenceImages": [IMAGE]},
    }
