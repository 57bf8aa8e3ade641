"""The queue of what the user asked for."""

from __future__ import annotations

from anime4k.player import commands as do
from anime4k.player.interface.asked import Asked


def test_of_several_places_of_a_drag_the_newest_stays() -> None:
    asked = Asked()
    for command in (
        do.ToggleMute(),
        do.Scrub(1.0),
        do.Scrub(2.0),
        do.Scrub(3.0, done=True),
        do.Scrub(4.0),
        do.SetVolume(10.0),
        do.SetVolume(20.0),
        do.SplitAt(0.1),
        do.ToggleMute(),
        do.ToggleMute(),
    ):
        asked.add(command)
    assert asked.take() == [
        do.ToggleMute(),
        do.Scrub(3.0, done=True),
        do.Scrub(4.0),
        do.SetVolume(20.0),
        do.SplitAt(0.1),
        do.ToggleMute(),
        do.ToggleMute(),
    ]
    assert not asked and asked.take() == []


def test_values_of_different_parameters_do_not_overtake_each_other() -> None:
    asked = Asked()
    commands = [do.SetParameter(0, "a", 1.0), do.SetParameter(0, "b", 1.0), do.SetParameter(0, "a", 2.0)]
    for command in commands:
        asked.add(command)
    assert asked.take() == commands
