"""Our own renderer, set up as plainly as the peers."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from anime4k.colour import ChromaSite, Matrix, Primaries, Range, Transfer
from anime4k.gl.device import Device
from anime4k.hooks.parse import parse_file
from anime4k.media.format import PIXEL_LAYOUTS, SourceFormat
from anime4k.pipeline.render import Renderer
from anime4k.pipeline.settings import Dither, RenderSettings, Scaler

from .picture import Picture
from .source import Chroma, Source

NAME = "anime4k"

PLAIN = RenderSettings(
    scaler=Scaler.BILINEAR, sigmoid=False, linear_downscale=False, antialias=False, dither=Dither.NONE
)
"""Everything that would change the picture besides the shader is off."""


@dataclass(frozen=True)
class Rendering:
    """Our picture and what the plan said.

    Attributes:
        picture: the picture, with the descriptions of the user passes that ran.
        skipped: (description, reason) of the user passes that did not.
        disabled: messages of files that were switched off.
    """

    picture: Picture
    skipped: tuple[tuple[str, str], ...]
    disabled: tuple[str, ...]


def source_format(source: Source) -> SourceFormat:
    """What the source's planes are."""
    layout = PIXEL_LAYOUTS["yuv420p"]
    site = ChromaSite.CENTER if source.chroma is Chroma.CENTRE else ChromaSite.LEFT
    return SourceFormat(
        source.width, source.height, layout.model, layout.planes, layout.depth, 0,
        Matrix.BT709, Range.LIMITED, Primaries.BT709, Transfer.BT1886, site,
    )  # fmt: skip


def render(
    device: Device,
    source: Source,
    size: tuple[int, int],
    shaders: Sequence[Path],
    settings: RenderSettings = PLAIN,
) -> Rendering:
    """The source scaled to `size` through the shader files."""
    begun = time.monotonic()
    renderer = Renderer(device, [parse_file(path) for path in shaders], settings=settings)
    try:
        plan = renderer.configure(source_format(source), size)
        renderer.render(source.planes)
        pixels = renderer.read()[0].copy()
        disabled = tuple(renderer.disabled.values())
    finally:
        renderer.release()
    passes = tuple(desc for step in plan.steps for desc in step.passes)
    skipped = tuple((skip.desc, skip.reason) for skip in plan.skipped)
    return Rendering(Picture(pixels, passes, time.monotonic() - begun), skipped, disabled)
