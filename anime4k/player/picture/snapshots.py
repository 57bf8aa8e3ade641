"""Pictures of the current frame that are made apart from what is on the screen: its source, and both sides compared."""

from __future__ import annotations

from anime4k.player.picture.lane import Lane, Pixels
from anime4k.player.picture.view import View


def source_picture(view: View) -> Pixels | None:
    """The current frame without shaders in its own size: (height, width, 3) of uint8; None before the first."""
    frame = view.frame
    if frame is None:
        return None
    lane = Lane(view.chains.main.renderer.companion())
    try:
        lane.make_now(view.chains.without_shaders(frame, frame.format.display_size))
        lane.draw(frame)
        return lane.picture()
    finally:
        lane.close()


def pair(view: View) -> tuple[Pixels, Pixels] | None:
    """The current frame with the chain and with what it is compared with.

    None before the first, and while the window has no pixels or the first chain is not ready.
    """
    frame, main = view.frame, view.chains.main
    if frame is None or not view.visible or not main.fits(frame):
        return None
    pictures = []
    for lane in (main, view.chains.other(frame, view.comparison.against)):
        lane.draw(frame)
        pictures.append(lane.picture())
    return pictures[0], pictures[1]
