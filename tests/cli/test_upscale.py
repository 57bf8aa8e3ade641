"""`anime4k upscale` with pictures and folders, and everything it refuses."""

from __future__ import annotations

import argparse
import os
import pty
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from anime4k.cli.render_options import add_render_options, render_request
from anime4k.cli.upscale_jobs import JobKind, find_jobs
from anime4k.cli.upscale_pictures import PictureUpscaler
from anime4k.errors import Anime4kError, MediaError, UsageError
from anime4k.gl.device import Device
from anime4k.media.images import read_image

pytestmark = pytest.mark.timeout(120)

RunCli = Callable[..., "subprocess.CompletedProcess[str]"]


def picture(path: Path, mode: str = "RGB", size: tuple[int, int] = (24, 16)) -> Path:
    """A picture with a different colour (and alpha) in each corner; flat within the corners."""
    path.parent.mkdir(parents=True, exist_ok=True)
    pixels = np.zeros((size[1], size[0], 4), np.uint8)
    middle = (size[1] // 2, size[0] // 2)
    pixels[: middle[0], : middle[1]] = (200, 30, 40, 255)
    pixels[: middle[0], middle[1] :] = (20, 180, 60, 128)
    pixels[middle[0] :, : middle[1]] = (30, 50, 220, 0)
    pixels[middle[0] :, middle[1] :] = (128, 128, 128, 64)
    Image.fromarray(pixels if mode == "RGBA" else pixels[..., :3]).save(path)
    return path


def corners(path: Path) -> list[tuple[int, ...]]:
    """The colours of the four corners, row by row."""
    with Image.open(path) as image:
        pixels = np.asarray(image)
    return [tuple(int(v) for v in pixels[y, x]) for y in (1, -2) for x in (1, -2)]


def shape(path: Path) -> tuple[tuple[int, int], str]:
    with Image.open(path) as image:
        return image.size, image.mode


# -- pictures ------------------------------------------------------------------------------------------------


def test_a_picture_is_doubled_by_default(run_cli: RunCli, tmp_path: Path) -> None:
    picture(tmp_path / "a.png")
    result = run_cli("upscale", "a.png", "-o", "b.png")
    assert (result.returncode, result.stdout) == (0, "b.png: 48x32\n")
    assert shape(tmp_path / "b.png") == ((48, 32), "RGB")
    np.testing.assert_allclose(corners(tmp_path / "b.png"), corners(tmp_path / "a.png"), atol=1)


@pytest.mark.parametrize(("option", "size"), [(("-s", "1.5"), (36, 24)), (("--size", "50x20"), (50, 20))])
def test_size_is_as_asked(run_cli: RunCli, tmp_path: Path, option: tuple[str, str], size: tuple[int, int]) -> None:
    picture(tmp_path / "a.png")
    assert run_cli("upscale", "a.png", "-o", "b.png", *option).returncode == 0
    assert shape(tmp_path / "b.png")[0] == size


def test_a_shader_changes_the_picture(run_cli: RunCli, tmp_path: Path) -> None:
    picture(tmp_path / "a.png")
    (tmp_path / "invert.glsl").write_text(
        "//!HOOK MAIN\n//!BIND HOOKED\n//!DESC invert\n"
        "vec4 hook() { vec4 c = HOOKED_tex(HOOKED_pos); return vec4(1.0 - c.rgb, c.a); }\n"
    )
    assert run_cli("upscale", "a.png", "-o", "b.png", "--shader", "invert.glsl").returncode == 0
    inverted = [tuple(255 - value for value in colour) for colour in corners(tmp_path / "a.png")]
    np.testing.assert_allclose(corners(tmp_path / "b.png"), inverted, atol=1)


@pytest.mark.parametrize("name", ["b.png", "b.webp"])
def test_alpha_is_kept(run_cli: RunCli, tmp_path: Path, name: str) -> None:
    picture(tmp_path / "a.png", "RGBA")
    assert run_cli("upscale", "a.png", "-o", name).returncode == 0
    assert shape(tmp_path / name) == ((48, 32), "RGBA")
    before, after = corners(tmp_path / "a.png"), corners(tmp_path / name)
    np.testing.assert_allclose([c[3] for c in after], [c[3] for c in before], atol=1)
    np.testing.assert_allclose(after[0], before[0], atol=1)


def test_jpeg_loses_alpha_and_says_so(run_cli: RunCli, tmp_path: Path) -> None:
    picture(tmp_path / "a.png", "RGBA")
    result = run_cli("upscale", "a.png", "-o", "b.jpg")
    assert result.returncode == 0 and "b.jpg loses the transparency of a.png" in result.stderr
    assert shape(tmp_path / "b.jpg") == ((48, 32), "RGB")


def test_png16_writes_sixteen_bits(run_cli: RunCli, tmp_path: Path) -> None:
    picture(tmp_path / "a.png")
    assert run_cli("upscale", "a.png", "-o", "b.png", "--png16").returncode == 0
    header = (tmp_path / "b.png").read_bytes()[:33]
    assert header[24:26] == bytes([16, 2])  # bit depth, colour type RGB


def test_sixteen_bits_are_all_used(run_cli: RunCli, tmp_path: Path) -> None:
    """A grey ramp in steps of one code: half floats would merge codes, and a shader's result is not rounded either."""
    ramp = np.tile(np.arange(40000, 40064, dtype=np.uint16), (4, 1))
    Image.fromarray(ramp).save(tmp_path / "a.png")
    (tmp_path / "copy.glsl").write_text(
        "//!HOOK OUTPUT\n//!BIND HOOKED\nvec4 hook() { return HOOKED_tex(HOOKED_pos); }\n"
    )
    assert run_cli("upscale", "a.png", "-o", "b.png", "-s", "1", "--shader", "copy.glsl").returncode == 0
    result = read_image(tmp_path / "b.png").planes[0]
    assert np.abs(result.astype(int) - ramp[..., None]).max() <= 1


def test_a_gif_that_stands_still_becomes_a_picture(run_cli: RunCli, tmp_path: Path) -> None:
    with Image.open(picture(tmp_path / "a.png")) as still:
        still.save(tmp_path / "a.gif")
        still.save(tmp_path / "b.gif", save_all=True, append_images=[still.rotate(90)])
    assert run_cli("upscale", "a.gif", "-o", "a-big.png").returncode == 0
    assert shape(tmp_path / "a-big.png") == ((48, 32), "RGB")
    refused = run_cli("upscale", "b.gif", "-o", "b-big.png")
    assert refused.returncode == 2 and "b.gif is an animation" in one_sentence(refused)
    assert not (tmp_path / "b-big.png").exists()


def test_a_picture_cut_short_is_upscaled_with_a_warning(run_cli: RunCli, tmp_path: Path) -> None:
    Image.fromarray(np.random.default_rng(1).integers(0, 255, (64, 64, 3), np.uint8)).save(tmp_path / "a.jpg")
    data = (tmp_path / "a.jpg").read_bytes()
    (tmp_path / "a.jpg").write_bytes(data[: len(data) * 2 // 3])
    result = run_cli("upscale", "a.jpg", "-o", "b.png")
    assert result.returncode == 0 and "a.jpg is damaged" in one_sentence(result)


# -- folders -------------------------------------------------------------------------------------------------


def test_a_folder_keeps_its_shape(run_cli: RunCli, tmp_path: Path) -> None:
    picture(tmp_path / "in" / "a.png")
    picture(tmp_path / "in" / "deep" / "er" / "b.webp", "RGBA")
    picture(tmp_path / "in" / "deep" / "c.jpg")
    picture(tmp_path / "in" / "d.bmp")
    (tmp_path / "in" / "notes.txt").write_text("no picture")
    result = run_cli("upscale", "in", "-o", "out")
    assert result.returncode == 0
    written = sorted(str(p.relative_to(tmp_path / "out")) for p in (tmp_path / "out").rglob("*") if p.is_file())
    assert written == ["a.png", "d.png", "deep/c.jpg", "deep/er/b.webp"]
    assert {shape(tmp_path / "out" / name)[0] for name in written} == {(48, 32)}
    assert shape(tmp_path / "out/deep/er/b.webp")[1] == "RGBA"
    assert "in/notes.txt left alone: no pictures" in result.stderr
    assert result.stdout.endswith("4 of 4 pictures upscaled\n")


def test_a_broken_picture_does_not_stop_the_others(run_cli: RunCli, tmp_path: Path) -> None:
    picture(tmp_path / "in" / "a.png")
    (tmp_path / "in" / "b.png").write_bytes(b"not a picture")
    picture(tmp_path / "in" / "c.png")
    result = run_cli("upscale", "in", "-o", "out")
    assert result.returncode == 1
    assert "in/b.png" in result.stderr and "going on" in result.stderr
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["a.png", "c.png"]


def test_a_folder_inside_itself_is_not_eaten(run_cli: RunCli, tmp_path: Path) -> None:
    picture(tmp_path / "a.png")
    for _ in range(2):
        assert run_cli("upscale", ".", "-o", "out", "-y").returncode == 0
    assert [str(path.relative_to(tmp_path)) for path in sorted(tmp_path.rglob("*.png"))] == ["a.png", "out/a.png"]


def test_several_inputs_need_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    picture(tmp_path / "a.png")
    picture(tmp_path / "b.png")
    (tmp_path / "v.mkv").touch()
    jobs = find_jobs(["a.png", "b.png", "v.mkv"], "out").jobs
    assert [(job.kind, str(job.target)) for job in jobs] == [
        (JobKind.PICTURE, "out/a.png"),
        (JobKind.PICTURE, "out/b.png"),
        (JobKind.VIDEO, "out/v.mkv"),
    ]


@pytest.mark.parametrize(
    ("inputs", "output", "message"),
    [
        (["missing.png"], "b.png", "missing.png: there is no such file"),
        (["a.png", "sub/a.png"], "out", "would both become out/a.png"),
        (["a.png", "b.png"], "c.png", "need a folder"),
        (["a.png", "b.png"], "notes.txt", "notes.txt is a file"),
        (["a.png"], "b.mkv", "a.png is a picture, so b.mkv must be one too"),
        (["a.png"], "b", "a.png is a picture"),
        (["v.mkv"], "b.png", "v.mkv is not a picture"),
        (["v.mkv"], "b.xyz", "extension .xyz"),
        (["v.mkv"], "b", "no extension"),
        (["empty"], "out", "empty holds no picture"),
    ],
)
def test_impossible_requests(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, inputs: list[str], output: str, message: str
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("a.png", "b.png", "sub/a.png"):
        picture(tmp_path / name)
    for name in ("v.mkv", "notes.txt"):
        (tmp_path / name).touch()
    (tmp_path / "empty").mkdir()
    with pytest.raises(Anime4kError) as caught:
        find_jobs(inputs, output)
    assert message in str(caught.value)
    assert isinstance(caught.value, MediaError if inputs[0] in ("empty", "missing.png") else UsageError)


# -- refusals ------------------------------------------------------------------------------------------------


def one_sentence(result: subprocess.CompletedProcess[str]) -> str:
    """The error, which must be the only line."""
    lines = result.stderr.splitlines()
    assert len(lines) == 1 and lines[0].startswith("anime4k: "), result.stderr
    return lines[0]


def test_an_existing_picture_is_left_alone(run_cli: RunCli, tmp_path: Path) -> None:
    picture(tmp_path / "a.png")
    (tmp_path / "b.png").write_bytes(b"precious")
    result = run_cli("upscale", "a.png", "-o", "b.png")
    assert result.returncode == 2 and "b.png exists already" in one_sentence(result)
    assert (tmp_path / "b.png").read_bytes() == b"precious"
    assert run_cli("upscale", "a.png", "-o", "b.png", "-y").returncode == 0
    assert shape(tmp_path / "b.png")[0] == (48, 32)


@pytest.mark.parametrize(("answer", "code", "replaced"), [("y\n", 0, True), ("n\n", 2, False), ("\n", 2, False)])
def test_on_a_terminal_it_asks(tmp_path: Path, answer: str, code: int, replaced: bool) -> None:
    picture(tmp_path / "a.png")
    (tmp_path / "b.png").write_bytes(b"precious")
    terminal, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "anime4k", "upscale", "a.png", "-o", "b.png"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[2])},
        stdin=theirs,
        stdout=subprocess.DEVNULL,
        stderr=theirs,
    )
    os.close(theirs)
    try:
        said = b""
        while b"Replace? [y/N]" not in said:
            said += os.read(terminal, 1000)
        os.write(terminal, answer.encode())
        assert process.wait(timeout=60) == code
    finally:
        process.kill()
        os.close(terminal)
    assert b"b.png exists already" in said
    assert ((tmp_path / "b.png").read_bytes() != b"precious") == replaced


def test_a_picture_never_replaces_itself(run_cli: RunCli, tmp_path: Path) -> None:
    before = picture(tmp_path / "a.png").read_bytes()
    result = run_cli("upscale", "a.png", "-o", "a.png", "-y")
    assert result.returncode == 2 and "a.png is the input itself" in one_sentence(result)
    assert (tmp_path / "a.png").read_bytes() == before


def test_existing_files_of_a_folder_are_named_before_any_work(run_cli: RunCli, tmp_path: Path) -> None:
    picture(tmp_path / "in" / "a.png")
    picture(tmp_path / "in" / "b.png")
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "b.png").write_bytes(b"precious")
    result = run_cli("upscale", "in", "-o", "out")
    assert result.returncode == 2 and "out/b.png would be replaced" in one_sentence(result)
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["b.png"]


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (("a.png", "-o", "nowhere/b.png"), "the folder nowhere does not exist"),
        (("bad.png", "-o", "b.png"), "bad.png"),
        (("empty.png", "-o", "b.png"), "empty.png"),
        (("missing.png", "-o", "b.png"), "missing.png: there is no such file"),
        (("a.png", "-o", "b.png", "--gpu", "63"), "GPU 63 gives no OpenGL context"),
    ],
)
def test_failures_are_one_sentence(run_cli: RunCli, tmp_path: Path, args: tuple[str, ...], message: str) -> None:
    picture(tmp_path / "a.png")
    (tmp_path / "bad.png").write_bytes((tmp_path / "a.png").read_bytes()[:40])
    (tmp_path / "empty.png").touch()
    result = run_cli("upscale", *args)
    assert result.returncode == 1 and message in one_sentence(result)
    assert not (tmp_path / "b.png").exists()


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may write anywhere")
def test_a_protected_folder_is_named(run_cli: RunCli, tmp_path: Path) -> None:
    picture(tmp_path / "a.png")
    (tmp_path / "ro").mkdir(mode=0o555)
    result = run_cli("upscale", "a.png", "-o", "ro/b.png")
    assert result.returncode == 1 and "cannot be written to" in one_sentence(result)


@pytest.mark.parametrize(("count", "patient"), [(1, False), (20_000, True)])
def test_what_takes_long_to_compile_is_left_out_of_little_work(tmp_path: Path, count: int, patient: bool) -> None:
    source = picture(tmp_path / "a.png")
    parser = argparse.ArgumentParser()
    add_render_options(parser)
    request = render_request(parser.parse_args(["--mode", "c-fast"]), default_mode="auto")
    device = Device.standalone()
    upscaler = PictureUpscaler(device, request, count=count, png16=False, overwrite=False)
    assert upscaler.upscale(source, tmp_path / "b.png") == (48, 32)
    (plan,) = upscaler.plans
    upscaler.release()
    device.release()
    assert any(step.block is not None for step in plan.steps) == patient


def test_stopping_a_folder_keeps_what_is_done(tmp_path: Path) -> None:
    for number in range(400):
        picture(tmp_path / "in" / f"{number:03}.png", size=(160, 120))
    process = subprocess.Popen(
        [sys.executable, "-m", "anime4k", "upscale", "in", "-o", "out"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[2])},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        while process.poll() is None and not list((tmp_path / "out").glob("*.png")):
            time.sleep(0.01)
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=60)
    finally:
        process.kill()
    assert process.returncode == 130, errors
    done = sorted((tmp_path / "out").iterdir())
    assert 0 < len(done) < 400
    assert {shape(path)[0] for path in done} == {(320, 240)}
