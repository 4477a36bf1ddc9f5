"""The child process: it gives up what it does not need, loads the model, and then looks at one picture after another.

`python -c BOOT path limits` starts it; it is asked by messages on its standard input, and answers on its standard
output. First comes the model, with `unsure` and `overlap`; then pictures, each to `count` or to `draw`.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any, BinaryIO, Final

from wan_rules.shell.detection.confinement import Limits, allow_time, confine, seal
from wan_rules.shell.detection.messages import Message, receive, send
from wan_rules.shell.detection.weights import BYTES_MAX
from wan_rules.shell.kinds import KINDS

if TYPE_CHECKING:
    from wan_rules.shell.detection.yolox import Found

BOOT: Final = (
    "import json, sys; sys.path[:] = json.loads(sys.argv[1]); "
    "from wan_rules.shell.detection.child import main; main(*map(int, sys.argv[2:]))"
)
IMAGE_BYTES_MAX: Final = 64 * 1024 * 1024
LACKING: Final = "the detector needs {name}: pip install 'wan-rules[subjects]'"


def main(memory_bytes: int, processor_s: int) -> None:
    """Answer until nobody asks any more."""
    limits = Limits(memory_bytes, processor_s)
    held = confine(limits)
    asked, answers = sys.stdin.buffer, _take_output()
    first = receive(asked, BYTES_MAX)
    if first is None:
        return
    try:
        looker = _Looker(first)
    except ModuleNotFoundError as error:
        send(answers, Message({"fault": LACKING.format(name=error.name)}))
        return
    except Exception as error:  # noqa: BLE001 - the runtime raises whatever it likes of a broken model
        send(answers, Message({"fault": f"the weights can't be used: {str(error)[:200]}"}))
        return
    seal()
    send(answers, Message({"held": held, "side_px": looker.side_px}))
    while (message := receive(asked, IMAGE_BYTES_MAX)) is not None:
        tuple(allow_time(limits.processor_s))
        send(answers, looker.answer(message))


def _take_output() -> BinaryIO:
    """Where answers go; whatever else is printed, by native code too, goes nowhere."""
    answers = os.fdopen(os.dup(1), "wb")
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    return answers


class _Looker:
    """The loaded model, and what it says of a picture."""

    def __init__(self, first: Message) -> None:
        import onnxruntime
        from PIL import BmpImagePlugin, ImageFont, JpegImagePlugin, PngImagePlugin, WebPImagePlugin

        from wan_rules.shell.detection import drawing, pictures, yolox

        # Named so that they are loaded now: later nothing is.
        self._loaded: tuple[Any, ...] = (BmpImagePlugin, JpegImagePlugin, PngImagePlugin, WebPImagePlugin, ImageFont)
        self._yolox, self._pictures, self._drawing = yolox, pictures, drawing
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 4
        self._session = onnxruntime.InferenceSession(first.body, options, providers=["CPUExecutionProvider"])
        (inlet,) = self._session.get_inputs()
        self._inlet, self.side_px = inlet.name, yolox.read_side(inlet.shape)
        self._least, self._overlap = float(first.head["unsure"]), float(first.head["overlap"])

    def answer(self, message: Message) -> Message:
        """What it says of a picture, or why it can't say."""
        try:
            if message.head.get("do") == "draw":
                return Message({}, self._drawing.draw(message.body, message.head["labels"], message.head["boxes"]))
            return self._count(message.body)
        except MemoryError:
            return Message({"fault": "it takes more memory than is allowed"})
        except (self._pictures.PictureError, self._yolox.ModelError) as error:
            return Message({"fault": str(error)})
        except Exception as error:  # noqa: BLE001 - the runtime raises whatever it likes
            return Message({"fault": f"the detector failed ({type(error).__name__}: {str(error)[:120]})"})

    def _count(self, data: bytes) -> Message:
        side = self.side_px
        picture = self._pictures.open_picture(data, 2 * side)
        pixels, scale = self._yolox.shape_input(picture, side)
        rows = self._session.run(None, {self._inlet: pixels})[0][0]
        found = self._yolox.find(rows, self._least, self._overlap, (side, scale, picture.size_px))
        return Message({"seen": [_write(one) for one in found], "size_px": picture.size_px})


def _write(found: Found) -> list[object]:
    return [KINDS[found.kind], f"{found.confidence:.3f}", *found.edges_px]
