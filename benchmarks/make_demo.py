"""Draw, compose and encode the demo clip: anime4k/demo/demo.mkv.

Two shots of four seconds at 24000/1001 frames a second. Characters are drawn on twos and threes, as in
television animation, while the backgrounds pan on every frame. Needs Pillow; everything else is a dependency
of the package.

    python benchmarks/make_demo.py [OUT.mkv]
"""

from __future__ import annotations

import io
import math
import random
import sys
from collections.abc import Iterator
from fractions import Fraction
from functools import cache
from pathlib import Path

import av
import numpy as np
from av.video.reformatter import ColorRange, Colorspace
from demo_canvas import OVERSAMPLING, Canvas
from demo_girl import girl
from demo_scenes import HEIGHT, PAN, WIDTH, cat, sky, town
from PIL import Image

RATE = Fraction(24000, 1001)
FRAMES = 192
SHOT = 96
SAMPLE_RATE = 32000

SUBTITLES = r"""[Script Info]
ScriptType: v4.00+
PlayResX: 640
PlayResY: 360
ScaledBorderAndShadow: yes

[V4+ Styles]
Format: Name, Fontname, Fontsize, PrimaryColour, SecondaryColour, OutlineColour, BackColour, Bold, Italic, Underline, StrikeOut, ScaleX, ScaleY, Spacing, Angle, BorderStyle, Outline, Shadow, Alignment, MarginL, MarginR, MarginV, Encoding
Style: Speech,DejaVu Sans,22,&H00FFFFFF,&H000000FF,&H00401A2B,&H80000000,-1,0,0,0,100,100,0,0,1,2,0,2,20,20,16,1
Style: Title,DejaVu Serif,30,&H00D6F6FF,&H000000FF,&H00663A5A,&H80000000,0,-1,0,0,100,100,2,0,1,2.5,1,8,20,20,26,1

[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
Dialogue: 0,0:00:00.50,0:00:03.60,Title,,0,0,0,,{\fad(400,400)}The Evening {\c&H7FB4FF&}Wind
Dialogue: 0,0:00:04.40,0:00:06.00,Speech,,0,0,0,,Did you hear that?
Dialogue: 0,0:00:06.10,0:00:07.80,Speech,,0,0,0,,{\i1}The wind{\i0} is {\c&H8FE0FF&\b1}turning{\r}.
"""  # noqa: E501

_NOTES = (69, 72, 76, 79, 77, 76, 72, 74, 71, 67, 69, 72, 76, 74, 71, 69)
_CHORDS = ((45, 57, 60, 64), (41, 53, 57, 60), (43, 55, 59, 62), (45, 57, 60, 64))


def pictures() -> Iterator[Image.Image]:
    """The frames in order, RGB."""
    first, second = town(), sky(430).image
    leaves = _leaves()
    for number in range(FRAMES):
        if number < SHOT:
            # An eased pan: it is on its way at every frame but starts and stops softly.
            position = 0.5 - 0.5 * math.cos(math.pi * (number + 6) / (SHOT + 12))
            picture = _window(first, position * PAN)
            picture.alpha_composite(_window(_cat(number // 3), position * PAN))
        else:
            k = number - SHOT
            picture = _window(second, 210 - k * 1.1)
            picture.alpha_composite(_girl(k // 2, _blink(k // 3)))
            picture.alpha_composite(_flight(leaves, k))
        yield picture.convert("RGB")


def tune() -> np.ndarray:
    """The sound: plucked notes over soft chords, float32 in -1..1, shape (samples, 2)."""
    total = round(FRAMES / RATE * SAMPLE_RATE)
    mix = np.zeros((total, 2), np.float32)
    beat = 0.5
    for index, note in enumerate(_NOTES):
        _add(mix, index * beat, _tone(note, 1.4, 5.0, (1.0, 0.45, 0.2, 0.08)), 0.22, 0.35 + 0.3 * (index % 2))
    for index, chord in enumerate(_CHORDS):
        for voice, note in enumerate(chord):
            _add(mix, index * 4 * beat, _swell(note, 4 * beat + 0.4), 0.07, 0.3 + 0.13 * voice)
    fade = np.minimum(1.0, np.minimum(np.arange(total), np.arange(total)[::-1]) / (0.25 * SAMPLE_RATE))
    return np.tanh(mix * fade[:, None].astype(np.float32))


def write(path: Path) -> None:
    """Encode everything into the Matroska file `path`."""
    subtitles = av.open(io.BytesIO(SUBTITLES.encode()), format="ass")
    with av.open(str(path), "w", format="matroska") as out:
        out.metadata["title"] = "The Evening Wind"
        video = out.add_stream(
            "libx264",
            rate=RATE,
            options={
                "crf": "17",
                "preset": "veryslow",
                "tune": "animation",
                "x264-params": "keyint=48:colorprim=bt709:transfer=bt709:colormatrix=bt709",
            },
        )
        video.width, video.height, video.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        context = video.codec_context
        context.color_range, context.colorspace = 1, 1
        context.color_primaries, context.color_trc = 1, 1
        audio = out.add_stream("flac", rate=SAMPLE_RATE, layout="stereo")
        audio.metadata["language"] = "und"
        text = out.add_stream_from_template(subtitles.streams[0])
        text.metadata["language"] = "eng"
        for packet in subtitles.demux():
            if packet.size:
                packet.stream = text
                out.mux(packet)
        _write_sound(out, audio)
        for number, picture in enumerate(pictures()):
            frame = av.VideoFrame.from_ndarray(np.asarray(picture), format="rgb24").reformat(
                format="yuv420p", dst_colorspace=Colorspace.ITU709, dst_color_range=ColorRange.MPEG
            )
            frame.pts, frame.time_base = number, 1 / RATE
            out.mux(video.encode(frame))
        out.mux(video.encode(None))


def _write_sound(out: av.container.OutputContainer, stream: av.AudioStream) -> None:
    samples = np.round(tune() * 32000).astype(np.int16)
    for start in range(0, len(samples), 4096):
        block = np.ascontiguousarray(samples[start : start + 4096]).reshape(1, -1)
        frame = av.AudioFrame.from_ndarray(block, format="s16", layout="stereo")
        frame.sample_rate, frame.pts, frame.time_base = SAMPLE_RATE, start, Fraction(1, SAMPLE_RATE)
        out.mux(stream.encode(frame))
    out.mux(stream.encode(None))


def _window(background: Image.Image, x: float) -> Image.Image:
    left = round(x * OVERSAMPLING)
    return background.crop((left, 0, left + WIDTH * OVERSAMPLING, HEIGHT * OVERSAMPLING)).reduce(OVERSAMPLING)


@cache
def _cat(drawing: int) -> Image.Image:
    return cat(drawing).image


@cache
def _girl(drawing: int, blink: int) -> Image.Image:
    return girl(drawing, blink).picture()


def _blink(drawing: int) -> int:
    return {13: 1, 14: 2, 15: 2, 16: 1, 27: 1, 28: 2, 29: 1}.get(drawing, 0)


def _leaves() -> list[tuple[float, float, float, float]]:
    dice = random.Random(5)
    return [(dice.uniform(-300, 640), dice.uniform(10, 330), dice.uniform(3.5, 7.0), dice.random()) for _ in range(13)]


def _flight(leaves: list[tuple[float, float, float, float]], number: int) -> Image.Image:
    canvas = Canvas(WIDTH, HEIGHT)
    for x, y, speed, turn in leaves:
        at = ((x + speed * number) % 900 - 60, y + 14 * math.sin(number / 9 + 6 * turn))
        angle = number / 5 + 6 * turn
        tip = (math.cos(angle) * 7, math.sin(angle) * 7)
        side = (-math.sin(angle) * 2.6, math.cos(angle) * 2.6)
        shape = [
            (at[0] - tip[0], at[1] - tip[1]),
            (at[0] + side[0], at[1] + side[1]),
            (at[0] + tip[0], at[1] + tip[1]),
            (at[0] - side[0], at[1] - side[1]),
        ]
        canvas.fill(shape, (255, 214, 190) if turn < 0.6 else (246, 150, 150))
        canvas.ink([*shape, shape[0]], 1.1, ends=(1, 1))
    return canvas.picture()


def _tone(note: int, seconds: float, decay: float, harmonics: tuple[float, ...]) -> np.ndarray:
    time = np.arange(round(seconds * SAMPLE_RATE)) / SAMPLE_RATE
    pitch = 440.0 * 2 ** ((note - 69) / 12)
    wave = sum(
        level * np.sin(2 * np.pi * pitch * (k + 1) * time) * np.exp(-decay * (1 + 0.6 * k) * time)
        for k, level in enumerate(harmonics)
    )
    return np.asarray(wave * np.minimum(1.0, time / 0.004) * np.minimum(1.0, (seconds - time) / 0.05))


def _swell(note: int, seconds: float) -> np.ndarray:
    time = np.arange(round(seconds * SAMPLE_RATE)) / SAMPLE_RATE
    pitch = 440.0 * 2 ** ((note - 69) / 12)
    return np.asarray(np.sin(2 * np.pi * pitch * time) * np.sin(np.pi * time / seconds))


def _add(mix: np.ndarray, start_s: float, sound: np.ndarray, level: float, right: float) -> None:
    start = round(start_s * SAMPLE_RATE)
    part = sound[: max(0, len(mix) - start)] * level
    mix[start : start + len(part), 0] += part * (1 - right)
    mix[start : start + len(part), 1] += part * right


if __name__ == "__main__":
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent.parent / "anime4k/demo/demo.mkv"
    write(target)
    print(f"{target}: {target.stat().st_size} bytes")
