"""`anime4k upscale` with videos: times, streams, colours and damage, from the command line to the file."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from anime4k.cli.main import main
from anime4k.errors import MediaError
from anime4k.media.decoder import DecoderThread, End
from anime4k.media.frame import Frame
from tests import clips, held_clips, rich_clips
from tests.clips import Encoding

pytestmark = pytest.mark.timeout(180)

RunCli = Callable[..., "subprocess.CompletedProcess[str]"]
ROOT = Path(__file__).resolve().parents[2]


def numbers(path: Path) -> list[int]:
    """The numbers of all frames, read from the picture itself."""
    with av.open(str(path)) as container:
        return [
            clips.number_of(frame.reformat(format="gray").to_ndarray())
            for frame in container.decode(video=0)
            if isinstance(frame, av.VideoFrame)
        ]


def upscaled(run_cli: RunCli, *args: str | Path) -> subprocess.CompletedProcess[str]:
    result = run_cli("upscale", *args)
    assert result.returncode == 0, result.stderr
    return result


SOURCES = {
    "constant rate": ("in.mp4", clips.cfr(30), Fraction(1, 90000)),
    "variable rate": ("in.mkv", clips.vfr(30), Fraction(1, 1000)),
    "late start": ("in.mp4", clips.cfr(30, 25, start=Fraction(3, 2)), Fraction(1, 90000)),
    "transport stream": ("in.ts", clips.cfr(30), Fraction(1, 90000)),
    "film rate": ("in.mp4", clips.cfr(30, Fraction(24000, 1001)), Fraction(1, 24000)),
    "film rate in milliseconds": (
        "in.mkv",
        [Fraction(round(n * 1001 / 24), 1000) for n in range(30)],
        Fraction(1, 1000),
    ),
    "frames missing": ("in.mkv", [t for n, t in enumerate(clips.cfr(45)) if n % 7 and n % 5], Fraction(1, 1000)),
}


@pytest.mark.parametrize("name", ["out.mkv", "out.mp4"])
@pytest.mark.parametrize("source", SOURCES)
def test_every_time_and_every_frame(run_cli: RunCli, tmp_path: Path, source: str, name: str) -> None:
    file, times, base = SOURCES[source]
    clips.write(tmp_path / file, times, Encoding(time_base=base))
    wanted = rich_clips.frame_times(tmp_path / file)
    assert len(wanted) == len(times)
    upscaled(run_cli, file, "-o", name, "-m", "off")
    found = rich_clips.frame_times(tmp_path / name)
    if name == "out.mkv":
        wanted = [Fraction(int(when * 1000 + Fraction(1, 2)), 1000) for when in wanted]
    assert found == wanted
    assert numbers(tmp_path / name) == list(range(len(times)))
    with av.open(str(tmp_path / name)) as container:
        assert (container.streams.video[0].width, container.streams.video[0].height) == (128, 96)


@pytest.mark.parametrize("name", ["out.mkv", "out.mp4"])
def test_times_before_zero_are_moved_and_said(run_cli: RunCli, tmp_path: Path, name: str) -> None:
    encoding = Encoding(
        codec="ffv1", time_base=Fraction(1, 1000), sound=True, mux_options={"avoid_negative_ts": "disabled"}
    )
    clips.write(tmp_path / "in.mkv", clips.cfr(30, start=Fraction(-1, 50)), encoding)
    before = rich_clips.frame_times(tmp_path / "in.mkv")
    assert before[0] < 0
    result = upscaled(run_cli, "in.mkv", "-o", name, "-m", "off")
    assert "before zero" in result.stderr
    assert rich_clips.frame_times(tmp_path / name) == [when - before[0] for when in before]
    sound = [rich_clips.read(tmp_path / file)[1] for file in ("in.mkv", name)]
    moved = [when - before[0] for when in sound[0].times if when >= before[0]]
    assert len(sound[1].times) == len(moved)
    assert all(abs(a - b) <= Fraction(1, 1000) for a, b in zip(sound[1].times, moved, strict=True))


def test_streams_chapters_and_fonts_come_along(run_cli: RunCli, tmp_path: Path) -> None:
    rich_clips.write_rich(tmp_path / "in.mkv", clips.vfr(24))
    result = upscaled(run_cli, "in.mkv", "-o", "out.mkv")
    assert "warning" not in result.stderr
    before, after = rich_clips.read(tmp_path / "in.mkv"), rich_clips.read(tmp_path / "out.mkv")
    assert after[1:] == before[1:]
    assert rich_clips.chapters(tmp_path / "out.mkv") == rich_clips.chapters(tmp_path / "in.mkv")
    assert re.fullmatch(
        r"out\.mkv: 24 frames, 128x96, libx264 yuv420p, 1\.6\d\d s of video in [\d.]+ s \([\d.e+]+ frames/s\)\n",
        result.stdout,
    )


def test_streams_can_be_left_out(run_cli: RunCli, tmp_path: Path) -> None:
    rich_clips.write_rich(tmp_path / "in.mkv", clips.vfr(24))
    upscaled(run_cli, "in.mkv", "-o", "out.webm", "--no-copy-streams")
    assert [stream.kind for stream in rich_clips.read(tmp_path / "out.webm")] == ["video"]


def test_sound_that_does_not_fit(run_cli: RunCli, tmp_path: Path) -> None:
    rich_clips.write_rich(tmp_path / "in.mkv", clips.vfr(24))
    result = run_cli("upscale", "in.mkv", "-o", "out.webm")
    assert result.returncode == 2
    assert re.search(r"WebM files cannot hold the sound of in.mkv .*--no-copy-streams", result.stderr)
    assert [path.name for path in tmp_path.iterdir()] == ["in.mkv"]


@pytest.mark.parametrize(
    ("options", "first", "count"),
    [
        (("--frames", "7"), 0, 7),
        (("--start", "0.4"), 10, 30),
        (("--start", "0.41", "--frames", "3"), 10, 3),
        (("--end", "0.4"), 0, 10),
        (("--start", "0:00.2", "--end", "0:00:00.4"), 5, 5),
    ],
)
def test_a_part_of_the_video(
    run_cli: RunCli, tmp_path: Path, options: tuple[str, ...], first: int, count: int
) -> None:
    clips.write(tmp_path / "in.mp4", clips.cfr(40, start=2), Encoding(sound=True))
    result = upscaled(run_cli, "in.mp4", "-o", "out.mp4", "-m", "off", *options)
    assert numbers(tmp_path / "out.mp4") == list(range(first, first + count))
    begin = Fraction(0) if "--start" in options else Fraction(2)
    assert rich_clips.frame_times(tmp_path / "out.mp4") == clips.cfr(count, start=begin)
    sound = rich_clips.read(tmp_path / "out.mp4")[1]
    end = begin + Fraction(count, 25)
    assert all(when < end for when in sound.times)
    # At most one packet (1024 samples, and the rounding of the source) is missing at either end.
    packet = Fraction(1024, 48000) + Fraction(1, 1000)
    assert abs(sound.times[0] - begin) <= packet
    assert end - sound.times[-1] <= 2 * packet
    assert f"out.mp4: {count} frames" in result.stdout


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--start", "5"), "--start 5 is beyond the end of in.mp4"),
        (("--start", "1", "--end", "0.5"), "--end 0.5 is not after --start 1"),
        (("--start", "noon"), "--start 'noon' is not a time"),
        (("--size", "101x75"), "use 102x76"),
        (("-c", "vhs"), "no encoder called 'vhs'"),
        (("-e", "tune=cartoon"), "does not accept tune=cartoon"),
    ],
)
def test_wrong_options(run_cli: RunCli, tmp_path: Path, options: tuple[str, ...], message: str) -> None:
    clips.write(tmp_path / "in.mp4", clips.cfr(10))
    result = run_cli("upscale", "in.mp4", "-o", "out.mp4", "-m", "off", *options)
    assert result.returncode == 2 and message in result.stderr
    assert len(result.stderr.splitlines()) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["in.mp4"]


# -- the picture ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("pix_fmt", ["yuv420p", "yuv420p10le"])
@pytest.mark.parametrize(("matrix", "full"), [(1, False), (1, True), (5, False)])
def test_codes_and_tags_are_those_of_the_source(
    run_cli: RunCli, tmp_path: Path, pix_fmt: str, matrix: int, full: bool
) -> None:
    """At its own size and without shaders a picture comes back, in its own matrix, range and depth."""
    deep = pix_fmt.endswith("10le")
    most = 1023 if deep else 255
    rng = np.random.default_rng(3)
    shapes = ((48, 64), (24, 32), (24, 32))
    smooth = [np.kron(rng.uniform(0.2, 0.8, (h // 8, w // 8)), np.ones((8, 8))) for h, w in shapes]
    frame = av.VideoFrame(64, 48, pix_fmt)
    dtype: Any = np.uint16 if deep else np.uint8
    for plane, values in zip(frame.planes, smooth, strict=True):
        memory: Any = plane
        view: Any = np.ndarray(values.shape, dtype, buffer=memory, strides=(plane.line_size, dtype().itemsize))
        view[...] = np.round(values * most)
    tags = {"colorspace": matrix, "color_range": 2 if full else 1, "color_primaries": 1, "color_trc": 1}
    clips.write(
        tmp_path / "in.mkv",
        clips.cfr(3),
        Encoding(codec="ffv1", pix_fmt=pix_fmt, tags=tags, time_base=Fraction(1, 1000)),
        draw=lambda _: frame,
    )
    upscaled(run_cli, "in.mkv", "-o", "out.mkv", "-m", "off", "-s", "1", "-c", "ffv1")
    with av.open(str(tmp_path / "out.mkv")) as container:
        result = next(container.decode(container.streams.video[0]))
    assert result.format.name == pix_fmt
    assert (result.colorspace, result.color_range, result.color_primaries, result.color_trc) == (
        matrix,
        2 if full else 1,
        1,
        1,
    )
    # Chroma is scaled up and down again, so only luma and the flat middles of chroma blocks are comparable.
    luma = np.frombuffer(result.planes[0], dtype).reshape(48, -1)[:, :64].astype(int)
    wanted = np.round(smooth[0] * most)
    middle = np.abs(luma - wanted)[16:32, 16:48]
    assert np.median(middle) <= 1
    assert middle.max() <= (12 if deep else 3) + 0.02 * most


def test_ten_bits_stay_by_default(run_cli: RunCli, tmp_path: Path) -> None:
    encoding = Encoding(codec="ffv1", pix_fmt="yuv420p10le", time_base=Fraction(1, 1000))
    clips.write(tmp_path / "in.mkv", clips.cfr(5), encoding)
    result = upscaled(run_cli, "in.mkv", "-o", "out.mkv", "-m", "off")
    assert "libx265 yuv420p10le" in result.stdout


def test_pixels_become_square_and_upright(run_cli: RunCli, tmp_path: Path) -> None:
    clips.write(tmp_path / "in.mp4", clips.cfr(5), Encoding(size=(64, 48), sar=Fraction(3, 2), rotation=90))
    upscaled(run_cli, "in.mp4", "-o", "out.mp4", "-m", "off")
    with av.open(str(tmp_path / "out.mp4")) as container:
        stream = container.streams.video[0]
        frame = next(container.decode(stream))
        assert (frame.width, frame.height, frame.rotation) == (96, 192, 0)
        assert stream.sample_aspect_ratio == 1


def test_hdr_becomes_sdr_and_is_said(run_cli: RunCli, tmp_path: Path) -> None:
    tags = {"colorspace": 9, "color_range": 1, "color_primaries": 9, "color_trc": 16}
    encoding = Encoding(codec="ffv1", pix_fmt="yuv420p10le", tags=tags, time_base=Fraction(1, 1000))
    clips.write(tmp_path / "in.mkv", clips.cfr(3), encoding)
    result = upscaled(run_cli, "in.mkv", "-o", "out.mkv", "-m", "off", "-c", "ffv1")
    assert result.stderr.count("tone-mapped to SDR BT.709") == 1
    with av.open(str(tmp_path / "out.mkv")) as container:
        frame = next(container.decode(video=0))
    assert isinstance(frame, av.VideoFrame)
    assert (frame.colorspace, frame.color_range, frame.color_primaries, frame.color_trc) == (1, 1, 1, 1)


# -- bad input and bad luck ----------------------------------------------------------------------------------


def test_a_damaged_file_is_upscaled_as_far_as_it_goes(run_cli: RunCli, tmp_path: Path) -> None:
    clips.write(tmp_path / "whole.mkv", clips.cfr(120), Encoding(time_base=Fraction(1, 1000)))
    data = bytearray((tmp_path / "whole.mkv").read_bytes())
    (tmp_path / "in.mkv").write_bytes(data[: len(data) * 2 // 3])
    result = upscaled(run_cli, "in.mkv", "-o", "out.mkv", "-m", "off")
    found = numbers(tmp_path / "out.mkv")
    assert 20 < len(found) < 120
    assert rich_clips.frame_times(tmp_path / "out.mkv") == rich_clips.frame_times(tmp_path / "in.mkv")
    assert "cut short" in result.stderr or "damaged" in result.stdout


def test_what_was_done_before_a_failure_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    clips.write(tmp_path / "in.mp4", clips.cfr(40), Encoding(sound=True))
    take, taken = DecoderThread.get, 0

    def failing(self: DecoderThread, timeout: float = 0.0) -> Frame | End | None:
        nonlocal taken
        item = take(self, timeout)
        taken += isinstance(item, Frame)
        if taken > 12:
            raise MediaError("in.mp4: the disk was pulled out")
        return item

    monkeypatch.setattr(DecoderThread, "get", failing)
    monkeypatch.chdir(tmp_path)
    assert main(["upscale", "in.mp4", "-o", "out.mp4", "-m", "off"]) == 1
    said = capsys.readouterr()
    assert said.out.startswith("out.mp4: 12 frames")
    assert "the disk was pulled out; out.mp4 holds what was upscaled before that" in said.err
    assert numbers(tmp_path / "out.mp4") == list(range(12))
    assert all(when < Fraction(12, 25) for when in rich_clips.read(tmp_path / "out.mp4")[1].times)


def test_a_pipe_can_be_upscaled_without_its_sound(run_cli: RunCli, tmp_path: Path) -> None:
    clips.write(tmp_path / "in.mkv", clips.cfr(20), Encoding(time_base=Fraction(1, 1000)))
    os.mkfifo(tmp_path / "pipe.mkv")
    with subprocess.Popen(["sh", "-c", "cat in.mkv > pipe.mkv"], cwd=tmp_path) as writer:
        try:
            refused = run_cli("upscale", "pipe.mkv", "-o", "out.mkv", "-m", "off", timeout=60)
            assert refused.returncode == 2 and "add --no-copy-streams" in refused.stderr
            upscaled(run_cli, "pipe.mkv", "-o", "out.mkv", "-m", "off", "--no-copy-streams")
        finally:
            writer.kill()
    assert numbers(tmp_path / "out.mkv") == list(range(20))


@pytest.mark.parametrize("content", [b"", b"no video at all\n" * 100, bytes(5000)])
def test_no_video(run_cli: RunCli, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "in.mkv").write_bytes(content)
    result = run_cli("upscale", "in.mkv", "-o", "out.mkv", timeout=30)
    assert result.returncode == 1
    assert result.stderr.startswith("anime4k: in.mkv") and len(result.stderr.splitlines()) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["in.mkv"]


def test_an_existing_video_is_left_alone(run_cli: RunCli, tmp_path: Path) -> None:
    clips.write(tmp_path / "in.mp4", clips.cfr(5))
    (tmp_path / "out.mp4").write_bytes(b"precious")
    result = run_cli("upscale", "in.mp4", "-o", "out.mp4", "-m", "off")
    assert result.returncode == 2 and "exists already" in result.stderr
    assert (tmp_path / "out.mp4").read_bytes() == b"precious"


def start(folder: Path, *args: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "anime4k", "upscale", *args],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def wait_until(condition: Callable[[], object], process: subprocess.Popen[str], limit_s: float = 60) -> None:
    deadline = time.monotonic() + limit_s
    while not condition():
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < deadline
        time.sleep(0.01)


@pytest.fixture(scope="module")
def long_clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("long") / "long.mkv"
    clips.write(path, clips.cfr(4000), Encoding(time_base=Fraction(1, 1000), sound=True, size=(160, 96)))
    return path


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("name", ["out.mkv", "out.mp4"])
def test_stopping_leaves_a_verified_part(tmp_path: Path, long_clip: Path, name: str, number: int) -> None:
    process = start(tmp_path, str(long_clip), "-o", name, "-m", "off", "--crf", "0", "--preset", "ultrafast")
    try:
        # Something has reached the disk: the encoder is well under way.
        wait_until(lambda: any(path.stat().st_size > 20_000 for path in tmp_path.glob(".out.part-*")), process)
        assert not (tmp_path / name).exists()
        process.send_signal(number)
        output, errors = process.communicate(timeout=60)
    finally:
        process.kill()
    assert process.returncode == 130, errors
    assert [path.name for path in tmp_path.iterdir()] == [name]
    times = rich_clips.frame_times(tmp_path / name)
    count = len(times)
    assert 0 < count < 4000 and f"{name}: {count} frames" in output
    assert f"{name} is complete up to the last frame above but is only a part" in errors
    assert times == clips.cfr(count)
    assert numbers(tmp_path / name)[-1] == count - 1
    sound = rich_clips.read(tmp_path / name)[1]
    assert 0 <= times[-1] + Fraction(1, 25) - sound.times[-1] < Fraction(1, 10)


def test_stopping_twice_leaves_nothing(tmp_path: Path, long_clip: Path) -> None:
    # A slow encoder with a deep queue: finishing takes long enough for the second signal.
    options = ("-c", "libx265", "--preset", "placebo", "--size", "1280x768")
    process = start(tmp_path, str(long_clip), "-o", "out.mkv", "-m", "off", *options)
    try:
        wait_until(lambda: list(tmp_path.glob(".out.part-*")), process)
        assert process.stderr is not None
        process.send_signal(signal.SIGINT)
        while "being finished" not in (line := process.stderr.readline()):
            assert line or process.poll() is None
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)
    finally:
        process.kill()
    assert process.returncode == 130
    assert not (tmp_path / "out.mkv").exists()


def test_a_full_disk_leaves_nothing(tmp_path: Path, long_clip: Path) -> None:
    code = (
        "import resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (60000, 60000));"
        "from anime4k.cli.main import main; sys.exit(main(sys.argv[1:]))"
    )
    result = subprocess.run(
        [sys.executable, "-c", code, "upscale", str(long_clip), "-o", "out.mkv", "-m", "off", "--crf", "0"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT), "MESA_SHADER_CACHE_DISABLE": "true"},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert result.returncode == 1
    assert "out.mkv cannot be written" in result.stderr.splitlines()[-1]
    assert "Traceback" not in result.stderr
    assert list(tmp_path.iterdir()) == []


def test_what_was_not_drawn_is_told(run_cli: RunCli, tmp_path: Path) -> None:
    held_clips.write(tmp_path / "in.mkv")
    (tmp_path / "blur.glsl").write_text(held_clips.BLUR)
    said = upscaled(run_cli, "in.mkv", "-o", "out.mkv", "--shader", "blur.glsl").stdout
    found = re.search(
        r"^  2 frames were drawn whole, 4 in parts \((\d+)% of the picture\), 6 kept from before:"
        r" (\d+)% of the shading saved$",
        said,
        re.MULTILINE,
    )
    assert found, said
    part, saved = (int(number) / 100 for number in found.groups())
    # A tile in the middle, and of those around it no more than all.
    assert 1 / held_clips.TILES - 0.01 < part < 9 / held_clips.TILES + 0.01
    assert saved == pytest.approx((6 + 4 * (1 - part)) / 12, abs=0.01)
    without = upscaled(run_cli, "in.mkv", "-o", "b.mkv", "--shader", "blur.glsl", "--no-opt", "reuse")
    assert "saved" not in without.stdout
