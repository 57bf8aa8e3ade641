"""The command itself: real runs on small clips, and what it says when it cannot run."""

from __future__ import annotations

import json
import math
import os
import re
import signal
import subprocess
import sys
import xml.etree.ElementTree as ET
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import pytest

from anime4k.bench.files import as_json, read, schema
from anime4k.bench.report import Report
from anime4k.bench.schema import problem_with
from anime4k.bench.statistics import figures, late_frames
from tests import held_clips
from tests.clips import Encoding, cfr, write
from tests.conftest import ROOT, RunCli

SIZE = (96, 64)
MODES = ("off", "lite")


@dataclass(frozen=True)
class Run:
    """What a run has left."""

    report: Report
    content: dict[str, object]
    page: str
    printed: str


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Nine frames: shorter than the run, so that it is drawn over and over."""
    path = tmp_path_factory.mktemp("clip") / "clip.mkv"
    write(path, cfr(9, Fraction(24000, 1001)), Encoding(size=SIZE))
    return path


@pytest.fixture(scope="module")
def runs(clip: Path, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """One run through the whole program."""
    folder = tmp_path_factory.mktemp("run")
    arguments = ["bench", str(clip), "--modes", ",".join(MODES), "--seconds", "1"]
    arguments += ["--json", "run.json", "--html", "run.html", "-v"]
    variables = {name: value for name, value in os.environ.items() if name not in ("DISPLAY", "WAYLAND_DISPLAY")}
    result = subprocess.run(
        [sys.executable, "-m", "anime4k", *arguments], env=variables | {"PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"},
        cwd=folder, capture_output=True, text=True, timeout=240, stdin=subprocess.DEVNULL, check=False,
    )  # fmt: skip
    assert result.returncode == 0, result.stderr
    return Run(
        read(folder / "run.json"),
        json.loads((folder / "run.json").read_text(encoding="utf-8")),
        (folder / "run.html").read_text(encoding="utf-8"),
        result.stdout,
    )


def test_the_report_keeps_to_its_schema(runs: Run) -> None:
    assert problem_with(runs.content, schema()) == ""


def test_it_tells_what_was_drawn_and_where(runs: Run) -> None:
    report = runs.report
    (drawn,) = report.clips
    assert (drawn.name, drawn.size, drawn.codec, drawn.subtitles) == ("clip.mkv", SIZE, "h264", False)
    assert drawn.rate == pytest.approx(24000 / 1001, rel=0.05)
    assert [mode.mode for mode in report.modes] == list(MODES)
    assert {(mode.source, mode.output) for mode in report.modes} == {(SIZE, (192, 128))}
    assert report.complete and not report.window
    assert (report.device.mesa is not None) == ("Mesa" in report.device.version)
    assert report.machine.processors >= 1


def test_all_frames_are_counted_and_their_parts_are_the_whole(runs: Run) -> None:
    for mode in runs.report.modes:
        times = [ms for block in mode.blocks for ms in block]
        assert len(mode.blocks) == 8 and min(map(len, mode.blocks)) >= 3
        assert mode.frame.count == len(times) and all(stage.ms.count == len(times) for stage in mode.stages)
        assert math.fsum(stage.ms.mean for stage in mode.stages) == pytest.approx(mode.frame.mean, rel=1e-3)
        assert mode.frame.p50 == pytest.approx(figures(times).p50, abs=1e-3)
        assert mode.frame.max == pytest.approx(max(times), abs=1e-3)
        assert mode.p50.low <= mode.p50.median <= mode.p50.high <= mode.frame.max + 1e-3
        assert mode.cpu.low > 0.0


def test_verdicts_follow_from_the_frames(runs: Run) -> None:
    for mode in runs.report.modes:
        times = [ms for block in mode.blocks for ms in block]
        for verdict in mode.verdicts:
            period = 1000.0 / verdict.rate
            assert verdict.late == late_frames(times, period)
            assert verdict.headroom == pytest.approx(1.0 - mode.frame.p99 / period, abs=1e-3)
            assert verdict.text.startswith("96x64 to 192x128 at ")


def test_passes_are_those_of_the_plan(runs: Run, clip: Path, run_cli: RunCli) -> None:
    for mode in runs.report.modes:
        planned = run_cli("plan", clip, "--mode", mode.mode, "--json")
        plan = json.loads(planned.stdout)
        assert mode.pass_count == plan["draws"]
        assert len(mode.passes) == mode.pass_count and all(each.ms.p50 > 0.0 for each in mode.passes)
        assert mode.memory.planned == plan["cost"]["peak_bytes"]
        # What the driver was asked for is what the plan says, but for a few texels of constants.
        assert mode.memory.allocated == pytest.approx(mode.memory.planned, rel=0.05)


def test_it_begins_with_empty_and_with_full_caches(runs: Run) -> None:
    first, *others = runs.report.modes
    for begun in (first.cold, first.warm):
        assert begun is not None
        assert 0.0 < begun.compile.median < begun.first_picture.median < begun.launch.median
    for mode in others:  # a second is short
        left_out = f"{mode.mode}: there was no time left to measure how long it takes to begin"
        assert (mode.cold is None) == (mode.warm is None) == (left_out in runs.report.warnings)


def test_software_is_labelled_everywhere(runs: Run) -> None:
    if not runs.report.device.software:
        pytest.skip("a GPU draws here")
    assert "software: the processor draws" in runs.printed
    assert runs.content["device"]["software"] is True  # type: ignore[index]
    assert "software renderer" in runs.page
    assert all(mode.gpu is None for mode in runs.report.modes)


def test_what_is_printed_and_the_page_tell_the_same(runs: Run) -> None:
    page = " ".join(" ".join(ET.fromstring(runs.page).itertext()).split())
    for mode in runs.report.modes:
        for verdict in mode.verdicts:
            assert verdict.text in runs.printed
        for each in mode.passes:
            assert each.name in runs.printed
            assert each.name[:50] in page


def test_two_reports_are_compared(runs: Run, run_cli: RunCli, tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(as_json(runs.report))
    (tmp_path / "b.json").write_text(as_json(runs.report))
    result = run_cli("bench", "--compare", "a.json", "b.json")
    assert result.returncode == 0, result.stderr
    assert len(re.findall(r" 1\.00 same", result.stdout)) == 3 * len(MODES)
    assert "slower" not in result.stdout


def test_a_shader_file_is_measured_alone(run_cli: RunCli, clip: Path, tmp_path: Path) -> None:
    (tmp_path / "own.glsl").write_text(
        "//!HOOK MAIN\n//!BIND HOOKED\n//!DESC own pass\nvec4 hook() { return HOOKED_tex(HOOKED_pos); }\n"
    )
    result = run_cli("bench", clip, "--shader", "own.glsl", "--seconds", "0.3", "--no-start", "--json", "o.json",
                     "--size", "80x60")  # fmt: skip
    assert result.returncode == 0, result.stderr
    (mode,) = read(tmp_path / "o.json").modes
    assert (mode.mode, mode.shaders, mode.output) == ("custom", ("own",), (80, 60))
    assert mode.cold is None and any("own pass" in each.name for each in mode.passes)


def test_subtitles_are_drawn_where_the_video_has_them(run_cli: RunCli, tmp_path: Path) -> None:
    result = run_cli("bench", "--clips", "360", "--modes", "off", "--seconds", "0.5", "--no-start", "--size", "64x36",
                     "--json", "s.json")  # fmt: skip
    assert result.returncode == 0, result.stderr
    report = read(tmp_path / "s.json")
    assert report.clips[0].subtitles and report.clips[0].built_in and report.clips[0].size == (640, 360)
    assert {stage.name for stage in report.modes[0].stages} >= {"upload", "subtitles"}
    assert "with subtitles" in result.stdout


def test_frames_as_they_are_played_are_counted(run_cli: RunCli, tmp_path: Path) -> None:
    held_clips.write(tmp_path / "held.mkv")
    (tmp_path / "blur.glsl").write_text(held_clips.BLUR)
    arguments = ["bench", "held.mkv", "--shader", "blur.glsl", "--seconds", "15", "--no-start"]
    result = run_cli(*arguments, "--json", "a.json", "--html", "a.html", timeout=120)
    assert result.returncode == 0, result.stderr
    (mode,) = read(tmp_path / "a.json").modes
    assert mode.reuse is not None
    assert (mode.reuse.kept, mode.reuse.parts, mode.reuse.whole) == (6, 4, 2)
    assert 1 / held_clips.TILES < mode.reuse.part < 9 / held_clips.TILES
    assert mode.reuse.saved == pytest.approx((6 + 4 * (1 - mode.reuse.part)) / 12, abs=1e-5)
    assert mode.reuse.frame.count == 12
    row = next(line for line in result.stdout.split("as it is played")[1].splitlines() if "custom" in line)
    assert row.split()[-8:-5] == ["12", "50%", "33%"], row
    page = " ".join(" ".join(ET.fromstring((tmp_path / "a.html").read_text(encoding="utf-8")).itertext()).split())
    assert "of 12 frames from the beginning of the video 50% were kept as they were and 33% drawn in parts" in page


def test_nothing_is_said_of_reuse_where_it_is_off(run_cli: RunCli, clip: Path, tmp_path: Path) -> None:
    arguments = ["bench", clip, "--modes", "off", "--seconds", "0.3", "--no-start", "--no-opt", "reuse"]
    result = run_cli(*arguments, "--json", "a.json")
    assert result.returncode == 0, result.stderr
    assert read(tmp_path / "a.json").modes[0].reuse is None and "as it is played" not in result.stdout


def test_a_run_that_is_broken_off_tells_what_it_has(clip: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "anime4k", "bench", str(clip), "--modes", "off", "--seconds", "30", "--no-start"]
    process = subprocess.Popen(
        [*command, "--size", "1280x720", "--json", "b.json"], env={**os.environ, "PYTHONPATH": str(ROOT)}, cwd=tmp_path,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stderr is not None
    for line in process.stderr:
        if re.match("bench: [2-9] of", line):
            break  # the first block is done, and the run takes 20 s more
    process.send_signal(signal.SIGINT)
    printed, _ = process.communicate(timeout=100)
    assert process.returncode == 130
    report = read(tmp_path / "b.json")
    assert not report.complete and "broken off" in printed
    assert 1 <= len(report.modes[0].blocks) < 8


@pytest.mark.parametrize(
    ("arguments", "code", "reason"),
    [
        (["none.mkv"], 1, "none.mkv"),
        (["--modes", "a-fast,nonsense"], 2, "there is no mode 'nonsense'"),
        (["--modes", "a-fast", "--mode", "off"], 2, "--mode and --modes exclude each other"),
        (["--seconds", "0"], 2, "--seconds"),
        (["--clips", "361"], 2, "no clip with 361 lines"),
        (["--json", "no/such/folder.json"], 2, "there is no folder"),
        (["--compare", "broken.json"], 2, "two reports or more"),
        (["--compare", "broken.json", "broken.json"], 1, "broken.json is no JSON"),
        (["--compare", "none.json", "broken.json"], 1, "none.json cannot be read"),
        (["none.mkv", "--compare", "a.json", "b.json"], 2, "--compare measures nothing"),
        (["--shader", "none.glsl"], 2, "none.glsl"),
    ],
)
def test_what_cannot_be_done_is_one_sentence(
    run_cli: RunCli, tmp_path: Path, arguments: list[str], code: int, reason: str
) -> None:
    (tmp_path / "broken.json").write_text("{")
    result = run_cli("bench", *arguments, timeout=60)
    assert result.returncode == code
    assert reason in result.stderr
    assert "Traceback" not in result.stderr and not result.stdout
    assert len(result.stderr.strip().splitlines()) == 1 or code == 2


def test_a_picture_is_no_video(run_cli: RunCli, demo_clip: Path, tmp_path: Path) -> None:
    picture = demo_clip.parents[2] / "docs" / "demo.png"
    result = run_cli("bench", picture, timeout=60)
    assert result.returncode == 2 and "is a picture" in result.stderr
