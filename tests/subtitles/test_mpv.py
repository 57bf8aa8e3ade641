"""Our subtitles and mpv's of the same moment: 45 dB or better around the text."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from anime4k.media.subtitles import TextReader
from anime4k.overlay import Overlay
from anime4k.subtitles import library
from anime4k.subtitles.ass import AssRenderer
from anime4k.subtitles.layout import Geometry, Override, Style
from tests import subtitle_samples as samples
from tests.subtitles import peer

DB = 45.0
BT709, BT601 = 1, 6


@pytest.fixture(scope="module")
def display() -> Iterator[str]:
    missing = [program for program in ("mpv", "ffmpeg", "Xvfb") if shutil.which(program) is None]
    if missing and not os.environ.get("ANIME4K_REQUIRE_PEERS"):
        pytest.skip(f"needs {', '.join(missing)}")
    from engines.display import private_display

    with private_display() as screen:
        yield screen


@dataclass(frozen=True)
class Case:
    """A script, where it is shown and how.

    Attributes:
        text: the file.
        suffix: its kind.
        moments: seconds.
        window: size of the window.
        storage: size of the video.
        rect: of the picture in the window, None = all of it.
        matrix: of the video.
        aspect: in which it is shown, empty = with square pixels.
        style: what the viewer changed, here.
        options: the same in mpv.
    """

    text: str
    suffix: str = ".ass"
    moments: tuple[float, ...] = (1.0, 2.0, 2.75)
    window: tuple[int, int] = (960, 540)
    storage: tuple[int, int] = samples.SIZE
    rect: tuple[int, int, int, int] | None = None
    matrix: str = "bt709"
    aspect: str = ""
    style: Style = Style()
    options: Sequence[str] = ()


BOTH = samples.dialogue() + samples.positioned()
SUBRIP = samples.srt([(0.5, 2.6, "Hello <i>world</i>\nsecond line"), (1.5, 2.9, "More")])
ONE = (1.0,)
CASES = {
    **{name: Case(samples.script(lines())) for name, lines in samples.SCRIPTS.items()},
    "signs": Case(samples.script(samples.signs(150)), moments=(1.5,)),
    "bars above": Case(samples.script(samples.positioned()), moments=ONE, window=(960, 720), rect=(0, 90, 960, 540)),
    "bars beside": Case(samples.script(samples.rotated()), moments=ONE, window=(1100, 540), rect=(70, 0, 960, 540)),
    "smaller": Case(samples.script(samples.rotated()), moments=ONE, window=(400, 225)),
    "another script size": Case(samples.script(BOTH, size=(1280, 960)), moments=ONE),
    "video in BT.601": Case(samples.script(BOTH), moments=ONE, matrix="smpte170m"),
    "script in no matrix": Case(samples.script(BOTH, info="YCbCr Matrix: None"), moments=ONE),
    "script in TV.601": Case(samples.script(BOTH, info="YCbCr Matrix: TV.601"), moments=ONE),
    "script in TV.709": Case(samples.script(BOTH, info="YCbCr Matrix: TV.709"), moments=ONE),
    "wide pixels": Case(samples.script(samples.rotated()), moments=ONE, storage=(720, 480), aspect="16:9"),
    "scaled and shifted": Case(
        samples.script(BOTH), moments=ONE, style=Style(1.5, 10.0), options=("--sub-scale=1.5", "--sub-pos=90")
    ),
    "own style": Case(
        samples.script(BOTH), moments=ONE, style=Style(override=Override.FORCE), options=("--sub-ass-override=force",)
    ),
    "SubRip": Case(SUBRIP, ".srt", window=(960, 720), storage=(640, 480)),
    "SubRip, bars beside": Case(SUBRIP, ".srt", moments=ONE, storage=(640, 480), rect=(120, 0, 720, 540)),
}


def draw(path: Path, case: Case) -> list[Overlay]:
    """All moments in order, because libass leaves lines where they once were."""
    reader = TextReader(path, 0, threading.Event())
    renderer = AssRenderer(library.load(), reader.header, matrix=BT709 if case.matrix == "bt709" else BT601)
    renderer.add(reader.events())
    reader.close()
    square = (853, 480) if case.aspect else case.storage
    geometry = Geometry(case.window, case.rect or (0, 0, *case.window), square, case.storage)
    overlays = [renderer.render(round(moment * 1000), geometry, case.style) for moment in case.moments]
    renderer.close()
    return overlays


def worst(folder: Path, case: Case, display: str) -> float:
    """The smallest agreement over the moments in dB, within the box of everything that changed."""
    path = folder / f"script{case.suffix}"
    path.write_text(case.text)
    video = samples.video(folder / "video.mkv", size=case.storage, matrix=case.matrix)
    if case.aspect:
        samples.ffmpeg("-i", video, "-c", "copy", "-aspect", case.aspect, wide := folder / "wide.mkv")
        video = wide
    found = []
    shots = peer.pictures(video, path, case.moments, case.window, display, *case.options)
    for overlay, (plain, theirs) in zip(draw(path, case), shots, strict=True):
        ours = peer.composed(plain, overlay)
        box = peer.region(plain, theirs, ours)
        found.append(peer.decibels(ours[box], theirs[box]))
    return min(found)


@pytest.mark.timeout(180)
@pytest.mark.parametrize("name", CASES)
def test_subtitles_look_as_in_mpv(name: str, tmp_path: Path, display: str) -> None:
    assert worst(tmp_path, CASES[name], display) >= DB


@pytest.mark.timeout(180)
def test_plain_text_on_a_wide_picture(tmp_path: Path, display: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Older versions of mpv leave the script 4:3, which makes borders thicker at the sides; ours are even."""
    case = Case(SUBRIP, ".srt", moments=ONE)
    assert worst(tmp_path, case, display) < DB
    monkeypatch.setattr(AssRenderer, "_widen", lambda self, aspect: None)
    assert worst(tmp_path, case, display) >= DB


def test_the_comparison_sees_a_wrong_place(tmp_path: Path, display: str) -> None:
    path = tmp_path / "script.ass"
    path.write_text(samples.script(samples.positioned()))
    case = Case("", moments=ONE)
    video = samples.video(tmp_path / "video.mkv")
    ((plain, theirs),) = peer.pictures(video, path, ONE, case.window, display)
    ours = np.roll(peer.composed(plain, draw(path, case)[0]), 1, axis=1)
    box = peer.region(plain, theirs, ours)
    assert peer.decibels(ours[box], theirs[box]) < 35
