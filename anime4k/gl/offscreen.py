"""A picture in place of a window, and not running ahead of the GPU, which a window's swap takes care of."""

from __future__ import annotations

from collections import deque

from anime4k.gl import raw
from anime4k.gl.device import Device
from anime4k.gl.texture import picture_texture


class Offscreen:
    """What is drawn like a window and seen by nobody.

    Args:
        device: a current context.
        size: (width, height) in pixels.

    Raises:
        GLError: the device has no room for it.
    """

    def __init__(self, device: Device, size: tuple[int, int]) -> None:
        self._texture = picture_texture(device, size, 4, 8, False)
        self.framebuffer = device.ctx.framebuffer([self._texture])
        self._device = device

    def release(self) -> None:
        """Delete it."""
        self._device.ctx.detect_framebuffer(0).use()
        self.framebuffer.release()
        self._texture.release()


class InFlight:
    """Keeps the number of frames small that have been handed over and are not drawn yet.

    Args:
        device: a current context.
        most: frames that may be on their way.
    """

    def __init__(self, device: Device, most: int = 2) -> None:
        self._gl = device.raw
        self._most = most
        self._fences: deque[int] = deque()

    def frame(self) -> None:
        """A frame has been handed over: wait until no more than `most` are on their way."""
        self._fences.append(self._gl("glFenceSync", raw.SYNC_GPU_COMMANDS_COMPLETE, 0))
        while len(self._fences) > self._most:
            self._wait(self._fences.popleft())

    def drain(self) -> None:
        """Wait for all of them."""
        while self._fences:
            self._wait(self._fences.popleft())

    def _wait(self, fence: int) -> None:
        self._gl("glClientWaitSync", fence, raw.SYNC_FLUSH_COMMANDS, 10**9)
        self._gl("glDeleteSync", fence)
