"""Running a plan: the only module that draws.

`Executor.prepare` turns a plan into a flat list of bound calls, at once or (`begin`, `adopt`) piece by piece while
another plan is being drawn; `Executor.run` walks it. Per frame nothing is compiled, allocated or looked up.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence

import moderngl
import numpy as np

from anime4k.errors import PlanError
from anime4k.gl.counts import Counts
from anime4k.gl.device import Device
from anime4k.gl.look import NEUTRAL, Fill, Look
from anime4k.gl.presenter import Placed
from anime4k.gl.timers import WallTimers, timers_for
from anime4k.pipeline.capabilities import Capabilities
from anime4k.pipeline.costs import NO_COST, FrameCost, Tally, Watch
from anime4k.pipeline.parts import Block
from anime4k.pipeline.plan import FrameUniform, Plan, TextureId
from anime4k.pipeline.prepare import BoundStep, Preparation, Prepared, expected, reset_state
from anime4k.pipeline.resources import Resources
from anime4k.pipeline.reuse import LastPlanes, alike, same_planes
from anime4k.pipeline.stock import Stock
from anime4k.pipeline.tiles import Mask, bands, changed_tiles, mostly_other, stretches


def capabilities(device: Device) -> Capabilities:
    """What plans must know of a device."""
    info = device.info
    return Capabilities(
        glsl=info.glsl,
        compute=info.compute,
        max_texture_size=info.max_texture_size,
        max_work_group=info.max_work_group,
        exact_gather=not info.is_software,
        cuts_halves=info.is_software,
        block=SOFTWARE_BLOCK if info.is_software and info.compute else None,
        winograd=SOFTWARE_WINOGRAD if info.is_software and info.compute else None,
    )


SOFTWARE_BLOCK = Block(pixels=(4, 1), threads=(16, 4))
"""What `benchmarks/forms.py` found best with Mesa's software renderer."""
SOFTWARE_WINOGRAD = Block(pixels=(4, 2), threads=(16, 4))
"""The same for minimal filtering: the shapes hardly differ in speed, and 4x4 takes twice as long to compile."""


MOST_WORK = 0.4
"""Part of the work from which on a frame is drawn as a whole: at 0.8 an x2 M network on a moving clip took 1.25 of the
time that it takes without parts (`benchmarks/peers.py --our-args "--no-opt reuse"`), since parts cost more than they
are worth in area."""


class Executor:
    """Runs one plan at a time on a device.

    Args:
        device: a current context.
        seed: seed of the `random` uniform.
        stock: programs and textures shared with other executors; its own unless given.
    """

    def __init__(self, device: Device, seed: int = 0, *, stock: Stock | None = None) -> None:
        self.device = device
        self.frame = 0
        """Frames drawn so far, also those whose picture was there already."""
        self.reused = 0
        """Frames of which nothing was drawn, since their picture was there already."""
        self.partly = 0
        """Frames of which only a part was drawn."""
        self._whole = 0
        self._parts_work = 0.0
        self.stock = stock or Stock(device)
        """Programs and spare textures."""
        self._owns_stock = stock is None
        self._random = random.Random(seed)
        self._made: Prepared | None = None
        self._last = LastPlanes()
        self.resources = Resources(device)
        """What shader files declare."""
        self.watch = Watch.NOTHING
        """How closely drawing is timed."""
        self.cost = NO_COST
        """What the last frame took, as far as it was watched."""
        self._timers = timers_for(device)
        self._upload_s = self._gpu_s = 0.0
        self._released = False

    @property
    def plan(self) -> Plan | None:
        """The plan that is drawn."""
        return self._made.plan if self._made else None

    @property
    def compiled(self) -> int:
        """Programs compiled so far."""
        return self.stock.programs.compiled

    @property
    def allocated(self) -> int:
        """Textures made so far."""
        return self.stock.pool.allocated

    @property
    def tally(self) -> Tally:
        """How much of all frames was drawn that `draw` was given."""
        return Tally(self.reused, self.partly, self._whole, self._parts_work)

    def reseed(self, seed: int) -> None:
        """Begin the sequence of the `random` uniform that belongs to a seed."""
        self._random = random.Random(seed)

    # -- preparation -----------------------------------------------------------------------------------

    def begin(self, plan: Plan) -> Preparation:
        """Begin to prepare a plan while another one is drawn; `adopt` its result."""
        return Preparation(self.stock, self.resources, plan, alone=self._made is None)

    def adopt(self, made: Prepared) -> None:
        """Draw with what a preparation has made from now on; what was there before goes back to the stock."""
        self.forget()
        self._made = made
        self._timers.forget()
        self._gpu_s = 0.0
        self.stock.pool.drain()
        self.stock.programs.forget_old()

    def forget(self) -> None:
        """Give back what the present plan holds."""
        self._last.forget()
        if self._made is not None:
            self._made.release()
            self._made = None

    def prepare(self, plan: Plan, *, warm_up: bool = True) -> None:
        """Compile and allocate everything a plan needs, and draw each new program once off-screen.

        Raises:
            StepFailure: a user file does not compile; nothing changes then.
        """
        work, before = Preparation(self.stock, self.resources, plan), self._made
        programs = before.programs if before else []
        self.stock.programs.give_back(programs)  # what both plans use is not compiled again
        try:
            for _ in work.compiling():
                pass
        except BaseException:
            work.drop()
            self.stock.programs.take_again(programs)
            raise
        if before is not None:
            before.programs = []
            self.forget()
        try:
            for _ in work.building():
                pass
        except BaseException:
            work.drop()
            raise
        self.adopt(work.result)
        if warm_up:
            for _ in work.warming():
                pass

    # -- frames ----------------------------------------------------------------------------------------

    @property
    def _drawn(self) -> Prepared:
        assert self._made is not None, "prepare() comes first"
        return self._made

    def draw(
        self, planes: Sequence[np.ndarray], pts_s: float, watch: Watch = Watch.NOTHING,
        *, reuse: bool = False, threshold: float = 0.0,
    ) -> FrameCost:  # fmt: skip
        """Upload and draw a frame.

        Args:
            planes: as for `upload`.
            pts_s: presentation time in seconds.
            watch: how closely it is timed.
            reuse: do neither when the picture of equal planes is there already and looks the same at any time, and
                where results stay, draw only what depends on tiles of the planes that have changed. A frame that is
                watched more closely than the one before is drawn as a whole.
            threshold: by how much samples may differ, in their own units, from those that were drawn before and not
                be drawn again, where results stay.

        Returns:
            What it took, as far as it was watched.

        Raises:
            PlanError: the planes do not fit the plan.
        """
        closer, self.watch = watch.value > self.watch.value, watch
        began = time.perf_counter()
        reuse = reuse and self._drawn.steady
        share, mask = (1.0, None) if closer or not reuse else self._changes(planes, threshold)
        if share == 0.0:
            self.frame += 1
            self.reused += 1
            return FrameCost(upload_s=time.perf_counter() - began, share=0.0)
        comparing_s = time.perf_counter() - began
        try:
            if mask is None:
                self.upload(planes)
            else:
                planes = self._last.replaced(planes, mask) if threshold > 0.0 else planes
                self._upload_bands(planes, mask)
            self._upload_s += comparing_s
            self._run(pts_s, share)
        except BaseException:
            self._last.forget()  # nobody knows what has been drawn
            raise
        if mask is None:
            self._whole += 1
        else:
            self.partly += 1
            self._parts_work += share
        if reuse:
            self._last.keep(planes, copied=threshold > 0.0)
        return FrameCost(share=share) if watch is Watch.NOTHING else self.cost

    def _changes(self, planes: Sequence[np.ndarray], threshold: float) -> tuple[float, Mask | None]:
        """Which part of a frame is to be drawn, and the tiles that have changed where it is not the whole."""
        made, before = self._drawn, self._last.planes
        if not before or not alike(planes, before):
            return 1.0, None
        if made.finder is None:
            return (0.0 if same_planes(planes, before) else 1.0), None
        if threshold <= 0.0 and mostly_other(planes, before, MOST_WORK):
            return 1.0, None
        mask = changed_tiles(planes, before, made.finder.tiles, threshold)
        if not mask.any():
            return 0.0, None
        cells = made.finder.cells(mask)
        share = made.finder.share(cells)
        if share > MOST_WORK:
            return 1.0, None
        for each, chosen in zip(made.cells, cells, strict=True):
            each.choose(chosen)
        return share, mask

    def _upload_bands(self, planes: Sequence[np.ndarray], mask: Mask) -> None:
        """Copy the rows of planes that hold changed tiles to the device."""
        began, rows_of_tiles = time.perf_counter(), stretches(mask)
        for plane, (texture, _, _) in zip(planes, self._drawn.planes, strict=True):
            for first, last in bands(rows_of_tiles, len(plane), len(planes[0])):
                rows = np.ascontiguousarray(plane[first:last])
                texture.write(rows, viewport=(0, first, plane.shape[1], last - first))
        if self.watch is not Watch.NOTHING and self.device.info.is_software:
            self.device.ctx.finish()
        self._upload_s = time.perf_counter() - began

    def upload(self, planes: Sequence[np.ndarray]) -> None:
        """Copy the planes of a frame to the device; rows may be padded.

        Raises:
            PlanError: number, shape or type of the planes differ from the plan's.
        """
        self._last.forget()
        wanted = self._made.planes if self._made else []
        if len(planes) != len(wanted):
            raise PlanError(f"The plan expects {len(wanted)} planes, the frame has {len(planes)}.")
        began = time.perf_counter()
        for plane, (texture, shape, dtype) in zip(planes, wanted, strict=True):
            if plane.shape != shape or plane.dtype != dtype:
                raise PlanError(
                    f"The plan expects a plane of {shape} {dtype}, the frame has {plane.shape} {plane.dtype}."
                )
            texture.write(np.ascontiguousarray(plane))
        if self.watch is not Watch.NOTHING and self.device.info.is_software:
            self.device.ctx.finish()
        self._upload_s = time.perf_counter() - began

    def run(self, pts_s: float) -> None:
        """Draw a frame of the uploaded planes."""
        self._last.forget()
        self._run(pts_s, 1.0)

    def _run(self, pts_s: float, share: float) -> None:
        """Draw a frame, or what has been chosen of it, which is a part of the work."""
        self.frame += 1
        reset_state(self.stock)
        if self.watch is not Watch.NOTHING:
            self._run_watched(pts_s, share)
            return
        for step in self._drawn.steps:
            self._run_step(step, pts_s, step.draw if share == 1.0 else step.draw_cells)

    def _run_watched(self, pts_s: float, share: float) -> None:
        timers, one_by_one = self._timers, self.watch is Watch.STEPS
        began = time.perf_counter()
        work = [(step, step.draw if share == 1.0 else step.draw_cells) for step in self._drawn.steps]
        if one_by_one:
            for step, draw in work:
                with timers.piece(step.desc):
                    self._run_step(step, pts_s, draw)
        else:
            with timers.piece(""):
                for step, draw in work:
                    self._run_step(step, pts_s, draw)
        pieces = timers.frame() or []
        handing_over_s = time.perf_counter() - began
        if pieces:
            self._gpu_s = sum(seconds for _, seconds in pieces)
        steps = tuple((name, 1e3 * seconds) for name, seconds in pieces if name) if one_by_one else ()
        self.cost = FrameCost(self._upload_s, max(self._gpu_s, handing_over_s), steps, timers.gpu, share)

    def _run_step(self, step: BoundStep, pts_s: float, draw: Callable[[], None]) -> None:
        for use, unit in step.binds:
            use(unit)
        for uniform, kind in step.frame_values:
            if kind is FrameUniform.RANDOM:
                uniform.value = self._random.random()
            else:
                uniform.value = self.frame if kind is FrameUniform.FRAME else pts_s
        if step.target is not None:
            step.target.use()
        draw()

    def skip(self, frames: int) -> None:
        """Let the frame counter and the random numbers go on as if `frames` frames had been drawn with this plan."""
        self.frame += frames
        draws = sum(kind is FrameUniform.RANDOM for step in self._drawn.steps for _, kind in step.frame_values)
        for _ in range(frames * draws):
            self._random.random()

    def run_measured(self, pts_s: float) -> list[tuple[str, float]]:
        """Like `run`, waiting for every step: (description, milliseconds of wall clock) per step."""
        self.frame += 1
        reset_state(self.stock)
        self.device.ctx.finish()
        timers = WallTimers(self.device, wait=True)
        for step in self._drawn.steps:
            with timers.piece(step.desc):
                self._run_step(step, pts_s, step.draw)
        return [(name, 1e3 * seconds) for name, seconds in timers.frame()]

    @property
    def counts(self) -> Counts:
        """Objects that this executor holds, without those of its stock."""
        own = self.resources.counts
        return own if self._made is None else own + Counts(
            framebuffers=len(self._made.framebuffers), buffers=len(self._made.cells)
        )

    def output(self, number: int) -> moderngl.Texture:
        """The texture of an output plane."""
        return self._drawn.textures[self._drawn.plan.outputs[number]]

    def read(self, number: int) -> np.ndarray:
        """An output plane, top row first: (h, w) or (h, w, 4), uint8 or uint16."""
        return self.read_texture(self._drawn.plan.outputs[number])

    def read_texture(self, texture: TextureId) -> np.ndarray:
        """Any texture of the plan as it is after the frame; a later step may have reused its memory."""
        logical = self._drawn.plan.textures[texture]
        shape, dtype = expected(logical.size, logical.format)
        return np.frombuffer(self._drawn.textures[texture].read(alignment=1), dtype).reshape(shape)

    def present(self, framebuffer_size: tuple[int, int], rect: tuple[int, int, int, int]) -> None:
        """Draw the last picture into the window, black around it.

        Args:
            framebuffer_size: of the window, in pixels.
            rect: (x, y, width, height) of the picture, from the top-left corner.
        """
        self.compose([Placed(self.output(0), rect)], framebuffer_size)

    def compose(self, items: Sequence[Placed | Fill], framebuffer_size: tuple[int, int], look: Look = NEUTRAL) -> None:
        """Draw pictures into the window, black around them."""
        reset_state(self.stock)
        self.stock.presenter.draw(items, framebuffer_size, look)

    def release(self) -> None:
        """Delete every GL object; the executor is of no use afterwards."""
        if self._released:
            return
        self._released = True
        self.forget()
        self._timers.release()
        self.resources.forget_all_but(())
        if self._owns_stock:
            self.stock.release()
