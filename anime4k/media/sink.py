"""`VideoSink`: pictures with exact times in, a verified video file with everything else of the source out."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import Any

import av
from av.container import OutputContainer
from av.packet import Packet

from anime4k.errors import OutputError
from anime4k.media.destination import check_destination, give_name, output_error, sync, temporary_name
from anime4k.media.encoders import Encoder, container_kind, open_failure
from anime4k.media.encoding import add_video
from anime4k.media.spec import Plane, VideoSpec, to_frame
from anime4k.media.streams import StreamCopier
from anime4k.media.timeline import Timeline
from anime4k.media.verify import Expected, verify

_LARGEST_TIMESCALE = (1 << 31) - 1


@dataclass(frozen=True, kw_only=True)
class CopyFrom:
    """Where the other streams come from.

    Attributes:
        path: the source file.
        video_index: its video stream that is being replaced.
    """

    path: Path
    video_index: int


@dataclass(frozen=True, kw_only=True)
class Written:
    """A finished file.

    Attributes:
        path: its final name.
        frames: number of pictures.
        duration_s: from the first picture to the end of the last one.
        notes: what a user should know, each a clause.
    """

    path: Path
    frames: int
    duration_s: float
    notes: tuple[str, ...]


class VideoSink:
    """Writes one video file under a temporary name; `finish` verifies it and gives it its name.

    As a context manager it removes the temporary file unless `finish` was reached.
    """

    def __init__(
        self,
        path: str | Path,
        spec: VideoSpec,
        encoder: Encoder,
        *,
        copy: CopyFrom | None = None,
        shift: Fraction = Fraction(0),
        overwrite: bool = False,
        scratch: Path | None = None,
    ) -> None:
        """Create the file and write its header.

        Args:
            path: final name; its extension decides the container.
            spec: the video.
            encoder: from `choose_encoder` for the same `path`.
            copy: the file whose other streams are copied; None = video only.
            shift: time of the source in seconds that becomes 0 in the output, for video and copies alike.
            overwrite: whether an existing file may be replaced.
            scratch: folder on the same file system for the file in the making; None = beside `path`.

        Raises:
            UsageError: the file exists, is the source, or cannot hold the sound of the source.
            OutputError: the file cannot be created or the encoder refuses the picture.
        """
        self.path = Path(path)
        self.encoder = encoder
        self.notes: list[str] = []
        self._kind = container_kind(path)
        self._spec = spec
        self._overwrite = overwrite
        self._shift = shift
        self._timeline = Timeline(self.path, spec, shift)
        self._durations: dict[int, int] = {}
        self._encoding = True
        self._encoded_until = Fraction(0)
        self._first_dts: int | None = None
        self._newest: Packet[Any] | None = None
        self._copier: StreamCopier | None = None
        self._container: OutputContainer | None = None
        check_destination(self.path, copy.path if copy else None, overwrite=overwrite)
        temporary = temporary_name(self.path)
        self._temporary = scratch / temporary.name if scratch else temporary
        try:
            self._open(copy)
        except BaseException:
            self.abort()
            raise

    # -- opening -----------------------------------------------------------------------------------------

    def _open(self, copy: CopyFrom | None) -> None:
        try:
            # Claims the name and shows an unwritable folder before any work is done.
            with open(self._temporary, "xb"):
                pass
            container = av.open(
                str(self._temporary), "w", format=self._kind.muxer, container_options=self._container_options()
            )
        except OSError as error:
            raise output_error(self.path, error) from error
        self._container = container
        if copy is None:
            self._stream = self._add_video()
        else:
            self._copier = StreamCopier(copy.path, self._kind, shift=self._shift)
            self._stream = self._copier.declare(container, copy.video_index, self._add_video)
            self.notes.extend(self._copier.notes)
            self._copier.notes.clear()
        try:
            self._stream.codec_context.open()
        except (av.FFmpegError, ValueError) as error:
            raise open_failure(self.encoder, self._spec.width, self._spec.height, error) from error
        try:
            container.start_encoding()
            if self._copier is not None:
                self._copier.start(container)
        except (av.ArgumentError, av.ExperimentalError, av.PatchWelcomeError) as error:
            codecs = ", ".join(self._copier.codecs if self._copier is not None else ())
            raise OutputError(
                f"{self._kind.name} files cannot hold the streams of this source ({codecs});"
                " write a .mkv file, or leave sound and subtitles out with --no-copy-streams"
            ) from error
        except OSError as error:
            raise output_error(self.path, error) from error
        assert self._stream.time_base is not None
        self._timeline.file_base = Fraction(self._stream.time_base)

    def _container_options(self) -> dict[str, str]:
        # Times must not be moved to make them positive: a shifted sound track is out of step.
        # Copying needs what FFmpeg calls experimental: some pairs of codec and container, all of them standardised.
        options = {"avoid_negative_ts": "disabled", "strict": "experimental"}
        if self._kind.exact_time_base:
            # Delays of whole tracks are stored on the movie's clock, which is a millisecond unless told otherwise.
            options["movie_timescale"] = str(_track_timescale(self._spec.time_base))
            options["movflags"] = "+write_colr"
        return options

    def _add_video(self) -> Any:
        assert self._container is not None
        stream = add_video(self._container, self._spec, self.encoder)
        if self.encoder.name == "libx265" and self._kind.exact_time_base:
            stream.codec_context.codec_tag = "hvc1"  # the tag that Apple's players insist on
        return stream

    @property
    def header(self) -> bytes:
        """What decoders are told before the first picture; pictures with another one do not belong into this file."""
        return bytes(self._stream.codec_context.extradata or b"")

    @property
    def frames(self) -> int:
        """Pictures added so far."""
        return len(self._timeline.pts)

    # -- writing -----------------------------------------------------------------------------------------

    def add(self, planes: Sequence[Plane], pts: int, duration: int) -> None:
        """Encode one picture.

        Args:
            planes: Y, Cb, Cr (or G, B, R) of shapes (h, w) in the encoder's subsampling; uint8 up to 8 bits,
                uint16 in the low bits above.
            pts: presentation time in units of the spec's time base, on the clock of the source; increasing.
            duration: in the same units, 0 = unknown.

        Raises:
            OutputError: the file cannot be written, or cannot hold this time.
        """
        pts, duration = self._timeline.add(pts, duration)
        self._durations[pts] = duration
        frame = to_frame(planes, self._spec, self.encoder.pixel_format)
        frame.pts, frame.time_base, frame.duration = pts, self._spec.time_base, duration
        try:
            self._write(self._stream.encode(frame))
        except (av.FFmpegError, OSError) as error:
            raise output_error(self.path, error) from error

    def add_encoded(self, times: Sequence[tuple[int, int]], packets: Iterable[Packet[Any]]) -> None:
        """Write pictures that an equal encoder has encoded already; not together with `add`.

        Args:
            times: (pts, duration) of the pictures as for `add`.
            packets: the same pictures in decoding order, timed in units of the spec's time base on the clock of
                the output.

        Raises:
            OutputError: the file cannot be written, or cannot hold a time.
        """
        self._encoding = False
        self._durations.update(self._timeline.add(pts, duration) for pts, duration in times)
        try:
            for packet in packets:
                packet.stream = self._stream
                packet.time_base = self._spec.time_base
                self._write([packet])
        except (av.FFmpegError, OSError) as error:
            raise output_error(self.path, error) from error

    def _write(self, packets: Sequence[Packet[Any]]) -> None:
        """Write all packets but the newest, which `_write_last` writes: it may need another duration."""
        for packet in packets:
            # Not every encoder hands durations on.
            if packet.pts is not None and packet.pts in self._durations:
                packet.duration = self._durations.pop(packet.pts) or packet.duration
            if self._first_dts is None:
                self._first_dts = packet.dts
            if self._newest is not None:
                self._mux(self._newest)
            self._newest = packet

    def _write_last(self) -> None:
        packet, self._newest = self._newest, None
        if packet is None:
            return
        if self._kind.exact_time_base and packet.dts is not None and self._first_dts is not None:
            # MP4 counts the length of a track in decoding order: with reordered frames the last one there is not
            # the last one shown, and its duration must make the sum right.
            pts, end = self._timeline.pts, self._timeline.end
            wanted = end - pts[0] + self._first_dts - packet.dts
            if wanted > 0 and end > pts[-1]:
                packet.duration = wanted
        self._mux(packet)

    def _mux(self, packet: Packet[Any]) -> None:
        assert self._container is not None
        if packet.dts is not None:
            self._encoded_until = max(self._encoded_until, packet.dts * Fraction(packet.time_base))
        self._container.mux(packet)
        if self._copier is not None:
            self._copier.copy_until(self._container, self._encoded_until)

    # -- ending ------------------------------------------------------------------------------------------

    def finish(self, *, whole: bool) -> Written:
        """Complete, verify and name the file.

        Args:
            whole: the source was read to its end, so that everything of the copied streams belongs in;
                otherwise they end with the last picture.

        Raises:
            OutputError: nothing was written, the disk is full, or the file did not verify.
        """
        if not self.frames:
            self.abort()
            raise OutputError(f"{self.path} is not written because there is no picture to put in")
        assert self._container is not None
        try:
            if self._encoding:
                self._write(self._stream.encode(None))
            self._write_last()
            if self._copier is not None:
                end = None if whole else self._timeline.end * self._spec.time_base
                self._copier.copy_until(self._container, end)
                self._copier.add_chapters(self._container, end)
            streams = self._streams()
            metadata = tuple(self._container.metadata)
            self._container.close()
            self._container = None
            self._check_and_name(streams, metadata)
        except (av.FFmpegError, OSError) as error:
            self.abort()
            raise output_error(self.path, error) from error
        except BaseException:
            self.abort()
            raise
        self.abort()
        if self._timeline.rounded:
            self.notes.append(
                f"{self._kind.name} files count time in milliseconds: the times were rounded by up to"
                f" {float(self._timeline.rounded * 1000):.2f} ms, without drift"
            )
        length = (self._timeline.end - self._timeline.pts[0]) * self._spec.time_base
        return Written(path=self.path, frames=self.frames, duration_s=float(length), notes=tuple(self.notes))

    def _streams(self) -> list[tuple[str, int | None]]:
        """Type and number of copied packets of every stream that the finished file will have."""
        assert self._container is not None
        copied = self._copier.copied if self._copier is not None else {}
        streams = [(str(stream.type), copied.get(stream.index)) for stream in self._container.streams]
        if self._kind.exact_time_base and self._copier is not None:
            # MP4 files drop sound tracks into which nothing was written; subtitles get at least an empty text.
            empty = self._copier.empty
            streams = [stream for index, stream in enumerate(streams) if index not in empty]
        return streams

    def _check_and_name(self, streams: Sequence[tuple[str, int | None]], metadata: Sequence[str]) -> None:
        if self._copier is not None:
            self.notes.extend([*self._copier.notes, *self._copier.final_notes()])
        lost = verify(
            self._temporary,
            Expected(
                name=self.path,
                pts=self._timeline.pts,
                time_base=self._spec.time_base,
                end=self._timeline.end,
                size=(self._spec.width, self._spec.height),
                streams=streams,
                track_lengths=self._kind.exact_time_base,
                metadata=metadata,
            ),
        )
        if lost:
            self.notes.append(f"{self._kind.name} files do not keep the metadata {', '.join(lost)}")
        sync(self._temporary)
        give_name(self._temporary, self.path, overwrite=self._overwrite)

    def abort(self) -> None:
        """Close everything and remove the temporary file; does nothing after `finish`."""
        if self._copier is not None:
            self._copier.close()
            self._copier = None
        if self._container is not None:
            # The disk may be full, or the header was never written.
            with contextlib.suppress(av.FFmpegError, OSError):
                self._container.close()
            self._container = None
        self._temporary.unlink(missing_ok=True)

    def __enter__(self) -> VideoSink:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.abort()


def _track_timescale(time_base: Fraction) -> int:
    """The clock that FFmpeg gives a video track: at least 10000 units a second, a multiple of the time base's."""
    scale = time_base.denominator
    while scale < 10000:
        scale *= 2
    return min(scale, _LARGEST_TIMESCALE)
