"""Rectangles, window sizes and the settling of a drag."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anime4k.errors import UsageError
from anime4k.player.geometry import Rect, Settling, WindowPlace, letterbox, limited, parse_geometry


@pytest.mark.parametrize(
    ("display", "framebuffer", "rect"),
    [
        ((640, 360), (1280, 720), Rect(0, 0, 1280, 720)),
        ((640, 480), (1280, 720), Rect(160, 0, 960, 720)),
        ((1920, 800), (1280, 720), Rect(0, 93, 1280, 533)),
        ((360, 640), (1280, 720), Rect(437, 0, 405, 720)),
        ((1, 1), (1, 1), Rect(0, 0, 1, 1)),
        ((10000, 1), (100, 100), Rect(0, 49, 100, 1)),
        ((Fraction(512, 3), 96), (341, 192), Rect(0, 0, 341, 192)),  # 96x96 with pixels of 16:9, twice as large
    ],
)
def test_letterbox(display: tuple[float | Fraction, float], framebuffer: tuple[int, int], rect: Rect) -> None:
    assert letterbox(display, framebuffer) == rect


sides = st.integers(1, 8192)


@given(display=st.tuples(sides, sides), framebuffer=st.tuples(sides, sides))
def test_letterbox_fits_fills_one_side_and_is_centred(display: tuple[int, int], framebuffer: tuple[int, int]) -> None:
    rect = letterbox(display, framebuffer)
    assert rect.width >= 1 and rect.height >= 1
    assert rect.width == framebuffer[0] or rect.height == framebuffer[1]
    assert 0 <= framebuffer[0] - rect.width - 2 * rect.x <= 1
    assert 0 <= framebuffer[1] - rect.height - 2 * rect.y <= 1


def test_limited_keeps_the_shape() -> None:
    assert limited((1280, 720), (1920, 1080)) == (1280, 720)
    assert limited((3840, 2160), (1920, 1080)) == (1920, 1080)
    assert limited((3840, 1600), (1920, 1040)) == (1920, 800)
    assert limited((3840, 2160), (0, 0)) == (3840, 2160)


def test_parse_geometry() -> None:
    assert parse_geometry("640x360") == WindowPlace((640, 360))
    assert parse_geometry("640x360+10+20") == WindowPlace((640, 360), (10, 20))


@pytest.mark.parametrize("text", ["", "640", "640x", "0x360", "640x99999", "-640x360", "640x360+10", "axb", "1e3x2"])
def test_bad_geometry_is_named(text: str) -> None:
    with pytest.raises(UsageError, match="geometry"):
        parse_geometry(text)


def test_a_drag_settles_once() -> None:
    settling = Settling(0.15)
    assert not settling.take(0.0)
    for moment in (1.0, 1.05, 1.1):
        settling.touch(moment)
        assert not settling.take(moment)
    assert settling.remaining(1.2) == pytest.approx(0.05)
    assert not settling.take(1.249)
    assert settling.take(1.25001)
    assert not settling.take(9.0)
    assert not settling.pending
