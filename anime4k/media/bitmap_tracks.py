"""Reading the picture subtitles of a file: .sup, .idx with .sub, or a track of any container."""

from __future__ import annotations

import itertools
import math
import threading
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final

import av
from av.stream import Discard

from anime4k.errors import MediaError
from anime4k.media.bitmap_event import BitmapDecoder, BitmapEvent, closed
from anime4k.media.decoding import FAILURES
from anime4k.media.pgs import PgsDecoder, sup_packets
from anime4k.media.raw import open_error
from anime4k.media.reader import AbortableFile, ReadAborted
from anime4k.media.vobsub import VobSubDecoder

MAX_EVENTS: Final = 50_000
"""What follows after so many events of a track is left out."""
MAX_BYTES: Final = 256 << 20
"""The same for the size of all packed pictures."""

_PGS: Final = ("hdmv_pgs_subtitle", "pgssub")
_VOBSUB: Final = ("dvd_subtitle", "dvdsub")
_LEAD_S: Final = 15.0
"""Reading begins so much before the wanted moment, for the picture that is on screen then."""
_MAX_ERRORS: Final = 64

Packet = tuple[float, float, bytes]
"""Time and duration in seconds, and the bytes."""


def decoder_for(codec: str, header: bytes, video: tuple[int, int] | None) -> BitmapDecoder | None:
    """The decoder of a track, None when the codec is no known one.

    Args:
        codec: FFmpeg's name of the format.
        header: header data of the track.
        video: (width, height) of the video, None = there is none.
    """
    if codec in _PGS:
        return PgsDecoder()
    return VobSubDecoder(header, video) if codec in _VOBSUB else None


class BitmapReader:
    """The events of one track.

    Not safe for use by several threads at once, except for the abort event.

    Args:
        path: a video, or a .sup, .idx or .mks file.
        index: number of the stream in the file.
        abort: ends the reading when set.

    Raises:
        MediaError: the file or the track cannot be read.
        ReadAborted: the event was set.
    """

    def __init__(self, path: Path, index: int, abort: threading.Event) -> None:
        self.path = path
        self.cut = False
        """Whether events were left out because there are too many."""
        self._index = index
        self._abort = abort
        self._plain = path.suffix.lower() == ".sup"
        self._file: Any = None
        self._container: Any = None
        self._decoder: BitmapDecoder = PgsDecoder()
        if not self._plain:
            self._open()
            try:
                self._decoder = self._chosen()
            except BaseException:
                self.close()
                raise

    @property
    def damaged(self) -> int:
        """Events that could not be decoded so far."""
        return self._decoder.damaged

    def events(self, at: float = 0.0) -> Iterator[BitmapEvent]:
        """All events with their ends: those from a little before `at` to the end first, then the part before.

        Args:
            at: seconds on the clock of the file.

        Raises:
            MediaError: the file cannot be read.
            ReadAborted: the event was set.
        """
        return self._limited(self._ordered(at))

    def close(self) -> None:
        """Close the file."""
        for thing in (self._container, self._file):
            if thing is not None:
                thing.close()
        self._container = self._file = None

    def _ordered(self, at: float) -> Iterator[BitmapEvent]:
        if self._plain:
            yield from closed(self._decoded(self._sup()))
            return
        if not self._sought(at - _LEAD_S):
            yield from closed(self._decoded(self._packets()))
            return
        boundary = math.inf
        later = self._decoded(self._packets(), whole=False)
        for event in later:
            boundary = event.start
            yield from closed(itertools.chain([event], later))
        self.close()
        self._open()
        self._decoder.reset()
        earlier = itertools.takewhile(lambda event: event.start < boundary, self._decoded(self._packets()))
        stop = [] if boundary == math.inf else [BitmapEvent(boundary, boundary, (), (1, 1))]
        yield from closed(itertools.chain(earlier, stop))

    def _sought(self, at: float) -> bool:
        start = (self._container.start_time or 0) / av.time_base
        if at <= start:
            return False
        try:
            self._container.seek(int(at * av.time_base), backward=True)
        except FAILURES:
            self.close()
            self._open()
            return False
        return True

    def _decoded(self, packets: Iterable[Packet], *, whole: bool = True) -> Iterator[BitmapEvent]:
        """Events as they begin; unless `whole`, without what needs packets that came before."""
        decoder = self._decoder
        for time, duration, data in packets:
            before = decoder.damaged
            found = decoder.feed(data, time, duration)
            if whole:
                yield from found
            elif decoder.damaged > before:
                decoder.damaged = before
            elif found:
                whole = True
                yield from found
        yield from decoder.flush()

    def _limited(self, events: Iterator[BitmapEvent]) -> Iterator[BitmapEvent]:
        room = MAX_BYTES
        for number, event in enumerate(events):
            room -= sum(len(part.packed) + part.table.nbytes for part in event.parts)
            if number >= MAX_EVENTS or room < 0:
                self.cut = True
                return
            yield event

    def _sup(self) -> Iterator[Packet]:
        for time, data in sup_packets(self.path):
            if self._abort.is_set():
                raise ReadAborted("reading was stopped")
            yield time, 0.0, data

    def _packets(self) -> Iterator[Packet]:
        errors, time = 0, math.nan
        packets = self._container.demux(self._container.streams[self._index])
        while errors < _MAX_ERRORS:
            try:
                packet = next(packets, None)
            except ReadAborted:
                raise
            except FAILURES:
                errors += 1
                packet = False
                packets = self._container.demux(self._container.streams[self._index])
            if self._abort.is_set():
                raise ReadAborted("reading was stopped")
            if packet is None:
                return
            if not packet:
                continue
            errors = 0
            if packet.size:
                # Segments that belong to one picture may share its time.
                time = time if packet.pts is None else float(packet.pts * packet.time_base)
                yield time, float((packet.duration or 0) * packet.time_base), bytes(packet)

    def _open(self) -> None:
        paired = self.path.suffix.lower() == ".idx"
        try:
            self._file = None if paired else AbortableFile(self.path, self._abort)
            # The pictures of an .idx file lie in another one, which only the demuxer finds.
            self._container = av.open(str(self.path) if paired else self._file, "r", metadata_errors="replace")
        except (OSError, *FAILURES) as error:
            self.close()
            if isinstance(error, ReadAborted):
                raise
            raise open_error(self.path, error) from error
        for stream in self._container.streams:
            stream.discard = Discard.default if stream.index == self._index else Discard.all

    def _chosen(self) -> BitmapDecoder:
        streams = self._container.streams
        context = streams[self._index].codec_context if 0 <= self._index < len(streams) else None
        if context is None:
            raise MediaError(f"{self.path.name}: it has no track {self._index} with subtitles")
        video = streams.video[0].codec_context if streams.video else None
        size = (video.width, video.height) if video is not None and video.width and video.height else None
        codec = context.codec.canonical_name
        decoder = decoder_for(codec, context.extradata or b"", size)
        if decoder is None:
            raise MediaError(f"{self.path.name}: subtitles of the kind {codec} cannot be shown")
        return decoder
