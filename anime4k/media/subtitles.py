"""Subtitle tracks of a file, and the events of one text track as chunks of ASS with exact times."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import Enum
from pathlib import Path
from typing import Any, Final

import av
from av.container import InputContainer
from av.packet import Packet
from av.stream import Discard, Disposition

from anime4k.errors import MediaError
from anime4k.media.attachments import Font, attached_fonts
from anime4k.media.charset import decode
from anime4k.media.decoding import FAILURES
from anime4k.media.raw import open_error
from anime4k.media.reader import AbortableFile, ReadAborted
from anime4k.media.subtitle_files import TEXT_SUFFIXES, TextFile

MAX_EVENTS: Final = 100_000
"""What follows after so many lines of one track is left out."""
MAX_TEXT_BYTES: Final = 64 << 20
"""The same for the length of all lines together."""
LONGEST_MS: Final = 24 * 3600 * 1000
"""An event that would last longer ends after this time."""
_FALLBACK_MS: Final = 5000
_LEAD_S: Final = 10.0
"""Reading begins so much before the wanted moment, for the lines that are on screen then."""
_ORDER_BEHIND: Final = 1_000_000
_BUFFER_BYTES: Final = 1 << 20
_MAX_ERRORS: Final = 64
_ASS: Final = ("ass", "ssa")
_TEXT: Final = ("subrip", "srt", "text", "webvtt", "mov_text", "microdvd", "mpl2", "subviewer", "subviewer1", "sami",
                "jacosub", "pjs", "realtext", "stl", "vplayer", "ttml")  # fmt: skip
_BYTES_ARE_TEXT: Final = (*_ASS, "subrip", "srt", "text", "webvtt")
_BITMAPS: Final = ("hdmv_pgs_subtitle", "pgssub", "dvd_subtitle", "dvdsub")


class Kind(Enum):
    """What a track is made of."""

    TEXT = "text"
    BITMAP = "bitmap"
    OTHER = "other"


@dataclass(frozen=True)
class SubtitleStream:
    """One subtitle track of a container.

    Attributes:
        index: number of the stream in the container.
        codec: FFmpeg's name of the format: "ass", "subrip", "mov_text", "hdmv_pgs_subtitle", ...
        kind: whether it holds text or pictures.
        language: as the file says, or "".
        title: the author's title, or "".
        default: whether players should choose it.
        forced: whether it is for foreign parts only.
    """

    index: int
    codec: str
    kind: Kind
    language: str = ""
    title: str = ""
    default: bool = False
    forced: bool = False


@dataclass(frozen=True)
class Contents:
    """What a file holds that subtitles are made of.

    Attributes:
        streams: the subtitle tracks in file order.
        fonts: attached fonts.
        start_s: time of the beginning of the file on its own clock.
        matrix: H.273 code of the video's colour matrix, 2 = unknown.
        size: width and height of the video, (0, 0) = none.
        notes: what was left out, each a sentence.
    """

    streams: tuple[SubtitleStream, ...] = ()
    fonts: tuple[Font, ...] = ()
    start_s: float = 0.0
    matrix: int = 2
    size: tuple[int, int] = (0, 0)
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class TextEvent:
    """One line of a text track.

    Attributes:
        start: milliseconds on the clock of the file.
        end: milliseconds.
        order: place of the line among all lines; later ones are drawn over earlier ones.
        fields: "Layer,Style,Name,MarginL,MarginR,MarginV,Effect,Text" of ASS in UTF-8.
    """

    start: int
    end: int
    order: int
    fields: bytes


def contents(path: Path, abort: threading.Event, *, fonts: bool = True) -> Contents:
    """The subtitle tracks and fonts of a file.

    Args:
        path: a video or a subtitle file.
        abort: ends the reading when set.
        fonts: whether attached fonts are read.

    Raises:
        MediaError: the file cannot be opened.
        ReadAborted: the event was set.
    """
    file, container = _opened(path, abort, "")
    try:
        streams = tuple(_described(stream) for stream in container.streams if stream.type == "subtitle")
        attachments = "matroska" in container.format.name
        matrix, size = 2, (0, 0)
        if container.streams.video:
            # Damage can leave a stream without a known codec.
            context: Any = container.streams.video[0].codec_context
            if context is not None:
                matrix, size = int(context.colorspace), (context.width, context.height)
        start = (container.start_time or 0) / av.time_base
    finally:
        container.close()
        if file is not None:
            file.close()
    found, notes = attached_fonts(path) if fonts and attachments else ([], [])
    return Contents(streams, tuple(found), start, matrix, size, tuple(notes))


def _described(stream: Any) -> SubtitleStream:
    context = stream.codec_context
    codec = context.codec.canonical_name if context is not None else "unknown"
    kind = Kind.TEXT if codec in (*_ASS, *_TEXT) else Kind.BITMAP if codec in _BITMAPS else Kind.OTHER
    metadata = {key.lower(): value for key, value in stream.metadata.items()}
    language = metadata.get("language", "")
    return SubtitleStream(
        stream.index,
        codec,
        kind,
        "" if language == "und" else language,
        metadata.get("title", ""),
        bool(stream.disposition & Disposition.default),
        bool(stream.disposition & Disposition.forced),
    )


def _opened(path: Path, abort: threading.Event, language: str) -> tuple[Any, InputContainer]:
    try:
        suffix = path.suffix.lower()
        text = suffix in TEXT_SUFFIXES
        # The pictures of an .idx file lie in another one, which only the demuxer finds.
        file: Any = TextFile(path, language) if text else None if suffix == ".idx" else AbortableFile(path, abort)
    except MediaError:
        raise
    except OSError as error:
        raise open_error(path, error) from error
    try:
        container = av.open(file or str(path), "r", metadata_errors="replace", buffer_size=_BUFFER_BYTES)
    except ReadAborted:
        file.close()
        raise
    except FAILURES as error:
        if file is not None:
            file.close()
        if text:
            raise MediaError(f"{path.name}: this is no subtitle file of a known kind, or it is empty") from error
        raise open_error(path, error) from error
    return file, container


class TextReader:
    """The events of one text track.

    Not safe for use by several threads at once, except for the abort event.

    Args:
        path: the file.
        index: number of the stream.
        abort: ends the reading when set.
        language: of the text, as a hint for old encodings.

    Raises:
        MediaError: the file or the track cannot be read.
        ReadAborted: the event was set.
    """

    def __init__(self, path: Path, index: int, abort: threading.Event, language: str = "") -> None:
        self.path = path
        self.damaged = 0
        """Lines that could not be read."""
        self.cut = False
        """Whether lines were left out because there are too many."""
        self._abort = abort
        self._language = language
        self._file, self._container = _opened(path, abort, language)
        try:
            self._stream: Any = self._container.streams[index]
            for other in self._container.streams:
                other.discard = Discard.default if other.index == index else Discard.all
            info = _described(self._stream)
            if info.kind is not Kind.TEXT:
                raise MediaError(f"{path.name}: subtitles of the kind {info.codec} cannot be shown")
            self.codec = info.codec
            self.is_ass = info.codec in _ASS
            header = self._stream.codec_context.extradata if self.is_ass else None
            self.header = _as_utf8(header or b"", language)
            """Styles and script info of an ASS track, else empty."""
        except BaseException:
            self.close()
            raise

    def events(self, at: float = 0.0) -> Iterator[TextEvent]:
        """All events: those from a little before `at` seconds to the end first, then the part before.

        Raises:
            ReadAborted: the event was set.
        """
        first: tuple[int | None, bytes] | None = None
        if at > 0 and not isinstance(self._file, TextFile):
            try:
                self._container.seek(int((at - _LEAD_S) * av.time_base), backward=True)
            except FAILURES:
                self._rewind()
                at = 0.0
        budget = [MAX_EVENTS, MAX_TEXT_BYTES]
        base = _ORDER_BEHIND if at > 0 else 0
        for packet, event in self._timed(self._packets(), base, budget):
            if first is None:
                first = (packet.pts, bytes(packet))
            yield event
        if base == _ORDER_BEHIND:
            self._rewind()
            for packet, event in self._timed(self._packets(), 0, budget):
                if (packet.pts, bytes(packet)) == first:
                    return
                yield event

    def close(self) -> None:
        """Close the file."""
        self._container.close()
        self._file.close()

    def _rewind(self) -> None:
        index = self._stream.index
        self.close()
        self._file, self._container = _opened(self.path, self._abort, self._language)
        self._stream = self._container.streams[index]
        for other in self._container.streams:
            other.discard = Discard.default if other.index == index else Discard.all

    def _packets(self) -> Iterator[Packet[Any]]:
        errors = 0
        packets = self._container.demux(self._stream)
        while errors < _MAX_ERRORS:
            try:
                packet = next(packets)
            except StopIteration:
                if self._abort.is_set():
                    raise ReadAborted("reading was stopped") from None
                return
            except ReadAborted:
                raise
            except FAILURES:
                if self._abort.is_set():
                    raise ReadAborted("reading was stopped") from None
                errors += 1
                continue
            errors = 0
            if self._abort.is_set():
                raise ReadAborted("reading was stopped")
            if packet.size and packet.pts is not None:
                yield packet

    def _timed(
        self, packets: Iterator[Packet[Any]], base: int, budget: list[int]
    ) -> Iterator[tuple[Packet[Any], TextEvent]]:
        """Packets and their events; an event without an end lasts until the next one."""
        waiting: list[tuple[Packet[Any], TextEvent]] = []
        for number, packet in enumerate(packets):
            try:
                found = self._event(packet, base + number)
            except FAILURES:
                self.damaged += 1
                continue
            if waiting and (found is None or found.start > waiting[0][1].start):
                start = round((packet.pts or 0) * packet.time_base * 1000)
                for before, event in waiting:
                    yield before, replace(event, end=min(max(start, event.start), event.start + _FALLBACK_MS))
                waiting = []
            if found is None:
                continue
            budget[0] -= 1
            budget[1] -= len(found.fields)
            if min(budget) < 0:
                self.cut = True
                break
            if found.end > found.start:
                yield packet, found
            else:
                waiting.append((packet, found))
        for before, event in waiting:
            yield before, replace(event, end=event.start + _FALLBACK_MS)

    def _event(self, packet: Packet[Any], number: int) -> TextEvent | None:
        assert packet.pts is not None
        start = round(packet.pts * packet.time_base * 1000)
        length = min(round((packet.duration or 0) * packet.time_base * 1000), LONGEST_MS)
        data = bytes(packet)
        if self.codec in _BYTES_ARE_TEXT:
            data = _as_utf8(data, self._language)
        if not self.is_ass:
            if data != bytes(packet):
                replacement: Packet[Any] = Packet(data)
                replacement.time_base, replacement.pts, replacement.duration = (
                    packet.time_base,
                    packet.pts,
                    packet.duration,
                )
                packet = replacement
            decoded = self._stream.codec_context.decode2(packet)
            texts = [rect.ass for rect in decoded or () if rect.type in (b"ass", b"text")]
            data = b"\\N".join(texts[:1] + [text.split(b",", 8)[-1] for text in texts[1:]])
        order, _, fields = data.rstrip(b"\r\n\0").partition(b",")
        if fields.count(b",") < 7:
            self.damaged += self.is_ass and data.strip(b"\r\n\0 ") != b""
            return None
        if not fields.split(b",", 7)[7].strip():
            return None
        if self.is_ass and order.strip().isdigit():
            number = min(int(order), 0x3FFFFFFF)
        return TextEvent(start, start + max(0, length), number, fields)


def _as_utf8(data: bytes, language: str) -> bytes:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return decode(data, language)[0].encode("utf-8", "replace")
    return data
