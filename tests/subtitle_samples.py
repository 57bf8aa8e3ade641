"""Subtitles written for tests: positions, rotation, karaoke, drawings and many signs; clips to show them over."""

from __future__ import annotations

import math
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

SIZE = (640, 360)
"""The picture for which the scripts are written."""
FAMILY = "DejaVu Sans"

_STYLE = (
    "Name, Fontname, Fontsize, PrimaryColour, SecondaryColour, OutlineColour, BackColour, Bold, Italic, Underline, "
    "StrikeOut, ScaleX, ScaleY, Spacing, Angle, BorderStyle, Outline, Shadow, Alignment, MarginL, MarginR, MarginV, "
    "Encoding"
)
_EVENT = "Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text"


@dataclass(frozen=True)
class Line:
    """One line of a script: seconds, text and layer."""

    start: float
    end: float
    text: str
    layer: int = 0


def clock(seconds: float) -> str:
    """A time as ASS writes it."""
    hundredths = round(seconds * 100)
    return f"{hundredths // 360000}:{hundredths // 6000 % 60:02}:{hundredths // 100 % 60:02}.{hundredths % 100:02}"


def script(
    lines: Sequence[Line], *, family: str = FAMILY, size: tuple[int, int] = SIZE, info: str = "", fonts: str = ""
) -> str:
    """An ASS script with one style."""
    events = "".join(
        f"Dialogue: {line.layer},{clock(line.start)},{clock(line.end)},Default,,0,0,0,,{line.text}\n" for line in lines
    )
    return (
        "[Script Info]\nScriptType: v4.00+\nWrapStyle: 0\nScaledBorderAndShadow: yes\n"
        f"PlayResX: {size[0]}\nPlayResY: {size[1]}\n{info}\n"
        f"[V4+ Styles]\nFormat: {_STYLE}\n"
        f"Style: Default,{family},28,&H00F0F8FF,&H0000B0FF,&H00301808,&H80000000,-1,0,0,0,100,100,"
        "0,0,1,2,1,2,24,24,16,1\n"
        f"{fonts}\n[Events]\nFormat: {_EVENT}\n{events}"
    )


def dialogue() -> list[Line]:
    """Ordinary lines, two of them at once."""
    return [
        Line(0.5, 3.0, "The lighthouse went dark\\Nlong before the storm."),
        Line(1.0, 2.5, "{\\i1}And nobody wrote it down.{\\i0}"),
        Line(2.0, 3.0, "{\\an8}[distant thunder]"),
    ]


def positioned() -> list[Line]:
    """Signs at places, moving, clipped and fading."""
    return [
        Line(0.0, 4.0, "{\\pos(120,80)\\fs36\\c&H40D0FF&\\3c&H602020&\\bord3}HARBOUR"),
        Line(0.0, 4.0, "{\\move(400,60,560,200)\\an7\\shad3}drifting", 1),
        Line(0.0, 4.0, "{\\pos(320,180)\\an5\\clip(280,160,360,200)\\fs48}CLIPPED", 2),
        Line(0.0, 4.0, "{\\fad(800,800)\\pos(500,320)\\blur3}fading mist", 3),
    ]


def rotated() -> list[Line]:
    """Signs turned about all three axes, sheared, blurred."""
    return [
        Line(0.0, 4.0, "{\\pos(160,120)\\an5\\frz30\\fs40}tilted"),
        Line(0.0, 4.0, "{\\pos(470,110)\\an5\\frx40\\fry25\\fs40\\bord4\\blur2}perspective"),
        Line(0.0, 4.0, "{\\pos(180,270)\\an5\\fax0.4\\fscx140\\be2}sheared"),
        Line(0.0, 4.0, "{\\pos(470,270)\\an5\\t(0,4000,\\frz360)\\fs32}turning"),
    ]


def karaoke() -> list[Line]:
    """Three kinds of karaoke."""
    return [
        Line(0.2, 3.8, "{\\an8\\k60}Si{\\k60}ren {\\k80}of {\\k100}the bay"),
        Line(0.2, 3.8, "{\\an5\\kf60}Si{\\kf60}ren {\\kf80}of {\\kf100}the bay"),
        Line(0.2, 3.8, "{\\an2\\ko60}Si{\\ko60}ren {\\ko80}of {\\ko100}the bay"),
    ]


def drawing() -> list[Line]:
    """Vector shapes, also as a clip."""
    star = " ".join(
        f"{'m' if corner == 0 else 'l'} {80 + (70 if corner % 2 == 0 else 30) * math.sin(corner * math.pi / 5):.0f} "
        f"{80 - (70 if corner % 2 == 0 else 30) * math.cos(corner * math.pi / 5):.0f}"
        for corner in range(10)
    )
    return [
        Line(0.0, 4.0, f"{{\\pos(60,90)\\an7\\p1\\c&H20C0F0&\\bord2}}{star}{{\\p0}}"),
        Line(0.0, 4.0, "{\\pos(400,180)\\an5\\iclip(m 380 100 l 420 100 420 260 380 260)\\fs60}HOLLOW"),
        Line(0.0, 4.0, "{\\pos(0,0)\\an7\\p1\\1a&HA0&\\c&H000000&\\bord0\\shad0}m 0 300 l 640 300 640 360 0 360{\\p0}"),
    ]


def signs(count: int = 400, length: float = 4.0) -> list[Line]:
    """Hundreds of small turning, blurred signs at once, as typeset scenes have them."""
    return [
        Line(
            0.0,
            length,
            f"{{\\pos({20 + number * 37 % 600},{15 + number * 53 % 330})\\an5\\fs{10 + number % 9}"
            f"\\frz{number * 7 % 360}\\blur{number % 3}\\t(\\frz{number * 7 % 360 + 180})"
            f"\\c&H{number * 0x1357 % 0xFFFFFF:06X}&}}sign {number}",
            number % 5,
        )
        for number in range(count)
    ]


SCRIPTS = {
    "dialogue": dialogue,
    "positioned": positioned,
    "rotated": rotated,
    "karaoke": karaoke,
    "drawing": drawing,
}


def srt(lines: Sequence[tuple[float, float, str]]) -> str:
    """Lines as SubRip."""

    def stamp(seconds: float) -> str:
        whole = round(seconds * 1000)
        return f"{whole // 3600000:02}:{whole // 60000 % 60:02}:{whole // 1000 % 60:02},{whole % 1000:03}"

    return "".join(
        f"{number}\n{stamp(start)} --> {stamp(end)}\n{text}\n\n" for number, (start, end, text) in enumerate(lines, 1)
    )


@cache
def have_ffmpeg() -> bool:
    """Whether the program is installed."""
    return shutil.which("ffmpeg") is not None


def ffmpeg(*arguments: str | Path) -> None:
    """Run ffmpeg; its output file is the last argument."""
    command = ["ffmpeg", "-loglevel", "error", "-nostdin", "-y", *map(str, arguments)]
    subprocess.run(command, check=True, timeout=120)


def video(
    path: Path, *, size: tuple[int, int] = SIZE, seconds: float = 4.0, rate: int = 24, matrix: str = "bt709"
) -> Path:
    """A lossless clip of a quiet picture."""
    source = f"gradients=s={size[0]}x{size[1]}:r={rate}:d={seconds}:speed=0.00001:seed=5:c0=0x304868:c1=0xa09078:n=2"
    ffmpeg(
        "-f", "lavfi", "-i", source, "-vf", f"scale=out_color_matrix={matrix}:out_range=tv,format=yuv420p",
        "-c:v", "libx264", "-qp", "0", "-preset", "ultrafast", "-g", "12",
        "-colorspace", matrix, "-color_primaries", matrix if matrix == "bt709" else "smpte170m",
        "-color_trc", matrix if matrix == "bt709" else "smpte170m", "-color_range", "tv", path,
    )  # fmt: skip
    return path


def font(name: str = "DejaVuSans.ttf") -> Path:
    """A font file that the system has."""
    return Path("/usr/share/fonts/truetype/dejavu", name)


def renamed_font(source: Path, target: Path, old: str, new: str) -> Path:
    """A copy of a font under another name of the same length, which nobody has installed."""
    assert len(old) == len(new)
    data = source.read_bytes()
    for encoding in ("utf-16-be", "ascii"):
        data = data.replace(old.encode(encoding), new.encode(encoding))
    target.write_bytes(data)
    return target


def uuencoded(data: bytes, name: str) -> str:
    """The [Fonts] section that holds a font inside a script: four characters of 6 bits + 33 for three bytes."""
    text = []
    for place in range(0, len(data), 3):
        part = data[place : place + 3]
        bits = int.from_bytes(part.ljust(3, b"\0"), "big")
        text.append("".join(chr((bits >> shift & 63) + 33) for shift in (18, 12, 6, 0))[: len(part) + 1])
    joined = "".join(text)
    lines = "\n".join(joined[place : place + 80] for place in range(0, len(joined), 80))
    return f"[Fonts]\nfontname: {name}\n{lines}\n"
