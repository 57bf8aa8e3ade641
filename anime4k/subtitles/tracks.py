"""What can be chosen: the subtitle tracks of a file and of the files beside it, and which one to begin with."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from anime4k.errors import MediaError
from anime4k.media.languages import same_language
from anime4k.media.subtitle_files import SubtitleFile, beside, described
from anime4k.media.subtitles import Contents, Kind, contents


@dataclass(frozen=True)
class SubtitleTrack:
    """One track.

    Attributes:
        number: from 1: first those in the file, then files of their own.
        language: ISO 639 code, or "".
        title: the author's title or what the name of the file adds, or "".
        codec: FFmpeg's name of the format.
        external: whether it comes from a file of its own.
        forced: whether it is for foreign parts only.
        default: whether the author wants it chosen.
        path: the file it is in.
        index: number of the stream there.
        kind: text, pictures, or something that cannot be shown.
    """

    number: int
    language: str
    title: str
    codec: str
    external: bool
    forced: bool
    default: bool
    path: Path
    index: int
    kind: Kind


def tracks_of(path: Path, found: Contents, file: SubtitleFile | None, first: int) -> list[SubtitleTrack]:
    """The tracks of one opened file.

    Args:
        path: the file.
        found: what it holds.
        file: what its name says, None = it is the video itself.
        first: number of the first track.
    """
    tracks = []
    for number, stream in enumerate(found.streams, first):
        language, title, forced = stream.language, stream.title, stream.forced
        if file is not None:
            language, forced = language or file.language, forced or file.forced
            title = title or file.title or path.name
        tracks.append(
            SubtitleTrack(
                number, language, title, stream.codec, file is not None, forced, stream.default, path, stream.index,
                stream.kind,
            )
        )  # fmt: skip
    return tracks


def files_beside(path: Path, first: int, abort: threading.Event) -> tuple[list[SubtitleTrack], list[str]]:
    """The tracks of the files beside a video, and what is wrong with them, each a sentence.

    Raises:
        ReadAborted: the event was set.
    """
    tracks: list[SubtitleTrack] = []
    notes: list[str] = []
    for file in beside(path):
        try:
            found = contents(file.path, abort, fonts=False)
        except MediaError as error:
            notes.append(str(error))
            continue
        tracks += tracks_of(file.path, found, file, first + len(tracks))
    return tracks, notes


def added(path: Path, first: int, abort: threading.Event) -> list[SubtitleTrack]:
    """The tracks of a file that was named by the user.

    Raises:
        MediaError: the file cannot be read or holds no subtitles.
        ReadAborted: the event was set.
    """
    if path.suffix.lower() == ".sub" and path.with_suffix(".idx").exists():
        path = path.with_suffix(".idx")
    tracks = tracks_of(path, contents(path, abort, fonts=False), described(path), first)
    if not tracks:
        raise MediaError(f"{path.name}: this file holds no subtitles")
    return tracks


def choose(tracks: Sequence[SubtitleTrack], languages: Sequence[str]) -> int | None:
    """The track to begin with.

    The first preferred language that there is decides, which a file beside the video without a language in its name
    counts as: somebody has put it there. Then files beside the video come before tracks inside,
    tracks that the author wants chosen before others, and whole ones before those for foreign parts only.

    Args:
        tracks: all.
        languages: codes in order of preference.

    Returns:
        Its number, None when there is nothing to show.
    """
    able = [track for track in tracks if track.kind is not Kind.OTHER]
    if not able:
        return None

    def rank(track: SubtitleTrack) -> tuple[int, bool, bool, bool, bool, int]:
        wanted = [place for place, code in enumerate(languages) if same_language(track.language, code)]
        unnamed = track.external and not track.language and not track.forced
        place = wanted[0] if wanted else 0 if unnamed else len(languages)
        whole = bool(wanted) and track.forced
        return place, whole, not track.external, not wanted, not (track.default or track.forced), track.number

    return min(able, key=rank).number
