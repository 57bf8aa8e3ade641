"""Sources and one-line rendering for the tests of the built-in stages."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from anime4k.colour import Matrix
from anime4k.gl.device import Device
from anime4k.hooks.decl import ShaderFile
from anime4k.media.format import PIXEL_LAYOUTS, ColourModel, Component, SourceFormat
from anime4k.pipeline.render import Renderer
from anime4k.pipeline.settings import RGB8, Dither, OutputFormat, RenderSettings

Codes = NDArray[np.uint16]

MATRICES = {"601": Matrix.BT601, "709": Matrix.BT709, "2020": Matrix.BT2020, "240": Matrix.SMPTE240M}
PLAIN = RenderSettings(dither=Dither.NONE)


def source(pixel_format: str, width: int, height: int, **changes: Any) -> SourceFormat:
    """The format of a picture in one of FFmpeg's pixel formats."""
    layout = PIXEL_LAYOUTS[pixel_format]
    if layout.model is ColourModel.RGB:
        changes.setdefault("matrix", Matrix.RGB)
    return SourceFormat(width, height, layout.model, layout.planes, layout.depth, layout.shift, **changes)


def planes_of(form: SourceFormat, components: dict[Component, NDArray[Any]], padding: int = 0) -> list[NDArray[Any]]:
    """Planes in upload order from codes per component, each already at its plane's size.

    Args:
        form: the layout.
        components: codes, (h, w) integers, before shifting.
        padding: unused samples after every row.
    """
    dtype = np.uint8 if form.depth <= 8 else np.uint16
    planes = []
    for index, layout in enumerate(form.planes):
        width, height = form.plane_size(index)
        channels = [components.get(c, np.full((height, width), 77)) for c in layout.components]
        stacked = np.stack([np.asarray(c) << form.shift for c in channels], axis=-1).astype(dtype)
        wide = np.full((height, width + padding, len(channels)), 99, dtype)
        wide[:, :width] = stacked
        plane = wide[:, :width]
        planes.append(plane[..., 0] if len(channels) == 1 else plane)
    return planes


def draw(
    device: Device,
    form: SourceFormat,
    planes: Sequence[NDArray[Any]],
    size: tuple[int, int] | None = None,
    settings: RenderSettings = PLAIN,
    output: OutputFormat = RGB8,
    shaders: Sequence[ShaderFile] = (),
) -> list[NDArray[np.int64]]:
    """Planes of one rendered frame as integers; the output is as large as the source unless `size` is given."""
    renderer = Renderer(device, shaders, settings=settings, output=output)
    try:
        renderer.configure(form, size or (form.width, form.height))
        renderer.render(planes)
        return [plane.astype(np.int64) for plane in renderer.read()]
    finally:
        renderer.release()


def random_codes(form: SourceFormat, components: Sequence[Component], seed: int = 1) -> dict[Component, Codes]:
    """Any code of the depth for every component, at the size of its plane, extremes included."""
    rng = np.random.default_rng(seed)
    codes: dict[Component, Codes] = {}
    for index, layout in enumerate(form.planes):
        width, height = form.plane_size(index)
        for component in layout.components:
            if component in components:
                plane = rng.integers(0, 2**form.depth, (height, width))
                plane.flat[0], plane.flat[-1] = 0, 2**form.depth - 1
                codes[component] = plane.astype(np.uint16)
    return codes
