"""Everything of a file but its picture: sound, subtitles, fonts, covers, chapters and titles, copied as they are."""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
from av.container import InputContainer, OutputContainer
from av.packet import Packet
from av.stream import AttachmentStream, Disposition, Stream
from av.subtitles.stream import SubtitleStream

from anime4k.errors import MediaError, UsageError
from anime4k.media.encoders import ContainerKind
from anime4k.media.packets import (
    codec_name,
    converted,
    describe,
    first_packet,
    is_gap,
    kept,
    move,
    moved,
    sound_length,
)

_PARKED_BYTES = 32 << 20
"""How much is read ahead at most to find the next packet of every sound track of a badly interleaved file."""

_SUBTITLES_AS_TEXT = {"subrip", "srt", "ass", "ssa", "mov_text", "webvtt", "text"}
_STYLED = {"ass", "ssa", "mov_text"}

_CONTAINER_KEYS = {"major_brand", "minor_version", "compatible_brands", "encoder", "software", "duration"}
"""Metadata that describes the old file and not its content."""

_COVER_TYPES = {"mjpeg": ("jpg", "image/jpeg"), "png": ("png", "image/png"), "webp": ("webp", "image/webp")}


@dataclass
class _Track:
    """A copied stream: where it comes from, where it goes, and what has been written."""

    source: Any
    target: Any
    converts: bool = False
    packets: int = 0
    last_dts: int | None = None


@dataclass(order=True)
class _Parked:
    """A packet that waits for its time, in seconds of the output."""

    time: Fraction
    order: int
    packet: Any = field(compare=False)


class StreamCopier:
    """Copies the streams of one file into another beside its new video, in step with it.

    Use: construct, `declare` before the header is written, then `copy_until` as the video advances, `close`.
    """

    def __init__(self, source: str | Path, kind: ContainerKind, *, shift: Fraction = Fraction(0)) -> None:
        """Open the source a second time, for reading everything but the picture.

        Args:
            source: the file to copy from.
            kind: the kind of file to copy into.
            shift: time of the source, in seconds, that becomes 0; what lies before is left out. 0 = copy all.

        Raises:
            MediaError: the source cannot be opened.
        """
        self.notes: list[str] = []
        self._path = Path(source)
        self._kind = kind
        self._shift = shift
        self._tracks: dict[int, _Track] = {}
        self._covers: list[tuple[Any, Packet[Any]]] = []
        self._waiting: list[_Parked] = []
        self._parked_bytes = 0
        self._order = itertools.count()
        self._dropped = 0
        try:
            self._container: InputContainer = av.open(str(source), metadata_errors="replace")
        except (av.FFmpegError, OSError) as error:
            raise MediaError(f"{source} cannot be opened for copying its streams ({error.strerror})") from error
        self._packets: Iterator[Packet[Any]] = iter(())

    @property
    def copied(self) -> dict[int, int]:
        """Packets written so far by index of the output stream, as far as the file will hold that many."""
        return {
            track.target.index: track.packets
            for track in self._tracks.values()
            if not track.converts and codec_name(track.source) != "mov_text"
        }

    @property
    def empty(self) -> set[int]:
        """Indices of the output's sound tracks into which nothing was written."""
        tracks = self._tracks.values()
        return {track.target.index for track in tracks if not track.packets and track.source.type == "audio"}

    @property
    def codecs(self) -> list[str]:
        """Names of the codecs of the copied streams."""
        return [codec_name(track.source) for track in self._tracks.values()]

    def declare(self, out: OutputContainer, video_index: int, add_video: Callable[[], Stream]) -> Stream:
        """Add the streams to `out` in the order of the source, and everything that is no packet.

        Args:
            out: the output before its header is written.
            video_index: which stream of the source is replaced by the new video.
            add_video: adds the new video stream.

        Returns:
            The new video stream.

        Raises:
            UsageError: the container cannot hold the sound.
        """
        supported = out.supported_codecs
        video: Stream | None = None
        fonts: list[str] = []
        for stream in self._container.streams:
            if stream.index == video_index:
                video = add_video()
                describe(video, stream)
            elif isinstance(stream, AttachmentStream):
                self._attach(out, stream, fonts)
            elif stream.type == "video":
                self._declare_video(out, stream, supported)
            elif stream.type == "audio":
                self._declare_audio(out, stream, supported)
            elif isinstance(stream, SubtitleStream):
                self._declare_subtitles(out, stream, supported)
            elif not self._is_chapter_track(stream):
                self.notes.append(f"stream {stream.index} ({stream.type}) is not copied: it is neither sound nor text")
        if fonts:
            self.notes.append(f"{self._kind.name} files cannot hold attachments: {', '.join(fonts)} left out")
        video = video or add_video()
        out.metadata.update(kept(self._container.metadata, _CONTAINER_KEYS))
        if self._tracks:
            self._packets = self._container.demux([track.source for track in self._tracks.values()])
        return video

    def start(self, out: OutputContainer) -> None:
        """Write what belongs to the beginning, once the header is written."""
        for target, packet in self._covers:
            packet.stream = target
            out.mux(packet)

    def copy_until(self, out: OutputContainer, limit: Fraction | None) -> None:
        """Write every packet that begins before `limit`, a time of the output in seconds; None = all.

        Raises:
            OSError: the output cannot be written.
        """
        while self._waiting and (limit is None or self._waiting[0].time < limit):
            parked = heapq.heappop(self._waiting).packet
            self._parked_bytes -= parked.size
            self._write(out, parked)
        while not self._read_far_enough():
            packet = self._next()
            if packet is None:
                return
            assert packet.pts is not None
            time = packet.pts * Fraction(packet.time_base)
            if limit is None or time < limit:
                self._write(out, packet)
            else:
                heapq.heappush(self._waiting, _Parked(time, next(self._order), packet))
                self._parked_bytes += packet.size

    def add_chapters(self, out: OutputContainer, end: Fraction | None) -> None:
        """Give `out` the chapters; last of all, because only then it is known where they end.

        Args:
            out: the output before its trailer is written.
            end: end of the output in seconds when it was cut, None = all chapters belong in.
        """
        chapters = [now for chapter in self._container.chapters() if (now := moved(chapter, self._shift, end))]
        if chapters:
            out.set_chapters(chapters)

    def close(self) -> None:
        """Close the source; calling it again does nothing."""
        self._packets = iter(())
        self._waiting.clear()
        self._container.close()

    def final_notes(self) -> list[str]:
        """What went wrong while copying, in words."""
        notes = [
            f"stream {track.source.index} ({track.source.type}) has nothing in it that could be copied"
            for track in self._tracks.values()
            if not track.packets and track.source.type == "audio"
        ]
        if not self._dropped:
            return notes
        return [*notes, f"{self._dropped} damaged packets of sound or subtitles could not be copied"]

    # -- declaring ---------------------------------------------------------------------------------------

    def _attach(self, out: OutputContainer, stream: AttachmentStream, left_out: list[str]) -> None:
        name = stream.metadata.get("filename") or f"attachment-{stream.index}"
        if not self._kind.attachments:
            left_out.append(name)
            return
        mimetype = stream.metadata.get("mimetype") or "application/octet-stream"
        target = out.add_attachment(name, mimetype, bytes(stream.data or b""))
        target.metadata.update(kept(stream.metadata, {"filename", "mimetype"}))

    def _declare_video(self, out: OutputContainer, stream: Any, supported: set[str]) -> None:
        if not stream.disposition & Disposition.attached_pic:
            self.notes.append(f"stream {stream.index} is another video and is left out: one video is upscaled")
            return
        codec = codec_name(stream)
        packet = first_packet(self._path, stream.index)
        if packet is None:
            self.notes.append(f"the cover in stream {stream.index} is damaged and is left out")
        elif self._kind.attachments:
            extension, mimetype = _COVER_TYPES.get(codec, ("bin", "application/octet-stream"))
            name = stream.metadata.get("filename") or f"cover.{extension}"
            out.add_attachment(name, stream.metadata.get("mimetype") or mimetype, bytes(packet))
        elif codec in supported and self._kind.exact_time_base:
            target = out.add_stream_from_template(stream, opaque=True)
            describe(target, stream)
            packet.pts = packet.dts = 0
            self._covers.append((target, packet))
        else:
            self.notes.append(f"{self._kind.name} files cannot hold the cover picture (stream {stream.index})")

    def _declare_audio(self, out: OutputContainer, stream: Any, supported: set[str]) -> None:
        codec = codec_name(stream)
        if codec not in supported:
            instead = "convert the sound first" if self._kind.attachments else "write a .mkv file"
            raise UsageError(
                f"{self._kind.name} files cannot hold the sound of {self._path} (stream {stream.index},"
                f" {stream.codec_context.codec.canonical_name if stream.codec_context else codec}); {instead}, or leave"
                " sound and subtitles out with --no-copy-streams"
            )
        target = out.add_stream_from_template(stream, opaque=True)
        describe(target, stream)
        self._tracks[stream.index] = _Track(stream, target)

    def _declare_subtitles(self, out: OutputContainer, stream: SubtitleStream, supported: set[str]) -> None:
        codec = codec_name(stream)
        if codec in supported:
            target: Any = out.add_stream_from_template(stream, opaque=True)
            converts = False
        elif codec in _SUBTITLES_AS_TEXT:
            context: Any = stream.codec_context
            context.open(strict=False)
            target = out.add_stream(self._kind.text_codec)
            target.codec_context.subtitle_header = context.subtitle_header or _PLAIN_HEADER
            target.codec_context.time_base = Fraction(1, 1000)
            target.time_base = stream.time_base
            converts = True
            loss = ", without their styles" if codec in _STYLED else ""
            self.notes.append(
                f"the subtitles in stream {stream.index} ({codec}) become {self._kind.text_codec} because"
                f" {self._kind.name} files cannot hold them as they are{loss}"
            )
        else:
            self.notes.append(
                f"{self._kind.name} files cannot hold the subtitles in stream {stream.index} ({codec});"
                " they are left out, a .mkv file would keep them"
            )
            return
        describe(target, stream)
        self._tracks[stream.index] = _Track(stream, target, converts)

    def _is_chapter_track(self, stream: Any) -> bool:
        """Whether a data stream only repeats the chapters, as MP4 files do."""
        return stream.type == "data" and "mp4" in self._container.format.name and bool(self._container.chapters())

    # -- copying -----------------------------------------------------------------------------------------

    def _read_far_enough(self) -> bool:
        """Whether every sound track has a packet that waits for its time."""
        if not self._waiting:
            return False
        if self._parked_bytes > _PARKED_BYTES:
            return True
        waiting = {parked.packet.stream_index for parked in self._waiting}
        sound = {index for index, track in self._tracks.items() if track.source.type == "audio"}
        return sound <= waiting

    def _next(self) -> Packet[Any] | None:
        """The next packet that belongs into the output, on the output's clock."""
        while True:
            try:
                packet = next(self._packets, None)
            except av.FFmpegError as error:
                self.notes.append(f"copying sound and subtitles stopped early: {self._path} is damaged ({error})")
                self._packets = iter(())
                return None
            if packet is None:
                return None
            if packet.pts is None:
                packet.pts = packet.dts
            if packet.pts is None or packet.is_corrupt and packet.size == 0:
                continue  # the empty packet at the end of each stream
            if packet.dts is None:
                packet.dts = packet.pts
            if self._shift and not move(packet, self._shift):
                continue
            return packet

    def _write(self, out: OutputContainer, packet: Packet[Any]) -> None:
        track = self._tracks[packet.stream_index]
        if track.last_dts is not None and packet.dts is not None and packet.dts < track.last_dts:
            self._dropped += 1
            return
        if not packet.duration and track.source.type == "audio":
            packet.duration = sound_length(track.source, packet, track.last_dts)
        track.last_dts = packet.dts
        if is_gap(track.source, packet):
            return  # the writer fills gaps itself where they are needed
        try:
            made = converted(track.source, track.target, packet) if track.converts else packet
            if made is None:
                return
            made.stream = track.target
            out.mux(made)
        except (av.ArgumentError, av.InvalidDataError):
            self._dropped += 1
        else:
            track.packets += 1


_PLAIN_HEADER = (
    b"[Script Info]\nScriptType: v4.00+\n\n[V4+ Styles]\nFormat: Name, Fontname, Fontsize\n"
    b"Style: Default,Arial,16\n\n[Events]\n"
    b"Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text\n"
)
