"""One frame's journey, as a plan: planes, chroma, native, main, light, scale, output.

`make_plan` is pure: the same request gives an equal plan. Details of each stage are in `builtin`, user
passes in `hooked`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from anime4k.errors import PlanError
from anime4k.hooks.decl import ShaderFile
from anime4k.hooks.stages import Stage
from anime4k.media.format import SourceFormat
from anime4k.pipeline.build import PlanBuilder
from anime4k.pipeline.builtin import decode, light, tonemap
from anime4k.pipeline.builtin.draft import Draft, combine, fetch, glsl_float
from anime4k.pipeline.builtin.resample import resample
from anime4k.pipeline.capabilities import Capabilities
from anime4k.pipeline.finish import assemble, write_outputs
from anime4k.pipeline.hooked import HookRunner, Lights
from anime4k.pipeline.plan import Plan, Rect, Role, Size, TexelFormat, Texture, TextureId
from anime4k.pipeline.planes import PlaneStages, visible_rect
from anime4k.pipeline.settings import RGB8, OutputFormat, RenderSettings

_EXACT = 1e-6
MAX_OUTPUT = 16384


@dataclass(frozen=True)
class PlanRequest:
    """Everything a plan depends on.

    Attributes:
        source: what the frames are.
        size: size of the finished picture, after rotation.
        files: shader files in order.
        values: per file the parameter values as (name, value) pairs.
        settings: choices about the built-in stages.
        output: what comes out.
        capabilities: of the device.
        disabled: (file index, reason) of files to leave out.
        untouched: indices of files whose passes no rewrite may touch, since a rewritten one did not compile.
        pts_s: presentation time, for expressions that use PTS.
    """

    source: SourceFormat
    size: Size
    files: tuple[ShaderFile, ...] = ()
    values: tuple[tuple[tuple[str, float], ...], ...] = ()
    settings: RenderSettings = RenderSettings()
    output: OutputFormat = RGB8
    capabilities: Capabilities = Capabilities()
    disabled: tuple[tuple[int, str], ...] = ()
    untouched: tuple[int, ...] = ()
    pts_s: float = 0.0

    @property
    def deep(self) -> bool:
        """Whether the output shows more than half floats and texture units keep."""
        return self.output.depth > 8


@dataclass(frozen=True)
class Failures:
    """What is known of files whose programs could not be made; the fields are those of `PlanRequest`."""

    disabled: tuple[tuple[int, str], ...] = ()
    untouched: tuple[int, ...] = ()

    def after(self, file: int, reason: str, rewritten: bool) -> Failures:
        """One more: after a rewritten program failed the file is tried as it was written, then it is left out."""
        if rewritten and file not in self.untouched:
            return replace(self, untouched=tuple(sorted((*self.untouched, file))))
        return replace(self, disabled=tuple(sorted({**dict(self.disabled), file: reason}.items())))

    def applied(self, request: PlanRequest) -> PlanRequest:
        """A request that heeds them."""
        return replace(request, disabled=self.disabled, untouched=self.untouched)


def make_plan(request: PlanRequest) -> Plan:
    """Plan one frame.

    Raises:
        PlanError: the sizes are impossible.
    """
    source, size = request.source, request.size
    _check_sizes(source, size, request.capabilities)
    intermediate = TexelFormat.RGBA32F if request.settings.float32 else TexelFormat.RGBA16F
    # Half floats resolve 11 bits, one rounding after another: too few for output of more than 8.
    builder = PlanBuilder(intermediate, TexelFormat.RGBA32F if request.deep else intermediate)
    planes = tuple(
        builder.add_texture(
            Texture(
                f"plane {'+'.join(c.value for c in layout.components)}",
                Size(*source.plane_size(number)),
                TexelFormat.of(len(layout.components), source.texture_bits),
                Role.PLANE,
                number,
            )
        )
        for number, layout in enumerate(source.planes)
    )
    strength = request.settings.strength
    files = request.files if strength > 0.0 else ()
    picture, runner = _Journey(request, builder, planes, files).run()
    skipped, disabled = runner.finish()
    failed = sorted(set(runner.disabled.items()) - set(request.disabled))
    if failed:
        # A file that fails is left out from its first stage on, and those behind it are judged without it.
        return make_plan(replace(request, disabled=(*request.disabled, failed[0])))
    if strength < 1.0 and files:
        picture = _blend(request, builder, planes, picture)
    outputs = write_outputs(builder, picture, source, request.output, request.settings.dither)
    notes: list[str] = []
    if request.files and not files:
        notes.append("no shader runs, since the strength is 0")
    if source.transfer.is_hdr:
        notes.append(f"tone-mapped from {source.transfer.label} to SDR (BT.2390)")
    if source.primaries.is_wide:
        notes.append(f"converted from {source.primaries.label} to BT.709 primaries")
    return assemble(builder, outputs, size, skipped, disabled, tuple(notes), runner.pts_dependent)


def _check_sizes(source: SourceFormat, size: Size, capabilities: Capabilities) -> None:
    limit = min(capabilities.max_texture_size, MAX_OUTPUT)
    if not (1 <= size.width <= limit and 1 <= size.height <= limit):
        raise PlanError(f"an output of {size} pixels is impossible; each side must be between 1 and {limit}")
    if not (1 <= source.width <= limit and 1 <= source.height <= limit):
        raise PlanError(
            f"a source of {source.width}x{source.height} pixels is too large for this device (limit {limit})"
        )


def _blend(
    request: PlanRequest,
    builder: PlanBuilder,
    planes: tuple[TextureId, ...],
    shaded: Draft,
) -> Draft:
    """The shaded picture mixed with what the plain scaler makes of the same planes."""
    # Hooked images must exist before the second journey may reuse their memory.
    image = builder.materialise(shaded, "shaded picture")
    plain, _ = _Journey(request, builder, planes, ()).run()
    strength = request.settings.strength
    # What is mixed is what would be seen, so neither side brings values that a display does not show.
    seen = "clamp(us_part, 0.0, 1.0)"
    parts = [
        (f"us_all = {seen} * {glsl_float(strength)};", fetch(image)),
        (f"us_all += {seen} * {glsl_float(1 - strength)};", plain),
    ]
    return combine(f"strength {strength:g}", parts, plain.size, plain.rect, 4)


class _Journey:
    """One walk from planes to the finished picture (before rotation and quantising)."""

    def __init__(
        self,
        request: PlanRequest,
        builder: PlanBuilder,
        planes: tuple[TextureId, ...],
        files: tuple[ShaderFile, ...],
    ) -> None:
        self.builder = builder
        self.settings = request.settings
        self.deep = request.deep
        self.source = request.source
        self.planes = planes
        turned = self.source.rotation % 180 != 0
        self.target = Size(request.size.height, request.size.width) if turned else request.size
        values = [dict(v) for v in request.values] or [{} for _ in files]
        _fill_automatic(values, self.source, request.pts_s)
        transfer = self.source.transfer
        self.runner = HookRunner(
            files,
            values,
            dict(request.disabled) if files else {},
            builder,
            visible_rect(self.source),
            self.target,
            request.capabilities,
            self.settings.compat,
            Lights(light.linearise(transfer), light.delinearise(transfer)),
        )

    def run(self) -> tuple[Draft, HookRunner]:
        """Plan the walk; returns the display-encoded picture at target size."""
        parts = PlaneStages(self.source, self.planes, self.settings, self.builder, self.runner).run()
        native = self.runner.hook(Stage.NATIVE, parts.draft, "components combined")
        self.source = parts.source
        main = decode.to_rgb(native, parts.source, parts.codes)
        main = self.runner.hook(Stage.MAIN, main, "RGB")
        scaled, linear = self._scale(main)
        return self._encode(scaled, linear), self.runner

    # -- light, scaling, output --------------------------------------------------------------------------

    def _scale(self, main: Draft) -> tuple[Draft, bool]:
        """The picture at target size, and whether it is in linear light."""
        runner, settings, target = self.runner, self.settings, self.target
        step = (main.rect.width / target.width, main.rect.height / target.height)
        none = abs(step[0] - 1) <= _EXACT and abs(step[1] - 1) <= _EXACT
        down = not none and max(step) > 1 + _EXACT
        up = not none and not down
        sdr = not self.source.transfer.is_hdr
        sigmoid = sdr and ((up and settings.sigmoid) or runner.wants(Stage.SIGMOID))
        linear = sigmoid or (down and settings.linear_downscale) or runner.wants(Stage.LINEAR)
        draft = main
        if linear:
            draft = self._curve(draft, "linear light", light.linearise(self.source.transfer))
            draft = self.runner.hook(Stage.LINEAR, draft, "linear light")
        if sigmoid:
            draft = self._curve(draft, "sigmoidal light", light.sigmoidise())
            draft = self.runner.hook(Stage.SIGMOID, draft, "sigmoidal light")
        draft = self.runner.hook(Stage.PREKERNEL, draft, "input of the scaler")
        draft = self._to_target(draft, step, none)
        draft = self.runner.hook(Stage.POSTKERNEL, draft, "output of the scaler")
        if sigmoid:
            draft = self._curve(draft, "linear light", light.desigmoidise())
        return self.runner.hook(Stage.SCALED, draft, "scaled picture"), linear

    def _curve(self, draft: Draft, label: str, code: str) -> Draft:
        return draft.then(label, light.on_straight(code) if self.source.has_alpha else code)

    def _to_target(self, draft: Draft, step: tuple[float, float], none: bool) -> Draft:
        rect, target = draft.rect, self.target
        whole = Rect(0.0, 0.0, float(target.width), float(target.height))
        if none:
            # Nothing to scale: a fraction of a pixel is dropped, whole pixels are a crop.
            x, y = int(rect.x0), int(rect.y0)
            if draft.size == target and (x, y) == (0, 0):
                return replace(draft, rect=whole)
            last = f"ivec2({draft.size.width - 1}, {draft.size.height - 1})"
            cropped = draft.moved("crop", f"clamp(us_px + ivec2({x}, {y}), ivec2(0), {last})", target, whole)
            inside = min(x, y) >= 0 and x + target.width <= draft.size.width and y + target.height <= draft.size.height
            if draft.reaches is None or not inside:
                return cropped
            return replace(cropped, reaches=tuple((texture, reach.moved(x, y)) for texture, reach in draft.reaches))
        image = self.builder.materialise(draft, "input of the scaler")
        scaled = resample(
            image, target, (rect.x0, rect.y0), step, self.settings.scaler,
            antialias=self.settings.antialias, exact=self.deep, add_texture=self.builder.add_texture,
            materialise=self.builder.materialise,
        )  # fmt: skip
        return replace(scaled, rect=whole)

    def _encode(self, draft: Draft, linear: bool) -> Draft:
        """Display-encoded SDR, after the hooks of PREOUTPUT and OUTPUT."""
        source = self.source
        if tonemap.needs_conversion(source):
            draft = self._curve(draft, "convert to SDR BT.709", tonemap.conversion(source, linear))
            draft = self._curve(draft, "", light.delinearise(tonemap.target_transfer(source)))
        elif linear:
            draft = self._curve(draft, "display light", light.delinearise(source.transfer))
        draft = self.runner.hook(Stage.PREOUTPUT, draft, "display picture")
        draft = self.runner.hook(Stage.OUTPUT, draft, "finished picture")
        return draft if source.has_alpha else draft.then("", "color.a = 1.0;")


def _fill_automatic(values: Sequence[dict[str, float]], source: SourceFormat, pts_s: float) -> None:
    """Parameters of these names are the player's to set."""
    sx, sy = source.subsampling
    cx, cy = source.chroma_site.offset
    automatic = {"PTS": pts_s, "chroma_offset_x": cx if sx > 1 else 0.0, "chroma_offset_y": cy if sy > 1 else 0.0}
    if source.transfer.is_hdr:
        automatic["max_luma"] = source.max_luminance
    for mapping in values:
        mapping.update({name: value for name, value in automatic.items() if name in mapping})
