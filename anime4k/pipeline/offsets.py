"""Where the visible source lies in an image: what OFFSET and ALIGN do to it.

An image carries the rectangle of the visible source in its own texels. A pass that overwrites the image
scales that rectangle and moves it by its offset; consumers sample by it, so that shifts cancel.
"""

from __future__ import annotations

from anime4k.hooks.decl import PassDecl
from anime4k.pipeline.builtin.draft import Image
from anime4k.pipeline.plan import Rect, Size


def align_shift(declaration: PassDecl, current: Image, crop: Rect) -> tuple[float, float]:
    """What an ALIGN pass adds to coordinates of the hooked image, in texture space [0, 1].

    Args:
        declaration: the pass.
        current: the hooked image.
        crop: visible source rectangle on the reference plane.
    """
    if not declaration.align:
        return (0.0, 0.0)
    ideal = _ideal_origin(current.rect, crop)
    return (
        (current.rect.x0 - ideal[0]) / current.size.width,
        (current.rect.y0 - ideal[1]) / current.size.height,
    )


def new_rect(declaration: PassDecl, current: Image, size: Size, crop: Rect) -> Rect:
    """The rectangle of the visible source in the result of an overwriting pass.

    Args:
        declaration: the pass.
        current: the hooked image.
        size: size of the result.
        crop: visible source rectangle on the reference plane.
    """
    sx, sy = size.width / current.size.width, size.height / current.size.height
    width, height = current.rect.width * sx, current.rect.height * sy
    x0, y0 = current.rect.x0 * sx, current.rect.y0 * sy
    if declaration.align:
        x0, y0 = _ideal_origin(Rect(0.0, 0.0, width, height), crop)
    x0, y0 = x0 + declaration.offset[0], y0 + declaration.offset[1]
    return Rect(x0, y0, x0 + width, y0 + height)


def _ideal_origin(rect: Rect, crop: Rect) -> tuple[float, float]:
    """Where the visible source would start in an image without accumulated offset."""
    return (crop.x0 * rect.width / crop.width, crop.y0 * rect.height / crop.height)
