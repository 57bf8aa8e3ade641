"""Pictures of what is on the screen, written to files."""

from __future__ import annotations

import time

from anime4k.errors import Anime4kError
from anime4k.overlay import EMPTY
from anime4k.player import commands as do
from anime4k.player.comparison import Comparison
from anime4k.player.lane import Pixels
from anime4k.player.naming import Moment
from anime4k.player.screenshot import save
from anime4k.player.session import Session
from anime4k.subtitles.service import Geometry

PATIENCE_S = 0.5
"""How long a screenshot waits for its subtitles."""
POLL_S = 0.002


def take(session: Session, kind: do.ScreenshotKind) -> None:
    """Write one screenshot."""
    view = session.view
    match kind:
        case do.ScreenshotKind.WINDOW:
            _save(session, view.window_picture(), view.selection.name if view.selection.enabled else "")
        case do.ScreenshotKind.SOURCE:
            _save(session, with_subtitles(session, view.source_picture()), "")
        case do.ScreenshotKind.CLEAN:
            _save(session, view.source_picture(), "")


def save_pair(session: Session) -> None:
    """Write the picture with its chain and what it is compared with."""
    pair = session.view.pair()
    if pair is None:
        return
    comparison: Comparison = session.view.comparison
    for picture, mode in zip(pair, (session.view.selection.name, comparison.against or ""), strict=True):
        _save(session, picture, mode)


def with_subtitles(session: Session, picture: Pixels | None) -> Pixels | None:
    """`picture`, a whole frame, with the subtitles that belong to it."""
    frame = session.view.frame
    if picture is None or frame is None:
        return picture
    height, width = picture.shape[:2]
    geometry = Geometry((width, height), (0, 0, width, height), frame.format.display_size)
    session.subtitles.want([frame.time], geometry)
    deadline = time.monotonic() + PATIENCE_S
    while not session.subtitles.exact(frame.time, geometry) and time.monotonic() < deadline:
        time.sleep(POLL_S)
    overlay = session.subtitles.at(frame.time, geometry)
    return picture if overlay is EMPTY else session.painter.onto(picture, overlay)


def _save(session: Session, picture: Pixels | None, mode: str) -> None:
    if picture is None:
        return
    moment = Moment(session.playlist.current, mode, session.position)
    try:
        path = save(session.options.screenshot_dir, picture, moment, session.options.screenshot_template)
    except Anime4kError as error:
        session.reporter.warn(str(error))
        session.say(str(error))
        return
    session.reporter.say(f"screenshot: {path}")
    if not session.every_frame:
        session.say(f"screenshot: {path.name}")
