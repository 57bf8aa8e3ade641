"""VobSub subtitles: pixels against FFmpeg's encoder, decoder and overlay, times, control sequences, damage."""

from __future__ import annotations

import math
import shutil
import struct
import subprocess
import threading
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anime4k.media.bitmap_event import BitmapEvent, closed
from anime4k.media.bitmap_tracks import BitmapReader
from anime4k.media.vobsub import VobSubDecoder, parse_header
from tests import pgs_writer as write
from tests.media.test_pgs import over_grey, reference

needs_ffmpeg = pytest.mark.skipif(shutil.which("ffmpeg") is None, reason="the reference is the ffmpeg program")
needs_mkvextract = pytest.mark.skipif(shutil.which("mkvextract") is None, reason="it writes the .idx and .sub")
CANVAS = (720, 480)
TICK = 1024 / 90_000
PALETTE = b"size: 720x480\npalette: " + b", ".join(b"%02x%02x%02x" % (n * 17, 255 - n * 9, n * n) for n in range(16))


def read(path: Path, index: int = 0) -> list[BitmapEvent]:
    """All events of a track."""
    reader = BitmapReader(path, index, threading.Event())
    try:
        return list(reader.events())
    finally:
        reader.close()


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three subtitles at 1, 3 and 5 s, encoded by FFmpeg from pictures with four colours."""
    rng = np.random.default_rng(1)
    entries = np.array([[16, 128, 128, 0], [235, 128, 128, 255], [60, 100, 180, 255], [120, 160, 90, 170]], np.uint8)
    sets = [(0, write.display_set(CANVAS, []))]
    for number in range(3):
        shape = (640, 70) if number == 0 else (101 + number, 33)
        placed = write.Placed(0, 30 + number, 380 - number, write.letters(rng, *shape, 4))
        start = (1 + 2 * number) * 90_000
        sets.append((start, write.display_set(CANVAS, [placed], entries)))
        sets.append((start + 90_000, write.display_set(CANVAS, [], state=write.NORMAL)))
    folder = tmp_path_factory.mktemp("vobsub")
    (folder / "film.sup").write_bytes(write.sup(sets))
    command = ["ffmpeg", "-v", "error", "-i", "film.sup", "-map", "0:s", "-c:s", "dvdsub", "film.mkv"]
    subprocess.run(command, cwd=folder, check=True, timeout=60)
    return folder / "film.mkv"


@needs_ffmpeg
@pytest.mark.parametrize("number", range(3))
def test_pixels_are_those_of_ffmpeg(film: Path, number: int) -> None:
    event = read(film)[number]
    expected = reference(film, CANVAS, 1.5 + 2 * number)
    assert np.abs(expected - 90).max() > 50
    assert event.canvas == CANVAS
    assert np.abs(over_grey(event) - expected).max() <= 2


@needs_ffmpeg
def test_times_are_those_of_the_pictures(film: Path) -> None:
    events = read(film)
    # Matroska counts in milliseconds; the encoder was told no ends, so each picture ends where the next begins.
    assert [event.start for event in events] == pytest.approx([1, 3, 5], abs=0.0006)
    assert [event.end for event in events[:2]] == [event.start for event in events[1:]]


@needs_ffmpeg
@needs_mkvextract
def test_pairs_of_idx_and_sub_give_the_same(film: Path, tmp_path: Path) -> None:
    subprocess.run(["mkvextract", str(film), "tracks", f"0:{tmp_path / 'pair.idx'}"], check=True, timeout=60)
    assert {path.name for path in tmp_path.iterdir()} == {"pair.idx", "pair.sub"}
    for one, other in zip(read(film), read(tmp_path / "pair.idx"), strict=True):
        assert other.start == pytest.approx(one.start, abs=0.0006)
        assert np.array_equal(over_grey(one), over_grey(other))


def nibbles(pixels: list[list[int]]) -> bytes:
    """Run-length coding of some lines, each a whole number of bytes."""
    out = b""
    for line in pixels:
        digits = ""
        at = 0
        while at < len(line):
            end = at
            while end < len(line) and line[end] == line[at]:
                end += 1
            run, at, colour = end - at, end, line[at]
            if at == len(line) and run > 8:
                digits += f"000{colour:x}"
                continue
            while run:
                part = min(run, 255)
                value = part << 2 | colour
                digits += f"{value:0{1 if value < 16 else 2 if value < 64 else 3 if value < 256 else 4}x}"
                run -= part
        out += bytes.fromhex(digits + "0" * (len(digits) % 2))
    return out


def unit(
    pixels: list[list[int]],
    sequences: list[tuple[int, bytes]],
    *,
    x: int = 10,
    y: int = 20,
    colours: int = 0x3210,
    alpha: int = 0xFFF0,
) -> bytes:
    """A subpicture unit; the first of the (date, commands) also gets everything the picture needs."""
    even, odd = nibbles(pixels[0::2]), nibbles(pixels[1::2])
    right, bottom = x + len(pixels[0]) - 1, y + len(pixels) - 1
    area = (x << 12 | right).to_bytes(3, "big") + (y << 12 | bottom).to_bytes(3, "big")
    setup = struct.pack(">BHBH", 3, colours, 4, alpha) + b"\5" + area + struct.pack(">BHH", 6, 4, 4 + len(even))
    control = 4 + len(even) + len(odd)
    body, at = b"", control
    for number, (date, commands) in enumerate(sequences):
        commands = (setup if number == 0 else b"") + commands + b"\xff"
        last = number == len(sequences) - 1
        body += struct.pack(">HH", date, at if last else at + 4 + len(commands)) + commands
        at += 4 + len(commands)
    return struct.pack(">HH", at, control) + even + odd + body


LINES = [[1] * 9 + [2] * 300 + [3] * 5 + [1], [2, 1, 3, 1] * 78 + [1, 2, 3], [3] * 315]


def test_every_length_of_run_and_the_order_of_lines() -> None:
    (event,) = VobSubDecoder(PALETTE).feed(unit(LINES, [(0, b"\1")]), 4.0)
    ((x, y, rgba),) = event.pictures
    table = np.array([(0, 0, 0, 0)] + [(n * 17, 255 - n * 9, n * n, 255) for n in (1, 2, 3)], np.uint8)
    assert (x, y) == (10, 20)
    assert np.array_equal(rgba, table[np.array(LINES)])
    assert event.canvas == CANVAS


def test_colours_and_alpha_belong_to_the_codes_last_to_first() -> None:
    (event,) = VobSubDecoder(PALETTE).feed(unit([[0, 1, 2, 3]], [(0, b"\1")], colours=0xFEDC, alpha=0x48CF), 0.0)
    ((_, _, rgba),) = event.pictures
    alpha = np.array([15, 12, 8, 4]) * 17
    assert np.array_equal(rgba[0, :, 3], alpha)
    colours = np.array([(n * 17, 255 - n * 9, n * n) for n in (12, 13, 14, 15)])
    assert np.abs(rgba[0, :, :3] - colours * alpha[:, None] / 255).max() <= 0.5


def test_dates_begin_and_end_a_picture() -> None:
    decoder = VobSubDecoder(PALETTE)
    (event,) = decoder.feed(unit(LINES, [(10, b"\1"), (100, b"\2")]), 4.0, duration=9.0)
    assert (event.start, event.end) == pytest.approx((4 + 10 * TICK, 4 + 100 * TICK))
    (event,) = decoder.feed(unit(LINES, [(0, b"\0")]), 4.0, duration=9.0)
    assert (event.start, event.end, event.forced) == (4.0, 13.0, True)
    assert decoder.feed(unit(LINES, [(0, b"\1")]), 4.0)[0].end == math.inf


def test_a_picture_without_an_end_lasts_until_the_next() -> None:
    decoder = VobSubDecoder(PALETTE)
    events = decoder.feed(unit(LINES, [(0, b"\1")]), -2.0)
    events += decoder.feed(unit(LINES, [(0, b"\1"), (90, b"\2")]), 5.0)
    assert [(event.start, event.end) for event in closed(events)] == [(-2.0, 5.0), (5.0, 5.0 + 90 * TICK)]


def test_a_fade_changes_the_alpha_of_a_picture_on_screen() -> None:
    fade = [(0, b"\1"), (10, b"\4\x88\x80"), (20, b"\4\x44\x40"), (30, b"\2")]
    events = list(closed(VobSubDecoder(PALETTE).feed(unit([[1, 2, 3]], fade), 0.0)))
    assert [event.pictures[0][2][0, 0, 3] for event in events] == [255, 136, 68]
    assert [event.end for event in events] == pytest.approx([10 * TICK, 20 * TICK, 30 * TICK])


def test_a_line_of_menu_colours_is_passed_over() -> None:
    changes = b"\7" + struct.pack(">H", 8) + bytes(6)
    (event,) = VobSubDecoder(PALETTE).feed(unit([[1, 2, 3]], [(0, changes + b"\1")]), 0.0)
    assert event.pictures[0][2].shape == (1, 3, 4)


@pytest.mark.parametrize(
    ("text", "size", "first"),
    [
        (b"size: 720x576\r\npalette: 0000ff, 00ff00" + b", 123456" * 14, (720, 576), (0, 0, 255)),
        (b"# a comment\nPALETTE:0000ff" + b",123456" * 15, None, (0, 0, 255)),
        (b"size: 0x0\npalette: 0000ff", None, None),
        (b"\xff\0nonsense", None, None),
    ],
)
def test_headers(text: bytes, size: tuple[int, int] | None, first: tuple[int, int, int] | None) -> None:
    header = parse_header(text)
    assert header.size == size
    assert (header.palette[0] if header.palette else None) == first


def test_without_a_header_letters_are_white_on_black_and_the_canvas_fits() -> None:
    (event,) = VobSubDecoder().feed(unit([[0, 1, 2, 3]], [(0, b"\1")], y=500), 0.0)
    assert event.canvas == (720, 576)
    assert event.pictures[0][2][0].tolist() == [[0, 0, 0, 0], [255] * 4, [0, 0, 0, 255], [128, 128, 128, 255]]
    assert VobSubDecoder(video=(704, 480)).feed(unit([[1]], [(0, b"\1")]), 0.0)[0].canvas == (704, 480)


_SEED = unit(LINES, [(0, b"\1"), (30, b"\4\x88\x80"), (90, b"\2")])


@pytest.mark.parametrize("end", [0, 1, 3, 4, 50, len(_SEED) - 40, len(_SEED) - 1])
def test_a_packet_that_ends_early_is_left_out(end: int) -> None:
    decoder = VobSubDecoder(PALETTE)
    assert decoder.feed(_SEED[:end], 0.0) == []
    assert decoder.damaged == 1
    assert len(decoder.feed(_SEED, 1.0)) == 2


@settings(max_examples=400, deadline=None)
@given(st.lists(st.tuples(st.integers(0, len(_SEED) - 1), st.binary(max_size=4)), max_size=8))
def test_no_damage_stops_the_decoder(edits: list[tuple[int, bytes]]) -> None:
    data = bytearray(_SEED)
    for place, replacement in edits:
        data[place : place + len(replacement)] = replacement
    decoder = VobSubDecoder(PALETTE)
    for event in decoder.feed(bytes(data), 0.0):
        for _, _, rgba in event.pictures:
            assert rgba.ndim == 3 and rgba.size <= 4 * 1920 * 1088
            assert (rgba[..., :3] <= rgba[..., 3:]).all()


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=300), st.binary(max_size=200))
def test_any_bytes_at_all(data: bytes, header: bytes) -> None:
    decoder = VobSubDecoder(header)
    assert len(decoder.feed(data, 0.0)) + decoder.damaged <= 32
