"""Modes of `upscale`: what auto takes is decided for every file, said when asked, and nothing else is drawn."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image, ImageDraw

from anime4k.cli.main import main
from anime4k.cli.mode_list import mode_list
from anime4k.modes.table import MODES
from tests import clips


def picture(path: Path, width: int, height: int) -> Path:
    """A small drawing with edges in all directions."""
    image = Image.new("RGB", (width, height), (230, 160, 140))
    draw = ImageDraw.Draw(image)
    draw.ellipse((width // 8, height // 8, width // 2, height - 4), fill=(50, 90, 140), outline="black")
    image.save(path)
    return path


def upscaled(source: Path, target: Path, *options: str) -> npt.NDArray[np.uint8]:
    """The picture that the command writes."""
    assert main(["upscale", str(source), "-o", str(target), "-y", *options]) == 0
    return np.asarray(Image.open(target).convert("RGB"))


def test_auto_draws_what_the_mode_that_it_takes_draws(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source, target = picture(tmp_path / "in.png", 96, 64), tmp_path / "out.png"
    plain, lite = (upscaled(source, target, "-m", name, "-s", "1.2") for name in ("off", "lite"))
    assert not np.array_equal(plain, lite)
    assert np.array_equal(upscaled(source, target, "-s", "1.2"), lite)
    assert np.array_equal(upscaled(source, target, "-s", "1.2", "--live-action"), plain)
    capsys.readouterr()
    doubled = upscaled(source, target, "--explain")
    error = capsys.readouterr().err
    assert "the mode auto, 96x64 (64 lines) to 192x128 (2x), written to a file" in error
    (taken,) = (line for line in error.splitlines() if line.startswith("it takes "))
    name = taken.removeprefix("it takes ").partition(":")[0]
    assert name in ("b-fast", "b-hq")  # the second where a GPU draws
    assert np.array_equal(doubled, upscaled(source, target, "-m", name))


def test_every_picture_of_a_folder_is_decided_for_itself(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder, results = tmp_path / "in", tmp_path / "out"
    folder.mkdir()
    small, large = picture(folder / "a.png", 96, 64), picture(folder / "b.png", 200, 100)
    picture(folder / "c.png", 100, 70)
    assert main(["upscale", str(folder), "-o", str(results), "--size", "200x100", "--explain"]) == 0
    error = capsys.readouterr().err
    taken = [line.partition(":")[0] for line in error.splitlines() if line.startswith("it takes ")]
    assert [line.partition(": the mode auto, ")[0] for line in error.splitlines() if ": the mode auto, " in line] == [
        str(folder / name) for name in ("a.png", "b.png", "c.png")
    ]
    assert len(taken) == 3 and taken[0] == taken[2] != taken[1] == "it takes off"
    for source, name in ((small, taken[0].split()[-1]), (large, "off")):
        wanted = upscaled(source, tmp_path / "single.png", "-m", name, "--size", "200x100")
        assert np.array_equal(np.asarray(Image.open(results / source.name).convert("RGB")), wanted)


def test_auto_says_when_it_leaves_the_picture_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = picture(tmp_path / "in.png", 96, 64)
    upscaled(source, tmp_path / "out.png", "-s", "1")
    assert "the mode auto takes off (not enlarged: " in capsys.readouterr().err
    upscaled(source, tmp_path / "out.png", "--live-action")
    assert capsys.readouterr().err == ""  # that is what was asked for


def test_shaders_of_a_mode_that_rest_are_no_news(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = picture(tmp_path / "in.png", 96, 64)
    upscaled(source, tmp_path / "out.png", "-m", "c")  # the ways down and the second doubling have nothing to do
    assert capsys.readouterr().err == ""
    upscaled(source, tmp_path / "out.png", "-m", "c", "-s", "1")
    assert "the mode c-fast does nothing here: " in capsys.readouterr().err


def test_videos_are_decided_by_their_first_frame(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    clip = clips.write(tmp_path / "in.mkv", clips.cfr(6, 25), clips.Encoding(size=(96, 64), interlaced="tff"))
    assert main(["upscale", str(clip.path), "-o", str(tmp_path / "out.mkv"), "--explain", "--frames", "2"]) == 0
    error = capsys.readouterr().err
    assert "96x64 (64 lines, interlaced) to 192x128 (2x) at 25 frames a second, written to a file" in error
    assert "it takes b-" in error


def test_the_list_names_everything() -> None:
    text = " ".join(mode_list().split())
    for mode in MODES:
        assert " ".join((mode.name, *mode.shaders, "for", mode.summary, "cost", mode.cost, "risk", mode.risk)) in text


def test_an_empty_name_is_no_mode(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = picture(tmp_path / "in.png", 96, 64)
    assert main(["plan", str(source), "-m", ""]) == 2
    assert "there is no mode ''" in capsys.readouterr().err


def test_the_explanation_is_part_of_the_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = picture(tmp_path / "in.png", 96, 64)
    assert main(["plan", str(source), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["explanation"] is None
    assert main(["plan", str(source), "--json", "--explain"]) == 0
    assert "\nit takes b-fast: " in json.loads(capsys.readouterr().out)["explanation"]


def test_a_folder_is_no_shader(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = picture(tmp_path / "in.png", 96, 64)
    for command in (["plan", str(source), "--shader", str(tmp_path)], ["shaders", "show", str(tmp_path)]):
        assert main(command) == 2
        assert f"{tmp_path} is a folder: name a shader file in it" in capsys.readouterr().err
