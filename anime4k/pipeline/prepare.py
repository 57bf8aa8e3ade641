"""From a plan to bound calls, one small piece of work after another, so that frames can be drawn in between."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Sequence
from functools import partial

import moderngl
import numpy as np

from anime4k.errors import GLError, ShaderCompileError
from anime4k.gl import raw
from anime4k.gl.cells import CellList
from anime4k.gl.pool import Key
from anime4k.gl.program import CELL, AnyProgram, Drawable, GLProgram, set_uniform
from anime4k.gl.texture import internal_format
from anime4k.pipeline.plan import (
    MAX_SAMPLERS,
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
from anime4k.pipeline.programs import StepFailure
from anime4k.pipeline.resources import Resources
from anime4k.pipeline.reuse import steady
from anime4k.pipeline.stock import Stock
from anime4k.pipeline.tiles import Finder, Rectangles, places

_CELL_BYTES = 16
_DTYPES = {8: np.uint8, 16: np.uint16}


class BoundStep:
    """A step with everything looked up."""

    __slots__ = ("binds", "desc", "draw", "draw_cells", "frame_values", "target", "warm")

    def __init__(self, desc: str, target: moderngl.Framebuffer | None, draw: Callable[[], None]) -> None:
        self.desc = desc
        self.target = target
        self.draw = draw
        self.warm = draw
        """Does as little as possible with the program."""
        self.draw_cells = draw
        """Draws what has been chosen of the result."""
        self.binds: list[tuple[Callable[[int], None], int]] = []
        self.frame_values: list[tuple[moderngl.Uniform, FrameUniform]] = []


class Prepared:
    """Everything that drawing a plan needs; half of it while a `Preparation` is under way.

    Args:
        stock: where programs and textures come from and go to.
        plan: what will be drawn.
    """

    def __init__(self, stock: Stock, plan: Plan) -> None:
        self.plan = plan
        self.programs: list[AnyProgram] = []
        self.textures: list[moderngl.Texture] = []
        self.framebuffers: list[moderngl.Framebuffer] = []
        self.steps: list[BoundStep] = []
        self.planes: list[tuple[moderngl.Texture, tuple[int, ...], np.dtype[np.generic]]] = []
        self.steady = steady(plan)
        """Whether equal planes make an equal picture."""
        self.finder = Finder(plan) if plan.tiling else None
        """Finds what has changed, where results stay."""
        self.cells: list[CellList] = []
        """What is drawn of the results of every grid."""
        self.arrays: list[moderngl.VertexArray] = []
        self._stock = stock

    def release(self) -> None:
        """Give programs and textures back to the stock, which keeps them for the next plan."""
        self.release_textures()
        self._stock.programs.give_back(self.programs)
        self.programs = []

    def release_textures(self) -> None:
        """Give the textures back; the programs stay lent."""
        if self.framebuffers:
            # moderngl rebinds the last framebuffer when it makes a new one, so that one must not be deleted.
            self._stock.idle.use()
        for framebuffer in self.framebuffers:
            framebuffer.release()
        for array in self.arrays:
            array.release()
        for cells in self.cells:
            cells.release()
        seen: set[int] = set()
        for logical, texture in zip(self.plan.textures, self.textures, strict=False):
            if texture.glo in seen:
                continue
            seen.add(texture.glo)
            if logical.role is Role.CONSTANT:
                self._stock.pool.delete(texture)
            else:
                self._stock.pool.give_back(_key(logical), texture)
        self.textures, self.framebuffers, self.steps, self.planes = [], [], [], []
        self.cells, self.arrays = [], []


class Preparation:
    """Compiles and allocates what a plan needs and draws each new program once off-screen, piece by piece.

    Args:
        stock: where programs and textures come from.
        resources: what shader files declare.
        plan: what will be drawn.
        alone: whether no other chain is there, so that a file whose textures find no room is to blame for it.
        everything: also draw with programs that write what outlives the frame.
    """

    def __init__(
        self, stock: Stock, resources: Resources, plan: Plan, *, alone: bool = True, everything: bool = False
    ) -> None:
        self._alone = alone
        self._everything = everything
        self.result = Prepared(stock, plan)
        self.done = 0
        """Pieces of work done."""
        self.total = 3 * len(plan.steps) + len(plan.textures)
        self._stock = stock
        self._resources = resources
        self._pieces = self._all()

    def advance(self, budget_s: float) -> bool:
        """Work for about so long, at least one piece; whether everything is ready.

        Raises:
            StepFailure: a user file does not compile or its textures are impossible.
            GLError: there is no memory.
        """
        end = time.perf_counter() + budget_s
        for _ in self._pieces:
            self.done += 1
            if time.perf_counter() >= end:
                return False
        return True

    def drop(self) -> None:
        """Give up: everything goes back to the stock."""
        self._pieces.close()
        self.result.release()

    def _all(self) -> Generator[None, None, None]:
        yield from self.compiling()
        yield from self.building()
        yield from self.warming()

    # -- the pieces ------------------------------------------------------------------------------------

    def compiling(self) -> Generator[None, None, None]:
        """Programs and the textures that files declare."""
        for step in self.result.plan.steps:
            self.result.programs.append(self._stock.programs.lend(step))
            self._load_user_textures(step)
            yield

    def building(self) -> Generator[None, None, None]:
        """Textures, framebuffers, uniforms."""
        made, plan = self.result, self.result.plan
        yield from self._allocate()
        made.planes = [
            (made.textures[i], *expected(t.size, t.format)) for i, t in enumerate(plan.textures) if t.role is Role.PLANE
        ]
        if plan.tiling:
            made.cells = [
                CellList(
                    self._stock.device, places if grid.grouped else Rectangles(grid),
                    len(grid.columns) * len(grid.rows) * _CELL_BYTES,
                )
                for grid in plan.tiling.grids
            ]  # fmt: skip
        for number, step in enumerate(plan.steps):
            made.steps.append(self._bind(step, made.programs[number]))
            if plan.tiling:
                cells = made.cells[plan.tiling.of_steps[number]]
                self._bind_cells(step, made.steps[-1], made.programs[number], cells)
            yield

    def warming(self) -> Generator[None, None, None]:
        """Draw one pixel with every new program: drivers finish compiling at the first draw."""
        made, context = self.result, self._stock.device.ctx
        for step, program, bound in zip(made.plan.steps, made.programs, made.steps, strict=True):
            if program.drawn or (step.has_side_effects and not self._everything):
                continue
            program.drawn = True
            reset_state(self._stock)
            for use, unit in bound.binds:
                use(unit)
            if bound.target is not None:
                bound.target.use()
                bound.target.scissor = (0, 0, 1, 1)
            bound.warm()
            if bound.target is not None:
                bound.target.scissor = None  # type: ignore[assignment]
            context.finish()
            yield

    def _allocate(self) -> Generator[None, None, None]:
        slots: dict[int, moderngl.Texture] = {}
        made, plan = self.result, self.result.plan
        needed = {i for step in plan.steps for i in (*step.outputs, *(sampler.texture for sampler in step.samplers))}
        try:
            for number, (logical, slot) in enumerate(zip(plan.textures, plan.slots, strict=True)):
                if logical.role is Role.STEP and number not in needed:
                    made.textures.append(made.textures[0])  # a rewrite has made it superfluous: it takes no memory
                    continue
                if slot >= 0 and slot in slots:
                    made.textures.append(slots[slot])
                    continue
                texture = self._stock.pool.take(_key(logical))
                made.textures.append(texture)
                if slot >= 0:
                    slots[slot] = texture
                elif logical.role is Role.CONSTANT:
                    texture.write(logical.payload)
                yield
        except GLError as error:
            number = len(made.textures)
            made.release_textures()
            self._stock.pool.drain()
            if self._alone:
                self._blame(plan, number, error)
            raise

    def _blame(self, plan: Plan, texture: TextureId, error: GLError) -> None:
        """Turn an error about a texture that a user pass writes into a failure of its file."""
        for step in plan.steps:
            if texture in step.outputs and step.origin is not None:
                reason = f"the result of the pass \"{step.desc}\" cannot be stored: {error}"
                place = step.origin
                failure = ShaderCompileError(place.path, place.line, reason)
                # Results that stay take more memory than those that share it.
                raise StepFailure(step.file, failure, rewritten=plan.tiling is not None) from error

    def _load_user_textures(self, step: Step) -> None:
        for wanted in step.user_textures:
            try:
                self._resources.texture(wanted)
            except GLError as error:
                origin = wanted.decl.origin
                reason = f"the texture {wanted.decl.name} cannot be made: {error}"
                raise StepFailure(wanted.file, ShaderCompileError(origin.path, origin.line, reason)) from error

    def _bind(self, step: Step, compiled: AnyProgram) -> BoundStep:
        physical, device = self.result.textures, self._stock.device
        outputs = [physical[output] for output in step.outputs]
        program: GLProgram = compiled.program
        if isinstance(compiled, Drawable):
            target = self._framebuffer(outputs)
            bound = BoundStep(step.desc, target, partial(compiled.vertex_array.render, moderngl.TRIANGLES, 3))
        else:
            # Texels that no thread of a file's own program writes are zero rather than whatever the memory held.
            clear = self._framebuffer(outputs).clear if step.block is None else None
            bound = BoundStep(step.desc, None, self._dispatching(compiled.program, lambda: step.groups, step, clear))
            bound.warm = self._dispatching(compiled.program, lambda: (1, 1), step, clear)
            set_uniform(program, "us_listed", (False,))
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
            bound.draw = _followed_by(bound.draw, device.ctx.memory_barrier)
        return bound

    def _bind_cells(self, step: Step, bound: BoundStep, compiled: AnyProgram, cells: CellList) -> None:
        """Let a step also draw a part of its result."""
        if isinstance(compiled, Drawable):
            array = self._stock.device.ctx.vertex_array(compiled.program, [(cells.buffer, "4f/i", CELL)])
            self.result.arrays.append(array)

            def draw() -> None:
                if cells.count:
                    array.render(moderngl.TRIANGLE_STRIP, 4, instances=cells.count)

            bound.draw_cells = draw
            return
        listed = compiled.program["us_listed"]
        part = self._dispatching(compiled.program, lambda: (cells.count, 1), step)
        assert isinstance(listed, moderngl.Uniform)

        def dispatch() -> None:
            if cells.count:
                cells.buffer.bind_to_storage_buffer(0)
                listed.value = True
                part()
                listed.value = False

        bound.draw_cells = dispatch

    def _bind_user_textures(self, step: Step, program: GLProgram, bound: BoundStep, unit: int) -> None:
        image = 1
        for wanted in step.user_textures:
            texture = self._resources.texture(wanted)
            if wanted.decl.storage:
                bound.binds.append((texture.use_as_image, image))
                image += 1
            else:
                set_uniform(program, wanted.decl.name, (unit,))
                bound.binds.append((texture.use, unit))
                unit += 1

    def _bind_buffers(self, step: Step, program: GLProgram, bound: BoundStep) -> None:
        for binding, wanted in enumerate(step.buffers):
            buffer = self._resources.buffer(wanted.decl)
            if wanted.decl.storage:
                bound.binds.append((buffer.bind_to_storage_buffer, binding))
            else:
                block = program.get(f"us_block_{wanted.decl.name}", None)
                if isinstance(block, moderngl.UniformBlock):
                    block.binding = binding
                bound.binds.append((buffer.bind_to_uniform_block, binding))

    def _framebuffer(self, outputs: Sequence[moderngl.Texture]) -> moderngl.Framebuffer:
        made = self._stock.device.ctx.framebuffer(outputs)
        self.result.framebuffers.append(made)
        return made

    def _dispatching(
        self,
        compiled: moderngl.ComputeShader,
        groups: Callable[[], tuple[int, int]],
        step: Step,
        clear: Callable[[], None] | None = None,
    ) -> Callable[[], None]:
        device = self._stock.device
        gl, barrier = device.raw, device.ctx.memory_barrier
        images = [
            (unit, self.result.textures[output].glo, internal_format(*self.result.plan.textures[output].format.value))
            for unit, output in enumerate(step.outputs)
        ]

        def dispatch() -> None:
            if clear is not None:
                clear()
            for unit, texture, internal in images:
                gl("glBindImageTexture", unit, texture, 0, 0, 0, raw.WRITE_ONLY, internal)
            compiled.run(*groups(), 1)
            barrier()

        return dispatch


def reset_state(stock: Stock) -> None:
    """The GL state in which steps are drawn, whatever others have left."""
    context, gl = stock.device.ctx, stock.device.raw
    context.enable_only(moderngl.NOTHING)
    context.wireframe = False
    context.clear_samplers(0, MAX_SAMPLERS)
    gl("glDisable", raw.SCISSOR_TEST)
    gl("glDisable", raw.DITHER)
    gl("glDisable", raw.FRAMEBUFFER_SRGB)
    gl("glVertexAttrib4f", 0, 0.0, 0.0, 0.0, 1.0)  # the whole picture rather than cells


def expected(size: Size, texel: TexelFormat) -> tuple[tuple[int, ...], np.dtype[np.generic]]:
    """Shape and type of the array that holds a texture of this size and format."""
    shape = (size.height, size.width) + ((texel.components,) if texel.components > 1 else ())
    kind = (np.float16 if texel.bits == 16 else np.float32) if texel.is_float else _DTYPES[texel.bits]
    return shape, np.dtype(kind)


def _followed_by(first: Callable[[], None], second: Callable[[], None]) -> Callable[[], None]:
    def both() -> None:
        first()
        second()

    return both


def _key(texture: Texture) -> Key:
    size, texel = texture.size, texture.format
    return (size.width, size.height), texel.components, texel.bits, texel.is_float
