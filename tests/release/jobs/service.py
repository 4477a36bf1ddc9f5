"""A service that is started, gives a key, makes a quote with it that binds, and publishes what verifies it."""

from __future__ import annotations

import json
import socket
import subprocess
import time
import urllib.request
from pathlib import Path


def ask(url: str, key: str = "", body: bytes | None = None) -> bytes:
    """The answer."""
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    with urllib.request.urlopen(urllib.request.Request(url, body, headers), timeout=20) as answer:  # noqa: S310 - ours
        told: bytes = answer.read()
        return told


def wait(server: subprocess.Popen[bytes], url: str) -> None:
    """Until it answers, or has ended."""
    while server.poll() is None:
        try:
            ask(f"{url}/readyz")
        except OSError:
            time.sleep(0.1)
        else:
            return


with socket.socket() as probe:
    probe.bind(("127.0.0.1", 0))
    port = probe.getsockname()[1]
url = f"http://127.0.0.1:{port}"
state = ["--state", "state"]
bound = ["--account", "acme", "--environment", "production", "--scope", "quote"]
made = subprocess.run(
    ["wan-rules", "keys", "create", "shop", *bound, *state], check=False, stdout=subprocess.PIPE, text=True
)
if made.returncode:
    raise SystemExit(made.returncode)
command = ["wan-rules", "serve", "--catalogue", "examples/catalogue", "--port", str(port), "--quiet", *state]
with subprocess.Popen(command) as server:
    try:
        wait(server, url)
        payload = Path("examples/fal-one-clip.payload.json").read_bytes()
        facts = Path("examples/fal-one-clip.facts.json").read_bytes()
        envelope = b'{"payload": %b, "facts": %b, "account": "acme", "environment": "production"}' % (payload, facts)
        Path("quote.json").write_bytes(ask(f"{url}/v1/quotes", made.stdout.split()[-1], envelope))
        Path("keys.json").write_bytes(ask(f"{url}/.well-known/jwks.json"))
        page = ask(f"{url}/")
    finally:
        server.terminate()
assert b"<html" in page
print(json.loads(Path("quote.json").read_bytes())["id"][:2], flush=True)
subprocess.run(["wan-rules", "quote", "verify", "quote.json", "--keys", "keys.json"], check=True)
