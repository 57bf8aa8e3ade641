"""Facts about sources in words, for people."""

from __future__ import annotations

from fractions import Fraction

from anime4k.cli.progress import clock_text
from anime4k.media.format import ColourModel, FieldOrder, SourceFormat
from anime4k.media.info import MediaInfo

_SUBSAMPLING = {(1, 1): "4:4:4", (2, 1): "4:2:2", (2, 2): "4:2:0", (4, 1): "4:1:1", (4, 2): "4:1:0", (1, 2): "4:4:0"}


def describe_format(source: SourceFormat) -> str:
    """Size, samples and colours, such as `640x360, YUV 4:2:0, 8 bit, limited range, BT.709`."""
    parts = [f"{source.width}x{source.height}"]
    if source.sar != 1:
        parts.append(f"pixels {source.sar.numerator}:{source.sar.denominator}")
    if source.rotation:
        parts.append(f"turned by {source.rotation} degrees")
    if source.field_order is not FieldOrder.PROGRESSIVE:
        parts.append(source.field_order.value)
    match source.model:
        case ColourModel.YUV:
            parts.append(f"YUV {_SUBSAMPLING.get(source.subsampling, source.subsampling)}")
        case ColourModel.GRAY:
            parts.append("gray")
        case ColourModel.RGB:
            parts.append("RGB")
    if source.has_alpha:
        parts.append("alpha")
    parts.append("float" if source.depth == 32 else f"{source.depth} bit")
    parts.append(f"{source.range.label} range")
    if source.model is ColourModel.YUV:
        parts.append(source.matrix.label)
    if source.primaries.label != source.matrix.label:
        parts.append(f"{source.primaries.label} primaries")
    parts.append(source.transfer.label)
    return ", ".join(parts)


def describe_media(info: MediaInfo) -> str:
    """Codec, rate and length, such as `h264, 23.976 frames/s, 0:09`."""
    parts = [info.codec]
    if info.frame_rate is not None:
        parts.append(f"{rate_text(info.frame_rate)} frames/s")
    if info.duration_s is not None:
        parts.append(f"{info.duration_s:.2f} s" if info.duration_s < 60 else clock_text(info.duration_s))
    if info.deinterlaced:
        parts.append("interlaced: made progressive first")
    return ", ".join(parts)


def rate_text(rate: Fraction) -> str:
    """A frame rate with at most three decimals."""
    return f"{float(rate):.3f}".rstrip("0").rstrip(".")


def amount_text(count: float) -> str:
    """A count with three digits and a unit: 12.3 k, 4.56 M, 7.89 G."""
    for factor, unit in ((1e9, " G"), (1e6, " M"), (1e3, " k")):
        if count >= factor:
            return f"{count / factor:.3g}{unit}"
    return f"{count:.3g}"


def bytes_text(count: int) -> str:
    """A number of bytes in MiB."""
    return f"{count / 2**20:.1f} MiB"
