"""One file being played: which of its frames is on the screen, and which comes next. No window, no OpenGL.

Everything that moves the position (seek, frame step) is queued and done one after the other: the picture of a
seek is shown before the next seek begins, and relative seeks that arrive meanwhile add up.
"""

from __future__ import annotations

import enum
import math
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Protocol

from anime4k.errors import Anime4kError
from anime4k.media.decoder import End
from anime4k.media.frame import Frame
from anime4k.player.behind import Behind
from anime4k.player.moves import Moves, SeekTo, Step
from anime4k.player.pace.clock import Clock
from anime4k.player.pace.schedule import Action, Slot, decide
from anime4k.player.timeline import Timeline

LOOK_AHEAD = 3
"""Frames taken from the decoder before they are due; the decoder keeps more in its own queue."""


class FrameSource(Protocol):
    """A decoder that works ahead on its own."""

    def get(self, timeout: float) -> Frame | End | None:
        """The next frame, `End.END` after the last, None when none is ready within `timeout` seconds."""
        ...

    def seek(self, time_s: float) -> object:
        """Go on with the frame that is on the screen at `time_s` seconds of the file's own time."""
        ...


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
        self._source = source
        self._clock = clock
        self.timeline = timeline
        self.loop = loop
        self._timed = timed
        self._paused = paused
        self._upcoming: deque[Frame] = deque()
        self._ended = False
        self._shown: Frame | None = None
        self._coming: Frame | None = None
        self._landing: float | None = timeline.start
        self._stepping = False
        self._stalled = False
        self._failure: Anime4kError | None = None
        self._behind = Behind()
        self._repeated: tuple[float, float] | None = None
        self._moves = Moves()
        clock.stop()
        clock.seek(timeline.start)
        if timeline.start > timeline.origin:
            source.seek(timeline.start)

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
        return tuple(self._upcoming)

    @property
    def goal(self) -> float | None:
        """Where the position will be when everything that was asked for is on the screen, as people count it."""
        last = self._moves.last
        base = self._landing if self._landing is not None else (self._shown.time if self._shown else None)
        if isinstance(last, SeekTo):
            if not last.relative:
                base = last.seconds
            elif base is not None:
                base += last.seconds
        elif self._landing is None and self._shown is not None and not self._stepping:
            # A target inside a frame has been reached although that frame begins before it.
            slot = self._slot(self._shown, None)
            base = min(max(self._clock.now, slot.time), slot.end)
        return None if base is None else base - self.timeline.origin

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
        self._take_frames()
        if self._landing is not None or self._stepping or (not self._timed and not self._paused):
            return self._next_at_once()
        if self._paused:
            return Next(Outcome.WAIT, wait_s=float("inf"))
        return self._next_timed(lead_s, spare_s)

    def await_frame(self, timeout_s: float) -> None:
        """Wait up to `timeout_s` seconds for the decoder, after `Outcome.STARVE`."""
        if not self._ended and self._failure is None:
            self._take_one(timeout_s)

    def showing(self, frame: Frame) -> None:
        """`frame`, as answered by `next`, is about to become visible: what is painted with it tells its position."""
        self._coming = frame

    def presented(self, frame: Frame) -> None:
        """`frame`, as answered by `next`, has become visible."""
        self._remember(frame)
        self._coming = None
        if self._landing is not None:
            slot = self._slot(frame, None)
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
        self._upcoming.appendleft(shown)
        self._upcoming.appendleft(self._behind.pop())
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
        self._upcoming.clear()
        self._behind.clear()
        self._ended = False
        self._landing = target
        self._stalled = False
        self._clock.stop()
        self._clock.seek(target)  # sound gets ready for the new place while the picture is being found
        self._source.seek(target)

    def _take_frames(self) -> None:
        while not self._ended and len(self._upcoming) < LOOK_AHEAD and self._take_one(0.0):
            pass
        if self._failure is not None and not self._upcoming:
            raise self._failure

    def _take_one(self, timeout_s: float) -> bool:
        """Take a frame or the end from the source; False when there is none for now."""
        if self._failure is not None:
            return False
        try:
            item = self._source.get(timeout_s)
        except Anime4kError as error:
            self._failure = error  # the frames before it are still shown
            return False
        if item is None:
            return False
        self._accept(item)
        return True

    def _accept(self, item: Frame | End) -> None:
        stop = self.timeline.stop
        if isinstance(item, End) or (stop is not None and item.time >= stop):
            self._ended = True
        else:
            self._upcoming.append(item)

    def _next_at_once(self) -> Next:
        if self._upcoming:
            return Next(Outcome.SHOW, frame=self._upcoming.popleft())
        if not self._ended:
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
        if self._stalled and self._upcoming:
            self._stalled = False
            self._clock.seek(self._upcoming[0].time)
            self._run_clock()
        while True:
            now = self._clock.now + lead_s * self._clock.speed
            decision = decide(
                now,
                self._slots(),
                shown=None if self._shown is None else self._slot(self._shown, None),
                ended=self._ended,
                speed=self._clock.speed,
            )
            for _ in range(decision.drop):
                self._upcoming.popleft()
            dropped += decision.drop
            if decision.action is Action.SHOW and decision.drop and len(self._upcoming) == 1 and not self._ended:
                self._take_frames()  # the replacement may itself be replaced by a newer frame
                if len(self._upcoming) > 1:
                    continue
            break
        if decision.action is Action.SHOW:
            frame = self._upcoming.popleft()
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
        if not self._upcoming or not self._clock.running:
            return Next(Outcome.WAIT, wait_s=wait_s)
        stays_s = self.timeline.frame_duration
        if self._shown is not None:
            stays_s = min(stays_s, self._upcoming[0].time - self._shown.time)
        spare_s = min(spare_s, stays_s / self._clock.speed / 3)
        if wait_s > spare_s:
            return Next(Outcome.WAIT, wait_s=wait_s - spare_s)
        return Next(Outcome.SHOW, frame=self._upcoming.popleft())

    def _be_patient(self) -> None:
        """Stop the clock when the decoder has had no picture for too long; the next one sets it right."""
        overdue = self._clock.now - self._slot(self._shown, None).end if self._shown else 0.0
        if overdue > self._clock.patience:
            self._stalled = True
            self._clock.stop()

    def _turns_back(self, now: float) -> bool:
        """Go to the beginning of the repeated part when its end has come at `now`; whether that happened."""
        if self._repeated is None or self._shown is None:
            return False
        start, end = self._repeated
        if self._upcoming:
            over, turn = self._upcoming[0].time >= end, end
        else:
            over, turn = self._ended, min(end, self._slot(self._shown, None).end)
        if not (over and start <= self._shown.time < end and now >= turn):
            return False
        self._go(start)
        return True

    def _finish(self) -> Next:
        if not self.loop or self._shown is None:
            return Next(Outcome.FINISH)
        self._go(self.timeline.start)
        return Next(Outcome.STARVE)

    def _slots(self) -> Sequence[Slot]:
        frames = list(self._upcoming)
        return [self._slot(frame, after) for frame, after in zip_longest(frames, frames[1:])]

    def _slot(self, frame: Frame, after: Frame | None) -> Slot:
        if after is not None and after.time > frame.time:
            return Slot(frame.time, after.time - frame.time)
        return Slot(frame.time, frame.duration_s or self.timeline.frame_duration)
