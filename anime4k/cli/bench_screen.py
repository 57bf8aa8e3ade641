"""Where `anime4k bench` draws: off-screen or in a window."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from anime4k.bench.screen import OffscreenScreen, Screen, Size
from anime4k.gl.device import Device

_RESIZE_S = 0.5
"""How long a window manager is given to change the size of the window."""
_FIRST: Size = (1280, 720)


class WindowScreen:
    """A window; pictures that are larger than the display are shown smaller.

    Args:
        window: open, with the current context.
        device: its context.
    """

    windowed = True

    def __init__(self, window: Any, device: Device) -> None:
        self.device = device
        self.closed = False
        """Whether the user wants it to be gone."""
        self._window = window
        self._wanted = _FIRST

    @property
    def size(self) -> Size:
        """(width, height) in pixels."""
        width, height = self._window.framebuffer_size
        return max(1, width), max(1, height)

    @property
    def framebuffer(self) -> Any:
        """Where to draw."""
        return self.device.ctx.detect_framebuffer(0)

    def resize(self, size: Size) -> None:
        """Pictures of another size follow; the window takes it as far as the display allows."""
        if size == self._wanted:
            return
        self._wanted = size
        self._window.resize(size)
        deadline = time.monotonic() + _RESIZE_S
        while self._window.framebuffer_size != size and time.monotonic() < deadline:
            self._look(_RESIZE_S / 20)

    def show(self) -> None:
        """Exchange the buffers, and look at what happened to the window."""
        self._window.swap()
        self._look(0.0)

    def _look(self, timeout_s: float) -> None:
        from anime4k.player.events import CloseRequested

        self.closed |= any(isinstance(event, CloseRequested) for event in self._window.poll(timeout_s))


@contextmanager
def offscreen(gpu: int | None) -> Iterator[Screen]:
    """Draw where nobody sees it.

    Raises:
        GLError: there is no OpenGL.
    """
    device = Device.standalone(gpu=gpu)
    try:
        screen = OffscreenScreen(device)
        try:
            yield screen
        finally:
            screen.release()
    finally:
        device.release()


@contextmanager
def in_window() -> Iterator[WindowScreen]:
    """Draw into a window, which does not wait for the display.

    Raises:
        DisplayError: there is no display.
        GLError: there is no OpenGL.
    """
    from anime4k.gl.driver_cache import spare_full_disk
    from anime4k.player.window import Window, WindowSystem

    spare_full_disk()
    system = WindowSystem()
    try:
        window = Window(system, _FIRST, "anime4k bench", vsync=False)
        try:
            device = Device.from_loader(window.get_proc_address)
            try:
                yield WindowScreen(window, device)
            finally:
                device.release()
        finally:
            window.close()
    finally:
        system.close()
