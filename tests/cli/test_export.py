"""`anime4k export-mpv` and `anime4k shaders bundle` as people run them."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from anime4k.cli.main import main
from anime4k.hooks.parse import parse_file

COPY = "//!HOOK MAIN\n//!BIND HOOKED\n//!DESC copy\nvec4 hook() { return HOOKED_tex(HOOKED_pos); }\n"


def test_an_export_keeps_what_the_user_wrote(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "input.conf").write_text("x seek 1\n")
    assert main(["export-mpv", str(tmp_path), "--target", "mpv"]) == 0
    first = (tmp_path / "input.conf").read_text()
    assert first.startswith("x seek 1\n") and "CTRL+1 " in first
    assert main(["export-mpv", str(tmp_path), "--target", "mpv", "--quality", "hq"]) == 0
    second = (tmp_path / "input.conf").read_text()
    assert second != first and second.count("CTRL+1 ") == 1
    assert "~/.config/mpv" in capsys.readouterr().out


def test_a_linked_configuration_stays_a_link(tmp_path: Path) -> None:
    folder, dotfiles = tmp_path / "mpv", tmp_path / "dotfiles"
    folder.mkdir()
    dotfiles.write_text("volume=50\n")
    (folder / "mpv.conf").symlink_to(dotfiles)
    assert main(["export-mpv", str(folder), "--target", "mpv"]) == 0
    assert (folder / "mpv.conf").is_symlink() and "[anime4k-a-fast]" in dotfiles.read_text()


def test_line_ends_and_permissions_of_the_user_stay(tmp_path: Path) -> None:
    own = tmp_path / "mpv.conf"
    own.write_bytes("\ufeffvolume=50\r\nscreenshot-template=\u00e4".encode())
    own.chmod(0o600)
    assert main(["export-mpv", str(tmp_path), "--target", "mpv-windows"]) == 0
    data = own.read_bytes()
    assert data.startswith("\ufeffvolume=50\r\nscreenshot-template=\u00e4\r\n".encode())
    assert data.count(b"\n") == data.count(b"\r\n") and own.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("prepare", "words"),
    [
        (lambda folder: (folder / "shaders").write_text(""), "a file where a folder should be"),
        (lambda folder: (folder / "input.conf").mkdir(), "it is a folder"),
        (lambda folder: (folder / "mpv.conf").write_bytes(b"\xff\xfe"), "not UTF-8"),
    ],
)
def test_what_stands_in_the_way_is_said_in_one_sentence(
    tmp_path: Path, prepare: Callable[[Path], object], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    prepare(tmp_path)
    assert main(["export-mpv", str(tmp_path), "--target", "mpv"]) == 1
    error = capsys.readouterr().err
    assert words in error and error.count("\n") == 1


def test_a_file_that_cannot_be_read_keeps_everything_from_being_written(tmp_path: Path) -> None:
    (tmp_path / "input.conf").write_bytes(b"\xff")
    assert main(["export-mpv", str(tmp_path), "--target", "mpv"]) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["input.conf"]


@pytest.mark.parametrize(("start", "profile"), [("a", "a-hq"), ("b-fast", "b-fast"), ("lite", "lite")])
def test_the_first_mode_has_the_form_that_was_asked_for(tmp_path: Path, start: str, profile: str) -> None:
    assert main(["export-mpv", str(tmp_path), "--target", "mpv", "--quality", "hq", "--start", start]) == 0
    assert f"\nprofile=anime4k-{profile}\n" in (tmp_path / "mpv.conf").read_text()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--target", "mpv-windows" if sys.platform != "win32" else "mpv", "--verify"], "cannot read"),
        (["--target", "iina", "--start", "a"], "IINA"),
        (["--target", "mpv", "--start", "zz"], "zz"),
        (["--target", "vlc"], "vlc"),
    ],
)
def test_what_cannot_be_is_refused(
    tmp_path: Path, arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["export-mpv", str(tmp_path / "new"), *arguments]) == 2
    assert words in capsys.readouterr().err
    assert not (tmp_path / "new").exists()


def test_a_bundle_draws_what_the_chain_draws(tmp_path: Path) -> None:
    rng = np.random.default_rng(3)
    picture = np.kron(rng.integers(0, 255, (9, 16, 3)), np.ones((6, 6, 1))).astype(np.uint8)
    Image.fromarray(picture).save(tmp_path / "in.png")
    assert main(["shaders", "bundle", "--mode", "a+a-fast", "-o", str(tmp_path / "one.glsl")]) == 0
    common = ["upscale", str(tmp_path / "in.png"), "--size", "432x243", "-o"]
    assert main([*common, str(tmp_path / "chain.png"), "--mode", "a+a-fast"]) == 0
    assert main([*common, str(tmp_path / "bundle.png"), "--shader", str(tmp_path / "one.glsl")]) == 0
    chain, one = (np.asarray(Image.open(tmp_path / f"{name}.png")) for name in ("chain", "bundle"))
    assert np.array_equal(chain, one)


def test_a_bundle_takes_files_values_and_says_the_new_names(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    own = tmp_path / "own.glsl"
    own.write_text(COPY)
    target = tmp_path / "one.glsl"
    command = ["shaders", "bundle", str(own), "a4k-lite", "-o", str(target), "--shader-opt", "a4k-lite/strength=20"]
    assert main(command) == 0
    assert "a4k-lite/strength is a4k_lite_strength" in capsys.readouterr().out
    assert [(param.name, param.default) for param in parse_file(target).params] == [("a4k_lite_strength", 20)]
    assert main(command) == 2 and "exists already" in capsys.readouterr().err
    assert main([*command, "-y", "--bake"]) == 0
    assert parse_file(target).params == ()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "name the shaders"),
        ([str(Path(__file__).parents[1] / "test_options.py")], "no file of the chain has a pass"),
        (["a4k-lite", "--mode", "a"], "not both"),
        (["--mode", "auto"], "auto"),
        (["--mode", "off"], "off"),
        (["a4k-lit"], "a4k-lite"),
    ],
)
def test_bundles_of_nothing_are_refused(
    tmp_path: Path, arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["shaders", "bundle", *arguments, "-o", str(tmp_path / "one.glsl")]) == 2
    assert words in capsys.readouterr().err
