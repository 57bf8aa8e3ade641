"""`DecoderThread`: a video source in a thread of its own, so that drawing never waits for a disk.

Everything that touches the file happens in that thread, opening included. Whoever draws only takes finished
frames from a bounded queue. Every seek starts a new generation; frames of older ones are thrown away.
"""

from __future__ import annotations

import enum
import functools
import threading
import time
from collections import deque
from pathlib import Path
from typing import Final

from anime4k.errors import Anime4kError, MediaError
from anime4k.media.format import SourceFormat
from anime4k.media.frame import Frame
from anime4k.media.info import MediaInfo
from anime4k.media.reader import ReadAborted
from anime4k.media.source import VideoSource


class End(enum.Enum):
    """What `DecoderThread.get` returns after the last frame."""

    END = "end of the video"


END: Final = End.END

_STOP_S = 2.0
"""How long `stop` waits for the thread; one that hangs in the operating system is left behind."""


class DecoderThread:
    """Decodes one file after another in a background thread.

    All methods may be called from any thread and none of them waits for the file, except `get` and
    `wait_open` up to the time they are given.

    Args:
        capacity: how many frames are decoded ahead.
    """

    def __init__(self, capacity: int = 8) -> None:
        self.capacity = max(1, capacity)
        self._state = threading.Condition()
        self._queue: deque[Frame | End] = deque()
        self._thread: threading.Thread | None = None
        self._reset()

    def _reset(self) -> None:
        self._abort = threading.Event()
        self._generation = 0
        self._target: float | None = None
        self._queue.clear()
        self._open = False
        self._ended = False
        self._info: MediaInfo | None = None
        self._format: SourceFormat | None = None
        self._damaged = 0
        self._hardware = ""
        self._error: Exception | None = None

    # -- control ---------------------------------------------------------------------------------------

    def start(
        self,
        path: str | Path,
        *,
        hwdec: str = "no",
        deinterlace: bool = True,
        threads: int = 0,
        at: float | None = None,
    ) -> None:
        """Begin to open and decode a file; a file that is being decoded is stopped first.

        Args:
            path: the file.
            hwdec: as for `VideoSource`.
            deinterlace: as for `VideoSource`.
            threads: as for `VideoSource`.
            at: seconds on the clock of the file where the first frame is wanted.
        """
        self.stop()
        with self._state:
            self._reset()
            self._target = at
            self._thread = threading.Thread(
                target=self._run,
                args=(Path(path), hwdec, deinterlace, threads, self._abort),
                name="decoder",
                daemon=True,
            )
            self._thread.start()

    def seek(self, time_s: float) -> int:
        """Ask for the frame shown at a time; later requests replace earlier ones.

        Returns:
            The new generation: `get` returns only frames found by this request or a later one.
        """
        with self._state:
            self._generation += 1
            self._target = time_s
            self._queue.clear()
            self._ended = False
            self._state.notify_all()
            return self._generation

    def stop(self, timeout_s: float = _STOP_S) -> bool:
        """End decoding and close the file.

        Returns:
            Whether the thread ended in time; one that the operating system holds in a read is abandoned.
        """
        thread = self._thread
        if thread is None:
            return True
        with self._state:
            self._abort.set()
            self._queue.clear()
            self._state.notify_all()
        thread.join(timeout_s)
        self._thread = None
        return not thread.is_alive()

    # -- results ---------------------------------------------------------------------------------------

    def get(self, timeout: float = 0.0) -> Frame | End | None:
        """The next frame of the current generation.

        Args:
            timeout: seconds to wait for it at most.

        Returns:
            A frame, `END` after the last one (again and again until a seek), or None when none is ready.

        Raises:
            Anime4kError: what ended decoding, once all frames before it are taken.
        """
        deadline = time.monotonic() + timeout
        with self._state:
            while not self._queue:
                if self._ended:
                    return END
                if self._error is not None:
                    raise self._error
                left = deadline - time.monotonic()
                if left <= 0 or not self._state.wait(left):
                    break
            if not self._queue:
                return None
            item = self._queue.popleft()
            if item is END:
                self._ended = True
            self._state.notify_all()
            return item

    def wait_open(self, timeout: float) -> bool:
        """Wait until the file is open; False when the time is over first.

        Raises:
            Anime4kError: opening failed; a `MediaError` for anything wrong with the file.
        """
        with self._state:
            self._state.wait_for(lambda: self._open or self._error is not None, timeout)
            if self._error is not None and not self._open:
                raise self._error
            return self._open

    @property
    def generation(self) -> int:
        """Number of the latest seek, 0 before the first."""
        with self._state:
            return self._generation

    @property
    def queued(self) -> int:
        """How many frames wait."""
        with self._state:
            return sum(1 for item in self._queue if item is not END)

    @property
    def error(self) -> Exception | None:
        """What ended decoding, None = nothing wrong."""
        with self._state:
            return self._error

    @property
    def info(self) -> MediaInfo | None:
        """The file, with its latest notes; None until it is open."""
        with self._state:
            return self._info

    @property
    def format(self) -> SourceFormat | None:
        """Format of the first frame; None until the file is open."""
        with self._state:
            return self._format

    @property
    def hardware(self) -> str:
        """Name of the hardware decoder in use, empty = software."""
        with self._state:
            return self._hardware

    @property
    def damaged(self) -> int:
        """How many packets and frames were damaged so far."""
        with self._state:
            return self._damaged

    # -- the thread ------------------------------------------------------------------------------------

    def _run(self, path: Path, hwdec: str, deinterlace: bool, threads: int, abort: threading.Event) -> None:
        try:
            with VideoSource(path, hwdec=hwdec, deinterlace=deinterlace, threads=threads, abort=abort) as source:
                with self._state:
                    if abort.is_set():
                        return
                    self._open = True
                    self._info, self._format = source.info, source.format
                    self._hardware = source.hardware
                    self._state.notify_all()
                self._work(source, abort)
        except ReadAborted:
            pass
        except Exception as error:  # whatever it is, it must reach the thread that can show it
            with self._state:
                # A thread that was left behind must not report into its successor.
                if self._abort is abort and not abort.is_set():
                    self._error = error if isinstance(error, Anime4kError) else _as_media_error(path, error)
                    self._state.notify_all()

    def _work(self, source: VideoSource, abort: threading.Event) -> None:
        generation = 0
        while not abort.is_set():
            with self._state:
                generation, target = self._generation, self._target
                self._target = None
            if target is not None:
                source.seek(target, functools.partial(self._superseded, generation, abort))
            for frame in source.frames():
                if not self._put(frame, generation, abort):
                    break
                self._report(source, abort)
            else:
                self._report(source, abort)
                self._put(END, generation, abort)
            with self._state:
                self._state.wait_for(functools.partial(self._superseded, generation, abort))

    def _put(self, item: Frame | End, generation: int, abort: threading.Event) -> bool:
        """Queue an item when there is room; False when it is no longer wanted."""
        with self._state:
            self._state.wait_for(lambda: self._superseded(generation, abort) or len(self._queue) < self.capacity)
            if self._superseded(generation, abort):
                return False
            self._queue.append(item)
            self._state.notify_all()
            return True

    def _superseded(self, generation: int, abort: threading.Event) -> bool:
        return abort.is_set() or self._generation != generation

    def _report(self, source: VideoSource, abort: threading.Event) -> None:
        damaged, info, hardware = source.damaged, source.info, source.hardware
        with self._state:
            if not abort.is_set():
                self._damaged, self._info, self._hardware = damaged, info, hardware


def _as_media_error(path: Path, error: Exception) -> MediaError:
    made = MediaError(f"{path}: decoding stopped ({error or type(error).__name__}); check the file")
    made.__cause__ = error
    return made
