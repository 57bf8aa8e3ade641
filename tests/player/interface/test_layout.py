"""Where the parts of the interface lie."""

from __future__ import annotations

import itertools

import pytest

from anime4k.player.commands import Panel
from anime4k.player.interface.layout import (
    BarLayout,
    Box,
    Part,
    bar_layout,
    chapter_at,
    sheet_layout,
    split_fraction,
    split_line,
    volume_line,
)
from anime4k.player.interface.theme import text_size
from anime4k.player.state import ChapterView

SIZES = [(320, 180), (640, 360), (720, 1280), (1280, 720), (1920, 1080), (3840, 2160), (2560, 400)]


def bar(size: tuple[int, int]) -> BarLayout:
    unit = text_size(size)
    return bar_layout(size, unit, time_width=8 * unit, mode_width=5 * unit, several=True)


def overlap(a: Box, b: Box) -> bool:
    return min(a.right, b.right) - max(a.x, b.x) > 0.01 and min(a.bottom, b.bottom) - max(a.y, b.y) > 0.01


@pytest.mark.parametrize("size", SIZES)
def test_the_bar_lies_in_the_window_and_its_parts_apart_from_each_other(size: tuple[int, int]) -> None:
    layout = bar(size)
    assert layout.panel.x >= 0 and layout.panel.right <= size[0]
    assert layout.panel.y >= 0 and layout.panel.bottom <= size[1]
    for part, box in layout.parts.items():
        assert layout.panel.grown(1).contains(box.x, box.y), part
        assert layout.panel.grown(1).contains(box.right - 1, box.bottom - 1), part
    for a, b in itertools.combinations([box for part, box in layout.parts.items() if part is not Part.SEEK], 2):
        assert not overlap(a, b)


@pytest.mark.parametrize("size", SIZES)
def test_what_matters_most_is_there_in_every_window(size: tuple[int, int]) -> None:
    assert {Part.SEEK, Part.PLAY, Part.MENU, Part.FULLSCREEN} <= set(bar(size).parts)


def test_a_wide_window_has_everything_and_a_narrow_one_less() -> None:
    assert set(bar((1280, 720)).parts) == set(Part)
    assert Part.VOLUME not in bar((320, 180)).parts


def test_files_are_stepped_through_only_when_there_are_several() -> None:
    layout = bar_layout((1280, 720), 16, time_width=100, mode_width=50, several=False)
    assert Part.NEXT not in layout.parts and Part.PREVIOUS not in layout.parts


@pytest.mark.parametrize("fraction", [0.0, 0.25, 0.5, 1.0])
def test_places_on_a_line_and_fractions_are_inverses(fraction: float) -> None:
    for line in (bar((1280, 720)).seek, volume_line(Box(100, 20, 80, 30), 16)):
        assert line.fraction(line.at(fraction)) == pytest.approx(fraction)


def test_fractions_stop_at_the_ends() -> None:
    assert Box(10, 0, 100, 5).fraction(0) == 0.0
    assert Box(10, 0, 100, 5).fraction(500) == 1.0
    assert Box(10, 0, 0, 5).fraction(10) == 0.0


@pytest.mark.parametrize("size", SIZES)
def test_the_side_panel_ends_above_the_bar_and_has_a_tab_for_every_page(size: tuple[int, int]) -> None:
    unit, top = text_size(size), bar(size).panel.y
    sheet = sheet_layout(size, unit, top)
    assert sheet.panel.x >= 0 and sheet.panel.right <= size[0]
    assert sheet.panel.bottom <= max(top, sheet.panel.y + 6 * unit)
    assert set(sheet.tabs) == set(Panel)
    assert not any(overlap(a, b) for a, b in itertools.combinations(sheet.tabs.values(), 2))
    assert not any(overlap(tab, sheet.body) for tab in sheet.tabs.values())


def test_the_chapter_of_a_moment() -> None:
    chapters = (ChapterView(0.0, "a"), ChapterView(10.0, "b"))
    assert [chapter_at(chapters, at) for at in (0.0, 9.9, 9.97, 99.0)] == [chapters[0], chapters[0], *[chapters[1]] * 2]
    assert chapter_at(chapters, -1.0) is None
    assert chapter_at((), 5.0) is None


def test_the_split_line_follows_the_picture_and_not_the_window() -> None:
    rect = (100, 0, 400, 300)
    x, hold = split_line(rect, 0.25, 16)
    assert x == 200
    assert hold.contains(200, 150) and not hold.contains(230, 150) and not hold.contains(200, 301)
    assert split_fraction(rect, 400) == 0.75
    assert (split_fraction(rect, 0), split_fraction(rect, 900)) == (0.0, 1.0)


def test_text_grows_with_the_window_between_bounds_that_the_density_moves() -> None:
    sizes = [text_size(size) for size in ((320, 180), (640, 360), (1280, 720), (1920, 1080), (3840, 2160))]
    assert sizes == sorted(sizes)
    assert sizes[2] == 16 and sizes[3] == 24 and sizes[4] == 48
    assert text_size((640, 360), 2.0) == 2 * text_size((320, 180))
