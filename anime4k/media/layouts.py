"""Which uploadable layout comes nearest to a pixel format that cannot be uploaded as it is."""

from __future__ import annotations

import functools

import av
from av.video.reformatter import Interpolation, VideoReformatter

from anime4k.media.format import PIXEL_LAYOUTS

_DEPTHS = (8, 9, 10, 12, 14, 16)
_SUBSAMPLING = {(2, 2): "420", (2, 1): "422", (1, 1): "444", (1, 2): "440", (4, 1): "411", (4, 4): "410"}


@functools.cache
def nearest_layout(name: str) -> str:
    """The name of a format in `PIXEL_LAYOUTS` that holds everything `name` holds.

    Depth, alpha and chroma resolution are never reduced below 16 bits; a format that is in the table is
    returned as it is.

    Args:
        name: an FFmpeg pixel format.
    """
    if name in PIXEL_LAYOUTS:
        return name
    video = av.VideoFormat(name)
    alpha = any(component.is_alpha for component in video.components)
    bits = min(16, max((component.bits for component in video.components), default=8))
    if video.is_bayer:
        return "rgb48le" if bits > 8 else "rgb24"
    if video.is_rgb or video.has_palette or name.startswith("xyz"):
        return _first(_rgb_names(bits, alpha))
    colours = sum(1 for component in video.components if not component.is_alpha)
    if colours == 1:
        # No layout pairs grey with alpha; as RGB nothing is lost.
        return _first(_rgb_names(bits, alpha) if alpha else [_gray_name(depth) for depth in _depths(bits)])
    sub = (-(-64 // video.chroma_width(64)), -(-64 // video.chroma_height(64)))
    return _first(_yuv_names(sub, bits, alpha))


def _depths(bits: int) -> list[int]:
    return [depth for depth in _DEPTHS if depth >= bits]


def _gray_name(depth: int) -> str:
    return "gray" if depth == 8 else f"gray{depth}le"


def _rgb_names(bits: int, alpha: bool) -> list[str]:
    if alpha:
        return ["rgba"] if bits <= 8 else ["rgba64le"]
    if bits <= 8 or bits > 14:
        return ["rgb24"] if bits <= 8 else ["rgb48le"]
    return [f"gbrp{depth}le" for depth in _depths(bits)]


def _yuv_names(sub: tuple[int, int], bits: int, alpha: bool) -> list[str]:
    finer = [sub, *(other for other in ((2, 2), (2, 1), (1, 1)) if other[0] <= sub[0] and other[1] <= sub[1])]
    kind = "yuva" if alpha else "yuv"
    names = []
    for candidate in finer:
        for depth in _depths(bits):
            suffix = "" if depth == 8 else f"{depth}le"
            names.append(f"{kind}{_SUBSAMPLING.get(candidate, '444')}p{suffix}")
    return names


def _first(names: list[str]) -> str:
    return next((name for name in names if name in PIXEL_LAYOUTS), "yuv444p16le")


class Converter:
    """Converts frames to uploadable layouts with swscale; keeps its scaler state between frames."""

    def __init__(self) -> None:
        self._scaler = VideoReformatter()

    def convert(self, frame: av.VideoFrame) -> av.VideoFrame:
        """The frame itself when its format is uploadable, else a converted copy."""
        target = nearest_layout(frame.format.name)
        if target == frame.format.name:
            return frame
        flags = Interpolation.BICUBIC | Interpolation.ACCURATE_RND | Interpolation.FULL_CHR_H_INT
        return self._scaler.reformat(frame, format=target, interpolation=flags, threads=1)
