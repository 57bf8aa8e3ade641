"""`player.conf` and the command line of `play`."""

from __future__ import annotations

import argparse
from pathlib import Path

import pytest

from anime4k.cli import main as entry
from anime4k.cli import play
from anime4k.cli.play_config import settle
from anime4k.errors import UsageError
from anime4k.player.files.places import CONFIG_VARIABLE


def settled(*arguments: str) -> tuple[argparse.Namespace, frozenset[str]]:
    parser = entry.command_parser("play", entry.load_command("play"))
    args = parser.parse_args(["video.mkv", *arguments])
    settle(args, lambda: None)
    return args, args.given


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


def test_settings_that_the_player_does_not_accept_are_left_out(
    conf: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    video = tmp_path / "video.mkv"
    video.touch()
    conf.write_text("mode=nonsense\ngeometry=wide\nvolume=50\nhwdec=magic\nsid=gone.ass\nscreenshot-template=%Q\n")
    parser = entry.command_parser("play", play)
    args = parser.parse_args([str(video)])
    choices, request = settle(args, lambda: play.requested(args))
    assert (args.volume, args.hwdec, choices.geometry, choices.subtitles, request.mode) == (
        50.0, "no", None, "auto", "auto"
    )  # fmt: skip
    errors = capsys.readouterr().err.splitlines()
    assert len(errors) == 5 and all(line.startswith(f"anime4k: warning: {conf}: ") for line in errors)
    for word in ("nonsense", "wide", "magic", "gone.ass", "%Q"):
        assert sum(word in line for line in errors) == 1


def test_a_wrong_command_line_is_not_blamed_on_the_file(conf: Path, tmp_path: Path) -> None:
    (tmp_path / "video.mkv").touch()
    conf.write_text("volume=50\nscale=2\n")
    parser = entry.command_parser("play", play)
    args = parser.parse_args([str(tmp_path / "video.mkv"), "--mode", "nonsense"])
    with pytest.raises(UsageError, match="nonsense"):
        settle(args, lambda: play.requested(args))
