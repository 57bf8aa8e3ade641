"""Frames onto the window: sizes the plan to the window, draws, presents, and measures how long that takes."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from anime4k.errors import GLError, PlanError
from anime4k.hooks.decl import ShaderFile
from anime4k.media.format import SourceFormat
from anime4k.media.frame import Frame
from anime4k.pipeline.plan import Plan
from anime4k.pipeline.settings import DEFAULT_SETTINGS, RenderSettings
from anime4k.player.geometry import Rect, Settling, Size, letterbox
from anime4k.player.performance import Performance
from anime4k.player.selection import Active, Facts, Selection
from anime4k.player.timing import Stage

SETTLE_S = 0.15
"""A new plan is made when the window has kept its size for so long; until then the last picture is stretched."""

LONGEST_LEAD_S = 0.25
"""Drawing begins at most this long before a frame is due."""

Pixels = npt.NDArray[Any]
SettingsFor = Callable[[Sequence[ShaderFile]], RenderSettings]


class WindowLike(Protocol):
    """What drawing needs of a window."""

    @property
    def framebuffer_size(self) -> Size:
        """(width, height) in pixels; a side of 0 while minimised."""
        ...

    def swap(self) -> None:
        """Show what was drawn."""
        ...


class RendererLike(Protocol):
    """What the player needs of the pipeline's renderer."""

    measure: bool

    @property
    def plan(self) -> Plan:
        """The plan in use."""
        ...

    @property
    def disabled(self) -> Mapping[str, str]:
        """Path to message of shader files that were refused."""
        ...

    @property
    def timings(self) -> Sequence[tuple[str, float]]:
        """(step, milliseconds) of the last measured frame."""
        ...

    def configure(self, format: SourceFormat, size: tuple[int, int]) -> Plan:
        """Prepare for frames of `format` drawn at `size`."""
        ...

    def render(self, planes: Sequence[Pixels], pts: float = 0.0) -> None:
        """Draw one frame off-screen."""
        ...

    def read(self) -> tuple[Pixels, ...]:
        """The picture of the last frame."""
        ...

    def present(self, framebuffer_size: Size, rect: tuple[int, int, int, int]) -> None:
        """Copy the picture into the window's back buffer."""
        ...

    def set_shaders(self, shaders: Sequence[ShaderFile]) -> None:
        """Exchange the shader files from the next `configure` on."""
        ...

    def set_settings(self, settings: RenderSettings) -> None:
        """Exchange the settings from the next `configure` on."""
        ...


class View:
    """The picture in the window.

    Args:
        window: where it is shown.
        renderer: what draws it.
        selection: what is drawn with.
        settings_for: the settings that go with shader files.
        monotonic: a clock in seconds.
    """

    def __init__(
        self,
        window: WindowLike,
        renderer: RendererLike,
        selection: Selection,
        settings_for: SettingsFor = lambda _: DEFAULT_SETTINGS,
        monotonic: Callable[[], float] = time.perf_counter,
    ) -> None:
        self._window = window
        self._renderer = renderer
        self.selection = selection
        """What the user chose; `reselected` makes a change of it visible."""
        self._settings_for = settings_for
        self._facts = Facts()
        self._monotonic = monotonic
        self._settling = Settling(SETTLE_S)
        self._frame: Frame | None = None
        self._configured: tuple[SourceFormat, Size] | None = None
        self._refused: tuple[SourceFormat, Size] | None = None
        self._stale = False
        self.problem = ""
        """Why the picture is not drawn at the size of the window, empty when it is."""
        self.times = Performance()
        self.active: Active | None = None
        """What the plan in use draws with."""
        self.complaints: list[str] = []
        """Sentences about modes and files that cannot be used; whoever tells them takes them away."""
        self.plan: Plan | None = None

    @property
    def frame(self) -> Frame | None:
        """The frame last drawn or due while the window was hidden."""
        return self._frame

    @property
    def broken(self) -> Mapping[str, str]:
        """Path to message of the shader files that the driver refused."""
        return self._renderer.disabled

    @property
    def visible(self) -> bool:
        """Whether the window has pixels."""
        return all(side > 0 for side in self._window.framebuffer_size)

    @property
    def rect(self) -> Rect:
        """Where the picture lies in the window."""
        if self._frame is None or not self.visible:
            return Rect(0, 0, 0, 0)
        return letterbox(self._frame.format.display_extent, self._window.framebuffer_size)

    @property
    def output_size(self) -> Size:
        """The size at which frames are drawn; (0, 0) before the first."""
        return self._configured[1] if self._configured else (0, 0)

    @property
    def lead_s(self) -> float:
        """Seconds a frame takes from the decision to draw it to its light, as recently seen."""
        return min(self.times.recent(Stage.RENDER) + self.times.recent(Stage.PRESENT), LONGEST_LEAD_S)

    @property
    def settle_s(self) -> float:
        """Seconds until the window size counts as settled, infinite when it is."""
        return self._settling.remaining(self._monotonic()) if self._settling.pending else float("inf")

    def resized(self) -> None:
        """The drawable area has changed: plan anew when it has kept its size for a moment."""
        self._settling.touch(self._monotonic())

    def needs_plan(self, frame: Frame) -> bool:
        """Whether showing `frame` makes a new plan first, which can take as long as compiling its shaders."""
        if not self.visible:
            return False
        if self._configured is None or self._stale or frame.format != self._configured[0]:
            return True
        wanted = self._wanted(frame)
        if wanted in (self._configured, self._refused):
            return False
        return not self._settling.remaining(self._monotonic())

    def draw(self, frame: Frame) -> bool:
        """Draw `frame` off-screen; False when the window has no pixels.

        Raises:
            PlanError: the frame cannot be drawn at the size of the window.
        """
        if self.visible and self.needs_plan(frame):
            self._configure(frame)
        self._frame = frame
        if not self.visible:
            return False
        with self.times.measure(Stage.RENDER):
            self._renderer.render(frame.planes, frame.time)
        return True

    def present(self) -> None:
        """Put what was drawn last on the screen, with black bars around it."""
        with self.times.measure(Stage.PRESENT):
            self._renderer.present(self._window.framebuffer_size, self.rect.as_tuple())
            self._window.swap()

    def refresh(self) -> bool:
        """Redraw the current frame with a new plan when the size has settled; whether it did."""
        if self._frame is None or not self.needs_plan(self._frame):
            return False
        drawn = self.draw(self._frame)
        if drawn:
            self.present()
        return drawn

    def repaint(self) -> bool:
        """Put the last picture on the screen again without drawing it anew; whether there was one."""
        if self._configured is None or not self.visible:
            return False
        self.present()
        return True

    def opened(self, facts: Facts) -> None:
        """Another file begins; what is known of it may change what it is drawn with."""
        self._stale = self._stale or facts != self._facts
        self._facts = facts

    def reselected(self) -> None:
        """The selection has changed: plan anew for the next picture."""
        self._stale = True

    def picture(self) -> Pixels | None:
        """The picture last drawn: (height, width, 3) of uint8; None before the first."""
        if self._configured is None:
            return None
        return np.ascontiguousarray(self._renderer.read()[0][..., :3])

    def window_picture(self) -> Pixels | None:
        """Everything in the window: the picture with its black bars, (height, width, 3) of uint8."""
        picture = self.picture()
        if picture is None or picture.shape[:2] != (self.rect.height, self.rect.width):
            return picture
        width, height = self._window.framebuffer_size
        canvas = np.zeros((height, width, 3), np.uint8)
        rect = self.rect
        canvas[rect.y : rect.y + rect.height, rect.x : rect.x + rect.width] = picture
        return canvas

    def step_times(self) -> Sequence[tuple[str, float]]:
        """(step, milliseconds) of the current frame, drawn once more with a measurement after every step."""
        if self._configured is None or self._frame is None or self._frame.format != self._configured[0]:
            return ()
        self._renderer.measure = True
        self._renderer.render(self._frame.planes, self._frame.time)
        times = tuple(self._renderer.timings)
        self._renderer.measure = False
        return times

    def _wanted(self, frame: Frame) -> tuple[SourceFormat, Size]:
        return (frame.format, letterbox(frame.format.display_extent, self._window.framebuffer_size).size)

    def _configure(self, frame: Frame) -> None:
        wanted = self._wanted(frame)
        self._settling.take(self._monotonic())
        before, wished = self.active, self.selection.active(self._facts.situation(frame.format, wanted[1]))
        try:
            with self.times.measure(Stage.PLAN):
                self.plan = self._prepare(wished, before, wanted)
        except PlanError as error:
            if self._configured is None or frame.format != self._configured[0] or wanted == self._configured:
                self._frame = None  # a picture that cannot be drawn must not be tried again
                raise
            # Only the size is impossible: the picture stays as large as it was and is stretched.
            self._refused = wanted
            self.problem = str(error)
            if self._stale:
                self.plan = self._prepare(wished, before, self._configured)
        else:
            self._configured = wanted
        self._stale = False

    def _prepare(self, wished: Active, before: Active | None, wanted: tuple[SourceFormat, Size]) -> Plan:
        """Make the renderer ready to draw with `wished`, or with what was there before where that is impossible."""
        self._use(wished)
        try:
            plan = self._renderer.configure(*wanted)
        except (PlanError, GLError) as error:
            if before is None or before.shaders == wished.shaders:
                raise
            self._use(before)
            plan = self._renderer.configure(*wanted)
            self.selection.undo()
            self.complaints.append(
                f"the mode {wished.full_name} cannot be used here ({error}); the picture goes on with the mode"
                f" {before.full_name}"
            )
        else:
            self.selection.keep()
        return plan

    def _use(self, active: Active) -> None:
        if self.active is None or active.shaders != self.active.shaders:
            self._renderer.set_shaders(active.shaders)
            self._renderer.set_settings(self._settings_for(active.shaders))
        self.active = active
        self.complaints += [f"{problem}; the picture goes on without this file" for problem in active.problems]
