"""Plain text: where its pixels are, in which order, and that no text breaks it."""

from __future__ import annotations

import numpy as np
import pytest

from anime4k.subtitles import fonts, text
from anime4k.subtitles.fonts import Script


@pytest.mark.parametrize(
    ("words", "script"),
    [
        ("Plain words, ångström, Привет", Script.LATIN),
        ("漢字", Script.CHINESE),
        ("漢字とかな", Script.JAPANESE),
        ("안녕", Script.KOREAN),
        ("mixed 한 and latin", Script.KOREAN),
        ("สวัสดี", Script.THAI),
        ("", Script.LATIN),
        ("\x00\x01\ud800", Script.LATIN),
    ],
)
def test_script_of_a_text(words: str, script: Script) -> None:
    assert fonts.script_of(words) is script


def test_font_of_latin_text_is_installed() -> None:
    found = fonts.font_for(Script.LATIN)
    assert found is not None and found.path.lower().endswith((".ttf", ".otf", ".ttc"))


def test_fonts_are_found_without_fontconfig(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    found = fonts.font_for.__wrapped__(Script.LATIN)
    assert found is not None and found.path.endswith("DejaVuSans.ttf")


def test_border_lies_under_the_letters_and_around_them() -> None:
    border, fill = text.draw_text("Hx", 40, x=100, y=50, border=3, colour=(255, 0, 0, 255))
    assert border.colour == (0, 0, 0, 255) and fill.colour == (255, 0, 0, 255)
    for tile in (border, fill):
        assert tile.pixels.dtype == np.uint8 and tile.pixels.shape == (tile.height, tile.width)
    # The outline is as far outside as asked, on all four sides, up to anti-aliasing.
    assert abs(fill.x - border.x - 3) <= 1 and abs(fill.y - border.y - 3) <= 1
    assert abs(border.x + border.width - fill.x - fill.width - 3) <= 1
    assert abs(border.y + border.height - fill.y - fill.height - 3) <= 1


def test_lines_are_one_step_apart_whatever_is_in_them() -> None:
    (one,) = text.draw_text("x", 30)
    (two,) = text.draw_text("x\nx", 30)
    assert two.y == one.y
    assert two.height - one.height == text.line_height(30)
    (accent,) = text.draw_text("Å\nx", 30)
    assert accent.y + accent.height == two.y + two.height


def test_alignment_moves_the_short_line() -> None:
    def left_of_first_line(align: text.Align) -> int:
        (tile,) = text.draw_text("i\nmmmmmmmm", 20, align=align)
        rows = text.line_height(20) * 3 // 4 - tile.y
        return tile.x + int(np.flatnonzero(tile.pixels[:rows].any(axis=0))[0])

    left, centre, right = (left_of_first_line(align) for align in ("left", "center", "right"))
    width = text.text_width("mmmmmmmm", 20)
    assert left < 5 and abs(centre - width / 2) < 5 and abs(right - width) < 8


def test_wrapping_keeps_every_line_inside() -> None:
    words = "one two three four five six seven eight nine ten"
    (tile,) = text.draw_text(words, 20, max_width=120)
    assert tile.width <= 120
    lines = round((tile.height - 20) / text.line_height(20)) + 1
    assert lines >= text.text_width(words, 20) // 120


def test_text_without_spaces_is_wrapped_too() -> None:
    (tile,) = text.draw_text("W" * 60, 20, max_width=200)
    assert tile.width <= 200 and tile.height > 3 * text.line_height(20)


@pytest.mark.parametrize("words", ["", " ", "\n\n", "\x00\x07", "\u200b"])
def test_nothing_to_see_is_no_tile(words: str) -> None:
    assert text.draw_text(words, 20, border=2) == []


@pytest.mark.timeout(30)
@pytest.mark.parametrize("words", ["a" * 1_000_000, "a\n" * 100_000, "é\u0301" * 5000, "\ud800\udfff", "\u202e" * 9999])
def test_no_text_takes_long_or_much_memory(words: str) -> None:
    tiles = text.draw_text(words, 4000, border=10, max_width=500)
    assert sum(tile.pixels.size for tile in tiles) < 100_000_000


def test_moved_tiles_share_their_pixels() -> None:
    tiles = text.draw_text("x", 20)
    (there,) = text.moved(tiles, 5, -7)
    assert (there.x, there.y) == (tiles[0].x + 5, tiles[0].y - 7)
    assert there.pixels is tiles[0].pixels


def test_a_japanese_font_stands_in_for_a_chinese_one(monkeypatch: pytest.MonkeyPatch) -> None:
    japanese = fonts.FontFile("japanese.ttf")
    fonts.font_for.cache_clear()
    monkeypatch.setattr(fonts, "_asked", lambda script: japanese if script is fonts.Script.JAPANESE else None)
    monkeypatch.setattr(fonts, "_by_name", lambda script: None)
    try:
        assert fonts.font_for(fonts.script_of("字幕")) == japanese
        assert fonts.font_for(fonts.Script.KOREAN) is None
    finally:
        fonts.font_for.cache_clear()
