"""One chain on one video: frames through the whole pipeline, each with the time of its parts."""

from __future__ import annotations

import enum
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

from anime4k.bench.feed import Feed
from anime4k.bench.screen import Screen, Size, fitted
from anime4k.gl.overlay import OverlayPainter
from anime4k.hooks.decl import ShaderFile
from anime4k.media.frame import Frame
from anime4k.modes.forms import Driver
from anime4k.modes.pairs import Forms
from anime4k.overlay import EMPTY
from anime4k.pipeline.costs import FrameCost, Watch
from anime4k.pipeline.plan import Plan
from anime4k.pipeline.render import Renderer
from anime4k.pipeline.reuse import REUSE
from anime4k.pipeline.settings import RenderSettings
from anime4k.subtitles.layout import geometry_of


class Part(enum.Enum):
    """Parts of a frame that follow each other: (name where the processor draws, name where a GPU does)."""

    DECODE = ("waiting for the decoder", "waiting for the decoder")
    UPLOAD = ("upload", "upload")
    PASSES = ("passes", "issuing passes")
    PRESENT = ("present", "issuing the present")
    SUBTITLES = ("subtitles", "subtitles")
    SHOW = ("swap", "swap, waiting for the GPU")

    def name_on(self, *, software: bool) -> str:
        """What people read: a GPU works beside the parts, which then only hand over its work."""
        return self.value[0 if software else 1]


@dataclass(frozen=True)
class Chain:
    """What to draw with.

    Attributes:
        mode: name of the mode, or "custom".
        shaders: the files in order.
        overrides: parameter values.
        settings: choices about built-in stages.
    """

    mode: str
    shaders: tuple[ShaderFile, ...]
    overrides: tuple[tuple[str, str], ...]
    settings: RenderSettings


@dataclass(frozen=True)
class Sample:
    """One frame.

    Attributes:
        parts_s: seconds of each part, in the order of `Part`; their sum is the frame.
        cost: what the renderer told.
    """

    parts_s: tuple[float, ...]
    cost: FrameCost

    @property
    def total_s(self) -> float:
        """Seconds of the whole frame."""
        return sum(self.parts_s)


class Lane:
    """Draws frames of a feed through a chain.

    Args:
        screen: where pictures go.
        feed: where frames come from.
        chain: what to draw with.
        size: of the picture.

    Raises:
        PlanError: the sizes are impossible.
        GLError: there is no memory.
    """

    def __init__(self, screen: Screen, feed: Feed, chain: Chain, size: Size) -> None:
        self.chain = chain
        self.size = size
        self._screen = screen
        self._feed = feed
        self._waits = screen.device.info.is_software
        self._painter = OverlayPainter(screen.device)
        # Every frame is drawn, also one like the frame before: what is measured is what drawing takes.
        settings = replace(chain.settings, no_rewrites=chain.settings.no_rewrites | {REUSE})
        self.reuses = REUSE not in chain.settings.no_rewrites
        """Whether the player keeps with this chain what has not changed."""
        self.renderer = Renderer(
            screen.device,
            chain.shaders,
            overrides=chain.overrides,
            settings=settings,
            forms=Forms(Driver.of(screen.device.info)),
        )
        self.plan: Plan = self.renderer.configure(feed.format, size)

    def begin(self) -> None:
        """Frames of this lane follow."""
        self._screen.resize(self.size)
        self.renderer.executor.stock.presenter.screen = self._screen.framebuffer
        self._feed.rewind()

    def frame(self, watch: Watch = Watch.FRAMES) -> Sample:
        """Draw the next frame.

        Where the processor draws, every part is waited for; otherwise the GPU works on while the next parts follow,
        and at most a few frames are on their way.
        """
        if self._feed.exhausted:
            self._feed.fill()
        marks = [time.perf_counter()]
        frame = self._feed.next()
        marks.append(time.perf_counter())
        cost = self._drawn(frame, watch)
        uploaded = min(marks[1] + cost.upload_s, time.perf_counter())
        marks += [uploaded, time.perf_counter()]
        rect = fitted(self.size, self._screen.size)
        self.renderer.present(self._screen.size, rect)
        self._wait()
        marks.append(time.perf_counter())
        overlay = self._feed.overlay(frame, geometry_of(frame.format, self._screen.size, rect))
        if overlay is not EMPTY:
            self._painter.draw(overlay, self._screen.size, self._screen.framebuffer)
            self._wait()
        marks.append(time.perf_counter())
        self._screen.show()
        marks.append(time.perf_counter())
        return Sample(tuple(after - before for before, after in zip(marks, marks[1:], strict=False)), cost)

    def reuse(self) -> None:
        """From now on keep what has not changed, as far as the chain allows it."""
        self.renderer.set_settings(self.chain.settings)

    @property
    def ended(self) -> bool:
        """Whether the last frame of the video has been drawn."""
        return self._feed.exhausted

    def alone(self) -> float:
        """Seconds from a decoded frame to its finished picture, when nothing else is on its way."""
        if self._feed.exhausted:
            self._feed.fill()
        frame = self._feed.next()
        context = self._screen.device.ctx
        context.finish()
        began = time.perf_counter()
        self._drawn(frame, Watch.NOTHING)
        self.renderer.present(self._screen.size, fitted(self.size, self._screen.size))
        context.finish()
        return time.perf_counter() - began

    def _drawn(self, frame: Frame, watch: Watch) -> FrameCost:
        # Free unless the video changes its format on the way.
        self.plan = self.renderer.configure(frame.format, self.size)
        return self.renderer.render(frame.planes, frame.time, watch)

    def _wait(self) -> None:
        if self._waits:
            self._screen.device.ctx.finish()

    def release(self) -> None:
        """Delete every GL object of the lane."""
        self._painter.release()
        self.renderer.release()


def part_times(samples: Sequence[Sample]) -> dict[Part, list[float]]:
    """Milliseconds of each part, frame by frame."""
    return {
        part: [1e3 * sample.parts_s[number] for sample in samples] for number, part in enumerate(Part)
    }
