"""Reading a file for the demuxer such that another thread can end it at any moment.

FFmpeg's own file access cannot be interrupted; a Python file object whose `read` raises can.
"""

from __future__ import annotations

import os
import select
import stat
import threading
from pathlib import Path

from anime4k.media.attachments import UNKNOWN_IDENTITY, large_attachments

_POLL_S = 0.05


class ReadAborted(OSError):
    """Reading was ended on request; not an error of the file."""


class AbortableFile:
    """A binary file for `av.open` whose next read raises `ReadAborted` once the event is set; then it has ended.

    Pipes are waited for in short slices, so a writer that stalls cannot hold the reader. A read of a
    regular file is left to the operating system. Attachments of many bytes are hidden from the demuxer, which
    would hold them in memory three times (fonts are read by `attached_fonts`).

    Args:
        path: the file.
        abort: set by another thread to end all reading.

    Raises:
        OSError: as `open` does.
    """

    def __init__(self, path: Path, abort: threading.Event) -> None:
        # The demuxer looks at the extension only; a name that is not valid text must not stop it.
        self.name = path.name.encode("utf-8", "replace").decode("utf-8")
        self._abort = abort
        # Opening a pipe must not wait for its writer.
        self._file = open(path, "rb", buffering=0, opener=_open_without_waiting)  # noqa: SIM115
        self._regular = stat.S_ISREG(os.fstat(self._file.fileno()).st_mode)
        self._hidden = self._find_hidden()
        self._started = False
        self._ended = False

    def read(self, size: int = -1) -> bytes:
        """Up to `size` bytes; empty at the end."""
        while True:
            if self._abort.is_set():
                # Said once: PyAV prints a second exception that comes before it has passed on the first.
                if self._ended:
                    return b""
                self._ended = True
                raise ReadAborted("reading was stopped")
            if self._hidden:
                return self._masked(self._file.tell(), self._file.read(size))
            if self._regular:
                return self._file.read(size)
            if not select.select([self._file], [], [], _POLL_S)[0]:
                continue
            data = self._file.read(size)
            if data:
                self._started = True
                return data
            if data is not None and self._started:
                return b""
            # A pipe without a writer yet reads as ended; wait for the first byte.
            self._abort.wait(_POLL_S)

    def _find_hidden(self) -> tuple[int, ...]:
        if not self._regular:
            return ()
        found = large_attachments(self._file)
        self._file.seek(0)
        return found

    def _masked(self, offset: int, data: bytes) -> bytes:
        """`data`, which begins at `offset` of the file, with other identities for what is hidden."""
        width = len(UNKNOWN_IDENTITY)
        for place in self._hidden:
            first, last = max(place - offset, 0), min(place + width - offset, len(data))
            if first < last:
                begin = first + offset - place
                data = data[:first] + UNKNOWN_IDENTITY[begin : begin + last - first] + data[last:]
        return data

    def seek(self, offset: int, whence: int = 0) -> int:
        """As `io.RawIOBase.seek`."""
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        """The current offset in bytes."""
        return self._file.tell()

    def seekable(self) -> bool:
        """Whether `seek` works."""
        return self._regular

    def readable(self) -> bool:
        """Always true."""
        return True

    def close(self) -> None:
        """Close the file."""
        self._file.close()


def _open_without_waiting(path: str, flags: int) -> int:
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))
