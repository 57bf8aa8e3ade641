"""Places in the window: adjusted pictures, halves, loupes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anime4k.gl.look import NEUTRAL, Fill
from anime4k.pipeline.render import Part
from anime4k.player.geometry import Rect, letterbox
from anime4k.player.picture.adjustments import Adjustments
from anime4k.player.picture.comparison import LINE_WIDTH, Compare, Comparison, Magnifier, halves, loupes
from anime4k.player.picture.composing import arranged

WIDE = (640, 360)


@pytest.mark.parametrize(
    ("adjust", "framebuffer", "expected"),
    [
        (Adjustments(), (1280, 800), Rect(0, 40, 1280, 720)),
        (Adjustments(aspect="4:3"), (1280, 800), Rect(106, 0, 1067, 800)),
        (Adjustments(aspect="2.35:1"), (1280, 800), Rect(0, 127, 1280, 545)),
        (Adjustments(aspect="nonsense"), (1280, 800), Rect(0, 40, 1280, 720)),
        (Adjustments(aspect="0:0"), (1280, 800), Rect(0, 40, 1280, 720)),
        (Adjustments(panscan=1.0), (1280, 800), Rect(-71, 0, 1422, 800)),
        (Adjustments(panscan=1.0), (1280, 500), Rect(0, -110, 1280, 720)),
        (Adjustments(panscan=0.5), (1280, 800), Rect(-36, 20, 1351, 760)),
        (Adjustments(zoom=1.0), (1280, 720), Rect(-640, -360, 2560, 1440)),
        (Adjustments(zoom=-1.0), (1280, 720), Rect(320, 180, 640, 360)),
        (Adjustments(pan=(0.25, -0.5)), (1280, 720), Rect(320, -360, 1280, 720)),
        (Adjustments(zoom=20.0), (1280, 720), Rect(-7552, -4248, 16384, 9216)),
    ],
)
def test_where_the_picture_lies(adjust: Adjustments, framebuffer: tuple[int, int], expected: Rect) -> None:
    assert adjust.place(WIDE, framebuffer) == expected


def test_colours_alone_move_nothing_and_places_alone_change_no_colour() -> None:
    coloured = Adjustments(contrast=5, brightness=-5, gamma=1, saturation=2)
    assert coloured.place(WIDE, (500, 500)) == letterbox(WIDE, (500, 500)) and coloured.look != NEUTRAL
    assert Adjustments(zoom=1.0, pan=(1.0, 1.0), panscan=1.0, aspect="4:3").look is NEUTRAL
    assert not coloured.changes_size(Adjustments(pan=(0.5, 0.0))) and Adjustments(zoom=0.1).changes_size(coloured)


@given(
    st.floats(-1.0, 2.0), st.integers(-500, 500), st.integers(1, 3000), st.integers(1, 3000)
)
def test_halves_are_the_picture(position: float, x: int, width: int, height: int) -> None:
    left, right = halves(position, Rect(x, 7, width, height))
    assert (left.x, left.x + left.width, right.x + right.width) == (x, right.x, x + width)
    assert left.width >= 0 and right.width >= 0 and left.height == right.height == height
    assert position > 0.0 or left.width == 0
    assert position < 1.0 or right.width == 0


@given(
    st.tuples(st.floats(0.0, 1.0), st.floats(0.0, 1.0)), st.floats(1.0, 32.0), st.integers(1, 400),
    st.integers(1, 2), st.integers(40, 2000), st.integers(40, 2000),
)  # fmt: skip
def test_loupes_stay_in_the_window_and_show_the_same_place(
    centre: tuple[float, float], factor: float, radius: int, count: int, width: int, height: int
) -> None:
    picture = Rect(0, 0, width, height)
    made = loupes(Magnifier(centre, factor, radius), picture, (width, height), count)
    assert len(made) == count
    for loupe in made:
        assert loupe.clip.x >= 0 and loupe.clip.x + loupe.clip.width <= width
        assert loupe.clip.y >= 0 and loupe.clip.y + loupe.clip.height <= height
        assert abs(loupe.rect.width - factor * width) <= 1
        at = ((loupe.clip.x + loupe.clip.width / 2 - loupe.rect.x) / loupe.rect.width,
              (loupe.clip.y + loupe.clip.height / 2 - loupe.rect.y) / loupe.rect.height)  # fmt: skip
        assert at == pytest.approx(centre, abs=2 / min(loupe.rect.size))
    if count == 2:
        assert made[1].clip.x - made[0].clip.x - made[0].clip.width == LINE_WIDTH
        assert made[0].rect.x - made[0].clip.x == made[1].rect.x - made[1].clip.x


def test_one_picture_is_one_part() -> None:
    rect = Rect(10, 0, 100, 80)
    for comparison in (Comparison(), Comparison(Compare.ORIGINAL), Comparison(Compare.SPLIT)):
        assert arranged("left", None, rect, (120, 80), comparison, None) == [Part("left", (10, 0, 100, 80))]


def test_split_and_loupe_in_their_order() -> None:
    rect = Rect(10, 0, 100, 80)
    items = arranged("left", "right", rect, (120, 80), Comparison(Compare.SPLIT, 0.3), Magnifier((0.5, 0.5), 2.0, 8))
    kinds = ["fill" if isinstance(item, Fill) else item.renderer for item in items]
    assert kinds == ["left", "right", "fill", "fill", "fill", "fill", "left", "fill", "right"]
    assert items[:3] == [
        Part("left", (10, 0, 100, 80), (10, 0, 30, 80)),
        Part("right", (10, 0, 100, 80), (40, 0, 70, 80)),
        Fill((39, 0, 2, 80), (1.0, 1.0, 1.0)),
    ]
    assert all(item.sharp for item in items[3:] if isinstance(item, Part))
