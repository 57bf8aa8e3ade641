"""libass through ctypes: finding the library, its structures, and one track drawn to bitmaps.

Calls release Python's lock, so a thread that draws subtitles holds up nobody. Structures and constants are those of the
public headers (ass.h and ass_types.h of libass 0.14 and later; they only ever grow at the end).
"""

from __future__ import annotations

import ctypes
import ctypes.util
import functools
import importlib.util
import os
import sys
from collections.abc import Iterator
from ctypes import POINTER, Structure, c_char_p, c_double, c_int, c_longlong, c_size_t, c_uint32, c_void_p
from pathlib import Path
from typing import Any, Final

VARIABLE: Final = "ANIME4K_LIBASS"
"""Environment variable with the path of the library; "none" = do without."""
ADVICE: Final = {
    "linux": "install libass (Debian and Ubuntu: apt install libass9)",
    "darwin": "install libass (brew install libass)",
    "win32": f"name the path of libass-9.dll in the environment variable {VARIABLE}",
}.get(sys.platform, "install libass")
_NAMES: Final = {
    "linux": ("libass.so.9", "libass.so"),
    "darwin": (
        "libass.9.dylib", "libass.dylib", "/opt/homebrew/lib/libass.9.dylib", "/usr/local/lib/libass.9.dylib",
    ),
    "win32": ("libass-9.dll", "ass-9.dll", "libass.dll", "ass.dll"),
}  # fmt: skip
_LOWEST: Final = 0x01400000
FONT_PROVIDER_AUTODETECT: Final = 1
HINTING_NONE: Final = 0
WARNING: Final = 2


class Image(Structure):
    """ASS_Image: one bitmap of coverage in one colour, and the next one."""


Image._fields_ = [
    ("w", c_int),
    ("h", c_int),
    ("stride", c_int),
    ("bitmap", c_void_p),
    ("color", c_uint32),
    ("dst_x", c_int),
    ("dst_y", c_int),
    ("next", POINTER(Image)),
    ("type", c_int),
]


class Style(Structure):
    """ASS_Style."""

    _fields_ = [
        ("Name", c_char_p),
        ("FontName", c_char_p),
        ("FontSize", c_double),
        ("PrimaryColour", c_uint32),
        ("SecondaryColour", c_uint32),
        ("OutlineColour", c_uint32),
        ("BackColour", c_uint32),
        ("Bold", c_int),
        ("Italic", c_int),
        ("Underline", c_int),
        ("StrikeOut", c_int),
        ("ScaleX", c_double),
        ("ScaleY", c_double),
        ("Spacing", c_double),
        ("Angle", c_double),
        ("BorderStyle", c_int),
        ("Outline", c_double),
        ("Shadow", c_double),
        ("Alignment", c_int),
        ("MarginL", c_int),
        ("MarginR", c_int),
        ("MarginV", c_int),
        ("Encoding", c_int),
        ("treat_fontname_as_pattern", c_int),
        ("Blur", c_double),
        ("Justify", c_int),
    ]


class Track(Structure):
    """ASS_Track, as far as it is read or written here."""

    _fields_ = [
        ("n_styles", c_int),
        ("max_styles", c_int),
        ("n_events", c_int),
        ("max_events", c_int),
        ("styles", POINTER(Style)),
        ("events", c_void_p),
        ("style_format", c_char_p),
        ("event_format", c_char_p),
        ("track_type", c_int),
        ("PlayResX", c_int),
        ("PlayResY", c_int),
        ("Timer", c_double),
        ("WrapStyle", c_int),
        ("ScaledBorderAndShadow", c_int),
        ("Kerning", c_int),
        ("Language", c_void_p),
        ("YCbCrMatrix", c_int),
    ]


_MESSAGE: Final = ctypes.CFUNCTYPE(None, c_int, c_char_p, c_void_p, c_void_p)
_SIGNATURES: Final[dict[str, tuple[Any, tuple[Any, ...]]]] = {
    "ass_library_version": (c_int, ()),
    "ass_library_init": (c_void_p, ()),
    "ass_library_done": (None, (c_void_p,)),
    "ass_set_message_cb": (None, (c_void_p, _MESSAGE, c_void_p)),
    "ass_set_extract_fonts": (None, (c_void_p, c_int)),
    "ass_add_font": (None, (c_void_p, c_char_p, c_char_p, c_int)),
    "ass_renderer_init": (c_void_p, (c_void_p,)),
    "ass_renderer_done": (None, (c_void_p,)),
    "ass_set_fonts": (None, (c_void_p, c_char_p, c_char_p, c_int, c_char_p, c_int)),
    "ass_set_cache_limits": (None, (c_void_p, c_int, c_int)),
    "ass_set_hinting": (None, (c_void_p, c_int)),
    "ass_set_frame_size": (None, (c_void_p, c_int, c_int)),
    "ass_set_storage_size": (None, (c_void_p, c_int, c_int)),
    "ass_set_margins": (None, (c_void_p, c_int, c_int, c_int, c_int)),
    "ass_set_use_margins": (None, (c_void_p, c_int)),
    "ass_set_pixel_aspect": (None, (c_void_p, c_double)),
    "ass_set_font_scale": (None, (c_void_p, c_double)),
    "ass_set_line_position": (None, (c_void_p, c_double)),
    "ass_set_selective_style_override_enabled": (None, (c_void_p, c_int)),
    "ass_set_selective_style_override": (None, (c_void_p, POINTER(Style))),
    "ass_new_track": (POINTER(Track), (c_void_p,)),
    "ass_free_track": (None, (POINTER(Track),)),
    "ass_process_codec_private": (None, (POINTER(Track), c_char_p, c_int)),
    "ass_process_chunk": (None, (POINTER(Track), c_char_p, c_int, c_longlong, c_longlong)),
    "ass_set_check_readorder": (None, (POINTER(Track), c_int)),
    "ass_render_frame": (POINTER(Image), (c_void_p, POINTER(Track), c_longlong, POINTER(c_int))),
}


class LibassMissing(Exception):
    """libass cannot be loaded; the text says what was tried."""


class Libass:
    """The loaded library: its functions with their C names as attributes.

    Attributes:
        version: e.g. "0.17.1".
    """

    def __init__(self, handle: ctypes.CDLL) -> None:
        for name, (result, arguments) in _SIGNATURES.items():
            function = getattr(handle, name)
            function.restype, function.argtypes = result, arguments
            setattr(self, name, function)
        number = int(handle.ass_library_version())
        if number < _LOWEST:
            raise LibassMissing("it is older than 0.14")
        self.version = f"{number >> 28}.{_decimal(number >> 20)}.{_decimal(number >> 12)}"

    def __getattr__(self, name: str) -> Any:
        raise AttributeError(name)


def _decimal(number: int) -> int:
    """Two hexadecimal digits that are read as decimal ones."""
    return (number >> 4 & 15) * 10 + (number & 15)


def candidates() -> Iterator[str]:
    """Where libass may be, in the order of trust: what was named, the package made for it, the system."""
    named = os.environ.get(VARIABLE)
    if named:
        yield named
    yield from _bundled()
    yield from _NAMES.get(sys.platform, _NAMES["linux"])
    found = ctypes.util.find_library("ass")
    if found:
        yield found


def _bundled() -> Iterator[str]:
    try:
        spec = importlib.util.find_spec("libasslite_bundle")
    except (ImportError, ValueError):
        return
    for folder in (spec.submodule_search_locations or ()) if spec is not None else ():
        files = [path for path in Path(folder).parent.glob("libasslite_bundle*/**/*ass*") if path.is_file()]
        yield from sorted(str(path) for path in files if path.name.split(".")[0] in ("libass", "libass-9", "ass-9"))


@functools.cache
def load() -> Libass:
    """The library, loaded once.

    Raises:
        LibassMissing: there is none.
    """
    if os.environ.get(VARIABLE, "").lower() == "none":
        raise LibassMissing(f"the environment variable {VARIABLE} says so")
    reasons = []
    for name in candidates():
        try:
            return Libass(ctypes.CDLL(name))
        except OSError as error:
            reasons.append(str(error))
        except (AttributeError, LibassMissing) as error:
            reasons.append(f"{name}: {error}")
    raise LibassMissing(reasons[0] if reasons else "it was not found")


def formatted(template: bytes, arguments: int | None) -> str:
    """A message of the library with its arguments filled in; "" where the C library cannot be asked."""
    try:
        runtime: Any = ctypes.cdll.msvcrt if sys.platform == "win32" else ctypes.CDLL(None)
        function = runtime._vsnprintf if sys.platform == "win32" else runtime.vsnprintf
    except (OSError, AttributeError):
        return ""
    buffer = ctypes.create_string_buffer(512)
    function.argtypes = (c_char_p, c_size_t, c_char_p, c_void_p)
    function(buffer, len(buffer) - 1, template, arguments)
    return buffer.value.decode("utf-8", "replace")


MessageCallback = _MESSAGE
