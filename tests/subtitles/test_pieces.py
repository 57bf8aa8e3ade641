"""The pure pieces: lines in time, the cache, words of a line, colours of old scripts, finding the library."""

from __future__ import annotations

import random
import threading
from pathlib import Path

import numpy as np
import pytest

from anime4k.media.subtitles import Kind, TextEvent, TextReader
from anime4k.overlay import EMPTY, Overlay, Tile
from anime4k.subtitles import ass, library
from anime4k.subtitles.cache import Cache
from anime4k.subtitles.colours import Mangling
from anime4k.subtitles.layout import Geometry, Style, fitted
from anime4k.subtitles.lines import Index, Span, joined
from anime4k.subtitles.plain import PlainRenderer, plain_text, stripped
from anime4k.subtitles.tracks import SubtitleTrack, choose
from tests import subtitle_samples as samples
from tests.subtitles import peer

PLACE = Geometry((640, 360), (0, 0, 640, 360), (640, 360))


def event(start: int, end: int, text: str = "x", order: int = 0) -> TextEvent:
    return TextEvent(start, end, order, b"0,Default,,0,0,0,," + text.encode())


def picture(size: int) -> Overlay:
    return Overlay((Tile(0, 0, size, 1, np.zeros((1, size), np.uint8)),))


def test_the_index_agrees_with_looking_at_every_line() -> None:
    rng = random.Random(4)
    events = [event(start := rng.randrange(-500, 5000), start + rng.randrange(0, 400)) for _ in range(200)]
    events.append(event(1000, 4000))
    index = Index(events)
    for time in range(-600, 6000, 7):
        expected = sorted(id(one) for one in events if one.start <= time < one.end)
        assert sorted(map(id, index.active(time))) == expected
        assert index.covered(time) == bool(expected)


def test_spans_that_touch_are_one() -> None:
    assert joined([Span(5, 7), Span(0, 2), Span(2, 3), Span(6, 9), Span(4, 4)]) == [Span(0, 3), Span(5, 9)]


def test_an_empty_index() -> None:
    assert not Index().covered(0) and Index().active(0) == [] and Index().step(0, 1) is None


def test_the_cache_counts_a_repeated_overlay_once_and_drops_the_oldest() -> None:
    cache = Cache(limit=100)
    still = picture(60)
    for time in range(10):
        cache.put((time, PLACE), still)
    assert cache.bytes == 60 and len(cache) == 10
    cache.put((10, PLACE), picture(50))
    # All ten moments of the large one went before it was gone.
    assert cache.bytes == 50 and len(cache) == 1
    huge = picture(500)
    cache.put((11, PLACE), huge)
    assert cache.get((11, PLACE)) is huge and len(cache) == 1


def test_the_cache_finds_the_latest_before() -> None:
    cache = Cache()
    overlays = {time: picture(1) for time in (100, 200, 400)}
    for time, overlay in overlays.items():
        cache.put((time, PLACE), overlay)
    assert cache.before((399, PLACE), 1000) is overlays[200]
    assert cache.before((399, PLACE), 100) is None
    assert cache.before((99, PLACE), 1000) is None
    cache.drop([Span(150, 250)])
    assert cache.before((399, PLACE), 1000) is overlays[100]
    cache.clear()
    assert cache.bytes == 0 and len(cache) == 0


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("plain", "plain"),
        ("{\\i1}a{\\i0}\\Nb\\nc", "a\nb\nc"),
        ("with, commas, inside", "with, commas, inside"),
        ("{\\p1}m 0 0 l 9 9{\\p0}after", "after"),
        ("{\\pos(1,2)\\p2}m 0 0 l 9 9", ""),
        ("hard\\hspace", "hard\u00a0space"),
        ("{\\pos(1,2)}sign", "sign"),
        ("broken {tag", "broken {tag"),
    ],
)
def test_words_of_a_line(text: str, words: str) -> None:
    assert plain_text(event(0, 1, text).fields) == words
    assert plain_text(stripped(event(0, 1, text)).fields) == words


def test_plain_text_stacks_later_lines_above() -> None:
    renderer = PlainRenderer()
    renderer.add([event(0, 1000, "mmmmmmmm"), event(500, 1500, "i")])
    both = renderer.render(700, PLACE, Style()).tiles[1]
    halves = both.pixels[: both.height // 3], both.pixels[-both.height // 3 :]
    widths = [int(np.flatnonzero(half.any(axis=0))[-1] - np.flatnonzero(half.any(axis=0))[0]) for half in halves]
    assert widths[0] < widths[1] / 4


@pytest.mark.parametrize(
    ("header", "matrix", "active"),
    [
        (b"[Script Info]\n", 1, True),
        (b"[Script Info]\nYCbCr Matrix: TV.601\n", 1, True),
        (b"[Script Info]\r\nYCbCr Matrix: TV.709\r\n", 1, False),
        (b"[Script Info]\nYCbCr Matrix: None\n", 1, False),
        (b"[Script Info]\n", 6, False),
        (b"[Script Info]\n", 2, False),
    ],
)
def test_when_colours_are_changed(header: bytes, matrix: int, active: bool) -> None:
    assert Mangling.of(header, matrix).active is active


def test_changed_colours_are_those_of_the_wrong_matrix() -> None:
    """Pure red in limited BT.601 has Y 81, Cb 90, Cr 240; BT.709's equations make 255, 24, 0 of it."""
    y, cb, cr = (81 - 16) / 219, (90 - 128) / 224, (240 - 128) / 224
    expected = (y + 1.5748 * cr, y - 0.1873 * cb - 0.4681 * cr, y + 1.8556 * cb)
    found = Mangling(True).apply((255, 0, 0))
    assert found == pytest.approx([min(max(part, 0), 1) * 255 for part in expected], abs=2)
    assert Mangling(True).apply((128, 128, 128)) == (128, 128, 128)


def test_stretching_keeps_the_place_in_the_picture() -> None:
    overlay = Overlay((Tile(110, 60, 20, 10, np.zeros((10, 20), np.uint8)),))
    here = Geometry((200, 200), (100, 50, 100, 100), (10, 10))
    there = Geometry((400, 400), (0, 0, 300, 300), (10, 10))
    (tile,) = fitted(overlay, here, there).tiles
    assert (tile.x, tile.y, tile.width, tile.height) == (30, 30, 60, 30)
    assert fitted(EMPTY, here, there) is EMPTY


def test_the_library_is_looked_for_where_it_was_named_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    named = tmp_path / "libass-of-mine.so"
    monkeypatch.setenv(library.VARIABLE, str(named))
    bundle = tmp_path / "libasslite_bundle"
    (bundle / "libs").mkdir(parents=True)
    (bundle / "__init__.py").touch()
    (bundle / "libs" / "libass.so.9").touch()
    monkeypatch.syspath_prepend(tmp_path)
    found = list(library.candidates())
    assert found[:2] == [str(named), str(bundle / "libs" / "libass.so.9")]
    assert any("libass" in name and "/" not in name for name in found[2:])


def test_a_library_of_something_else_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import _ctypes

    monkeypatch.setattr(library, "candidates", lambda: iter([str(tmp_path / "none.so"), _ctypes.__file__]))
    with pytest.raises(library.LibassMissing):
        library.load.__wrapped__()


def test_the_system_has_the_library() -> None:
    major, minor, _ = library.load().version.split(".")
    assert (int(major), int(minor)) >= (0, 14)


def test_moments_that_are_too_large_are_drawn_smaller(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = samples.script([samples.Line(0.0, 9.0, "{\\an5\\fs80\\pos(320,180)}LARGE")])
    (tmp_path / "a.ass").write_text(text)
    reader = TextReader(tmp_path / "a.ass", 0, threading.Event())
    events, header = list(reader.events()), reader.header
    reader.close()
    edges, sizes = [], []
    for limit in (1 << 30, 30_000):
        monkeypatch.setattr(ass, "MAX_PIXELS", limit)
        renderer = ass.AssRenderer(library.load(), header)
        renderer.add(events)
        overlay = renderer.render(1000, PLACE, Style())
        assert renderer.render(1000, PLACE, Style()) is overlay
        renderer.close()
        canvas = peer.composed(np.zeros((360, 640, 3), np.uint8), overlay).any(axis=2)
        rows, columns = np.flatnonzero(canvas.any(axis=1)), np.flatnonzero(canvas.any(axis=0))
        edges.append((rows[0], rows[-1], columns[0], columns[-1]))
        sizes.append(sum(tile.pixels.size for tile in overlay.tiles))
    assert sizes[1] <= 30_000 < sizes[0]
    assert np.allclose(edges[0], edges[1], atol=6)


@pytest.mark.parametrize(
    ("languages", "tracks", "first"),
    [
        ((), [("eng", False, ""), ("jpn", False, "default")], 2),
        (("eng",), [("jpn", False, "default"), ("en", False, "")], 2),
        (("ger", "eng"), [("eng", False, ""), ("deu", False, "forced"), ("de", False, "")], 3),
        # A file beside the video comes first, if its name does not say that it is in another language.
        (("eng",), [("eng", False, "default"), ("", True, "")], 2),
        (("eng",), [("eng", False, "default"), ("ja", True, "")], 1),
        (("eng",), [("eng", False, "default"), ("", True, "forced")], 1),
        (("eng",), [("eng", False, "default"), ("", True, ""), ("en", True, "")], 3),
        (("ger",), [("eng", False, "default"), ("ja", True, "")], 2),
        ((), [], None),
    ],
)
def test_the_track_to_begin_with(
    languages: tuple[str, ...], tracks: list[tuple[str, bool, str]], first: int | None
) -> None:
    made = [
        SubtitleTrack(
            number, language, "", "ass", external, flag == "forced", flag == "default", Path("x"), 0, Kind.TEXT
        )
        for number, (language, external, flag) in enumerate(tracks, 1)
    ]
    assert choose(made, languages) == first
