"""Finding the tracks of files in a thread, one file after the other."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from anime4k.errors import MediaError
from anime4k.media.attachments import Font
from anime4k.media.reader import ReadAborted
from anime4k.media.subtitles import contents
from anime4k.subtitles.tracks import SubtitleTrack, added, files_beside, tracks_of

_UNKNOWN, _BT709, _BT601 = 2, 1, 6
_SD = (1279, 576)


@dataclass(frozen=True)
class Found:
    """What a file brought.

    Attributes:
        tracks: its tracks, counted on from those there are.
        fonts: attached fonts.
        start_s: time of the beginning of the video on its own clock.
        matrix: H.273 code of the matrix with which the video is decoded.
        notes: what is wrong, each a sentence.
        main: whether it was the video, not a subtitle file added to it.
    """

    tracks: tuple[SubtitleTrack, ...] = ()
    fonts: tuple[Font, ...] = ()
    start_s: float = 0.0
    matrix: int = _UNKNOWN
    notes: tuple[str, ...] = ()
    main: bool = False


@dataclass
class Discovery:
    """The files to look into for one video; ends with `stop`.

    Attributes:
        report: called from the thread with what each file brought.
    """

    report: Callable[[Discovery, Found], None]
    _tasks: queue.SimpleQueue[tuple[Path, bool] | None] = field(default_factory=queue.SimpleQueue)
    _abort: threading.Event = field(default_factory=threading.Event)
    _count: int = 0

    def start(self) -> None:
        """Begin."""
        threading.Thread(target=self._run, name="subtitle discovery", daemon=True).start()

    def video(self, path: Path) -> None:
        """Look into a video and for files beside it."""
        self._tasks.put((path, True))

    def file(self, path: Path) -> None:
        """Look into a subtitle file."""
        self._tasks.put((path, False))

    def stop(self) -> None:
        """End soon, without another report."""
        self._abort.set()
        self._tasks.put(None)

    def _run(self) -> None:
        while (task := self._tasks.get()) is not None:
            path, main = task
            try:
                found = _video(path, self._abort) if main else _file(path, self._count + 1, self._abort)
            except ReadAborted:
                return
            except Exception as error:  # whatever a damaged file leads to, the video goes on
                known = isinstance(error, MediaError)
                found = Found(notes=(str(error) if known else f"{path}: cannot be read ({error})",), main=main)
            self._count += len(found.tracks)
            if self._abort.is_set():
                return
            self.report(self, found)


def _video(path: Path, abort: threading.Event) -> Found:
    tracks: Sequence[SubtitleTrack] = ()
    notes: list[str] = []
    fonts: tuple[Font, ...] = ()
    start, matrix = 0.0, _UNKNOWN
    # Reading a pipe would take the video away from who plays it.
    if path.is_file():
        try:
            found = contents(path, abort)
        except MediaError:
            # Who plays the video says what is wrong with it.
            pass
        else:
            tracks, fonts, start = tracks_of(path, found, None, 1), found.fonts, found.start_s
            large = found.size[0] > _SD[0] or found.size[1] > _SD[1]
            matrix = found.matrix if found.matrix != _UNKNOWN else _BT709 if large else _BT601
            notes += found.notes
    beside, more = files_beside(path, len(tracks) + 1, abort)
    return Found((*tracks, *beside), fonts, start, matrix, (*notes, *more), main=True)


def _file(path: Path, first: int, abort: threading.Event) -> Found:
    return Found(tuple(added(path, first, abort)))
