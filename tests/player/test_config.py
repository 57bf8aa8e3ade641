"""A user's file of settings: what is read and which source of a value comes first."""

from __future__ import annotations

import argparse
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anime4k.cli.arguments import add_options
from anime4k.cli.play_options import PLAY_OPTIONS
from anime4k.modes.options import MODE_OPTIONS
from anime4k.options import Kind, Option, format_value
from anime4k.pipeline.options import RENDER_OPTIONS
from anime4k.player.files.config import MOST_PROBLEMS, UNSET, Config, given_names, load, parse, resolve, template, unset

OPTIONS = (
    Option(name="fs", kind=Kind.FLAG, default=False, help="full screen"),
    Option(name="speed", kind=Kind.NUMBER, default=1.0, minimum=0.25, maximum=4.0, help="speed", metavar="X"),
    Option(name="frames", kind=Kind.INTEGER, minimum=1, help="frames"),
    Option(name="mode", kind=Kind.TEXT, help="mode"),
    Option(name="shader", kind=Kind.TEXT, repeatable=True, metavar="FILE", help="shader"),
    Option(name="size", kind=Kind.SIZE, minimum=1, maximum=9999, help="size"),
    Option(name="scale", kind=Kind.NUMBER, minimum=0.1, help="scale"),
    Option(name="scaler", kind=Kind.CHOICE, choices=("bilinear", "lanczos"), default="lanczos", help="scaler"),
    Option(name="shader-opt", kind=Kind.ASSIGNMENT, repeatable=True, help="parameter"),
)
REAL = (*MODE_OPTIONS, *RENDER_OPTIONS, *PLAY_OPTIONS)


def resolved(arguments: list[str], text: str) -> dict[str, object]:
    parser = argparse.ArgumentParser()
    add_options(parser, OPTIONS)
    parser.set_defaults(**unset(OPTIONS))
    config = parse(text, OPTIONS)
    assert config.problems == ()
    return resolve(vars(parser.parse_args(arguments)), OPTIONS, config)


BUILT_IN = {
    "fs": False, "speed": 1.0, "frames": None, "mode": None, "shader": [], "size": None, "scale": None,
    "scaler": "lanczos", "shader_opt": [],
}


@pytest.mark.parametrize(
    ("arguments", "text", "expected"),
    [
        ([], "", {}),
        ([], "speed=2", {"speed": 2.0}),
        (["--speed", "1"], "speed=2", {"speed": 1.0}),
        ([], "speed=2\nspeed=3", {"speed": 3.0}),
        ([], "fs", {"fs": True}),
        ([], "fs=no", {"fs": False}),
        (["--fs"], "fs=no", {"fs": True}),
        ([], "--frames=7", {"frames": 7}),
        ([], "shader=a.glsl\nshader=b.glsl", {"shader": ["a.glsl", "b.glsl"]}),
        (["--shader", "c.glsl"], "shader=a.glsl", {"shader": ["c.glsl"]}),
        (["--mode", "a"], "shader=a.glsl", {"mode": "a"}),
        (["--shader", "c.glsl"], "mode=b", {"shader": ["c.glsl"]}),
        (["--scale", "3"], "size=640x360", {"scale": 3.0}),
        ([], "size=640x360", {"size": (640, 360)}),
        ([], "shader-opt=STRENGTH=0.5", {"shader_opt": [("STRENGTH", "0.5")]}),
    ],
)
def test_the_command_line_comes_first_then_the_file(
    arguments: list[str], text: str, expected: dict[str, object]
) -> None:
    assert resolved(arguments, text) == BUILT_IN | expected


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ("mode=a", "a"),
        ("  MODE = a  # comment", "a"),
        ("mode='with space # and mark'  # comment", "with space # and mark"),
        ('mode="it\'s"', "it's"),
        ("mode=a#b", "a#b"),
        ("mode=a=b", "a=b"),
        ("mode=a\r", "a"),
    ],
)
def test_lines(line: str, value: str) -> None:
    assert parse(line, OPTIONS) == Config({"mode": value})


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("spede=2", "perhaps 'speed' is meant"),
        ("quantum=2", "--help"),
        ("speed=9", "speed: 9 is out of range (0.25 to 4)"),
        ("speed=fast", "speed: 'fast' is not a number"),
        ("speed", "write speed=X"),
        ("mode=", "has no value"),
        ("fs=perhaps", "neither yes nor no"),
        ("scaler=best", "only bilinear, lanczos"),
        ("[profile]", "there is no option"),
        ("mode='a", "does not end"),
        ("mode='a' b", "does not end"),
        ("=5", "there is no option ''"),
    ],
)
def test_wrong_lines_are_one_sentence_with_file_and_line(line: str, words: str) -> None:
    config = parse(f"frames=3\n{line}\nfs=yes", OPTIONS, "my.conf")
    assert config.values == {"frames": 3, "fs": True}
    (problem,) = config.problems
    assert problem.startswith("my.conf:2: ") and words in problem and "\n" not in problem


def test_files(tmp_path: Path) -> None:
    path = tmp_path / "player.conf"
    assert load(path, OPTIONS) == Config()
    path.write_bytes("\ufeff# mine\r\nmode=ä\r\n".encode())
    assert load(path, OPTIONS) == Config({"mode": "ä"})
    path.write_bytes(b"mode=a\x00")
    assert load(path, OPTIONS).values == {} and len(load(path, OPTIONS).problems) == 1
    assert len(load(tmp_path, OPTIONS).problems) == 1


def test_a_file_of_another_kind_does_not_fill_the_screen() -> None:
    config = parse("lorem ipsum\n" * 1000, OPTIONS)
    assert len(config.problems) == MOST_PROBLEMS + 1


@given(st.text(st.sampled_from("fsmodepe =#'\"\n-x1[]"), max_size=50))
def test_any_text_is_read(text: str) -> None:
    config = parse(text, OPTIONS)
    assert len(config.problems) <= text.count("\n") + 1


def test_the_template_changes_nothing_until_a_line_is_uncommented() -> None:
    assert parse(template(REAL), REAL) == Config()
    lines = template(REAL).splitlines()
    for option in REAL:
        if option.default is not None and not option.repeatable:
            text = format_value(option.default if option.kind is not Kind.FLAG else bool(option.default))
            (line,) = [line for line in lines if line.startswith(f"#{option.name}=")]
            assert line == f"#{option.name}={text}"
            assert parse(line[1:], REAL) == Config({option.attribute: option.default})


def test_the_real_options_resolve_to_what_the_parser_alone_says() -> None:
    plain, prepared = argparse.ArgumentParser(), argparse.ArgumentParser()
    add_options(plain, REAL)
    add_options(prepared, REAL)
    prepared.set_defaults(**unset(REAL))
    for arguments in ([], ["--fs", "--speed", "2", "--shader", "x", "--shader", "y"]):
        expected = vars(plain.parse_args(arguments))
        assert resolve(vars(prepared.parse_args(arguments)), REAL, Config()) == expected
    assert given_names(vars(prepared.parse_args(["--fs", "--shader", "x"])), REAL) == {"fs", "shader"}
    assert UNSET not in resolve({}, REAL, Config()).values()
