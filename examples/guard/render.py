"""A program that knows nothing of a guard: it renders a few videos at Alibaba's API, and waits for each.

python3 examples/guard/render.py http://127.0.0.1:8330/api/v1 5 99 10
"""

import sys

import httpx2

SYNTHESIS = "/services/aigc/video-generation/video-synthesis"


def render(client: httpx2.Client, seconds: int) -> str:
    """How the job ended."""
    media = [{"type": "reference_image", "url": "https://media.example.com/girl.jpg"}]
    payload = {
        "model": "wan2.7-r2v",
        "input": {"prompt": "Image 1 walks along the beach", "media": media},
        "parameters": {"resolution": "720P", "duration": seconds},
    }
    task = client.post(client.base_url.join(f".{SYNTHESIS}"), json=payload).json()["output"]["task_id"]
    return str(client.get(client.base_url.join(f"./tasks/{task}")).json()["output"]["task_status"])


if not sys.argv[2:]:
    sys.exit("render.py URL SECONDS...: where to render, and videos of how many seconds")
with httpx2.Client(base_url=f"{sys.argv[1]}/") as client:
    for seconds in map(int, sys.argv[2:]):
        try:
            print(seconds, "s:", render(client, seconds))
        except Exception as error:  # noqa: BLE001 - whatever it was, the next one is tried
            print(seconds, "s:", error)
