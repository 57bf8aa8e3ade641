"""Commands that compare pictures."""

from __future__ import annotations

from dataclasses import replace

from anime4k.player import commands as do
from anime4k.player.acts import screenshots
from anime4k.player.picture.comparison import OFF, Compare, Comparison, Magnifier
from anime4k.player.session import Session

LEAST, MOST = 1.5, 32.0
"""Limits of the magnification."""


def act(session: Session, command: do.CompareCommand) -> None:
    """Do what `command` says."""
    view = session.view
    match command:
        case do.ShowOriginal():
            session.before_original = view.comparison
            view.comparison = Comparison(Compare.ORIGINAL)
        case do.ToggleSplit():
            on = view.comparison.kind is not Compare.SPLIT
            view.comparison = replace(session.last_split, kind=Compare.SPLIT) if on else OFF
            session.say(f"left: {view.selection.name}, right: {_other(view.comparison)}" if on else "no comparison")
        case do.SplitAt(fraction):
            _split(session, replace(view.comparison, position=min(max(fraction, 0.0), 1.0)))
        case do.SplitAgainst(mode):
            _split(session, replace(view.comparison, against=mode))
            session.say(f"left: {view.selection.name}, right: {_other(view.comparison)}")
        case do.ToggleMagnifier():
            view.magnifier = Magnifier(centre(session)) if view.magnifier is None else None
        case do.ZoomMagnifier(factor):
            magnifier = view.magnifier or Magnifier(centre(session))
            view.magnifier = replace(magnifier, factor=min(max(magnifier.factor * factor, LEAST), MOST))
            session.say(f"magnifier {view.magnifier.factor:.1f} x")
        case do.SavePair():
            screenshots.save_pair(session)
    session.repaint = True


def release_original(session: Session) -> None:
    """The key that shows the original is up again."""
    if session.before_original is not None:
        session.view.comparison, session.before_original = session.before_original, None
        session.repaint = True


def follow_pointer(session: Session) -> None:
    """The magnifier goes where the mouse is."""
    if session.view.magnifier is not None:
        session.view.magnifier = replace(session.view.magnifier, centre=centre(session))


def centre(session: Session) -> tuple[float, float]:
    """Where the mouse is, in parts of the picture."""
    rect, (x, y) = session.view.rect, session.pointer
    if not (rect.width and rect.height):
        return (0.5, 0.5)
    return (min(max((x - rect.x) / rect.width, 0.0), 1.0), min(max((y - rect.y) / rect.height, 0.0), 1.0))


def _split(session: Session, comparison: Comparison) -> None:
    session.view.comparison = session.last_split = replace(comparison, kind=Compare.SPLIT)


def _other(comparison: Comparison) -> str:
    return comparison.against or "no shaders"
