"""Commands about subtitles."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from anime4k.player import commands as do
from anime4k.player.session import Session
from anime4k.player.tracks import following, track_text
from anime4k.subtitles.service import Override

SMALLEST, LARGEST = 0.2, 4.0
"""Limits of the size of subtitles."""


def act(session: Session, command: do.SubtitlesCommand) -> None:
    """Do what `command` says."""
    subtitles = session.subtitles
    style = subtitles.style
    match command:
        case do.ToggleSubtitles():
            subtitles.visible = not subtitles.visible
            session.say("subtitles shown" if subtitles.visible else "subtitles hidden")
        case do.CycleSubtitles(direction, secondary):
            current, other = subtitles.track, subtitles.secondary
            if secondary:
                current, other = other, current
            # Nobody reads the same line twice.
            numbers = [track.number for track in subtitles.tracks if track.number != other]
            _select(session, following(numbers, current, direction), secondary)
        case do.SelectSubtitles(number, secondary):
            _select(session, number, secondary)
        case do.AddSubtitles(path):
            subtitles.add(path)
            session.say(f"subtitles: {Path(path).name}")
        case do.ChangeSubtitleDelay(seconds):
            subtitles.delay = round(subtitles.delay + seconds, 3)
            session.say(f"subtitles {1000 * subtitles.delay:+.0f} ms")
        case do.MoveSubtitles(percent):
            subtitles.style = replace(style, shift=min(max(style.shift + percent, -50.0), 100.0))
            session.say(f"subtitles moved by {subtitles.style.shift:+.0f} %")
        case do.ScaleSubtitles(amount):
            scale = round(min(max(style.scale + amount, SMALLEST), LARGEST), 3)
            subtitles.style = replace(style, scale=scale)
            session.say(f"subtitles at {100 * scale:.0f} %")
        case do.CycleSubtitleStyle():
            own = style.override is Override.NO
            subtitles.style = replace(style, override=Override.FORCE if own else Override.NO)
            session.say("subtitles in the style of the player" if own else "subtitles in their own style")
    session.repaint = True


def _select(session: Session, number: int | None, secondary: bool) -> None:
    session.subtitles.select(number, secondary=secondary)
    session.chosen_tracks = True
    tracks = {track.number: track for track in session.subtitles.tracks}
    what = "second subtitles" if secondary else "subtitles"
    session.say(f"{what}: {track_text(tracks.get(number)) if number is not None else 'none'}")
