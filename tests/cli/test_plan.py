"""`anime4k plan`: the facts of a frame, without OpenGL."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from anime4k.cli.main import main
from anime4k.errors import GLError
from anime4k.gl.device import Device
from anime4k.media.images import write_image
from tests import clips

DOUBLE = """
//!HOOK LUMA
//!BIND HOOKED
//!WIDTH HOOKED.w 2 *
//!HEIGHT HOOKED.h 2 *
//!WHEN OUTPUT.w LUMA.w 1.5 * >
//!DESC double luma
vec4 hook() { return HOOKED_tex(HOOKED_pos); }

//!HOOK MAIN
//!BIND HOOKED
//!BIND NEVER_SAVED
//!DESC reads nothing
vec4 hook() { return NEVER_SAVED_tex(NEVER_SAVED_pos); }
"""


@pytest.fixture(autouse=True)
def no_graphics(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine without any OpenGL."""

    def refuse(**_: object) -> Device:
        raise GLError("no graphics here")

    monkeypatch.setattr(Device, "standalone", refuse)


@pytest.fixture
def double(tmp_path: Path) -> str:
    path = tmp_path / "double.glsl"
    path.write_text(DOUBLE)
    return str(path)


def planned(capsys: pytest.CaptureFixture[str], *argv: str | Path) -> dict[str, Any]:
    assert main(["plan", "--json", *map(str, argv)]) == 0
    result: dict[str, Any] = json.loads(capsys.readouterr().out)
    assert result["schema"] == 1
    return result


def test_passes_that_run(demo_clip: Path, double: str, capsys: pytest.CaptureFixture[str]) -> None:
    plan = planned(capsys, demo_clip, "--shader", double)
    assert plan["output"] == {"width": 1280, "height": 720}
    assert plan["source"] | {"path": "", "notes": []} == {
        "path": "",
        "width": 640,
        "height": 360,
        "model": "yuv",
        "depth": 8,
        "range": "limited",
        "matrix": "BT.709",
        "primaries": "BT.709",
        "transfer": "BT.1886",
        "sample_aspect_ratio": [1, 1],
        "rotation": 0,
        "deinterlaced": False,
        "notes": [],
    }
    (step,) = [row for row in plan["passes"] if row["file"] is not None]
    assert step == {
        "desc": "double luma",
        "stage": "LUMA",
        "kind": "fragment",
        "width": 1280,
        "height": 720,
        "reads": 1280 * 720,
        "writes": 1280 * 720,
        "multiply_adds": 0,
        "file": double,
        "line": 2,
    }
    assert plan["cost"]["writes"] == sum(row["writes"] for row in plan["passes"])
    assert plan["cost"]["reads"] == sum(row["reads"] for row in plan["passes"])


def test_passes_that_do_not_run_say_why(demo_clip: Path, double: str, capsys: pytest.CaptureFixture[str]) -> None:
    plan = planned(capsys, demo_clip, "--shader", double, "-s", "1")
    skipped = {row["desc"]: row for row in plan["skipped"]}
    assert set(skipped) == {"double luma", "reads nothing"}
    assert "OUTPUT.w = 640" in skipped["double luma"]["reason"]
    assert "NEVER_SAVED" in skipped["reads nothing"]["reason"]
    assert (skipped["reads nothing"]["file"], skipped["reads nothing"]["line"]) == (double, 10)
    assert all(row["file"] is None for row in plan["passes"])


def test_the_default_mode_runs_only_when_enlarging(demo_clip: Path, capsys: pytest.CaptureFixture[str]) -> None:
    larger = planned(capsys, demo_clip, "--size", "641x361")
    assert larger["mode"] == "auto" and larger["auto"]["takes"] == "lite"
    assert [row["stage"] for row in larger["passes"]].count("OUTPUT") == 1
    same = planned(capsys, demo_clip, "--size", "640x360")
    assert same["auto"]["takes"] == "off" and same["shaders"] == [] and same["skipped"] == []
    assert "not larger than the source" in same["auto"]["reason"]


@pytest.mark.parametrize(
    ("arguments", "rule", "mode"),
    [
        ((), "SD", "b-fast"),
        (("--pace", "file"), "SD", "b-hq"),
        (("--pace", "play-software"), "slow renderer", "quick"),
        (("--live-action",), "live action", "off"),
        (("-s", "1.2"), "hardly larger", "lite"),
    ],
)
def test_what_auto_decides_and_explains(
    demo_clip: Path, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], rule: str, mode: str
) -> None:
    decided = planned(capsys, demo_clip, *arguments)["auto"]
    assert (decided["rule"], decided["takes"]) == (rule, mode)
    assert main(["plan", str(demo_clip), "--explain", *arguments]) == 0
    out = capsys.readouterr().out
    explanation = out.partition("\n\n")[0].splitlines()
    assert explanation[0].startswith("the mode auto, 640x360 (360 lines")
    assert [line.split("  ")[1].strip() for line in explanation if line.startswith("  > ")] == ["> " + rule]
    assert explanation[-1] == f"it takes {mode}: {decided['reason']}"
    assert f"mode    auto takes {mode} ({rule})" in out


def test_a_named_mode_explains_what_it_is_for(demo_clip: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["plan", str(demo_clip), "-m", "off", "--explain"]) == 0
    assert capsys.readouterr().out.startswith("the mode off was named: for live action")
    assert planned(capsys, demo_clip, "-m", "off")["auto"] is None


def test_compute_passes_need_more_than_the_baseline(
    tmp_path: Path, demo_clip: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "compute.glsl"
    path.write_text(
        "//!HOOK MAIN\n//!BIND HOOKED\n//!COMPUTE 8 8\n//!DESC copy\n"
        "void hook() { imageStore(out_image, ivec2(gl_GlobalInvocationID.xy), HOOKED_tex(HOOKED_pos)); }\n"
    )
    modern = planned(capsys, demo_clip, "--shader", path)
    assert [row["kind"] for row in modern["passes"] if row["desc"] == "copy"] == ["compute"]
    baseline = planned(capsys, demo_clip, "--shader", path, "--baseline")
    assert all(row["desc"] != "copy" for row in baseline["passes"])
    reasons = [row["reason"] for row in (*baseline["left_out"], *baseline["skipped"])]
    assert len(reasons) == 1 and "compute" in reasons[0].lower()


def test_pictures_are_rgb_unless_a_plane_is_hooked(
    tmp_path: Path, double: str, capsys: pytest.CaptureFixture[str]
) -> None:
    picture = tmp_path / "p.png"
    write_image(picture, np.zeros((30, 50, 3), np.uint8))
    assert planned(capsys, picture, "-m", "off")["source"]["model"] == "rgb"
    as_yuv = planned(capsys, picture, "--shader", double, "--source", "auto")
    assert "double luma" in [row["desc"] for row in as_yuv["passes"]]
    as_rgb = planned(capsys, picture, "--shader", double, "--source", "rgb")
    assert "double luma" in [row["desc"] for row in as_rgb["skipped"]]


def test_text_lists_what_runs_what_not_and_the_sum(
    demo_clip: Path, double: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["plan", str(demo_clip), "--shader", double]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith(f"source  {demo_clip}: 640x360, YUV 4:2:0, 8 bit, limited range, BT.709")
    assert lines[1] == "mode    custom: double"
    assert lines[2] == "output  1280x720 with lanczos"
    assert any("double luma  (double.glsl:2)" in line for line in lines)
    at = lines.index("skipped:")
    assert lines[at + 1] == "  MAIN: reads nothing (double.glsl:10)" and "NEVER_SAVED" in lines[at + 2]
    assert lines[-1].startswith("a frame: ")


@pytest.mark.parametrize("content", [None, b"", b"not a video" * 100])
def test_bad_inputs_fail_in_one_sentence(
    tmp_path: Path, content: bytes | None, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "in.mkv"
    if content is not None:
        path.write_bytes(content)
    assert main(["plan", str(path)]) == 1
    captured = capsys.readouterr()
    assert captured.out == "" and captured.err.count("\n") == 1 and str(path) in captured.err


def test_an_impossible_size_is_refused(demo_clip: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["plan", str(demo_clip), "--size", "32768x32768"]) == 1
    assert "32768x32768" in capsys.readouterr().err


@pytest.mark.parametrize("interlaced", ["", "tff"])
def test_fields_are_mentioned(tmp_path: Path, interlaced: str, capsys: pytest.CaptureFixture[str]) -> None:
    clip = clips.write(tmp_path / "a.mkv", clips.cfr(8), clips.Encoding(size=(96, 64), interlaced=interlaced))
    assert planned(capsys, clip.path)["source"]["deinterlaced"] is bool(interlaced)
    assert main(["plan", str(clip.path)]) == 0
    assert ("interlaced: made progressive first" in capsys.readouterr().out.splitlines()[0]) is bool(interlaced)
