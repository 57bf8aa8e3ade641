"""The command line as a whole: help, exit codes, and errors of one sentence."""

from __future__ import annotations

import argparse
import subprocess
import sys
import types
from pathlib import Path

import pytest

from anime4k import __version__
from anime4k.cli import main as cli
from anime4k.errors import GLError, MediaError, UsageError


def only_line(text: str) -> str:
    """The one line that `text` consists of."""
    assert text.count("\n") == 1 and text.endswith("\n"), text
    return text.rstrip("\n")


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch) -> types.SimpleNamespace:
    """A command called `probe` whose `run` the test can replace."""
    probe = types.SimpleNamespace(
        HELP="a probe", EXAMPLES="anime4k probe", configure=lambda parser: None, run=lambda args: 0, seen=None
    )
    monkeypatch.setitem(cli.COMMANDS, "probe", "probe")
    monkeypatch.setattr(cli, "load_command", lambda name: probe)
    return probe


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["--version"]) == 0
    assert capsys.readouterr().out == f"anime4k {__version__}\n"


def test_overview_names_every_command_with_its_help(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["--help"]) == 0
    text = capsys.readouterr().out
    for name in cli.COMMANDS:
        assert f"  {name}" in text and cli.load_command(name).HELP in text
    assert "examples:" in text


def test_no_command_is_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main([]) == 2
    assert "usage: anime4k COMMAND" in capsys.readouterr().out


@pytest.mark.parametrize("name", cli.COMMANDS)
def test_every_command_has_help_with_examples(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main([name, "--help"]) == 0
    text = capsys.readouterr().out
    assert f"usage: anime4k {name}" in text
    assert f"anime4k {name}" in text.split("examples:")[1]
    assert "--verbose" in text and "--debug" in text


@pytest.mark.parametrize("name", cli.COMMANDS)
def test_examples_are_accepted_by_their_own_parser(name: str) -> None:
    module = cli.load_command(name)
    parser = cli.command_parser(name, module)
    for line in module.EXAMPLES.strip().splitlines():
        words = line.split("  ")[0].split() if "  " in line.strip() else line.split()
        assert words[:2] == ["anime4k", name]
        parser.parse_args(words[2:])


@pytest.mark.parametrize(
    ("argv", "words"),
    [
        (["plya"], ("no command 'plya'", "did you mean 'play'")),
        (["xyzzy"], ("no command 'xyzzy'", "play, upscale")),
        (["--fs", "play"], ("before the option --fs",)),
        (["plan"], ("required: IN", "anime4k plan --help")),
        (["plan", "x.mkv", "--nonsense"], ("--nonsense", "anime4k plan --help")),
        (["plan", "x.mkv", "-s", "0"], ("--scale", "out of range", "0.05 to 32")),
        (["plan", "x.mkv", "-s", "nan"], ("--scale", "out of range")),
        (["plan", "x.mkv", "-s", "two"], ("'two' is not a number",)),
        (["plan", "x.mkv", "--size", "12"], ("'12' is not a size such as 1920x1080",)),
        (["plan", "x.mkv", "--size", "0x5"], ("out of range",)),
        (["plan", "x.mkv", "--size", "2x2", "-s", "2"], ("--scale and --size exclude each other",)),
        (["plan", "x.mkv", "-m", "z"], ("no mode 'z'", "off, auto")),
        (["plan", "x.mkv", "--scaler", "best"], ("no 'best'", "lanczos")),
        (["plan", "x.mkv", "--strength", "1.5"], ("0 to 1",)),
        (["plan", "x.mkv", "--shader", "missing.glsl"], ("missing.glsl is neither a shader file", "shaders list")),
        (["plan", "x.mkv", "--shader", "/"], ("/ is a folder",)),
        (["plan", "x.mkv", "--shader-opt", "a"], ("NAME=VALUE",)),
        (["shaders"], ("required: ACTION", "anime4k shaders --help")),
    ],
)
def test_wrong_usage_is_one_sentence_and_exit_code_2(
    argv: list[str], words: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(argv) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    line = only_line(captured.err)
    assert line.startswith("anime4k: ")
    for word in words:
        assert word in line


def test_a_file_in_place_of_a_command_is_recognised(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "a.mkv"
    file.touch()
    assert cli.main([str(file)]) == 2
    assert f"use 'anime4k play {file}'" in only_line(capsys.readouterr().err)


@pytest.mark.parametrize(
    ("error", "code", "text"),
    [
        (UsageError("wrong"), 2, "anime4k: wrong"),
        (MediaError("broken\nfile"), 1, "anime4k: broken file"),
        (GLError("no driver"), 1, "anime4k: no driver"),
        (KeyboardInterrupt(), 130, "interrupted"),
        (
            RuntimeError("oops"),
            1,
            "anime4k: internal error (RuntimeError: oops); run it again with --debug to see where",
        ),
    ],
)
def test_exit_codes(
    command: types.SimpleNamespace,
    error: BaseException,
    code: int,
    text: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def run(args: argparse.Namespace) -> int:
        raise error

    command.run = run
    assert cli.main(["probe"]) == code
    assert only_line(capsys.readouterr().err) == text


def test_the_code_of_a_command_is_passed_on(command: types.SimpleNamespace) -> None:
    command.run = lambda args: 7
    assert cli.main(["probe"]) == 7


def test_debug_adds_the_traceback(command: types.SimpleNamespace, capsys: pytest.CaptureFixture[str]) -> None:
    def run(args: argparse.Namespace) -> int:
        raise MediaError("broken")

    command.run = run
    assert cli.main(["probe", "--debug"]) == 1
    error = capsys.readouterr().err
    assert "Traceback" in error and error.endswith("anime4k: broken\n")


@pytest.mark.parametrize(
    ("argv", "level"),
    [
        (["shaders", "list"], 0),
        (["shaders", "-v", "list"], 1),
        (["shaders", "list", "-v"], 1),
        (["shaders", "list", "-vv"], 2),
    ],
)
def test_verbose_is_accepted_before_and_after_a_sub_command(argv: list[str], level: int) -> None:
    parser = cli.command_parser("shaders", cli.load_command("shaders"))
    assert parser.parse_args(argv[1:]).verbose == level


@pytest.mark.parametrize("arguments", [("plan", "--json"), ("plan",), ("--version",)])
def test_a_reader_that_leaves_is_no_disaster(demo_clip: Path, arguments: tuple[str, ...]) -> None:
    """Output of any length, also so short that it would only be written when the interpreter exits."""
    root = demo_clip.parents[2]
    clip = [str(demo_clip)] if arguments[0] == "plan" else []
    process = subprocess.Popen(
        [sys.executable, "-m", "anime4k", arguments[0], *clip, *arguments[1:]],
        cwd=root,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None and process.stderr is not None
    process.stdout.close()
    assert process.wait(timeout=60) in (0, 1)
    assert process.stderr.read() == ""
    process.stderr.close()


def test_player_py_is_play(run_cli: object, demo_clip: Path, tmp_path: Path) -> None:
    result = subprocess.run(
        [sys.executable, str(demo_clip.parents[2] / "player.py"), "missing.mkv"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert result.returncode == 1
    assert "missing.mkv" in only_line(result.stderr)
