"""What an upscaled video looks like: its size, its sample format, its tags."""

from __future__ import annotations

import numpy as np

from anime4k.cli.render_options import RenderRequest
from anime4k.colour import Matrix, Primaries, Range, Transfer
from anime4k.errors import UsageError
from anime4k.media.encoders import Encoder
from anime4k.media.format import ColourModel, SourceFormat
from anime4k.media.frame import Frame
from anime4k.media.info import MediaInfo
from anime4k.media.spec import Plane, VideoSpec
from anime4k.pipeline.planning import output_size
from anime4k.pipeline.settings import OutputFormat


def fitted_size(source: SourceFormat, request: RenderRequest, encoder: Encoder) -> tuple[int, int]:
    """The size of the output: as asked, in square pixels, whole in the chroma samples of the encoder.

    Raises:
        UsageError: --size does not fit the chroma subsampling.
    """
    sub_x, sub_y = encoder.subsampling
    width, height = output_size(source, scale=request.scale, size=request.size, multiple=encoder.subsampling)
    fitted = (-(-width // sub_x) * sub_x, -(-height // sub_y) * sub_y)
    if fitted != (width, height):
        raise UsageError(
            f"--size {width}x{height} does not fit the pixel format {encoder.pixel_format}, which needs even sides;"
            f" use {fitted[0]}x{fitted[1]}, or --pix-fmt yuv444p"
        )
    return fitted


def output_format(source: SourceFormat, encoder: Encoder) -> OutputFormat:
    """What the renderer has to deliver: the source's own matrix and range in the encoder's layout."""
    if encoder.is_rgb:
        return OutputFormat(depth=encoder.depth, matrix=Matrix.RGB, range=Range.FULL)
    converted = source.transfer.is_hdr or source.primaries.is_wide or source.model is ColourModel.RGB
    return OutputFormat(
        depth=encoder.depth,
        matrix=Matrix.BT709 if converted else source.matrix,
        range=Range.LIMITED if source.model is ColourModel.RGB else source.range,
        subsampling=encoder.subsampling,
        chroma_site=source.chroma_site,
    )


def video_spec(first: Frame, info: MediaInfo, size: tuple[int, int], output: OutputFormat) -> VideoSpec:
    """The video as its tags will describe it."""
    source = first.format
    wide = source.primaries.is_wide
    return VideoSpec(
        width=size[0],
        height=size[1],
        time_base=first.time_base,
        frame_rate=info.frame_rate,
        matrix=output.matrix,
        range=output.range,
        primaries=Primaries.BT709 if wide else source.primaries,
        transfer=Transfer.BT1886 if source.transfer.is_hdr else source.transfer,
        chroma_site=output.chroma_site,
    )


def to_planes(picture: tuple[Plane, ...], encoder: Encoder) -> tuple[Plane, ...]:
    """What the renderer delivers as the encoder's planes: RGB in one plane becomes G, B and R."""
    if not encoder.is_rgb:
        return picture
    return tuple(np.ascontiguousarray(picture[0][..., channel]) for channel in (1, 2, 0))
