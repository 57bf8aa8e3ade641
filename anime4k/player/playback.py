"""One file being played: which of its frames is on the screen, and which comes next. No window, no OpenGL.

Everything that moves the position (seek, frame step) is queued and done one after the other: the picture of a
seek is shown before the next seek begins, and relative seeks that arrive meanwhile add up.
"""

from __future__ import annotations

import enum
import math
from dataclasses import dataclass

from anime4k.media.frame import Frame
from anime4k.player.ahead import Ahead, FrameSource
from anime4k.player.behind import Behind
from anime4k.player.moves import Moves, Step
from anime4k.player.pace.clock import Clock
from anime4k.player.pace.schedule import Action, decide
from anime4k.player.timeline import Timeline


class Outcome(enum.Enum):
    """What the loop does next with this file."""

    SHOW = "show"
    WAIT = "wait"
    STARVE = "starve"
    FINISH = "finish"


@dataclass(frozen=True)
class Next:
    """The answer of `Playback.next`.

    Attributes:
        outcome: what to do.
        frame: the frame to be shown (`Outcome.SHOW`).
        wait_s: seconds until something is due (`Outcome.WAIT`); infinite while paused.
        dropped: frames that were discarded because they came too late.
    """

    outcome: Outcome
    frame: Frame | None = None
    wait_s: float = 0.0
    dropped: int = 0


class Playback:
    """Position, pause, seeks and frame choice of one file.

    Args:
        source: where frames come from, positioned at the start of the file.
        clock: media time in seconds of the file's own time stamps.
        timeline: the part of the file that is played.
        paused: whether it begins paused.
        loop: whether the file starts again when it ends.
        timed: False shows every frame as soon as it is there.
    """

    def __init__(
        self,
        source: FrameSource,
        clock: Clock,
        timeline: Timeline,
        *,
        paused: bool = False,
        loop: bool = False,
        timed: bool = True,
    ) -> None:
        self._ahead = Ahead(source, timeline)
        self._clock = clock
        self.timeline = timeline
        self.loop = loop
        self._timed = timed
        self._paused = paused
        self._shown: Frame | None = None
        self._coming: Frame | None = None
        self._landing: float | None = timeline.start
        self._stepping = False
        self._stalled = False
        self._behind = Behind()
        self._repeated: tuple[float, float] | None = None
        self._moves = Moves()
        clock.stop()
        clock.seek(timeline.start)
        if timeline.start > timeline.origin:
            self._ahead.go(timeline.start)

    # -- what the user does ----------------------------------------------------------------------------

    @property
    def paused(self) -> bool:
        """Whether the user has paused."""
        return self._paused

    def set_paused(self, paused: bool) -> None:
        """Pause or go on."""
        self._paused = paused
        self._run_clock()

    def seek_by(self, seconds: float) -> None:
        """Move by `seconds` from the frame on the screen; exact."""
        self._moves.seek_by(seconds, self._landing)

    def seek_to(self, seconds: float) -> None:
        """Go to `seconds` from the beginning as people count it; exact."""
        self._moves.seek_to(self.timeline.origin + seconds)

    def step(self, direction: int) -> None:
        """Pause and show the next (+1) or the previous (-1) frame."""
        self.set_paused(True)
        self._moves.step(direction)

    def repeat(self, part: tuple[float, float] | None) -> None:
        """Play a part again and again, from and to in seconds as people count; None = no longer."""
        origin = self.timeline.origin
        self._repeated = None if part is None else (origin + part[0], origin + part[1])

    # -- what the loop does ----------------------------------------------------------------------------

    @property
    def upcoming(self) -> tuple[Frame, ...]:
        """The frames that come next, as far as they are ready."""
        return self._ahead.frames

    @property
    def goal(self) -> float | None:
        """Where the position will be when everything that was asked for is on the screen, as people count it."""
        shown = self._shown
        here = base = self._landing if self._landing is not None or shown is None else shown.time
        if self._landing is None and shown is not None and not self._stepping:
            # A target inside a frame has been reached although that frame begins before it.
            slot = self.timeline.slot(shown)
            here = min(max(self._clock.now, slot.time), slot.end)
        goal = self._moves.leads_to(here, base)
        return None if goal is None else goal - self.timeline.origin

    @property
    def shown(self) -> Frame | None:
        """The frame on the screen."""
        return self._shown

    @property
    def busy(self) -> bool:
        """Whether a seek or step has been asked for and is not on the screen yet."""
        return self._landing is not None or self._stepping or bool(self._moves)

    @property
    def hurried(self) -> bool:
        """Whether the picture that comes next will be replaced by another seek at once."""
        return self._landing is not None and bool(self._moves)

    @property
    def position(self) -> float | None:
        """Time of the frame on the screen as people count it, None before the first."""
        frame = self._coming or self._shown
        return None if frame is None else frame.time - self.timeline.origin

    def next(self, lead_s: float = 0.0, spare_s: float = 0.0) -> Next:
        """What to do now.

        Args:
            lead_s: real seconds between the decision to show a frame and its light, usually.
            spare_s: so much earlier a frame is begun, so that it is in time even when it takes longer than usual;
                what is dropped does not depend on it. A third of a frame's time at most.

        Raises:
            Anime4kError: what ended decoding, when every frame before it has been shown.
        """
        self._begin_move()
        self._ahead.fill()
        if self._landing is not None or self._stepping or (not self._timed and not self._paused):
            return self._next_at_once()
        if self._paused:
            return Next(Outcome.WAIT, wait_s=float("inf"))
        return self._next_timed(lead_s, spare_s)

    def await_frame(self, timeout_s: float) -> None:
        """Wait up to `timeout_s` seconds for the decoder, after `Outcome.STARVE`."""
        self._ahead.wait(timeout_s)

    def showing(self, frame: Frame) -> None:
        """`frame`, as answered by `next`, is about to become visible: what is painted with it tells its position."""
        self._coming = frame

    def presented(self, frame: Frame) -> None:
        """`frame`, as answered by `next`, has become visible."""
        self._remember(frame)
        self._coming = None
        if self._landing is not None:
            slot = self.timeline.slot(frame)
            # A target inside a long frame keeps its place; a landing elsewhere follows the picture.
            inside = slot.time <= self._landing < slot.end
            self._clock.seek(self._landing if inside else slot.time)
            self._landing = None
        elif self._stepping or not self._timed:
            self._clock.seek(frame.time)
        self._stepping = False
        self._run_clock()

    def hold(self) -> None:
        """Stop the clock until `release`: something slow happens that is not the fault of any frame.

        A clock that follows sound goes on: nobody wants to hear a pause.
        """
        if not math.isinf(self._clock.patience):
            self._clock.stop()

    def release(self) -> None:
        """Let the clock go on after `hold`, unless the file is paused."""
        self._run_clock()

    # -- inside ----------------------------------------------------------------------------------------

    def _run_clock(self) -> None:
        if self._paused or self._stalled or self._landing is not None or self._shown is None:
            self._clock.stop()
        else:
            self._clock.start()

    def _begin_move(self) -> None:
        if not self._moves or self._landing is not None or self._stepping:
            return
        move = self._moves.take()
        if isinstance(move, Step):
            if move.direction > 0:
                self._stepping = True
            elif self._shown is not None:
                self._step_back(self._shown)
            return
        base = self._shown.time if move.relative and self._shown is not None else 0.0
        self._go(base + move.seconds)

    def _step_back(self, shown: Frame) -> None:
        """Show the frame before `shown`: at once when it is kept, else by a seek."""
        if not self._behind:
            self._go(float((shown.pts - 1) * shown.time_base))
            return
        self._ahead.put_back(self._behind.pop(), shown)
        self._shown = None  # so that it does not count as being behind the frame before it
        self._stepping = True

    def _remember(self, frame: Frame) -> None:
        """`frame` is the one on the screen; keep the one before it for stepping back."""
        before, self._shown = self._shown, frame
        if before is None or self._landing is not None:
            return
        if before.time >= frame.time:
            self._behind.clear()
            return
        self._behind.keep(before)

    def _go(self, target: float) -> None:
        target = max(target, self.timeline.origin)
        self._behind.clear()
        self._landing = target
        self._stalled = False
        self._clock.stop()
        self._clock.seek(target)  # sound gets ready for the new place while the picture is being found
        self._ahead.go(target)

    def _next_at_once(self) -> Next:
        if self._ahead:
            return Next(Outcome.SHOW, frame=self._ahead.pop())
        if not self._ahead.ended:
            return Next(Outcome.STARVE)
        if self._stepping or self._paused:  # nothing to step to: the last picture stays
            self._stepping = False
            self._landing = None
            return Next(Outcome.WAIT, wait_s=float("inf"))
        return self._finish()

    def _next_timed(self, lead_s: float, spare_s: float) -> Next:
        if self._turns_back(self._clock.now + lead_s * self._clock.speed):
            return Next(Outcome.STARVE)
        dropped = 0
        if self._stalled and self._ahead:
            self._stalled = False
            self._clock.seek(self._ahead.first.time)
            self._run_clock()
        while True:
            now = self._clock.now + lead_s * self._clock.speed
            decision = decide(
                now,
                self._ahead.slots(),
                shown=None if self._shown is None else self.timeline.slot(self._shown),
                ended=self._ahead.ended,
                speed=self._clock.speed,
            )
            for _ in range(decision.drop):
                self._ahead.pop()
            dropped += decision.drop
            if decision.action is Action.SHOW and decision.drop and len(self._ahead) == 1 and not self._ahead.ended:
                self._ahead.fill()  # the replacement may itself be replaced by a newer frame
                if len(self._ahead) > 1:
                    continue
            break
        if decision.action is Action.SHOW:
            frame = self._ahead.pop()
            if decision.resync:
                self._clock.seek(frame.time)
            return Next(Outcome.SHOW, frame=frame, dropped=dropped)
        if decision.action is Action.WAIT:
            return self._wait_or_begin(decision.wait_s, spare_s)
        if decision.action is Action.STARVE:
            self._be_patient()
            return Next(Outcome.STARVE)
        return self._finish()

    def _wait_or_begin(self, wait_s: float, spare_s: float) -> Next:
        """The next frame when there is no more than `spare_s` to wait for it."""
        if not self._ahead or not self._clock.running:
            return Next(Outcome.WAIT, wait_s=wait_s)
        stays_s = self.timeline.frame_duration
        if self._shown is not None:
            stays_s = min(stays_s, self._ahead.first.time - self._shown.time)
        spare_s = min(spare_s, stays_s / self._clock.speed / 3)
        if wait_s > spare_s:
            return Next(Outcome.WAIT, wait_s=wait_s - spare_s)
        return Next(Outcome.SHOW, frame=self._ahead.pop())

    def _be_patient(self) -> None:
        """Stop the clock when the decoder has had no picture for too long; the next one sets it right."""
        overdue = self._clock.now - self.timeline.slot(self._shown).end if self._shown else 0.0
        if overdue > self._clock.patience:
            self._stalled = True
            self._clock.stop()

    def _turns_back(self, now: float) -> bool:
        """Go to the beginning of the repeated part when its end has come at `now`; whether that happened."""
        if self._repeated is None or self._shown is None:
            return False
        start, end = self._repeated
        if self._ahead:
            over, turn = self._ahead.first.time >= end, end
        else:
            over, turn = self._ahead.ended, min(end, self.timeline.slot(self._shown).end)
        if not (over and start <= self._shown.time < end and now >= turn):
            return False
        self._go(start)
        return True

    def _finish(self) -> Next:
        if not self.loop or self._shown is None:
            return Next(Outcome.FINISH)
        self._go(self.timeline.start)
        return Next(Outcome.STARVE)
