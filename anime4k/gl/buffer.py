"""Blocks of memory that programs see as uniform or storage blocks."""

from __future__ import annotations

import moderngl

from anime4k.gl.device import Device

Buffer = moderngl.Buffer


def block_buffer(device: Device, size: int, payload: bytes) -> Buffer:
    """A buffer of at least `size` bytes that begins with `payload` and is zero beyond it.

    Its length is a multiple of 16 bytes, the unit in which std140 blocks are read.
    """
    return device.ctx.buffer(payload.ljust(-(-size // 16) * 16, b"\0"))
