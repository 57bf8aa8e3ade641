"""One chain on the screen and the next one on its way to replace it between two frames."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from anime4k.errors import GLError, PlanError
from anime4k.gl.counts import Counts
from anime4k.gl.look import Fill, Look
from anime4k.hooks.decl import ShaderFile
from anime4k.media.format import SourceFormat
from anime4k.media.frame import Frame
from anime4k.pipeline.costs import FrameCost, Watch
from anime4k.pipeline.plan import Plan
from anime4k.pipeline.render import Part
from anime4k.pipeline.settings import RenderSettings
from anime4k.pipeline.upcoming import Chain, Progress
from anime4k.player.geometry import Size

Pixels = npt.NDArray[Any]


@dataclass(frozen=True)
class Wanted:
    """What a chain is made for.

    Attributes:
        source: what the frames are.
        size: of the finished picture.
        shaders: the files.
        settings: how they are drawn.
        overrides: parameter values beyond those that the player was started with.
    """

    source: SourceFormat
    size: Size
    shaders: tuple[ShaderFile, ...]
    settings: RenderSettings
    overrides: tuple[tuple[str, str], ...] = ()

    def retuned(self, other: Wanted) -> bool:
        """Whether `other` is the same chain with other values."""
        values = {"settings": self.settings, "overrides": self.overrides}
        return replace(other, **values) == self  # type: ignore[arg-type]


class UpcomingLike(Protocol):
    """What a lane needs of a chain that is being made ready."""

    @property
    def progress(self) -> Progress:
        """How far it has come."""

    @property
    def chain(self) -> Chain | None:
        """The result."""

    def advance(self, budget_s: float) -> bool:
        """Work for about so long; whether it is ready."""

    def finish(self) -> Chain:
        """Do all the rest at once."""

    def drop(self) -> None:
        """Give up."""


class RendererLike(Protocol):
    """What the player needs of the pipeline's renderer."""

    measure: bool

    @property
    def plan(self) -> Plan:
        """The plan in use."""

    @property
    def disabled(self) -> Mapping[str, str]:
        """Path to message of shader files that were refused."""

    @property
    def timings(self) -> Sequence[tuple[str, float]]:
        """(step, milliseconds) of the last measured frame."""

    def begin(
        self,
        source: SourceFormat,
        size: Size,
        shaders: Sequence[ShaderFile],
        settings: RenderSettings,
        overrides: Sequence[tuple[str, str]] = (),
    ) -> UpcomingLike:
        """Begin to make another chain ready."""

    def adopt(self, chain: Chain) -> Plan:
        """Draw with that chain from now on."""

    def companion(self) -> RendererLike:
        """Another renderer that shares programs and spare textures."""

    def forget(self) -> None:
        """Give up the present chain."""

    @property
    def counts(self) -> Counts:
        """Objects of this renderer, without those that it shares."""

    @property
    def stock_counts(self) -> Counts:
        """Objects that it shares with its companions."""

    def render(self, planes: Sequence[Pixels], pts: float = 0.0, watch: Watch = Watch.NOTHING) -> FrameCost:
        """Draw one frame off-screen; what that took."""

    def read(self) -> tuple[Pixels, ...]:
        """The picture of the last frame."""

    def release(self) -> None:
        """Delete every GL object."""


class WindowRenderer(RendererLike, Protocol):
    """A renderer that also draws into the window."""

    def compose(self, items: Sequence[Part | Fill], framebuffer_size: Size, look: Look) -> None:
        """Draw the last pictures into the window's back buffer."""

    def grab(self, framebuffer_size: Size) -> Pixels:
        """What is in the back buffer."""


class Lane:
    """A renderer with the chain it draws and the chain that comes next.

    Args:
        renderer: draws.
    """

    def __init__(self, renderer: RendererLike) -> None:
        self.renderer = renderer
        self.present: Wanted | None = None
        """What the chain that draws was made for."""
        self.drawn: Frame | None = None
        """The frame whose picture the renderer holds."""
        self._next: Wanted | None = None
        self._after: Wanted | None = None
        self._upcoming: UpcomingLike | None = None

    @property
    def goal(self) -> Wanted | None:
        """What the lane is on its way to, or has reached."""
        return self._after or self._next or self.present

    @property
    def progress(self) -> Progress | None:
        """How far the next chain has come; None when there is none."""
        return self._upcoming.progress if self._upcoming else None

    @property
    def plan(self) -> Plan | None:
        """The plan that is drawn."""
        return self.renderer.plan if self.present else None

    def fits(self, frame: Frame) -> bool:
        """Whether the present chain can draw `frame`."""
        return self.present is not None and self.present.source == frame.format

    def want(self, wanted: Wanted) -> bool:
        """Set out for another chain; False when it is the present one."""
        if wanted == self.goal:
            return self._next is not None
        if self._next is not None and wanted != self.present and self._next.retuned(wanted):
            # While a slider is dragged, every value that was begun is shown before the newest is.
            self._after = wanted
            return True
        self.drop()
        if wanted == self.present:
            return False
        self._next = wanted
        self._begin()
        return True

    def _begin(self) -> None:
        assert self._next is not None
        wanted = self._next
        self._upcoming = self.renderer.begin(
            wanted.source, wanted.size, wanted.shaders, wanted.settings, wanted.overrides
        )

    def advance(self, budget_s: float, accepted: Callable[[Chain], bool] = lambda _: True) -> bool:
        """Go on towards the next chain for about so long; whether it has just become the present one.

        Args:
            budget_s: how long to work.
            accepted: asked about the finished chain; one that is not accepted is dropped.

        Raises:
            PlanError: it is impossible; the present one stays.
            GLError: the graphics driver has no room for it or refuses it; the present one stays.
        """
        if self._upcoming is None:
            return False
        try:
            ready = self._upcoming.advance(budget_s)
        except (PlanError, GLError):
            self.drop()
            raise
        if ready and self._upcoming.chain is not None and not accepted(self._upcoming.chain):
            self.drop()
            return False
        if ready:
            self._swap()
        return ready

    def make_now(self, wanted: Wanted) -> None:
        """Have `wanted` at once.

        Raises:
            PlanError: it is impossible; the present one stays.
            GLError: the graphics driver has no room for it or refuses it; the present one stays.
        """
        if not self.want(wanted):
            return
        self.finish()

    def finish(self) -> bool:
        """Have what was wanted at once; False when nothing was on its way."""
        if self._upcoming is None:
            return False
        if self._after is not None:
            wanted = self._after
            self.drop()
            self._next = wanted
            self._begin()
        try:
            self._upcoming.finish()
        except (PlanError, GLError):
            self.drop()
            raise
        self._swap()
        return True

    def _swap(self) -> None:
        assert self._upcoming is not None and self._upcoming.chain is not None
        self.renderer.adopt(self._upcoming.chain)
        self.present, self.drawn = self._next, None
        self._next, self._after, self._upcoming = self._after, None, None
        if self._next is not None:
            self._begin()

    def drop(self) -> None:
        """What is on its way is not wanted any more."""
        if self._upcoming is not None:
            self._upcoming.drop()
        self._next = self._after = self._upcoming = None

    def forget(self) -> None:
        """Give everything up; the renderer stays."""
        self.drop()
        if self.present is not None:
            self.renderer.forget()
        self.present = self.drawn = None

    def draw(self, frame: Frame, watch: Watch = Watch.NOTHING) -> FrameCost | None:
        """Draw `frame` off-screen; None when its picture is there already."""
        cost = self.renderer.render(frame.planes, frame.time, watch)
        self.drawn = frame
        return None if cost.reused else cost

    def picture(self) -> Pixels:
        """The picture last drawn: (height, width, 3) of uint8."""
        return np.ascontiguousarray(self.renderer.read()[0][..., :3])

    def step_times(self, frame: Frame) -> tuple[tuple[str, float], ...]:
        """(step, milliseconds) of `frame`, drawn with a measurement after every step."""
        if not self.fits(frame):
            return ()
        self.renderer.measure = True
        self.renderer.render(frame.planes, frame.time)
        self.renderer.measure = False
        self.drawn = frame
        return tuple(self.renderer.timings)

    def close(self) -> None:
        """Give everything up, the renderer too."""
        self.forget()
        self.renderer.release()
