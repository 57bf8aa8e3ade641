"""What lies where in the window: one picture or two halves, the line between them, the magnifier. Pure."""

from __future__ import annotations

from anime4k.gl.look import Fill
from anime4k.pipeline.render import Part
from anime4k.player.geometry import Rect, Size
from anime4k.player.picture.comparison import LINE_WIDTH, Compare, Comparison, Magnifier, halves, loupes, split_at

LINE_COLOUR = (1.0, 1.0, 1.0)
FRAME_COLOUR = (0.6, 0.6, 0.6)


def arranged(
    left: object,
    right: object | None,
    rect: Rect,
    framebuffer: Size,
    comparison: Comparison,
    magnifier: Magnifier | None,
) -> list[Part | Fill]:
    """Everything that is drawn into the window, in order.

    Args:
        left: renderer of the picture.
        right: renderer of what it is compared with; None = nothing.
        rect: where the picture lies.
        framebuffer: size of the window in pixels.
        comparison: how two pictures share the window.
        magnifier: the loupe, None = none.
    """
    box = rect.as_tuple()
    if right is None or comparison.kind is not Compare.SPLIT:
        items: list[Part | Fill] = [Part(left, box)]
        shown = [left]
    else:
        first, second = halves(comparison.position, rect)
        line = split_at(comparison.position, rect) - LINE_WIDTH // 2
        items = [
            Part(left, box, first.as_tuple()),
            Part(right, box, second.as_tuple()),
            Fill((line, max(rect.y, 0), LINE_WIDTH, min(rect.height, framebuffer[1])), LINE_COLOUR),
        ]
        shown = [left, right]
    if magnifier is not None:
        places = loupes(magnifier, rect, framebuffer, len(shown))
        items += [Fill(_grown(loupe.clip), FRAME_COLOUR) for loupe in places]
        for renderer, loupe in zip(shown, places, strict=True):
            clip = loupe.clip.as_tuple()
            items += [Fill(clip, (0.0, 0.0, 0.0)), Part(renderer, loupe.rect.as_tuple(), clip, True)]
    return items


def _grown(rect: Rect) -> tuple[int, int, int, int]:
    return (rect.x - LINE_WIDTH, rect.y - LINE_WIDTH, rect.width + 2 * LINE_WIDTH, rect.height + 2 * LINE_WIDTH)
