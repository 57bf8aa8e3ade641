"""Pictures for the comparison that need more than NumPy: letters, JPEG, noisy and moving versions of a picture."""

from __future__ import annotations

import io
from collections.abc import Sequence

import av
import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFont

from anime4k.quality import metrics, scenes

Pixels = npt.NDArray[np.uint8]

JPEG_QUALITY = 10
CODED_CRF = 26
BLUR_SIGMA = 1.0
SUPERSAMPLING = 4
WORDS = ("A quiet evening in the club room.", "Do you want to walk home together?", "Next episode: 12:30 - 13:00")


def letters(width: int, height: int) -> scenes.Picture:
    """Subtitles and signs: light letters with a dark outline on a soft picture, dark ones on paper, four sizes."""
    scale = SUPERSAMPLING
    backdrop = scenes.between((96, 132, 190), (150, 160, 186), np.linspace(0, 1, height)[:, None] * np.ones(width))
    backdrop[height // 2 :] = (244, 240, 228)
    image = Image.fromarray(scenes.rounded(backdrop)).resize((width * scale, height * scale), Image.Resampling.NEAREST)
    draw = ImageDraw.Draw(image)
    for half, (fill, outline) in enumerate((((250, 250, 246), (20, 20, 24)), ((32, 28, 40), None))):
        top = half * height // 2 + 8
        for number, size in enumerate((12, 16, 22, 32, 44)):
            font = ImageFont.load_default(size * scale)
            place = (12 * scale, top * scale)
            stroke = max(1, size // 14) * scale if outline else 0
            draw.text(place, WORDS[number % 3], fill, font, stroke_width=stroke, stroke_fill=outline)
            top += size + 10
            if top + size > (half + 1) * height // 2:
                break
    drawn = np.asarray(image, np.float64).reshape(height, scale, width, scale, 3).mean((1, 3))
    # Where no letter is, the backdrop keeps its fractions of a code.
    untouched = np.abs(drawn - backdrop).max(-1, keepdims=True) <= 1
    return np.where(untouched, backdrop, drawn)


def jpeg(picture: Pixels, quality: int = JPEG_QUALITY) -> Pixels:
    """A picture after JPEG with halved chroma."""
    data = io.BytesIO()
    Image.fromarray(picture).save(data, "JPEG", quality=quality, subsampling=2)
    return np.asarray(Image.open(data).convert("RGB"))


def blurred(picture: Pixels, sigma: float = BLUR_SIGMA) -> Pixels:
    """A picture under a Gaussian blur of its code values."""
    planes = [metrics.blurred(picture[..., channel].astype(np.float64), sigma) for channel in range(3)]
    return scenes.rounded(np.stack(planes, -1))


def middle(picture: Pixels, width: int, height: int) -> Pixels:
    """The middle of a picture, at most of the given size, even."""
    width, height = min(width, picture.shape[1] // 2 * 2), min(height, picture.shape[0] // 2 * 2)
    left, top = (picture.shape[1] - width) // 2, (picture.shape[0] - height) // 2
    return np.ascontiguousarray(picture[top : top + height, left : left + width])


def noisy_still(picture: Pixels, sigma: float, frames: int) -> list[Pixels]:
    """The same picture several times, each with noise of its own."""
    return [scenes.noisy(picture, sigma, seed=100 + number) for number in range(frames)]


def pan(picture: Pixels, width: int, height: int, step: int, frames: int) -> list[Pixels]:
    """Windows of a picture that move to the right by `step` pixels from frame to frame."""
    return [np.ascontiguousarray(picture[:height, step * number : step * number + width]) for number in range(frames)]


def coded(frames: Sequence[Pixels]) -> list[Pixels]:
    """Frames after H.264 with halved chroma, a key frame at every third."""
    data = io.BytesIO()
    with av.open(data, "w", format="matroska") as out:
        stream = out.add_stream("libx264", rate=25)
        stream.height, stream.width = frames[0].shape[:2]
        stream.pix_fmt = "yuv420p"
        stream.thread_count = 1
        stream.options = {"crf": str(CODED_CRF), "preset": "medium", "g": "3", "bf": "1"}
        for frame in frames:
            out.mux(stream.encode(av.VideoFrame.from_ndarray(frame, format="rgb24")))
        out.mux(stream.encode())
    data.seek(0)
    with av.open(data, "r") as clip:
        return [np.asarray(frame.to_ndarray(format="rgb24"), np.uint8) for frame in clip.decode(video=0)]
