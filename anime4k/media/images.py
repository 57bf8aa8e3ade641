"""Still pictures in and out, through the same decoders and encoders as video."""

from __future__ import annotations

import itertools
import threading
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import numpy.typing as npt
from av.video.reformatter import ColorPrimaries, ColorRange, Colorspace, ColorTrc, Interpolation

from anime4k.errors import MediaError, OutputError
from anime4k.media.decoding import FAILURES
from anime4k.media.destination import give_name, output_error, temporary_name
from anime4k.media.exif import orientation
from anime4k.media.format import PlaneLayout, SourceFormat
from anime4k.media.frame import Frame, planes_of
from anime4k.media.layouts import Converter
from anime4k.media.probe import Tags, source_format
from anime4k.media.raw import RawVideo, check_size

Pixels = npt.NDArray[np.uint8] | npt.NDArray[np.uint16]

READABLE = frozenset(
    (".png", ".jpg", ".jpeg", ".jpe", ".jfif", ".webp", ".bmp", ".tif", ".tiff", ".tga", ".ppm", ".pgm", ".pnm", ".qoi")
)
"""Extensions of still pictures. A GIF is a video; `read_image` reads its first picture all the same."""

WRITABLE = frozenset((".png", ".jpg", ".jpeg", ".webp"))
"""Extensions that `write_image` can write."""

_TURNS = {1: (0, False), 2: (0, True), 3: (180, False), 4: (180, True), 5: (270, True), 6: (90, False), 7: (90, True)}
_TURNS[8] = (270, False)
"""EXIF orientation: clockwise turn for display, after mirroring left to right where the second value says so."""

_JPEG_QSCALE = {95: 2, 90: 3, 80: 5, 70: 7, 50: 12, 30: 20, 0: 31}


def is_image(path: str | Path) -> bool:
    """Whether a path names a still picture, by its extension."""
    return Path(path).suffix.lower() in READABLE


def read_image(path: str | Path) -> Frame:
    """Decode a picture, or the first picture of an animation or video.

    Depth and alpha are kept; palettes become RGBA. RGB and grey pictures are full range with the sRGB curve;
    JPEG stays full-range YCbCr with centred chroma. The turn that EXIF asks for is in the format's rotation.

    Raises:
        MediaError: the file is missing, unreadable, not a picture, damaged or too large.
    """
    file = Path(path)
    try:
        raw = RawVideo(file, "no", 1, threading.Event())
    except MediaError as error:
        raise _as_picture_error(error) from error
    try:
        picture = next(raw.frames(), None)
        codec = raw.stream.codec_context.codec.canonical_name
    finally:
        raw.close()
    if picture is None:
        if _is_animated_webp(file):
            raise MediaError(f"{file}: animated WebP files cannot be read; convert it to a GIF or a video first")
        raise MediaError(f"{file}: the picture cannot be decoded; it is damaged or cut short")
    check_size(file, picture)
    try:
        converted = Converter().convert(picture)
        planes = planes_of(converted)
        tags = Tags(codec=codec, still=True)
        known, _ = source_format(converted, tags, original=picture.format.name)
    except FAILURES as error:
        raise MediaError(f"{file}: pixel format {picture.format.name} is not supported; convert the picture") from error
    # Palettes, GIF and lossless WebP come with alpha whether the picture has any or not.
    always = picture.format.has_palette or codec in ("webp", "gif")
    if always and len(planes) == 1 and known.has_alpha and bool((planes[0][..., 3] == 255).all()):
        planes, known = (np.ascontiguousarray(planes[0][..., :3]),), _without_alpha(known)
    turned = _TURNS.get(orientation(file))
    if turned is not None:
        rotation, mirrored = turned
        known = known.with_changes(rotation=rotation)
        if mirrored:
            planes = tuple(np.ascontiguousarray(plane[:, ::-1]) for plane in planes)
    damaged = picture.is_corrupt or raw.damaged > 0 or _is_cut_jpeg(file)
    return Frame(planes, known, pts=0, time_base=Fraction(1, 1000), corrupt=damaged, key=True)


def is_animation(path: str | Path) -> bool:
    """Whether a file that can be decoded holds more than one picture.

    Raises:
        MediaError: the file is missing, unreadable or not a picture.
    """
    raw = RawVideo(Path(path), "no", 1, threading.Event())
    try:
        return len(list(itertools.islice(raw.frames(), 2))) > 1
    finally:
        raw.close()


def _is_animated_webp(file: Path) -> bool:
    with open(file, "rb") as stream:
        head = stream.read(21)
    return head[:4] == b"RIFF" and head[8:16] == b"WEBPVP8X" and bool(head[20] & 2)


def _is_cut_jpeg(file: Path) -> bool:
    """Whether a JPEG file has no end; FFmpeg fills what is missing with grey and says nothing."""
    data = file.read_bytes()
    # Within a scan a byte FF is always followed by 00, so that these are markers and not coincidence.
    return data[:3] == b"\xff\xd8\xff" and data.rfind(b"\xff\xd9") < data.rfind(b"\xff\xda")


def _without_alpha(known: SourceFormat) -> SourceFormat:
    (plane,) = known.planes
    return known.with_changes(planes=(PlaneLayout(plane.components[:3]),))


def _as_picture_error(error: MediaError) -> MediaError:
    text = str(error).replace("name a video file", "name a picture file").replace("is not a video", "is not a picture")
    return MediaError(text.replace("check the file with another player", "open it in another program to check"))


def write_image(path: str | Path, pixels: Pixels, *, quality: int | None = None, overwrite: bool = True) -> None:
    """Write a picture; it gets its name only when it is complete.

    Args:
        path: file with an extension of `WRITABLE`.
        pixels: (h, w, 3) or (h, w, 4) sRGB codes, uint8 or uint16; alpha is straight. 16 bits are kept in PNG
            and rounded to 8 otherwise. JPEG has no alpha: the picture is blended over black.
        quality: 0 to 100 for JPEG (default 95) and lossy WebP; WebP is lossless without it.
        overwrite: whether an existing file is replaced.

    Raises:
        OutputError: the extension is unknown, or the file exists or cannot be written.
    """
    file = Path(path)
    suffix = file.suffix.lower()
    if suffix not in WRITABLE:
        known = ", ".join(sorted(WRITABLE))
        raise OutputError(f"{file}: pictures of type '{suffix}' cannot be written; use one of {known}")
    if pixels.ndim != 3 or pixels.shape[2] not in (3, 4) or pixels.dtype not in (np.uint8, np.uint16):
        raise ValueError(f"pixels must be (h, w, 3|4) of uint8 or uint16, not {pixels.shape} of {pixels.dtype}")
    if not overwrite and file.exists():
        raise OutputError(f"{file}: exists already; choose another name or allow overwriting with -y")
    if suffix != ".png" and pixels.dtype == np.uint16:
        pixels = ((pixels.astype(np.uint32) + 128) // 257).astype(np.uint8)
    try:
        data = {".png": _png, ".webp": _webp}.get(suffix, _jpeg)(pixels, quality)
    except FAILURES as error:
        height, width = pixels.shape[:2]
        raise OutputError(
            f"{file}: a picture of {width}x{height} cannot be encoded as {suffix[1:]}; try another type"
        ) from error
    _store(file, data, overwrite)


def _store(file: Path, data: bytes, overwrite: bool) -> None:
    temporary = temporary_name(file)
    try:
        try:
            temporary.write_bytes(data)
            if temporary.stat().st_size != len(data):
                raise OSError("fewer bytes were stored than written")
            give_name(temporary, file, overwrite=overwrite)
        finally:
            temporary.unlink(missing_ok=True)
    except OSError as error:
        raise output_error(file, error) from error


def _png(pixels: Pixels, quality: int | None) -> bytes:
    alpha, wide = pixels.shape[2] == 4, pixels.dtype == np.uint16
    name = ("rgba64be" if alpha else "rgb48be") if wide else ("rgba" if alpha else "rgb24")
    return _encode("png", _rgb_frame(pixels, name), {"compression_level": "6", "pred": "mixed"})


def _webp(pixels: Pixels, quality: int | None) -> bytes:
    # libwebp takes BGRA only; opaque pictures are stored without alpha all the same.
    opaque = np.full((*pixels.shape[:2], 1), 255, np.uint8)
    colours: Any = pixels[..., 2::-1]
    bgra = np.concatenate([colours, pixels[..., 3:] if pixels.shape[2] == 4 else opaque], axis=2)
    if quality is None:
        options = {"lossless": "1", "compression_level": "4", "quality": "75"}
    else:
        options = {"lossless": "0", "quality": str(quality)}
    return _encode("libwebp", _rgb_frame(bgra, "bgra"), options)


def _jpeg(pixels: Pixels, quality: int | None) -> bytes:
    if pixels.shape[2] == 4:
        alpha = pixels[..., 3:].astype(np.uint32)
        pixels = ((pixels[..., :3] * alpha + 127) // 255).astype(np.uint8)
    wanted = 95 if quality is None else quality
    scale = next(scale for least, scale in _JPEG_QSCALE.items() if wanted >= least)
    frame = _rgb_frame(pixels, "rgb24").reformat(
        format="yuvj444p",
        dst_colorspace=Colorspace.ITU601,
        dst_color_range=ColorRange.JPEG,
        interpolation=Interpolation.BICUBIC | Interpolation.ACCURATE_RND | Interpolation.FULL_CHR_H_INT,
    )
    return _encode("mjpeg", frame, {"qmin": str(scale), "qmax": str(scale), "huffman": "optimal"})


def _rgb_frame(pixels: npt.NDArray[Any], name: str) -> av.VideoFrame:
    frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(pixels), format=name)
    frame.color_range = ColorRange.JPEG
    frame.color_primaries = ColorPrimaries.BT709
    frame.color_trc = ColorTrc.IEC61966_2_1
    return frame


def _encode(codec: str, frame: av.VideoFrame, options: dict[str, str]) -> bytes:
    context = av.CodecContext.create(codec, "w")
    assert isinstance(context, av.video.codeccontext.VideoCodecContext)
    context.width, context.height, context.pix_fmt = frame.width, frame.height, frame.format.name
    context.time_base = Fraction(1, 25)
    context.color_range = frame.color_range
    context.color_primaries, context.color_trc = frame.color_primaries, frame.color_trc
    context.thread_count = 1
    context.options = options
    frame.pts, frame.time_base = 0, context.time_base
    packets = [*context.encode(frame), *context.encode(None)]
    if not packets:
        raise ValueError("the encoder gave no data")
    return b"".join(bytes(packet) for packet in packets)
