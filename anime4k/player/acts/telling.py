"""Commands that show something, and leaving."""

from __future__ import annotations

from anime4k.player import commands as do
from anime4k.player.session import Ending, Session

OSD_LEVELS = ("nothing", "messages", "the position", "position and duration")
"""What stays on the screen, by level."""


def act(session: Session, command: do.TellingCommand) -> None:
    """Do what `command` says."""
    interface = session.interface
    match command:
        case do.ShowStatistics(stay):
            interface.show_statistics(stay)
        case do.ShowState():
            interface.toggle_state_line()
        case do.ShowProgress():
            interface.show_progress()
        case do.CycleOsdLevel():
            session.osd_level = (session.osd_level + 1) % len(OSD_LEVELS)
            session.say(f"on-screen display: {OSD_LEVELS[session.osd_level]}")
        case do.TogglePanel(panel):
            interface.toggle(panel)
        case do.Quit(remember):
            session.remember = session.remember or remember
            session.ending = Ending.QUIT
        case do.Nothing():
            return
    session.repaint = True
