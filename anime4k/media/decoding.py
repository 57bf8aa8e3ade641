"""From packets to frames: damage is counted and never raised."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

import av
from av.packet import Packet

from anime4k.media.reader import ReadAborted

FAILURES = (av.FFmpegError, OSError, ValueError, RuntimeError, MemoryError, LookupError, ArithmeticError)
"""What PyAV raises on damaged data: its own errors also derive from these built-in ones."""
_MAX_READ_ERRORS = 64
"""After so many read errors in a row nothing more is to be expected of a file."""

F = TypeVar("F")


def decoded(
    demux: Callable[[], Iterator[Packet[Any]]],
    decode: Callable[[Packet[Any] | None], list[F]],
    abort: threading.Event,
    damage: Callable[[], None],
) -> Iterator[F]:
    """Frames of a stream from the current position on, in the order of the decoder.

    Args:
        demux: reads the packets of the stream; called again after a read that failed.
        decode: makes frames of a packet, and of None those that the decoder holds back.
        abort: ends all reading when set.
        damage: called for every packet that could not be read or decoded.

    Raises:
        ReadAborted: reading was ended on request.
    """

    def frames(packet: Packet[Any] | None) -> list[F]:
        if abort.is_set():
            raise ReadAborted("reading was stopped")
        if packet is not None and packet.is_corrupt:
            damage()
        try:
            return decode(packet)
        except ReadAborted:
            raise
        except EOFError:
            return []
        except FAILURES:
            damage()
            return []

    errors = 0
    while errors < _MAX_READ_ERRORS:
        packets = demux()
        while True:
            try:
                packet = next(packets, None)
            except ReadAborted:
                raise
            except IndexError:
                # At the end PyAV stumbles over streams that damaged data made FFmpeg believe in.
                errors = _MAX_READ_ERRORS
                break
            except FAILURES:
                damage()
                errors += 1
                break
            if packet is None:
                return
            for frame in frames(packet):
                errors = 0
                yield frame
    yield from frames(None)
