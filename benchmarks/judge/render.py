"""Drawing 8-bit pictures through a chain of shader files, with what that costs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from anime4k.colour import Matrix, Primaries, Range, Transfer
from anime4k.gl.device import Device
from anime4k.hooks.parse import parse_file
from anime4k.media.format import PIXEL_LAYOUTS, SourceFormat
from anime4k.pipeline.execute import capabilities
from anime4k.pipeline.journey import PlanRequest
from anime4k.pipeline.plan import Plan, Size
from anime4k.pipeline.planning import plan_for
from anime4k.pipeline.render import Renderer

from .chains import Chain

Pixels = npt.NDArray[np.uint8]


class RenderError(RuntimeError):
    """A shader file was switched off, or did nothing at this size."""


@dataclass(frozen=True)
class Cost:
    """What the passes of the shader files cost, per pixel of the source, as the plan counts it.

    Attributes:
        passes: passes that run.
        reads: texel reads.
        writes: texels written.
    """

    passes: int
    reads: float
    writes: float


def picture_format(picture: Pixels) -> SourceFormat:
    """The format of an 8-bit sRGB picture."""
    layout = PIXEL_LAYOUTS["rgb24"]
    height, width = picture.shape[:2]
    return SourceFormat(
        width, height, layout.model, layout.planes, layout.depth, 0,
        Matrix.RGB, Range.FULL, Primaries.BT709, Transfer.SRGB,
    )  # fmt: skip


def cost_of(plan: Plan, picture: Pixels) -> Cost:
    """The cost of a plan's user passes per pixel of the source."""
    steps = [step for step in plan.steps if step.origin is not None]
    pixels = picture.shape[0] * picture.shape[1]
    return Cost(len(steps), sum(step.reads for step in steps) / pixels, sum(step.writes for step in steps) / pixels)


class Drawing:
    """One chain, ready to draw any number of pictures.

    Attributes:
        cost: of the last picture.
    """

    def __init__(self, device: Device, chain: Chain) -> None:
        self.chain = chain
        self.cost = Cost(0, 0.0, 0.0)
        self._able = capabilities(device)
        self._files = [parse_file(path) for path in chain.files]
        self._renderer = Renderer(device, self._files, overrides=chain.parameters, settings=chain.settings)
        if self._renderer.messages:
            raise RenderError(f"{chain.label}: {'; '.join(self._renderer.messages)}")

    def __call__(self, picture: Pixels, scale: float = 1) -> Pixels:
        """The picture at `scale` times its size.

        Raises:
            RenderError: a file does not compile, or none of its passes runs.
        """
        height, width = picture.shape[:2]
        source, size = picture_format(picture), (round(width * scale), round(height * scale))
        plan = self._renderer.configure(source, size)
        if plan.disabled:
            raise RenderError(f"{self.chain.label}: {'; '.join(file.reason for file in plan.disabled)}")
        template = PlanRequest(source, Size(*size), capabilities=self._able)
        overrides, settings = self.chain.parameters, self.chain.settings
        # As the files have it: what is drawn may have been put together from it.
        written = plan_for(source, size, self._files, overrides=overrides, settings=settings, request=template)
        self.cost = cost_of(written, picture)
        if self.chain.files and not self.cost.passes:
            reasons = "; ".join(skip.reason for skip in plan.skipped)
            raise RenderError(f"{self.chain.label} does nothing from {width}x{height} times {scale:g}: {reasons}")
        self._renderer.render((np.ascontiguousarray(picture),))
        return self._renderer.read()[0][..., :3].copy()

    def release(self) -> None:
        """Delete every GL object."""
        self._renderer.release()


@contextmanager
def drawing(device: Device, chain: Chain) -> Iterator[Drawing]:
    """A chain's `Drawing` that is released at the end."""
    made = Drawing(device, chain)
    try:
        yield made
    finally:
        made.release()
