"""What the mouse does on the bar. Pure: positions and the player's state in, commands out."""

from __future__ import annotations

from anime4k.player import commands as do
from anime4k.player.interface.layout import LOUDEST, BarLayout, Part, volume_line
from anime4k.player.state import PlayerState

_CLICKS: dict[Part, do.Command] = {
    Part.PLAY: do.TogglePause(),
    Part.PREVIOUS: do.PlaylistStep(-1),
    Part.NEXT: do.PlaylistStep(1),
    Part.MUTE: do.ToggleMute(),
    Part.MODE: do.TogglePanel(do.Panel.MENU),
    Part.AUDIO: do.CycleAudio(1),
    Part.SUBTITLES: do.CycleSubtitles(1),
    Part.SHADERS: do.TogglePanel(do.Panel.SHADERS),
    Part.MENU: do.TogglePanel(do.Panel.MENU),
    Part.FULLSCREEN: do.ToggleFullscreen(),
}
_RIGHT_CLICKS: dict[Part, do.Command] = {
    Part.PREVIOUS: do.TogglePanel(do.Panel.PLAYLIST),
    Part.NEXT: do.TogglePanel(do.Panel.PLAYLIST),
    Part.MODE: do.SwitchQuality(),
    Part.AUDIO: do.TogglePanel(do.Panel.TRACKS),
    Part.SUBTITLES: do.TogglePanel(do.Panel.TRACKS),
}


class BarInput:
    """Follows the mouse while a button that went down on the bar is held."""

    def __init__(self) -> None:
        self.dragging: Part | None = None
        """The slider that is being dragged."""

    def press(
        self, layout: BarLayout, state: PlayerState, x: float, y: float, *, right: bool = False
    ) -> list[do.Command]:
        """A button went down."""
        part = layout.hit(x, y)
        if part is None:
            return []
        if right:
            return [_RIGHT_CLICKS[part]] if part in _RIGHT_CLICKS else []
        if part in (Part.SEEK, Part.VOLUME):
            self.dragging = part
            return self.move(layout, state, x)
        return [_CLICKS[part]] if part in _CLICKS else []

    def move(self, layout: BarLayout, state: PlayerState, x: float) -> list[do.Command]:
        """The mouse moved while the button is held."""
        if self.dragging is Part.SEEK:
            seconds = seconds_at(layout, state, x)
            return [] if seconds is None else [do.Scrub(seconds)]
        if self.dragging is Part.VOLUME and Part.VOLUME in layout.parts:
            line = volume_line(layout.parts[Part.VOLUME], layout.unit)
            return [do.SetVolume(float(round(line.fraction(x) * LOUDEST)))]
        return []

    def release(self, layout: BarLayout, state: PlayerState, x: float) -> list[do.Command]:
        """The button was let go."""
        held, self.dragging = self.dragging, None
        seconds = seconds_at(layout, state, x)
        return [do.Scrub(seconds, done=True)] if held is Part.SEEK and seconds is not None else []


def seconds_at(layout: BarLayout, state: PlayerState, x: float) -> float | None:
    """The moment of the file at an x of the seek bar, None while its duration is unknown."""
    return None if not state.duration else layout.seek.fraction(x) * state.duration
