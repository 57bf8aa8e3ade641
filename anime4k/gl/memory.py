"""How much memory a graphics card has left, where its driver tells."""

from __future__ import annotations

import ctypes

from anime4k.gl.device import Device

_NVIDIA = ("GL_NVX_gpu_memory_info", 0x9049)
_AMD = ("GL_ATI_meminfo", 0x87FC)


def free_bytes(device: Device) -> int | None:
    """Memory of the card that nobody uses, None = its driver does not tell."""
    if device.info.is_software:
        return None
    for extension, name in (_NVIDIA, _AMD):
        if extension in device.ctx.extensions:
            values = (ctypes.c_int * 4)()
            device.raw("glGetIntegerv", name, values)
            return int(values[0]) * 1024
    return None
