"""The comparison of speed with other programs: tables, promises, processes, and one run of everything."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "benchmarks"))

import peers  # noqa: E402
from engines import mpv  # noqa: E402
from judge.tables import cells  # noqa: E402
from speed import frames, programs  # noqa: E402
from speed.playing import LOOP, PLAIN, Playing, figures, table, verdicts  # noqa: E402
from speed.programs import LIBPLACEBO, MPV, OURS, Cost  # noqa: E402
from speed.ratios import Measure, Ratio, Target  # noqa: E402

from anime4k.errors import MediaError, UsageError  # noqa: E402

VARIANT = f"{OURS} --no-opt fusion"


def played() -> Playing:
    """Two rounds: the shader costs 100 and 100 in mpv, 50 and 70 in ours, 100 and 140 without a rewrite."""
    playing = Playing((MPV, OURS, VARIANT, LOOP), ("a.glsl",))
    for program, plain, whole in (
        (MPV, (20.0, 22.0), (120.0, 122.0)),
        (OURS, (30.0, 40.0), (80.0, 110.0)),
        (VARIANT, (30.0, 40.0), (130.0, 180.0)),
        (LOOP, (10.0, 10.0), (70.0, 70.0)),
    ):
        for cpu in plain:
            playing.add(program, PLAIN, Cost(cpu, 2 * cpu))
        for cpu in whole:
            playing.add(program, "a.glsl", Cost(cpu, 3 * cpu))
    return playing


def test_plain_playback_is_subtracted_in_each_round() -> None:
    playing = played()
    assert playing.rounds(MPV, "a.glsl", Measure.CPU) == (100.0, 100.0)
    assert playing.rounds(OURS, "a.glsl", Measure.CPU) == (50.0, 70.0)
    assert playing.rounds(OURS, PLAIN, Measure.CPU) == (30.0, 40.0)
    assert playing.rounds(OURS, "a.glsl", Measure.WALL) == (180.0, 250.0)


def test_ours_is_compared_with_every_program_that_plays() -> None:
    assert played().pairs == [(OURS, MPV), (OURS, VARIANT)]
    assert Playing((MPV, LIBPLACEBO, LOOP), ()).pairs == []


def test_the_table_has_medians_and_ratios() -> None:
    assert cells(table(played(), Measure.CPU)) == [
        ["", "mpv", "anime4k", VARIANT, "loop", "anime4k / mpv", "anime4k / --no-opt fusion"],
        [
            "plain playback, no shader", "21.0", "35.0", "35.0", "10.0",
            "1.67 (1.50 to 1.82)", "1.00 (1.00 to 1.00)",
        ],
        [
            "`a.glsl` on top of that", "100.0", "60.0", "120.0", "60.0",
            "0.60 (0.50 to 0.70)", "0.50 (0.50 to 0.50)",
        ],
    ]  # fmt: skip


def test_only_what_was_measured_is_judged_by_its_cpu_time() -> None:
    targets = (Target("a.glsl", MPV, 0.6), Target("a.glsl", LIBPLACEBO, 9.0), Target("b.glsl", MPV, 9.0))
    (verdict,) = verdicts(played(), targets)
    assert verdict.target is targets[0] and verdict.met
    assert verdict.ratio == Ratio(0.6, 0.5, 0.7)


def test_figures_for_a_file() -> None:
    playing = played()
    found = figures(playing, verdicts(playing, [Target("a.glsl", MPV, 0.5)]))
    assert json.loads(json.dumps(found)) == found
    whole = next(cost for cost in found["costs"] if (cost["program"], cost["shader"]) == (OURS, "a.glsl"))
    assert whole["cpu_ms"] == [80.0, 110.0] and whole["wall_ms"] == [240.0, 330.0]
    assert next(cost for cost in found["costs"] if cost["program"] == MPV)["shader"] is None
    cpu = next(one for one in found["ratios"] if one["to"] == MPV and one["measure"] == "cpu_ms")
    assert cpu == {
        "of": OURS, "to": MPV, "shader": "a.glsl", "measure": "cpu_ms", "ratio": 0.6, "least": 0.5, "most": 0.7
    }  # fmt: skip
    assert [(one["met"], one["ratio"], one["limit"]) for one in found["targets"]] == [(False, 0.6, 0.5)]


def test_the_command_line() -> None:
    chosen = peers.arguments([])
    assert list(chosen.shaders) == ["Anime4K_Upscale_CNN_x2_M.glsl", "Anime4K_Upscale_CNN_x2_VL.glsl"]
    assert peers.output(chosen) == (1280, 720)
    chosen = peers.arguments(["--our-args=--no-opt blocks", "--our-args", "--precision 32", "--source", "320x180", "x"])
    assert chosen.our_args == ["--no-opt blocks", "--precision 32"] and chosen.shaders == ["x"]
    assert peers.output(chosen) == (640, 360)


def test_the_clip_bounds_the_number_of_frames(capsys: pytest.CaptureFixture[str]) -> None:
    most = (programs.CLIP_FRAMES - programs.WARM_UP) // 3
    assert peers.arguments(["--frames", str(most)]).frames == most
    with pytest.raises(SystemExit) as left:
        peers.arguments(["--frames", str(most + 1)])
    assert left.value.code == 2
    assert f"{most} is the most" in capsys.readouterr().err


def test_shaders_are_files_or_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    theirs, own = tmp_path / "Theirs.glsl", tmp_path / "a4k-own.glsl"
    own.touch()
    monkeypatch.setattr(peers.wheels, "shaders", lambda: {theirs.name: theirs})
    monkeypatch.setattr(peers, "pack_files", lambda: (own,))
    assert peers.found("Theirs.glsl") == theirs
    assert peers.found("a4k-own") == peers.found("a4k-own.glsl") == own
    assert peers.found(str(own)) == own
    with pytest.raises(UsageError, match="no file nothing.glsl"):
        peers.found("nothing.glsl")


def test_the_cost_of_a_process_is_at_least_what_it_says_itself(tmp_path: Path) -> None:
    text = "import sys, time\nwhile time.process_time() < 0.2: pass\nprint(time.process_time(), file=sys.stderr)"
    cost, message = programs.run([sys.executable, "-c", text], dict(os.environ), tmp_path)
    assert cost.cpu >= float(message) >= 0.2
    assert cost.wall > 0.0


def test_a_process_that_fails_is_one_sentence(tmp_path: Path) -> None:
    fails = [sys.executable, "-c", "import sys; sys.exit('no such luck')"]
    with pytest.raises(MediaError, match=r"failed \(1\): no such luck"):
        programs.run(fails, dict(os.environ), tmp_path)
    with pytest.raises(MediaError, match="cannot be started"):
        programs.run([str(tmp_path / "nothing")], dict(os.environ), tmp_path)


def test_a_program_that_goes_on_without_the_shader_is_found_out(tmp_path: Path) -> None:
    text = "import sys; print('anime4k: warning: the picture goes on without this file', file=sys.stderr)"
    complains = programs.ours(tmp_path / "clip.mp4", (64, 36), ":0", tmp_path).complaints
    program = programs.Program(OURS, lambda *_: [sys.executable, "-c", text], dict(os.environ), tmp_path, complains)
    with pytest.raises(MediaError, match="anime4k does not run a.glsl: .* goes on without"):
        programs.prove(program, Path("a.glsl"))


def test_the_log_of_mpv_is_read() -> None:
    log = (
        "[   0.1][v][vo/gpu/opengl] GL_VERSION='4.5'\n"
        "[   0.2][e][vo/gpu] Unrecognized command 'PARAM strength'!\n"
        "[   0.3][e][vo/gpu/opengl] fragment shader compile log\n"
        "[   0.4][e][cplayer] something else\n"
    )
    assert mpv.problems(log) == ["fragment shader compile log"]


def test_two_frames_have_nothing_in_common() -> None:
    kind, pair = frames.two(322, 182)
    assert (kind.width, kind.height) == (322, 182)
    assert all([plane.shape for plane in planes] == [(182, 322), (91, 161), (91, 161)] for planes in pair)
    luma = [planes[0] for planes in pair]
    assert (luma[0][::-1, ::-1] == luma[1]).all()
    assert (luma[0] != luma[1]).mean() > 0.9


@pytest.mark.timeout(280)
def test_everything_plays(tmp_path: Path) -> None:
    missing = [program for program in ("mpv", "ffmpeg", "Xvfb") if shutil.which(program) is None]
    if missing and not os.environ.get("ANIME4K_REQUIRE_PEERS"):
        pytest.skip(f"needs {', '.join(missing)}")
    kept = tmp_path / "peers.json"
    name = "Anime4K_Upscale_CNN_x2_S.glsl"
    command = ["--rounds", "1", "--frames", "2", "--source", "64x36", "--json", str(kept), name]
    result = subprocess.run(
        [sys.executable, str(ROOT / "benchmarks" / "peers.py"), *command],
        capture_output=True, text=True, timeout=270, check=False,
    )  # fmt: skip
    assert result.returncode == 0, result.stderr
    data = json.loads(kept.read_text(encoding="utf-8"))
    assert (data["kind"], data["sizes"], data["targets"]) == ("anime4k-peers", "64x36 to 128x72", [])
    assert [(cost["program"], cost["shader"]) for cost in data["costs"]] == [
        (program, shader) for shader in (None, name) for program in (MPV, LIBPLACEBO, OURS, LOOP)
    ]
    assert all(len(cost["cpu_ms"]) == len(cost["wall_ms"]) == 1 for cost in data["costs"])
    assert result.stdout.count(f"`{name}` on top of that") == 3
