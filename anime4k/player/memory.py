"""What the player keeps between runs: where files were left, and the modes of folders."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from anime4k.errors import Anime4kError, UsageError
from anime4k.modes.table import find_mode
from anime4k.player.files import folders, resume
from anime4k.player.files.resume import Remembered
from anime4k.player.session import Ending, Session


class Memory:
    """Reads and writes the user's state files; what is wrong with them is told and never stops playback.

    Args:
        folder: of the state files.
        warn: tells the user.
        resume: whether files go on where they were left.
        save: whether leaving keeps the position even when the user does not ask for it.
    """

    def __init__(self, folder: Path, warn: Callable[[str], None], *, resume: bool = True, save: bool = False) -> None:
        self._folder = folder
        self._tell = warn
        self._told: set[str] = set()
        self._resume = resume
        self._save = save

    def _warn(self, sentence: str) -> None:
        if sentence not in self._told:  # every file of a list would say the same
            self._told.add(sentence)
            self._tell(sentence)

    def recall(self, file: str) -> Remembered | None:
        """How `file` was left, None = nothing is known or wanted."""
        if not self._resume:
            return None
        left, problem = resume.recall(self._folder, file)
        if problem:
            self._warn(problem)
        return left

    def leave(self, session: Session) -> None:
        """A file is left: keep where, or forget what was kept."""
        if session.opened is None or session.playback is None or session.playback.position is None:
            return
        file, position = session.playlist.current, session.position
        wanted = session.ending is Ending.QUIT and (session.remember or self._save)
        wanted = wanted and resume.worth_remembering(position, session.playback.timeline.duration)
        try:
            if wanted:
                resume.remember(self._folder, file, _remembered(session, position))
            elif self._resume and session.ending is not Ending.FRAMES:
                resume.forget(self._folder, file)
        except Anime4kError as error:
            self._warn(str(error))

    def mode_of(self, file: str) -> str:
        """The mode of the folder of `file`, empty = none."""
        name, problem = folders.saved_mode(self._folder, file)
        if problem:
            self._warn(problem)
        if not name:
            return ""
        try:
            return find_mode(name).name
        except UsageError as error:
            self._warn(f"the mode kept for the folder of {file} cannot be used: {error}")
            return ""

    def toggle_mode(self, session: Session) -> str:
        """Keep the present mode for the folder of the present file, or keep none any more; what was done, in words."""
        file, selection = session.playlist.current, session.view.selection
        mode = selection.mode_name
        if not mode:
            return "only modes can be kept for a folder, not shader files"
        wanted = None if session.remembered_mode == mode else mode
        try:
            folders.save_mode(self._folder, file, wanted)
        except Anime4kError as error:
            return str(error)
        session.remembered_mode = wanted or ""
        return f"mode {mode} from now on in this folder" if wanted else "no mode of its own for this folder any more"


def _remembered(session: Session, position: float) -> Remembered:
    sound, subtitles = session.sound, session.subtitles
    return Remembered(
        position=position,
        audio=sound.track,
        subtitles=subtitles.track,
        secondary=subtitles.secondary,
        audio_delay=sound.delay,
        subtitle_delay=subtitles.delay,
        mode=session.view.selection.mode_name,
        tracks_chosen=session.chosen_tracks,
    )
