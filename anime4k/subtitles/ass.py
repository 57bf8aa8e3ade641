"""One text track drawn by libass: sizes and margins as mpv sets them, bitmaps as tiles."""

from __future__ import annotations

import ctypes
import re
from collections.abc import Callable, Iterable, Sequence
from typing import Final

import numpy as np

from anime4k.media.attachments import Font
from anime4k.media.subtitles import TextEvent
from anime4k.overlay import EMPTY, Overlay, Tile
from anime4k.subtitles import library
from anime4k.subtitles.colours import Mangling
from anime4k.subtitles.layout import Geometry, Override, Style

FAMILY: Final = "sans-serif"
PLAY_HEIGHT: Final = 288
_PLAY_WIDTH: Final = 384
# Measures of the usual look at a height of 720 lines, as mpv's options default to.
_FONT_SIZE, _BORDER, _MARGIN_X, _MARGIN_Y, _LINES = 55, 3, 25, 22, 720
_GLYPHS: Final = 4000
_CACHE_MB: Final = 64
MAX_PIXELS: Final = 24 << 20
"""Bitmaps of one moment that are larger together are drawn at a smaller size and stretched, in bytes."""
_REDUCTIONS: Final = (1, 2, 4, 8)
# Font, sizes, colours and border of dialogue are replaced, its place is not.
_OVERRIDE_BITS: Final = 1 << 2 | 1 << 3 | 1 << 4 | 1 << 5 | 1 << 6 | 1 << 11
_SWITCHED_FONT: Final = re.compile(r"default font family: \((.*), -?\d+, -?\d+\)")


def plain_header(alignment: int = 2) -> bytes:
    """Script header of tracks that have no styles of their own.

    Args:
        alignment: place in the picture as on a number pad: 2 = bottom centre, 8 = top centre.
    """
    unit = PLAY_HEIGHT / _LINES
    side, foot = int(_MARGIN_X * unit), int(_MARGIN_Y * unit)
    style = (
        f"Style: Default,{FAMILY},{_FONT_SIZE * unit:g},&H00FFFFFF,&H00FFFFFF,&H00000000,&H7FF0F0F0,0,0,0,0,100,100,"
        f"0,0,1,{_BORDER * unit:g},0,{alignment},{side},{side},{foot},1"
    )
    return (
        "[Script Info]\nScriptType: v4.00+\nScaledBorderAndShadow: yes\nYCbCr Matrix: None\n"
        f"PlayResX: {_PLAY_WIDTH}\nPlayResY: {PLAY_HEIGHT}\n\n[V4+ Styles]\n"
        "Format: Name, Fontname, Fontsize, PrimaryColour, SecondaryColour, OutlineColour, BackColour, Bold, Italic, "
        "Underline, StrikeOut, ScaleX, ScaleY, Spacing, Angle, BorderStyle, Outline, Shadow, Alignment, MarginL, "
        f"MarginR, MarginV, Encoding\n{style}\n\n[Events]\n"
        "Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text\n"
    ).encode()


class AssRenderer:
    """A track with its own libass.

    Not safe for use by several threads at once.

    Args:
        libass: the library.
        header: the track's header; empty = a track of a format without styles, drawn in the usual look.
        fonts: attached fonts.
        top: place tracks without styles at the top of the picture.
        matrix: H.273 code of the video's colour matrix, 2 = unknown.
        missing: called with the name of a font that is nowhere, at most once per name.
    """

    def __init__(
        self,
        libass: library.Libass,
        header: bytes,
        fonts: Sequence[Font] = (),
        *,
        top: bool = False,
        matrix: int = 2,
        missing: Callable[[str], None] = lambda name: None,
    ) -> None:
        self._lib = libass
        self._converted = not header
        self._missing = missing
        self._reported: set[str] = set()
        self._shown = EMPTY
        self._drawn: tuple[Geometry, Style] | None = None
        self._reduction = 1
        self._library = libass.ass_library_init()
        if not self._library:
            raise library.LibassMissing("it cannot be started")
        self._callback = library.MessageCallback(self._message)
        libass.ass_set_message_cb(self._library, self._callback, None)
        libass.ass_set_extract_fonts(self._library, 1)
        for font in fonts:
            libass.ass_add_font(self._library, font.name.encode("utf-8", "replace"), font.data, len(font.data))
        self._renderer = libass.ass_renderer_init(self._library)
        libass.ass_set_fonts(self._renderer, None, FAMILY.encode(), library.FONT_PROVIDER_AUTODETECT, None, 1)
        libass.ass_set_cache_limits(self._renderer, _GLYPHS, _CACHE_MB)
        libass.ass_set_hinting(self._renderer, library.HINTING_NONE)
        self._track = libass.ass_new_track(self._library)
        text = header or plain_header(8 if top else 2)
        libass.ass_process_codec_private(self._track, text, len(text))
        libass.ass_set_check_readorder(self._track, 0)
        styles = self._track.contents
        self._margins = [
            (styles.styles[number].MarginL, styles.styles[number].MarginR) for number in range(styles.n_styles)
        ]
        self._mangling = Mangling.of(text, matrix)

    def add(self, events: Iterable[TextEvent]) -> None:
        """More lines; their times are those of `render`."""
        for event in events:
            chunk = b"%d,%s" % (event.order, event.fields)
            self._lib.ass_process_chunk(self._track, chunk, len(chunk), event.start, event.end - event.start)

    def render(self, time: int, geometry: Geometry, style: Style) -> Overlay:
        """The picture of a moment; the same object as the last one when nothing changed.

        Args:
            time: milliseconds.
            geometry: where to draw.
            style: what the viewer changed.
        """
        if not geometry.visible:
            return EMPTY
        fresh = (geometry, style) != self._drawn
        if fresh:
            self._reduction = 1
            self._set_up(geometry, style)
            self._drawn = (geometry, style)
        while True:
            changed = ctypes.c_int()
            first = self._lib.ass_render_frame(self._renderer, self._track, time, ctypes.byref(changed))
            if not changed.value and not fresh:
                return self._shown
            images = _images(first)
            if sum(image.stride * image.h for image in images) <= MAX_PIXELS or self._reduction == _REDUCTIONS[-1]:
                break
            self._reduction *= 2
            self._set_up(geometry, style)
        self._shown = Overlay(tuple(self._tile(image) for image in images)) if images else EMPTY
        return self._shown

    def _tile(self, image: library.Image) -> Tile:
        # The last row may be shorter than the others.
        data = ctypes.string_at(image.bitmap, image.stride * (image.h - 1) + image.w)
        pixels = np.ndarray((image.h, image.w), np.uint8, data, strides=(image.stride, 1))
        red, green, blue = image.color >> 24 & 255, image.color >> 16 & 255, image.color >> 8 & 255
        colour = (*self._mangling.apply((red, green, blue)), 255 - (image.color & 255))
        scale = self._reduction
        return Tile(
            image.dst_x * scale,
            image.dst_y * scale,
            image.w * scale,
            image.h * scale,
            np.ascontiguousarray(pixels),
            colour,
        )

    def _set_up(self, geometry: Geometry, style: Style) -> None:
        lib, renderer, reduction = self._lib, self._renderer, self._reduction
        width, height = (max(1, round(side / reduction)) for side in geometry.framebuffer)
        left, top, picture_width, picture_height = (round(side / reduction) for side in geometry.rect)
        picture_width, picture_height = max(1, picture_width), max(1, picture_height)
        lib.ass_set_frame_size(renderer, width, height)
        lib.ass_set_margins(renderer, top, height - top - picture_height, left, width - left - picture_width)
        scale = style.scale
        if self._converted:
            # Plain text may use the bars, and grows with the window rather than with the picture.
            lib.ass_set_use_margins(renderer, 1)
            lib.ass_set_storage_size(renderer, 0, 0)
            lib.ass_set_pixel_aspect(renderer, 1.0)
            self._widen(picture_width / picture_height)
            scale *= height / picture_height
        else:
            lib.ass_set_use_margins(renderer, 0)
            stored_width, stored_height = (max(1, round(side)) for side in geometry.coded or geometry.storage)
            lib.ass_set_storage_size(renderer, stored_width, stored_height)
            shape = picture_width * stored_height / (picture_height * stored_width)
            # Whole window pixels make the shape of square ones a little wrong.
            lib.ass_set_pixel_aspect(renderer, 1.0 if abs(shape - 1) < 0.02 else shape)
        lib.ass_set_font_scale(renderer, min(max(scale, 0.05), 20.0))
        lib.ass_set_line_position(renderer, min(max(style.shift, -50.0), 150.0))
        forced = style.override is Override.FORCE and not self._converted
        if forced:
            self._look = _look()
            lib.ass_set_selective_style_override(renderer, ctypes.byref(self._look))
        lib.ass_set_selective_style_override_enabled(renderer, _OVERRIDE_BITS if forced else 0)

    def _widen(self, aspect: float) -> None:
        """Give the script the shape of the picture, with side margins that stay the same part of it."""
        track = self._track.contents
        track.PlayResX = max(1, int(PLAY_HEIGHT * aspect))
        wider = track.PlayResX / _PLAY_WIDTH
        for number, (left, right) in enumerate(self._margins):
            track.styles[number].MarginL = round(left * wider)
            track.styles[number].MarginR = round(right * wider)

    def _message(self, level: int, template: bytes, arguments: int | None, _data: int | None) -> None:
        # Called from inside the library: nothing may be raised here.
        if level > library.WARNING:
            return
        found = _SWITCHED_FONT.search(library.formatted(template, arguments))
        if found and found[1] not in self._reported and len(self._reported) < 100:
            self._reported.add(found[1])
            self._missing(found[1])

    def close(self) -> None:
        """Free everything; overlays stay valid. Harmless when closed."""
        if self._library:
            self._lib.ass_free_track(self._track)
            self._lib.ass_renderer_done(self._renderer)
            self._lib.ass_library_done(self._library)
            self._library = None


def _images(first: ctypes._Pointer[library.Image]) -> list[library.Image]:
    images = []
    while first:
        image = first.contents
        if image.w > 0 and image.h > 0 and image.color & 255 != 255:
            images.append(image)
        first = image.next
    return images


def _look() -> library.Style:
    """The usual look; the library takes sizes as those of a script with 288 lines."""
    unit = PLAY_HEIGHT / _LINES
    return library.Style(
        Name=b"Forced",
        FontName=FAMILY.encode(),
        FontSize=_FONT_SIZE * unit,
        PrimaryColour=0xFFFFFF00,
        SecondaryColour=0xFFFFFF00,
        OutlineColour=0x00000000,
        BackColour=0xF0F0F07F,
        ScaleX=1.0,
        ScaleY=1.0,
        BorderStyle=1,
        Outline=_BORDER * unit,
        Alignment=2,
        MarginL=int(_MARGIN_X * unit),
        MarginR=int(_MARGIN_X * unit),
        MarginV=int(_MARGIN_Y * unit),
    )
