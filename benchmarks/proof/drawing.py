"""What our renderer stores as the result of a chain of shader files, before it is rounded to codes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from anime4k.colour import Matrix, Range, Transfer
from anime4k.gl.device import Device
from anime4k.hooks.params import resolve_overrides
from anime4k.hooks.parse import parse_file
from anime4k.media.format import ColourModel, Component, PlaneLayout, SourceFormat
from anime4k.pipeline.execute import Executor, capabilities
from anime4k.pipeline.journey import PlanRequest
from anime4k.pipeline.plan import Role, Size
from anime4k.pipeline.programs import StepFailure
from anime4k.pipeline.rewrites import optimised_plan
from anime4k.pipeline.settings import Dither, OutputFormat, RenderSettings, Scaler

Floats = npt.NDArray[np.float32]

RGB = (Component.R, Component.G, Component.B)


class SwitchedOff(Exception):
    """A file was refused, or one of its passes had nothing to do."""


def settings(single: bool) -> RenderSettings:
    """Nothing but the files' passes, with floats of 32 or 16 bits between them, and the last result as floats too."""
    return RenderSettings(
        scaler=Scaler.BILINEAR, sigmoid=False, linear_downscale=False, antialias=False, dither=Dither.NONE,
        float32=single, no_rewrites=frozenset({"fold"}),
    )  # fmt: skip


def float_format(picture: Floats) -> SourceFormat:
    """One packed plane of 32-bit floats, so that the files get the very values of the picture."""
    height, width = picture.shape[:2]
    return SourceFormat(
        width, height, ColourModel.RGB, (PlaneLayout(RGB),), depth=32,
        matrix=Matrix.RGB, range=Range.FULL, transfer=Transfer.GAMMA22,
    )  # fmt: skip


def drawn(device: Device, picture: Floats, paths: Sequence[Path], scale: int, single: bool) -> Floats:
    """The result of the last pass, (h * scale, w * scale, 3), not limited to 0..1.

    Args:
        device: where to draw.
        picture: (h, w, 3) values.
        paths: shader files in order.
        scale: of the output, on which files may depend.
        single: floats of 32 bits between passes instead of 16.

    Raises:
        SwitchedOff: not every pass of every file ran.
    """
    height, width = picture.shape[:2]
    chain, chosen = tuple(parse_file(path) for path in paths), settings(single)
    values, _ = resolve_overrides(chain, ())
    request = PlanRequest(
        float_format(picture), Size(width * scale, height * scale), chain,
        tuple(tuple(mapping.items()) for mapping in values), chosen, OutputFormat(depth=16), capabilities(device),
    )  # fmt: skip
    plan = optimised_plan(request)
    if plan.disabled or plan.skipped:
        reasons = [file.reason for file in plan.disabled] + [f"{skip.desc}: {skip.reason}" for skip in plan.skipped]
        raise SwitchedOff("; ".join(reasons))
    # No memory is used twice, so the result of the last pass is still there at the end.
    slots = tuple(number if texture.role is Role.STEP else -1 for number, texture in enumerate(plan.textures))
    executor = Executor(device, 0)
    try:
        try:
            executor.prepare(replace(plan, slots=slots))
        except StepFailure as failure:
            raise SwitchedOff(str(failure)) from None
        executor.upload([np.ascontiguousarray(picture, np.float32)])
        executor.run(0.0)
        last = [step for step in plan.steps if step.origin is not None][-1]
        found: Floats = executor.read_texture(last.outputs[0])[..., :3].astype(np.float32)
        return found
    finally:
        executor.release()
