"""A host that is none: it answers as Alibaba's API does, on this machine, and renders nothing.

python3 examples/guard/host.py 8330
"""

import json
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

SECONDS: dict[str, float] = {}
"""What each task was asked for."""


class Host(BaseHTTPRequestHandler):
    """Takes any call, as the real one does, and says at the first poll how it ended."""

    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        """A call: 200 and a task."""
        payload = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        task = f"task-{len(SECONDS) + 1}"
        SECONDS[task] = float(payload["parameters"]["duration"])
        self.answer({"output": {"task_id": task, "task_status": "PENDING"}, "request_id": "r"})

    def do_GET(self) -> None:
        """A poll: done, with what is billed, as floats."""
        task = self.path.rpartition("/")[2]
        seconds = SECONDS.get(task, 0.0)
        usage = {"duration": seconds, "input_video_duration": 0.0, "output_video_duration": seconds, "SR": 720}
        self.answer({"output": {"task_id": task, "task_status": "SUCCEEDED"}, "usage": usage, "request_id": "r"})

    def answer(self, document: object) -> None:
        """Send it."""
        body = json.dumps(document).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Nothing is logged."""


if __name__ == "__main__":
    ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Host).serve_forever()
