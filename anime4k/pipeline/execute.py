"""Running a plan: the only module that draws.

`Executor.prepare` turns a plan into a flat list of bound calls; `Executor.run` walks it. Per frame nothing
is compiled, allocated or looked up.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence
from functools import partial

import moderngl
import numpy as np

from anime4k.errors import GLError, PlanError, ShaderCompileError
from anime4k.gl import raw
from anime4k.gl.device import Device
from anime4k.gl.pool import Key, TexturePool
from anime4k.gl.presenter import Presenter
from anime4k.gl.program import AnyProgram, Drawable, GLProgram, set_uniform
from anime4k.gl.texture import picture_texture
from anime4k.pipeline.plan import (
    MAX_SAMPLERS,
    Capabilities,
    FrameUniform,
    Plan,
    Role,
    Size,
    Step,
    StepKind,
    TexelFormat,
    Texture,
    TextureId,
)
from anime4k.pipeline.programs import ProgramStore, StepFailure
from anime4k.pipeline.resources import Resources

_DTYPES = {8: np.uint8, 16: np.uint16}


def capabilities(device: Device) -> Capabilities:
    """What plans must know of a device."""
    info = device.info
    return Capabilities(
        glsl=info.glsl,
        compute=info.compute,
        max_texture_size=info.max_texture_size,
        max_work_group=info.max_work_group,
        exact_gather=not info.is_software,
    )


class _BoundStep:
    """A step with everything looked up."""

    __slots__ = ("binds", "desc", "draw", "frame_values", "target")

    def __init__(self, desc: str, target: moderngl.Framebuffer | None, draw: Callable[[], None]) -> None:
        self.desc = desc
        self.target = target
        self.draw = draw
        self.binds: list[tuple[Callable[[int], None], int]] = []
        self.frame_values: list[tuple[moderngl.Uniform, FrameUniform]] = []


class Executor:
    """Runs one plan at a time on a device.

    Args:
        device: a current context.
        seed: seed of the `random` uniform.
    """

    def __init__(self, device: Device, seed: int = 0) -> None:
        self.device = device
        self.plan: Plan | None = None
        self.frame = 0
        """Frames drawn so far."""
        self._random = random.Random(seed)
        self._programs = ProgramStore(device)
        self._pool = TexturePool(device)
        self._textures: list[moderngl.Texture] = []
        self._framebuffers: list[moderngl.Framebuffer] = []
        self._steps: list[_BoundStep] = []
        self._planes: list[tuple[moderngl.Texture, tuple[int, ...], np.dtype[np.generic]]] = []
        self.resources = Resources(device)
        """What shader files declare."""
        self._idle_texture = picture_texture(device, (1, 1), 4, 8, False)
        self._idle = device.ctx.framebuffer([self._idle_texture])
        self._presenter = Presenter(device)
        self._released = False

    @property
    def compiled(self) -> int:
        """Programs compiled so far."""
        return self._programs.compiled

    @property
    def allocated(self) -> int:
        """Textures made so far."""
        return self._pool.allocated

    def reseed(self, seed: int) -> None:
        """Begin the sequence of the `random` uniform that belongs to a seed."""
        self._random = random.Random(seed)

    # -- preparation -----------------------------------------------------------------------------------

    def prepare(self, plan: Plan, *, warm_up: bool = True) -> None:
        """Compile and allocate everything a plan needs, and draw each new program once off-screen.

        Raises:
            StepFailure: a user file does not compile or its textures are impossible; nothing changes then.
        """
        programs = self._programs.of(plan)
        self._load_user_textures(plan)
        self._give_back()
        physical = self._allocate(plan)
        self._textures = physical
        self._planes = [
            (physical[i], *_expected(t.size, t.format)) for i, t in enumerate(plan.textures) if t.role is Role.PLANE
        ]
        self._steps = [self._bind(step, programs[i], physical) for i, step in enumerate(plan.steps)]
        self._pool.drain()
        self.plan = plan
        if warm_up:
            self._warm_up(plan, programs)

    def _give_back(self) -> None:
        """Return the textures of the previous plan to the pool."""
        # moderngl rebinds the last framebuffer when it makes a new one, so that one must not be deleted.
        self._idle.use()
        for framebuffer in self._framebuffers:
            framebuffer.release()
        self._framebuffers.clear()
        if self.plan is not None:
            seen: set[int] = set()
            for logical, texture in zip(self.plan.textures, self._textures, strict=True):
                if texture.glo not in seen and logical.role is not Role.CONSTANT:
                    seen.add(texture.glo)
                    self._pool.give_back(_key(logical), texture)
                elif logical.role is Role.CONSTANT:
                    texture.release()
        self.plan, self._textures, self._steps, self._planes = None, [], [], []

    def _allocate(self, plan: Plan) -> list[moderngl.Texture]:
        slots: dict[int, moderngl.Texture] = {}
        physical: list[moderngl.Texture] = []
        try:
            for logical, slot in zip(plan.textures, plan.slots, strict=True):
                if slot >= 0:
                    if slot not in slots:
                        slots[slot] = self._pool.take(_key(logical))
                    physical.append(slots[slot])
                    continue
                texture = self._pool.take(_key(logical))
                if logical.role is Role.CONSTANT:
                    texture.write(logical.payload)
                physical.append(texture)
        except GLError as error:
            for texture in {texture.glo: texture for texture in physical}.values():
                texture.release()
            self._blame(plan, len(physical), error)
            raise
        return physical

    def _blame(self, plan: Plan, texture: TextureId, error: GLError) -> None:
        """Turn an error about a texture that a user pass writes into a failure of its file."""
        for step in plan.steps:
            if texture in step.outputs and step.origin is not None:
                reason = f"the result of the pass \"{step.desc}\" cannot be stored: {error}"
                place = step.origin
                raise StepFailure(step.file, ShaderCompileError(place.path, place.line, reason)) from error

    def _bind(self, step: Step, compiled: AnyProgram, physical: Sequence[moderngl.Texture]) -> _BoundStep:
        outputs = [physical[output] for output in step.outputs]
        program: GLProgram = compiled.program
        if isinstance(compiled, Drawable):
            target = self.device.ctx.framebuffer(outputs)
            self._framebuffers.append(target)
            bound = _BoundStep(step.desc, target, partial(compiled.vertex_array.render, moderngl.TRIANGLES, 3))
        else:
            clearing = self.device.ctx.framebuffer(outputs)
            self._framebuffers.append(clearing)
            bound = _BoundStep(step.desc, None, self._dispatching(compiled.program, step, clearing, outputs[0]))
        for unit, sampler in enumerate(step.samplers):
            set_uniform(program, sampler.uniform, (unit,))
            bound.binds.append((physical[sampler.texture].use, unit))
        self._bind_user_textures(step, program, bound, len(step.samplers))
        self._bind_buffers(step, program, bound)
        for uniform in step.uniforms:
            set_uniform(program, uniform.name, uniform.values)
        for frame_uniform in step.frame_uniforms:
            member = program.get(frame_uniform.value, None)
            if isinstance(member, moderngl.Uniform):
                bound.frame_values.append((member, frame_uniform))
        if step.kind is StepKind.FRAGMENT and step.has_side_effects:
            bound.draw = _followed_by(bound.draw, self.device.ctx.memory_barrier)
        return bound

    def _bind_user_textures(self, step: Step, program: GLProgram, bound: _BoundStep, unit: int) -> None:
        image = 1
        for wanted in step.user_textures:
            texture = self.resources.texture(wanted)
            if wanted.decl.storage:
                bound.binds.append((texture.use_as_image, image))
                image += 1
            else:
                set_uniform(program, wanted.decl.name, (unit,))
                bound.binds.append((texture.use, unit))
                unit += 1

    def _bind_buffers(self, step: Step, program: GLProgram, bound: _BoundStep) -> None:
        for binding, wanted in enumerate(step.buffers):
            buffer = self.resources.buffer(wanted.decl)
            if wanted.decl.storage:
                bound.binds.append((buffer.bind_to_storage_buffer, binding))
            else:
                block = program.get(f"us_block_{wanted.decl.name}", None)
                if isinstance(block, moderngl.UniformBlock):
                    block.binding = binding
                bound.binds.append((buffer.bind_to_uniform_block, binding))

    def _dispatching(
        self,
        compiled: moderngl.ComputeShader,
        step: Step,
        clearing: moderngl.Framebuffer,
        output: moderngl.Texture,
    ) -> Callable[[], None]:
        gl, barrier, (gx, gy) = self.device.raw, self.device.ctx.memory_barrier, step.groups
        internal = 0x8814 if output.dtype == "f4" else 0x881A

        def dispatch() -> None:
            # Texels that no thread writes are zero rather than whatever the memory held.
            clearing.clear()
            gl("glBindImageTexture", 0, output.glo, 0, 0, 0, raw.WRITE_ONLY, internal)
            compiled.run(gx, gy, 1)
            barrier()

        return dispatch

    def _load_user_textures(self, plan: Plan) -> None:
        for step in plan.steps:
            for wanted in step.user_textures:
                try:
                    self.resources.texture(wanted)
                except GLError as error:
                    origin = wanted.decl.origin
                    reason = f"the texture {wanted.decl.name} cannot be made: {error}"
                    raise StepFailure(wanted.file, ShaderCompileError(origin.path, origin.line, reason)) from error

    def _warm_up(self, plan: Plan, programs: Sequence[AnyProgram]) -> None:
        """Draw one pixel with every new program: drivers finish compiling at the first draw."""
        context = self.device.ctx
        self._reset_state()
        for step, program, bound in zip(plan.steps, programs, self._steps, strict=True):
            if not isinstance(program, Drawable) or program.drawn or step.has_side_effects or bound.target is None:
                continue
            program.drawn = True
            for use, unit in bound.binds:
                use(unit)
            bound.target.use()
            bound.target.scissor = (0, 0, 1, 1)
            bound.draw()
            bound.target.scissor = None  # type: ignore[assignment]
        context.finish()

    # -- frames ----------------------------------------------------------------------------------------

    def _reset_state(self) -> None:
        context = self.device.ctx
        context.enable_only(moderngl.NOTHING)
        context.wireframe = False
        context.clear_samplers(0, MAX_SAMPLERS)
        self.device.raw("glDisable", raw.SCISSOR_TEST)
        self.device.raw("glDisable", raw.DITHER)
        self.device.raw("glDisable", raw.FRAMEBUFFER_SRGB)

    def upload(self, planes: Sequence[np.ndarray]) -> None:
        """Copy the planes of a frame to the device; rows may be padded.

        Raises:
            PlanError: number, shape or type of the planes differ from the plan's.
        """
        if len(planes) != len(self._planes):
            raise PlanError(f"The plan expects {len(self._planes)} planes, the frame has {len(planes)}.")
        for plane, (texture, shape, dtype) in zip(planes, self._planes, strict=True):
            if plane.shape != shape or plane.dtype != dtype:
                raise PlanError(
                    f"The plan expects a plane of {shape} {dtype}, the frame has {plane.shape} {plane.dtype}."
                )
            texture.write(np.ascontiguousarray(plane))

    def run(self, pts_s: float) -> None:
        """Draw a frame of the uploaded planes."""
        self.frame += 1
        self._reset_state()
        for step in self._steps:
            self._run_step(step, pts_s)

    def _run_step(self, step: _BoundStep, pts_s: float) -> None:
        for use, unit in step.binds:
            use(unit)
        for uniform, kind in step.frame_values:
            if kind is FrameUniform.RANDOM:
                uniform.value = self._random.random()
            else:
                uniform.value = self.frame if kind is FrameUniform.FRAME else pts_s
        if step.target is not None:
            step.target.use()
        step.draw()

    def skip(self, frames: int) -> None:
        """Let the frame counter and the random numbers go on as if `frames` frames had been drawn with this plan."""
        self.frame += frames
        draws = sum(kind is FrameUniform.RANDOM for step in self._steps for _, kind in step.frame_values)
        for _ in range(frames * draws):
            self._random.random()

    def run_measured(self, pts_s: float) -> list[tuple[str, float]]:
        """Like `run`, waiting for every step: (description, milliseconds of wall clock) per step."""
        self.frame += 1
        self._reset_state()
        self.device.ctx.finish()
        timings: list[tuple[str, float]] = []
        for step in self._steps:
            start = time.perf_counter()
            self._run_step(step, pts_s)
            self.device.ctx.finish()
            timings.append((step.desc, (time.perf_counter() - start) * 1e3))
        return timings

    def output(self, number: int) -> moderngl.Texture:
        """The texture of an output plane."""
        assert self.plan is not None, "prepare() comes first"
        return self._textures[self.plan.outputs[number]]

    def read(self, number: int) -> np.ndarray:
        """An output plane, top row first: (h, w) or (h, w, 4), uint8 or uint16."""
        assert self.plan is not None, "prepare() comes first"
        return self.read_texture(self.plan.outputs[number])

    def read_texture(self, texture: TextureId) -> np.ndarray:
        """Any texture of the plan as it is after the frame; a later step may have reused its memory."""
        assert self.plan is not None, "prepare() comes first"
        logical = self.plan.textures[texture]
        shape, dtype = _expected(logical.size, logical.format)
        return np.frombuffer(self._textures[texture].read(alignment=1), dtype).reshape(shape)

    def present(self, framebuffer_size: tuple[int, int], rect: tuple[int, int, int, int]) -> None:
        """Draw the last picture into the window, black around it.

        Args:
            framebuffer_size: of the window, in pixels.
            rect: (x, y, width, height) of the picture, from the top-left corner.
        """
        self._reset_state()
        self._presenter.draw(self.output(0), framebuffer_size, rect)

    def release(self) -> None:
        """Delete every GL object; the executor is of no use afterwards."""
        if self._released:
            return
        self._released = True
        self._presenter.release()
        self._give_back()
        self.device.ctx.detect_framebuffer(0).use()
        self._idle.release()
        self._idle_texture.release()
        self._pool.drain()
        self._programs.release()
        self.resources.forget_all_but(())


def _followed_by(first: Callable[[], None], second: Callable[[], None]) -> Callable[[], None]:
    def both() -> None:
        first()
        second()

    return both


def _key(texture: Texture) -> Key:
    size, texel = texture.size, texture.format
    return (size.width, size.height), texel.components, texel.bits, texel.is_float


def _expected(size: Size, texel: TexelFormat) -> tuple[tuple[int, ...], np.dtype[np.generic]]:
    """Shape and type of the array that holds a texture of this size and format."""
    shape = (size.height, size.width) + ((texel.components,) if texel.components > 1 else ())
    kind = (np.float16 if texel.bits == 16 else np.float32) if texel.is_float else _DTYPES[texel.bits]
    return shape, np.dtype(kind)
