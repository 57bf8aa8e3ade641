"""An interface on a context without a window, with a mouse, a clock and a picture under it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt

from anime4k.gl.device import Device
from anime4k.player import commands as do
from anime4k.player.events import PointerButton, PointerMoved
from anime4k.player.interface.figures import Figures
from anime4k.player.interface.gui import ImguiInterface
from anime4k.player.interface.layout import Box
from anime4k.player.keys.bindings import DEFAULT_BINDINGS
from anime4k.player.state import (
    ChainState,
    ChapterView,
    FileView,
    ParameterView,
    PlayerState,
    SoundView,
    SubtitlesView,
    TrackView,
)

SIZE = (1280, 720)


def example(**changes: Any) -> PlayerState:
    """A file with everything that can be shown."""
    chain = ChainState(
        mode="a-fast",
        run=2,
        skipped=(("second doubling", "the output is not large enough"),),
        files=(
            FileView(
                "first",
                "/s/first.glsl",
                parameters=(
                    ParameterView("amount", "how much of it", 0.25, 0.5, 0.0, 1.0),
                    ParameterView("kind", "which kind", 0, 0, 0, 2, True, ("soft", "normal", "sharp")),
                ),
            ),
            FileView("second", "/s/second.glsl", used=False),
            FileView("third", "/s/third.glsl", problem="line 7: the driver refused it"),
        ),
    )
    state = PlayerState(
        file="/v/two.mkv",
        index=1,
        count=3,
        position=30.0,
        duration=100.0,
        window=SIZE,
        source=(640, 360),
        output=SIZE,
        rect=(0, 0, *SIZE),
        chain=chain,
        sound=SoundView((TrackView(1, "aac", "jpn"), TrackView(2, "opus", "eng")), 1, 65.0),
        subtitles=SubtitlesView((TrackView(1, "ass", "eng"),), 1),
        playlist=("/v/one.mkv", "/v/two.mkv", "/v/three.mkv"),
        chapters=(ChapterView(0.0, "Start"), ChapterView(60.0, "End")),
        gpu="a GPU",
    )
    return replace(state, **changes)


class Rig:
    """Drives an interface as the player does."""

    def __init__(self, device: Device, size: tuple[int, int] = SIZE) -> None:
        self.now = 1000.0
        self.device = device
        self.size = size
        self.texture = device.ctx.texture(size, 4)
        self.framebuffer = device.ctx.framebuffer([self.texture])
        device.raw.clear_errors()  # of binding again what the rig before has released
        rows, columns = np.mgrid[0 : size[1], 0 : size[0]]
        self.picture = np.stack(
            [columns % 251, rows % 241, (rows + columns) % 239, np.full_like(rows, 255)], axis=-1
        ).astype(np.uint8)
        self.interface = ImguiInterface(device, clock=lambda: self.now, target=self.framebuffer)
        self.interface.set_bindings(DEFAULT_BINDINGS)
        self.state = example(window=size, output=size, rect=(0, 0, *size))

    def paint(self, frames: int = 1, figures: Figures | None = None) -> list[do.Command]:
        """Paint some frames over the picture; what was asked for since the last time."""
        for _ in range(frames):
            self.texture.write(self.picture.tobytes())
            self.interface.paint(self.state, figures, self.size)
            self.now += 1 / 60
        return self.interface.take_commands()

    def pixels(self) -> npt.NDArray[np.uint8]:
        """What is in the window, the top row first."""
        data = np.frombuffer(self.framebuffer.read(components=4), np.uint8)
        return data.reshape(self.size[1], self.size[0], 4)

    def changed(self) -> npt.NDArray[np.bool_]:
        """Where the picture is no longer what it was, the top row first."""
        found: npt.NDArray[np.bool_] = (self.pixels() != self.picture).any(axis=-1)[::-1]
        return found

    def move(self, x: float, y: float) -> bool:
        """Move the mouse; whether the interface took it."""
        return self.interface.handle(PointerMoved(x, y))

    def press(self, x: float, y: float, name: str = "MBTN_LEFT") -> bool:
        """Move there and press a button."""
        self.move(x, y)
        return self.interface.handle(PointerButton(name, True, x, y))

    def release(self, x: float, y: float, name: str = "MBTN_LEFT") -> bool:
        """Move there and let a button go."""
        self.move(x, y)
        return self.interface.handle(PointerButton(name, False, x, y))

    def click(self, where: Box, name: str = "MBTN_LEFT") -> list[do.Command]:
        """Click on the middle of something as a hand does it, with frames in between; what that asked for."""
        x, y = where.centre
        self.move(x, y)
        asked = self.paint(2)
        assert self.press(x, y, name)
        asked += self.paint(2)
        assert self.release(x, y, name)
        return asked + self.paint(2)

    def open(self, panel: do.Panel) -> None:
        """Open a page of the side panel and draw it."""
        self.interface.toggle(panel)
        self.paint(2)

    def close(self) -> None:
        """Delete everything."""
        self.interface.close()
        self.framebuffer.release()
        self.texture.release()
