"""Dear ImGui in the GL context of the player: its life, its input, its drawing."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

import imgui_bundle
from imgui_bundle import imgui

from anime4k.gl.device import Device
from anime4k.player.geometry import Size
from anime4k.player.interface.fonts import FontFiles, find_fonts, font_folders

_BUTTONS = {"MBTN_LEFT": 0, "MBTN_RIGHT": 1, "MBTN_MID": 2}
_OUTSIDE = -3.0e38
_UNPACK = (0x0CF5, 0x0CF2, 0x0CF3, 0x0CF4)  # alignment, row length, skipped rows, skipped pixels
_BASE_SIZE = 16.0
_USUAL = (*range(0x20, 0x7F), 0x2026)
_WIDE_SCALE = 1.2
"""East Asian fonts have higher lines, so that the same line height gives them smaller letters."""


class ImguiContext:
    """One Dear ImGui context that draws into the current framebuffer.

    Nothing is made before the first frame.

    Args:
        device: the GL context, current on this thread.
        fonts: the font files, None = those that the system has.
    """

    def __init__(self, device: Device, fonts: FontFiles | None = None) -> None:
        self._device = device
        self._files = fonts
        self._context: object | None = None
        self._wide_loaded = self._wide_wanted = False
        self._feeds: list[Callable[[imgui.IO], None]] = []
        self._pointed = False  # whether the last of them is a place of the mouse

    # -- input -----------------------------------------------------------------------------------------

    def pointer(self, x: float, y: float) -> None:
        """The mouse is at (x, y)."""
        if self._pointed:  # only the newest place counts; nobody may be drawing for a while
            self._feeds.pop()
        self._feeds.append(lambda io: io.add_mouse_pos_event(x, y))
        self._pointed = True

    def pointer_left(self) -> None:
        """The mouse is elsewhere."""
        self.pointer(_OUTSIDE, _OUTSIDE)

    def button(self, name: str, down: bool) -> None:
        """A mouse button changed."""
        if name in _BUTTONS:
            number = _BUTTONS[name]
            self._feeds.append(lambda io: io.add_mouse_button_event(number, down))
            self._pointed = False

    def wheel(self, x: float, y: float) -> None:
        """The wheel was turned."""
        self._feeds.append(lambda io: io.add_mouse_wheel_event(x, y))
        self._pointed = False

    # -- frames ----------------------------------------------------------------------------------------

    def begin(self, size: Size, text_size: float, seconds: float, *, wide: bool = False) -> bool:
        """Begin a frame.

        Args:
            size: of the framebuffer in pixels.
            text_size: height of the text in pixels.
            seconds: since the frame before.
            wide: whether East Asian text is to be expected.

        Returns:
            Whether texts may have other widths than in the frame before, because there are more fonts.
        """
        if self._context is None:
            self._create()
        imgui.set_current_context(self._context)  # type: ignore[arg-type]
        io = imgui.get_io()
        io.display_size = imgui.ImVec2(float(size[0]), float(size[1]))
        io.delta_time = min(max(seconds, 1e-4), 1.0)
        for feed in self._feeds:
            feed(io)
        self._feeds.clear()
        self._pointed = False
        style = imgui.get_style()
        if style.font_size_base != text_size:
            _set_sizes(style, text_size)
        more = self._load_wide(wide)
        imgui.backends.opengl3_new_frame()
        imgui.new_frame()
        return more

    def draw(self) -> None:
        """End the frame and draw it."""
        imgui.render()
        raw = self._device.raw
        before = [raw.integer(name) for name in _UNPACK]
        try:
            imgui.backends.opengl3_render_draw_data(imgui.get_draw_data())
        finally:
            for name, value in zip(_UNPACK, before, strict=True):
                raw("glPixelStorei", name, value)

    def warm(self, heights: Iterable[float]) -> None:
        """Make what takes long the first time, letters of these heights among it; only during a frame."""
        font = imgui.get_font()
        for height in heights:
            letters = font.get_font_baked(height)
            for code in _USUAL:
                letters.find_glyph(code)

    def want_wide(self) -> bool:
        """Have the East Asian fonts read for the next frame; False = they are read already."""
        wanted, self._wide_wanted = self._wide_wanted, True
        return not wanted

    def close(self) -> None:
        """Delete every GL object."""
        if self._context is not None:
            imgui.set_current_context(self._context)  # type: ignore[arg-type]
            imgui.backends.opengl3_shutdown()
            imgui.destroy_context(self._context)  # type: ignore[arg-type]
            self._context = None

    # -- inside ----------------------------------------------------------------------------------------

    def _create(self) -> None:
        self._context = imgui.create_context()
        imgui.set_current_context(self._context)
        io = imgui.get_io()
        io.set_ini_filename("")
        io.set_log_filename("")
        io.config_flags = int(imgui.ConfigFlags_.no_mouse_cursor_change)
        if self._files is None:
            bundled = Path(imgui_bundle.__file__).parent / "assets" / "fonts" / "Roboto"
            self._files = find_fonts((bundled, *font_folders()))
        self._wide_loaded = self._wide_wanted = False
        if self._files.base:
            font = io.fonts.add_font_from_file_ttf(self._files.base, _BASE_SIZE)
        else:
            font = io.fonts.add_font_default()
        if self._files.symbols:
            _merge(self._files.symbols, font)
        imgui.backends.opengl3_init(f"#version {min(self._device.info.glsl, 410)} core")

    def _load_wide(self, wide: bool) -> bool:
        self._wide_wanted = self._wide_wanted or wide
        if self._wide_loaded or not self._wide_wanted or self._files is None:
            return False
        self._wide_loaded = True
        font = imgui.get_io().fonts.fonts[0]
        for path in self._files.wide:
            _merge(path, font, _WIDE_SCALE)
        font.clear_output_data()  # characters that were missing so far are looked up again
        return True


def _merge(path: str, font: imgui.ImFont, scale: float = 1.0) -> None:
    settings = imgui.ImFontConfig()
    settings.extra_size_scale = scale
    settings.merge_mode = True
    settings.dst_font = font
    imgui.get_io().fonts.add_font_from_file_ttf(path, _BASE_SIZE, settings)


def _set_sizes(style: imgui.Style, text_size: float) -> None:
    style.font_size_base = text_size
    style.window_padding = imgui.ImVec2(round(text_size * 0.9), round(text_size * 0.3))
    style.item_spacing = imgui.ImVec2(round(text_size * 0.5), round(text_size * 0.3))
    style.window_rounding = style.child_rounding = 0.0
    style.window_border_size = style.child_border_size = 0.0
    style.scrollbar_size = round(text_size * 0.5)
    style.scrollbar_rounding = text_size
    style.mouse_cursor_scale = 1.0
    for which, colour in (
        (imgui.Col_.window_bg, (0.0, 0.0, 0.0, 0.0)),
        (imgui.Col_.child_bg, (0.0, 0.0, 0.0, 0.0)),
        (imgui.Col_.scrollbar_bg, (0.0, 0.0, 0.0, 0.0)),
        (imgui.Col_.scrollbar_grab, (1.0, 1.0, 1.0, 0.18)),
        (imgui.Col_.scrollbar_grab_hovered, (1.0, 1.0, 1.0, 0.32)),
        (imgui.Col_.scrollbar_grab_active, (1.0, 1.0, 1.0, 0.42)),
    ):
        style.set_color_(which, imgui.ImVec4(*colour))
