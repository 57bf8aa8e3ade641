"""Opening a file for playback without blocking the window."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

from anime4k.errors import UsageError
from anime4k.media.decoder import DecoderThread, End
from anime4k.media.format import SourceFormat
from anime4k.media.frame import Frame
from anime4k.media.images import is_image
from anime4k.media.info import MediaInfo
from anime4k.player.state import ChapterView
from anime4k.player.timeline import FALLBACK_DURATION_S, Timeline

PICTURE_DURATION_S = 5.0
"""How long a still picture is shown."""
_SLICE_S = 0.02


class OpenFile:
    """A file that is open and being decoded in its own thread; see `open_file`.

    Attributes:
        path: the file as it was named.
        format: format of the first frame.
        timeline: the part that is played.
    """

    def __init__(self, path: str, decoder: DecoderThread, start: float | None, end: float | None) -> None:
        self.path = path
        self._decoder = decoder
        self._still = is_image(path)
        info, source_format = decoder.info, decoder.format
        assert info is not None and source_format is not None  # the caller has waited for both
        self._info: MediaInfo = info
        self.format: SourceFormat = source_format
        origin = info.start_s
        self.timeline = Timeline(
            origin=origin,
            start=origin + (start or 0.0),
            stop=None if end is None else origin + end,
            duration=PICTURE_DURATION_S if self._still else info.duration_s,
            frame_duration=float(1 / info.frame_rate) if info.frame_rate else FALLBACK_DURATION_S,
        )

    @property
    def damaged(self) -> int:
        """Damaged frames and packets so far."""
        return self._decoder.damaged

    @property
    def notes(self) -> tuple[str, ...]:
        """What the user should know about the file, each a clause."""
        return (self._decoder.info or self._info).notes

    @property
    def frame_rate(self) -> Fraction | None:
        """Nominal frames per second, None = unknown."""
        return None if self._still else self._info.frame_rate

    @property
    def interlaced(self) -> bool:
        """Whether its frames are made of fields."""
        return (self._decoder.info or self._info).deinterlaced

    @property
    def hardware(self) -> str:
        """Name of the hardware decoder in use, empty = software."""
        return self._decoder.hardware

    @property
    def chapters(self) -> tuple[ChapterView, ...]:
        """The chapters in the order of time."""
        found = [ChapterView(chapter.start_s - self.timeline.origin, chapter.title) for chapter in self._info.chapters]
        return tuple(sorted(found, key=lambda chapter: chapter.start))

    def get(self, timeout: float) -> Frame | End | None:
        """The next frame, `End.END` after the last, None when none is ready within `timeout` seconds."""
        item = self._decoder.get(timeout)
        if self._still and isinstance(item, Frame):
            return replace(item, duration=round(PICTURE_DURATION_S / item.time_base))
        return item

    def seek(self, time_s: float) -> None:
        """Go on with the frame that is on the screen at `time_s` seconds of the file's own time."""
        self._decoder.seek(time_s)

    def close(self) -> None:
        """Stop decoding."""
        self._decoder.stop()


def open_file(
    path: str,
    given_up: Callable[[], bool] = lambda: False,
    *,
    hwdec: str = "no",
    deinterlace: bool = True,
    start: float | None = None,
    end: float | None = None,
) -> OpenFile | None:
    """Open `path` in a thread and wait for it.

    Args:
        path: the file.
        given_up: called again and again while waiting; when it answers True the result is None.
        hwdec: "no", "auto" or the name of a hardware decoder.
        deinterlace: whether frames are made of fields.
        start: where playback begins, seconds from the beginning.
        end: where it stops, seconds from the beginning.

    Raises:
        MediaError: the file cannot be played.
        UsageError: `start` is not within the file.
    """
    decoder = DecoderThread()
    try:
        decoder.start(path, hwdec=hwdec, deinterlace=deinterlace)
        while not decoder.wait_open(_SLICE_S):
            if given_up():
                decoder.stop()
                return None
    except BaseException:
        decoder.stop()
        raise
    opened = OpenFile(path, decoder, start, end)
    duration = opened.timeline.duration
    if start and duration is not None and start >= duration:
        opened.close()
        raise UsageError(f"--start {start:g} is beyond the end of {path} ({duration:.3f} s)")
    return opened
