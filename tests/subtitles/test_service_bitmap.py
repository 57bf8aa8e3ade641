"""Picture subtitles through the service: the same thread, cache and times as text."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import pytest

from anime4k.overlay import EMPTY, Overlay
from anime4k.subtitles.service import Geometry, Subtitles
from tests import pgs_writer

CANVAS = (640, 360)
PLACE = Geometry((1280, 720), (0, 0, 1280, 720), CANVAS)


def shown(service: Subtitles, moment: float) -> Overlay:
    deadline = time.monotonic() + 30
    while True:
        overlay = service.at(moment, PLACE)
        if service.exact(moment, PLACE):
            return service.at(moment, PLACE)
        assert time.monotonic() < deadline, overlay
        time.sleep(0.002)


@pytest.mark.timeout(60)
def test_a_sup_file_beside_the_video(tmp_path: Path) -> None:
    (tmp_path / "show.mkv").write_bytes(b"not a video")
    pixels = np.ones((20, 100), np.uint8)
    entries = np.array([[16, 128, 128, 0], [235, 128, 128, 255]], np.uint8)
    placed = pgs_writer.Placed(0, 270, 300, pixels)
    sets = [
        (90_000, pgs_writer.display_set(CANVAS, [placed], entries)),
        (180_000, pgs_writer.display_set(CANVAS, [])),
    ]
    (tmp_path / "show.en.sup").write_bytes(pgs_writer.sup(sets))
    service = Subtitles()
    service.open(str(tmp_path / "show.mkv"))
    while not service.known:
        time.sleep(0.002)
    (track,) = service.tracks
    assert (track.number, track.language, track.codec) == (1, "en", "hdmv_pgs_subtitle")
    assert shown(service, 0.99) is EMPTY
    first = shown(service, 1.0)
    (tile,) = first.tiles
    # Twice the size of the canvas; a transparent pixel may lie around the picture.
    assert abs(tile.x - 540) <= 2 and abs(tile.y - 600) <= 2
    assert abs(tile.width - 200) <= 4 and abs(tile.height - 40) <= 4
    assert tile.pixels.ndim == 3 and tile.pixels[10, 50].tolist() == [255, 255, 255, 255]
    assert shown(service, 1.99) is first
    assert shown(service, 2.0) is EMPTY
    assert service.line(0.0, 1) == 1.0
    service.close()
