"""The frame loop: events in, frames out, until the last file ends or the user leaves."""

from __future__ import annotations

import enum
import time
from collections.abc import Callable, Sequence
from dataclasses import replace

from anime4k.errors import Anime4kError
from anime4k.media.frame import Frame
from anime4k.pipeline.plan import Plan
from anime4k.player import commands as do
from anime4k.player.bindings import DEFAULT_BINDINGS, Binding, by_key, command_for, key_list
from anime4k.player.chapters import neighbour
from anime4k.player.clock import Clock, WallClock
from anime4k.player.events import CloseRequested, Event, Exposed, FilesDropped, KeyPressed, Resized
from anime4k.player.naming import Moment
from anime4k.player.opening import OpenFile
from anime4k.player.options import Opener, PlayerWindow, PlayOptions
from anime4k.player.playback import Outcome, Playback
from anime4k.player.report import Reporter, statistics_text
from anime4k.player.schedule import Slot, is_late
from anime4k.player.screenshot import save
from anime4k.player.selection import Active, Facts
from anime4k.player.state import ChainState, Counts, PlayerState, chain_state, title
from anime4k.player.timing import Stage
from anime4k.player.view import LONGEST_LEAD_S, View

IDLE_S = 0.25
"""Longest sleep: the title and the cursor are looked after this often."""
STARVED_S = 0.005
"""Longest wait for the decoder before the window is looked after."""


class Ending(enum.Enum):
    """Why the player stopped; the value is what the status lines say."""

    QUIT = "quit"
    FINISHED = "finished"
    FRAMES = "frames"


class Player:
    """Plays a list of files in a window.

    Args:
        window: where the picture and the keys are.
        view: draws into that window.
        files: what to play, in this order.
        open_file: opens one of them.
        options: how to play.
        reporter: tells people and programs what happens.
        bindings: the keys.
        clock: media time.
    """

    def __init__(
        self,
        window: PlayerWindow,
        view: View,
        files: Sequence[str],
        open_file: Opener,
        options: PlayOptions,
        reporter: Reporter,
        *,
        bindings: Sequence[Binding] = DEFAULT_BINDINGS,
        clock: Clock | None = None,
    ) -> None:
        self._window = window
        self._view = view
        self._selection = view.selection
        self._files = list(files)
        self._open_file = open_file
        self._options = options
        self._reporter = reporter
        self._bindings = bindings
        self._keys = by_key(bindings)
        self._clock = clock or WallClock()
        self._clock.set_speed(options.speed)
        self._loop_file = options.loop
        self._paused = False
        self._index = 0
        self._counts = Counts()
        self._damaged_before = 0
        self._starved_since: float | None = None
        self._chain: tuple[Plan, Active, ChainState] | None = None
        self._explained = ""
        self._open: OpenFile | None = None
        self._playback: Playback | None = None
        self._ending: Ending | None = None
        self._goto: int | None = None
        self._failed = 0

    def run(self, first: OpenFile | None = None) -> int:
        """Play everything; returns how many files could not be played or written.

        Args:
            first: the first file, when it has been opened already.
        """
        try:
            while self._ending is None and 0 <= self._index < len(self._files):
                self._goto = None
                self._play_one(first)
                first = None
                if self._ending is None:
                    self._index = self._index + 1 if self._goto is None else self._goto
        finally:
            self._close_file()
        ending = self._ending or Ending.FINISHED
        if self._options.statistics:
            self._print_statistics()
        self._reporter.end(self.state, ending.value)
        return self._failed + self._reporter.failures

    @property
    def state(self) -> PlayerState:
        """What the player is doing now."""
        playback, view = self._playback, self._view
        return PlayerState(
            file=self._files[min(self._index, len(self._files) - 1)] if self._files else "",
            index=min(self._index, len(self._files) - 1),
            count=len(self._files),
            position=playback.position if playback else None,
            duration=playback.timeline.duration if playback else None,
            paused=self._paused,
            speed=self._clock.speed,
            loop=self._loop_file,
            fullscreen=self._window.fullscreen,
            window=self._window.framebuffer_size,
            source=view.frame.format.display_size if view.frame else (0, 0),
            output=view.output_size,
            rect=view.rect.as_tuple(),
            chain=self._chain_state(),
            counts=replace(self._counts, damaged=self._damaged_before + (self._open.damaged if self._open else 0)),
        )

    # -- one file --------------------------------------------------------------------------------------

    def _play_one(self, opened: OpenFile | None) -> None:
        name = self._files[self._index]
        try:
            opened = opened or self._open_file(name, self._attend)
            if opened is None:
                return
            self._open = opened
            self._view.opened(Facts(opened.frame_rate, opened.interlaced))
            self._playback = Playback(
                opened, self._clock, opened.timeline,
                paused=self._paused, loop=self._loop_file, timed=self._options.timed,
            )
            self._run_file(self._playback)
        except Anime4kError as error:
            self._failed += 1
            self._reporter.warn(str(error))
        finally:
            self._close_file()

    def _close_file(self) -> None:
        if self._open is None:
            return
        self._open.close()
        self._reporter.closed(self._open.path, self._open.notes, self._open.damaged)
        self._damaged_before += self._open.damaged
        self._open = None

    def _run_file(self, playback: Playback) -> None:
        timeout: float | None = 0.0
        while timeout is not None and self._ending is None and self._goto is None:
            self._handle(self._window.poll(timeout))
            self._view.work()
            timeout = self._advance(playback)
            self._tell()

    def _advance(self, playback: Playback) -> float | None:
        """One step of `playback`; how long nothing will be due, or None at its end."""
        step = playback.next(self._view.lead_s)
        self._count(dropped=step.dropped)
        if step.outcome is Outcome.STARVE:
            self._starved_since = self._starved_since or time.perf_counter()
            playback.await_frame(STARVED_S)
            return 0.0
        if step.outcome is Outcome.WAIT:
            if self._view.outdated and (playback.paused or step.wait_s > self._view.lead_s):
                self._count(repeated=int(self._view.refresh()))
                return 0.0
            return min(step.wait_s, IDLE_S if self._view.preparing is None else STARVED_S, self._view.settle_s)
        if step.frame is None:
            return None
        if self._starved_since is not None:
            self._view.times.add(Stage.DECODE, time.perf_counter() - self._starved_since)
            self._starved_since = None
        self._show(playback, step.frame)
        return 0.0

    def _show(self, playback: Playback, frame: Frame) -> None:
        in_time = self._options.timed and not playback.busy and not playback.paused
        if self._view.needs_plan(frame):
            playback.hold()
            in_time = False
        drawn = self._view.draw(frame)
        if drawn:
            early = playback.due_in(frame) - self._view.times.recent(Stage.PRESENT)
            if in_time and early > 0.0:
                time.sleep(min(early, LONGEST_LEAD_S))
            self._view.present()
        slot = Slot(frame.time, frame.duration_s or playback.timeline.frame_duration)
        late = in_time and is_late(slot, self._clock.now)
        playback.presented(frame)
        self._count(shown=int(drawn), hidden=int(not drawn), late=int(late))
        self._reporter.frame(frame, self.state)
        if self._options.frames is not None and self._counts.shown + self._counts.hidden >= self._options.frames:
            self._ending = Ending.FRAMES

    # -- events and commands ---------------------------------------------------------------------------

    def _attend(self) -> bool:
        """Look after the window while a file is being opened; True when that file is not wanted any more."""
        self._handle(self._window.poll(STARVED_S))
        return self._ending is not None or self._goto is not None

    def _handle(self, events: Sequence[Event]) -> None:
        uncovered = False
        for event in events:
            match event:
                case KeyPressed():
                    command = command_for(event, self._keys)
                    if command is not None:
                        self._obey(command)
                case Resized():
                    self._view.resized()
                    uncovered = True
                case Exposed():
                    uncovered = True
                case FilesDropped(paths):
                    self._files, self._goto = list(paths), 0
                case CloseRequested():
                    self._ending = Ending.QUIT
        if uncovered:
            self._count(repeated=int(self._view.repaint()))

    def _obey(self, command: do.Command) -> None:
        match command:
            case do.Quit():
                self._ending = Ending.QUIT
            case do.ToggleFullscreen():
                self._window.set_fullscreen(not self._window.fullscreen)
            case do.LeaveFullscreen():
                self._window.set_fullscreen(False)
            case do.ScaleWindow(factor):
                if self._view.frame is not None:
                    width, height = self._view.frame.format.display_extent
                    self._window.resize((max(1, round(float(width) * factor)), max(1, round(float(height) * factor))))
            case do.ScaleSpeed(factor):
                self._clock.set_speed(self._clock.speed * factor)
            case do.SetSpeed(speed):
                self._clock.set_speed(speed)
            case do.PlaylistStep(direction):
                if 0 <= self._index + direction < len(self._files):
                    self._goto = self._index + direction
            case do.ToggleShaders():
                self._reselect(self._selection.toggle)
            case do.SelectMode(letters):
                self._reselect(lambda: self._selection.select(letters))
            case do.SwitchQuality():
                self._reselect(self._selection.switch_quality)
            case do.SelectStart():
                self._reselect(self._selection.select_start)
            case do.TogglePanel(do.Panel.KEYS):
                self._reporter.say(key_list(self._bindings))
            case do.TogglePause():
                self._paused = not self._paused
                if self._playback is not None:
                    self._playback.set_paused(self._paused)
            case do.ToggleLoopFile():
                self._loop_file = not self._loop_file
                if self._playback is not None:
                    self._playback.loop = self._loop_file
            case do.ShowStatistics():
                self._slowly(self._print_statistics)
            case do.Screenshot(kind):
                self._slowly(lambda: self._screenshot(kind))
            case _:
                self._move(command)

    def _reselect(self, change: Callable[[], None]) -> None:
        before = self._selection.text
        change()
        self._view.reselected()
        if self._selection.text != before and not self._options.explain:  # the explanation begins with the same
            self._reporter.say(self._selection.text)

    def _move(self, command: do.Command) -> None:
        if self._playback is None or self._open is None:
            return
        match command:
            case do.Seek(seconds, absolute):
                if absolute:
                    self._playback.seek_to(seconds)
                else:
                    self._playback.seek_by(seconds)
            case do.FrameStep(direction):
                self._paused = True
                self._playback.step(direction)
            case do.ChapterStep(direction):
                target = neighbour([chapter.start for chapter in self._open.chapters], self._playback.position or 0.0, direction)
                if target is not None:
                    self._playback.seek_to(target)

    def _slowly(self, work: Callable[[], None]) -> None:
        """Do something that takes longer than a frame without any frame being late for it."""
        if self._playback is None:
            work()
            return
        self._playback.hold()
        work()
        self._playback.release()

    # -- telling ---------------------------------------------------------------------------------------

    def _count(self, **more: int) -> None:
        if any(more.values()):
            self._counts = replace(
                self._counts, **{name: getattr(self._counts, name) + number for name, number in more.items()}
            )

    def _chain_state(self) -> ChainState:
        view = self._view
        if view.plan is None or view.active is None:
            return ChainState(mode=self._selection.name, enabled=self._selection.enabled)
        # Asked at every frame, so the same plan is told by being the same object.
        if self._chain is None or self._chain[0] is not view.plan or self._chain[1] is not view.active:
            state = chain_state(view.plan, view.active, broken=view.broken)
            self._chain = (view.plan, view.active, state)
            for _, message in state.disabled:
                self._reporter.warn_once(f"{message}; the picture goes on without this file")
        return self._chain[2]

    def _tell(self) -> None:
        if self._view.problem:
            self._reporter.warn_once(self._view.problem)
        while self._view.complaints:
            self._reporter.warn_once(self._view.complaints.pop(0))
        active = self._view.active
        if self._options.explain and active is not None and active.explanation != self._explained:
            self._explained = active.explanation
            self._reporter.say(active.explanation)
        state = self.state
        self._window.set_title(title(state))
        self._reporter.state(state)

    def _print_statistics(self) -> None:
        view = self._view
        text = statistics_text(self.state, view.times.summary(), view.step_times(), self._options.device)
        self._reporter.say(text)

    def _screenshot(self, kind: do.ScreenshotKind) -> None:
        view = self._view
        pixels = view.window_picture() if kind is do.ScreenshotKind.WINDOW else view.picture()
        if pixels is None:
            return
        state = self.state
        mode = (state.chain.takes or state.chain.mode) if state.chain.enabled else ""
        moment = Moment(state.file, mode, state.position)
        try:
            self._reporter.say(f"screenshot: {save(self._options.screenshot_dir, pixels, moment)}")
        except Anime4kError as error:
            self._reporter.warn(str(error))
