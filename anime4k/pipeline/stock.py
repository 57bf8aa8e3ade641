"""What all chains on a device share: compiled programs, spare textures, the presenter."""

from __future__ import annotations

from anime4k.gl.counts import Counts
from anime4k.gl.device import Device
from anime4k.gl.pool import TexturePool
from anime4k.gl.presenter import Presenter
from anime4k.gl.texture import picture_texture
from anime4k.pipeline.programs import ProgramStore


class Stock:
    """Shared by the executors of a device.

    Args:
        device: a current context.
    """

    def __init__(self, device: Device) -> None:
        self.device = device
        self.programs = ProgramStore(device)
        self.pool = TexturePool(device)
        self.presenter = Presenter(device)
        self._idle_texture = picture_texture(device, (1, 1), 4, 8, False)
        self.idle = device.ctx.framebuffer([self._idle_texture])
        """What to bind so that nothing else is bound."""

    @property
    def counts(self) -> Counts:
        """What there is, lent or not."""
        programs = self.programs.count + self.presenter.programs
        return Counts(textures=self.pool.made + 1, programs=programs, framebuffers=1)

    def release(self) -> None:
        """Delete everything; no executor may be in use any more."""
        self.presenter.release()
        self.device.ctx.detect_framebuffer(0).use()
        self.idle.release()
        self._idle_texture.release()
        self.pool.drain()
        self.programs.release()
