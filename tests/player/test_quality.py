"""The governor between the selection and the disk: which mode draws, what is remembered, who is governed at all."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from anime4k.hooks.decl import ShaderFile
from anime4k.modes.load import Loaded
from anime4k.modes.situation import Situation
from anime4k.modes.table import Mode
from anime4k.player.pace.governor import Change, Decision, Sample
from anime4k.player.pace.measured import Measure, Measurements
from anime4k.player.pace.quality import Governing, QualityControl
from anime4k.player.picture.selection import Selection

DOUBLED = Situation(source=(1280, 720), output=(2560, 1440))
LARGER = replace(DOUBLED, output=(3840, 2160))
GPU = "some GPU, driver 1"


def load(mode: Mode) -> Loaded:
    """One file for every mode, called like it."""
    return Loaded((ShaderFile(f"{mode.name}.glsl", ()),) if mode.shaders else ())


def selection(control: QualityControl, mode: str = "auto", **more: object) -> Selection:
    return Selection(mode, load=load, control=control, **more)  # type: ignore[arg-type]


def drawn(chosen: Selection, situation: Situation = DOUBLED) -> str:
    files = chosen.active(situation).shaders
    return files[0].path.removesuffix(".glsl") if files else "off"


def feed(control: QualityControl, mode: str, cost_s: float, seconds: float = 2.0, begin: float = 0.0) -> list[Decision]:
    steps = (
        control.step(begin + number / 24, Sample(mode=mode, budget_s=1 / 24, cost_s=cost_s))
        for number in range(int(24 * seconds))
    )
    return [decision for decision in steps if decision is not None]


def test_what_auto_takes_is_exchanged_and_said() -> None:
    control = QualityControl()
    chosen = selection(control)
    assert drawn(chosen) == "b-fast"
    (decision,) = feed(control, "b-fast", 0.06)
    assert decision.change is Change.DOWN and drawn(chosen) == "c-fast"
    active = chosen.active(DOUBLED)
    assert (active.name, active.takes, active.full_name) == ("auto", "c-fast", "auto (c-fast)")
    assert active.reason.startswith("720p: ") and active.reason.endswith("; c-fast in place of b-fast")
    assert active.explanation.splitlines()[-1] == "the governor takes c-fast in place of b-fast"


def test_a_named_mode_stays_and_one_note_says_that_it_is_too_slow() -> None:
    control = QualityControl()
    chosen = selection(control, "a-hq")
    chosen.active(DOUBLED)
    (decision,) = feed(control, "a-hq", 0.06, seconds=10)
    assert (decision.change, decision.mode) == (Change.NOTHING, None)
    assert decision.note.startswith("the mode a-hq is too slow here (frames take 60.0 ms")
    assert drawn(chosen) == "a-hq" and control.cheaper == "a-fast"


def test_a_named_mode_is_exchanged_when_the_user_says_so() -> None:
    control = QualityControl(governing=Governing.YES)
    chosen = selection(control, "a-hq")
    assert chosen.active(DOUBLED).full_name == "a-hq" and control.cheaper == "a-fast"
    feed(control, "a-hq", 0.06)
    assert chosen.active(DOUBLED).full_name == "a-hq (a-fast)" and control.cheaper == "c-fast"


@pytest.mark.parametrize("mode", ["auto", "a-hq"])
def test_nothing_happens_when_the_user_wants_nothing(mode: str) -> None:
    control = QualityControl(governing=Governing.NO)
    chosen = selection(control, mode)
    before = drawn(chosen)
    assert feed(control, before, 0.5, seconds=10) == [] and drawn(chosen) == before


def test_named_files_are_watched_but_never_exchanged() -> None:
    control = QualityControl(governing=Governing.YES)
    files = (ShaderFile("mine.glsl", ()),)
    chosen = selection(control, files=files)
    assert chosen.active(DOUBLED).shaders == files
    (decision,) = feed(control, "custom", 0.06, seconds=10)
    assert decision.mode is None and decision.note.startswith("custom: mine is too slow here")
    assert chosen.active(DOUBLED).shaders == files


def test_without_shaders_there_is_nothing_to_govern() -> None:
    control = QualityControl()
    chosen = selection(control)
    chosen.toggle()
    chosen.active(DOUBLED)
    assert feed(control, "auto", 0.5, seconds=5) == [] and control.cheaper == ""


def test_what_was_measured_decides_about_the_next_start(tmp_path: Path) -> None:
    path = tmp_path / "measured.json"
    control = QualityControl(Measurements(path), renderer=GPU)
    assert drawn(selection(control)) == "b-fast"
    feed(control, "b-fast", 0.06)
    assert Measurements(path).cost_ms(Measure(GPU, (1280, 720), (2560, 1440), "b-fast")) == pytest.approx(60.0)
    assert drawn(selection(QualityControl(Measurements(path), renderer=GPU))) == "c-fast"
    assert drawn(selection(QualityControl(Measurements(path), renderer="another"))) == "b-fast"
    assert drawn(selection(QualityControl(Measurements(path), renderer=GPU)), LARGER) == "b-fast"


def test_a_renderer_known_to_be_fast_begins_with_the_better_form() -> None:
    figures = Measurements()
    figures.record(Measure(GPU, (1280, 720), (2560, 1440), "b-hq"), 9.0)
    assert drawn(selection(QualityControl(figures, renderer=GPU))) == "b-hq"
    hurried = QualityControl(figures, renderer=GPU)
    hurried.speed = 4.0  # 10.4 ms a frame
    assert drawn(selection(hurried)) == "b-fast"


def test_another_size_begins_where_the_last_one_came_down_to() -> None:
    control = QualityControl()
    chosen = selection(control)
    assert drawn(chosen) == "b-fast"
    feed(control, "b-fast", 0.06)
    assert drawn(chosen, LARGER) == "c-fast"
    assert drawn(chosen, DOUBLED) == "c-fast"


def test_another_mode_begins_at_its_best() -> None:
    control = QualityControl(governing=Governing.YES)
    chosen = selection(control, "b-fast")
    chosen.active(DOUBLED)
    feed(control, "b-fast", 0.06)
    assert drawn(chosen) == "c-fast"
    chosen.select("a")
    assert drawn(chosen) == "a-fast"


def test_a_mode_of_the_governor_that_fails_is_not_tried_again() -> None:
    control = QualityControl(governing=Governing.YES)
    chosen = selection(control, "a-hq")
    chosen.active(DOUBLED)
    chosen.keep()
    feed(control, "a-hq", 0.06)
    assert drawn(chosen) == "a-fast"
    chosen.undo()
    assert drawn(chosen) == "c-fast"
