"""Textures between two plans: what one gives back, the next takes."""

from __future__ import annotations

import moderngl

from anime4k.errors import GLError
from anime4k.gl.device import Device
from anime4k.gl.texture import picture_texture

Key = tuple[tuple[int, int], int, int, bool]
"""Size, components, bits, whether floats."""


class TexturePool:
    """Hands out textures by size and format.

    Args:
        device: a current context.
    """

    def __init__(self, device: Device) -> None:
        self.allocated = 0
        """Textures made so far."""
        self.made = 0
        """Textures that exist now, whoever holds them."""
        self.bytes = 0
        """Memory that they take."""
        self.peak_bytes = 0
        """Most that it has been."""
        self._device = device
        self._free: dict[Key, list[moderngl.Texture]] = {}

    def take(self, key: Key) -> moderngl.Texture:
        """A texture that nobody else holds; its contents are undefined.

        Raises:
            GLError: the device has no memory for it.
        """
        free = self._free.get(key)
        if free:
            return free.pop()
        self.allocated += 1
        try:
            texture = picture_texture(self._device, *key)
        except GLError:
            if not self._free:
                raise
            # What waits for another use may be what fills the memory.
            self.drain()
            texture = picture_texture(self._device, *key)
        self.made += 1
        self.bytes += _bytes(texture)
        self.peak_bytes = max(self.peak_bytes, self.bytes)
        return texture

    def give_back(self, key: Key, texture: moderngl.Texture) -> None:
        """Make a texture available again."""
        self._free.setdefault(key, []).append(texture)

    def delete(self, texture: moderngl.Texture) -> None:
        """Delete a texture that was taken."""
        self.bytes -= _bytes(texture)
        texture.release()
        self.made -= 1

    def drain(self) -> None:
        """Delete everything that nobody holds."""
        for textures in self._free.values():
            for texture in textures:
                self.delete(texture)
        self._free.clear()


def _bytes(texture: moderngl.Texture) -> int:
    return texture.width * texture.height * texture.components * int(texture.dtype[-1])
