"""The frame loop: events in, frames out, until the last file ends or the user leaves."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence

from anime4k.errors import Anime4kError
from anime4k.media.frame import Frame
from anime4k.player import commands as do
from anime4k.player.acts import act, comparing, screenshots
from anime4k.player.captions import Captions
from anime4k.player.events import (
    CloseRequested,
    Event,
    Exposed,
    FilesDropped,
    KeyPressed,
    KeyReleased,
    PointerMoved,
    Resized,
    Woken,
)
from anime4k.player.files.drops import dropped
from anime4k.player.files.playlist import Playlist, existing
from anime4k.player.geometry import Size
from anime4k.player.gpus import hint
from anime4k.player.keys.bindings import Binding, by_key, command_for
from anime4k.player.opening import OpenFile
from anime4k.player.pace.governor import Change, Sample
from anime4k.player.pace.pacing import Target
from anime4k.player.pace.schedule import Slot, is_late
from anime4k.player.pace.timing import Stage
from anime4k.player.picture.comparison import OFF
from anime4k.player.picture.selection import Facts
from anime4k.player.picture.view import LONGEST_LEAD_S, SLICE_S
from anime4k.player.playback import Outcome, Playback
from anime4k.player.reflection import Reflection
from anime4k.player.session import Ending, Session
from anime4k.player.state import PlayerState, title

IDLE_S = 0.25
"""Longest sleep: the title and the cursor are looked after this often."""
STARVED_S = 0.005
"""Longest wait for the decoder before the window is looked after."""
SPARE_S = 0.015
"""Frames are begun so much earlier than they would have to be: now and then one takes longer than those before it."""
UNHURRIED_S = 0.05
"""The window is painted for the interface alone when the next frame is further away than this."""


Opener = Callable[[Session, Callable[[], bool]], OpenFile | None]
"""Opens the current file; the second argument is called while waiting, and when it answers True the result is None."""


class Player:
    """Plays a list of files in a window.

    Args:
        session: the parts, and what the user has set.
        open_file: opens a file.
        bindings: the keys.
        begun: called when a file has been opened, before its first frame.
        left: called when a file is left, while its state is still known.
    """

    def __init__(
        self,
        session: Session,
        open_file: Opener,
        bindings: Sequence[Binding],
        *,
        begun: Callable[[Session], None] = lambda _: None,
        left: Callable[[Session], None] = lambda _: None,
    ) -> None:
        self._session = session
        self._open_file = open_file
        self._bindings = bindings
        self._begun = begun
        self._left = left
        self._keys = by_key(bindings)
        self._reflection = Reflection(session)
        self._captions = Captions(session)
        self._failed = 0
        self._starved_since: float | None = None
        self._explained = ""
        self._statistics = "nothing was played"
        session.view.layers += [self._captions.paint, self._paint_interface]

    def run(self, first: OpenFile | None = None) -> int:
        """Play everything; returns how many files could not be played or written.

        Args:
            first: the first file, when it has been opened already.
        """
        session = self._session
        playlist: Playlist | None = session.playlist
        try:
            while session.ending is None and playlist is not None and playlist.files:
                session.playlist = playlist
                session.goto = None
                self._play_one(first)
                first = None
                wanted = session.playlist.index + 1 if session.goto is None else session.goto
                playlist, vanished = existing(session.playlist.at(wanted), 1, session.exists)
                for sentence in vanished if session.ending is None else ():
                    self._complain(sentence)
                if playlist is None:
                    playlist = session.undo_drop()
        finally:
            self._close_file()
        ending = session.ending or Ending.FINISHED
        if session.options.statistics:
            session.reporter.say(self._statistics)
        session.reporter.end(self.state, ending.value)
        return self._failed + session.reporter.failures

    @property
    def state(self) -> PlayerState:
        """What the player is doing now."""
        return self._reflection.state()

    # -- one file --------------------------------------------------------------------------------------

    def _play_one(self, opened: OpenFile | None) -> None:
        session = self._session
        session.begin_file()
        try:
            opened = opened or self._open_file(session, self._attend)
            if opened is None:
                return
            session.opened, session.before_drop = opened, None
            session.view.opened(Facts(opened.frame_rate, opened.interlaced))
            timeline = opened.timeline
            self._begun(session)
            session.playback = Playback(
                opened, session.clock, timeline,
                paused=session.paused, loop=session.loop_file, timed=session.options.timed,
            )
            session.playback.repeat(session.ab_loop.part)
            commands, session.commands_after = session.commands_after, ()
            for command in commands:
                act(session, command)
            self._run_file(session.playback)
        except Anime4kError as error:
            self._failed += 1
            self._complain(str(error))
        finally:
            self._close_file()

    def _close_file(self) -> None:
        session = self._session
        if session.opened is None:
            return
        self._left(session)
        if session.options.statistics:
            self._statistics = self._reflection.statistics()
        session.sound.close_file()
        session.subtitles.close_file()
        session.opened.close()
        session.reporter.closed(session.opened.path, session.opened.notes, session.opened.damaged)
        session.count(damaged=session.opened.damaged)
        session.opened = session.playback = None
        self._captions.take(None)

    def _run_file(self, playback: Playback) -> None:
        session, timeout = self._session, 0.0
        while session.ending is None and session.goto is None:
            self._handle(session.window.poll(timeout))
            for command in session.interface.take_commands():
                act(session, command)
            wait = self._advance(playback)
            if wait is None:
                return
            timeout = 0.0 if wait <= 0.0 else self._between(playback, wait)
            self._tell()

    def _advance(self, playback: Playback) -> float | None:
        """One step of `playback`; how long nothing will be due, or None at its end."""
        step = playback.next(self._session.view.lead_s, SPARE_S)
        self._session.count(dropped=step.dropped)
        if step.outcome is Outcome.STARVE:
            self._starved_since = self._starved_since or time.perf_counter()
            playback.await_frame(STARVED_S)
            self._work(SLICE_S)
            return 0.0
        if step.outcome is Outcome.WAIT:
            return step.wait_s
        if step.frame is None:
            return None
        starved = self._starved_since is not None
        if self._starved_since is not None:
            self._session.view.times.add(Stage.DECODE, time.perf_counter() - self._starved_since)
            self._starved_since = None
        self._show(playback, step.frame, step.dropped, starved)
        self._work(SLICE_S)
        return 0.0

    def _between(self, playback: Playback, wait: float) -> float:
        """Use the time until the next frame is due; how long to wait for events after that."""
        session, view = self._session, self._session.view
        began = time.perf_counter()
        self._captions.foresee(playback.shown, playback.upcoming)
        self._work(min(SLICE_S, wait))
        unhurried = view.visible and wait > UNHURRIED_S + view.lead_s
        if view.outdated and (playback.paused or unhurried):
            self._captions.take(view.frame)
            self._again(view.refresh)
        elif (session.repaint or session.interface.wait_s <= 0.0) and unhurried:
            self._captions.renew()
            self._again(view.repaint)
        wait -= time.perf_counter() - began
        limit = IDLE_S if view.preparing is None else STARVED_S
        return max(0.0, min(wait, limit, view.settle_s, session.interface.wait_s if unhurried else math.inf))

    def _again(self, paint: Callable[[], bool]) -> None:
        """Put the present picture on the screen once more."""
        began = time.perf_counter()
        if paint():
            self._session.count(repeated=1)
            self._session.display.swapped(began, time.perf_counter())
        self._session.repaint = False

    def _work(self, budget_s: float) -> None:
        """Go on with the next chain."""
        if self._session.view.work(budget_s):
            self._session.view.times.chain_changed()

    def _show(self, playback: Playback, frame: Frame, dropped: int, starved: bool) -> None:
        session, view = self._session, self._session.view
        in_time = session.options.timed and not playback.busy and not playback.paused
        if view.needs_plan(frame):
            playback.hold()
            in_time = False
        self._captions.foresee(frame, playback.upcoming)
        held, partly, preparing = view.held, view.partly, view.preparing is not None
        view.times.begin()
        drawn = view.draw(frame, plain=session.scrubbing or playback.hurried)
        self._captions.take(frame)
        slot = Slot(frame.time, frame.duration_s or playback.timeline.frame_duration)
        target = self._target(playback, slot) if in_time and drawn else None
        late = False
        if drawn:
            playback.showing(frame)
            began = time.perf_counter()
            view.present()
            if target is not None:
                late = session.display.presented(target, began, time.perf_counter()).late
                if session.sound.clock.leading:
                    view.times.av_error(session.clock.now + session.sound.clock.error - slot.time)
            else:
                session.display.break_off()
                view.times.break_off()
        late = late or (in_time and is_late(slot, session.clock.now))
        playback.presented(frame)
        cost = view.times.shown(time.perf_counter(), None if target is None else target.time, held=view.held > held)
        session.count(shown=int(drawn), hidden=int(not drawn), late=int(late), held=view.held - held,
                      partly=view.partly - partly)  # fmt: skip
        self._govern(
            Sample(
                mode=view.active.drawn if view.active else "",
                budget_s=slot.duration / session.clock.speed,
                cost_s=cost,
                late=late,
                dropped=dropped,
                starved=starved,
                held=view.held > held or view.partly > partly,
                counts=in_time and drawn and not preparing and view.comparison == OFF,
            )
        )
        if session.reporter.watched:
            session.reporter.frame(frame, self.state)
        if session.every_frame:
            screenshots.take(session, do.ScreenshotKind.SOURCE)
        frames = session.options.frames
        if frames is not None and session.counts.shown + session.counts.hidden >= frames:
            session.ending = Ending.FRAMES

    def _target(self, playback: Playback, slot: Slot) -> Target:
        """Wait until the drawn frame has to be handed to the display."""
        session = self._session
        due = time.perf_counter() + (slot.time - session.clock.now) / session.clock.speed
        target = session.display.target(due, slot.duration / session.clock.speed)
        early = target.submit - time.perf_counter() - session.view.times.presenting_s
        if early > 0.0:
            time.sleep(min(early, LONGEST_LEAD_S))
        return target

    def _govern(self, sample: Sample) -> None:
        session = self._session
        if session.quality is None:
            return
        session.quality.speed = session.clock.speed
        decision = session.quality.step(time.perf_counter(), sample)
        if session.quality.measurements.problem:
            session.reporter.warn_once(session.quality.measurements.problem)
        if decision is None:
            return
        session.note = decision.note
        session.say(decision.note)
        session.reporter.warn_once(decision.note)
        if decision.mode is not None:
            session.view.reselected(relief=decision.change is Change.DOWN)

    # -- over the picture ------------------------------------------------------------------------------

    def _paint_interface(self, size: Size) -> None:
        session = self._session
        session.view.watch_steps(session.interface.wants_figures)
        with session.view.times.measure(Stage.INTERFACE):
            figures = self._reflection.figures() if session.interface.wants_figures else None
            session.interface.paint(self.state, figures, size)
        session.repaint = False

    # -- events and commands ---------------------------------------------------------------------------

    def _attend(self) -> bool:
        """Look after the window while a file is being opened; True when that file is not wanted any more."""
        session = self._session
        self._handle(session.window.poll(STARVED_S))
        for command in session.interface.take_commands():
            act(session, command)
        if session.repaint or session.interface.wait_s <= 0.0:
            session.view.repaint()
        return session.ending is not None or session.goto is not None

    def _handle(self, events: Sequence[Event]) -> None:
        session = self._session
        if session.stopped():
            session.ending = Ending.QUIT
        for event in events:
            if isinstance(event, PointerMoved):
                session.pointer = (event.x, event.y)
                comparing.follow_pointer(session)
            if session.interface.handle(event):
                session.repaint = True
                continue
            match event:
                case KeyPressed():
                    command = command_for(event, self._keys)
                    if command is not None:
                        act(session, command)
                case KeyReleased(key):
                    if key in self._keys and isinstance(self._keys[key].command, do.ShowOriginal):
                        comparing.release_original(session)
                case Resized():
                    session.view.resized()
                    session.repaint = True
                case Exposed():
                    session.repaint = True
                case Woken():
                    session.repaint |= self._captions.renew()
                case FilesDropped(paths):
                    self._drop(paths)
                case CloseRequested():
                    session.ending = Ending.QUIT

    def _drop(self, paths: Sequence[str]) -> None:
        session = self._session
        found = dropped(paths)
        for sentence in found.problems:
            self._complain(sentence)
        if found.play:
            session.before_drop = session.before_drop or (session.playlist, session.position)
            session.playlist, session.goto = Playlist(found.play), 0
            session.commands_after = found.commands
            return
        for command in found.commands:
            act(session, command)

    # -- telling ---------------------------------------------------------------------------------------

    def _complain(self, sentence: str) -> None:
        self._session.reporter.warn_once(sentence)
        self._session.say(sentence)

    def _tell(self) -> None:
        session, view = self._session, self._session.view
        if view.chains.problem:
            session.reporter.warn_once(view.chains.problem)
        for complaints in (view.chains.complaints, session.sound.complaints, session.subtitles.complaints):
            while complaints:
                self._complain(complaints.pop(0))
        if session.survey is not None and (better := session.survey.better()) is not None:
            session.survey, session.better_gpu = None, better
            if better:
                self._complain(hint(better))
        active = view.active
        if session.options.explain and active is not None and active.explanation != self._explained:
            self._explained = active.explanation
            session.reporter.say(active.explanation)
        state = self.state
        for sentence in state.chain.disabled:
            session.reporter.warn_once(f"{sentence[1]}; the picture goes on without this file")
        session.window.set_title(title(state))
        session.reporter.state(state)
        session.reporter.resources(view.resources + session.painter.counts)
