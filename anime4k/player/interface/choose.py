"""Choosing the interface: Dear ImGui where it is installed, plain text elsewhere."""

from __future__ import annotations

import importlib.util

from anime4k.gl.device import Device
from anime4k.player.interface.nothing import NoInterface
from anime4k.player.interface.protocol import Interface

MISSING = (
    "panels, menus and graphs are not available because Dear ImGui is not installed (messages and the position are "
    "shown all the same); install it with: pip install 'anime4k[interface]'"
)


def make_interface(device: Device, kind: str = "auto", *, scale: float = 1.0) -> tuple[Interface, str]:
    """An interface, and one sentence about what is missing, empty when nothing is.

    Args:
        device: the GL context of the window, current on this thread.
        kind: "auto" = the best there is, "plain" = plain text, "none" = nothing at all.
        scale: density of the display times the size the user wants.
    """
    if kind == "none":
        return NoInterface(), ""
    sentence = ""
    if kind == "auto":
        sentence = MISSING
        if importlib.util.find_spec("imgui_bundle") is not None:
            try:
                from anime4k.player.interface.gui import ImguiInterface

                return ImguiInterface(device, scale=scale), ""
            except ImportError as error:  # installed, but for another system or Python
                sentence = f"{MISSING} (it cannot be loaded: {error})"
    from anime4k.player.interface.plain import PlainInterface

    return PlainInterface(device, scale=scale), sentence
