"""Deinterlacing before anything else: bwdif, one picture out for every frame in, at the same time."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from fractions import Fraction

import av
from av.filter import Graph

from anime4k.media.layouts import nearest_layout


@dataclass(frozen=True)
class Timed:
    """A decoder frame with what must survive filtering.

    Attributes:
        picture: the frame.
        pts: its repaired time.
        duration: its duration, 0 = unknown.
        corrupt: whether damage was concealed.
        key: whether it is a key frame.
    """

    picture: av.VideoFrame
    pts: int
    duration: int
    corrupt: bool
    key: bool


class Deinterlacer:
    """A bwdif graph that starts with the first interlaced frame and leaves progressive frames untouched.

    The filter looks one frame ahead, so frames come out one call later, in order.
    """

    def __init__(self) -> None:
        self._graph: Graph | None = None
        self._shape: tuple[object, ...] = ()
        self._waiting: deque[Timed] = deque()
        self._count = 0

    def push(self, item: Timed) -> list[Timed]:
        """Take the next frame and return those that are ready."""
        picture = item.picture
        if self._graph is None and not picture.interlaced_frame:
            return [item]
        shape = (picture.width, picture.height, picture.format.name, picture.colorspace, picture.color_range)
        ready: list[Timed] = []
        if self._graph is None or shape != self._shape:
            ready = self.flush()
            self._graph = _bwdif(picture)
            self._shape = shape
        self._waiting.append(item)
        picture.pts, picture.time_base = self._count, Fraction(1, 1000)
        self._count += 1
        self._graph.vpush(picture)
        return ready + self._pull()

    def flush(self) -> list[Timed]:
        """End of the stream, or of a run of equal frames: return the frames still inside."""
        if self._graph is None:
            return []
        self._graph.vpush(None)
        ready = self._pull()
        self.reset()
        return ready

    def reset(self) -> None:
        """Drop everything inside, after a seek."""
        self._graph = None
        self._waiting.clear()

    def _pull(self) -> list[Timed]:
        ready: list[Timed] = []
        assert self._graph is not None
        while self._waiting:
            try:
                picture = self._graph.vpull()
            except (av.BlockingIOError, av.EOFError):
                break
            item = self._waiting.popleft()
            ready.append(Timed(picture, item.pts, item.duration, item.corrupt, item.key))
        return ready


def _bwdif(picture: av.VideoFrame) -> Graph:
    graph = Graph()
    graph.threads = 1
    source = graph.add(
        "buffer",
        f"video_size={picture.width}x{picture.height}:pix_fmt={picture.format.name}:time_base=1/1000"
        f":pixel_aspect=1/1:colorspace={picture.colorspace}:range={picture.color_range}",
    )
    bwdif = graph.add("bwdif", "mode=send_frame:parity=auto:deint=interlaced")
    # The filter knows planar formats only; what comes out must be of one known layout.
    layout = graph.add("format", f"pix_fmts={nearest_layout(picture.format.name)}")
    sink = graph.add("buffersink")
    graph.link_nodes(source, bwdif, layout, sink)
    graph.configure()
    return graph
