"""Segments: parts of a video, each encoded by itself, kept as whole files until all of them are joined."""

from __future__ import annotations

import contextlib
import os
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
from av.container import OutputContainer
from av.packet import Packet

from anime4k.errors import OutputError, UsageError
from anime4k.media.clock import in_units
from anime4k.media.destination import output_error, sync
from anime4k.media.encoders import Encoder, open_failure
from anime4k.media.encoding import add_video
from anime4k.media.spec import Plane, VideoSpec, to_frame

_MUXERS = ("nut", "mov")
"""Kinds of file that give packets back untouched and count in any time base; the first that holds the codec wins."""

_CHUNK = 1 << 20


@dataclass(frozen=True, kw_only=True)
class Sealed:
    """A finished segment file.

    Attributes:
        size: bytes.
        checksum: CRC-32 of the file.
        reorder: how many pictures the encoder puts off at most to show them after later ones.
    """

    size: int
    checksum: int
    reorder: int


def segment_muxer(encoder: Encoder) -> str:
    """FFmpeg's name of the kind of file for segments of `encoder`, which also is the extension.

    Raises:
        UsageError: there is none.
    """
    for muxer in _MUXERS:
        with av.open(os.devnull, "w", format=muxer) as container, contextlib.suppress(ValueError):
            container.add_stream(encoder.name, rate=25)
            return muxer
    raise UsageError(f"video from {encoder.name} cannot be kept in segments; leave out --resume")


class SegmentWriter:
    """Encodes one segment; it begins with a key frame because it has an encoder of its own."""

    def __init__(self, path: Path, target: Path, spec: VideoSpec, encoder: Encoder, header: bytes) -> None:
        """Create the file.

        Args:
            path: the file, which is replaced.
            target: what the segment will be a part of, for messages.
            spec: the video.
            encoder: the encoder of the whole video.
            header: what decoders of the whole video are told before its first picture.

        Raises:
            OutputError: the file cannot be created, or the encoder refuses the picture.
        """
        self._path = path
        self._target = target
        self._spec = spec
        self._encoder = encoder
        self._written: list[tuple[int, bool, int]] = []
        self._container: OutputContainer | None = None
        try:
            self._open(header)
        except BaseException:
            self.abort()
            raise

    def _open(self, header: bytes) -> None:
        muxer = segment_muxer(self._encoder)
        options = {"avoid_negative_ts": "disabled", "strict": "experimental"}
        try:
            self._container = av.open(str(self._path), "w", format=muxer, container_options=options)
        except OSError as error:
            raise output_error(self._target, error) from error
        self._stream = add_video(self._container, self._spec, self._encoder)
        context = self._stream.codec_context
        try:
            context.open()
        except (av.FFmpegError, ValueError) as error:
            raise open_failure(self._encoder, self._spec.width, self._spec.height, error) from error
        if bytes(context.extradata or b"") != header:
            raise OutputError(
                f"{self._encoder.name} describes each segment differently, so they cannot be joined; leave out --resume"
            )
        try:
            self._container.start_encoding()
        except OSError as error:
            raise output_error(self._target, error) from error

    def add(self, planes: Sequence[Plane], pts: int, duration: int) -> None:
        """Encode one picture.

        Args:
            planes: as for `VideoSink.add`.
            pts: in units of the spec's time base, on the clock of the output; increasing.
            duration: in the same units.

        Raises:
            OutputError: the file cannot be written.
        """
        frame = to_frame(planes, self._spec, self._encoder.pixel_format)
        frame.pts, frame.time_base, frame.duration = pts, self._spec.time_base, duration
        self._write(frame)

    def _write(self, frame: av.VideoFrame | None) -> None:
        assert self._container is not None
        try:
            for packet in self._stream.encode(frame):
                self._written.append((packet.pts, packet.is_keyframe, zlib.crc32(packet)))
                self._container.mux(packet)
        except (av.FFmpegError, OSError) as error:
            raise output_error(self._target, error) from error

    def finish(self) -> Sealed:
        """Complete the file, read it back, and have it on the disk.

        Raises:
            OutputError: the disk is full, or what is read back is not what was written.
        """
        try:
            self._write(None)
            assert self._container is not None
            self._container.close()
            self._container = None
            found = [(packet.pts, packet.is_keyframe, zlib.crc32(packet)) for packet in packets(self._path, self._spec)]
            sync(self._path)
            size, checksum = measure(self._path)
        except (av.FFmpegError, OSError) as error:
            self.abort()
            raise output_error(self._target, error) from error
        except BaseException:
            self.abort()
            raise
        if found != self._written or not found[0][1]:
            self.abort()
            raise OutputError(f"a part of {self._target} was written but is read back differently; check the disk")
        return Sealed(size=size, checksum=checksum, reorder=_reorder([pts for pts, _, _ in self._written]))

    def abort(self) -> None:
        """Close and remove the file; not after `finish`."""
        if self._container is not None:
            # The disk may be full, or the header was never written.
            with contextlib.suppress(av.FFmpegError, OSError):
                self._container.close()
            self._container = None
        self._path.unlink(missing_ok=True)


def packets(path: Path, spec: VideoSpec) -> Iterator[Packet[Any]]:
    """The pictures of a segment in decoding order, without decoding times.

    Args:
        path: the segment.
        spec: the video; the times are given in units of its time base.

    Raises:
        FFmpegError: the file is damaged.
    """
    # Parsers would cut packets anew that the encoder has cut as they must be.
    with av.open(str(path), options={"fflags": "+noparse+nofillin"}) as container:
        for packet in container.demux(container.streams.video[0]):
            if packet.size and packet.pts is not None:
                packet.pts = in_units(packet.pts * Fraction(packet.time_base), spec.time_base)
                packet.dts = None
                packet.time_base = spec.time_base
                yield packet


def measure(path: Path) -> tuple[int, int]:
    """Size in bytes and CRC-32 of a file.

    Raises:
        OSError: it cannot be read.
    """
    size = checksum = 0
    with open(path, "rb") as file:
        while data := file.read(_CHUNK):
            size += len(data)
            checksum = zlib.crc32(data, checksum)
    return size, checksum


def _reorder(order: Sequence[int]) -> int:
    """The most places by which a picture comes later in decoding order than in presentation order."""
    rank = {pts: number for number, pts in enumerate(sorted(order))}
    return max(number - rank[pts] for number, pts in enumerate(order))
