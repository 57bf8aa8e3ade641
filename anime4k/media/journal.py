"""The journal of work in segments: what is being made, and which segments of it are finished.

It lives in a hidden folder beside the output, together with the segments. A segment exists once the journal names
it; the journal is replaced as a whole, so after a power cut it is either the old or the new one.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from anime4k.errors import MediaError, UsageError
from anime4k.media.destination import output_error
from anime4k.media.segment import Sealed, measure

_log = logging.getLogger(__name__)

_VERSION = 1
_NAME = "journal.json"
_LOCK = "lock"
_LONGEST_SHOWN = 60
_DIFFERENCES_SHOWN = 3


@dataclass(frozen=True, kw_only=True)
class Segment:
    """A finished segment.

    Attributes:
        name: of its file in the folder.
        pts: time of every picture on the clock of the source, in units of its time base.
        durations: of every picture as the source tells it, in the same units, 0 = unknown.
        size: bytes of the file.
        checksum: CRC-32 of the file.
        reorder: as in `Sealed`.
        picture: CRC-32 of the last frame as decoded from the source, to find it again.
        damaged: damaged places of the source met while it was made.
    """

    name: str
    pts: tuple[int, ...]
    durations: tuple[int, ...]
    size: int
    checksum: int
    reorder: int
    picture: int
    damaged: int

    @property
    def frames(self) -> int:
        """Number of pictures."""
        return len(self.pts)

    @property
    def last(self) -> int:
        """Time of the last picture."""
        return self.pts[-1]


@dataclass(frozen=True, kw_only=True)
class Journal:
    """The state of the work.

    Attributes:
        fingerprint: everything that shapes the result: what it is in words -> its value as text.
        segments: finished segments in order.
        whole: None while pictures are missing; then whether the source was read to its end.
    """

    fingerprint: Mapping[str, str]
    segments: tuple[Segment, ...] = ()
    whole: bool | None = None

    @property
    def frames(self) -> int:
        """Pictures in all finished segments."""
        return sum(segment.frames for segment in self.segments)


class WorkFolder:
    """The folder of one output's unfinished work, locked against other processes while it is open.

    Args:
        target: the output.

    Raises:
        OutputError: it cannot be made.
        UsageError: another process works in it.
    """

    def __init__(self, target: Path) -> None:
        self.path = folder_of(target)
        self._target = target
        self._lock: int | None = None
        try:
            self.path.mkdir(exist_ok=True)
            self._lock = os.open(self.path / _LOCK, os.O_RDWR | os.O_CREAT, 0o600)
            _lock(self._lock)
        except BlockingIOError as error:
            self.close()
            raise UsageError(f"another process is working on {target}; wait for it, or stop it first") from error
        except OSError as error:
            self.close()
            raise output_error(target, error) from error

    def file(self, name: str) -> Path:
        """The path of a file in the folder."""
        return self.path / name

    def resume(self, fingerprint: Mapping[str, str]) -> tuple[Journal, int]:
        """The journal to go on with, a new one if there is none, and how many damaged segments were dropped.

        Segments are checked against their checksums; from the first damaged one on they are done again. Files that
        the journal does not name are removed.

        Raises:
            UsageError: the work was begun with another fingerprint.
            MediaError: the journal is damaged.
        """
        found = self._load()
        journal = found or Journal(fingerprint=fingerprint)
        if changes := differences(journal.fingerprint, fingerprint):
            raise UsageError(
                f"{self._target} was begun differently: {changes}; repeat the first command, or remove the folder"
                f" {self.path} to start anew"
            )
        good = next(
            (number for number, segment in enumerate(journal.segments) if not self._is_good(segment)),
            len(journal.segments),
        )
        dropped = len(journal.segments) - good
        if dropped:
            journal = Journal(fingerprint=fingerprint, segments=journal.segments[:good])
        if journal is not found:
            self.save(journal)
        named = {segment.name for segment in journal.segments} | {_NAME, _LOCK}
        for path in self.path.iterdir():
            if path.name not in named and path.is_file():
                path.unlink(missing_ok=True)
        return journal, dropped

    def _is_good(self, segment: Segment) -> bool:
        try:
            return measure(self.file(segment.name)) == (segment.size, segment.checksum)
        except OSError:
            return False

    def _load(self) -> Journal | None:
        path = self.file(_NAME)
        try:
            return _journal(json.loads(path.read_text("utf-8")))
        except FileNotFoundError:
            return None
        except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
            raise MediaError(
                f"the journal {path} is damaged, so the work cannot go on; remove the folder {self.path} to start anew"
            ) from error

    def save(self, journal: Journal) -> None:
        """Replace the journal on the disk in one step.

        Raises:
            OutputError: it cannot be written; the old one is still there.
        """
        temporary = self.file(f"{_NAME}.new")
        try:
            with open(temporary, "w", encoding="utf-8") as file:
                json.dump({"version": _VERSION, **asdict(journal)}, file, separators=(",", ":"))
                file.flush()
                os.fsync(file.fileno())
            os.replace(temporary, self.file(_NAME))
            _sync_folder(self.path)
        except OSError as error:
            with contextlib.suppress(OSError):
                temporary.unlink(missing_ok=True)
            raise output_error(self._target, error) from error

    def remove(self, journal: Journal) -> None:
        """Remove the folder and what the journal names, once the output is complete."""
        with contextlib.suppress(OSError):
            # The journal goes first: without segments it would promise too much.
            for name in (_NAME, *(segment.name for segment in journal.segments)):
                self.file(name).unlink(missing_ok=True)
            self.close()
            self.file(_LOCK).unlink(missing_ok=True)
            self.path.rmdir()

    def close(self) -> None:
        """Let other processes in; a folder without a journal is removed. Calling it again does nothing."""
        if self._lock is None:
            return
        os.close(self._lock)
        self._lock = None
        if not self.file(_NAME).exists():
            with contextlib.suppress(OSError):
                self.file(_LOCK).unlink(missing_ok=True)
                self.path.rmdir()

    def __enter__(self) -> WorkFolder:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def folder_of(target: Path) -> Path:
    """Where the unfinished work of an output is kept."""
    return target.with_name(f".{target.name}.parts")


def sealed_segment(
    name: str, sealed: Sealed, times: Sequence[tuple[int, int]], *, picture: int, damaged: int
) -> Segment:
    """A finished segment as the journal notes it.

    Args:
        name: of its file.
        sealed: what the writer returned.
        times: (pts, duration) of every picture as the source gave them.
        picture: CRC-32 of the last frame of the source.
        damaged: damaged places of the source.
    """
    return Segment(
        name=name,
        pts=tuple(pts for pts, _ in times),
        durations=tuple(duration for _, duration in times),
        size=sealed.size,
        checksum=sealed.checksum,
        reorder=sealed.reorder,
        picture=picture,
        damaged=damaged,
    )


def differences(before: Mapping[str, str], now: Mapping[str, str]) -> str:
    """What differs between two fingerprints, in words; empty = nothing."""
    changes = []
    for what in dict.fromkeys([*before, *now]):
        old, new = before.get(what, "not given"), now.get(what, "not given")
        if old == new:
            continue
        if max(len(old), len(new)) > _LONGEST_SHOWN:
            changes.append(f"{what} changed")
        else:
            changes.append(f"{what} changed from {old or 'none'} to {new or 'none'}")
    more = len(changes) - _DIFFERENCES_SHOWN
    return ", ".join(changes[:_DIFFERENCES_SHOWN]) + (f" and {more} more" if more > 0 else "")


def _journal(data: Any) -> Journal:
    if data["version"] != _VERSION:
        raise ValueError(f"version {data['version']}")
    segments = []
    for item in data["segments"]:
        segment = Segment(**{**item, "pts": tuple(item["pts"]), "durations": tuple(item["durations"])})
        numbers = (*segment.pts, *segment.durations, segment.size, segment.checksum, segment.reorder, segment.picture)
        if not segment.pts or len(segment.pts) != len(segment.durations):
            raise ValueError("a segment without times")
        if not all(isinstance(number, int) for number in (*numbers, segment.damaged)):
            raise TypeError("a number is none")
        if not isinstance(segment.name, str) or Path(segment.name).name != segment.name:
            raise ValueError("a name that is none")
        segments.append(segment)
    fingerprint = {str(key): str(value) for key, value in data["fingerprint"].items()}
    whole = data["whole"]
    return Journal(fingerprint=fingerprint, segments=tuple(segments), whole=None if whole is None else bool(whole))


def _lock(descriptor: int) -> None:
    """Lock an open file for this process, as long as it stays open.

    Raises:
        BlockingIOError: another process has locked it.
    """
    if sys.platform == "win32":
        import msvcrt

        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except PermissionError as error:
            raise BlockingIOError from error
    else:
        import fcntl

        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise
        except OSError:
            _log.info("this file system has no locks")


def _sync_folder(path: Path) -> None:
    """Have the names in a folder on the disk."""
    if sys.platform == "win32":
        return
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
