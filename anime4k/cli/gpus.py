"""The list of GPUs, numbered as --gpu counts them."""

from __future__ import annotations

from anime4k.errors import GLError

_MOST = 16


def print_gpus() -> int:
    """Print one line a GPU and return the exit code.

    Raises:
        GLError: there is none.
    """
    from anime4k.gl.device import Device

    found = 0
    for index in range(_MOST):
        try:
            device = Device.standalone(gpu=index)
        except GLError:
            break
        kind = "software" if device.info.is_software else "hardware"
        print(f"{index}  {device.info.renderer}  ({kind}, OpenGL {device.info.version})")
        device.release()
        found += 1
    if not found:
        raise GLError("no GPU with OpenGL was found: 'anime4k doctor' says what is missing")
    return 0
