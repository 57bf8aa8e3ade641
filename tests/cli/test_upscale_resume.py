"""`anime4k upscale --resume`: interrupted in every way, gone on with, and compared with a run in one go."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import pytest

from tests import clips, rich_clips
from tests.clips import Encoding

pytestmark = pytest.mark.timeout(240)

ROOT = Path(__file__).resolve().parents[2]
SEGMENT_S = 1.0
CODE = (
    "import resource, sys; from anime4k.cli import upscale_resume; from anime4k.cli.main import main;"
    f"upscale_resume.SEGMENT_S = {SEGMENT_S};"
    "limit = int(sys.argv[1]); limit and resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit));"
    "sys.exit(main(['upscale', '--scaler', 'bilinear', '--light', 'display', *sys.argv[2:]]))"
)
"""The command with short segments, and with a largest file size in bytes (0 = none) to stand for a full disk."""

Process = subprocess.Popen[str]


def start(folder: Path, *args: str, limit: int = 0) -> Process:
    return subprocess.Popen(
        [sys.executable, "-c", CODE, str(limit), *args],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), "MESA_SHADER_CACHE_DISABLE": "true"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def run(folder: Path, *args: str, limit: int = 0) -> subprocess.CompletedProcess[str]:
    process = start(folder, *args, limit=limit)
    try:
        output, errors = process.communicate(timeout=120)
    finally:
        process.kill()
    assert "Traceback" not in errors
    return subprocess.CompletedProcess(args, process.returncode, output, errors)


def journal(folder: Path, name: str) -> dict[str, Any]:
    """The journal of an output, {} while there is none."""
    try:
        loaded: dict[str, Any] = json.loads((folder / f".{name}.parts" / "journal.json").read_text())
    except FileNotFoundError:
        return {}
    return loaded


def finished(folder: Path, name: str) -> int:
    """How many segments the journal names."""
    return len(journal(folder, name).get("segments", ()))


def interrupt(process: Process, folder: Path, name: str, segments: int, number: signal.Signals) -> str:
    """Send a signal once so many segments are finished; stderr."""
    try:
        deadline = time.monotonic() + 100
        while finished(folder, name) < segments:
            assert process.poll() is None, process.communicate()
            assert time.monotonic() < deadline
            time.sleep(0.005)
        process.send_signal(number)
        errors = process.communicate(timeout=100)[1]
    finally:
        process.kill()
    assert not (folder / name).exists()
    assert process.returncode == (-signal.SIGKILL if number is signal.SIGKILL else 130), errors
    return errors


def interrupted(folder: Path, *args: str, segments: int = 2, number: signal.Signals = signal.SIGKILL) -> str:
    """Run `upscale` and interrupt it."""
    return interrupt(start(folder, *args), folder, args[args.index("-o") + 1], segments, number)


def pictures(path: Path) -> list[str]:
    """A hash of every decoded picture."""
    with av.open(str(path)) as container:
        return [
            hashlib.sha1(frame.to_ndarray().tobytes()).hexdigest()
            for frame in container.decode(video=0)
            if isinstance(frame, av.VideoFrame)
        ]


def numbers(path: Path) -> list[int]:
    """The numbers of all frames, read from the picture itself."""
    with av.open(str(path)) as container:
        return [
            clips.number_of(frame.reformat(format="gray").to_ndarray())
            for frame in container.decode(video=0)
            if isinstance(frame, av.VideoFrame)
        ]


def lengths(path: Path) -> tuple[float, list[float | None]]:
    """Duration of the file and of its streams in seconds."""
    with av.open(str(path)) as container:
        assert container.duration is not None
        streams = [s.duration and float(s.duration * (s.time_base or 0)) for s in container.streams]
        return container.duration / av.time_base, streams


FRAMES = 300
SOURCES: dict[str, tuple[str, Sequence[Fraction], Encoding]] = {
    "constant": ("in.mkv", clips.cfr(FRAMES), Encoding(time_base=Fraction(1, 1000), sound=True)),
    "variable": ("in.mkv", clips.vfr(FRAMES, start=Fraction(13, 10)), Encoding(time_base=Fraction(1, 1000))),
    "film": ("in.mp4", clips.cfr(FRAMES, Fraction(24000, 1001)), Encoding(time_base=Fraction(1, 24000), sound=True)),
    "transport stream": ("in.ts", clips.cfr(FRAMES), Encoding()),
    "interlaced": ("in.mkv", clips.cfr(FRAMES), Encoding(time_base=Fraction(1, 1000), interlaced="tff")),
}


def make(folder: Path, source: str) -> str:
    name, times, encoding = SOURCES[source]
    clips.write(folder / name, times, encoding)
    return name


@pytest.mark.parametrize(
    ("source", "name", "codec"),
    [
        ("constant", "out.mkv", "ffv1"),
        ("constant", "out.mp4", "libx264"),
        ("variable", "out.mkv", "libx264"),
        ("variable", "out.mp4", "libx264"),
        ("variable", "out.mp4", "libx265"),
        ("film", "out.mkv", "libvpx-vp9"),
        ("film", "out.mp4", "libx264"),
        ("film", "out.mov", "prores_ks"),
        ("transport stream", "out.mkv", "ffv1"),
        ("interlaced", "out.mkv", "ffv1"),
    ],
)
def test_killed_twice_and_finished(tmp_path: Path, source: str, name: str, codec: str) -> None:
    file = make(tmp_path, source)
    speed = {"libx264": ["--preset", "ultrafast", "-e", "bf=3"], "libx265": ["--preset", "ultrafast", "-e", "bf=3"]}
    args = [file, "-m", "off", "-c", codec, *speed.get(codec, [])]
    whole = run(tmp_path, *args, "-o", f"whole{Path(name).suffix}")
    assert whole.returncode == 0, whole.stderr
    before = tmp_path / f"whole{Path(name).suffix}"
    interrupted(tmp_path, *args, "-o", name, "--resume", segments=2)
    interrupted(tmp_path, *args, "-o", name, "--resume", segments=5)
    done = journal(tmp_path, name)["segments"]
    result = run(tmp_path, *args, "-o", name, "--resume")
    assert result.returncode == 0, result.stderr
    assert f"{sum(len(s['pts']) for s in done)} frames are done already" in result.stderr
    assert result.stdout.startswith(f"{name}: {len(rich_clips.frame_times(before))} frames")
    after = tmp_path / name
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([file, before.name, name])
    assert rich_clips.frame_times(after) == rich_clips.frame_times(before)
    assert numbers(after) == numbers(before)
    assert rich_clips.read(after)[1:] == rich_clips.read(before)[1:]
    assert lengths(after) == lengths(before)
    if codec == "ffv1":
        assert pictures(after) == pictures(before)
        assert rich_clips.read(after)[0].times == rich_clips.read(before)[0].times


def test_everything_else_of_the_file_comes_along(tmp_path: Path) -> None:
    times = clips.vfr(90)
    rich_clips.write_rich(tmp_path / "in.mkv", times)
    args = ["in.mkv", "-m", "off", "-c", "ffv1"]
    assert run(tmp_path, *args, "-o", "whole.mkv").returncode == 0
    interrupted(tmp_path, *args, "-o", "out.mkv", "--resume", segments=1)
    result = run(tmp_path, *args, "-o", "out.mkv", "--resume")
    assert result.returncode == 0, result.stderr
    before, after = rich_clips.read(tmp_path / "whole.mkv"), rich_clips.read(tmp_path / "out.mkv")
    assert [stream.kind for stream in after] == ["video", "audio", "audio", "subtitle", "subtitle", "attachment"]
    assert after[1:] == before[1:]
    assert rich_clips.chapters(tmp_path / "out.mkv") == rich_clips.chapters(tmp_path / "in.mkv")
    assert rich_clips.frame_times(tmp_path / "out.mkv") == times


GRAIN = "//!HOOK LUMA\n//!BIND HOOKED\n//!DESC grain\nvec4 hook() { return HOOKED_tex(HOOKED_pos) + vec4({}); }\n"


def test_shaders_with_random_numbers_go_on_as_if_nothing_had_happened(tmp_path: Path) -> None:
    make(tmp_path, "constant")
    amount = "0.2 * random + 0.1 * fract(float(frame) * 0.37)"
    (tmp_path / "grain.glsl").write_text(GRAIN.replace("{}", amount, 1).replace("vec4({})", f"vec4({amount})"))
    args = ["in.mkv", "--shader", "grain.glsl", "-c", "ffv1"]
    assert run(tmp_path, *args, "-o", "whole.mkv").returncode == 0
    interrupted(tmp_path, *args, "-o", "out.mkv", "--resume")
    assert run(tmp_path, *args, "-o", "out.mkv", "--resume").returncode == 0
    found = pictures(tmp_path / "out.mkv")
    assert found == pictures(tmp_path / "whole.mkv")
    assert len(set(found)) == FRAMES


@pytest.mark.parametrize("options", [("--start", "2.5", "--frames", "120"), ("--end", "7.3"), ("--start", "1.1")])
def test_a_part_of_the_video(tmp_path: Path, options: tuple[str, ...]) -> None:
    make(tmp_path, "constant")
    args = ["in.mkv", "-m", "off", "-c", "ffv1", *options]
    assert run(tmp_path, *args, "-o", "whole.mkv").returncode == 0
    interrupted(tmp_path, *args, "-o", "out.mkv", "--resume")
    assert run(tmp_path, *args, "-o", "out.mkv", "--resume").returncode == 0
    before, after = rich_clips.read(tmp_path / "whole.mkv"), rich_clips.read(tmp_path / "out.mkv")
    assert after[0].times == before[0].times
    assert after[1:] == before[1:]
    assert pictures(tmp_path / "out.mkv") == pictures(tmp_path / "whole.mkv")


def test_a_clock_that_starts_anew_half_way(tmp_path: Path) -> None:
    """Seeking would find other times than reading on, so the frames done are read once more."""
    for name, first in (("a.ts", 0), ("b.ts", 150)):
        clips.write(
            tmp_path / name,
            clips.cfr(150),
            draw=lambda number, first=first: clips.av_frame(clips.picture(number + first, (64, 48))),  # type: ignore[misc]
        )
    (tmp_path / "in.ts").write_bytes((tmp_path / "a.ts").read_bytes() + (tmp_path / "b.ts").read_bytes())
    args = ["in.ts", "-m", "off", "-c", "ffv1"]
    assert run(tmp_path, *args, "-o", "whole.mkv").returncode == 0
    interrupted(tmp_path, *args, "-o", "out.mkv", "--resume", segments=8)
    result = run(tmp_path, *args, "-o", "out.mkv", "--resume")
    assert result.returncode == 0 and "frames are done already" in result.stderr
    assert numbers(tmp_path / "out.mkv") == list(range(FRAMES))
    assert rich_clips.frame_times(tmp_path / "out.mkv") == rich_clips.frame_times(tmp_path / "whole.mkv")
    assert pictures(tmp_path / "out.mkv") == pictures(tmp_path / "whole.mkv")


def test_several_videos(tmp_path: Path) -> None:
    for name in ("a.mkv", "b.mkv"):
        clips.write(tmp_path / name, clips.cfr(FRAMES), Encoding(time_base=Fraction(1, 1000)))
    args = ("a.mkv", "b.mkv", "-m", "off", "-c", "ffv1", "-o", "big", "--resume")
    process = start(tmp_path, *args)
    interrupt(process, tmp_path / "big", "b.mkv", 2, signal.SIGKILL)
    first = (tmp_path / "big" / "a.mkv").read_bytes()
    result = run(tmp_path, *args)
    assert result.returncode == 0, result.stderr
    assert "big/a.mkv exists already and is left alone" in result.stderr
    assert (tmp_path / "big" / "a.mkv").read_bytes() == first
    assert numbers(tmp_path / "big" / "b.mkv") == list(range(FRAMES))
    assert sorted(path.name for path in (tmp_path / "big").iterdir()) == ["a.mkv", "b.mkv"]


def test_stopping_keeps_everything_that_was_drawn(tmp_path: Path) -> None:
    make(tmp_path, "constant")
    args = ["in.mkv", "-m", "off", "-c", "ffv1", "-o", "out.mkv", "--resume"]
    errors = interrupted(tmp_path, *args, number=signal.SIGINT)
    kept = sum(len(segment["pts"]) for segment in journal(tmp_path, "out.mkv")["segments"])
    assert f"the first {kept} frames" in errors and "run the same command again" in errors
    result = run(tmp_path, *args)
    assert result.returncode == 0
    assert f"out.mkv: {kept} frames are done already" in result.stderr
    assert numbers(tmp_path / "out.mkv") == list(range(FRAMES))


# -- what stops it from going on -----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a video, a shader, and three finished segments of `ARGS`."""
    folder = tmp_path_factory.mktemp("begun")
    make(folder, "constant")
    (folder / "grain.glsl").write_text(GRAIN.replace("vec4({})", "vec4(0.01)"))
    interrupted(folder, *ARGS, segments=3)
    return folder


ARGS = ("in.mkv", "--shader", "grain.glsl", "-c", "ffv1", "-o", "out.mkv", "--resume")


@pytest.fixture
def work(begun: Path, tmp_path: Path) -> Path:
    """The same folder, for this test alone, at the same place: the place of the input counts."""
    shutil.copytree(begun, tmp_path / "copy")
    found = journal(tmp_path / "copy", "out.mkv")
    found["fingerprint"]["the input"] = str(tmp_path / "copy" / "in.mkv")
    (tmp_path / "copy" / ".out.mkv.parts" / "journal.json").write_text(json.dumps(found))
    return tmp_path / "copy"


def state(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file() and path.name != "lock"}


def checked_run(work: Path, *args: str) -> subprocess.CompletedProcess[str]:
    """A run that is refused and changes nothing."""
    before = state(work)
    result = run(work, *args)
    assert len(result.stderr.splitlines()) == 1
    assert state(work) == before
    return result


@pytest.mark.parametrize(
    ("options", "change"),
    [
        (("-s", "3"), "the size of the picture changed from 128x96 to 192x144"),
        (("-e", "slices=4"), "the encoder options changed from level=3 to level=3 slices=4"),
        (("--pix-fmt", "yuv444p"), "the encoder changed from ffv1 yuv420p to ffv1 yuv444p"),
        (("--frames", "200"), "--frames changed from not given to 200"),
        (("--no-copy-streams",), "--no-copy-streams changed from off to on"),
        (("--strength", "0.5"), "the picture settings changed"),
        (("--shader", "a4k-lite"), "the list of shaders changed from grain.glsl to grain.glsl a4k-lite.glsl"),
    ],
)
def test_a_changed_command_is_refused(work: Path, options: tuple[str, ...], change: str) -> None:
    result = checked_run(work, *ARGS, *options)
    assert result.returncode == 2
    assert f"out.mkv was begun differently: {change}" in result.stderr
    assert "remove the folder .out.mkv.parts to start anew" in result.stderr
    assert not (work / "out.mkv").exists()


def test_a_changed_shader_is_refused(work: Path) -> None:
    (work / "grain.glsl").write_text(GRAIN.replace("vec4({})", "vec4(0.02)"))
    result = checked_run(work, *ARGS)
    assert result.returncode == 2
    assert "begun differently: the text of the shaders changed;" in result.stderr


def test_a_changed_input_is_refused(work: Path) -> None:
    with open(work / "in.mkv", "r+b") as file:
        file.seek(-1, os.SEEK_END)
        file.write(b"x")
    result = checked_run(work, *ARGS)
    assert result.returncode == 2
    assert "the date of the input changed" in result.stderr and "the content of the input changed" in result.stderr


@pytest.mark.parametrize("content", [b"", b"\0" * 200, b'{"version":1,"segments":[{}]}'])
def test_a_damaged_journal_is_refused(work: Path, content: bytes) -> None:
    (work / ".out.mkv.parts" / "journal.json").write_bytes(content)
    result = checked_run(work, *ARGS)
    assert result.returncode == 1
    assert "journal.json is damaged" in result.stderr and "remove the folder .out.mkv.parts" in result.stderr


def test_starting_anew(work: Path) -> None:
    shutil.rmtree(work / ".out.mkv.parts")
    result = run(work, *ARGS, "--frames", "30")
    assert result.returncode == 0 and "done already" not in result.stderr
    assert numbers(work / "out.mkv") == list(range(30))


def test_two_at_once_are_refused(work: Path) -> None:
    process = start(work, *ARGS)
    try:
        deadline = time.monotonic() + 60
        while finished(work, "out.mkv") < 4:
            assert process.poll() is None and time.monotonic() < deadline
            time.sleep(0.005)
        process.send_signal(signal.SIGSTOP)
        second = run(work, *ARGS)
        assert second.returncode == 2 and "another process is working on out.mkv" in second.stderr
        process.send_signal(signal.SIGCONT)
        assert process.wait(100) == 0
    finally:
        process.kill()
        process.communicate()
    assert numbers(work / "out.mkv") == list(range(FRAMES))


# -- damage ----------------------------------------------------------------------------------------------------


def flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 0xFF
    path.write_bytes(data)


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-100])


@pytest.mark.parametrize(
    ("damage", "number", "left"), [(flip, 3, 2), (cut, 3, 2), (Path.unlink, 3, 2), (flip, 2, 1), (flip, 1, 0)]
)
def test_damaged_segments_are_made_again(
    work: Path, begun: Path, damage: Callable[[Path], object], number: int, left: int
) -> None:
    segments = journal(work, "out.mkv")["segments"]
    assert len(segments) == 3
    damage(work / ".out.mkv.parts" / segments[number - 1]["name"])
    result = run(work, *ARGS)
    assert result.returncode == 0
    assert f"{3 - left} finished parts of out.mkv were damaged" in result.stderr
    kept = sum(len(segment["pts"]) for segment in segments[:left])
    assert (f"{kept} frames are done already" in result.stderr) == bool(kept)
    assert rich_clips.frame_times(work / "out.mkv") == clips.cfr(FRAMES)
    assert numbers(work / "out.mkv") == list(range(FRAMES))
    assert not (work / ".out.mkv.parts").exists()


def test_leftovers_of_a_killed_run_are_removed(work: Path) -> None:
    (work / ".out.mkv.parts" / "00004.nut").write_bytes(b"half a segment")
    (work / ".out.mkv.parts" / "journal.json.new").write_bytes(b"{")
    assert run(work, *ARGS).returncode == 0
    assert numbers(work / "out.mkv") == list(range(FRAMES))
    assert sorted(path.name for path in work.iterdir()) == ["grain.glsl", "in.mkv", "out.mkv"]


def test_a_disk_that_is_full_while_drawing(tmp_path: Path) -> None:
    make(tmp_path, "constant")
    args = ("in.mkv", "-m", "off", "-c", "ffv1", "-o", "out.mkv", "--resume")
    interrupted(tmp_path, *args, segments=3)
    kept = journal(tmp_path, "out.mkv")["segments"]
    smallest = min(segment["size"] for segment in kept)
    result = run(tmp_path, *args, limit=smallest // 2)
    assert result.returncode == 1
    assert "out.mkv cannot be written" in result.stderr.splitlines()[-1]
    assert "are kept, run the same command again to go on" in result.stderr
    assert journal(tmp_path, "out.mkv")["segments"][:3] == kept
    assert run(tmp_path, *args).returncode == 0
    assert rich_clips.frame_times(tmp_path / "out.mkv") == clips.cfr(FRAMES)


def test_a_disk_that_is_full_while_joining(tmp_path: Path) -> None:
    make(tmp_path, "constant")
    args = ("in.mkv", "-m", "off", "-c", "ffv1", "-o", "out.mkv", "--resume")
    interrupted(tmp_path, *args, segments=3)
    largest = max(segment["size"] for segment in journal(tmp_path, "out.mkv")["segments"])
    result = run(tmp_path, *args, limit=2 * largest)
    assert result.returncode == 1
    assert "out.mkv cannot be written" in result.stderr.splitlines()[-1]
    assert f"the first {FRAMES} frames" in result.stderr.splitlines()[-1]
    found = journal(tmp_path, "out.mkv")
    assert found["whole"] is True and sum(len(segment["pts"]) for segment in found["segments"]) == FRAMES
    result = run(tmp_path, *args)
    assert result.returncode == 0 and "joining out.mkv" in result.stderr
    assert numbers(tmp_path / "out.mkv") == list(range(FRAMES))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in.mkv", "out.mkv"]


# -- refused from the start ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (("in.ppm", "-o", "out.png"), "--resume works for videos only"),
        (("in.mkv", "-o", "out.webm"), "WebM files cannot hold the sound"),
        (("in.mkv", "-o", "there.mkv"), "there.mkv exists already"),
    ],
)
def test_what_cannot_work_is_refused_before_any_work(tmp_path: Path, args: tuple[str, ...], message: str) -> None:
    clips.write(tmp_path / "in.mkv", clips.cfr(30), Encoding(time_base=Fraction(1, 1000), sound=True))
    (tmp_path / "in.ppm").write_bytes(b"P6 1 1 255 abc")
    (tmp_path / "there.mkv").write_bytes(b"precious")
    result = run(tmp_path, *args, "-m", "off", "--resume")
    assert result.returncode == 2 and message in result.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in.mkv", "in.ppm", "there.mkv"]


def test_unfinished_work_is_mentioned(work: Path) -> None:
    args = [arg for arg in ARGS if arg != "--resume"]
    before = state(work / ".out.mkv.parts")
    result = run(work, *args, "--frames", "10")
    assert result.returncode == 0
    assert ".out.mkv.parts holds unfinished work; --resume would go on with it" in result.stderr
    assert state(work / ".out.mkv.parts") == before


@pytest.mark.skipif(shutil.which("mpv") is None, reason="mpv is not installed")
@pytest.mark.parametrize(("name", "codec"), [("out.mkv", "libx264"), ("out.mp4", "libx264"), ("out.mp4", "libx265")])
def test_mpv_plays_it_without_a_word(tmp_path: Path, name: str, codec: str) -> None:
    make(tmp_path, "constant")
    args = ("in.mkv", "-m", "off", "-c", codec, "--preset", "ultrafast", "-e", "bf=3", "-o", name, "--resume")
    interrupted(tmp_path, *args)
    assert run(tmp_path, *args).returncode == 0
    free = ("--vo=null", "--ao=null", "--ao-null-untimed", "--untimed")
    played = subprocess.run(
        ["mpv", "--no-config", *free, "--msg-level=all=warn", name],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=100,
    )
    assert (played.returncode, played.stdout.strip(), played.stderr.strip()) == (0, "", "")
