"""The sound devices of the machine."""

from __future__ import annotations

import miniaudio


def playback_devices() -> tuple[str, ...]:
    """Names of the devices that sound can be sent to, in the order of the system; empty when there is none."""
    try:
        return tuple(str(device["name"]) for device in miniaudio.Devices().get_playbacks())
    except miniaudio.MiniaudioError:
        return ()
