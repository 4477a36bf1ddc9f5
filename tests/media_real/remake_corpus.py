"""Make the files anew that the fuzzer mutates, in `tests/media/corpus`: `python -m tests.media_real.remake_corpus`.

They are kept, so that fuzzing needs no encoder. With other versions of ffmpeg and Pillow they come out a bit different.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from PIL import Image

from tests.conftest import ROOT
from tests.media_real.encoding import encode, pipe, turn

CORPUS: Final = ROOT / "tests" / "media" / "corpus"
_PICTURE: Final = "-f lavfi -i testsrc=s=32x32:r=25:d=0.4"
_SOUND: Final = "-f lavfi -i sine=d=0.4:r=22050"
_LOSSY: Final = "-c:v libx264 -crf 40 -pix_fmt yuv420p -g 5"
_BOTH: Final = f"{_PICTURE} {_SOUND} {_LOSSY} -c:a aac -b:a 8k"
FILES: Final = {
    "index-at-the-end.mp4": _BOTH,
    "index-at-the-front.mp4": f"{_BOTH} -movflags +faststart",
    "quicktime.mov": _BOTH,
    "fragments.mp4": f"{_BOTH} -movflags frag_keyframe+empty_moov",
    "fragments-after-samples.mp4": f"{_BOTH} -movflags frag_keyframe",
    "segment-index.mp4": f"{_BOTH} -movflags dash+frag_keyframe+global_sidx",
    "delayed.mp4": "-itsoffset 0.2 -i {folder}/quicktime.mov -i {folder}/quicktime.mov -map 0:v -map 1:a -c copy",
    "hevc.mp4": f"{_PICTURE} -c:v libx265 -x265-params log-level=none:info=0 -crf 40 -pix_fmt yuv420p",
    "transparent.mov": "-f lavfi -i testsrc=s=16x16:r=25:d=0.04,format=yuva444p10le -c:v prores_ks",
    "sound.m4a": f"{_SOUND} -c:a aac -b:a 8k",
    "constant.mp3": f"{_SOUND} -b:a 32k",
    "variable.mp3": f"{_SOUND} -q:a 9",
    "headless.mp3": f"{_SOUND} -q:a 9 -write_xing 0 -id3v2_version 0 -write_id3v1 1",
    "plain.wav": "-f lavfi -i sine=d=0.1:r=8000",
    "adpcm.wav": f"{_SOUND} -c:a adpcm_ms",
    "large.wav": "-f lavfi -i sine=d=0.1:r=8000 -rf64 always",
    "float.wav": "-f lavfi -i sine=d=0.05:r=8000 -c:a pcm_f32le",
    "animated.png": "-f lavfi -i testsrc=s=16x16:r=5:d=0.4 -f apng",
}


def draw(folder: Path) -> None:
    """The pictures, drawn by Pillow."""
    plain, clear = Image.effect_mandelbrot((24, 16), (-2, -1, 1, 1), 20), Image.new("RGBA", (24, 16), (9, 99, 200, 90))
    turned = Image.Exif()
    turned[0x0112] = 6
    plain.convert("RGB").save(folder / "turned.jpg", exif=turned)
    plain.save(folder / "progressive.jpg", progressive=True)
    clear.save(folder / "clear.png", exif=turned)
    plain.convert("P").save(folder / "palette.png", transparency=3)
    plain.convert("RGB").save(folder / "plain.bmp")
    clear.save(folder / "clear.bmp")
    plain.convert("RGB").save(folder / "lossy.webp", quality=10)
    clear.save(folder / "lossless.webp", lossless=True)
    clear.save(folder / "turned.webp", exif=turned)
    clear.save(folder / "animated.webp", save_all=True, append_images=[plain.convert("RGBA")], duration=100)


def main() -> None:
    """Make every file; those of unknown length go through a pipe."""
    CORPUS.mkdir(exist_ok=True)
    for name, arguments in FILES.items():
        encode(CORPUS / name, arguments.format(folder=CORPUS))
    turn(CORPUS / "index-at-the-front.mp4", CORPUS / "turned.mp4", 270)
    pipe(CORPUS / "piped.wav", "-f lavfi -i sine=d=0.1:r=8000 -f wav")
    draw(CORPUS)


if __name__ == "__main__":
    main()
