"""Subtitles over the picture: asked for before they are needed, laid over the frame they belong to."""

from __future__ import annotations

import time
from collections.abc import Sequence

from anime4k.media.frame import Frame
from anime4k.overlay import EMPTY, Overlay
from anime4k.player.geometry import Size
from anime4k.player.pace.timing import Stage
from anime4k.player.picture.lane import Pixels
from anime4k.player.session import Session
from anime4k.subtitles.layout import Geometry, geometry_of

PATIENCE_S = 0.5
"""How long a screenshot waits for its subtitles."""
POLL_S = 0.002


class Captions:
    """What is laid over the frame on the screen.

    Args:
        session: the parts, and what the user has set.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._overlay = EMPTY
        self._taking_s = 0.0

    def foresee(self, frame: Frame | None, upcoming: Sequence[Frame]) -> None:
        """Have drawn what will be needed for `frame` and those that follow."""
        if frame is not None:
            times = [frame.time, *(entry.time for entry in upcoming)]
            self._session.subtitles.want(times, self._geometry(frame))

    def take(self, frame: Frame | None) -> None:
        """`frame` is shown next."""
        began = time.perf_counter()
        self._overlay = self._of(frame)
        self._taking_s = time.perf_counter() - began

    def renew(self) -> bool:
        """Take what has become ready for the frame on the screen; whether that looks different."""
        fresh = self._of(self._session.view.frame)
        changed, self._overlay = fresh is not self._overlay, fresh
        return changed

    def paint(self, size: Size) -> None:
        """Draw into the window."""
        with self._session.view.times.measure(Stage.SUBTITLE, self._taking_s):
            self._session.painter.draw(self._overlay, size)
        self._taking_s = 0.0

    def _of(self, frame: Frame | None) -> Overlay:
        return EMPTY if frame is None else self._session.subtitles.at(frame.time, self._geometry(frame))

    def _geometry(self, frame: Frame) -> Geometry:
        session = self._session
        return geometry_of(frame.format, session.window.framebuffer_size, session.view.rect.as_tuple())


def captioned(session: Session, picture: Pixels) -> Pixels:
    """`picture`, the whole frame on the screen in any size, with its subtitles."""
    frame = session.view.frame
    if frame is None:
        return picture
    height, width = picture.shape[:2]
    geometry = geometry_of(frame.format, (width, height), (0, 0, width, height))
    session.subtitles.want([frame.time], geometry)
    deadline = time.monotonic() + PATIENCE_S
    while not session.subtitles.exact(frame.time, geometry) and time.monotonic() < deadline:
        time.sleep(POLL_S)
    overlay = session.subtitles.at(frame.time, geometry)
    return picture if overlay is EMPTY else session.painter.onto(picture, overlay)
