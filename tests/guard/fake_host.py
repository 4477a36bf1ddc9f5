"""A host that is none: it answers calls and polls in the shapes of Alibaba, Atlas, fal and Runware, on this machine.

What becomes of a job is written in its prompt: `late failure`, `unknown`, `running`, `refused`, `broken`, `cut off`;
any other succeeds, with figures as floats where Alibaba sends them so.
"""

from __future__ import annotations

import gzip
import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from typing import Any, NamedTuple


class Received(NamedTuple):
    """A request as it came."""

    method: str
    path: str
    body: bytes
    headers: dict[str, str]


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128  # whoever is not in it waits a second before it knocks again


class FakeHost:
    """The server's address, what it received, and the prompts of the jobs by their ids."""

    def __init__(self) -> None:
        self.received: list[Received] = []
        self.prompts: dict[str, str] = {}
        self.gzipped = False
        self._numbers = count(1)
        self.server = _Server(("127.0.0.1", 0), _handler(self))

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_address[1]}"

    @property
    def creates(self) -> list[Received]:
        """The calls that make a job."""
        return [each for each in self.received if each.method == "POST"]

    def new_task(self, prompt: str, task: str | None = None) -> str:
        name = task or f"task-{next(self._numbers)}"
        self.prompts[name] = prompt
        return name

    def bases(self) -> dict[str, list[str]]:
        """Where a guard finds each host's API here."""
        return {
            "alibaba": [f"{self.url}/api/v1"],
            "atlas": [f"{self.url}/atlas"],
            "fal": [self.url],
            "runware": [f"{self.url}/runware"],
        }


@contextmanager
def serve() -> Iterator[FakeHost]:
    host = FakeHost()
    thread = threading.Thread(target=host.server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield host
    finally:
        host.server.shutdown()
        host.server.server_close()
        thread.join()


def _handler(host: FakeHost) -> type[BaseHTTPRequestHandler]:
    return type("Handler", (_Handler,), {"host": host})


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    host: FakeHost

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        self._answer("GET")

    def do_POST(self) -> None:
        self._answer("POST")

    def _answer(self, method: str) -> None:
        body = self._read()
        self.host.received.append(Received(method, self.path, body, dict(self.headers)))
        answer = answer_request(self.host, method, self.path.partition("?")[0], body)
        if answer is None:
            self.close_connection = True
            return
        status, document = answer
        self._send(status, document if isinstance(document, bytes) else json.dumps(document).encode())

    def _read(self) -> bytes:
        if self.headers.get("Transfer-Encoding") != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length") or 0))
        chunks = []
        while size := int(self.rfile.readline(), 16):
            chunks.append(self.rfile.read(size))
            self.rfile.readline()
        self.rfile.readline()
        return b"".join(chunks)

    def _send(self, status: int, sent: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        if self.host.gzipped:
            sent = gzip.compress(sent)
            self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(sent)))
        self.end_headers()
        self.wfile.write(sent)


def answer_request(host: FakeHost, method: str, path: str, body: bytes) -> tuple[int, Any] | None:
    if path.startswith("/api/v1"):
        return _answer_alibaba(host, method, path, body)
    if path.startswith("/fal-ai/wan"):
        return _answer_fal(host, method, path, body)
    if path.startswith("/atlas"):
        return _answer_atlas(host, method, path, body)
    if path == "/runware":
        return _answer_runware(host, json.loads(body))
    return 200, b"echo:" + body


ALIBABA_REFUSALS: Mapping[str, tuple[int, Any] | None] = {
    "refused": (400, {"request_id": "r", "code": "InvalidParameter", "message": "no"}),
    "broken": (500, {"request_id": "r", "code": "InternalError", "message": "no"}),
    "cut off": None,
}
ALIBABA_ENDS: Mapping[str, dict[str, object]] = {
    "late failure": {"task_status": "FAILED", "code": "InvalidParameter", "message": "Field required: input.media"},
    "unknown": {"task_status": "UNKNOWN"},
    "running": {"task_status": "RUNNING"},
}


def _answer_alibaba(host: FakeHost, method: str, path: str, body: bytes) -> tuple[int, Any] | None:
    if method == "POST":
        try:
            prompt = json.loads(body)["input"].get("prompt", "")
        except ValueError:
            return ALIBABA_REFUSALS["refused"]
        for word, answer in ALIBABA_REFUSALS.items():
            if word in prompt:
                return answer
        return 200, {"request_id": "r", "output": {"task_status": "PENDING", "task_id": host.new_task(prompt)}}
    task = path.rstrip("/").rpartition("/")[2]  # dashscope's asynchronous half asks for `tasks/id/?duration=5`
    prompt = host.prompts[task]
    end = next((end for word, end in ALIBABA_ENDS.items() if word in prompt), None)
    if end is not None:
        return 200, {"request_id": "r", "output": {"task_id": task, **end}}
    output = {"task_id": task, "task_status": "SUCCEEDED", "video_url": "https://x.example/v.mp4"}
    clip_s = 5.0 if "clip" in prompt else 0.0
    usage = {"duration": clip_s + 5.0, "input_video_duration": clip_s, "output_video_duration": 5.0}
    usage |= {"video_count": 1, "SR": 720, "fps": 30}
    return 200, {"request_id": "r", "output": output, "usage": {**usage, "ratio": "16:9"}}


def _answer_fal(host: FakeHost, method: str, path: str, body: bytes) -> tuple[int, Any]:
    if method == "POST":
        task = host.new_task(json.loads(body).get("prompt", ""))
        at = f"{host.url}/fal-ai/wan/requests/{task}"
        return 200, {
            "request_id": task,
            "response_url": at,
            "status_url": f"{at}/status",
            "cancel_url": f"{at}/cancel",
            "status": "IN_QUEUE",
            "queue_position": 0,
        }
    is_status = path.endswith("/status")
    task = path.removesuffix("/status").rpartition("/")[2]
    failed = "late failure" in host.prompts[task]
    if "running" in host.prompts[task]:
        return (200, {"status": "IN_PROGRESS", "logs": []}) if is_status else (400, {"detail": "still in progress"})
    if is_status:
        status: dict[str, object] = {"status": "COMPLETED", "logs": [], "metrics": {"inference_time": 10.0}}
        return 200, status | ({"error": "no", "error_type": "invalid"} if failed else {})
    return (422, {"detail": "no"}) if failed else (200, {"video": {"url": "https://x.example/v.mp4"}, "seed": 1})


def _answer_atlas(host: FakeHost, method: str, path: str, body: bytes) -> tuple[int, Any]:
    if method == "POST":
        task = host.new_task(json.loads(body).get("prompt", ""))
        return 200, {"code": 200, "message": "success", "data": {"id": task, "status": "processing"}}
    task = path.rpartition("/")[2]
    failed = "late failure" in host.prompts[task]
    data = {"id": task, "status": "failed", "error": "no"} if failed else {"id": task, "status": "completed"}
    return 200, {"code": 200, "message": "success", "data": data}


def _answer_runware(host: FakeHost, tasks: list[dict[str, Any]]) -> tuple[int, Any]:
    data: list[dict[str, object]] = []
    errors: list[dict[str, object]] = []
    for task in tasks:
        uuid = task["taskUUID"]
        if task["taskType"] == "getResponse":
            prompt = host.prompts[uuid]
            if "late failure" in prompt:
                errors.append({"code": "providerError", "message": "no", "taskUUID": uuid, "status": "error"})
            else:
                done = {"status": "success", "videoURL": "https://x.example/v.mp4", "cost": 0.3}
                data.append({"taskType": "videoInference", "taskUUID": uuid, **done})
        else:
            host.new_task(task.get("positivePrompt", ""), uuid)
            data.append({"taskType": task["taskType"], "taskUUID": uuid})
    return 200, {"data": data, **({"errors": errors} if errors else {})}
