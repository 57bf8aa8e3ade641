"""Frames that look like the one before are held: what is drawn anew, and what is counted."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

import numpy as np
import pytest

from anime4k.gl.device import Device
from anime4k.media.frame import Frame
from anime4k.player.picture.comparison import Compare, Comparison
from tests.player.viewing import FILES, SOURCE, Bench, frame, fresh
from tests.player.viewing import bench as bench
from tests.player.viewing import device as device


def draws(made: Bench) -> int:
    """Frames that have been drawn."""
    return made.renderer.executor.frame - made.renderer.executor.reused


@pytest.mark.parametrize("name", ["none", "blur"])
def test_frames_that_look_the_same_are_drawn_once(device: Device, bench: Callable[..., Bench], name: str) -> None:
    made = bench()
    made.selection.choose(name)
    made.view.draw(frame(0))
    made.settle()
    made.shown(frame(7))
    drawn = draws(made)
    again = Frame(tuple(plane.copy() for plane in frame(7).planes), SOURCE, 999, Fraction(1, 1000))
    assert np.array_equal(made.shown(again), fresh(device, FILES[name], frame(7)))
    assert (made.view.held, draws(made)) == (1, drawn)
    other = Frame(tuple(plane.copy() for plane in frame(7).planes), SOURCE, 1039, Fraction(1, 1000))
    other.planes[-1][-1, -1] ^= 255
    assert np.array_equal(made.shown(other), fresh(device, FILES[name], other))
    assert (made.view.held, draws(made)) == (1, drawn + 1)


def test_frames_of_which_a_part_is_drawn_are_counted(device: Device, bench: Callable[..., Bench]) -> None:
    """What they cost says nothing about the chain."""
    made = bench()
    made.selection.choose("blur")
    made.view.draw(frame(0))
    made.settle()
    made.shown(frame(7))
    before = made.view.partly
    other = Frame(tuple(plane.copy() for plane in frame(7).planes), SOURCE, 1039, Fraction(1, 1000))
    other.planes[0][0, 0] ^= 255
    assert np.array_equal(made.shown(other), fresh(device, FILES["blur"], other))
    assert (made.view.held, made.view.partly) == (0, before + 1)
    made.shown(frame(9))
    assert made.view.partly == before + 1


def test_how_much_of_frames_was_drawn_is_told(bench: Callable[..., Bench]) -> None:
    """Of frames that are held, that differ in a corner and that are altogether others."""
    made = bench()
    made.selection.choose("blur")
    made.view.draw(frame(0))
    made.settle()
    made.view.times.chain_changed()
    for number, script in enumerate("WKKPKW"):
        shown = frame(number if script == "W" else 0)
        planes = tuple(plane.copy() for plane in shown.planes)
        planes[0][0, 0] ^= 255 if script == "P" or (script == "K" and number > 3) else 0
        made.view.draw(Frame(planes, SOURCE, 40 * number, Fraction(1, 1000)))
    tally = made.view.times.snapshot(max_age_s=0.0).tally
    assert (tally.kept, tally.parts, tally.whole) == (3, 1, 2)
    assert 1 / 12 <= tally.part <= 4 / 12, "a tile in the corner of 4 by 3, and no more than those beside it"
    assert tally.saved == pytest.approx((4 - tally.part) / 6)
    made.shown(Frame(planes, SOURCE, 240, Fraction(1, 1000)))
    made.view.draw(made.view.frame or frame(0))
    assert made.view.times.snapshot(max_age_s=0.0).tally.frames == 7, "the same frame once more is no new one"


def test_a_held_frame_is_drawn_anew_with_another_chain_and_size(device: Device, bench: Callable[..., Bench]) -> None:
    made = bench()
    made.shown(frame(7))
    made.choose("blur")
    made.settle()
    assert np.array_equal(made.shown(frame(7)), fresh(device, FILES["blur"], frame(7)))
    made.resize(96, 72)
    made.settle()
    assert np.array_equal(made.shown(frame(7)), fresh(device, FILES["blur"], frame(7), (96, 72)))
    made.view.comparison = Comparison(Compare.SPLIT, 0.5)
    right = made.shown(frame(7))[:, 50:]
    assert np.array_equal(right, fresh(device, (), frame(7), (96, 72))[:, 50:])
    assert made.view.held == 0


def test_chains_that_depend_on_chance_are_never_held(bench: Callable[..., Bench]) -> None:
    made = bench()
    made.selection.choose("noise")
    made.view.draw(frame(0))
    made.settle()
    first = made.shown(frame(7))
    assert not np.array_equal(made.shown(frame(7)), first) and made.view.held == 0
