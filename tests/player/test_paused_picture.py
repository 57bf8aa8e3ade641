"""A paused player shows at once what a key changes about the present picture."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests import watch_clips
from tests.player.harness import Play, RunningPlayer

GEOMETRY = ("--geometry", "320x180+60+40", "--mode", "off", "--scaler", "bilinear")


@pytest.fixture(scope="module")
def episode(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """With subtitles from 0.5 s on."""
    return watch_clips.episode(tmp_path_factory.mktemp("clips") / "episode.mkv", 6.0)


def paused_on_a_line(play: Play, episode: Path) -> RunningPlayer:
    """Paused where subtitles are on the screen."""
    player = play(episode, *GEOMETRY, "--start", "1", "--pause")
    player.wait_frames(1)
    player.wait(lambda: white(player), "a line of subtitles")
    return player


def white(player: RunningPlayer) -> bool:
    """Whether there is white on the screen, which only letters are."""
    return bool((player.screen() > 225).all(axis=2).any())


def changed(player: RunningPlayer, before: np.ndarray) -> None:  # type: ignore[type-arg]
    """Wait until the screen differs from `before`."""
    player.wait(lambda: bool((player.screen() != before).any()), "another picture")


@pytest.mark.parametrize("there, back", [("v", "v"), ("j j j", "j"), ("G", "F"), ("r", "t")])
def test_subtitles_change_while_paused(play: Play, episode: Path, there: str, back: str) -> None:
    player = paused_on_a_line(play, episode)
    with_line = player.screen()
    player.key(*there.split())
    changed(player, with_line)
    player.key(*back.split())
    player.wait(lambda: bool((player.screen() == with_line).all()), "the first picture")


def test_subtitles_shift_in_time_while_paused(play: Play, episode: Path) -> None:
    player = paused_on_a_line(play, episode)
    with_line = player.screen()
    player.key(*["x"] * 6)
    player.wait(lambda: not white(player), "the line to be gone")
    player.key(*["z"] * 6)
    player.wait(lambda: bool((player.screen() == with_line).all()), "the line to be back")


def test_a_jump_to_a_line_shows_it(play: Play, episode: Path) -> None:
    player = play(episode, *GEOMETRY, "--start", "0.1", "--pause")
    player.wait_frames(1)
    player.key("ctrl+Right")
    player.wait(lambda: white(player), "the line that begins at 0.5 s")
    player.key("ctrl+Right")
    player.wait_frames(3)
    player.wait(lambda: white(player), "the line that begins at 2.5 s")
    assert [round(line["position"], 2) for line in player.frames][1:] == [0.5, 2.5]
