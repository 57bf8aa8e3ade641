"""One frame's journey, as a plan: planes, chroma, native, main, light, scale, output.

`make_plan` is pure: the same request gives an equal plan. Details of each stage are in `builtin`, user
passes in `hooked`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from anime4k.colour import Matrix, Range
from anime4k.errors import PlanError
from anime4k.hooks.decl import ShaderFile
from anime4k.hooks.stages import Stage
from anime4k.media.format import ColourModel, Component, PlaneLayout, SourceFormat
from anime4k.pipeline.build import PlanBuilder
from anime4k.pipeline.builtin import decode, light, output, tonemap
from anime4k.pipeline.builtin.draft import Draft, Image, combine, fetch, to_step
from anime4k.pipeline.builtin.resample import resample
from anime4k.pipeline.hooked import HookRunner, Lights
from anime4k.pipeline.lifetime import assign_slots, slot_bytes
from anime4k.pipeline.plan import (
    Capabilities,
    Cost,
    Disabled,
    Plan,
    Rect,
    Role,
    Size,
    Skip,
    Step,
    TexelFormat,
    Texture,
    TextureId,
)
from anime4k.pipeline.settings import RGB8, OutputFormat, RenderSettings, Scaler

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
    pts_s: float = 0.0

    @property
    def deep(self) -> bool:
        """Whether the output shows more than half floats and texture units keep."""
        return self.output.depth > 8


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
    picture, runner = _Journey(request, builder, planes, request.files, intermediate).run()
    skipped, disabled = runner.finish()
    failed = sorted(set(runner.disabled.items()) - set(request.disabled))
    if failed:
        # A file that fails is left out from its first stage on, and those behind it are judged without it.
        return make_plan(replace(request, disabled=(*request.disabled, failed[0])))
    if request.settings.strength < 1.0 and request.files:
        picture = _blend(request, builder, planes, picture, intermediate)
    outputs = _finish(request, builder, picture)
    notes: list[str] = []
    if source.transfer.is_hdr:
        notes.append(f"tone-mapped from {source.transfer.label} to SDR (BT.2390)")
    if source.primaries.is_wide:
        notes.append(f"converted from {source.primaries.label} to BT.709 primaries")
    return _assemble(builder, outputs, size, skipped, disabled, tuple(notes), runner.pts_dependent)


def _check_sizes(source: SourceFormat, size: Size, capabilities: Capabilities) -> None:
    limit = min(capabilities.max_texture_size, MAX_OUTPUT)
    if not (1 <= size.width <= limit and 1 <= size.height <= limit):
        raise PlanError(f"An output of {size} pixels is impossible; each side must be between 1 and {limit}.")
    if not (1 <= source.width <= limit and 1 <= source.height <= limit):
        raise PlanError(
            f"A source of {source.width}x{source.height} pixels is too large for this device (limit {limit})."
        )


def _assemble(
    builder: PlanBuilder,
    outputs: tuple[TextureId, ...],
    size: Size,
    skipped: tuple[Skip, ...],
    disabled: tuple[Disabled, ...],
    notes: tuple[str, ...],
    pts_dependent: bool,
) -> Plan:
    steps, textures = drop_unread(builder.steps), tuple(builder.textures)
    slots = assign_slots(steps, textures)
    resident = sum(t.size.area * t.format.texel_bytes for t in textures if t.role is not Role.STEP)
    total = Cost(
        reads=sum(step.reads for step in steps),
        writes=sum(step.writes for step in steps),
        multiply_adds=sum(step.multiply_adds for step in steps),
        peak_bytes=resident + slot_bytes(textures, slots),
    )
    return Plan(tuple(steps), textures, slots, outputs, size, skipped, disabled, notes, pts_dependent, total)


def drop_unread(steps: Sequence[Step]) -> list[Step]:
    """Leave out built-in steps whose result nobody reads (user passes always run, as in mpv)."""
    kept: list[Step] = []
    read: set[TextureId] = set()
    for step in reversed(steps):
        if step.origin is not None or not read.isdisjoint(step.outputs) or step.desc.startswith("output"):
            kept.append(step)
            read.update(sampler.texture for sampler in step.samplers)
    return kept[::-1]


def _blend(
    request: PlanRequest,
    builder: PlanBuilder,
    planes: tuple[TextureId, ...],
    shaded: Draft,
    intermediate: TexelFormat,
) -> Draft:
    """The shaded picture mixed with what the plain scaler makes of the same planes."""
    # Hooked images must exist before the second journey may reuse their memory.
    image = builder.materialise(shaded, "shaded picture")
    plain, _ = _Journey(request, builder, planes, (), intermediate).run()
    strength = request.settings.strength
    # What is mixed is what would be seen, so neither side brings values that a display does not show.
    seen = "clamp(us_part, 0.0, 1.0)"
    parts = [(f"us_all = {seen} * {strength!r};", fetch(image)), (f"us_all += {seen} * {1 - strength!r};", plain)]
    return combine(f"strength {strength:g}", parts, plain.size, plain.rect, 4)


class _Journey:
    """One walk from planes to the finished picture (before rotation and quantising)."""

    def __init__(
        self,
        request: PlanRequest,
        builder: PlanBuilder,
        planes: tuple[TextureId, ...],
        files: tuple[ShaderFile, ...],
        intermediate: TexelFormat,
    ) -> None:
        self.builder = builder
        self.settings = request.settings
        self.deep = request.deep
        self.source = request.source
        self.numbers = decode.codes(self.source, self.settings.compat)
        self.channels = decode.channels(self.source, planes)
        self.size = Size(self.source.width, self.source.height)
        turned = self.source.rotation % 180 != 0
        self.target = Size(request.size.height, request.size.width) if turned else request.size
        box = self.source.visible
        self.rect = Rect(float(box.left), float(box.top), float(box.right), float(box.bottom))
        values = [dict(v) for v in request.values] or [{} for _ in files]
        _fill_automatic(values, self.source, request.pts_s)
        transfer = self.source.transfer
        self.runner = HookRunner(
            files,
            values,
            dict(request.disabled) if files else {},
            builder,
            self.rect,
            self.target,
            request.capabilities,
            self.settings.compat,
            Lights(light.linearise(transfer), light.delinearise(transfer)),
        )

    def run(self) -> tuple[Draft, HookRunner]:
        """Plan the walk; returns the display-encoded picture at target size."""
        as_rgb = self.source.model is ColourModel.RGB and not self.settings.rgb_as_yuv
        native = self._rgb() if as_rgb else self._yuv()
        native = self._hook(Stage.NATIVE, native, "components combined")
        main = decode.to_rgb(native, self.source, self.numbers)
        main = self._hook(Stage.MAIN, main, "RGB")
        scaled, linear = self._scale(main)
        return self._encode(scaled, linear), self.runner

    # -- planes ----------------------------------------------------------------------------------------

    def _hook(self, stage: Stage, draft: Draft, label: str) -> Draft:
        """Run a stage's hooks; without any the draft stays undrawn."""
        if not self.runner.wants(stage):
            self.runner.fired.add(stage)
            return draft
        image = self.runner.run(stage, self.builder.materialise(draft, label))
        # What a pass declares about its output does not change what a picture consists of.
        return fetch(replace(image, components=draft.components))

    def _rgb(self) -> Draft:
        draft = self._rgb_planes()
        draft = self._hook(Stage.RGB, draft, "RGB planes")
        self.runner.move_reference(draft.rect)
        return draft

    def _rgb_planes(self) -> Draft:
        letters = {Component.R: "r", Component.G: "g", Component.B: "b", Component.A: "a"}
        parts = [(letters[c], channel) for c, channel in self.channels.items() if c in letters]
        # Packed RGBA in order is the plane itself.
        return decode.gather_components("RGB planes", parts, self.size, self.rect, self.numbers.mul, len(parts))

    def _yuv(self) -> Draft:
        if self.source.model is ColourModel.RGB:
            luma, chroma, alpha = self._rgb_as_yuv()
        else:
            luma = self._luma_plane()
            chroma, alpha = None, self._alpha_plane()
        if self.runner.wants(Stage.LUMA):
            luma = self.runner.run(Stage.LUMA, luma)
        self.runner.fired.add(Stage.LUMA)
        reference = luma
        self.runner.move_reference(reference.rect)
        parts = [("us_all.x = us_part.x;", fetch(luma))]
        if self.source.model is not ColourModel.GRAY:
            parts.append(("us_all.yz = us_part.xy;", self._chroma(chroma, reference)))
        if alpha is not None:
            parts.append(("us_all.a = us_part.x;", self._alpha(alpha, reference)))
        if len(parts) == 1:
            return fetch(luma)
        count = 4 if alpha is not None else 3
        return combine("combine planes", parts, reference.size, reference.rect, count)

    def _luma_plane(self) -> Image:
        return Image(self.channels[Component.Y].texture, self.size, self.rect, 1, self.numbers.mul)

    def _alpha_plane(self) -> Image | None:
        channel = self.channels.get(Component.A)
        if channel is None:
            return None
        top, most = float(2**self.source.texture_bits - 1), float(2**self.source.depth - 1)
        return Image(channel.texture, self.size, self.rect, 1, top / most)

    def _rgb_as_yuv(self) -> tuple[Image, Image, Image | None]:
        """Luma, chroma and alpha images of an RGB source; the source is Y'CbCr 4:4:4 from here on."""
        codes = output.yuv_codes_for_hooks()
        rgb = self._rgb_planes()
        yuv = self.builder.materialise(
            rgb.then("RGB to BT.709", decode.rgb_to_yuv(Matrix.BT709, codes)), "RGB as Y'CbCr"
        )
        luma = self.builder.materialise(replace(fetch(yuv), components=1, image=None), "luma of RGB")
        moved = replace(fetch(yuv).then("chroma of RGB", "color = vec4(color.yz, 0.0, 1.0);"), components=2)
        chroma = self.builder.materialise(moved, "chroma of RGB")
        alpha = None
        layout = [PlaneLayout((Component.Y,)), PlaneLayout((Component.CB, Component.CR))]
        if self.source.has_alpha:
            layout.append(PlaneLayout((Component.A,)))
            alpha = self.builder.materialise(fetch(yuv).then("alpha", "color = color.aaaa;"), "alpha of RGB")
        self.source = self.source.with_changes(
            model=ColourModel.YUV, planes=tuple(layout), depth=8, matrix=Matrix.BT709, range=Range.LIMITED
        )
        self.numbers = codes
        return luma, chroma, alpha

    # -- chroma ----------------------------------------------------------------------------------------

    def _chroma(self, ready: Image | None, reference: Image) -> Draft:
        """Chroma on the reference grid, in .xy."""
        runner = self.runner
        if ready is not None:
            image: Image | None = ready
            size, rect = ready.size, ready.rect
        else:
            size, rect = self._chroma_geometry()
            image = self._packed_chroma(size, rect)
        scaler = self.settings.chroma_scaler or self.settings.scaler
        hooked = runner.wants(Stage.CHROMA)
        runner.fired.add(Stage.CHROMA)
        # Two planes can be sampled where they are unless a pass or a kernel of several taps reads them.
        resampled = self.source.subsampling != (1, 1) and scaler is not Scaler.BILINEAR
        if image is None and (hooked or resampled):
            image = self._merged_chroma(size, rect, hooked)
        if image is not None and hooked:
            image = runner.run(Stage.CHROMA, image)
        if image is not None:
            draft = self._to_reference(replace(image, components=2), reference, scaler)
        else:
            cb, cr = (self._plane(c, size, rect) for c in (Component.CB, Component.CR))
            halves = [
                ("us_all.x = us_part.x;", self._to_reference(cb, reference, scaler)),
                ("us_all.y = us_part.x;", self._to_reference(cr, reference, scaler)),
            ]
            draft = combine("", halves, reference.size, reference.rect, 2)
        draft = replace(draft, rect=reference.rect)
        return self._hook(Stage.CHROMA_SCALED, draft, "chroma at luma size")

    def _chroma_geometry(self) -> tuple[Size, Rect]:
        sx, sy = self.source.subsampling
        size = Size(-(-self.source.width // sx), -(-self.source.height // sy))
        return size, decode.chroma_rect(self.source, size)

    def _plane(self, component: Component, size: Size, rect: Rect) -> Image:
        return Image(self.channels[component].texture, size, rect, 1, self.numbers.mul)

    def _packed_chroma(self, size: Size, rect: Rect) -> Image | None:
        """The chroma plane itself when Cb and Cr already lie side by side (nv12)."""
        cb, cr = self.channels[Component.CB], self.channels[Component.CR]
        if (cb.letter, cr.letter) == ("r", "g") and cb.texture == cr.texture:
            return Image(cb.texture, size, rect, 2, self.numbers.mul)
        return None

    def _merged_chroma(self, size: Size, rect: Rect, hooked: bool) -> Image:
        """Cb and Cr side by side: normalised for passes, else a plain copy of the codes, which loses nothing."""
        parts = [("r", self.channels[Component.CB]), ("g", self.channels[Component.CR])]
        mul = self.numbers.mul if hooked else 1.0
        draft = decode.gather_components("merge Cb and Cr", parts, size, rect, mul, 2)
        texel = None if hooked else TexelFormat.of(2, self.source.texture_bits)
        image = self.builder.materialise(draft, "merge Cb and Cr", texel)
        return image if hooked else replace(image, mul=self.numbers.mul)

    def _to_reference(self, image: Image, reference: Image, scaler: Scaler) -> Draft:
        """An image on the grid of the reference plane, by the two rectangles."""
        step = (image.rect.width / reference.rect.width, image.rect.height / reference.rect.height)
        origin = (image.rect.x0 - reference.rect.x0 * step[0], image.rect.y0 - reference.rect.y0 * step[1])
        return resample(
            image, reference.size, origin, step, scaler,
            antialias=self.settings.antialias, exact=True, add_texture=self.builder.add_texture,
            materialise=self.builder.materialise,
        )  # fmt: skip

    def _alpha(self, alpha: Image, reference: Image) -> Draft:
        self.runner.fired.add(Stage.ALPHA)
        if self.runner.wants(Stage.ALPHA):
            alpha = self.runner.run(Stage.ALPHA, alpha)
        draft = replace(self._to_reference(alpha, reference, Scaler.BILINEAR), rect=reference.rect)
        return self._hook(Stage.ALPHA_SCALED, draft, "alpha at luma size")

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
            draft = self._hook(Stage.LINEAR, draft, "linear light")
        if sigmoid:
            draft = self._curve(draft, "sigmoidal light", light.sigmoidise())
            draft = self._hook(Stage.SIGMOID, draft, "sigmoidal light")
        draft = self._hook(Stage.PREKERNEL, draft, "input of the scaler")
        draft = self._to_target(draft, step, none)
        draft = self._hook(Stage.POSTKERNEL, draft, "output of the scaler")
        if sigmoid:
            draft = self._curve(draft, "linear light", light.desigmoidise())
        return self._hook(Stage.SCALED, draft, "scaled picture"), linear

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
            return draft.moved("crop", f"clamp(us_px + ivec2({x}, {y}), ivec2(0), {last})", target, whole)
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
        draft = self._hook(Stage.PREOUTPUT, draft, "display picture")
        draft = self._hook(Stage.OUTPUT, draft, "finished picture")
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


def _finish(request: PlanRequest, builder: PlanBuilder, picture: Draft) -> tuple[TextureId, ...]:
    """Turn the picture upright, quantise it and write the planes that were asked for."""
    source, wanted, dither = request.source, request.output, request.settings.dither
    if source.rotation:
        picture = output.rotate(picture, source.rotation)
    stored = 8 if wanted.depth <= 8 else 16
    outputs: list[TextureId] = []

    def write(plane: Draft, components: int, number: int, label: str) -> None:
        texel = TexelFormat.of(4 if components > 1 else 1, stored)
        texture = builder.add_texture(Texture(f"output {label}", plane.size, texel, Role.OUTPUT, number))
        quantised = output.quantise(plane, wanted.depth, stored, dither, max(components, 1))
        builder.steps.append(to_step(quantised, texture, "output: " + ", ".join(quantised.labels)))
        outputs.append(texture)

    if wanted.matrix is Matrix.RGB:
        if wanted.alpha and source.has_alpha:
            write(output.unpremultiply(picture), 4, 0, "RGBA")
        else:
            write(picture, 4, 0, "RGB")
        return tuple(outputs)
    image = builder.materialise(picture, "finished picture")
    write(output.luma_plane(fetch(image), wanted), 1, 0, "Y")
    for which in (0, 1):
        write(output.chroma_plane(image, wanted, which), 1, 1 + which, ("Cb", "Cr")[which])
    return tuple(outputs)
