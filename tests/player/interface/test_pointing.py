"""What the mouse does over the picture: who gets it, and when the interface is painted again."""

from __future__ import annotations

import math

import pytest

from anime4k.player import commands as do
from anime4k.player.interface.layout import Box, bar_layout
from anime4k.player.interface.pointing import Pointing, Scene
from anime4k.player.interface.protocol import BAR_S
from anime4k.player.interface.visibility import Visibility
from anime4k.player.state import CompareView
from tests.player.interface.rig import SIZE, example

BAR = bar_layout(SIZE, 16, time_width=120, mode_width=80, several=True)
SPLIT = SIZE[0] / 2, SIZE[1] / 2
PANEL = Box(SPLIT[0] - 50, SPLIT[1] - 50, 100, 100)
STATE = example(compare=CompareView(split=0.5), rect=(0, 0, *SIZE))
BARE, COVERED = Scene(STATE, BAR, None), Scene(STATE, BAR, PANEL)
OUTSIDE = 20.0, 20.0


class Mouse:
    """Pointing with a clock that stands, and what it asked for."""

    def __init__(self) -> None:
        self.now = 100.0
        self.show = Visibility()
        self.asked: list[do.Command] = []
        self.pointing = Pointing(self.show, lambda: self.now, self.asked.extend)

    def repaints(self) -> bool:
        """Whether it wants to be painted at once; painted it is."""
        wanted = self.show.wait_s(self.now, -math.inf) == 0.0
        self.show.painted(self.now)
        return wanted


@pytest.fixture
def mouse() -> Mouse:
    return Mouse()


def test_the_line_of_a_comparison_follows_the_left_button_until_it_is_let_go(mouse: Mouse) -> None:
    pointing = mouse.pointing
    assert pointing.pressed(BARE, "MBTN_LEFT", *SPLIT) and pointing.key("Shift+MBTN_LEFT_DBL") is True
    assert pointing.moved(BARE, SIZE[0] / 4, 30) and mouse.asked == [do.SplitAt(0.25)]
    assert pointing.takes_split(BARE)
    assert pointing.released(BARE, "MBTN_LEFT", SIZE[0] / 4) and pointing.key("MBTN_LEFT") is False
    assert not pointing.moved(BARE, *OUTSIDE) and mouse.asked == [do.SplitAt(0.25)]
    assert not pointing.takes_split(BARE)


def test_a_panel_covers_the_line_of_a_comparison(mouse: Mouse) -> None:
    assert mouse.pointing.pressed(COVERED, "MBTN_LEFT", *SPLIT) and not mouse.pointing.takes_split(COVERED)
    assert mouse.pointing.moved(COVERED, *OUTSIDE) and mouse.asked == []


def test_the_wheel_belongs_to_the_panel_alone(mouse: Mouse) -> None:
    assert not mouse.pointing.scrolled(COVERED) and mouse.pointing.key("WHEEL_UP") is False
    mouse.pointing.moved(COVERED, *SPLIT)
    assert mouse.pointing.scrolled(COVERED) and mouse.pointing.key("WHEEL_UP") is True
    assert not mouse.pointing.scrolled(BARE)
    assert mouse.pointing.key("q") is None


def test_what_was_marked_in_a_panel_is_painted_anew_when_the_mouse_leaves_it(mouse: Mouse) -> None:
    mouse.pointing.moved(COVERED, *SPLIT)
    assert mouse.repaints() and not mouse.repaints()
    assert not mouse.pointing.moved(COVERED, *OUTSIDE) and mouse.repaints()
    mouse.pointing.moved(COVERED, OUTSIDE[0] + 1, OUTSIDE[1])
    assert not mouse.repaints()


def test_the_bar_stays_under_the_mouse_and_goes_with_it(mouse: Mouse) -> None:
    pointing = mouse.pointing
    pointing.moved(BARE, *OUTSIDE)
    assert pointing.bar_ends(BARE) == mouse.now + BAR_S
    pointing.moved(BARE, *BAR.seek.centre)
    assert pointing.bar_ends(BARE) == math.inf
    pointing.left()
    assert not pointing.bar_shown(BARE)


def test_before_the_first_picture_the_mouse_is_the_players(mouse: Mouse) -> None:
    assert not mouse.pointing.moved(None, *SPLIT)
    assert not mouse.pointing.pressed(None, "MBTN_LEFT", *SPLIT)
    assert not mouse.pointing.released(None, "MBTN_LEFT", SPLIT[0])
    assert mouse.asked == []
