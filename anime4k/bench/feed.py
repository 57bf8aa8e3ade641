"""The video and its subtitles as the player takes them: decoded and drawn in threads of their own, over and over."""

from __future__ import annotations

import time
from collections import deque
from pathlib import Path

from anime4k.errors import MediaError
from anime4k.media.decoder import END, DecoderThread
from anime4k.media.format import SourceFormat
from anime4k.media.frame import Frame
from anime4k.media.info import MediaInfo
from anime4k.overlay import Overlay
from anime4k.subtitles.layout import Geometry
from anime4k.subtitles.service import Subtitles

_OPEN_S = 60.0
"""A file that cannot be opened within this time is given up; so is a decoder that gives no frame."""
_AHEAD = 4
"""Frames that are known before they are drawn, so that their subtitles can be made."""
_POLL_S = 0.002


class Feed:
    """Frames of a file from its beginning, and from there again when it ends.

    Args:
        path: the file.
        hwdec: as for the decoder.

    Raises:
        MediaError: the file cannot be played.
    """

    def __init__(self, path: Path, *, hwdec: str = "no") -> None:
        self._path = path
        self._decoder = DecoderThread()
        self._subtitles = Subtitles()
        self._ahead: deque[Frame] = deque()
        self._ended = False
        self._fresh = True
        self._decoder.start(path, hwdec=hwdec)
        try:
            if not self._decoder.wait_open(_OPEN_S):
                raise MediaError(f"{path}: the file does not open within {_OPEN_S:.0f} s; check the disk it is on")
        except BaseException:
            self._decoder.stop()
            raise
        self._subtitles.open(str(path))

    @property
    def info(self) -> MediaInfo:
        """The file."""
        info = self._decoder.info
        assert info is not None, "the file is open"
        return info

    @property
    def format(self) -> SourceFormat:
        """Format of its first frame."""
        found = self._decoder.format
        assert found is not None, "the file is open"
        return found

    @property
    def has_subtitles(self) -> bool:
        """Whether a track is shown."""
        return self._subtitles.track is not None

    @property
    def late_subtitles(self) -> int:
        """Moments for which the subtitles were not ready."""
        return self._subtitles.state.late

    def settle(self) -> None:
        """Wait until the file has been looked through for subtitles."""
        deadline = time.monotonic() + _OPEN_S
        while not self._subtitles.known and time.monotonic() < deadline:
            time.sleep(_POLL_S)

    def rewind(self) -> None:
        """Begin again with the first frame, as soon as the decoder is as far ahead as it goes."""
        if not self._fresh:
            self._decoder.seek(self.info.start_s)
            self._ahead.clear()
        self._fresh = self._ended = False
        self.fill()

    def fill(self) -> None:
        """Nothing is being timed: begin again after the end, and let the decoder get ahead."""
        if self._ended and not self._ahead:
            self._decoder.seek(self.info.start_s)
            self._ended = False
        deadline = time.monotonic() + _OPEN_S
        while len(self._ahead) < _AHEAD and not self._ended and time.monotonic() < deadline:
            self._take(_POLL_S)

    @property
    def exhausted(self) -> bool:
        """Whether the file has ended, so that `fill` must be called before `next`."""
        return self._ended and not self._ahead

    def next(self) -> Frame:
        """The next frame; waits for the decoder as the player does.

        Raises:
            MediaError: there is none.
        """
        deadline = time.monotonic() + _OPEN_S
        while not self._ahead:
            self._take(_POLL_S)
            if self._ended and not self._ahead:
                self.fill()
            if time.monotonic() > deadline:
                raise MediaError(f"{self._path}: no frame comes from the decoder within {_OPEN_S:.0f} s")
        frame = self._ahead.popleft()
        if not self._ended:
            self._take(0.0)
        return frame

    def overlay(self, frame: Frame, geometry: Geometry) -> Overlay:
        """What is laid over a frame; never waits."""
        self._subtitles.want([frame.time, *(entry.time for entry in self._ahead)], geometry)
        return self._subtitles.at(frame.time, geometry)

    def _take(self, timeout: float) -> None:
        item = self._decoder.get(timeout)
        if item is END:
            self._ended = True
        elif isinstance(item, Frame):
            self._ahead.append(item)

    def close(self) -> None:
        """End the threads."""
        self._subtitles.close()
        self._decoder.stop()
