"""An encoder as a stream of an output container, set up the same way wherever pictures are encoded."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from av.container import OutputContainer

from anime4k.media.encoders import Encoder
from anime4k.media.spec import VideoSpec

_KEEP_FRAME_DURATION = 1 << 8
"""FFmpeg's AV_CODEC_FLAG_FRAME_DURATION: encoders hand the duration of a frame on to its packet."""


def add_video(container: OutputContainer, spec: VideoSpec, encoder: Encoder) -> Any:
    """A new video stream of `container` with its encoder configured but not opened.

    Equal arguments give equal bit streams: what one encoder has written can be followed by what another one has.
    """
    stream: Any = container.add_stream(
        encoder.name,
        rate=spec.frame_rate or Fraction(25),
        width=spec.width,
        height=spec.height,
        pix_fmt=encoder.pixel_format,
        time_base=spec.time_base,
        options=dict(encoder.options),
    )
    stream.time_base = spec.time_base
    context = stream.codec_context
    context.flags |= _KEEP_FRAME_DURATION
    context.colorspace = spec.matrix.code
    context.color_range = spec.range.code
    context.color_primaries = spec.primaries.code
    context.color_trc = spec.transfer.code
    context.sample_aspect_ratio = Fraction(1)
    if encoder.subsampling != (1, 1):
        context.options["chroma_sample_location"] = spec.chroma_site.label
    return stream
