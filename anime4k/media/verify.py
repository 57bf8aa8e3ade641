"""Reading a finished file again and comparing it with what went into it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import islice
from pathlib import Path

import av
from av.container import InputContainer

from anime4k.errors import OutputError
from anime4k.media.clock import in_units

_TRIAL_FRAMES = 2
"""Frames that are decoded at the beginning to see that the picture is readable."""


@dataclass(frozen=True, kw_only=True)
class Expected:
    """What must be found in the file.

    Attributes:
        name: the file as the user knows it.
        pts: presentation times of the video in units of `time_base`, increasing.
        time_base: seconds per unit.
        end: end of the last frame in units of `time_base`.
        size: (width, height) of the picture.
        streams: type of every stream and how many packets were copied into it (None = not counted), in order. The
            new video is the first of type "video".
        track_lengths: whether the container stores the length of each stream.
        metadata: names of the titles and the like that were given.
    """

    name: Path
    pts: Sequence[int]
    time_base: Fraction
    end: int
    size: tuple[int, int]
    streams: Sequence[tuple[str, int | None]]
    track_lengths: bool
    metadata: Collection[str]

    @property
    def video(self) -> int:
        """Index of the video stream."""
        return next(index for index, (kind, _) in enumerate(self.streams) if kind == "video")


def verify(path: Path, expected: Expected) -> list[str]:
    """Read the file at `path` and compare.

    Returns:
        The names of titles and the like that the container did not keep.

    Raises:
        OutputError: it is not what it should be; the message says in what.
    """
    try:
        with av.open(str(path)) as container:
            _compare(container, expected)
            stored = {key.lower() for key in container.metadata}
            return [key for key in expected.metadata if key.lower() not in stored]
    except (av.FFmpegError, IndexError) as error:
        raise OutputError(f"{expected.name} was written but cannot be read back ({error})") from error


def _compare(container: InputContainer, expected: Expected) -> None:
    found = [str(stream.type) for stream in container.streams]
    wanted = [kind for kind, _ in expected.streams]
    # Covers are attachments to writers and video to readers, and chapters may look like data: compare the rest.
    compared = ("audio", "subtitle")
    if [kind for kind in found if kind in compared] != [kind for kind in wanted if kind in compared] or len(
        found
    ) < len(wanted):
        raise OutputError(f"{expected.name} has the streams {', '.join(found)} where {', '.join(wanted)} were written")
    stream = container.streams[expected.video]
    assert stream.time_base is not None
    pts: list[int] = []
    packets = [0] * len(found)
    for packet in container.demux():
        if packet.size == 0:
            continue
        packets[packet.stream_index] += 1
        if packet.stream_index == expected.video and packet.pts is not None:
            pts.append(packet.pts)
    _compare_times(sorted(pts), stream.time_base, expected)
    for index, (_, count) in enumerate(expected.streams):
        if count is not None and packets[index] != count:
            raise OutputError(
                f"{expected.name} holds {packets[index]} packets of stream {index} where {count} were copied"
            )
    _compare_length(container, expected)
    _decode_a_little(container, expected)


def _compare_times(pts: Sequence[int], time_base: Fraction, expected: Expected) -> None:
    if len(pts) != len(expected.pts):
        raise OutputError(f"{expected.name} holds {len(pts)} frames where {len(expected.pts)} were written")
    for number, (found, fed) in enumerate(zip(pts, expected.pts, strict=True)):
        wanted = in_units(fed * expected.time_base, time_base)
        if found != wanted:
            raise OutputError(
                f"{expected.name} shows frame {number} at {float(found * time_base):.6f} s"
                f" where {float(wanted * time_base):.6f} s was written"
            )


def _compare_length(container: InputContainer, expected: Expected) -> None:
    """The file must last to the end of its last frame, give or take the longest unit of time involved."""
    stream = container.streams[expected.video]
    end = expected.end * expected.time_base
    first = expected.pts[0] * expected.time_base
    if expected.track_lengths and stream.duration and stream.time_base:
        length = stream.duration * stream.time_base
        last = end - expected.pts[-1] * expected.time_base
        if abs(length - (end - first)) > max(last, Fraction(1, 500)):
            raise _wrong_length(expected, length, end - first)
    elif container.duration:
        length = Fraction(container.duration, av.time_base)
        # Some formats count from zero, some from the first frame.
        if length + Fraction(2, 1000) < end - max(first, Fraction(0)):
            raise _wrong_length(expected, length, end - first)


def _wrong_length(expected: Expected, found: Fraction, wanted: Fraction) -> OutputError:
    return OutputError(f"{expected.name} lasts {float(found):.3f} s where {float(wanted):.3f} s were written")


def _decode_a_little(container: InputContainer, expected: Expected) -> None:
    stream = container.streams.video[[s.index for s in container.streams.video].index(expected.video)]
    for target in (expected.pts[0], expected.pts[-1]):
        assert stream.time_base is not None
        container.seek(max(0, in_units(target * expected.time_base, stream.time_base)), stream=stream)
        frames = list(islice(container.decode(stream), _TRIAL_FRAMES))
        if not frames:
            raise OutputError(f"{expected.name} was written but no picture can be decoded from it")
        for frame in frames:
            if (frame.width, frame.height) != expected.size:
                wanted = f"{expected.size[0]}x{expected.size[1]}"
                raise OutputError(
                    f"{expected.name} shows {frame.width}x{frame.height} where {wanted} was written"
                )
