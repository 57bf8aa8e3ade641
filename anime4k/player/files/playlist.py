"""What is played one after the other, and how names of files, folders and playlists become that.

A folder means its videos and those of the folders inside it (one level: seasons of a show), in natural order. A single
file means only itself: nothing that was not named is played by itself. `with_neighbours` gives the list that the keys
for the next and the previous file walk in that case.
"""

from __future__ import annotations

import os
import re
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from anime4k.player.files.filetypes import FileKind, kind_by_name, kind_of
from anime4k.player.files.natural import natural_key

LONGEST = 20_000
"""Files in a list; what is more is left out with a sentence."""
LARGEST_FILE = 8 * 1024 * 1024
"""Bytes of a playlist file."""
DEEPEST = 8
"""Playlists inside playlists."""
MOST_PROBLEMS = 50
"""After so many, playlists that still follow are not looked at: a broken tree of them could go on for hours."""

_PLS_ENTRY = re.compile(r"\s*file(\d{1,9})\s*=\s*(.+?)\s*\Z", re.IGNORECASE)
_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+://")


@dataclass(frozen=True)
class Playlist:
    """Files in order, one of which is the current one.

    Attributes:
        files: paths; may be empty.
        index: number of the current one, from 0.
    """

    files: tuple[str, ...]
    index: int = 0

    def __post_init__(self) -> None:
        if self.index and not 0 <= self.index < len(self.files):
            raise ValueError(f"a list of {len(self.files)} files has no number {self.index}")

    @property
    def current(self) -> str:
        """The current file; empty when there is none."""
        return self.files[self.index] if self.files else ""

    def at(self, index: int) -> Playlist | None:
        """The same list at file number `index`, None = there is no such file."""
        return replace(self, index=index) if 0 <= index < len(self.files) else None

    def step(self, direction: int) -> Playlist | None:
        """The same list at the next (+1) or previous (-1) file, None = there is none."""
        return self.at(self.index + direction)


@dataclass(frozen=True)
class Expanded:
    """What names have become.

    Attributes:
        files: what is to be played.
        problems: one sentence for each thing left out.
    """

    files: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()


def expand(names: Iterable[str]) -> Expanded:
    """The files that `names` mean, in their order; folders and playlists become what is in them.

    What does not exist stays in the list: whoever opens it says what is wrong.
    """
    files: list[str] = []
    problems: list[str] = []
    for name in names:
        for file in _files_of(name, problems, ()):
            if len(files) == LONGEST:
                problems.append(f"{name} leads to more than {LONGEST} files; the rest is left out")
                return Expanded(tuple(files), tuple(problems))
            files.append(file)
    return Expanded(tuple(files), tuple(problems))


def with_neighbours(file: str) -> Playlist:
    """All videos of the folder of `file` in natural order, at `file`; only itself when the folder cannot be read."""
    folder = os.path.dirname(file)
    found = [os.path.join(folder, name) for name in _names_in(folder or ".", [])]
    files = [path for path in found if kind_by_name(path) is FileKind.VIDEO and os.path.isfile(path)]
    if file not in files:
        files.append(file)
    files.sort(key=natural_key)
    return Playlist(tuple(files), files.index(file))


def existing(
    playlist: Playlist | None, direction: int = 1, exists: Callable[[str], bool] = os.path.exists
) -> tuple[Playlist | None, tuple[str, ...]]:
    """`playlist` at the first file that is there, looking from the current one on in `direction`.

    Returns:
        The list, None when the search came to its end, and one sentence for each file that has vanished.
    """
    problems: list[str] = []
    while playlist is not None and playlist.files and not _ADDRESS.match(playlist.current):
        if exists(playlist.current):
            break
        problems.append(f"{playlist.current} is not there any more and is skipped; put it back, or reload the folder")
        playlist = playlist.step(direction)
    return playlist, tuple(problems)


# -- folders -------------------------------------------------------------------------------------------


def _files_of(name: str, problems: list[str], above: tuple[str, ...]) -> Iterator[str]:
    match kind_of(name):
        case FileKind.FOLDER:
            before = len(problems)
            found = _videos_in(name, problems)
            if not found and len(problems) == before:
                problems.append(f"{name} holds no video; drop or name a folder with videos in it or one level below")
            yield from found
        case FileKind.PLAYLIST if os.path.isfile(name):
            yield from _listed(name, problems, above)
        case _:
            yield name


def _videos_in(folder: str, problems: list[str]) -> list[str]:
    videos: list[str] = []
    inside: list[str] = []
    for name in _names_in(folder, problems):
        path = os.path.join(folder, name)
        if os.path.isdir(path):
            inside.append(path)
        elif kind_by_name(path) is FileKind.VIDEO:
            videos.append(path)
    videos.sort(key=natural_key)
    for path in sorted(inside, key=natural_key):
        found = [os.path.join(path, name) for name in _names_in(path, problems)]
        videos += sorted((file for file in found if kind_of(file) is FileKind.VIDEO), key=natural_key)
    return videos


def _names_in(folder: str, problems: list[str]) -> list[str]:
    try:
        return [name for name in os.listdir(folder) if not name.startswith(".")]
    except OSError as error:
        problems.append(f"the folder {folder} cannot be read ({error.strerror}); check its permissions")
        return []


# -- playlist files ------------------------------------------------------------------------------------


def _listed(path: str, problems: list[str], above: tuple[str, ...]) -> Iterator[str]:
    """What a playlist file names; `above` are the playlists that led here."""
    if len(problems) >= MOST_PROBLEMS:
        return
    real = os.path.realpath(path)
    if real in above or len(above) == DEEPEST:
        problems.append(f"{path} names itself or is nested too deeply, so it is left out; remove it from the playlist")
        return
    try:
        with open(path, "rb") as file:
            data = file.read(LARGEST_FILE + 1)
    except OSError as error:
        problems.append(f"the playlist {path} cannot be read ({error.strerror}); check its permissions")
        return
    if len(data) > LARGEST_FILE or b"\x00" in data:
        problems.append(f"{path} is no playlist; name a text file with one path on each line")
        return
    text = _decoded(data)
    if "#EXT-X-" in text:  # a stream in pieces, not a list of files
        yield path
        return
    entries = _pls(text) if path.lower().endswith(".pls") else _m3u(text)
    if not entries:
        problems.append(f"the playlist {path} names no file; write one path on each line")
    folder = os.path.dirname(path)
    for entry in entries:
        target = _target(entry, folder)
        if _ADDRESS.match(target):
            problems.append(f"{path} names {target}, which is no file on this computer; download it first")
        else:
            yield from _files_of(target, problems, (*above, real))


def _decoded(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def _m3u(text: str) -> list[str]:
    lines = (line.strip() for line in text.splitlines())
    return [line for line in lines if line and not line.startswith("#")]


def _pls(text: str) -> list[str]:
    matches = [match for line in text.splitlines() if (match := _PLS_ENTRY.match(line))]
    return [match[2] for match in sorted(matches, key=lambda match: int(match[1]))]


def _target(entry: str, folder: str) -> str:
    """The path that an entry means; programs write them in several ways, and the first that exists is taken."""
    if entry.lower().startswith("file://"):
        return urllib.request.url2pathname(urllib.parse.urlsplit(entry).path)
    if _ADDRESS.match(entry):
        return entry
    ways: Sequence[str] = (entry, entry.replace("\\", "/"), urllib.parse.unquote(entry))
    paths = [os.path.join(folder, way) for way in ways]
    return next((path for path in paths if os.path.exists(path)), paths[0])
