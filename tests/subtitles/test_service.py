"""The service: what is shown when, that it never waits, and that playback goes on whatever the files hold."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from anime4k.media.subtitles import TextEvent, TextReader
from anime4k.overlay import EMPTY, Overlay
from anime4k.subtitles import discovery, library, slot
from anime4k.subtitles.lines import Span
from anime4k.subtitles.service import Geometry, Override, Style, Subtitles
from tests import subtitle_samples as samples

PLACE = Geometry((640, 360), (0, 0, 640, 360), samples.SIZE)
LARGER = Geometry((1280, 720), (0, 0, 1280, 720), samples.SIZE)
LIMIT_S = 30.0


@pytest.fixture
def subtitles() -> Iterator[Subtitles]:
    service = Subtitles()
    yield service
    service.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with something that counts as a video without being one."""
    (tmp_path / "show.mkv").write_bytes(b"not a video")
    return tmp_path


def until(condition: Callable[[], bool], what: str = "it") -> None:
    """Wait for a condition, which the tests make certain to come."""
    deadline = time.monotonic() + LIMIT_S
    while not condition():
        assert time.monotonic() < deadline, f"{what} never came"
        time.sleep(0.002)


def shown(service: Subtitles, moment: float, place: Geometry = PLACE) -> Overlay:
    """The exact overlay of a moment."""

    def ready() -> bool:
        service.at(moment, place)
        return service.exact(moment, place)

    until(ready, f"the picture at {moment}")
    return service.at(moment, place)


def opened(service: Subtitles, folder: Path, name: str, text: str) -> None:
    (folder / name).write_text(text)
    service.open(str(folder / "show.mkv"))
    until(lambda: service.known, "the file")


def box(overlay: Overlay) -> tuple[int, int, int, int]:
    """Left, top, right, bottom of what can be seen; the bitmaps of libass have room around them."""
    edges = []
    for tile in overlay.tiles:
        rows, columns = np.flatnonzero(tile.pixels.any(axis=1)), np.flatnonzero(tile.pixels.any(axis=0))
        if len(rows):
            wide, high = tile.width / tile.pixels.shape[1], tile.height / tile.pixels.shape[0]
            edges.append(
                (
                    tile.x + columns[0] * wide,
                    tile.y + rows[0] * high,
                    tile.x + (columns[-1] + 1) * wide,
                    tile.y + (rows[-1] + 1) * high,
                )
            )
    left, top, right, bottom = zip(*edges, strict=True)
    return round(min(left)), round(min(top)), round(max(right)), round(max(bottom))


def same(first: Overlay, second: Overlay) -> bool:
    """Whether two overlays have the same contents."""
    return len(first.tiles) == len(second.tiles) and all(
        (one.x, one.y, one.colour) == (two.x, two.y, two.colour) and np.array_equal(one.pixels, two.pixels)
        for one, two in zip(first.tiles, second.tiles, strict=True)
    )


def test_a_line_is_shown_from_its_start_to_its_end(subtitles: Subtitles, folder: Path) -> None:
    opened(subtitles, folder, "show.srt", samples.srt([(1.0, 2.0, "words")]))
    assert shown(subtitles, 0.999) is EMPTY
    words = shown(subtitles, 1.0)
    assert words.tiles
    assert shown(subtitles, 1.999) is words
    assert shown(subtitles, 2.0) is EMPTY
    left, top, right, bottom = box(words)
    # Bottom centre, above a margin of 22 of 720 lines.
    assert abs((left + right) / 2 - 320) < 3 and 330 < bottom <= 352 and top > 300


def test_delay_moves_lines_later(subtitles: Subtitles, folder: Path) -> None:
    opened(subtitles, folder, "show.srt", samples.srt([(1.0, 2.0, "words")]))
    subtitles.delay = 0.5
    assert shown(subtitles, 1.4) is EMPTY and shown(subtitles, 1.5).tiles and shown(subtitles, 2.4).tiles
    assert subtitles.line(0.0, 1) == 1.5
    subtitles.delay = -0.5
    assert shown(subtitles, 0.6).tiles and shown(subtitles, 1.6) is EMPTY


def test_invisible_ones_cost_nothing(subtitles: Subtitles, folder: Path) -> None:
    opened(subtitles, folder, "show.srt", samples.srt([(1.0, 2.0, "words")]))
    assert shown(subtitles, 1.5).tiles
    subtitles.visible = False
    before = subtitles.state.rendered
    assert subtitles.at(1.2, PLACE) is EMPTY and subtitles.exact(1.2, PLACE)
    subtitles.visible = True
    assert shown(subtitles, 1.5).tiles
    assert subtitles.state.rendered == before


def test_nothing_is_drawn_where_there_are_no_lines(subtitles: Subtitles, folder: Path) -> None:
    opened(subtitles, folder, "show.srt", samples.srt([(50.0, 51.0, "words")]))
    assert shown(subtitles, 1.0) is EMPTY
    subtitles.want([number / 24 for number in range(24, 240)], PLACE)
    assert shown(subtitles, 5.0) is EMPTY
    assert subtitles.state.rendered == 0


def test_wanted_moments_are_made_ahead(subtitles: Subtitles, folder: Path) -> None:
    opened(subtitles, folder, "show.ass", samples.script(samples.rotated()))
    shown(subtitles, 0.5)
    late = subtitles.state.late
    moments = [1.0 + number / 24 for number in range(12)]
    subtitles.want(moments, PLACE)
    until(lambda: all(subtitles.exact(moment, PLACE) for moment in moments), "the wanted moments")
    overlays = [subtitles.at(moment, PLACE) for moment in moments]
    assert subtitles.state.late == late
    # One sign turns all the time.
    assert len({id(overlay) for overlay in overlays}) == 12


def test_an_unchanged_picture_is_the_same_object(subtitles: Subtitles, folder: Path) -> None:
    opened(subtitles, folder, "show.ass", samples.script([samples.Line(0.0, 9.0, "still")]))
    first = shown(subtitles, 1.0)
    assert all(shown(subtitles, 1.0 + number / 24) is first for number in range(24))
    assert subtitles.state.cached_bytes == sum(tile.pixels.nbytes for tile in first.tiles)


def test_at_never_waits_for_hundreds_of_signs(subtitles: Subtitles, folder: Path) -> None:
    """Drawing is stopped altogether: what is late is answered all the same, with the latest known."""
    opened(subtitles, folder, "show.ass", samples.script(samples.signs()))
    known = shown(subtitles, 1.0)
    assert len(known.tiles) > 800
    drawer = subtitles._drawer
    held, go = threading.Event(), threading.Event()
    render = drawer._render

    def stalled() -> bool:
        held.set()
        go.wait(LIMIT_S)
        return render()

    drawer._render = stalled  # type: ignore[method-assign]
    before = subtitles.state.late
    assert subtitles.at(1.5, PLACE) is known
    assert held.wait(LIMIT_S)
    assert subtitles.at(1.6, PLACE) is known
    assert not subtitles.exact(1.6, PLACE)
    assert subtitles.state.late == before + 2
    go.set()
    assert shown(subtitles, 1.6) is not known


def test_what_was_late_wakes_the_player(folder: Path) -> None:
    """When it is woken the picture is ready, without having been asked for again."""
    moment = [0.1]
    ready: list[float] = []
    service = Subtitles(lambda: ready.append(moment[0]) if service.exact(moment[0], PLACE) else None)
    (folder / "show.ass").write_text(samples.script(samples.rotated()))
    service.open(str(folder / "show.mkv"))
    # Asked for before its lines are read.
    assert service.at(0.1, PLACE) is EMPTY
    until(lambda: 0.1 in ready, "the first picture")
    assert not service.exact(2.0, PLACE)
    moment[0] = 2.0
    service.at(2.0, PLACE)
    until(lambda: 2.0 in ready, "the second picture")
    service.close()


def test_a_resized_window_stretches_until_there_is_better(subtitles: Subtitles, folder: Path) -> None:
    opened(subtitles, folder, "show.ass", samples.script([samples.Line(0.0, 9.0, "words")]))
    left, top, right, bottom = box(shown(subtitles, 1.0))
    drawer = subtitles._drawer
    with drawer._condition:
        # The thread cannot draw while the lock is held.
        stretched = subtitles.at(1.0, LARGER)
        assert subtitles.at(1.0, LARGER) is stretched
    assert np.allclose(box(stretched), [2 * left, 2 * top, 2 * right, 2 * bottom], atol=2)
    exact = shown(subtitles, 1.0, LARGER)
    assert exact is not stretched and np.allclose(box(exact), box(stretched), atol=5)


def test_lines_to_step_through(subtitles: Subtitles, folder: Path) -> None:
    opened(
        subtitles, folder, "show.srt", samples.srt([(1.0, 2.0, "a"), (3.0, 4.0, "b"), (3.0, 4.0, "b2"), (5, 6, "c")])
    )
    until(lambda: subtitles.line(0.0, 1) is not None and subtitles.exact(9.0, PLACE), "the lines")
    assert [subtitles.line(3.5, step) for step in (-1, 0, 1, 2)] == [1.0, 3.0, 5.0, None]
    assert [subtitles.line(4.5, step) for step in (-1, 1)] == [3.0, 5.0]
    assert subtitles.line(0.5, -1) is None and subtitles.line(0.5, 1) == 1.0


def test_two_tracks_at_once(subtitles: Subtitles, folder: Path) -> None:
    (folder / "show.en.srt").write_text(samples.srt([(1.0, 3.0, "below")]))
    opened(subtitles, folder, "show.ja.ass", samples.script([samples.Line(1.0, 3.0, "{\\pos(320,180)}above")]))
    assert [(track.language, track.external) for track in subtitles.tracks] == [("ja", True), ("en", True)]
    subtitles.select(2)
    alone = shown(subtitles, 2.0)
    subtitles.select(1, secondary=True)
    both = shown(subtitles, 2.0)
    assert (subtitles.track, subtitles.secondary) == (2, 1)
    assert same(Overlay(both.tiles[: len(alone.tiles)]), alone)
    # The second one is at the top whatever its author wanted.
    assert box(Overlay(both.tiles[len(alone.tiles) :]))[3] < 60
    assert shown(subtitles, 2.5) is both
    subtitles.select(None, secondary=True)
    assert same(shown(subtitles, 2.0), alone)


def test_languages_decide_where_to_begin(folder: Path) -> None:
    for language in ("en", "ja", "de.forced", "de"):
        (folder / f"show.{language}.srt").write_text(samples.srt([(1.0, 2.0, language)]))
    service = Subtitles(languages=("ger", "eng"))
    service.open(str(folder / "show.mkv"))
    until(lambda: service.track is not None, "a track")
    chosen = service.tracks[service.track - 1 if service.track else 0]
    assert (chosen.language, chosen.forced) == ("de", False)
    service.open(str(folder / "show.mkv"), track=None)
    until(lambda: service.known, "the file")
    assert service.track is None
    service.open(str(folder / "show.mkv"), track=3)
    until(lambda: service.track == 3, "the track")
    service.close()


def test_what_is_chosen_early_is_what_to_begin_with(folder: Path) -> None:
    for language in ("en", "ja"):
        (folder / f"show.{language}.srt").write_text(samples.srt([(1.0, 2.0, language)]))
    service = Subtitles()
    service.open(str(folder / "show.mkv"))
    with service._lock:
        # The file cannot become known while the lock is held.
        service.select(2)
        service.select(1, secondary=True)
    until(lambda: (service.track, service.secondary) == (2, 1), "the tracks")
    service.close()


def test_a_file_added_to_a_file_just_opened(folder: Path) -> None:
    (folder / "show.srt").write_text(samples.srt([(1.0, 2.0, "beside")]))
    (folder / "other.srt").write_text(samples.srt([(1.0, 2.0, "other")]))
    service = Subtitles()
    service.open(str(folder / "show.mkv"))
    service.add(str(folder / "other.srt"))
    until(lambda: service.track == 2, "the added file")
    service.open(str(folder / "show.mkv"))
    service.add(str(folder / "gone.srt"))
    until(lambda: bool(service.complaints), "the complaint")
    assert service.track == 1
    service.close()


def test_an_added_file_is_selected(subtitles: Subtitles, folder: Path, tmp_path: Path) -> None:
    opened(subtitles, folder, "show.srt", samples.srt([(1.0, 2.0, "first")]))
    first = shown(subtitles, 1.5)
    other = tmp_path / "elsewhere.de.srt"
    other.write_text(samples.srt([(1.0, 2.0, "something longer")]))
    subtitles.add(str(other))
    until(lambda: subtitles.track == 2, "the file")
    assert subtitles.tracks[1].language == "de" and subtitles.tracks[1].external
    assert box(shown(subtitles, 1.5))[0] < box(first)[0]


def test_styles_of_the_viewer(subtitles: Subtitles, folder: Path) -> None:
    lines = [samples.Line(0.0, 9.0, "words"), samples.Line(0.0, 9.0, "{\\pos(100,100)\\frz40}sign")]
    opened(subtitles, folder, "show.ass", samples.script(lines))
    as_it_is = shown(subtitles, 1.0)
    subtitles.style = Style(scale=2.0)
    larger = shown(subtitles, 1.0)
    assert box(larger)[2] - box(larger)[0] > box(as_it_is)[2] - box(as_it_is)[0]
    subtitles.style = Style(shift=20.0)
    lifted = shown(subtitles, 1.0)
    assert abs(box(as_it_is)[3] - box(lifted)[3] - 72) <= 4
    subtitles.style = Style(override=Override.STRIP)
    stripped = shown(subtitles, 1.0)
    assert box(stripped)[1] > 240, "the sign has lost its place"
    subtitles.style = Style()
    assert same(shown(subtitles, 1.0), as_it_is)


def test_another_file_shows_nothing_of_the_last_one(subtitles: Subtitles, folder: Path) -> None:
    opened(subtitles, folder, "show.srt", samples.srt([(1.0, 2.0, "words")]))
    assert shown(subtitles, 1.5).tiles
    (folder / "next.mkv").write_bytes(b"x")
    subtitles.open(str(folder / "next.mkv"))
    assert subtitles.at(1.5, PLACE) is EMPTY
    until(lambda: subtitles.known, "the file")
    assert subtitles.tracks == () and subtitles.track is None and shown(subtitles, 1.5) is EMPTY


@pytest.mark.skipif(not samples.have_ffmpeg(), reason="needs ffmpeg")
def test_a_font_inside_the_file_is_used(tmp_path: Path) -> None:
    font = samples.renamed_font(
        samples.font("DejaVuSansMono.ttf"), tmp_path / "kraken.ttf", "DejaVu Sans Mono", "Kraken Sans Mono"
    )
    script = samples.script([samples.Line(0.0, 4.0, "iiiiiiii")], family="Kraken Sans Mono")
    (tmp_path / "a.ass").write_text(script)
    samples.video(tmp_path / "v.mkv", size=(64, 36))
    common = ["-i", tmp_path / "v.mkv", "-i", tmp_path / "a.ass", "-map", "0", "-map", "1", "-c", "copy"]
    samples.ffmpeg(*common, "-attach", font, "-metadata:s:t", "mimetype=font/ttf", tmp_path / "with.mkv")
    samples.ffmpeg(*common, tmp_path / "without.mkv")
    widths, complaints = {}, {}
    for name in ("with", "without"):
        service = Subtitles()
        service.open(str(tmp_path / f"{name}.mkv"))
        until(lambda service=service: service.track == 1, "the track")  # type: ignore[misc]
        found = box(shown(service, 1.0))
        widths[name], complaints[name] = found[2] - found[0], service.complaints
        service.close()
    # In a font of fixed width the narrow letter is as wide as any other.
    assert widths["with"] > 1.5 * widths["without"]
    assert complaints["with"] == []
    assert complaints["without"] == [
        "without.mkv: subtitle track 1: the font Kraken Sans Mono is not there; another one is used"
    ]


def test_nobody_is_told_about_a_font_that_nobody_chose(tmp_path: Path) -> None:
    script = samples.script([samples.Line(0.0, 4.0, "hello")], family="Arial")
    (tmp_path / "v.ass").write_text(script)
    samples.video(tmp_path / "v.mkv", size=(64, 36))
    service = Subtitles()
    service.open(str(tmp_path / "v.mkv"))
    until(lambda: service.track == 1, "the track")
    assert box(shown(service, 1.0))
    assert service.complaints == []
    service.close()


def test_a_font_inside_the_script_is_used(subtitles: Subtitles, folder: Path) -> None:
    font = samples.renamed_font(
        samples.font("DejaVuSansMono.ttf"), folder / "k.ttf", "DejaVu Sans Mono", "Kraken Sans Mono"
    )
    section = samples.uuencoded(font.read_bytes(), "kraken_0.ttf")
    line = [samples.Line(0.0, 4.0, "iiiiiiii")]
    opened(subtitles, folder, "show.ass", samples.script(line, family="Kraken Sans Mono", fonts=section))
    wide = box(shown(subtitles, 1.0))
    assert subtitles.complaints == []
    (folder / "plain.ass").write_text(samples.script(line))
    subtitles.add(str(folder / "plain.ass"))
    until(lambda: subtitles.track == 2, "the file")
    narrow = box(shown(subtitles, 1.0))
    assert wide[2] - wide[0] > 1.5 * (narrow[2] - narrow[0])


def test_without_the_library_there_is_plain_text(
    subtitles: Subtitles, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(library.VARIABLE, "none")
    monkeypatch.setattr(library, "load", library.load.__wrapped__)
    opened(
        subtitles, folder, "show.ass", samples.script([samples.Line(1.0, 2.0, "{\\b1}words\\Nbelow{\\p1}m 0 0{\\p0}")])
    )
    border, fill = shown(subtitles, 1.5).tiles
    assert border.colour == (0, 0, 0, 255) and fill.colour == (255, 255, 255, 255)
    left, top, right, bottom = box(shown(subtitles, 1.5))
    assert abs((left + right) / 2 - 320) < 3 and 320 < bottom <= 352
    assert shown(subtitles, 1.9) is shown(subtitles, 1.1)
    assert subtitles.state.library == "plain text"
    (sentence,) = subtitles.complaints
    assert sentence.startswith("libass cannot be used") and "plain text" in sentence and "install" in sentence


@pytest.mark.timeout(120)
@pytest.mark.parametrize(
    "text",
    [
        "",
        "rubbish",
        samples.script([samples.Line(1.0, 2.0, "{\\t(\\frz1e308)\\fscx99999999\\fs1e9\\bord1e9\\blur1e9}x")]),
        samples.script([samples.Line(1.0, 2.0, "{\\pos(nan,inf)\\clip(((((m m m m\\p1e9}" + "m 0 0 l " * 3000)]),
        samples.script([samples.Line(0.0, 35999.99, "x" * 200_000)]),
        samples.script([samples.Line(1.0, 2.0, "x")], size=(0, 0)),
        samples.script([samples.Line(1.0, 2.0, "x")], size=(-5, 2**31 - 1)),
        samples.script([samples.Line(2.0, 1.0, "backwards"), samples.Line(1.0, 1.0, "never")]),
        "[Script Info]\n[V4+ Styles]\nStyle: ,,,,,,\n[Events]\nDialogue: ,,,,\nDialogue: 0,0:00:01.00,0:00:02.00\n",
        "[Fonts]\nfontname: x\n!!!!\n" + samples.script([samples.Line(1.0, 2.0, "x")]),
    ],
)
def test_broken_scripts_do_not_stop_the_service(subtitles: Subtitles, folder: Path, text: str) -> None:
    opened(subtitles, folder, "show.ass", text)
    shown(subtitles, 1.5)
    shown(subtitles, 1.5, LARGER)
    good = folder / "good.srt"
    good.write_text(samples.srt([(1.0, 2.0, "words")]))
    subtitles.add(str(good))
    until(lambda: subtitles.track is not None and subtitles.tracks[-1].title == "good.srt", "the good file")
    assert shown(subtitles, 1.5).tiles
    assert all("\n" not in sentence for sentence in subtitles.complaints)


@pytest.mark.timeout(120)
@pytest.mark.skipif(not samples.have_ffmpeg(), reason="needs ffmpeg")
@pytest.mark.parametrize("suffix", [".mkv", ".mp4"])
def test_damaged_files_always_come_to_an_end(tmp_path: Path, suffix: str) -> None:
    rng = random.Random(7)
    (tmp_path / "a.srt").write_text(samples.srt([(0.5, 1.5, "words"), (2.0, 3.0, "more")]))
    samples.video(tmp_path / "v.mkv", size=(64, 36))
    whole = tmp_path / f"whole{suffix}"
    codec = "mov_text" if suffix == ".mp4" else "srt"
    samples.ffmpeg("-i", tmp_path / "v.mkv", "-i", tmp_path / "a.srt", "-c:v", "copy", "-c:s", codec, whole)
    data = whole.read_bytes()
    (tmp_path / "a.srt").unlink()
    for number in range(24):
        broken = bytearray(data)
        for _ in range((1, 20, 300)[number % 3]):
            broken[rng.randrange(len(broken))] = rng.randrange(256)
        path = tmp_path / f"broken{suffix}"
        path.write_bytes(broken[: rng.randrange(len(broken))] if number % 5 == 0 else broken)
        service = Subtitles()
        service.open(str(path), at=float(number % 2), track=1)
        shown(service, 1.0)
        assert all("\n" not in sentence for sentence in service.complaints)
        service.close()


def test_a_video_without_a_known_codec(subtitles: Subtitles, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever reading comes to, the file becomes known and what lies beside it is not lost for the next one."""

    def broken(*arguments: object, **settings: object) -> None:
        raise AttributeError("no such thing")

    monkeypatch.setattr(discovery, "contents", broken)
    subtitles.open(str(folder / "show.mkv"))
    until(lambda: subtitles.known, "the file")
    assert len(subtitles.complaints) == 1 and "show.mkv" in subtitles.complaints[0]
    monkeypatch.undo()
    opened(subtitles, folder, "show.srt", samples.srt([(1.0, 2.0, "words")]))
    assert shown(subtitles, 1.5).tiles


def test_wrong_numbers_and_files_are_said(subtitles: Subtitles, folder: Path) -> None:
    opened(subtitles, folder, "show.srt", samples.srt([(1.0, 2.0, "words")]))
    subtitles.select(7)
    assert subtitles.track is None
    subtitles.add(str(folder / "gone.srt"))
    until(lambda: len(subtitles.complaints) == 2, "the complaints")
    assert subtitles.complaints[0] == "there is no subtitle track 7; the file has 1"
    assert "gone.srt" in subtitles.complaints[1]


@pytest.mark.timeout(60)
def test_closing_while_everything_is_under_way(folder: Path) -> None:
    (folder / "show.ass").write_text(samples.script(samples.signs(2000)))
    for _ in range(5):
        service = Subtitles()
        service.open(str(folder / "show.mkv"))
        service.want([0.5, 1.0, 1.5], LARGER)
        service.at(0.5, LARGER)
        service.close()
        assert not service._drawer._thread.is_alive()


@pytest.mark.timeout(60)
def test_memory_is_bounded_while_playing(subtitles: Subtitles, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from anime4k.subtitles import cache, drawing

    monkeypatch.setattr(drawing, "LIMIT", 4 << 20)
    monkeypatch.setattr(subtitles._drawer.cache, "_limit", 4 << 20)
    assert cache.LIMIT > 4 << 20
    opened(subtitles, folder, "show.ass", samples.script(samples.signs(60)))
    largest = 0
    for number in range(40):
        moment = number / 24
        subtitles.want([moment + ahead / 24 for ahead in range(12)], PLACE)
        assert shown(subtitles, moment).tiles
        largest = max(largest, subtitles.state.cached_bytes)
    assert 1 << 20 < largest <= 4 << 20


def test_a_track_that_comes_line_by_line_takes_a_small_part_of_the_time(subtitles: Subtitles, folder: Path) -> None:
    """Taking lines over takes longer the more there are; it must not fill the time for as long as a file is read."""
    opened(subtitles, folder, "show.srt", samples.srt([(1.0, 2.0, "words")]))
    shown(subtitles, 1.5)
    present = subtitles._drawer.slot(False)
    assert present is not None
    took: list[float] = []

    def slow() -> list[Span]:
        begun = time.monotonic()
        time.sleep(0.03)
        took.append(time.monotonic() - begun)
        return []

    present.take = slow  # type: ignore[method-assign]
    begun = time.monotonic()
    while len(took) < 4:
        subtitles._drawer.tell()
        time.sleep(0.001)
    assert time.monotonic() - begun > 5 * sum(took[:3])
    # Meanwhile pictures are drawn as ever, and another track is read at once.
    assert shown(subtitles, 1.7).tiles
    before = len(took)
    (folder / "other.srt").write_text(samples.srt([(1.0, 2.0, "other")]))
    subtitles.add(str(folder / "other.srt"))
    until(lambda: subtitles.track == 2, "the file")
    assert shown(subtitles, 1.5).tiles and len(took) <= before + 1


def test_reading_follows_a_seek(subtitles: Subtitles, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a large file it would take long until the reading comes there by itself."""
    places: list[float] = []

    class Slow(TextReader):
        def events(self, at: float = 0.0) -> Iterator[TextEvent]:
            places.append(at)
            found = list(super().events())
            yield from (event for event in found if abs(event.start - at * 1000) < 10_000)
            self._abort.wait(LIMIT_S)

    monkeypatch.setattr(slot, "TextReader", Slow)
    lines = [(60.0 * number + 1.0, 60.0 * number + 4.0, f"line {number}") for number in range(20)]
    opened(subtitles, folder, "show.srt", samples.srt(lines))
    until(lambda: subtitles.at(1.5, PLACE) is not EMPTY, "the first line")
    assert subtitles.at(600.2, PLACE) is EMPTY
    until(lambda: subtitles.at(601.5, PLACE) is not EMPTY, "the line there")
    assert places == [0.0, 600.2]
    # Time that passes is no seek, nor is what has been read.
    for tenth in range(100):
        subtitles.at(602.0 + tenth / 10, PLACE)
    until(lambda: subtitles.at(601.5, PLACE) is not EMPTY, "the line there")
    assert places[2:] in ([], [601.5])


def test_what_is_wrong_with_a_track_is_said_once(subtitles: Subtitles, folder: Path) -> None:
    opened(subtitles, folder, "show.ass", samples.script([samples.Line(0.0, 9.0, "words")], family="Nowhere Sans"))
    until(lambda: subtitles.at(1.0, PLACE) is not EMPTY and bool(subtitles.complaints), "the complaint")
    assert "Nowhere Sans" in subtitles.complaints.pop()
    subtitles.select(None)
    subtitles.select(1)
    assert shown(subtitles, 1.0).tiles and subtitles.complaints == []
