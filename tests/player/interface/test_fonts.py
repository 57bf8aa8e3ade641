"""Fonts for titles in any language."""

from __future__ import annotations

from pathlib import Path

import pytest

from anime4k.gl.device import Device
from anime4k.player.interface.fonts import FontFiles, find_fonts, font_folders, needs_wide
from tests.player.interface.rig import Rig

imgui = pytest.importorskip("imgui_bundle").imgui


def test_fonts_are_found_below_the_folders_and_the_best_comes_first(tmp_path: Path) -> None:
    for name in ("a/b/DejaVuSans.ttf", "wqy-microhei.ttc", "c/NotoSansCJK-Regular.ttc", "malgun.ttf", "other.ttf"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    assert find_fonts([tmp_path / "missing", tmp_path]) == FontFiles(
        base=str(tmp_path / "a/b/DejaVuSans.ttf"),
        symbols="",
        wide=(str(tmp_path / "c/NotoSansCJK-Regular.ttc"), str(tmp_path / "malgun.ttf")),
    )
    assert find_fonts([]) == FontFiles()


@pytest.mark.parametrize("text", ["葬送", "ひらがな", "カタカナ", "한국어", "ｗｉｄｅ", "plain 第1話"])
def test_east_asian_text_is_recognised(text: str) -> None:
    assert needs_wide(text)


@pytest.mark.parametrize("text", ["", "plain", "Ž é ß", "Привет", "640x360 → 1280x720 …", "“quoted” – dash"])
def test_other_text_does_not_load_large_fonts(text: str) -> None:
    assert not needs_wide(text)


def test_japanese_chinese_and_korean_have_glyphs(device: Device) -> None:
    if not find_fonts(font_folders()).wide:
        pytest.skip("no East Asian font is installed")
    rig = Rig(device)
    try:
        rig.interface.message("plain")
        rig.paint()
        baked = imgui.get_io().fonts.fonts[0].get_font_baked(16.0)
        assert baked.find_glyph_no_fallback(ord("葬")) is None, "large fonts are read only when a text needs them"
        rig.interface.message("葬送のフリーレン 한국어 语")
        rig.paint()
        font = imgui.get_io().fonts.fonts[0]
        for letter in "葬送のフリーレン한국어语→…é":
            assert font.is_glyph_in_font(ord(letter)), letter
        baked = font.get_font_baked(16.0)
        shapes = [baked.find_glyph_no_fallback(ord(letter)) for letter in "葬の한语"]
        assert all(shape is not None for shape in shapes)
        places = {(shape.u0, shape.v0) for shape in shapes}
        assert len(places) == 4, "four letters, four pictures"
    finally:
        rig.close()


def test_letters_are_ready_before_the_first_message(device: Device) -> None:
    rig = Rig(device)
    try:
        rig.paint()
        assert not rig.changed().any()
        letters = imgui.get_io().fonts.fonts[0].get_font_baked(rig.interface.unit)
        assert all(letters.is_glyph_loaded(code) for code in range(0x20, 0x7F))
    finally:
        rig.close()


def test_without_any_font_file_there_is_text_all_the_same(device: Device) -> None:
    from anime4k.player.interface.gui import ImguiInterface

    rig = Rig(device)
    rig.interface.close()
    rig.interface = ImguiInterface(device, clock=lambda: rig.now, target=rig.framebuffer, fonts=FontFiles())
    try:
        rig.interface.message("words 漢字")
        rig.paint(2)
        assert rig.changed().any()
    finally:
        rig.close()
