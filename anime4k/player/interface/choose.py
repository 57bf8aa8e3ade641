"""Choosing the interface: Dear ImGui where it is installed, plain text elsewhere."""

from __future__ import annotations

import importlib.util

from anime4k.gl.device import Device
from anime4k.player.interface.protocol import Interface

MISSING = (
    "panels, menus and graphs are not available because Dear ImGui is not installed (messages and the position are "
    "shown all the same); install it with: pip install 'anime4k[interface]'"
)


def make_interface(device: Device, *, scale: float = 1.0, plain: bool = False) -> tuple[Interface, str]:
    """The best interface there is, and one sentence about what is missing, empty when nothing is.

    Args:
        device: the GL context of the window, current on this thread.
        scale: density of the display times the size the user wants.
        plain: plain text even where Dear ImGui is installed.
    """
    if not plain:
        sentence = MISSING
        if importlib.util.find_spec("imgui_bundle") is not None:
            try:
                from anime4k.player.interface.gui import ImguiInterface

                return ImguiInterface(device, scale=scale), ""
            except ImportError as error:  # installed, but for another system or Python
                sentence = f"{MISSING} (it cannot be loaded: {error})"
    else:
        sentence = ""
    from anime4k.player.interface.plain import PlainInterface

    return PlainInterface(device, scale=scale), sentence
