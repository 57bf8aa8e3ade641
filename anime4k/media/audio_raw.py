"""One sound track of a container, decoded: frames as they come, damage counted and never raised."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import av
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.stream import Discard, Stream

from anime4k.errors import MediaError
from anime4k.media.audio import AudioTrack, audio_tracks
from anime4k.media.decoding import FAILURES, decoded
from anime4k.media.info import is_cover
from anime4k.media.raw import open_error
from anime4k.media.reader import AbortableFile, ReadAborted

_BUFFER_BYTES = 1 << 17


class RawSound:
    """A container opened for its sound.

    Args:
        path: the file.
        abort: ends all reading when set.

    Raises:
        MediaError: the file cannot be opened.
        ReadAborted: the event was set.
    """

    def __init__(self, path: Path, abort: threading.Event) -> None:
        self.path = path
        self.damaged = 0
        """Packets that could not be read or decoded."""
        self._abort = abort
        self._file: AbortableFile | None = None
        self._stream: AudioStream | None = None
        self._container: InputContainer | None = None
        self.open()
        self.tracks: tuple[AudioTrack, ...] = audio_tracks(self.container)

    @property
    def container(self) -> InputContainer:
        """The open container."""
        assert self._container is not None, "the file is closed"
        return self._container

    @property
    def stream(self) -> AudioStream:
        """The selected stream."""
        assert self._stream is not None, "no track is selected"
        return self._stream

    @property
    def time_base(self) -> Fraction:
        """Seconds per unit of the time stamps."""
        return Fraction(self.stream.time_base or Fraction(1, 1000))

    @property
    def seekable(self) -> bool:
        """Whether the file can be read from another place: a pipe cannot."""
        return self._file is not None and self._file.seekable()

    def open(self) -> None:
        """Open the file, again if it was open: the position is then exactly its beginning."""
        selected = self._stream.index if self._stream is not None else None
        self.close()
        try:
            self._file = AbortableFile(self.path, self._abort)
            container = av.open(self._file, "r", metadata_errors="replace", buffer_size=_BUFFER_BYTES)
        except ReadAborted:
            self.close()
            raise
        except FAILURES as error:
            self.close()
            raise open_error(self.path, error) from error
        self._container = container
        if selected is not None:
            self._use(selected)

    def select(self, track: AudioTrack) -> None:
        """Decode `track` from now on; the position is that of the file.

        Raises:
            MediaError: there is no decoder for it.
        """
        if self.container.streams[track.index].codec_context is None:
            raise MediaError(
                f"{self.path}: no decoder is built in for sound track {track.number}; choose another track"
            )
        self._use(track.index)

    def _use(self, index: int) -> None:
        if index >= len(self.container.streams) or not isinstance(self.container.streams[index], AudioStream):
            raise MediaError(f"{self.path}: its sound track is gone; was the file replaced?")
        for stream in self.container.streams:
            stream.discard = Discard.default if stream.index == index else Discard.all
        stream = self.container.streams[index]
        assert isinstance(stream, AudioStream)
        self._stream = stream

    def close(self) -> None:
        """Close the file; harmless when closed."""
        self._stream = None
        if self._container is not None:
            self._container.close()
            self._container = None
        if self._file is not None:
            self._file.close()
            self._file = None

    def seek(self, time_s: float) -> bool:
        """Move to a place before `time_s` seconds if the container can; False when it cannot."""
        for stream in self._guides():
            base = Fraction(stream.time_base or Fraction(1, 1000))
            try:
                self.container.seek(int(Fraction(time_s) // base), stream=stream)
            except ReadAborted:
                raise
            except FAILURES:
                continue
            return True
        return False

    def _guides(self) -> list[Stream]:
        """The streams whose index leads to a time, best first.

        Matroska files hold an index of their pictures only; a search by sound would read all that is before.
        """
        pictures: list[Stream] = [stream for stream in self.container.streams.video if not is_cover(stream)]
        if "matroska" in self.container.format.name:
            return [*pictures[:1], self.stream]
        return [self.stream, *pictures[:1]]

    def frames(self) -> Iterator[av.AudioFrame]:
        """Decoded frames from the current position on.

        Raises:
            ReadAborted: reading was ended on request.
        """
        return decoded(
            lambda: self.container.demux(self.stream),
            lambda packet: self.stream.codec_context.decode(packet),
            self._abort,
            self._count,
        )

    def _count(self) -> None:
        self.damaged += 1
