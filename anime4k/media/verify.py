"""Reading a finished file again and comparing it with what went into it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import islice
from pathlib import Path

import av

from anime4k.errors import OutputError
from anime4k.media.clock import in_units

_TRIAL_FRAMES = 2
"""Frames that are decoded at the beginning to see that the picture is readable."""


@dataclass(frozen=True, kw_only=True)
class Expected:
    """What must be found in the file.

    Attributes:
        pts: presentation times of the video in units of `time_base`, increasing.
        time_base: seconds per unit.
        end: end of the last frame in units of `time_base`.
        size: (width, height) of the picture.
        video: index of the video stream.
        kinds: type of every stream by index; attachments are compared as a number because readers move them.
        packets: number of packets by index of the copied streams.
        metadata: names of the titles and the like that were given.
    """

    pts: Sequence[int]
    time_base: Fraction
    end: int
    size: tuple[int, int]
    video: int
    kinds: Sequence[str]
    packets: Mapping[int, int]
    metadata: Collection[str]


def verify(path: Path, expected: Expected) -> list[str]:
    """Read the file at `path` and compare.

    Returns:
        The names of titles and the like that the container did not keep.

    Raises:
        OutputError: it is not what it should be; the message says in what.
    """
    try:
        with av.open(str(path)) as container:
            _compare(container, path, expected)
            stored = {key.lower() for key in container.metadata}
            return [key for key in expected.metadata if key.lower() not in stored]
    except (av.FFmpegError, IndexError) as error:
        raise OutputError(f"{path} was written but cannot be read back ({error})") from error


def _compare(container: av.container.InputContainer, path: Path, expected: Expected) -> None:
    found = [str(stream.type) for stream in container.streams]
    # Cover pictures are attachments to some readers and video to others; both were counted when written.
    wanted = list(expected.kinds)
    if len(found) < len(wanted) or [kind for kind in found if kind in ("audio", "subtitle")] != [
        kind for kind in wanted if kind in ("audio", "subtitle")
    ]:
        raise OutputError(f"{path} has the streams {', '.join(found)} where {', '.join(wanted)} were written")
    stream = container.streams[expected.video]
    assert stream.time_base is not None
    pts: list[int] = []
    packets: dict[int, int] = dict.fromkeys(expected.packets, 0)
    end = Fraction(0)
    for packet in container.demux():
        if packet.size == 0:
            continue
        if packet.stream_index == expected.video:
            if packet.pts is not None:
                pts.append(packet.pts)
                end = max(end, (packet.pts + (packet.duration or 0)) * stream.time_base)
        elif packet.stream_index in packets:
            packets[packet.stream_index] += 1
    _compare_times(path, sorted(pts), stream.time_base, expected)
    for index, count in expected.packets.items():
        if packets[index] != count:
            raise OutputError(f"{path} holds {packets[index]} packets of stream {index} where {count} were copied")
    _compare_length(container, path, expected)
    _decode_a_little(container, path, expected)


def _compare_times(path: Path, pts: Sequence[int], time_base: Fraction, expected: Expected) -> None:
    if len(pts) != len(expected.pts):
        raise OutputError(f"{path} holds {len(pts)} frames where {len(expected.pts)} were written")
    for number, (found, fed) in enumerate(zip(pts, expected.pts, strict=True)):
        wanted = in_units(fed * expected.time_base, time_base)
        if found != wanted:
            raise OutputError(
                f"{path} shows frame {number} at {float(found * time_base):.6f} s"
                f" where {float(wanted * time_base):.6f} s was written"
            )


def _compare_length(container: av.container.InputContainer, path: Path, expected: Expected) -> None:
    """The file must last to the end of its last frame, give or take the longest unit of time involved."""
    stream = container.streams[expected.video]
    end = expected.end * expected.time_base
    first = expected.pts[0] * expected.time_base
    if stream.duration and stream.time_base:
        length = stream.duration * stream.time_base
        last = end - expected.pts[-1] * expected.time_base
        if abs(length - (end - first)) > max(last, Fraction(1, 500)):
            raise OutputError(f"{path} lasts {float(length):.3f} s where {float(end - first):.3f} s were written")
    elif container.duration:
        length = Fraction(container.duration, av.time_base)
        # Some formats count from zero, some from the first frame.
        if length + Fraction(2, 1000) < end - max(first, Fraction(0)):
            raise OutputError(f"{path} lasts {float(length):.3f} s where {float(end - first):.3f} s were written")


def _decode_a_little(container: av.container.InputContainer, path: Path, expected: Expected) -> None:
    stream = container.streams.video[[s.index for s in container.streams.video].index(expected.video)]
    for target in (expected.pts[0], expected.pts[-1]):
        assert stream.time_base is not None
        container.seek(max(0, in_units(target * expected.time_base, stream.time_base)), stream=stream)
        frames = list(islice(container.decode(stream), _TRIAL_FRAMES))
        if not frames:
            raise OutputError(f"{path} was written but no picture can be decoded from it")
        for frame in frames:
            if (frame.width, frame.height) != expected.size:
                raise OutputError(
                    f"{path} shows {frame.width}x{frame.height} where {expected.size[0]}x{expected.size[1]} was written"
                )
