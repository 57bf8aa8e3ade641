"""Shader files that are changed while they draw: the new contents are tried, the last good ones stay.

`FileWatch` notices changes, `Edits` keeps what each file was and is.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from anime4k.errors import Anime4kError
from anime4k.hooks.decl import ShaderFile
from anime4k.modes.load import load_shader
from anime4k.player.picture.selection import Active

INTERVAL_S = 0.5
"""The files are looked at this often."""
_QUIET_S = 0.05
"""A file that has just changed is looked at again after so long: editors write in several pieces."""

_Mark = tuple[int, int, int]


class Edits:
    """What has become of files since they were loaded.

    Args:
        complaints: where sentences about files go that cannot be used.
        parse: reads a shader file.
    """

    def __init__(self, complaints: list[str], parse: Callable[[str], ShaderFile] = load_shader) -> None:
        self.faults: dict[str, str] = {}
        """Path to what is wrong with the present contents of a file, as long as it is."""
        self.trying: dict[str, ShaderFile] = {}
        """Path to contents that have been read and not been drawn with yet."""
        self._good: dict[str, ShaderFile] = {}
        self._complaints = complaints
        self._parse = parse

    def read(self, path: str) -> bool:
        """A file has changed; whether its new contents are worth a try."""
        try:
            file = self._parse(path)
        except Anime4kError as error:
            self.trying.pop(path, None)
            self._fault(path, str(error))
            return False
        self.trying[path] = file
        return True

    def applied(self, active: Active) -> Active:
        """The same with the newest contents of its files."""
        fresh = {**self._good, **self.trying}
        if not fresh:
            return active

        def newest(files: tuple[ShaderFile, ...]) -> tuple[ShaderFile, ...]:
            return tuple(fresh.get(file.path, file) for file in files)

        return replace(active, shaders=newest(active.shaders), chain=newest(active.chain))

    def judged(self, refused: Mapping[str, str]) -> bool:
        """The contents that were tried can be drawn with but for `refused` (path to reason); whether all can."""
        tried, self.trying = self.trying, {}
        for path, file in tried.items():
            if path in refused:
                self._fault(path, refused[path])
                continue
            self._good[path] = file
            fault = self.faults.pop(path, None)
            if fault is not None:
                self._complaints[:] = [said for said in self._complaints if said != _sentence(fault)]
        return not any(path in refused for path in tried)

    def _fault(self, path: str, reason: str) -> None:
        if self.faults.get(path) != reason:
            self.faults[path] = reason
            self._complaints.append(_sentence(reason))


def _sentence(reason: str) -> str:
    return f"{reason}; the picture goes on with the file as it was"


class FileWatch:
    """Looks at files in a thread, twice a second, and remembers which have changed.

    Args:
        interval_s: how often.
    """

    def __init__(self, interval_s: float = INTERVAL_S) -> None:
        self._interval = interval_s
        self._lock = threading.Lock()
        self._known: dict[str, _Mark | None] = {}
        self._changed: list[str] = []
        self._ended = threading.Event()
        self._thread: threading.Thread | None = None

    def watch(self, paths: Iterable[str]) -> None:
        """Look at these files from now on and at no others."""
        wanted = set(paths)
        if wanted == self._known.keys():
            return
        with self._lock:
            self._known = {path: self._known.get(path, _mark(path)) for path in wanted}
        if wanted and self._thread is None and not self._ended.is_set():
            self._thread = threading.Thread(target=self._run, name="shader files", daemon=True)
            self._thread.start()

    def take(self) -> list[str]:
        """Files that have changed since the last call."""
        if not self._changed:
            return []
        with self._lock:
            taken, self._changed = self._changed, []
        return taken

    def close(self) -> None:
        """End the thread."""
        self._ended.set()

    def _run(self) -> None:
        while not self._ended.wait(self._interval):
            self.look()

    def look(self) -> None:
        """Look once."""
        with self._lock:
            known = dict(self._known)
        for path, before in known.items():
            now = _mark(path)
            if now in (before, None):  # editors that replace a file make it vanish for a moment
                continue
            while not self._ended.wait(_QUIET_S) and (later := _mark(path)) != now:
                now = later
            with self._lock:
                if path in self._known:
                    self._known[path] = now
                    if path not in self._changed:
                        self._changed.append(path)


def _mark(path: str) -> _Mark | None:
    try:
        status = os.stat(path)
    except OSError:
        return None
    return (status.st_mtime_ns, status.st_size, status.st_ino)
