"""The sound devices of the machine; asked in a process of its own, because ALSA writes its doubts on standard error.

python -m anime4k.player.sound.devices        prints a name a line
"""

from __future__ import annotations

import subprocess

import miniaudio

from anime4k import children

_LONGEST_S = 20.0


def playback_devices() -> tuple[str, ...]:
    """Names of the devices that sound can be sent to, in the order of the system; empty when there is none."""
    try:
        done = subprocess.run(
            children.command("anime4k.player.sound.devices"), env=children.environment(),
            capture_output=True, text=True, timeout=_LONGEST_S,
        )
    except (OSError, subprocess.SubprocessError):
        return ()
    return tuple(name for name in done.stdout.splitlines() if name)


def _names() -> list[str]:
    try:
        return [str(device["name"]) for device in miniaudio.Devices().get_playbacks()]
    except miniaudio.MiniaudioError:
        return []


if __name__ == "__main__":
    print("\n".join(_names()))
