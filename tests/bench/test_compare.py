"""Reports beside each other."""

from __future__ import annotations

import pytest

from anime4k.bench.compare import Change, against, compare, headroom_text
from anime4k.bench.statistics import Spread
from tests.bench.samples import TROUBLE, mode_report, report


@pytest.mark.parametrize(
    ("first", "other", "change"),
    [
        (Spread(10.0, 9.5, 10.5), Spread(10.9, 10.5, 11.0), Change.SAME),  # 0.9 of 1.0
        (Spread(10.0, 9.5, 10.5), Spread(11.1, 11.0, 11.2), Change.SLOWER),  # 1.1 of 1.0
        (Spread(10.0, 9.9, 10.1), Spread(8.0, 6.5, 9.0), Change.SAME),  # the second run varies by 2.5
        (Spread(10.0, 9.9, 10.1), Spread(8.0, 7.9, 8.1), Change.FASTER),
        (Spread(10.0, 10.0, 10.0), Spread(10.15, 10.15, 10.15), Change.SAME),  # less than 2 % is never a change
        (Spread(10.0, 10.0, 10.0), Spread(10.3, 10.3, 10.3), Change.SLOWER),
    ],
)
def test_a_change_is_more_than_both_runs_vary(first: Spread, other: Spread, change: Change) -> None:
    found = against(first, other)
    assert found.change is change
    assert found.ratio == pytest.approx(other.median / first.median)
    assert found.spread == max(first.width, other.width)


def test_a_run_does_not_differ_from_itself() -> None:
    once = report(mode_report("off"), mode_report("a-fast"))
    found = compare([("x", once), ("y", once)])
    assert [row.key.mode for row in found.rows] == ["off", "a-fast"]
    for row in found.rows:
        for entry in row.entries:
            assert {entry.p50.change, entry.p99.change, entry.cpu.change} == {Change.SAME}
            assert entry.p50.ratio == entry.p99.ratio == entry.cpu.ratio == 1.0
    assert not found.alone and not found.remarks


def test_chains_meet_by_name_and_sizes() -> None:
    one = report(mode_report("a-fast"), mode_report("off"))
    two = report(mode_report("a-fast"), mode_report("off", output=(1920, 1080)))
    found = compare([("x", one), ("y", two)])
    assert [row.key.mode for row in found.rows] == ["a-fast"]
    assert found.alone == ("off is only in x", "off is only in y")


def test_every_report_is_held_to_the_first() -> None:
    runs = [(name, report(mode_report(blocks=[[ms] * 3] * 2))) for name, ms in (("x", 10.0), ("y", 20.0), ("z", 5.0))]
    (row,) = compare(runs).rows
    assert [entry.p50.ratio for entry in row.entries] == [1.0, 2.0, 0.5]
    assert [entry.p50.change for entry in row.entries] == [Change.SAME, Change.SLOWER, Change.FASTER]


def test_what_makes_a_comparison_doubtful_is_said() -> None:
    hardware, software = report(mode_report(trouble=TROUBLE)), report(software=True, window=True, complete=False)
    remarks = compare([("x", hardware), ("y", software)]).remarks
    assert "y was drawn by llvmpipe, x by Some GPU" in remarks
    assert "only one of x and y was shown in a window" in remarks
    assert "y: software renderer" in remarks
    assert any(remark.startswith("y was broken off") for remark in remarks)
    assert f"x: a-fast: {TROUBLE.text}" in remarks


def test_headroom_in_words() -> None:
    first = compare([("x", report()), ("y", report())]).rows[0].entries[0]
    assert [headroom_text(room) for _, room in first.headroom] == ["28 %", "10 %", "1.8x too slow"]
