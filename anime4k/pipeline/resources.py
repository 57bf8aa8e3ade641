"""The textures and buffers that shader files declare: they outlive frames and plans, but not their file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from anime4k.gl.buffer import Buffer, block_buffer
from anime4k.gl.counts import Counts
from anime4k.gl.device import Device
from anime4k.gl.texture import UserTextureObject, user_texture
from anime4k.hooks.decl import BufferDecl, Filter, SampleType, ShaderFile, TextureDecl, TextureFormat
from anime4k.pipeline.plan import UserTexture


class Resources:
    """Textures and buffers by their declarations, made when they are first asked for.

    Args:
        device: a current context.
    """

    def __init__(self, device: Device) -> None:
        self._device = device
        self._textures: dict[tuple[TextureDecl, Filter], UserTextureObject] = {}
        self._buffers: dict[BufferDecl, Buffer] = {}

    def texture(self, wanted: UserTexture) -> UserTextureObject:
        """The texture of a declaration.

        Raises:
            GLError: the device cannot hold it.
        """
        key = (wanted.decl, wanted.filter)
        known = self._textures.get(key)
        if known is None:
            f = _plain_format(wanted.decl.format)
            known = self._textures[key] = user_texture(
                self._device, wanted.decl.size, f.components, f.bits, f.sample_type.value,
                _plain_payload(wanted.decl), f.payload_bits, wanted.filter is Filter.LINEAR, wanted.decl.border.value,
            )  # fmt: skip
        return known

    def buffer(self, decl: BufferDecl) -> Buffer:
        """The buffer of a declaration."""
        known = self._buffers.get(decl)
        if known is None:
            known = self._buffers[decl] = block_buffer(self._device, decl.size, decl.payload)
        return known

    @property
    def counts(self) -> Counts:
        """What there is."""
        return Counts(textures=len(self._textures), buffers=len(self._buffers))

    def forget_all_but(self, files: Sequence[ShaderFile]) -> None:
        """Delete what belongs to other files, with its contents."""
        textures = {decl for file in files for decl in file.textures}
        buffers = {decl for file in files for decl in file.buffers}
        for key in [key for key in self._textures if key[0] not in textures]:
            self._textures.pop(key).release()
        for decl in [decl for decl in self._buffers if decl not in buffers]:
            self._buffers.pop(decl).release()


def _plain_format(written: TextureFormat) -> TextureFormat:
    """The format a texture is kept in: packed formats are unpacked to floats."""
    if written.bits == 10:
        return replace(written, bits=32, payload_bits=32, sample_type=SampleType.FLOAT)
    return written


def _plain_payload(decl: TextureDecl) -> bytes:
    """The payload in the order and width of `_plain_format`."""
    if decl.format.name == "bgra8":
        return np.frombuffer(decl.payload, np.uint8).reshape(-1, 4)[:, [2, 1, 0, 3]].tobytes()
    if decl.format.bits == 10:
        words = np.frombuffer(decl.payload, "<u4")[:, None] >> np.array([0, 10, 20, 30], np.uint32)
        most = np.array([1023, 1023, 1023, 3], np.uint32)
        return ((words & most) / most).astype("<f4").tobytes()
    return decl.payload
