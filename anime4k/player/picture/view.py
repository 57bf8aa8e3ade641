"""Frames onto the window: which chain draws them, at which size, what lies beside them, and how long that takes."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence

from anime4k.errors import PlanError
from anime4k.gl.counts import Counts
from anime4k.media.frame import Frame
from anime4k.pipeline.costs import Watch
from anime4k.pipeline.plan import Plan
from anime4k.pipeline.settings import DEFAULT_SETTINGS
from anime4k.pipeline.upcoming import Progress
from anime4k.player.geometry import Rect, Size
from anime4k.player.pace.performance import Performance
from anime4k.player.pace.timing import Stage
from anime4k.player.picture.adjustments import Adjustments
from anime4k.player.picture.chains import Chains, LoadShaders, SettingsFor, shaders_of_mode
from anime4k.player.picture.comparison import OFF, Compare, Comparison, Magnifier
from anime4k.player.picture.composing import arranged
from anime4k.player.picture.edits import FileWatch
from anime4k.player.picture.fitting import Fitting, WindowLike
from anime4k.player.picture.lane import Lane, Pixels, WindowRenderer
from anime4k.player.picture.selection import Active, Facts, Selection

LONGEST_LEAD_S = 0.25
"""Drawing begins at most this long before a frame is due."""

SLICE_S = 0.004
"""Work on the next chain between two frames, in pieces of about this length."""


class View:
    """The picture in the window.

    **Frames.** `draw(frame)` draws off-screen, `present()` puts the result on the screen, with the pictures beside it
    and the `layers` over it. A frame that looks like the one before is not drawn again (`held` counts them), and
    of others maybe only what has changed (`partly` counts these).

    **Chains.** What frames are drawn with follows from the `selection`, the format of the frames and the size of the
    window. A change never stops the picture: `draw` and `work` notice it, the old chain goes on drawing (stretched,
    when the size is what changed), `work(budget_s)` advances the next chain a little (call it in every round of the
    loop; `preparing` tells how far it is), and between two frames the next chain takes over. Then `work` answers
    True and `outdated` stays True until a frame has been drawn with it: `refresh` draws the current one anew, which
    is of use while nothing is played. As long as there is no chain that can draw the frames (the first one, another
    format), they are drawn without shaders; that takes a moment to prepare, which `needs_plan` tells beforehand.
    With `patient` every first chain is waited for instead.

    A chain that is impossible leaves the last one in place, takes the selection back, and `chains.complaints` says so.

    A shader file that is changed on disk is tried at once. One that cannot be read or compiled leaves its last good
    contents in place; `chains.edits.faults` says why, as long as that is so.

    **Comparing.** `comparison` and `magnifier` are set at any time and seen with the next `refresh` or `draw`;
    `snapshots.pair` returns both pictures.

    **Adjusting.** `adjust` holds colours, place and size of the finished picture.

    Args:
        window: where it is shown.
        renderer: what draws it.
        selection: what is drawn with.
        settings_for: the settings that go with shader files.
        monotonic: a clock in seconds.
        patient: wait for the first chain rather than draw without shaders until it is ready.
        load: the files of a mode, for comparisons.
        watch: notices shader files that change on disk; None = nobody does.
    """

    def __init__(
        self,
        window: WindowLike,
        renderer: WindowRenderer,
        selection: Selection,
        settings_for: SettingsFor = lambda _: DEFAULT_SETTINGS,
        monotonic: Callable[[], float] = time.perf_counter,
        *,
        patient: bool = False,
        load: LoadShaders = shaders_of_mode,
        watch: FileWatch | None = None,
    ) -> None:
        self._window = window
        self._renderer = renderer
        self.patient = patient
        self.chains = Chains(renderer, selection, settings_for, load)
        """What frames are drawn with."""
        self._files = watch
        self._fitting = Fitting(window, monotonic)
        self._frame: Frame | None = None
        self._shown: Lane | None = None
        self._outdated = self._relief = False
        self._comparison = OFF
        self._magnifier: Magnifier | None = None
        self.times = Performance()
        """How long everything takes."""
        self.layers: list[Callable[[Size], None]] = []
        """Painted over the finished picture, in this order, with the size of the framebuffer."""
        self.held = 0
        """Frames that were not drawn because they look like the one before."""
        self.partly = 0
        """Frames of which only what had changed was drawn."""
        self._watch = Watch.FRAMES

    # -- what is known ---------------------------------------------------------------------------------

    @property
    def selection(self) -> Selection:
        """What the user chose; `reselected` makes a change of it visible."""
        return self.chains.selection

    @property
    def frame(self) -> Frame | None:
        """The frame last drawn or due while the window was hidden."""
        return self._frame

    @property
    def plan(self) -> Plan | None:
        """The plan of the present chain; None before the first."""
        return self.chains.main.plan

    @property
    def active(self) -> Active | None:
        """What the present chain draws with; None before the first."""
        return self.chains.active

    @property
    def wished(self) -> Active | None:
        """What the next chain will draw with; the same as `active` when none is on its way."""
        return self.chains.wished

    @property
    def broken(self) -> Mapping[str, str]:
        """Path to message of the shader files that the driver refused."""
        return self._renderer.disabled

    @property
    def preparing(self) -> Progress | None:
        """How far the next chain is; None when none is on its way."""
        return self.chains.progress

    @property
    def outdated(self) -> bool:
        """Whether `refresh` would show something else than what is on the screen."""
        return self._outdated and self._frame is not None and self.visible

    @property
    def visible(self) -> bool:
        """Whether the window has pixels."""
        return self._fitting.visible

    @property
    def rect(self) -> Rect:
        """Where the picture lies in the window; parts of it may be outside."""
        if self._frame is None or not self.visible:
            return Rect(0, 0, 0, 0)
        return self._fitting.rect(self._frame.format)

    @property
    def output_size(self) -> Size:
        """The size at which frames are drawn; (0, 0) before the first."""
        lane = self._shown or self.chains.main
        return lane.present.size if lane.present else (0, 0)

    @property
    def lead_s(self) -> float:
        """Seconds a frame takes from the decision to draw it to its light, as recently seen."""
        return min(self.times.usual_s, LONGEST_LEAD_S)

    @property
    def resources(self) -> Counts:
        """Objects on the device that belong to the picture."""
        return self._renderer.stock_counts + self.chains.counts

    @property
    def settle_s(self) -> float:
        """Seconds until the window size counts as settled, infinite when it is."""
        return self._fitting.settle_s

    # -- what changes ----------------------------------------------------------------------------------

    def resized(self) -> None:
        """The drawable area has changed: plan anew when it has kept its size for a moment."""
        self._fitting.touch()

    def opened(self, facts: Facts) -> None:
        """Another file begins; what is known of it may change what it is drawn with."""
        if facts != self.chains.facts:
            self.chains.facts, self.chains.stale = facts, True

    def reselected(self, *, relief: bool = False) -> None:
        """The selection has changed: another chain is wanted.

        Args:
            relief: the present chain is too slow: until the next one is ready, frames are drawn without shaders.
        """
        self.chains.stale = True
        self._relief = relief

    def watch_steps(self, wanted: bool) -> None:
        """Time every step of the chain, or no longer; where the CPU draws, that takes a little longer."""
        watch = Watch.STEPS if wanted else Watch.FRAMES
        self._outdated |= wanted and watch is not self._watch
        self._watch = watch

    @property
    def comparison(self) -> Comparison:
        """What is compared with the picture."""
        return self._comparison

    @comparison.setter
    def comparison(self, comparison: Comparison) -> None:
        self._outdated |= comparison != self._comparison
        self._comparison = comparison
        if comparison.kind is Compare.OFF:
            self.chains.forget_beside()

    @property
    def magnifier(self) -> Magnifier | None:
        """The loupe, None = none."""
        return self._magnifier

    @magnifier.setter
    def magnifier(self, magnifier: Magnifier | None) -> None:
        self._outdated |= magnifier != self._magnifier
        self._magnifier = magnifier

    @property
    def adjust(self) -> Adjustments:
        """Colours, place and size of the finished picture."""
        return self._fitting.adjust

    @adjust.setter
    def adjust(self, adjust: Adjustments) -> None:
        self._outdated |= adjust != self._fitting.adjust
        self._fitting.adjust = adjust

    # -- chains ----------------------------------------------------------------------------------------

    def needs_plan(self, frame: Frame) -> bool:
        """Whether showing `frame` waits for a plan first, since no chain can draw such frames yet."""
        return self.visible and not self.chains.can_draw(frame)

    def work(self, budget_s: float = SLICE_S) -> bool:
        """Go on with the next chain for about so long; whether a chain has just taken over."""
        if self._frame is None:
            return False
        self._look_at_files()
        if self.visible:
            self.chains.ask(self._frame, self._wanted_size(self._frame))
        if self.preparing is None:
            return False
        with self.times.measure(Stage.PLAN):
            swapped = self.chains.work(budget_s)
        self._outdated |= swapped
        return swapped

    def _look_at_files(self) -> None:
        if self._files is not None and self.wished is not None:
            self._files.watch(file.path for file in (*self.wished.shaders, *self.wished.chain))
            self.chains.reload(self._files.take())

    def finish(self) -> None:
        """Wait for the next chain."""
        while self._frame is not None and self.visible:
            self.chains.ask(self._frame, self._wanted_size(self._frame))
            if self.chains.main.progress is None:
                return
            with self.times.measure(Stage.PLAN):
                self.chains.finish()
            self._outdated = True

    def _wanted_size(self, frame: Frame) -> Size:
        """The size at which `frame` should be drawn: that of the window as soon as it has settled."""
        present = self.chains.main.present
        drawn = present.size if present is not None and present.source == frame.format else None
        size = self._fitting.size(frame.format, drawn)
        if self._fitting.changed:
            self._fitting.changed = False
            self.chains.resized()
        return size

    # -- frames ----------------------------------------------------------------------------------------

    def draw(self, frame: Frame, *, plain: bool = False) -> bool:
        """Draw `frame` off-screen; False when the window has no pixels.

        Args:
            frame: what to draw.
            plain: without shaders, as is good enough while the user looks for a place.

        Raises:
            PlanError: the frame cannot be drawn at the size of the window.
        """
        if not self.visible:
            self._frame = frame
            return False
        try:
            lanes = self._lanes(frame, plain)
        except PlanError:
            self._frame = None  # a picture that cannot be drawn must not be tried again
            raise
        again = self._frame is frame
        self._frame = frame
        drawn, share = False, 0.0
        for lane in lanes:
            cost = lane.draw(frame, self._watch if lane is lanes[0] else Watch.FRAMES)
            if cost is not None:
                drawn = True
                share = cost.share if lane is lanes[0] else share
                self.times.drawn(cost)
        if lanes == [self.chains.main]:
            self.chains.rest_beside()
        if not again:
            self.held += int(not drawn and self._shown is lanes[0])
            self.partly += int(0.0 < share < 1.0)
            self.times.part(share)
        self._shown, self._outdated = lanes[0], False
        return True

    def _lanes(self, frame: Frame, plain: bool) -> list[Lane]:
        """What has to draw `frame`, the picture on the left first."""
        size = self._wanted_size(frame)
        lane = self.chains.ready_for(frame, size, budget_s=SLICE_S, patient=self.patient)
        self._relief = self._relief and self.chains.main.progress is not None
        if plain or self._relief or self._comparison.kind is Compare.ORIGINAL:
            return [self.chains.plain(frame, size)]
        right = self._right(frame)
        return [lane] if right is None else [lane, right]

    def _right(self, frame: Frame) -> Lane | None:
        """What draws the right half, None = there is none."""
        if self._comparison.kind is not Compare.SPLIT or not self.chains.main.fits(frame):
            return None
        return self.chains.other(frame, self._comparison.against)

    def present(self) -> None:
        """Put what was drawn last on the screen, with what is compared with it, under the layers."""
        with self.times.measure(Stage.PRESENT):
            self._paint()
            self._window.swap()

    def _paint(self) -> None:
        if self._shown is None or self._frame is None:
            return
        right = self._right(self._frame)
        if right is not None and right.drawn is None:
            right.draw(self._frame)
        framebuffer = self._window.framebuffer_size
        items = arranged(
            self._shown.renderer,
            right.renderer if right is not None else None,
            self.rect,
            framebuffer,
            self._comparison,
            self._magnifier,
        )
        self._renderer.compose(items, framebuffer, self._fitting.adjust.look)
        for layer in self.layers:
            layer(framebuffer)

    def refresh(self) -> bool:
        """Draw the current frame anew when something about it has changed; whether it did."""
        if self._frame is None or not self.visible or not (self._outdated or self.needs_plan(self._frame)):
            return False
        self.draw(self._frame)
        self.present()
        return True

    def repaint(self) -> bool:
        """Put the last picture on the screen again without drawing it anew; whether there was one."""
        if self._shown is None or self._frame is None or not self.visible:
            return False
        self.present()
        return True

    # -- pictures --------------------------------------------------------------------------------------

    def picture(self) -> Pixels | None:
        """The picture last drawn: (height, width, 3) of uint8; None before the first."""
        return None if self._shown is None else self._shown.picture()

    def window_picture(self) -> Pixels | None:
        """Everything in the window, bars and layers included: (height, width, 3) of uint8; None before the first."""
        if self._shown is None or not self.visible:
            return None
        self._paint()
        return self._renderer.grab(self._window.framebuffer_size)

    def step_times(self) -> Sequence[tuple[str, float]]:
        """(step, milliseconds) of the current frame, drawn once more with a measurement after every step."""
        return () if self._shown is None or self._frame is None else self._shown.step_times(self._frame)

    def close(self) -> None:
        """Give up every chain; the renderer stays whoever's it is."""
        if self._files is not None:
            self._files.close()
        self.chains.close()
        self._shown = None
