"""The comparison of our networks with the official ones: which files meet, ratios, promises, and one run."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "benchmarks"))

import passes  # noqa: E402
from judge.tables import cells  # noqa: E402
from scores.classes import Flavour, Size  # noqa: E402
from speed.contest import Contest, figures, pass_table, table, verdicts  # noqa: E402
from speed.drawing import Pass  # noqa: E402
from speed.entries import Entry, Form, entries, varied  # noqa: E402
from speed.ratios import Measure, Ratio, Target  # noqa: E402

OFFICIAL = Entry("Anime4K_Upscale_CNN_x2_L", Size.L, Form.OFFICIAL, Path("Anime4K_Upscale_CNN_x2_L.glsl"))
FRAGMENT = Entry("a4k-upscale-cnn-l", Size.L, Form.FRAGMENT, Path("a4k-upscale-cnn-l.glsl"))
COMPUTE = Entry("a4k-upscale-cnn-l-compute", Size.L, Form.COMPUTE, Path("a4k-upscale-cnn-l-compute.glsl"))


def contest() -> Contest:
    """Two rounds: 40 and 40 in the official file, 26 and 24 in the fragment form, 20 and 20 in the compute form."""
    names = (OFFICIAL.name, FRAGMENT.name, COMPUTE.name)
    rounds = dict(zip(names, ([50.0, 51.0], [36.0, 35.0], [30.0, 31.0]), strict=True))
    draws = dict(zip(names, (12, 9, 7), strict=True))
    return Contest((OFFICIAL, FRAGMENT, COMPUTE), [10.0, 11.0], rounds, draws)


def test_files_of_a_class_meet() -> None:
    pack = [Path(f"{name}.glsl") for name in ("a4k-upscale-cnn-l", "a4k-upscale-cnn-l-compute", "a4k-restore-cnn-l")]
    wheel = {f"{name}.glsl": Path(name) for name in ("Anime4K_Upscale_CNN_x2_L", "Anime4K_Upscale_CNN_x2_UL")}
    found = entries(Flavour.UPSCALE, [Size.S, Size.L, Size.UL], list(Form), pack, wheel)
    assert {size: [(file.name, file.form) for file in files] for size, files in found.items()} == {
        Size.L: [(entry.name, entry.form) for entry in (OFFICIAL, FRAGMENT, COMPUTE)],
        Size.UL: [("Anime4K_Upscale_CNN_x2_UL", Form.OFFICIAL)],
    }
    found = entries(Flavour.RESTORE, [Size.L], list(Form), pack, wheel)
    assert [file.name for file in found[Size.L]] == ["a4k-restore-cnn-l"]
    found = entries(Flavour.UPSCALE, [Size.L, Size.UL], [Form.COMPUTE], pack, wheel)
    assert {size: [file.form for file in files] for size, files in found.items()} == {Size.L: [Form.COMPUTE]}


def test_files_once_more_without_a_rewrite() -> None:
    files = varied([OFFICIAL, FRAGMENT], frozenset({"fusion"}), ["blocks"])
    assert [(file.name.removeprefix(OFFICIAL.name), sorted(file.without)) for file in files] == [
        ("", ["fusion"]),
        ("a4k-upscale-cnn-l", ["fusion"]),
        (" without blocks", ["blocks", "fusion"]),
        ("a4k-upscale-cnn-l without blocks", ["blocks", "fusion"]),
    ]


def test_ratios_are_to_the_official_file_without_the_built_in_stages() -> None:
    found = contest()
    assert found.extras(OFFICIAL.name) == (40.0, 40.0)
    assert found.ratio(OFFICIAL) is None
    assert found.ratio(FRAGMENT) == Ratio(0.625, 0.6, 0.65)
    assert Contest((FRAGMENT,), [1.0], {FRAGMENT.name: [2.0]}).ratio(FRAGMENT) is None


def test_the_table_has_a_row_for_each_file() -> None:
    assert cells(table([contest()], Measure.CPU, "2x2 to 4x4"))[1:] == [
        ["`Anime4K_Upscale_CNN_x2_L`", "40.00", "40.00 to 40.00", "12", ""],
        ["`a4k-upscale-cnn-l`", "25.00", "24.00 to 26.00", "9", "0.62 (0.60 to 0.65)"],
        ["`a4k-upscale-cnn-l-compute`", "20.00", "20.00 to 20.00", "7", "0.50 (0.50 to 0.50)"],
    ]


def test_passes_have_shares() -> None:
    found = contest()
    found.passes[FRAGMENT.name] = (Pass("one", "fragment", "2x2 x 1", 3.0), Pass("two", "compute", "2x2 x 2", 1.0))
    assert cells(pass_table(found, FRAGMENT, Measure.GPU))[1:] == [
        ["  1 one", "fragment", "2x2 x 1", "3.000", "75.0%"],
        ["  2 two", "compute", "2x2 x 2", "1.000", "25.0%"],
    ]


@pytest.mark.parametrize("hardware", [False, True])
def test_promises_of_the_compute_form_hold_on_hardware_only(hardware: bool) -> None:
    targets = (
        Target(FRAGMENT.name, OFFICIAL.name, 0.6),
        Target(COMPUTE.name, OFFICIAL.name, 0.6, hardware=True),
        Target("a4k-upscale-cnn-vl", "Anime4K_Upscale_CNN_x2_VL", 9.0),
    )
    found = verdicts([contest()], targets, hardware=hardware)
    assert [(verdict.target.what, verdict.met) for verdict in found] == [
        (FRAGMENT.name, False),
        *([(COMPUTE.name, True)] if hardware else []),
    ]


def test_promises_are_about_files_of_one_class() -> None:
    for target in passes.TARGETS:
        size = next(size for size in Size if target.against == f"Anime4K_Upscale_CNN_x2_{size.name}")
        own = f"a4k-upscale-cnn-{size.name.lower()}"
        assert target.what == (f"{own}-compute" if target.hardware else own)


def test_figures_for_a_file() -> None:
    found = contest()
    found.passes[COMPUTE.name] = (Pass("one", "compute", "2x2 x 1", 3.0),)
    data = json.loads(json.dumps(figures([found], [], Measure.GPU)))
    (group,) = data["classes"]
    assert (data["measure"], group["class"], group["plain"]) == ("gpu_ms", "L", [10.0, 11.0])
    official, fragment, compute = group["files"]
    assert "ratio" not in official and official["cost"] == [50.0, 51.0]
    assert (fragment["ratio"], fragment["least"], fragment["most"], fragment["draws"]) == (0.625, 0.6, 0.65, 9)
    assert compute["passes"] == [{"desc": "one", "kind": "compute", "size": "2x2 x 1", "ms": 3.0}]


def test_everything_draws(tmp_path: Path) -> None:
    kept = tmp_path / "passes.json"
    command = ["--size", "32x18", "--classes", "S", "--rounds", "2", "--frames", "1", "--per-pass", "--json", str(kept)]
    result = subprocess.run(
        [sys.executable, str(ROOT / "benchmarks" / "passes.py"), *command, "--compare-no-opt", "exact-fetch"],
        capture_output=True, text=True, timeout=270, check=False,
    )  # fmt: skip
    assert result.returncode == 0, result.stderr
    data = json.loads(kept.read_text(encoding="utf-8"))
    assert (data["kind"], data["sizes"], data["rounds"]) == ("anime4k-passes", "32x18 to 64x36", 2)
    (group,) = data["classes"]
    names = ["Anime4K_Upscale_CNN_x2_S", "a4k-upscale-cnn-s", "a4k-upscale-cnn-s-compute"]
    assert [file["name"] for file in group["files"]] == names + [f"{name} without exact-fetch" for name in names]
    for file in group["files"]:
        assert len(file["cost"]) == 2
        assert len(file["passes"]) == file["draws"]
        assert all(one["ms"] >= 0.0 for one in file["passes"])
