"""Commands about the finished picture."""

from __future__ import annotations

from dataclasses import replace

from anime4k.player import commands as do
from anime4k.player.acts import shaders
from anime4k.player.picture.adjustments import Adjustments
from anime4k.player.session import Session

ASPECTS = ("", "16:9", "4:3", "2.35:1")
"""Shapes in the order in which they come; the first is the picture's own."""
FULL = 100
"""Largest value of a control, in both directions."""
LEAST_ZOOM, MOST_ZOOM = -4.0, 4.0
FARTHEST = 3.0
"""How far the picture is moved at most, in its own sizes."""


def act(session: Session, command: do.PictureCommand) -> None:
    """Do what `command` says."""
    adjust = session.view.adjust
    match command:
        case do.Adjust(control, amount):
            _control(session, control, getattr(adjust, control.value) + amount)
        case do.SetAdjust(control, value):
            _control(session, control, value)
        case do.ToggleDeband():
            shaders.toggle_deband(session)
        case do.CycleAspect():
            following = ASPECTS[(ASPECTS.index(adjust.aspect) + 1) % len(ASPECTS)] if adjust.aspect in ASPECTS else ""
            _change(session, replace(adjust, aspect=following), f"shape {following or 'of the picture itself'}")
        case do.ChangePanscan(amount):
            panscan = round(min(max(adjust.panscan + amount, 0.0), 1.0), 3)
            _change(session, replace(adjust, panscan=panscan), f"panscan {100 * panscan:.0f} %")
        case do.Pan(x, y):
            moved = tuple(
                round(min(max(old + more, -FARTHEST), FARTHEST), 3)
                for old, more in zip(adjust.pan, (x, y), strict=True)
            )
            _change(session, replace(adjust, pan=(moved[0], moved[1])), f"moved by {moved[0]:+.0%}, {moved[1]:+.0%}")
        case do.Zoom(octaves):
            zoom = round(min(max(adjust.zoom + octaves, LEAST_ZOOM), MOST_ZOOM), 3)
            _change(session, replace(adjust, zoom=zoom), f"zoom {100 * 2.0 ** zoom:.0f} %")
        case do.ResetView():
            whole = replace(adjust, panscan=0.0, pan=(0.0, 0.0), zoom=0.0)
            _change(session, whole, "the whole picture")


def _control(session: Session, control: do.PictureControl, value: int) -> None:
    value = min(max(value, -FULL), FULL)
    adjust = session.view.adjust
    match control:
        case do.PictureControl.CONTRAST:
            adjust = replace(adjust, contrast=value)
        case do.PictureControl.BRIGHTNESS:
            adjust = replace(adjust, brightness=value)
        case do.PictureControl.GAMMA:
            adjust = replace(adjust, gamma=value)
        case do.PictureControl.SATURATION:
            adjust = replace(adjust, saturation=value)
    _change(session, adjust, f"{control.value} {value:+d}" if value else f"{control.value} 0 (neutral)")


def _change(session: Session, adjust: Adjustments, text: str) -> None:
    session.view.adjust = adjust
    session.say(text)
