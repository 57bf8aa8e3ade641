"""Every key of the key list, pressed for real."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from anime4k.player.keys.bindings import DEFAULT_BINDINGS
from tests import watch_clips
from tests.player import keys
from tests.player.harness import Play, RunningPlayer

NOT_YET: frozenset[str] = frozenset()
"""Keys whose command does not reach the player yet; must be empty."""
PLAIN = ("--mode", "off", "--scaler", "bilinear")
GEOMETRY = ("--geometry", "320x180+60+40")
TOO_MANY = 4
"""After so many wrong keys of a group the others are not tried."""
LONG_S = 5400


@pytest.fixture(autouse=True)
def own_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The player finds no configuration and no memory of other runs."""
    for name in ("CONFIG", "STATE"):
        monkeypatch.setenv(f"ANIME4K_{name}_DIR", str(tmp_path / name.lower()))


@pytest.fixture(scope="module")
def episode(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """40 seconds with chapters, sound and subtitles."""
    return watch_clips.episode(tmp_path_factory.mktemp("clips") / "episode.mkv", 40.0)


@pytest.fixture(scope="module")
def long_film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An hour and a half at one frame a second."""
    return watch_clips.long_film(tmp_path_factory.mktemp("clips") / "long.mkv", LONG_S / 3600)


@pytest.fixture(scope="module")
def season(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Three short files."""
    return watch_clips.season(tmp_path_factory.mktemp("season"), 3, 4.0)


def paused(player: RunningPlayer) -> RunningPlayer:
    """The player, stopped after its first frames."""
    player.wait_frames(3)
    player.key("space")
    player.wait_state(paused=True)
    return player


def run(scene: keys.Scene, rows: tuple[keys.Row, ...]) -> None:
    """Press the keys of `rows` in their order; all that is wrong is told at once."""
    problems: list[str] = []
    for entry in rows:
        if entry.key not in NOT_YET and (problem := keys.check(scene, entry)):
            problems.append(problem)
            assert scene.player.process.poll() is None, problems
            if len(problems) >= TOO_MANY:
                break
    assert not problems, "\n".join([*problems, scene.player.errors.read_text()[-1000:]])
    assert "Traceback" not in scene.player.errors.read_text()


@pytest.mark.parametrize(
    "group", ["playing", "sound", "subtitles", "picture", "compare", "window", "screenshots", "telling"]
)
def test_keys_in_an_episode(play: Play, episode: Path, tmp_path: Path, group: str) -> None:
    shots = tmp_path / "shots"
    shown = ("--interface", "auto") if group in ("telling", "screenshots") else ()
    player = paused(play(episode, "--screenshot-dir", shots, *GEOMETRY, *PLAIN, *shown))
    run(keys.Scene(player, watch_clips.film_times(40.0), shots), keys.TABLE[group])


def test_keys_of_modes(play: Play, episode: Path, tmp_path: Path) -> None:
    player = paused(play(episode, *GEOMETRY, "--mode", "a-fast"))
    run(keys.Scene(player, watch_clips.film_times(40.0), tmp_path), keys.SHADERS)


def test_keys_of_great_leaps(play: Play, long_film: Path, tmp_path: Path) -> None:
    player = paused(play(long_film, *GEOMETRY, *PLAIN, "--speed", "10"))
    run(keys.Scene(player, [Fraction(n) for n in range(LONG_S)], tmp_path), keys.SEEKING)


def test_keys_in_a_list(play: Play, season: list[Path], tmp_path: Path) -> None:
    player = paused(play(*season, *GEOMETRY, *PLAIN))
    run(keys.Scene(player, watch_clips.film_times(4.0), tmp_path), keys.FILES)


@pytest.mark.parametrize("entry", keys.LEAVING, ids=lambda entry: entry.key)
def test_keys_that_leave(play: Play, episode: Path, tmp_path: Path, entry: keys.Row) -> None:
    player = paused(play(episode, *GEOMETRY, *PLAIN))
    assert keys.check(keys.Scene(player, [], tmp_path), entry) == ""


def test_every_key_is_in_the_table_and_no_other() -> None:
    bound = {key for binding in DEFAULT_BINDINGS for key in binding.keys}
    tried = {entry.key for rows in keys.TABLE.values() for entry in rows}
    assert tried == bound


def test_every_key_is_tried() -> None:
    known = {entry.key for rows in keys.TABLE.values() for entry in rows}
    assert known >= NOT_YET


@pytest.mark.parametrize(
    ("key", "parts"),
    [("Ctrl++", (["ctrl"], "+")), ("a", ([], "a")), ("+", ([], "+")), ("Alt+WHEEL_UP", (["alt"], "WHEEL_UP")),
     ("Ctrl+Shift+LEFT", (["ctrl", "shift"], "LEFT"))],
)  # fmt: skip
def test_names_of_keys_are_split(key: str, parts: tuple[list[str], str]) -> None:
    assert keys.split(key) == parts
