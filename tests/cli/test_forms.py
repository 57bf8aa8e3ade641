"""Forms of networks on the command line: measured, remembered, taken, forced, and told about."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from anime4k.cli.main import main
from anime4k.errors import GLError
from anime4k.gl.device import Device
from anime4k.media.images import write_image
from anime4k.modes.form_memory import FILE_NAME, FormMemory
from anime4k.pipeline.plan import Plan
from anime4k.pipeline.render import Renderer
from tests.clips import Encoding, cfr, write

SIZE = (96, 64)
NAME = "a4k-upscale-cnn-s"


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    path = tmp_path / "clip.mkv"
    write(path, cfr(3, Fraction(24)), Encoding(size=SIZE))
    return path


@pytest.fixture
def memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file in which measurements are remembered; there is none yet."""
    folder = tmp_path / "cache"
    monkeypatch.setenv("ANIME4K_CACHE_DIR", str(folder))
    return folder / FILE_NAME


@pytest.fixture
def measured(memory: Path, clip: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    """The same file after `bench --forms`."""
    assert main(["bench", str(clip), "--forms", "--shader", NAME, "--seconds", "0.2"]) == 0
    printed = capsys.readouterr().out
    row = next(line for line in printed.splitlines() if NAME in line)
    assert "96x64" in row and ("fragment" in row or "compute" in row)
    return memory


def say_compute_is_quicker(memory: Path) -> None:
    content = json.loads(memory.read_text())
    for row in content["measured"]:
        row["race"] |= {"gain": 0.5, "spread": 0.01}
    memory.write_text(json.dumps(content))


def planned(capsys: pytest.CaptureFixture[str], *argv: str | Path) -> tuple[set[str], dict[str, Any]]:
    """Names of the files that are drawn, and what is said about the form of the network."""
    capsys.readouterr()
    assert main(["plan", "--json", *map(str, argv)]) == 0
    plan = json.loads(capsys.readouterr().out)
    (choice,) = plan["forms"]
    assert choice["shader"] == NAME
    return {Path(row["file"]).stem for row in plan["passes"] if row["file"] is not None}, choice


def test_what_bench_has_measured_is_drawn_from_then_on(
    measured: Path, clip: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert not FormMemory(measured).empty
    drawn, choice = planned(capsys, clip, "--shader", NAME)
    assert drawn == {NAME if choice["form"] == "fragment" else f"{NAME}-compute"}
    assert "measured here, 96x64" in choice["reason"]
    say_compute_is_quicker(measured)
    drawn, choice = planned(capsys, clip, "--shader", NAME)
    assert drawn == {f"{NAME}-compute"} and choice["form"] == "compute" and "0.50 of the time" in choice["reason"]
    assert main(["plan", str(clip), "--shader", NAME]) == 0
    assert f"{NAME} as compute passes: measured here" in capsys.readouterr().out


def test_without_a_measurement_fragment_passes_are_drawn_and_the_way_to_one_is_named(
    memory: Path, clip: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    drawn, choice = planned(capsys, clip, "--shader", NAME)
    assert drawn == {NAME} and "anime4k bench --forms" in choice["reason"]
    memory.parent.mkdir()
    memory.write_bytes(b"\x00 broken")
    assert planned(capsys, clip, "--shader", NAME) == (drawn, choice)


def test_the_option_wins_over_what_was_measured(measured: Path, clip: Path, capsys: pytest.CaptureFixture[str]) -> None:
    say_compute_is_quicker(measured)
    for form, name in (("fragment", NAME), ("compute", f"{NAME}-compute")):
        drawn, choice = planned(capsys, clip, "--shader", NAME, "--form", form)
        assert drawn == {name} and choice["form"] == form and "--form" in choice["reason"]
    drawn, choice = planned(capsys, clip, "--shader", NAME, "--baseline")
    assert drawn == {NAME} and "no compute shaders" in choice["reason"]


def test_a_plan_needs_no_graphics_even_where_something_was_measured(
    measured: Path, clip: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(**_: object) -> Device:
        raise GLError("no graphics here")

    say_compute_is_quicker(measured)
    monkeypatch.setattr(Device, "standalone", refuse)
    assert planned(capsys, clip, "--shader", NAME)[0] == {NAME}


@pytest.mark.parametrize("target", ["out.png", "out.mkv"])
def test_upscaling_draws_the_remembered_form(
    measured: Path, clip: Path, tmp_path: Path, target: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    say_compute_is_quicker(measured)
    source = clip
    if target.endswith(".png"):
        source = tmp_path / "in.png"
        write_image(source, np.full((SIZE[1], SIZE[0], 3), 90, np.uint8))
    plans: list[Plan] = []
    configure = Renderer.configure
    monkeypatch.setattr(Renderer, "configure", lambda *given: plans.append(configure(*given)) or plans[-1])
    assert main(["upscale", str(source), "-o", str(tmp_path / target), "--shader", NAME]) == 0
    assert plans
    for plan in plans:
        files = {Path(step.origin.path).stem for step in plan.steps if step.origin is not None}
        assert files == {f"{NAME}-compute"}


def test_the_doctor_tells_what_is_remembered(measured: Path, clip: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def said() -> tuple[str, str]:
        capsys.readouterr()
        main(["doctor", "--json"])
        rows = json.loads(capsys.readouterr().out)["findings"]
        (row,) = [row for row in rows if row["name"] == "forms"]
        assert row["verdict"] == "ok"
        return row["fact"], row["fix"]

    say_compute_is_quicker(measured)
    assert said() == (f"faster at 96x64: compute: {NAME} (0.50)", "")
    measured.unlink()
    fact, fix = said()
    assert "was not measured" in fact and fix == "anime4k bench --forms"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--shader", "a4k-clamp"], "no file of these chains exists in two forms"),
        (["--form", "compute"], "leave --form out"),
        (["--json", "x.json"], "leave --json out"),
        (["--html", "x.html"], "leave --html out"),
        (["--window"], "leave --window out"),
        (["--modes", "nonsense"], "there is no mode"),
    ],
)
def test_what_does_not_go_with_it_is_refused(
    memory: Path, arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["bench", "--forms", *arguments]) == 2
    assert said in capsys.readouterr().err
    assert not memory.exists()
