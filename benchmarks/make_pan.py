"""Make an anime-style clip out of the art of the visual novel "The Question".

    python benchmarks/make_pan.py OUT.mkv [--seconds 6] [--size 640x360]

The camera pans over painted backgrounds while a character stands in front whose drawings are held for two or
three frames, so the clip has a variable frame rate: a frame is written only when something changes. A tone goes
along. Needs the Debian package renpy-thequestion (its pictures are not part of this project) and Pillow.
"""

from __future__ import annotations

import argparse
import itertools
import math
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
from PIL import Image

ART = Path("/usr/share/games/renpy/the_question/game/images")
BACKGROUNDS = ("bg lecturehall.jpg", "bg uni.jpg", "bg meadow.jpg", "bg club.jpg")
CHARACTERS = (
    "sylvie green normal.png",
    "sylvie green smile.png",
    "sylvie green giggle.png",
    "sylvie green surprised.png",
    "sylvie blue normal.png",
    "sylvie blue smile.png",
)
RATE = Fraction(24000, 1001)
HOLDS = (2, 2, 3, 1, 3, 2)
"""For how many frames of film a drawing is held, in turn."""
SHOT = 36
"""Frames of film in one shot."""
TIME_BASE = Fraction(1, 1000)
SOUND_RATE = 48000


def pictures(size: tuple[int, int], frames: int) -> Iterator[tuple[int, Image.Image]]:
    """(frame of film, picture) of every drawing that differs from the one before."""
    width, height = size
    backgrounds = [_scaled(name, 3 * height // 2) for name in BACKGROUNDS]
    characters = [_scaled(name, height) for name in CHARACTERS]
    holds = itertools.cycle(HOLDS)
    at = 0
    for drawing in itertools.count():
        if at >= frames:
            return
        shot, within = divmod(at, SHOT)
        background = backgrounds[shot % len(backgrounds)]
        x = round((background.width - width) * within / SHOT)
        y = round((background.height - height) * (0.5 + 0.5 * math.sin(at / 40)))
        picture = background.crop((x, y, x + width, y + height)).convert("RGB")
        character = characters[drawing // 5 % len(characters)]
        picture.paste(character, (width // 2 - character.width // 2 - x // 4, height // 12), character)
        yield at, picture
        at += next(holds)


def _scaled(name: str, height: int) -> Image.Image:
    picture = Image.open(ART / name).convert("RGBA")
    return picture.resize((round(picture.width * height / picture.height), height), Image.Resampling.LANCZOS)


def make(path: Path, size: tuple[int, int], seconds: float) -> int:
    """Write the clip; the number of its pictures.

    Raises:
        FileNotFoundError: the art is not installed.
    """
    frames = round(seconds * float(RATE))
    with av.open(str(path), "w") as out:
        video: Any = out.add_stream("libx264", rate=RATE, width=size[0], height=size[1], pix_fmt="yuv420p")
        video.time_base = video.codec_context.time_base = TIME_BASE
        video.codec_context.options = {"crf": "14", "preset": "medium"}
        video.codec_context.colorspace, video.codec_context.color_range = 1, 1
        video.codec_context.color_primaries = video.codec_context.color_trc = 1
        sound: Any = out.add_stream("aac", rate=SOUND_RATE)
        count = 0
        for at, picture in pictures(size, frames):
            frame = av.VideoFrame.from_image(picture).reformat(format="yuv420p", dst_colorspace="ITU709")
            frame.pts, frame.time_base = round(at / RATE / TIME_BASE), TIME_BASE
            out.mux(video.encode(frame))
            count += 1
        out.mux(video.encode(None))
        _tone(out, sound, seconds)
    return count


def _tone(out: Any, stream: Any, seconds: float) -> None:
    for offset in range(0, int(seconds * SOUND_RATE), 1024):
        moments = np.arange(offset, offset + 1024) / SOUND_RATE
        wave = (0.2 * np.sin(2 * math.pi * 330 * moments) * (1 + np.sin(5 * moments))).astype(np.float32)
        frame = av.AudioFrame.from_ndarray(np.stack([wave, wave]), format="fltp", layout="stereo")
        frame.sample_rate, frame.time_base, frame.pts = SOUND_RATE, Fraction(1, SOUND_RATE), offset
        out.mux(stream.encode(frame))
    out.mux(stream.encode(None))


def main() -> int:
    """Parse the command line and write the clip."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path)
    parser.add_argument("--seconds", type=float, default=6.0)
    parser.add_argument("--size", default="640x360")
    arguments = parser.parse_args()
    width, _, height = arguments.size.partition("x")
    if not ART.is_dir():
        parser.error(f"{ART} is missing: install the package renpy-thequestion")
    count = make(arguments.out, (int(width), int(height)), arguments.seconds)
    print(f"{arguments.out}: {count} pictures")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
