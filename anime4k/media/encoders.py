"""Containers and video encoders: which fits what, and which options an encoder takes."""

from __future__ import annotations

import contextlib
import functools
import math
import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
from av.video.codeccontext import VideoCodecContext

from anime4k.errors import OutputError, UsageError
from anime4k.media.format import PIXEL_LAYOUTS, ColourModel

# The AV1 library writes a banner to stderr unless its environment variable asks for errors only.
os.environ.setdefault("SVT_LOG", "1")


@dataclass(frozen=True)
class ContainerKind:
    """A kind of output file.

    Attributes:
        name: what people call it.
        muxer: FFmpeg's name of the writer.
        encoder: default encoder for 8-bit pictures.
        deep_encoder: default encoder for more than 8 bits.
        text_codec: codec that text subtitles are converted to when they cannot be copied.
        exact_time_base: whether the file keeps the time base of the video; otherwise it is a millisecond.
        attachments: whether fonts and the like can be attached.
    """

    name: str
    muxer: str
    encoder: str
    deep_encoder: str
    text_codec: str
    exact_time_base: bool
    attachments: bool


_MATROSKA = ContainerKind("Matroska", "matroska", "libx264", "libx265", "subrip", False, True)
_MP4 = ContainerKind("MP4", "mp4", "libx264", "libx265", "mov_text", True, False)

CONTAINERS: dict[str, ContainerKind] = {
    ".mkv": _MATROSKA,
    ".mp4": _MP4,
    ".m4v": _MP4,
    ".mov": ContainerKind("QuickTime", "mov", "libx264", "libx265", "mov_text", True, False),
    ".webm": ContainerKind("WebM", "webm", "libvpx-vp9", "libsvtav1", "webvtt", False, False),
}
"""Kind of file by extension, in lower case."""


@dataclass(frozen=True, kw_only=True)
class EncodingRequest:
    """What the user asked of the encoder; None = decide for me.

    Attributes:
        codec: name of an encoder, or of a codec ("h264", "hevc", "av1", "vp9").
        crf: constant quality; the scale is the encoder's.
        preset: the encoder's speed preset.
        pixel_format: FFmpeg name of the pixel format to encode.
        options: further (name, value) pairs for the encoder.
    """

    codec: str | None = None
    crf: float | None = None
    preset: str | None = None
    pixel_format: str | None = None
    options: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, kw_only=True)
class Encoder:
    """A checked choice.

    Attributes:
        name: FFmpeg's name of the encoder.
        pixel_format: FFmpeg name of the planar format that it is fed with.
        depth: significant bits of a sample.
        subsampling: (x, y) chroma subsampling, (1, 1) for RGB.
        is_rgb: whether the planes are G, B, R instead of Y, Cb, Cr.
        options: (name, value) pairs for the encoder.
    """

    name: str
    pixel_format: str
    depth: int
    subsampling: tuple[int, int]
    is_rgb: bool
    options: tuple[tuple[str, str], ...]


_ALIASES = {
    "h264": "libx264",
    "x264": "libx264",
    "avc": "libx264",
    "hevc": "libx265",
    "h265": "libx265",
    "x265": "libx265",
    "av1": "libsvtav1",
    "svtav1": "libsvtav1",
    "vp9": "libvpx-vp9",
    "vp8": "libvpx",
    "prores": "prores_ks",
}

_DEFAULT_OPTIONS: dict[str, dict[str, str]] = {
    "libx264": {"crf": "16", "preset": "medium"},
    "libx265": {"crf": "18", "preset": "medium"},
    "libsvtav1": {"crf": "22", "preset": "7"},
    "libvpx-vp9": {"crf": "20", "deadline": "good", "cpu-used": "4", "row-mt": "1"},
    "libvpx": {"crf": "10", "b": "20M"},
    "ffv1": {"level": "3"},
}

_PRESET_NAMES = {"libvpx-vp9": "cpu-used", "libvpx": "cpu-used"}

_CRF_LIMITS = {"libx264": 51.0, "libx265": 51.0, "libsvtav1": 63.0, "libvpx-vp9": 63.0, "libvpx": 63.0}
"""The largest useful --crf; larger ones would be clipped without a word."""

_X26X_PRESETS = "ultrafast, superfast, veryfast, faster, fast, medium, slow, slower, veryslow, placebo"
_PRESET_HINTS = {"libx264": _X26X_PRESETS, "libx265": _X26X_PRESETS, "libsvtav1": "0 (best) to 13 (fastest)"}

_DEPTHS = (8, 10, 12, 16)


def container_kind(path: str | Path) -> ContainerKind:
    """The kind of file that the extension of `path` stands for.

    Raises:
        UsageError: the extension is none of `CONTAINERS`.
    """
    suffix = Path(path).suffix.lower()
    if suffix not in CONTAINERS:
        known = ", ".join(sorted(CONTAINERS))
        what = f"the extension {suffix}" if suffix else "no extension"
        raise UsageError(f"{path} has {what}, which is no kind of video file that can be written; use one of {known}")
    return CONTAINERS[suffix]


def choose_encoder(path: str | Path, depth: int, request: EncodingRequest) -> Encoder:
    """The encoder, its pixel format and options for a file at `path`.

    Args:
        path: the output file; its extension decides the defaults.
        depth: significant bits of the source; at least that many are kept where the encoder can.
        request: what the user asked for.

    Raises:
        UsageError: an unknown encoder, pixel format, option or value, or one that does not fit the container.
    """
    kind = container_kind(path)
    default = kind.encoder if depth <= 8 else kind.deep_encoder
    name = _encoder_name(request.codec or default)
    _check_fits(kind, name)
    formats = _formats(name)
    pixel_format = request.pixel_format or _default_format(name, formats, depth)
    if pixel_format not in formats:
        raise UsageError(
            f"{name} cannot be fed with the pixel format {pixel_format!r}; it takes {', '.join(sorted(formats))}"
        )
    layout = PIXEL_LAYOUTS[pixel_format]
    chroma = next((plane for plane in layout.planes if plane.subsample_x > 1 or plane.subsample_y > 1), None)
    encoder = Encoder(
        name=name,
        pixel_format=pixel_format,
        depth=layout.depth,
        subsampling=(chroma.subsample_x, chroma.subsample_y) if chroma else (1, 1),
        is_rgb=layout.model is ColourModel.RGB,
        options=(),
    )
    return replace(encoder, options=_checked_options(encoder, request))


def _encoder_name(text: str) -> str:
    name = _ALIASES.get(text.lower(), text)
    try:
        codec = av.Codec(name, "w")
    except (av.FFmpegError, ValueError):
        raise UsageError(
            f"there is no encoder called {text!r}; common ones are libx264, libx265, libsvtav1, libvpx-vp9 and ffv1"
        ) from None
    if codec.type != "video":
        raise UsageError(f"{text} encodes {codec.type}, not video; use libx264, for instance")
    return codec.name


def _check_fits(kind: ContainerKind, name: str) -> None:
    with av.open(os.devnull, "w", format=kind.muxer) as container:
        if av.Codec(name, "w").canonical_name in {
            av.Codec(codec, "r").canonical_name for codec in _readable(container.supported_codecs)
        }:
            return
    raise UsageError(f"{kind.name} files cannot hold video from {name}; write a .mkv file or choose another encoder")


def _readable(names: set[str]) -> list[str]:
    return [name for name in names if _has_decoder(name)]


@functools.cache
def _has_decoder(name: str) -> bool:
    try:
        av.Codec(name, "r")
    except (av.FFmpegError, ValueError):
        return False
    return True


def _formats(name: str) -> set[str]:
    """The planar formats of an encoder that the sink can fill."""
    names = {video_format.name for video_format in av.Codec(name, "w").video_formats or ()}
    return {
        name
        for name in names
        if name in PIXEL_LAYOUTS
        and len(PIXEL_LAYOUTS[name].planes) == 3
        and all(len(plane.components) == 1 for plane in PIXEL_LAYOUTS[name].planes)
        and not PIXEL_LAYOUTS[name].full_range
    }


def _default_format(name: str, formats: set[str], depth: int) -> str:
    """4:2:0 at the smallest depth that keeps `depth`, else the deepest there is; 4:2:2, 4:4:4 and RGB follow."""
    for family in ("yuv420p", "yuv422p", "yuv444p", "gbrp"):
        available = [bits for bits in _DEPTHS if (family if bits == 8 else f"{family}{bits}le") in formats]
        if available:
            bits = min((bits for bits in available if bits >= min(depth, 10)), default=max(available))
            return family if bits == 8 else f"{family}{bits}le"
    raise UsageError(f"{name} takes none of the pixel formats that can be written; choose another encoder")


def _checked_options(encoder: Encoder, request: EncodingRequest) -> tuple[tuple[str, str], ...]:
    context = av.CodecContext.create(encoder.name, "w")
    assert isinstance(context, VideoCodecContext)
    known = {option.name: option for option in _rows(context)}
    options = {
        key: value for key, value in _DEFAULT_OPTIONS.get(encoder.name, {}).items() if key in known
    }
    asked: dict[str, str] = {}
    if request.crf is not None:
        if "crf" not in known:
            raise UsageError(f"{encoder.name} has no --crf; give its own quality option with -e NAME=VALUE")
        asked["crf"] = f"{request.crf:g}"
    if request.preset is not None:
        preset = _PRESET_NAMES.get(encoder.name, "preset")
        if preset not in known:
            raise UsageError(f"{encoder.name} has no --preset; give its own speed option with -e NAME=VALUE")
        asked[preset] = request.preset
    asked.update(request.options)
    for key, value in asked.items():
        if key not in known:
            raise UsageError(
                f"{encoder.name} has no option {key!r}; 'ffmpeg -h encoder={encoder.name}' lists those it has"
            )
        _check_range(encoder.name, known[key], value)
    if asked.keys() & {"b", "qp"} and "crf" not in asked:
        options.pop("crf", None)
    options.update(asked)
    _try_open(encoder, {}, f"{encoder.name} does not start on this machine")
    for key, value in asked.items():
        hint = f"; it takes {_PRESET_HINTS[encoder.name]}" if key == "preset" and encoder.name in _PRESET_HINTS else ""
        _try_open(encoder, {key: value}, f"{encoder.name} does not accept {key}={value}{hint}")
    _try_open(encoder, options, f"{encoder.name} does not accept these options together")
    return tuple(_quiet(encoder.name, options).items())


def _quiet(encoder: str, options: dict[str, str]) -> dict[str, str]:
    """`options` with the encoder's own chatter on stderr turned off."""
    if encoder != "libx265":
        return options
    return {**options, "x265-params": ":".join(filter(None, ["log-level=error", options.get("x265-params", "")]))}


def _rows(context: VideoCodecContext) -> list[Any]:
    tables = context.supported_options
    # The sets have no iterator, only positions. Private rows come last: they win over generic ones of the same name.
    return [table[index] for table in (tables.generic, tables.private) for index in range(len(table))]


def _check_range(encoder: str, row: Any, value: str) -> None:
    try:
        number = float(value)
    except ValueError:
        return  # names and flags are left to the encoder's own check
    low, high = float(row.min), float(row.max)
    if row.name == "crf":
        low, high = 0.0, _CRF_LIMITS.get(encoder, high)
    if math.isfinite(low) and math.isfinite(high) and low < high and not low <= number <= high:
        raise UsageError(f"{encoder} takes {row.name} from {low:g} to {high:g}, not {value}")


def _try_open(encoder: Encoder, options: dict[str, str], complaint: str) -> None:
    """Open the encoder on a small picture: wrong names and values show here and not hours later."""
    context = av.CodecContext.create(encoder.name, "w")
    assert isinstance(context, VideoCodecContext)
    context.width, context.height, context.pix_fmt = 256, 256, encoder.pixel_format
    context.framerate, context.time_base = Fraction(24), Fraction(1, 24)
    context.options = _quiet(encoder.name, options)
    try:
        with _stderr_closed():
            context.open()
    except (av.FFmpegError, ValueError) as error:
        raise UsageError(f"{complaint} ({_reason(error)})") from error


@contextlib.contextmanager
def _stderr_closed() -> Iterator[None]:
    """Drop what C libraries print to stderr; our own message says it better."""
    try:
        saved = os.dup(2)
    except OSError:  # there is no stderr
        yield
        return
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, 2)
    try:
        yield
    finally:
        os.dup2(saved, 2)
        os.close(saved)
        os.close(null)


def _reason(error: Exception) -> str:
    return getattr(error, "strerror", None) or str(error)


def open_failure(encoder: Encoder, width: int, height: int, error: Exception) -> OutputError:
    """The error to raise when the encoder refuses a picture size."""
    size = f"{width}x{height}"
    return OutputError(f"{encoder.name} cannot encode pictures of {size} ({_reason(error)}); choose another size")
