"""Textures of every kind that plans and shader files ask for."""

from __future__ import annotations

import ctypes
import math
from dataclasses import dataclass

import moderngl
import numpy as np

from anime4k.errors import GLError, GraphicsMemoryError
from anime4k.gl import raw
from anime4k.gl.device import Device

_WRAPS = {"CLAMP": raw.CLAMP_TO_EDGE, "REPEAT": raw.REPEAT, "MIRROR": raw.MIRRORED_REPEAT}
_DTYPES = {
    ("unorm", 8): "f1", ("unorm", 16): "nu2", ("snorm", 8): "ni1", ("snorm", 16): "ni2",
    ("float", 16): "f2", ("float", 32): "f4",
    ("uint", 8): "u1", ("uint", 16): "u2", ("uint", 32): "u4",
    ("sint", 8): "i1", ("sint", 16): "i2", ("sint", 32): "i4",
}  # fmt: skip
# Sized formats of user textures; moderngl makes neither one-dimensional nor signed normalised ones.
_FLOAT = 0x1406
_TYPES = {"f1": 0x1401, "nu2": 0x1403, "ni1": 0x1400, "ni2": 0x1402, "f2": 0x140B, "f4": _FLOAT,
          "u1": 0x1401, "u2": 0x1403, "u4": 0x1405, "i1": 0x1400, "i2": 0x1402, "i4": 0x1404}  # fmt: skip
_INTERNAL = {
    "f1": (0x8229, 0x822B, 0x8051, 0x8058), "nu2": (0x822A, 0x822C, 0x8054, 0x805B),
    "ni1": (0x8F94, 0x8F95, 0x8F96, 0x8F97), "ni2": (0x8F98, 0x8F99, 0x8F9A, 0x8F9B),
    "f2": (0x822D, 0x822F, 0x881B, 0x881A), "f4": (0x822E, 0x8230, 0x8815, 0x8814),
    "u1": (0x8232, 0x8238, 0x8D7D, 0x8D7C), "u2": (0x8234, 0x823A, 0x8D77, 0x8D76),
    "u4": (0x8236, 0x823C, 0x8D71, 0x8D70), "i1": (0x8231, 0x8237, 0x8D8F, 0x8D8E),
    "i2": (0x8233, 0x8239, 0x8D89, 0x8D88), "i4": (0x8235, 0x823B, 0x8D83, 0x8D82),
}  # fmt: skip
_EXTERNAL = (0x1903, 0x8227, 0x1907, 0x1908)
_EXTERNAL_INTEGER = (0x8D94, 0x8228, 0x8D98, 0x8D99)


def dtype_of(sample_type: str, bits: int) -> str:
    """moderngl's dtype for a sample type ("unorm", "snorm", "float", "uint", "sint") and its bits."""
    return _DTYPES[sample_type, bits]


def internal_format(components: int, bits: int, is_float: bool) -> int:
    """The sized internal format of a picture's texture, for binding it as an image."""
    return _INTERNAL[dtype_of("float" if is_float else "unorm", bits)][components - 1]


def picture_texture(
    device: Device, size: tuple[int, int], components: int, bits: int, is_float: bool
) -> moderngl.Texture:
    """A texture for planes and results: linear filter, clamped to the edge, no mipmaps.

    Raises:
        GLError: the device has no room for it.
    """
    dtype = dtype_of("float" if is_float else "unorm", bits)
    device.raw.clear_errors()
    texture = device.ctx.texture(size, components, dtype=dtype, alignment=1)
    if device.raw("glGetError"):
        texture.release()
        raise GraphicsMemoryError(
            f"the graphics memory has no room for a picture of {size[0]}x{size[1]}; choose a smaller output or a "
            "lighter mode"
        )
    texture.filter = (moderngl.LINEAR, moderngl.LINEAR)
    texture.repeat_x = texture.repeat_y = False
    return texture


@dataclass
class UserTextureObject:
    """A texture that a shader file declares.

    Attributes:
        target: GL target.
        glo: GL name.
        device: its context.
        internal: sized internal format, for image binding.
    """

    target: int
    glo: int
    device: Device
    internal: int

    def use(self, unit: int) -> None:
        """Bind it for sampling."""
        gl = self.device.raw
        gl("glActiveTexture", raw.TEXTURE0 + unit)
        gl("glBindTexture", self.target, self.glo)

    def use_as_image(self, unit: int) -> None:
        """Bind it for image loads and stores."""
        layered = 1 if self.target == raw.TEXTURE_3D else 0
        self.device.raw("glBindImageTexture", unit, self.glo, 0, layered, 0, raw.READ_WRITE, self.internal)

    def release(self) -> None:
        """Delete it."""
        self.device.raw("glDeleteTextures", 1, (ctypes.c_uint * 1)(self.glo))


def user_texture(
    device: Device,
    size: tuple[int, ...],
    components: int,
    bits: int,
    sample_type: str,
    payload: bytes,
    payload_bits: int,
    linear: bool,
    border: str,
) -> UserTextureObject:
    """Make a one-, two- or three-dimensional texture of any format.

    Args:
        device: the context.
        size: one to three extents.
        components: 1 to 4.
        bits: stored bits per component.
        sample_type: "unorm", "snorm", "float", "uint" or "sint".
        payload: texels in memory order; empty = zeros.
        payload_bits: bits per component in the payload; differs from `bits` for half floats given as float32.
        linear: filter linearly (ignored for integers, which cannot be filtered).
        border: "CLAMP", "REPEAT" or "MIRROR".

    Raises:
        GLError: the device cannot hold such a texture.
    """
    dtype = dtype_of(sample_type, bits)
    if payload and payload_bits != bits:
        # Converted here rather than by the driver, so that rounding is to nearest everywhere.
        with np.errstate(over="ignore"):
            payload = np.frombuffer(payload, "<f4").astype("<f2").tobytes()
    data = payload or bytes(math.prod(size) * components * bits // 8)
    internal = _INTERNAL[dtype][components - 1]
    integer = sample_type in ("uint", "sint")
    external = (_EXTERNAL_INTEGER if integer else _EXTERNAL)[components - 1]
    gl = device.raw
    names = (ctypes.c_uint * 1)()
    gl("glGenTextures", 1, names)
    target = (raw.TEXTURE_1D, raw.TEXTURE_2D, raw.TEXTURE_3D)[len(size) - 1]
    texture = UserTextureObject(target, names[0], device, internal)
    texture.use(0)
    gl.clear_errors()
    gl("glPixelStorei", raw.UNPACK_ALIGNMENT, 1)
    buffer = ctypes.create_string_buffer(data, len(data))
    gl(f"glTexImage{len(size)}D", target, 0, internal, *size, 0, external, _TYPES[dtype], buffer)
    if gl("glGetError"):
        texture.release()
        texels = " x ".join(map(str, size))
        raise GLError(f"a texture of {texels} texels is more than this device can hold; choose a smaller size")
    mode = raw.LINEAR if linear and not integer else raw.NEAREST
    gl("glTexParameteri", target, raw.TEXTURE_MIN_FILTER, mode)
    gl("glTexParameteri", target, raw.TEXTURE_MAG_FILTER, mode)
    for wrap in (raw.TEXTURE_WRAP_S, raw.TEXTURE_WRAP_T, raw.TEXTURE_WRAP_R)[: len(size)]:
        gl("glTexParameteri", target, wrap, _WRAPS[border])
    return texture
