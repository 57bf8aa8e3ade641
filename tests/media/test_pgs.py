"""PGS subtitles: pixels against FFmpeg's own decoder and overlay, times, states, damage."""

from __future__ import annotations

import math
import shutil
import subprocess
import threading
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from anime4k.errors import MediaError
from anime4k.media.bitmap_event import BitmapEvent, closed
from anime4k.media.bitmap_tracks import BitmapReader
from anime4k.media.pgs import PgsDecoder
from tests import pgs_writer as write

needs_ffmpeg = pytest.mark.skipif(shutil.which("ffmpeg") is None, reason="the reference is the ffmpeg program")
CANVAS = (320, 180)
GREY = 90


def palette(rng: np.random.Generator, count: int = 12) -> NDArray[np.uint8]:
    """Legal Y, Cr, Cb and any alpha; the first entry is transparent."""
    entries = np.stack(
        [rng.integers(16, 236, count), *rng.integers(60, 200, (2, count)), rng.integers(0, 256, count)], axis=1
    )
    entries[0, 3] = 0
    return entries.astype(np.uint8)


def over_grey(event: BitmapEvent) -> NDArray[np.float64]:
    """The event's pictures over a grey canvas."""
    picture = np.full((event.canvas[1], event.canvas[0], 3), float(GREY))
    for x, y, rgba in event.pictures:
        height, width = rgba.shape[:2]
        area = picture[y : y + height, x : x + width]
        area[:] = rgba[: len(area), : area.shape[1], :3] + area * (1 - rgba[: len(area), : area.shape[1], 3:] / 255)
    return picture


def reference(path: Path, size: tuple[int, int], second: float) -> NDArray[np.float64]:
    """What FFmpeg shows of the first subtitle track at a time, over grey."""
    grey = f"color=c=#{GREY:02x}{GREY:02x}{GREY:02x}:s={size[0]}x{size[1]}:r=10:d={second + 1},format=gbrp"
    command = ["ffmpeg", "-v", "error", "-i", str(path), "-f", "lavfi", "-i", grey,
               "-filter_complex", "[1:v][0:s]overlay=format=gbrp,format=rgb24", "-ss", f"{second}",
               "-frames:v", "1", "-f", "rawvideo", "-"]  # fmt: skip
    data = subprocess.run(command, capture_output=True, timeout=60, check=True).stdout
    return np.frombuffer(data, np.uint8).reshape(size[1], size[0], 3).astype(float)


def read(path: Path, at: float = 0.0) -> list[BitmapEvent]:
    """All events of the first track of a file."""
    reader = BitmapReader(path, 0, threading.Event())
    try:
        return list(reader.events(at))
    finally:
        reader.close()


@pytest.fixture
def film(tmp_path: Path) -> Path:
    """Three subtitles at 1, 3 and 5 s, each cleared a second later; two objects, one of them split and wide."""
    rng = np.random.default_rng(1)
    # FFmpeg counts from the first set.
    sets = [(0, write.display_set(CANVAS, []))]
    for number in range(3):
        placed = [
            write.Placed(0, 5, 100, write.letters(rng, 301, 70, 12)),
            write.Placed(1, 40, 3 + number, write.letters(rng, 80, 40, 5)),
        ]
        start = (1 + 2 * number) * 90_000
        sets.append((start, write.display_set(CANVAS, placed, palette(rng), largest=900)))
        sets.append((start + 90_000, write.display_set(CANVAS, [], state=write.NORMAL)))
    path = tmp_path / "film.sup"
    path.write_bytes(write.sup(sets))
    return path


@needs_ffmpeg
@pytest.mark.parametrize("number", range(3))
def test_pixels_are_those_of_ffmpeg(film: Path, number: int) -> None:
    event = read(film)[number]
    expected = reference(film, CANVAS, 1.5 + 2 * number)
    assert np.abs(expected - GREY).max() > 50
    assert np.abs(over_grey(event) - expected).max() <= 3


@needs_ffmpeg
def test_hd_is_bt709_and_sd_is_bt601(tmp_path: Path) -> None:
    entries = np.array([[16, 128, 128, 0], [120, 220, 60, 255]], np.uint8)
    pixels = np.ones((20, 30), np.uint8)
    colours = []
    for canvas in ((720, 576), (960, 720)):
        path = tmp_path / f"{canvas[1]}.sup"
        path.write_bytes(write.sup([(0, write.display_set(canvas, [write.Placed(0, 8, 8, pixels)], entries))]))
        (event,) = read(path)
        expected = reference(path, canvas, 0.5)
        assert np.abs(over_grey(event) - expected).max() <= 3
        colours.append(expected[10, 10])
    assert np.abs(colours[0] - colours[1]).max() > 10


def test_times_are_exact_and_clearing_ends_a_picture(film: Path) -> None:
    assert [(event.start, event.end) for event in read(film)] == [(1.0, 2.0), (3.0, 4.0), (5.0, 6.0)]


@needs_ffmpeg
@pytest.mark.parametrize("suffix", ["mkv", "m2ts", "mks"])
def test_containers_give_the_same(film: Path, tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"film.{suffix}"
    more = ["-f", "matroska"] if suffix == "mks" else []
    command = ["ffmpeg", "-v", "error", "-copyts", "-i", str(film), "-map", "0", "-c", "copy", *more, str(path)]
    subprocess.run(command, check=True, timeout=60)
    expected, found = read(film), read(path)
    # Transport streams begin at a time of their own.
    shift = found[0].start - 1.0
    assert suffix == "m2ts" or shift == 0
    for one, other in zip(expected, found, strict=True):
        assert (other.start - shift, other.end - shift) == pytest.approx((one.start, one.end), abs=1e-9)
        assert np.array_equal(over_grey(one), over_grey(other))


def test_a_picture_replaces_another_and_the_last_one_stays() -> None:
    rng = np.random.default_rng(3)
    decoder = PgsDecoder()
    one = write.Placed(0, 1, 2, write.letters(rng, 40, 20, 4))
    again = write.Placed(0, 9, 9)
    events = decoder.feed(write.packet(write.display_set(CANVAS, [one], palette(rng))), -1.5)
    events += decoder.feed(write.packet(write.display_set(CANVAS, [again], state=write.NORMAL)), 0.25)
    assert [(event.start, event.end) for event in closed(events)] == [(-1.5, 0.25), (0.25, math.inf)]
    (x, y, first), (u, v, second) = events[0].pictures[0], events[1].pictures[0]
    assert np.array_equal(first, second)
    assert (u - x, v - y) == (8, 7)


def test_an_epoch_forgets_objects_but_an_acquisition_point_brings_its_own() -> None:
    rng = np.random.default_rng(4)
    pixels, entries = write.letters(rng, 30, 20, 4), palette(rng)
    whole = write.Placed(0, 0, 0, pixels)
    decoder = PgsDecoder()
    first = decoder.feed(write.packet(write.display_set(CANVAS, [whole], entries)), 0)
    assert decoder.feed(write.packet(write.display_set(CANVAS, [write.Placed(0, 0, 0)])), 1)[0].parts == ()
    assert decoder.damaged == 1
    joined = PgsDecoder()
    assert joined.feed(write.packet(write.display_set(CANVAS, [write.Placed(0, 0, 0)], state=write.NORMAL)), 0)
    assert joined.damaged == 1
    later = joined.feed(write.packet(write.display_set(CANVAS, [whole], entries, state=write.ACQUISITION)), 1)
    assert np.array_equal(over_grey(later[0]), over_grey(first[0]))


def test_a_palette_update_fades_the_same_object() -> None:
    rng = np.random.default_rng(5)
    entries = palette(rng)
    entries[1:, 3] = 200
    decoder = PgsDecoder()
    pixels = write.letters(rng, 30, 20, 12)
    decoder.feed(write.packet(write.display_set(CANVAS, [write.Placed(0, 0, 0, pixels)], entries)), 0)
    faded = entries[3:5].copy()
    faded[:, 3] = 100
    update = [write.composition(CANVAS, [write.Placed(0, 0, 0)], state=write.NORMAL, update=True),
              write.palette(faded, first=3), (write.END, b"")]  # fmt: skip
    ((x, y, rgba),) = decoder.feed(write.packet(update), 1)[0].pictures
    seen = pixels[y : y + rgba.shape[0], x : x + rgba.shape[1]]
    assert set(rgba[..., 3][(seen == 3) | (seen == 4)]) == {100}
    assert set(rgba[..., 3][(seen > 4) | (seen == 1)]) == {200}


def test_crops_show_a_part_of_the_object_at_its_place() -> None:
    entries = np.array([[16, 128, 128, 0], [235, 128, 128, 255], [126, 128, 128, 255]], np.uint8)
    pixels = np.ones((20, 30), np.uint8)
    pixels[5:9, 10:16] = 2
    placed = write.Placed(0, 100, 50, pixels, crop=(9, 4, 8, 6), forced=True)
    (event,) = PgsDecoder().feed(write.packet(write.display_set(CANVAS, [placed], entries)), 0)
    ((x, y, rgba),) = event.pictures
    assert event.forced
    assert (x, y, rgba.shape) == (100, 50, (6, 8, 4))
    assert (rgba[1:5, 1:7] == (128, 128, 128, 255)).all()
    assert (rgba[0] == 255).all() and (rgba[:, 0] == 255).all()


def test_a_broken_picture_is_left_out_and_ends_the_one_before() -> None:
    rng = np.random.default_rng(6)
    segments = write.display_set(CANVAS, [write.Placed(0, 1, 2, write.letters(rng, 40, 20, 4))], palette(rng))
    good = write.packet(segments)
    for broken in (
        good[:-40],
        good.replace(b"\0\0", b"\0", 3),
        write.packet([one for one in segments if one[0] != write.OBJECT]),
        write.packet([one for one in segments if one[0] != write.PALETTE]),
        write.packet([(kind, body[: len(body) // 2]) for kind, body in segments]),
        b"\x16\0\x02ab" + good,
        good + b"\x99",
    ):
        decoder = PgsDecoder()
        events = decoder.feed(good, 0) + decoder.feed(broken, 1) + decoder.feed(good, 2) + decoder.flush()
        shown = [(event.start, event.end) for event in closed(events)]
        whole = good in broken
        assert shown == ([(0, 1), (1, 2), (2, math.inf)] if whole else [(0, 1), (2, math.inf)])
        assert decoder.damaged == 1


def test_garbage_between_segments_of_a_file_is_passed_over(film: Path, tmp_path: Path) -> None:
    data = film.read_bytes()
    place = data.index(b"PG", 3000)
    broken = tmp_path / "broken.sup"
    broken.write_bytes(b"junk PG junk" + data[:place] + b"PG" * 50 + bytes(100_000) + data[place:])
    expected, found = read(film), read(broken)
    assert [(event.start, event.end) for event in found] == [(event.start, event.end) for event in expected]
    assert all(np.array_equal(over_grey(a), over_grey(b)) for a, b in zip(expected, found, strict=True))


def test_the_clock_goes_on_after_thirteen_hours(tmp_path: Path) -> None:
    pixels, entries = np.ones((4, 4), np.uint8), np.full((2, 4), 128, np.uint8)
    path = tmp_path / "long.sup"
    shows = write.display_set(CANVAS, [write.Placed(0, 0, 0, pixels)], entries)
    path.write_bytes(write.sup([((1 << 32) - 90_000, shows), ((1 << 32) + 90_000, shows)]))
    one, two = read(path)
    assert two.start - one.start == 2


@pytest.mark.parametrize("data", [b"", b"PG", b"no subtitles at all", b"PG" + bytes(11)])
def test_a_file_without_any_is_refused_in_a_sentence(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "empty.sup"
    path.write_bytes(data)
    with pytest.raises(MediaError, match="holds no PGS subtitles"):
        read(path)


def test_a_missing_file_is_refused_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(MediaError, match="cannot be read"):
        read(tmp_path / "none.sup")


def test_objects_of_absurd_size_take_no_memory() -> None:
    bomb = write.objects(0, np.zeros((1, 1), np.uint8))[0][1]
    huge = bomb[:7] + b"\xff\xff\xff\xff" + bomb[11:]
    segments = [write.composition(CANVAS, [write.Placed(0, 0, 0)]), write.palette(np.zeros((2, 4), np.uint8)),
                (write.OBJECT, huge), (write.END, b"")]  # fmt: skip
    decoder = PgsDecoder()
    assert decoder.feed(write.packet(segments), 0)[0].parts == ()
    assert decoder.damaged == 1


_SEED = write.packet(
    write.display_set(
        (64, 48),
        [
            write.Placed(0, 3, 4, write.letters(np.random.default_rng(1), 40, 20, 5)),
            write.Placed(1, 9, 9, crop=(1, 2, 3, 4)),
        ],
        palette(np.random.default_rng(1)),
        largest=60,
    )
)


@settings(max_examples=400, deadline=None)
@given(st.lists(st.tuples(st.integers(0, len(_SEED) - 1), st.binary(max_size=4)), max_size=6), st.integers(0, 900))
def test_no_damage_stops_the_decoder(edits: list[tuple[int, bytes]], end: int) -> None:
    data = bytearray(_SEED)
    for place, replacement in edits:
        data[place : place + len(replacement)] = replacement
    decoder = PgsDecoder()
    events = decoder.feed(bytes(data[:end]), 0.0) + decoder.feed(bytes(data), 1.0) + decoder.flush()
    for event in closed(events):
        for _, _, rgba in event.pictures:
            assert rgba.ndim == 3 and rgba.size <= 4 * 4096 * 2304
            assert (rgba[..., :3] <= rgba[..., 3:]).all()
    good = decoder.feed(_GOOD, 2.0)
    assert len(good[-1].parts) == 1


_GOOD = write.packet(
    write.display_set((64, 48), [write.Placed(0, 3, 4, np.ones((5, 5), np.uint8))], np.full((2, 4), 128, np.uint8))
)


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_at_all(data: bytes) -> None:
    decoder = PgsDecoder()
    assert all(event.parts == () for event in decoder.feed(data, 0.0) + decoder.flush())
