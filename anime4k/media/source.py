"""`VideoSource`: the frames of a video file, exactly timed, ready for upload."""

from __future__ import annotations

import math
import threading
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from types import TracebackType

import av

from anime4k.errors import MediaError
from anime4k.media import info as media_info
from anime4k.media.decoding import FAILURES
from anime4k.media.deinterlace import Deinterlacer, Timed
from anime4k.media.format import FieldOrder, SourceFormat
from anime4k.media.frame import Frame, planes_of
from anime4k.media.info import MediaInfo
from anime4k.media.layouts import Converter
from anime4k.media.probe import Tags, source_format
from anime4k.media.raw import RawVideo, check_size
from anime4k.media.reader import ReadAborted
from anime4k.media.seek import find
from anime4k.media.timing import JUMP_AHEAD_S, Stamper

_SHORT_S = 1.0
"""A video whose frames end this much before its declared end is reported as cut short."""
RESTARTING_CLOCKS = ("mpegts", "mpeg", "mpegtsraw")
"""Containers whose times may jump; times found after a seek need not be those found by reading on."""
_SPARSE_TIMES_S = Fraction(3, 2)


class VideoSource:
    """A video file opened for decoding.

    Not safe for use by several threads at once, except for `abort`.

    Args:
        path: the file.
        hwdec: "no", "auto", or the name of a hardware device type ("cuda", ...).
        deinterlace: whether interlaced frames are deinterlaced.
        threads: decoder threads, 0 = automatic.
        abort: when another thread sets this event, reading ends with `ReadAborted`.

    Raises:
        MediaError: the file cannot be played; one sentence says why.
    """

    def __init__(
        self,
        path: str | Path,
        *,
        hwdec: str = "no",
        deinterlace: bool = True,
        threads: int = 0,
        abort: threading.Event | None = None,
    ) -> None:
        self._raw = RawVideo(Path(path), hwdec, threads, abort or threading.Event())
        try:
            self._set_up(deinterlace)
        except BaseException:
            self._raw.close()
            raise

    def _set_up(self, deinterlace: bool) -> None:
        raw = self._raw
        stream = raw.stream
        self.time_base = Fraction(stream.time_base or Fraction(1, 1000))
        self._rate = media_info.nominal_rate(stream)
        self._duration_s, self._duration_is_video = media_info.video_duration(raw.container, stream)
        restarts = raw.container.format.name in RESTARTING_CLOCKS
        self._stamper = Stamper(self.time_base, self._rate, restarts)
        self._deinterlacer = Deinterlacer() if deinterlace else None
        self._converter = Converter()
        self._formats: dict[tuple[object, ...], SourceFormat] = {}
        self._notes: list[str] = []
        self._corrupt = 0
        self._interlaced = False
        self._pending: deque[Timed] = deque()
        self._last_end: int | None = None
        self._stream_frames = self._decode()
        first, frame = self._first_frame()
        self.format = frame.format
        """Format of the first frame; later frames carry their own."""
        self._first_pts = first.pts
        if "matroska" in raw.container.format.name and self._duration_s is not None:
            # Matroska declares when the video ends, not how long it is.
            self._duration_s = max(0.0, self._duration_s - float(first.pts * self.time_base))
        if self.end is not None and self._duration_is_video:
            self._stamper.latest = self.end + math.ceil(JUMP_AHEAD_S / self.time_base)
        self._info = MediaInfo(
            path=str(raw.path),
            container=raw.container.format.name,
            duration_s=self._duration_s,
            start_s=float(first.pts * self.time_base),
            frame_rate=self._rate,
            frame_count=stream.frames or None,
            codec=stream.codec_context.codec.canonical_name,
            pixel_format=stream.codec_context.pix_fmt or "",
            streams=media_info.stream_infos(raw.container),
            chapters=media_info.chapter_list(raw.container),
            deinterlaced=self._deinterlacer is not None and self._interlaced,
        )

    def _first_frame(self) -> tuple[Timed, Frame]:
        """The first frame that can be delivered; it stays the next one."""
        refusal: MediaError | None = None
        for item in self._stream_frames:
            try:
                frame = self._deliver(item)
            except MediaError as error:
                refusal = error
            except FAILURES:
                self._corrupt += 1
            else:
                self._pending.append(item)
                return item, frame
        raise refusal or MediaError(f"{self._raw.path}: no picture could be decoded; the file is damaged or cut short")

    # -- what is known ---------------------------------------------------------------------------------

    @property
    def info(self) -> MediaInfo:
        """The file, with all notes made so far."""
        return replace(self._info, notes=self._all_notes())

    def _all_notes(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys([*self._raw.notes, *self._notes, *self._timing_notes()]))

    @property
    def damaged(self) -> int:
        """How many packets and frames were damaged so far."""
        return self._raw.damaged + self._corrupt

    @property
    def hardware(self) -> str:
        """Name of the hardware decoder in use, "" = software."""
        return self._raw.hardware

    def _timing_notes(self) -> list[str]:
        notes = []
        if self._stamper.derived:
            notes.append("some frames have no time of their own; it is derived from their neighbours")
        if self._stamper.repaired:
            notes.append("some frames repeat, run back or jump far ahead in time; their times are repaired")
        return notes

    # -- reading ---------------------------------------------------------------------------------------

    def frames(self) -> Iterator[Frame]:
        """Frames from the current position to the end.

        Damaged data is skipped and counted. A new iterator goes on where the last one stopped.

        Raises:
            ReadAborted: the abort event was set.
        """
        while (item := self._next()) is not None:
            try:
                frame = self._deliver(item)
            except ReadAborted:
                raise
            except FAILURES:
                self._corrupt += 1
                continue
            self._last_end = item.pts + item.duration
            yield frame
        self._note_early_end()

    def seek(self, time_s: float, interrupted: Callable[[], bool] | None = None) -> None:
        """Go to the frame that is shown at a time; the next `frames()` begins with it.

        Before the first frame this is the first frame, after the end the last one. In a pipe nothing
        happens but a note.

        Args:
            time_s: seconds on the clock of the file.
            interrupted: asked between frames; when true the search is given up at an undefined position.
        """
        if not self._raw.seekable:
            self._notes.append("this input is a pipe; there is no seeking in it")
            return
        self._pending = find(self, time_s, interrupted or (lambda: False))

    # -- what the search needs ---------------------------------------------------------------------------

    @property
    def first_pts(self) -> int:
        """Time of the first frame in units of the time base."""
        return self._first_pts

    @property
    def end(self) -> int | None:
        """Declared end of the last frame in units of the time base, None = unknown."""
        if self._duration_s is None:
            return None
        return self._first_pts + math.ceil(Fraction(self._duration_s) / self.time_base)

    @property
    def preroll(self) -> int:
        """How much earlier a search starts, in units of the time base.

        bwdif wants the frames before. In a program stream only some frames carry a time, and those after a
        jump are counted wrongly up to the next one that does (0.7 s later at most, says the standard).
        """
        sparse = _SPARSE_TIMES_S if self._info.container == "mpeg" else Fraction(0)
        filtered = self._deinterlacer is not None and self._interlaced
        fields = 3 / (self._rate or Fraction(25)) if filtered else Fraction(0)
        return math.ceil(max(sparse, fields) / self.time_base)

    def jump(self, ticks: int) -> bool:
        """Move to a key frame before `ticks` if the container can and its times are its own."""
        if self._stamper.mostly_derived or not self._raw.seek(ticks):
            return False
        self._restart(after_seek=True)
        return True

    def rewind(self) -> None:
        """Move exactly to the first frame, by opening the file again."""
        self._raw.open()
        self._restart(after_seek=False)

    def upcoming(self) -> Iterator[Timed]:
        """Decoded frames from the current position on."""
        return self._stream_frames

    def _next(self) -> Timed | None:
        return self._pending.popleft() if self._pending else next(self._stream_frames, None)

    def _decode(self, after_seek: bool = False) -> Iterator[Timed]:
        """Timed, deinterlaced frames; after a seek those before the first key frame are left out."""
        waiting_for_key = after_seek
        for picture in self._raw.frames():
            if waiting_for_key and not picture.key_frame:
                continue
            waiting_for_key = False
            if picture.is_corrupt:
                self._corrupt += 1
            stamp = self._stamper.stamp(picture.pts, picture.dts, picture.duration or 0)
            item = Timed(picture, stamp.pts, stamp.duration, picture.is_corrupt, picture.key_frame)
            self._interlaced = self._interlaced or picture.interlaced_frame
            if self._deinterlacer is None:
                yield item
                continue
            try:
                yield from self._deinterlacer.push(item)
            except FAILURES:
                self._corrupt += 1
                self._deinterlacer.reset()
        if self._deinterlacer is not None:
            yield from self._deinterlacer.flush()

    def _restart(self, after_seek: bool) -> None:
        self._stamper.restart()
        if self._deinterlacer is not None:
            self._deinterlacer.reset()
        self._pending.clear()
        self._stream_frames = self._decode(after_seek)

    # -- one frame -------------------------------------------------------------------------------------

    def _deliver(self, item: Timed) -> Frame:
        picture = item.picture
        check_size(self._raw.path, picture)
        converted = self._converter.convert(picture)
        return Frame(
            planes=planes_of(converted),
            format=self._format_of(picture, converted),
            pts=item.pts,
            time_base=self.time_base,
            duration=item.duration,
            corrupt=item.corrupt,
            key=item.key,
        )

    def _format_of(self, picture: av.VideoFrame, converted: av.VideoFrame) -> SourceFormat:
        context = self._raw.stream.codec_context
        key = (
            picture.width,
            picture.height,
            picture.format.name,
            picture.colorspace,
            picture.color_range,
            picture.color_trc,
            picture.color_primaries,
            picture.rotation,
            picture.interlaced_frame,
        )
        known = self._formats.get(key)
        if known is not None:
            return known
        name = picture.format.name
        if converted.format.name != name:
            self._notes.append(f"pixel format {name} is converted to {converted.format.name} by swscale")
        made, notes = source_format(
            converted,
            Tags(
                codec=context.codec.canonical_name,
                sar=self._raw.stream.sample_aspect_ratio,
                field_order=FieldOrder.INTERLACED if picture.interlaced_frame else FieldOrder.PROGRESSIVE,
                matrix=context.colorspace,
                range=context.color_range,
                primaries=context.color_primaries,
                transfer=context.color_trc,
            ),
            original=name,
        )
        self._notes.extend(notes)
        if self._formats:
            first = next(iter(self._formats.values()))
            if (made.width, made.height) != (first.width, first.height):
                self._notes.append(
                    f"the picture size changes from {first.width}x{first.height} to {made.width}x{made.height}"
                )
            if made.transfer.is_hdr and not made.max_luminance:
                # Mastering data need not come with every frame.
                made = replace(made, max_luminance=first.max_luminance)
        self._formats[key] = made
        return made

    def _note_early_end(self) -> None:
        if self._duration_s is None or self._last_end is None:
            return
        shown = float((self._last_end - self._first_pts) * self.time_base)
        if self._duration_s - shown > max(_SHORT_S, 0.02 * self._duration_s):
            self._notes.append(
                f"the frames end after {shown:.1f} s although the file declares {self._duration_s:.1f} s: "
                "it is cut short or damaged"
            )

    def close(self) -> None:
        """Close the file; frames already delivered stay valid."""
        self._pending.clear()
        self._stream_frames = iter(())
        self._raw.close()

    def __enter__(self) -> VideoSource:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
