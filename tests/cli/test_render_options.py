"""The options that every rendering command shares."""

from __future__ import annotations

import argparse
from pathlib import Path

import pytest

from anime4k.cli.arguments import Parser
from anime4k.cli.render_options import CUSTOM_MODE, RenderRequest, SourceModel, add_render_options, render_request
from anime4k.errors import UsageError
from anime4k.hooks.compat import Compat
from anime4k.modes.pack import pack_file, pack_files
from anime4k.modes.situation import Situation
from anime4k.modes.table import MODES, find_mode
from anime4k.pipeline.settings import Dither, Scaler

LUMA = "//!HOOK LUMA\n//!BIND HOOKED\nvec4 hook() { return HOOKED_tex(HOOKED_pos); }\n"
MAIN = LUMA.replace("LUMA", "MAIN")


def request(*argv: str, default: str = "off") -> RenderRequest:
    parser = Parser(prog="probe")
    add_render_options(parser)
    return render_request(parser.parse_args(list(argv)), default_mode=default)


def write(folder: Path, name: str, text: str) -> str:
    path = folder / name
    path.write_text(text)
    return str(path)


def test_defaults() -> None:
    made = request()
    assert (made.mode, made.shaders, made.scale, made.size, made.scale_given) == ("off", (), 2.0, None, False)
    assert (made.settings.scaler, made.settings.compat, made.settings.strength) == (Scaler.LANCZOS, Compat.NEXT, 1.0)
    assert made.source_model is SourceModel.AUTO and made.gpu is None and not made.settings.float32
    assert made.settings.sigmoid and made.settings.linear_downscale and made.settings.dither is Dither.ORDERED


def test_every_option_arrives() -> None:
    made = request(
        *("--scaler", "spline36", "--compat", "gpu", "--strength", "0.25", "--size", "320x200", "-g", "1"),
        *("--shader-opt", "strength=5", "--precision", "32", "--light", "display", "--dither", "none"),
    )
    assert made.settings.float32
    assert (made.settings.sigmoid, made.settings.linear_downscale, made.settings.dither) == (False, False, Dither.NONE)
    assert (made.settings.scaler, made.settings.compat, made.settings.strength) == (Scaler.SPLINE36, Compat.GPU, 0.25)
    assert (made.scale, made.size, made.gpu) == (None, (320, 200), 1)
    assert made.overrides == (("strength", "5"),)


def test_the_default_mode_is_the_commands_and_names_win() -> None:
    assert [shader.name for shader in request(default="lite").shaders] == ["a4k-lite"]
    assert request("-m", "off", default="lite").shaders == ()
    assert request("-m", "Anime4K-V4-Auto").mode == "auto"


def test_a_letter_loads_the_fast_form_in_the_order_of_the_table() -> None:
    made = request("-m", "A")
    assert made.mode == "a-fast" and made.decision is None
    assert tuple(shader.name for shader in made.shaders) == find_mode("a-fast").shaders


def test_auto_waits_for_the_source_and_the_output() -> None:
    made = request("-m", "auto")
    assert made.automatic and made.shaders == () and made.decision is None
    for output, mode in (((700, 394), "lite"), ((640, 360), "off"), ((1280, 720), "b-fast")):
        made = made.decided(Situation(source=(640, 360), output=output))
        assert made.decision is not None and made.decision.mode.name == mode and made.mode == "auto"
        assert tuple(shader.name for shader in made.shaders) == find_mode(mode).shaders


def test_live_action_reaches_the_rules_of_auto() -> None:
    situation = Situation(source=(640, 360), output=(1280, 720))
    assert request("-m", "auto", "--live-action").decided(situation).shaders == ()
    named = request("-m", "b", "--live-action")
    assert named.decided(situation) == named  # a mode that was named stays


def test_parameters_of_the_mode_that_auto_takes_are_checked(capsys: pytest.CaptureFixture[str]) -> None:
    made = request("-m", "auto", "--shader-opt", "a4k-lite/strength=500")
    assert capsys.readouterr().err == ""
    made.decided(Situation(source=(640, 360), output=(700, 394)))
    assert "500" in capsys.readouterr().err


def test_a_mode_whose_file_is_missing_goes_on_without_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "shaders").mkdir()
    monkeypatch.setattr("anime4k.modes.pack._PACKAGE", tmp_path)
    assert request("-m", "lite").shaders == ()
    error = capsys.readouterr().err
    assert "needs a4k-lite, which is missing in" in error and error.count("\n") == 1


def test_named_shaders_replace_the_mode_in_order(tmp_path: Path) -> None:
    first, second = write(tmp_path, "one.glsl", MAIN), write(tmp_path, "two.hook", MAIN)
    made = request("-m", "auto", "--shader", second, "--shader", "a4k-lite", "--shader", first)
    assert [shader.name for shader in made.shaders] == ["two", "a4k-lite", "one"]
    assert made.mode == CUSTOM_MODE


def test_a_broken_file_is_left_out_with_file_line_and_the_rest_stays(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = write(tmp_path, "broken.glsl", "//!HOOK MAIN\n//!NONSENSE 1\n")
    made = request("--shader", broken, "--shader", "a4k-lite")
    assert [shader.name for shader in made.shaders] == ["a4k-lite"]
    error = capsys.readouterr().err
    assert f"{broken}:2" in error and error.count("\n") == 1 and "warning" in error


def test_a_file_without_passes_is_pointed_out(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    inert = write(tmp_path, "notes.txt", "just text\n")
    request("--shader", inert)
    error = capsys.readouterr().err
    assert f"{inert} holds no shader pass" in error and error.count("\n") == 1


def test_ignored_parameters_are_reported(capsys: pytest.CaptureFixture[str]) -> None:
    request("-m", "lite", "--shader-opt", "strength=500")
    error = capsys.readouterr().err
    assert "strength" in error and "500" in error


@pytest.mark.parametrize(
    ("option", "text", "as_yuv"),
    [
        ("auto", MAIN, False),
        ("auto", LUMA, True),
        ("auto", LUMA.replace("LUMA", "CHROMA"), True),
        ("rgb", LUMA, False),
        ("yuv", MAIN, True),
    ],
)
def test_rgb_sources_look_like_yuv_when_a_plane_is_hooked(
    tmp_path: Path, option: str, text: str, as_yuv: bool
) -> None:
    made = request("--shader", write(tmp_path, "s.glsl", text), "--source", option)
    assert made.settings.rgb_as_yuv is as_yuv


def test_every_mode_names_shaders_of_the_pack() -> None:
    for mode in MODES:
        for name in mode.shaders:
            assert pack_file(name) in pack_files()


def test_unknown_modes_are_refused_with_those_that_exist() -> None:
    with pytest.raises(UsageError) as caught:
        find_mode("a+b")
    for mode in MODES:
        assert mode.letters in str(caught.value)


def test_list_modes_says_what_each_is_for_and_leaves(capsys: pytest.CaptureFixture[str]) -> None:
    parser = argparse.ArgumentParser()
    add_render_options(parser)
    with pytest.raises(SystemExit) as leaving:
        parser.parse_args(["--list-modes"])
    assert not leaving.value.code
    text = " ".join(capsys.readouterr().out.split())
    for mode in MODES:
        for part in (mode.name, mode.summary, mode.cost, mode.risk):
            assert part in text


def test_list_gpus_leaves_after_listing(capsys: pytest.CaptureFixture[str]) -> None:
    parser = argparse.ArgumentParser()
    add_render_options(parser)
    with pytest.raises(SystemExit) as leaving:
        parser.parse_args(["--list-gpus"])
    assert leaving.value.code == 0
    first = capsys.readouterr().out.splitlines()[0]
    assert first.startswith("0  ") and "OpenGL" in first
