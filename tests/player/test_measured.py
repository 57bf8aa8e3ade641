"""Figures that outlive the program: what comes back, what damage does, what a disk that refuses does."""

from __future__ import annotations

import json
import math
import os
from pathlib import Path

import pytest

from anime4k.modes.situation import Situation
from anime4k.modes.table import find_mode
from anime4k.modes.tiers import tiers
from anime4k.player.pace.measured import MOST, Measure, Measurements

KEY = Measure("llvmpipe (LLVM 15.0.6) | Mesa 22.3.6", (640, 360), (1280, 720), "c-fast")


def test_a_figure_comes_back_in_the_next_run(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "measured.json"
    Measurements(path).record(KEY, 12.3456)
    again = Measurements(path)
    assert again.cost_ms(KEY) == 12.346
    for other in (
        Measure("another driver", KEY.source, KEY.output, KEY.mode),
        Measure(KEY.renderer, (640, 480), KEY.output, KEY.mode),
        Measure(KEY.renderer, KEY.source, (1280, 960), KEY.mode),
        Measure(KEY.renderer, KEY.source, KEY.output, "c-hq"),
    ):
        assert again.cost_ms(other) is None
    assert os.listdir(path.parent) == ["measured.json"]  # nothing half written stays


def test_a_lower_figure_counts_at_once_and_a_higher_one_by_and_by() -> None:
    figures = Measurements()
    figures.record(KEY, 20.0)
    figures.record(KEY, 10.0)
    assert figures.cost_ms(KEY) == 10.0
    figures.record(KEY, 20.0)
    assert figures.cost_ms(KEY) == 12.5


@pytest.mark.parametrize("ms", [0.0, -1.0, math.nan, math.inf])
def test_a_figure_that_cannot_be_is_ignored(ms: float) -> None:
    figures = Measurements()
    figures.record(KEY, ms)
    assert figures.cost_ms(KEY) is None


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xfe\x00",
        b"{",
        b"[]",
        b"null",
        b'{"version": 99, "ms": {"x": 1}}',
        b'{"version": 1}',
        b'{"version": 1, "ms": [1, 2]}',
        b"[" * 100_000,
        b" " * 2_000_000,
    ],
    ids=range(10),
)
@pytest.mark.timeout(10)
def test_a_damaged_file_counts_as_empty_and_is_replaced(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "measured.json"
    path.write_bytes(content)
    figures = Measurements(path)
    assert figures.cost_ms(KEY) is None
    figures.record(KEY, 5.0)
    assert Measurements(path).cost_ms(KEY) == 5.0 and figures.problem == ""


def test_entries_that_are_no_figures_are_left_out(tmp_path: Path) -> None:
    path = tmp_path / "measured.json"
    values = {KEY.text: 7.5, "a": "fast", "b": None, "c": -3, "d": True, "e": math.nan, "f": math.inf}
    path.write_text(json.dumps({"version": 1, "ms": values}))
    figures = Measurements(path)
    figures.record(Measure("r", (1, 1), (2, 2), "off"), 1.0)
    assert json.loads(path.read_text())["ms"] == {KEY.text: 7.5, "1x1 2x2 off | r": 1.0}


def test_a_folder_that_refuses_is_told_of_and_nothing_is_lost_meanwhile(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    figures = Measurements(tmp_path / "file" / "measured.json")
    figures.record(KEY, 5.0)
    assert figures.cost_ms(KEY) == 5.0
    assert figures.problem.startswith("how long modes take cannot be remembered in ")


def test_the_oldest_figures_go_when_there_are_too_many(tmp_path: Path) -> None:
    figures = Measurements()
    sizes = [Measure("r", (n, n), (2 * n, 2 * n), "c-fast") for n in range(1, MOST + 11)]
    for number, measure in enumerate(sizes):
        figures.record(measure, 1.0 + number)
        figures.record(sizes[0], 1.0)  # renewed every time
    assert figures.cost_ms(sizes[0]) == 1.0
    assert [figures.cost_ms(measure) is None for measure in sizes[1:12]] == [True] * 10 + [False]


def test_tiers_are_looked_up_and_recorded_by_name() -> None:
    found = tiers(find_mode("a-hq"), Situation(source=(640, 360), output=(1280, 720)))
    figures = Measurements()
    figures.record_modes("r", (640, 360), (1280, 720), [(find_mode("a-hq"), 30.0), (find_mode("off"), 2.0)])
    assert figures.known("r", (640, 360), (1280, 720), found) == {"a-hq": 30.0, "off": 2.0}
    assert figures.known("r", (640, 360), (1280, 721), found) == {}
