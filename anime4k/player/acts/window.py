"""Commands about the window and screenshots."""

from __future__ import annotations

from anime4k.player import commands as do
from anime4k.player.acts import screenshots
from anime4k.player.session import Session


def act(session: Session, command: do.WindowCommand) -> None:
    """Do what `command` says."""
    window, view = session.window, session.view
    match command:
        case do.ToggleFullscreen():
            window.set_fullscreen(not window.fullscreen)
        case do.LeaveFullscreen():
            window.set_fullscreen(False)
        case do.ToggleOnTop():
            session.on_top = not session.on_top
            window.set_on_top(session.on_top)
            session.say("above other windows" if session.on_top else "no longer above other windows")
        case do.ScaleWindow(factor):
            if view.frame is not None:
                width, height = view.frame.format.display_extent
                window.resize((max(1, round(float(width) * factor)), max(1, round(float(height) * factor))))
        case do.Screenshot(kind):
            screenshots.take(session, kind)
        case do.ToggleScreenshots():
            session.every_frame = not session.every_frame
            session.say("every frame becomes a screenshot" if session.every_frame else "no more screenshots")
