"""Pictures of what is on the screen, written to files."""

from __future__ import annotations

from anime4k.errors import Anime4kError
from anime4k.player import commands as do
from anime4k.player.captions import captioned
from anime4k.player.files.naming import Moment
from anime4k.player.files.screenshot import save
from anime4k.player.picture.comparison import Comparison
from anime4k.player.picture.lane import Pixels
from anime4k.player.picture.snapshots import pair, source_picture
from anime4k.player.session import Session


def take(session: Session, kind: do.ScreenshotKind) -> None:
    """Write one screenshot."""
    view = session.view
    match kind:
        case do.ScreenshotKind.WINDOW:
            _save(session, view.window_picture(), _drawn(session))
        case do.ScreenshotKind.SOURCE:
            picture = source_picture(view)
            _save(session, None if picture is None else captioned(session, picture), "")
        case do.ScreenshotKind.CLEAN:
            _save(session, source_picture(view), "")


def save_pair(session: Session) -> None:
    """Write the picture with its chain and what it is compared with."""
    pictures = pair(session.view)
    if pictures is None:
        return
    comparison: Comparison = session.view.comparison
    for picture, mode in zip(pictures, (_drawn(session), comparison.against or ""), strict=True):
        _save(session, picture, mode)


def _drawn(session: Session) -> str:
    """Name of the mode whose shaders draw, empty when none do."""
    active = session.view.active
    return active.drawn if active is not None and active.shaders else ""


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
