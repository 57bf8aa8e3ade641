"""A view with a real renderer on a screen of its own, for the tests of what it shows."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from anime4k.gl.device import Device
from anime4k.hooks.decl import ShaderFile
from anime4k.hooks.parse import parse_text
from anime4k.media.format import PIXEL_LAYOUTS, SourceFormat
from anime4k.media.frame import Frame
from anime4k.pipeline.helper import Helper
from anime4k.pipeline.render import Renderer
from anime4k.player.picture import view
from anime4k.player.picture.selection import Selection
from anime4k.player.picture.view import View

Picture = np.ndarray[Any, Any]
LAYOUT = PIXEL_LAYOUTS["yuv420p"]
SOURCE = SourceFormat(64, 48, LAYOUT.model, LAYOUT.planes)
SIZE = (128, 96)


def text(hook: str, name: str, result: str) -> str:
    """A shader file of one pass."""
    return f"//!HOOK {hook}\n//!BIND HOOKED\n//!DESC {name}\nvec4 hook() {{ return {result}; }}\n"


INVERT = text("OUTPUT", "invert", "vec4(1.0 - HOOKED_tex(HOOKED_pos).rgb, 1.0)")
RED = text("OUTPUT", "red", "vec4(HOOKED_tex(HOOKED_pos).r, 0.0, 0.0, 1.0)")
BLUR = text("LUMA", "blur", "0.5 * (HOOKED_texOff(-1) + HOOKED_texOff(1))")
NOISE = text("OUTPUT", "noise", "HOOKED_tex(HOOKED_pos) + 0.1 * random")
BROKEN = text("OUTPUT", "broken", "nothing()")
TEXTS = {"invert": INVERT, "red": RED, "blur": BLUR, "noise": NOISE, "broken": BROKEN}
FILES: dict[str, tuple[ShaderFile, ...]] = {
    "none": (), **{name: (parse_text(written, f"{name}.glsl"),) for name, written in TEXTS.items()}
}  # fmt: skip


class Chosen(Selection):
    """A selection of the files above."""

    def __init__(self, name: str) -> None:
        super().__init__(files=FILES[name])

    def choose(self, name: str) -> None:
        """Use other files."""
        self.set_files(FILES[name])

    def set_files(self, files: tuple[ShaderFile, ...]) -> None:
        """Use these files."""
        self._files = files


class Screen:
    """A window that is a framebuffer."""

    def __init__(self, device: Device, size: tuple[int, int]) -> None:
        self._device = device
        self.swaps = 0
        self.size(*size)

    def size(self, width: int, height: int) -> None:
        """Become that large."""
        self.framebuffer_size = (width, height)
        self.framebuffer = self._device.ctx.framebuffer([self._device.ctx.texture((width, height), 4)])

    def swap(self) -> None:
        """Count."""
        self.swaps += 1


class Hour:
    """A clock that is moved by hand."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


class Bench:
    """A view on a screen."""

    def __init__(self, device: Device, helper: Helper | None, **options: Any) -> None:
        self.screen = Screen(device, SIZE)
        self.renderer = Renderer(device, helper=helper)
        self.selection = Chosen("none")
        self.hour = Hour()
        self.view = View(
            self.screen, self.renderer, self.selection, monotonic=self.hour, load=lambda name: FILES[name], **options
        )
        self.renderer.executor.stock.presenter.screen = self.screen.framebuffer

    def choose(self, name: str) -> None:
        """Select files."""
        self.selection.choose(name)
        self.view.reselected()

    def resize(self, width: int, height: int) -> None:
        """The user has dragged the border and let go."""
        self.screen.size(width, height)
        self.renderer.executor.stock.presenter.screen = self.screen.framebuffer
        self.view.resized()
        self.hour.now += 1.0

    def settle(self) -> None:
        """Work until nothing is on its way."""
        end = time.monotonic() + 60.0
        self.view.work(0.0)
        while self.view.preparing is not None:
            assert time.monotonic() < end, f"it does not get ready: {self.view.preparing}"
            self.view.work(0.002)

    def shown(self, frame: Frame, **options: Any) -> Picture:
        """What is on the screen when `frame` is."""
        assert self.view.draw(frame, **options)
        self.view.present()
        return self.window()

    def window(self) -> Picture:
        """What is on the screen."""
        return self.renderer.grab(self.screen.framebuffer_size)


def frame(number: int, source: SourceFormat = SOURCE) -> Frame:
    """A picture of noise that belongs to a number."""
    chance = np.random.default_rng(number)
    planes = []
    for index in range(len(source.planes)):
        width, height = source.plane_size(index)
        planes.append(chance.integers(16, 236, (height, width), np.uint8))
    return Frame(tuple(planes), source, 40 * number, Fraction(1, 1000), 40)


@pytest.fixture(scope="module")
def device() -> Iterator[Device]:
    made = Device.standalone()
    yield made
    made.release()


@pytest.fixture(scope="module")
def helper(device: Device) -> Iterator[Helper]:
    made = Helper(device.info.renderer, device.info.glsl)
    yield made
    made.close()


@pytest.fixture
def bench(device: Device, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Bench]]:
    benches: list[Bench] = []
    monkeypatch.setattr(view, "SLICE_S", 0.0)  # one piece of work at a time, however fast the machine is

    def make(helper: Helper | None = None, **options: Any) -> Bench:
        benches.append(Bench(device, helper, **options))
        return benches[-1]

    yield make
    for made in benches:
        made.view.close()
        made.renderer.release()


def fresh(device: Device, files: tuple[ShaderFile, ...], of: Frame, size: tuple[int, int] = SIZE) -> Picture:
    """What a renderer that has never drawn anything else draws."""
    renderer = Renderer(device, files)
    try:
        renderer.configure(of.format, size)
        renderer.render(of.planes, of.time)
        return renderer.read()[0].copy()
    finally:
        renderer.release()
