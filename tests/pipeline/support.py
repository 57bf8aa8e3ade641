"""A bench for user shaders: sources with exact values, plans without a device, every intermediate readable."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from anime4k.colour import Matrix, Range, Transfer
from anime4k.gl.device import Device
from anime4k.hooks.decl import ShaderFile
from anime4k.hooks.params import resolve_overrides
from anime4k.hooks.parse import parse_text
from anime4k.media.format import PIXEL_LAYOUTS, ColourModel, Component, PlaneLayout, SourceFormat
from anime4k.pipeline.capabilities import Capabilities
from anime4k.pipeline.execute import Executor, capabilities
from anime4k.pipeline.journey import PlanRequest, make_plan
from anime4k.pipeline.plan import Plan, Role, Size, Step, TextureId
from anime4k.pipeline.rewrites import impatient, optimised_plan
from anime4k.pipeline.settings import Dither, OutputFormat, RenderSettings, Scaler

Array = NDArray[Any]

NO_FOLD = frozenset({"fold"})
"""With it every pass has a result of its own, which a test can read."""

PLAIN = RenderSettings(
    scaler=Scaler.BILINEAR, sigmoid=False, linear_downscale=False, dither=Dither.NONE, float32=True, no_rewrites=NO_FOLD
)
"""As little as possible happens besides the user's passes, in 32-bit floats."""
QUICK = impatient(PLAIN, 0)
"""For tests of shaders rather than of rewrites: without programs that take most of a test's time to compile."""

DEEP = OutputFormat(depth=16)
ANY_DEVICE = Capabilities(glsl=450, compute=True)


# -- sources -------------------------------------------------------------------------------------------


def float_rgb(width: int, height: int, alpha: bool = False, **changes: Any) -> SourceFormat:
    """One packed plane of 32-bit floats: what a pass sees is what a test wrote."""
    letters = (Component.R, Component.G, Component.B, Component.A)
    layout = (PlaneLayout(letters if alpha else letters[:3]),)
    changes = {"matrix": Matrix.RGB, "range": Range.FULL, "transfer": Transfer.GAMMA22} | changes
    return SourceFormat(width, height, ColourModel.RGB, layout, depth=32, **changes)


def pixels(pixel_format: str, width: int, height: int, **changes: Any) -> SourceFormat:
    """A source in one of FFmpeg's pixel formats."""
    layout = PIXEL_LAYOUTS[pixel_format]
    if layout.model is ColourModel.RGB:
        changes.setdefault("matrix", Matrix.RGB)
    return SourceFormat(width, height, layout.model, layout.planes, layout.depth, layout.shift, **changes)


def zeros(source: SourceFormat) -> tuple[Array, ...]:
    """Planes that fit a source, all zero."""
    dtype = {8: np.uint8, 16: np.uint16, 32: np.float32}[source.texture_bits]
    planes = []
    for number, layout in enumerate(source.planes):
        width, height = source.plane_size(number)
        count = len(layout.components)
        planes.append(np.zeros((height, width) if count == 1 else (height, width, count), dtype))
    return tuple(planes)


def ramp(width: int, height: int) -> Array:
    """(h, w, 3) floats: red grows by 1/64 a column, green by 1/64 a row, blue is 0.5; exact in half floats."""
    y, x = np.mgrid[0:height, 0:width]
    return np.stack([x / 64, y / 64, np.full((height, width), 0.5)], axis=-1).astype(np.float32)


# -- shaders -------------------------------------------------------------------------------------------


def block(*directives: str, code: str = "") -> str:
    """The text of one block."""
    return "".join(f"//!{directive}\n" for directive in directives) + code + "\n"


def shade(value: str, *directives: str, hook: str = "MAIN", bind: str = "HOOKED", desc: str = "") -> str:
    """A fragment pass that returns a value.

    Args:
        value: a vec4 expression.
        directives: more header lines.
        hook: stages, separated by blanks.
        bind: textures, separated by blanks.
        desc: the name under which `Bench.at` finds the result.
    """
    lines = [f"HOOK {name}" for name in hook.split()] + [f"BIND {name}" for name in bind.split()]
    lines += ([f"DESC {desc}"] if desc else []) + list(directives)
    return block(*lines, code=f"vec4 hook() {{ return {value}; }}")


def computes(
    code: str, threads: str, *directives: str, hook: str = "MAIN", bind: str = "HOOKED", desc: str = ""
) -> str:
    """A compute pass whose `void hook()` has this code."""
    lines = [f"HOOK {hook}"] + [f"BIND {name}" for name in bind.split()] + [f"COMPUTE {threads}"]
    lines += ([f"DESC {desc}"] if desc else []) + list(directives)
    return block(*lines, code=f"void hook() {{ {code} }}")


def files(texts: Sequence[str]) -> tuple[ShaderFile, ...]:
    """Parsed files called a.glsl, b.glsl, and so on."""
    return tuple(parse_text(text, f"{'abcdefgh'[number]}.glsl") for number, text in enumerate(texts))


# -- plans ---------------------------------------------------------------------------------------------


def request(
    source: SourceFormat,
    *texts: str,
    size: tuple[int, int] | None = None,
    settings: RenderSettings = PLAIN,
    output: OutputFormat = DEEP,
    overrides: Sequence[tuple[str, str]] = (),
    device: Capabilities = ANY_DEVICE,
) -> PlanRequest:
    """What to plan; the picture is as large as the source when no size is given."""
    shaders = files(texts)
    values, _ = resolve_overrides(shaders, overrides)
    return PlanRequest(
        source,
        Size(*(size or source.display_size)),
        shaders,
        tuple(tuple(mapping.items()) for mapping in values),
        settings,
        output,
        device,
    )


def plan(source: SourceFormat, *texts: str, **options: Any) -> Plan:
    """A plan without a device; see `request`."""
    return make_plan(request(source, *texts, **options))


def user_steps(made: Plan) -> list[Step]:
    """The steps that user passes became, in order."""
    return [step for step in made.steps if step.origin is not None]


def ran(made: Plan) -> list[str]:
    """Descriptions of the user passes that run, in order."""
    return [desc for step in user_steps(made) for desc in step.passes]


def reasons(made: Plan) -> dict[str, str]:
    """Description of a skipped pass -> why."""
    return {skip.desc: skip.reason for skip in made.skipped}


def step_named(made: Plan, desc: str, occurrence: int = 0) -> Step:
    """The user step that draws the pass with this description."""
    return [step for step in user_steps(made) for name in step.passes if name == desc][occurrence]


def result_of(made: Plan, desc: str, occurrence: int = 0) -> TextureId:
    """The texture that the user pass with this description writes."""
    results = [
        output
        for step in user_steps(made)
        for name, output in zip(step.passes, step.outputs, strict=True)
        if name == desc
    ]
    return results[occurrence]


class Bench:
    """Shader files on a device; no memory is reused, so that every intermediate can be read after a frame.

    Args:
        device: a current context.
        source: what the frames are.
        texts: shader files in order.
        options: see `request`; `seed` goes to the executor, and plans are made for `able` instead of the device.
    """

    def __init__(
        self,
        device: Device,
        source: SourceFormat,
        *texts: str,
        seed: int = 0,
        able: Capabilities | None = None,
        **options: Any,
    ) -> None:
        asked = request(source, *texts, device=able or capabilities(device), **options)
        made = optimised_plan(asked)
        slots = tuple(number if t.role is Role.STEP else -1 for number, t in enumerate(made.textures))
        self.source = source
        self.plan = replace(made, slots=slots)
        self.executor = Executor(device, seed)
        self.executor.prepare(self.plan)

    def draw(self, *planes: Array, pts: float = 0.0) -> Bench:
        """Render one frame; without planes a frame of zeros."""
        given = [np.asarray(p, np.float32) if self.source.depth == 32 else p for p in planes]
        self.executor.upload(given or zeros(self.source))
        self.executor.run(pts)
        return self

    def at(self, desc: str, occurrence: int = 0) -> Array:
        """The result of the user pass with this description: (h, w, 4) doubles."""
        return self.executor.read_texture(result_of(self.plan, desc, occurrence)).astype(np.float64)

    def pixel(self, desc: str, x: int = 0, y: int = 0) -> list[float]:
        """One texel of a result."""
        return [float(value) for value in self.at(desc)[y, x]]

    @property
    def picture(self) -> Array:
        """The finished picture, (h, w, 3) doubles in [0, 1]."""
        codes = self.executor.read(0)
        return codes[..., :3].astype(np.float64) / np.iinfo(codes.dtype).max
