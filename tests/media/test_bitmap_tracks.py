"""Reading picture subtitles from the middle of a file."""

from __future__ import annotations

import shutil
import subprocess
import threading
from pathlib import Path

import numpy as np
import pytest

from anime4k.errors import MediaError
from anime4k.media.bitmap_tracks import BitmapReader
from anime4k.media.reader import ReadAborted
from tests import pgs_writer as write

pytestmark = pytest.mark.skipif(shutil.which("ffmpeg") is None, reason="the ffmpeg program makes the samples")
CANVAS = (160, 90)
ENTRIES = np.array([[16, 128, 128, 0], [235, 128, 128, 255], [90, 60, 70, 255]], np.uint8)


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A video of 60 s; every 2 s another subtitle replaces the one before, in epochs of 5 that share their object."""
    sets = []
    for number in range(30):
        begins = number % 5 == 0
        pixels = np.full((10, 10 + number), 1 + number % 2, np.uint8) if begins else None
        placed = write.Placed(0, number, 40, pixels)
        state = write.START if begins else write.NORMAL
        sets.append((number * 180_000, write.display_set(CANVAS, [placed], ENTRIES if begins else None, state=state)))
    folder = tmp_path_factory.mktemp("tracks")
    (folder / "film.sup").write_bytes(write.sup(sets))
    command = ["ffmpeg", "-v", "error", "-f", "lavfi", "-i", "color=s=160x90:r=5:d=61", "-i", "film.sup", "-map", "0:v",
               "-map", "1:s", "-c:v", "libx264", "-g", "10", "-c:s", "copy", "film.mkv"]  # fmt: skip
    subprocess.run(command, cwd=folder, check=True, timeout=120)
    return folder / "film.mkv"


@pytest.mark.parametrize("at", [0.0, 10.0, 23.0, 41.0, 59.0, 500.0])
def test_what_is_near_comes_first_and_nothing_is_lost_or_told_twice(film: Path, at: float) -> None:
    reader = BitmapReader(film, 1, threading.Event())
    events = list(reader.events(at))
    reader.close()
    if 20 <= at < 60:
        assert at - 30 < events[0].start <= at
    whole = sorted(events, key=lambda event: event.start)
    # Between two epochs the picture of one may end at its neighbour's beginning only.
    assert [event.start for event in whole] == [2.0 * number for number in range(30)]
    assert [event.end for event in whole[:-1]] == [event.start for event in whole[1:]]
    for number, event in enumerate(whole):
        ((x, _, rgba),) = event.pictures
        assert (x, rgba.shape[1]) == (number, 10 + number - number % 5)
    assert reader.damaged == 0


def test_reading_ends_on_request(film: Path) -> None:
    abort = threading.Event()
    reader = BitmapReader(film, 1, abort)
    events = reader.events()
    next(events)
    abort.set()
    with pytest.raises(ReadAborted):
        list(events)
    reader.close()


@pytest.mark.parametrize(("index", "reason"), [(0, "cannot be shown"), (7, "no track 7")])
def test_other_tracks_are_refused_in_a_sentence(film: Path, index: int, reason: str) -> None:
    with pytest.raises(MediaError, match=reason):
        BitmapReader(film, index, threading.Event())


def test_files_that_are_missing_or_something_else(tmp_path: Path) -> None:
    (tmp_path / "text.idx").write_bytes(b"# VobSub index file, v7\n")
    (tmp_path / "noise.mkv").write_bytes(bytes(range(256)) * 10)
    for name in ("none.idx", "none.mkv", "text.idx", "noise.mkv"):
        with pytest.raises(MediaError, match=name):
            BitmapReader(tmp_path / name, 0, threading.Event())
