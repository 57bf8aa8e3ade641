"""Running the passes of user shader files at a hook point, on paper."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from anime4k.errors import ExpressionError
from anime4k.hooks.compat import Compat
from anime4k.hooks.decl import Expression, Filter, PassDecl, ShaderFile, SizeOf
from anime4k.hooks.params import variable_lookup
from anime4k.hooks.rpn import evaluate
from anime4k.hooks.stages import Stage, canonical_name
from anime4k.pipeline import cost, glsl
from anime4k.pipeline.binding import Binds, resolve
from anime4k.pipeline.build import PlanBuilder
from anime4k.pipeline.builtin.draft import Draft, Image, fetch
from anime4k.pipeline.capabilities import Capabilities
from anime4k.pipeline.filestate import FileState, describe, save_name
from anime4k.pipeline.offsets import align_shift, new_rect
from anime4k.pipeline.parts import BoundTexture
from anime4k.pipeline.plan import (
    MAX_SAMPLERS,
    MAX_TEXELS,
    Disabled,
    Rect,
    Size,
    Skip,
    Step,
    UserBuffer,
    UserTexture,
)


class _FileFailure(Exception):
    """A pass cannot run in a way that disables its whole file; carries the reason."""


@dataclass(frozen=True)
class Lights:
    """GLSL for the `linearize` and `delinearize` functions that passes may call."""

    linearize: str
    delinearize: str


class HookRunner:
    """Visits every hook point in order and turns the passes that run into steps.

    Args:
        files: shader files in the user's order.
        values: parameter values per file.
        disabled: files to leave out, index -> reason.
        builder: receives steps and textures.
        crop: visible source rectangle on the reference plane.
        target: size of the picture on the output.
        capabilities: of the device.
        compat: whose semantics to follow.
        lights: light functions for passes.
    """

    def __init__(
        self,
        files: Sequence[ShaderFile],
        values: Sequence[Mapping[str, float]],
        disabled: Mapping[int, str],
        builder: PlanBuilder,
        crop: Rect,
        target: Size,
        capabilities: Capabilities,
        compat: Compat,
        lights: Lights,
    ) -> None:
        self.builder = builder
        self.target = target
        self.capabilities = capabilities
        self.compat = compat
        self.lights = lights
        self.crop = crop
        self.reference_rect = crop
        self.skipped: list[Skip] = []
        self.disabled: dict[int, str] = dict(disabled)
        self.pts_dependent = False
        self.fired: set[Stage] = set()
        self._all = list(files)
        self._states = [
            FileState.of(i, f, values[i]) for i, f in enumerate(files) if i not in disabled
        ]
        if compat is Compat.GPU:  # one table for all files
            shared: dict[str, Image] = {}
            for state in self._states:
                state.table = shared

    def wants(self, *stages: Stage) -> bool:
        """Whether any file hooks, binds or measures the image of one of these stages."""
        return any(state.concerns(stage) for state in self._enabled() for stage in stages)

    def run(self, stage: Stage, image: Image) -> Image:
        """Run the passes that hook `stage` on its image; returns the image after them."""
        self.fired.add(stage)
        for state in self._enabled():
            if state.concerns(stage):
                image = self._run_file(state, stage, image)
        return image

    def hook(self, stage: Stage, draft: Draft, label: str) -> Draft:
        """Run a stage on a picture in the making; when no file wants the stage it stays undrawn."""
        if not self.wants(stage):
            self.fired.add(stage)
            return draft
        image = self.run(stage, self.builder.materialise(draft, label))
        # What a pass declares about its output does not change what a picture consists of.
        return fetch(replace(image, components=draft.components))

    def finish(self) -> tuple[tuple[Skip, ...], tuple[Disabled, ...]]:
        """Everything that did not run: skipped passes (also at stages that never fired) and disabled files."""
        for state in self._states:
            if state.index in self.disabled:
                continue
            for declaration in state.file.passes:
                for stage in declaration.hooks:
                    if stage not in self.fired:
                        self._skip(declaration, stage, _NEVER_FIRED.get(stage, "this stage does not occur here"))
                for name in declaration.unknown_hooks:
                    self._skip(declaration, None, f"no stage is called {name}")
                if not declaration.hooks and not declaration.unknown_hooks:
                    self._skip(declaration, None, "it has no HOOK line")
        disabled = tuple(Disabled(i, self._all[i].path, reason) for i, reason in sorted(self.disabled.items()))
        return tuple(self.skipped), disabled

    def move_reference(self, rect: Rect) -> None:
        """Tell where the visible source lies from now on, after the reference plane was prescaled."""
        self.reference_rect = rect

    # -- one file at one stage -------------------------------------------------------------------------

    def _enabled(self) -> list[FileState]:
        return [state for state in self._states if state.index not in self.disabled]

    def _run_file(self, state: FileState, stage: Stage, image: Image) -> Image:
        current, replaced = image, False
        if stage.text in state.referenced:
            state.table[stage.text] = current
        try:
            for declaration in state.file.passes:
                if stage not in declaration.hooks:
                    continue
                result = self._run_pass(state, stage, declaration, current)
                if result is None:
                    continue
                name = save_name(declaration, stage)
                state.table[name] = result
                if name == stage.text:
                    current, replaced = result, True
                    if stage in (Stage.NATIVE, Stage.MAIN):
                        self.reference_rect = result.rect
        except _FileFailure as failure:
            # The journey is planned again without the file, so nothing needs to be undone.
            self.disabled[state.index] = str(failure)
            return image
        moved = current.size != image.size or not current.rect.close_to(image.rect)
        if replaced and moved and not stage.resizable:
            reason = f"it resizes the image of {stage.text} ({image.size} to {current.size}), which has a fixed size"
            self.disabled[state.index] = reason
            return image
        return current

    def _run_pass(self, state: FileState, stage: Stage, declaration: PassDecl, current: Image) -> Image | None:
        """Plan one pass; None when it is skipped.

        Raises:
            _FileFailure: the whole file must be disabled.
        """
        if declaration.when is not None:
            try:
                value = self._evaluate(state, declaration.when, current)
            except ExpressionError as error:
                self._skip(declaration, stage, f"WHEN has no value: {error}")
                return None
            if not value:
                self._skip(declaration, stage, self._why_not(state, declaration.when, current))
                return None
        binds = resolve(state, stage, declaration, current, self.fired)
        if isinstance(binds, str):
            self._skip(declaration, stage, binds)
            return None
        size = self._output_size(state, declaration, current)
        self._check_compute(declaration)
        self._check_storage(declaration, binds)
        overwrites = save_name(declaration, stage) == stage.text
        shift = align_shift(declaration, current, self.crop) if overwrites else (0.0, 0.0)
        rect = new_rect(declaration, current, size, self.crop) if overwrites else Rect(0, 0, size.width, size.height)
        components = declaration.components or current.components
        step = self._write(state, stage, declaration, binds, size, shift, components)
        self.builder.steps.append(step)
        return Image(step.outputs[0], size, rect, components)

    # -- expressions -----------------------------------------------------------------------------------

    def _size_of(self, state: FileState, current: Image, name: str) -> tuple[float, float] | None:
        if name == "HOOKED":
            return (current.size.width, current.size.height)
        if name == "OUTPUT":
            return (self.target.width, self.target.height)
        if name == "NATIVE_CROPPED":
            return (self.reference_rect.width, self.reference_rect.height)
        image = state.table.get(canonical_name(name))
        return None if image is None else (image.size.width, image.size.height)

    def _evaluate(self, state: FileState, expression: Expression, current: Image) -> float:
        if glsl.PTS in expression.variables:
            self.pts_dependent = True
        lookup = variable_lookup(state.file, state.values)
        return float(
            evaluate(expression, lambda name: self._size_of(state, current, name), lookup, compat=self.compat)
        )

    def _why_not(self, state: FileState, expression: Expression, current: Image) -> str:
        """The reason in words why a WHEN is false: the expression with the sizes it saw."""
        seen: list[str] = []
        for token in expression.tokens:
            if isinstance(token, SizeOf):
                size = self._size_of(state, current, token.name)
                if size is not None:
                    extent = size[0] if token.axis.value == "w" else size[1]
                    seen.append(f"{token.name}.{token.axis.value} = {extent:g}")
        lookup = variable_lookup(state.file, state.values)
        seen += [f"{name} = {lookup(name):g}" for name in sorted(expression.variables) if lookup(name) is not None]
        facts = ", ".join(dict.fromkeys(seen))
        ratio = self.target.width / self.reference_rect.width
        return f"WHEN {expression.text} is false ({facts}; the output is {ratio:.2f}x the picture here)"

    # -- geometry --------------------------------------------------------------------------------------

    def _output_size(self, state: FileState, declaration: PassDecl, current: Image) -> Size:
        extents: list[int] = []
        for expression, default in (
            (declaration.width, current.size.width),
            (declaration.height, current.size.height),
        ):
            if expression is None:
                extents.append(default)
                continue
            try:
                value = self._evaluate(state, expression, current)
            except ExpressionError as error:
                raise _FileFailure(f"{error}, so the size has no value") from error
            extent = math.floor(value + 0.5) if math.isfinite(value) else 0
            if extent < 1:
                raise _FileFailure(f"{expression.origin}: {expression.text} gives a size of {value:g}")
            if extent > self.capabilities.max_texture_size:
                raise _FileFailure(
                    f"{expression.origin}: {expression.text} asks for {extent} texels, the device's largest "
                    f"texture has {self.capabilities.max_texture_size}"
                )
            extents.append(extent)
        size = Size(*extents)
        if size.area > MAX_TEXELS:
            raise _FileFailure(f"{declaration.origin}: a result of {size} is more than the {MAX_TEXELS} texels allowed")
        return size

    # -- text ------------------------------------------------------------------------------------------

    def _check_compute(self, declaration: PassDecl) -> None:
        compute = declaration.compute
        if compute is None:
            return
        if not self.capabilities.compute:
            raise _FileFailure(
                f"{declaration.origin}: a compute pass needs OpenGL 4.3, this context offers GLSL "
                f"{self.capabilities.glsl / 100:.2f} without compute; use the file's fragment variant"
            )
        threads = compute.threads_x * compute.threads_y
        if threads > self.capabilities.max_work_group:
            raise _FileFailure(
                f"{declaration.origin}: COMPUTE asks for {threads} threads a group, the device allows "
                f"{self.capabilities.max_work_group}"
            )

    def _check_storage(self, declaration: PassDecl, binds: Binds) -> None:
        if self.capabilities.compute:
            return
        names = [texture.name for texture in binds.textures if texture.storage]
        names += [buffer.name for buffer in binds.buffers if buffer.storage]
        if names:
            raise _FileFailure(
                f"{declaration.origin}: it writes {names[0]}, and storage needs OpenGL 4.3, which this context does "
                "not offer"
            )

    def _write(
        self,
        state: FileState,
        stage: Stage,
        declaration: PassDecl,
        binds: Binds,
        size: Size,
        shift: tuple[float, float],
        components: int,
    ) -> Step:
        samplers = len(binds.images) + sum(not texture.storage for texture in binds.textures)
        if samplers > MAX_SAMPLERS:
            raise _FileFailure(f"{declaration.origin}: it reads {samplers} textures, the limit is {MAX_SAMPLERS}")
        bound = [
            BoundTexture(
                image.texture, names, image.size, image.mul,
                shift if "HOOKED" in names or stage.text in names else (0.0, 0.0), (image.rect.x0, image.rect.y0),
            )
            for image, names in binds.images
        ]  # fmt: skip
        reference = self.reference_rect
        around = glsl.Surroundings(
            out_size=size,
            input_size=(reference.width, reference.height),
            target_size=(float(self.target.width), float(self.target.height)),
            tex_offset=(reference.x0, reference.y0),
            linearize=self.lights.linearize,
            delinearize=self.lights.delinearize,
            texel=self.builder.intermediate,
            exact_gather=self.capabilities.exact_gather,
            glsl=self.capabilities.glsl,
            mask_components=components if self.compat is Compat.GPU and declaration.compute is None else 0,
        )
        written = glsl.write_pass(
            declaration, state.file, bound, binds.textures, binds.buffers, state.values, around
        )
        label = save_name(declaration, stage)
        output = self.builder.add_step_texture(label, size)
        default_filter = Filter.LINEAR if self.compat is Compat.GPU else Filter.NEAREST
        reads, adds = cost.count(declaration.body)
        compute = declaration.compute
        groups = (
            (-(-size.width // compute.block_width), -(-size.height // compute.block_height)) if compute else (0, 0)
        )
        invocations = size.area if compute is None else groups[0] * groups[1] * compute.threads_x * compute.threads_y
        return Step(
            desc=describe(declaration),
            stage=stage,
            origin=declaration.origin,
            file=state.index,
            program=written.program,
            samplers=written.samplers,
            user_textures=tuple(UserTexture(state.index, t, t.filter or default_filter) for t in binds.textures),
            buffers=tuple(UserBuffer(state.index, b) for b in binds.buffers),
            uniforms=written.uniforms,
            frame_uniforms=written.frame_uniforms,
            outputs=(output,),
            size=size,
            groups=groups,
            reads=reads * invocations,
            multiply_adds=adds * invocations,
            parts=written.parts,
        )

    def _skip(self, declaration: PassDecl, stage: Stage | None, reason: str) -> None:
        self.skipped.append(Skip(describe(declaration), stage, declaration.origin, reason))


_NEVER_FIRED: dict[Stage, str] = {
    Stage.RGB: "the source is not RGB",
    Stage.LUMA: "the source is RGB and has no LUMA image (--source yuv makes one)",
    Stage.CHROMA: "the source has no chroma planes",
    Stage.ALPHA: "the source has no alpha plane of its own",
    Stage.XYZ: "the source is not XYZ",
    Stage.CHROMA_SCALED: "the source has no chroma planes",
    Stage.ALPHA_SCALED: "the source has no alpha plane of its own",
    Stage.SIGMOID: "HDR pictures are not scaled in sigmoidal light",
}
