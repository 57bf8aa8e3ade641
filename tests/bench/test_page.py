"""The page with plots."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

import pytest

from anime4k.bench.page import page
from anime4k.bench.plots import WIDTH, Bar, Line, bars, frames, nice_step
from anime4k.bench.report import Named
from anime4k.bench.statistics import figures
from tests.bench.samples import TROUBLE, mode_report, report

HTML = "{http://www.w3.org/1999/xhtml}"


def tree(text: str) -> ET.Element:
    return ET.fromstring(text)


def words(element: ET.Element) -> str:
    return " ".join(" ".join(element.itertext()).split())


def rects(svg: str, kind: str) -> list[ET.Element]:
    return [rect for rect in tree(svg).iter("rect") if rect.get("class") == kind]


def number(element: ET.Element, name: str) -> float:
    return float(element.attrib[name])


def test_the_page_is_well_formed_and_says_what_was_found() -> None:
    text = page(report(mode_report("a-fast"), mode_report("off", trouble=TROUBLE)))
    root = tree(text)
    said = words(root)
    for expected in ("a-fast, 1080p to 4K", "off, 1080p to 4K", "Some GPU", "28 % headroom", "1.8 times too slow",
                     "--mode quick", "first <pass>", "<odd & name>", TROUBLE.text, "124.5 MB"):  # fmt: skip
        assert expected in said, expected
    # Verdicts, and for both modes stages.
    assert len(list(root.iter(f"{HTML}table"))) == 3
    # Parts, beginnings, and for both modes frames and passes.
    assert len(list(root.iter(f"{HTML}svg"))) == 6


def test_the_page_needs_nothing_else() -> None:
    text = page(report())
    assert "<script" not in text and "@import" not in text and "url(" not in text
    assert not re.findall(r'(?:src|href)="', text)
    assert "prefers-color-scheme: dark" in text


def test_software_is_labelled() -> None:
    root = tree(page(report(software=True)))
    heading = next(root.iter(f"{HTML}h1"))
    assert "software renderer" in words(heading)
    assert "the processor draws" in words(root)
    assert "software" not in words(next(tree(page(report())).iter(f"{HTML}h1")))


def test_a_run_without_modes_is_a_page_as_well() -> None:
    assert "broken off" in words(tree(page(report(complete=False, modes=()))))


def test_many_passes_are_folded_away() -> None:
    passes = tuple(Named(f"pass number {n}", figures([float(n % 7 + 1)])) for n in range(40))
    root = tree(page(report(mode_report(passes=passes))))
    folded = next(root.iter(f"{HTML}details"))
    assert "All 40 passes" in words(folded)
    assert all(f"pass number {n}" in words(folded) for n in range(40))


def test_bars_are_as_long_as_what_they_stand_for() -> None:
    rows = [Bar("x", (("c0", "one", 3.0), ("c1", "two", 1.0)), "4"), Bar("y", (("c0", "one", 2.0),), "2")]
    svg = bars(rows, "ms", [Line("limit", 6.0), Line("far", 90.0)])
    lengths = [number(rect, "width") for rect in rects(svg, "c0") + rects(svg, "c1")]
    assert lengths[0] / lengths[1] == pytest.approx(1.5, rel=0.01)
    assert lengths[0] / lengths[2] == pytest.approx(3.0, rel=0.01)
    begin = number(rects(svg, "c0")[0], "x")
    limit = next(line for line in tree(svg).iter("line") if line.get("class") == "limit")
    assert (number(limit, "x1") - begin) / lengths[0] == pytest.approx(2.0, rel=0.01)
    assert "far" not in svg  # a limit far away would squeeze the bars
    assert max(number(rect, "x") + number(rect, "width") for rect in rects(svg, "c1")) < WIDTH


def test_frames_are_drawn_one_by_one_and_counted() -> None:
    svg = frames([[10.0, 20.0, 10.0], [10.0, 10.0, 30.0]], [Line("60 fps", 1000 / 60), Line("1 fps", 1000.0)])
    drawn = rects(svg, "frame")
    heights = [number(rect, "height") for rect in drawn]
    assert [height / heights[0] for height in heights] == pytest.approx([1, 2, 1, 1, 1, 3], rel=0.02)
    counted = [number(rect, "width") for rect in rects(svg, "count")]
    assert sorted(width / min(counted) for width in counted) == pytest.approx([1, 1, 4], rel=0.02)
    assert "60 fps" in svg and "1 fps" not in svg
    limit = next(line for line in tree(svg).iter("line") if line.get("class") == "limit")
    bottom = number(drawn[0], "y") + heights[0]
    assert (bottom - number(limit, "y1")) / heights[0] == pytest.approx(1 / 0.6, rel=0.02)


def test_many_frames_share_columns_and_none_is_lost() -> None:
    times = [5.0] * 5000
    times[3210] = 9.0
    svg = frames([times[:2500], times[2500:]], [])
    columns = rects(svg, "frame")
    tallest = min(columns, key=lambda rect: number(rect, "y"))
    plot = max(number(rect, "x") for rect in columns) - min(number(rect, "x") for rect in columns)
    place = (number(tallest, "x") - min(number(rect, "x") for rect in columns)) / plot
    assert place == pytest.approx(3210 / 5000, abs=0.01)


def test_frames_beyond_the_scale_are_marked() -> None:
    svg = frames([[5.0] * 199 + [500.0]], [])
    assert len(rects(svg, "beyond")) == 1


@pytest.mark.parametrize("top", [0.003, 0.7, 1.0, 9.9, 42.0, 1234.5])
def test_scales_have_round_steps(top: float) -> None:
    step = nice_step(top)
    assert float(f"{step:.0e}") == pytest.approx(step) and f"{step:.0e}"[0] in "125"
    assert 2 <= top / step <= 8.01
