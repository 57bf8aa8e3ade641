"""`player.conf` and the command line of `play`."""

from __future__ import annotations

import argparse
from pathlib import Path

import pytest

from anime4k.cli import main as entry
from anime4k.cli.play_config import settle
from anime4k.player.files.places import CONFIG_VARIABLE


def settled(*arguments: str) -> tuple[argparse.Namespace, frozenset[str]]:
    parser = entry.command_parser("play", entry.load_command("play"))
    args = parser.parse_args(["video.mkv", *arguments])
    return args, settle(args)


@pytest.fixture()
def conf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The user's file."""
    monkeypatch.setenv(CONFIG_VARIABLE, str(tmp_path))
    return tmp_path / "player.conf"


def test_without_a_file_the_built_in_defaults_hold(conf: Path) -> None:
    args, given = settled()
    assert (args.speed, args.mode, args.shader, args.fs, args.files) == (1.0, None, [], False, ["video.mkv"])
    assert given == frozenset()


def test_the_file_stands_between_command_line_and_defaults(conf: Path, capsys: pytest.CaptureFixture[str]) -> None:
    conf.write_text("speed=2\nvolume=50\nfs=yes\nmode=b\nstrength=0.5\nbroken=1\n")
    args, given = settled("--volume", "80", "--shader", "x.glsl")
    assert (args.speed, args.volume, args.fs, args.strength) == (2.0, 80.0, True, 0.5)
    assert (args.mode, args.shader) == (None, ["x.glsl"])
    assert given == {"volume", "shader"}
    error = capsys.readouterr().err
    assert error.count("\n") == 1 and f"{conf}:6: there is no option 'broken'" in error


def test_no_config_ignores_the_file(conf: Path, capsys: pytest.CaptureFixture[str]) -> None:
    conf.write_text("speed=2\nbroken=1\n")
    args, _ = settled("--no-config")
    assert args.speed == 1.0 and capsys.readouterr().err == ""
