"""The list of GPUs, numbered as --gpu counts them."""

from __future__ import annotations

from anime4k.errors import GLError


def print_gpus() -> int:
    """Print one line a GPU and return the exit code.

    Raises:
        GLError: there is none.
    """
    from anime4k.gl.survey import survey

    found = 0
    for found, info in enumerate(survey(), 1):
        kind = "software" if info.is_software else "hardware"
        print(f"{found - 1}  {info.renderer}  ({kind}, OpenGL {info.version})")
    if not found:
        raise GLError("no GPU with OpenGL was found: 'anime4k doctor' says what is missing")
    return 0
