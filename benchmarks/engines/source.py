"""The source of the comparison: one 4:2:0 frame whose exact planes every program sees."""

from __future__ import annotations

import enum
import subprocess
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import numpy.typing as npt

from anime4k.quality import downloads

ART = Path("/usr/share/games/renpy/the_question/game/images")
"""Pictures of the visual novel "The Question" (Debian package renpy-thequestion)."""

DEMO = Path(__file__).resolve().parents[2] / "anime4k" / "demo" / "demo.mkv"


class Chroma(enum.Enum):
    """What the chroma planes hold and where they say they lie."""

    LEFT = "left"
    """The picture's colours, sited left: the usual case."""
    CENTRE = "centre"
    """The same planes, said to be sited in the centre."""
    FLAT = "flat"
    """No colour at all: every chroma sample is neutral."""


@dataclass(frozen=True)
class Source:
    """A lossless one-frame clip: 8-bit 4:2:0, BT.709, limited range.

    Attributes:
        path: the clip (FFV1 in Matroska).
        chroma: content and place of the chroma samples.
        width: luma width in pixels, even.
        height: luma height in pixels, even.
    """

    path: Path
    chroma: Chroma
    width: int
    height: int

    @cached_property
    def planes(self) -> tuple[npt.NDArray[np.uint8], ...]:
        """Y, Cb and Cr as stored."""
        command = ["ffmpeg", "-v", "error", "-nostdin", "-i", str(self.path), "-frames:v", "1"]
        command += ["-f", "rawvideo", "-pix_fmt", "yuv420p", "-"]
        data = np.frombuffer(subprocess.run(command, capture_output=True, check=True, timeout=60).stdout, np.uint8)
        luma, half = self.width * self.height, (self.height // 2, self.width // 2)
        chroma = luma // 4
        return (
            data[:luma].reshape(self.height, self.width),
            data[luma : luma + chroma].reshape(half),
            data[luma + chroma : luma + 2 * chroma].reshape(half),
        )

    @cached_property
    def digest(self) -> str:
        """A name for the planes' content."""
        site = [self.chroma.value] if self.chroma is Chroma.CENTRE else []
        return downloads.key(*(plane.tobytes() for plane in self.planes), *site)


def picture_of_art() -> tuple[list[str], str]:
    """(FFmpeg inputs, filter that leads to a 16:9 picture) for the best drawn picture available."""
    background, figure = ART / "bg club.jpg", ART / "sylvie green smile.png"
    if background.exists() and figure.exists():
        compose = "[0]scale=1280:720:flags=area[b];[b][1]overlay=(W-w)/2:H-h,crop=640:360:320:20"
        return ["-i", str(background), "-i", str(figure)], compose
    return ["-ss", "1", "-i", str(DEMO)], "[0]null"


def description() -> str:
    """The source in words."""
    if (ART / "bg club.jpg").exists():
        return "a frame composed of the art of Debian's renpy-thequestion"
    return "a frame of the demo clip"


def make(width: int, height: int, chroma: Chroma = Chroma.LEFT) -> Source:
    """The source at the given (even) size, made on first use.

    Raises:
        subprocess.CalledProcessError: FFmpeg could not make it.
    """
    inputs, compose = picture_of_art()
    finish = (
        f"scale={width}:{height}:flags=area:out_color_matrix=bt709:out_range=tv,format=yuv420p,setsar=1,"
        "setparams=range=tv:color_primaries=bt709:color_trc=bt709:colorspace=bt709"
    )
    flat = ",lutyuv=u=128:v=128" if chroma is Chroma.FLAT else ""
    chain = f"{compose},{finish}{flat}"
    name = f"source-{downloads.key(*inputs, chain)[:12]}-{width}x{height}-{chroma.value}.mkv"
    path = downloads.folder() / name
    if not path.exists():
        partial = path.with_suffix(".partial.mkv")
        site = "center" if chroma is Chroma.CENTRE else "left"
        command = ["ffmpeg", "-v", "error", "-nostdin", "-y", *inputs, "-filter_complex", chain, "-frames:v", "1"]
        command += ["-r", "25", "-c:v", "ffv1", "-chroma_sample_location", site, str(partial)]
        subprocess.run(command, check=True, timeout=60)
        partial.replace(path)
    return Source(path, chroma, width, height)
