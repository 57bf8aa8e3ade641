"""The players that are configured, and what differs between them."""

from __future__ import annotations

import enum
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class _Traits:
    """What one player expects.

    Attributes:
        title: its name for people.
        separator: between the files of a list.
        config_paths: whether it understands `~~/` as its configuration folder; otherwise paths are absolute.
        config: name of the file with options, None when it reads none that we would write.
        bindings: name of the file with key bindings, None when it has no such file.
        pack: whether it takes the shader pack of jellyfin-mpv-shim.
        folders: where the exported folder belongs, one line per system.
        steps: what is left to do by hand, one sentence each.
    """

    title: str
    separator: str = ":"
    config_paths: bool = False
    config: str | None = "mpv.conf"
    bindings: str | None = None
    pack: bool = False
    folders: tuple[str, ...]
    steps: tuple[str, ...] = ()


class Target(enum.Enum):
    """A player; the value is what people type."""

    MPV = "mpv"
    MPV_WINDOWS = "mpv-windows"
    IINA = "iina"
    JELLYFIN = "jellyfin"
    PLEX = "plex"

    @property
    def traits(self) -> _Traits:
        """What this player expects."""
        return _TRAITS[self]


_TRAITS: dict[Target, _Traits] = {
    Target.MPV: _Traits(
        title="mpv (Linux, macOS, BSD)",
        config_paths=True,
        bindings="input.conf",
        folders=("~/.config/mpv",),
    ),
    Target.MPV_WINDOWS: _Traits(
        title="mpv (Windows)",
        separator=";",
        config_paths=True,
        bindings="input.conf",
        folders=("%APPDATA%\\mpv", "or a folder portable_config beside mpv.exe"),
    ),
    Target.IINA: _Traits(
        title="IINA (macOS)",
        config=None,
        bindings="anime4k.conf",
        folders=("any folder where it can stay, for instance ~/.config/mpv",),
        steps=(
            "In IINA, open Settings > Key Bindings, choose Import and take anime4k.conf.",
            "IINA does not read input.conf, so the keys work only while that set of bindings is chosen; to have other"
            " keys as well, duplicate their set, show it in the Finder and add the lines of anime4k.conf to it.",
        ),
    ),
    Target.JELLYFIN: _Traits(
        title="Jellyfin MPV Shim, Jellyfin Media Player",
        pack=True,
        folders=(
            "Jellyfin MPV Shim: ~/.config/jellyfin-mpv-shim, on Windows %APPDATA%\\jellyfin-mpv-shim,"
            " on macOS ~/Library/Application Support/jellyfin-mpv-shim",
            "Jellyfin Media Player: ~/.local/share/jellyfinmediaplayer, on Windows %LOCALAPPDATA%\\JellyfinMediaPlayer",
        ),
        steps=(
            'Jellyfin MPV Shim: set "shader_pack_custom" to true in conf.json and start it again; the modes are in'
            " its menu under Video Playback Profiles.",
            "Jellyfin Media Player: it reads mpv.conf only and has no keys for shaders; profile= chooses the mode.",
        ),
    ),
    Target.PLEX: _Traits(
        title="Plex HTPC, Plex for Windows, Mac and Linux",
        folders=(
            "Plex HTPC: %LOCALAPPDATA%\\Plex HTPC, on macOS ~/Library/Application Support/Plex HTPC",
            "Plex: %LOCALAPPDATA%\\Plex, on macOS ~/Library/Application Support/Plex",
        ),
        steps=("Plex reads mpv.conf only and has no keys for shaders; profile= at its end chooses the mode.",),
    ),
}
