"""Commands about the position, the speed and the list of files."""

from __future__ import annotations

from pathlib import PurePath

from anime4k.player import commands as do
from anime4k.player.abloop import marked
from anime4k.player.chapters import neighbour
from anime4k.player.files.playlist import existing, with_neighbours
from anime4k.player.playback import Playback
from anime4k.player.seek_history import undone
from anime4k.player.session import Session
from anime4k.player.timecode import format_time

NO_TIME_S = 1e-4
NO_HARDWARE, ANY_HARDWARE = "no", "auto"


def act(session: Session, command: do.PlayingCommand) -> None:
    """Do what `command` says."""
    match command:
        case do.TogglePause():
            session.paused = not session.paused
            if session.playback is not None:
                session.playback.set_paused(session.paused)
        case do.ScaleSpeed(factor):
            _set_speed(session, session.clock.speed * factor)
        case do.SetSpeed(speed):
            _set_speed(session, speed)
        case do.ToggleLoopFile():
            session.loop_file = not session.loop_file
            if session.playback is not None:
                session.playback.loop = session.loop_file
            session.say("this file repeats" if session.loop_file else "this file plays once")
        case do.PlaylistStep(direction):
            if len(session.playlist.files) == 1:  # what is beside the only file was not asked for, but is meant now
                session.playlist = with_neighbours(session.playlist.current)
            following, vanished = existing(session.playlist.step(direction), direction, session.exists)
            for sentence in vanished:
                session.reporter.warn_once(sentence)
                session.say(sentence)
            if following is not None:
                session.goto = following.index
                session.say(f"{following.index + 1} of {len(following.files)}: {PurePath(following.current).name}")
            else:
                session.say("this is the last file" if direction > 0 else "this is the first file")
        case do.PlaylistGoto(index):
            if session.playlist.at(index) is not None:
                session.goto = index
        case do.ReloadFile():
            _reopen(session, "opened again")
        case do.ToggleHardwareDecoder():
            session.hwdec = ANY_HARDWARE if session.hwdec == NO_HARDWARE else NO_HARDWARE
            _reopen(session, f"hardware decoder: {session.hwdec}")
        case do.ToggleDeinterlace():
            session.deinterlace = not session.deinterlace
            _reopen(session, f"deinterlacing {'on' if session.deinterlace else 'off'}")
        case _:
            if session.playback is not None:
                _move(session, session.playback, command)


def _move(session: Session, playback: Playback, command: do.PlayingCommand) -> None:
    """Commands that need an open file."""
    match command:
        case do.Seek(seconds, absolute):
            session.seeking()
            if absolute:
                playback.seek_to(seconds)
            else:
                playback.seek_by(seconds)
            session.interface.show_progress()
        case do.Scrub(seconds, done):
            if not session.scrubbing:
                session.seeking()
            session.scrubbing = not done
            playback.seek_to(seconds)
        case do.UndoSeek():
            session.seeks, target = undone(session.seeks, session.position)
            if target is not None:
                playback.seek_to(target)
                session.interface.show_progress()
        case do.SubtitleSeek(direction):
            start = session.subtitles.line((playback.goal or 0.0) + playback.timeline.origin, direction)
            if start is None:
                session.say("no subtitle line in that direction")
            else:
                session.seeking()
                # The frame in which a line begins is older than the line; the one after it shows it.
                after = playback.timeline.frame_duration - NO_TIME_S
                playback.seek_to(start + after - playback.timeline.origin)
        case do.ChapterStep(direction):
            _step_chapter(session, playback, direction)
        case do.FrameStep(direction):
            session.paused = True
            playback.step(direction)
        case do.AbLoop():
            session.ab_loop = marked(session.ab_loop, session.position)
            playback.repeat(session.ab_loop.part)
            session.say(_loop_text(*session.ab_loop.marks))


def _step_chapter(session: Session, playback: Playback, direction: int) -> None:
    opened = session.opened
    chapters = opened.chapters if opened is not None else ()
    target = neighbour([chapter.start for chapter in chapters], playback.goal or 0.0, direction)
    if target is None:
        session.say("no chapters" if not chapters else "no chapter in that direction")
        return
    session.seeking()
    playback.seek_to(target)
    number = next(index for index, chapter in enumerate(chapters, 1) if chapter.start == target)
    title = chapters[number - 1].title
    session.say(f"chapter {number} of {len(chapters)}" + (f": {title}" if title else f", {format_time(target)}"))


def _set_speed(session: Session, speed: float) -> None:
    session.clock.set_speed(speed)
    session.say(f"speed {session.clock.speed:.2f}")


def _reopen(session: Session, text: str) -> None:
    """Open the file again and go on where it is."""
    session.resume_at = session.position
    session.goto = session.playlist.index
    session.say(text)


def _loop_text(start: float | None, end: float | None) -> str:
    if start is None:
        return "no part repeats"
    if end is None:
        return f"the part that repeats begins at {format_time(start)}"
    return f"{format_time(start)} to {format_time(end)} repeats"
