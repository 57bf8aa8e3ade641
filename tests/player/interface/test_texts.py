"""What the interface writes."""

from __future__ import annotations

from dataclasses import replace

import pytest

from anime4k.player.interface import texts
from anime4k.player.interface.figures import NO_FIGURES, Figures, figures_of
from anime4k.player.interface.graphs import scale_top
from anime4k.player.interface.pages import TIME_COLUMNS, Page, page_rows, verdict_line
from anime4k.player.interface.shaders_panel import drop_place
from anime4k.player.interface.theme import Tone
from anime4k.player.keys.bindings import DEFAULT_BINDINGS
from anime4k.player.pace.performance import Performance
from anime4k.player.pace.timing import Stage
from anime4k.player.pace.verdict import Verdict
from anime4k.player.state import ChainState, ParameterView, Preparing, TrackView
from tests.player.interface.rig import example


def lines_of(chain: ChainState, **changes: object) -> list[tuple[str, Tone]]:
    return [(line.text, line.tone) for line in texts.state_lines(example(chain=chain, **changes))]


def test_the_state_line_names_mode_sizes_passes_and_the_device() -> None:
    chain = ChainState(mode="auto", takes="a-fast", reason="it fits", run=3, strength=0.5)
    assert lines_of(chain) == [
        ("mode auto (a-fast)   640x360 → 1280x720   3 of 3 passes run, strength 50%", Tone.GOOD),
        ("auto takes a-fast: it fits", Tone.DIM),
        ("drawn by a GPU", Tone.DIM),
    ]


def test_the_state_line_gives_every_reason_once() -> None:
    chain = ChainState(mode="x", run=1, skipped=(("p", "too small"), ("q", "too small"), ("r", "no luma")))
    found = [text for text, _ in lines_of(chain)]
    assert "1 of 4 passes run" in found[0]
    assert found[1:3] == ["skipped: 2 passes: too small", "skipped: r: no luma"]


def test_the_state_line_counts_what_it_does_not_name() -> None:
    chain = ChainState(run=1, skipped=tuple((f"pass {number}", f"reason {number}") for number in range(9)))
    assert [text for text, _ in lines_of(chain)][-2] == "skipped for other reasons: 5 passes"


def test_the_state_line_warns() -> None:
    off = lines_of(ChainState(mode="a-fast", enabled=False, skipped=(("p", "r"),)))
    assert off[0] == ("mode shaders off   640x360 → 1280x720   no pass runs: the shaders are switched off", Tone.WARN)
    assert not any("skipped" in text for text, _ in off)
    broken = lines_of(ChainState(run=1, disabled=(("/a/b.glsl", "line 3: no"),)), better_gpu="a big one")
    assert ("left out: b.glsl: line 3: no", Tone.BAD) in broken
    assert ("a faster one is not used: a big one", Tone.WARN) in broken
    assert "no shaders" in lines_of(ChainState())[0][0]


def test_tracks_in_words() -> None:
    track = TrackView(2, "ass", "jpn", "歌", True, "forced")
    assert texts.track_text(track) == "2  JPN  歌"
    assert texts.track_detail(track) == "ass, forced, a file of its own"
    assert texts.track_text(TrackView(1)) == "1  unnamed"


def test_the_position_in_words() -> None:
    assert texts.osd_text(example()) == "0:30 / 1:40 (30%)"
    assert texts.osd_text(example(), with_duration=False) == "0:30"
    unusual = example(speed=1.5, loop=True, ab_loop=(1.0, 2.0), duration=None)
    assert texts.osd_text(unusual) == "0:30 / ?   1.50x   repeating   A-B"
    assert texts.seek_tip(example(), 61.0) == "1:01\nEnd"
    assert texts.bar_title(example()) == "Start"
    assert texts.bar_title(example(chapters=())) == "two.mkv"


def test_progress_of_a_chain_in_words() -> None:
    assert texts.preparing_text(Preparing("mode a-hq", 1, 4)) == "preparing mode a-hq 25%"
    assert texts.preparing_text(Preparing("mode a-hq")) == "preparing mode a-hq"


@pytest.mark.parametrize(
    ("parameter", "span"),
    [
        (ParameterView("p", "", 1.0, 1.0, -2.0, 4.0), (-2.0, 4.0)),
        (ParameterView("p", "", 1.0, 1.0, 0.0, None), (0.0, 2.0)),
        (ParameterView("p", "", 9.0, 1.0), (0.0, 9.0)),
        (ParameterView("p", "", -1.0, -1.0), (-2.0, 0.0)),
        (ParameterView("p", "", 3.0, 3.0, 3.0, 3.0), (3.0, 4.0)),
    ],
)
def test_sliders_of_parameters_without_bounds_have_some(parameter: ParameterView, span: tuple[float, float]) -> None:
    low, high = texts.parameter_range(parameter)
    assert low < high and low <= parameter.value <= high
    assert low == span[0] and high >= span[1]


def figures() -> Figures:
    now = [0.0]
    performance = Performance(lambda: now[0])
    for number in range(20):
        performance.add(Stage.DECODE, 0.001)
        performance.add(Stage.RENDER, 0.003)
        performance.passes([("blur", 1.0), ("double", 3.0)])
        performance.part((1.0, 0.0, 0.25, 0.0)[number % 4])
        now[0] += 0.04
        performance.shown(now[0], 0.04 * number)
    return figures_of(performance, Verdict("fits", True), budget_s=0.04, display_s=1 / 60, lines=(("Codec", "h264"),))


def test_the_overview_has_file_state_and_stages_with_their_shares() -> None:
    rows = page_rows(Page.OVERVIEW, example(), figures(), ())
    named = {row.name: row for row in rows}
    assert named["File"].value == "two.mkv  (2 of 3)"
    assert named["Codec"].value == "h264"
    assert rows[rows.index(named["Frames"]) + 1] is named["Reused"], "where it is seen without scrolling"
    assert named["Reused"].value == "50% kept, 25% in parts (25% of the picture), 69% of the shading saved"
    assert named["Shaders"].value.startswith("mode a-fast")
    assert named["Display"].value == "16.67 ms, a frame every 40.00 ms, jitter 0.00 ms"
    assert named["shaders"].columns == ("3.00", "3.00", "3.00", "3.00", "75%")
    assert named["shaders"].share == pytest.approx(0.75)
    assert named["whole frame"].columns[:2] == ("4.00", "4.00")


def test_the_passes_have_their_shares_and_a_sum() -> None:
    rows = page_rows(Page.PASSES, example(), figures(), ())
    assert rows[0].columns == TIME_COLUMNS
    assert [(row.name, row.columns[1], row.columns[4]) for row in rows[1:]] == [
        ("blur", "1.00", "25%"),
        ("double", "3.00", "75%"),
        ("together", "4.00", ""),
    ]


@pytest.mark.parametrize("page", Page)
def test_every_page_says_something_before_anything_was_measured(page: Page) -> None:
    rows = page_rows(page, example(), NO_FIGURES, DEFAULT_BINDINGS)
    assert rows and all(row.name or row.value for row in rows)


def test_the_chain_page_has_every_reason() -> None:
    state = example()
    state = replace(state, chain=replace(state.chain, disabled=(("/a/b.glsl", "line 3: no"),)))
    values = [row.value for row in page_rows(Page.CHAIN, state, NO_FIGURES, ())]
    assert "second doubling: the output is not large enough" in values
    assert "/a/b.glsl: line 3: no" in values
    assert "line 7: the driver refused it" in values
    assert "amount = 0.25" in values


def test_the_verdict_has_a_colour() -> None:
    tones = [verdict_line(replace(NO_FIGURES, verdict=Verdict("x", fits))).tone for fits in (None, True, False)]
    assert tones == [Tone.DIM, Tone.GOOD, Tone.BAD]


def test_one_peak_does_not_flatten_a_graph() -> None:
    assert scale_top([10.0] * 199 + [5000.0], 16.0) == pytest.approx(20.0)
    assert scale_top([100.0] * 200, 16.0) == pytest.approx(115.0)
    assert scale_top([], 0.0) > 0.0


@pytest.mark.parametrize(
    ("moved", "y", "place"), [(0, 5, 0), (0, 16, 1), (0, 99, 2), (2, 1, 0), (2, 12, 1), (2, 25, 2), (1, -9, 0)]
)
def test_where_a_dragged_file_lands(moved: int, y: float, place: int) -> None:
    files = ["a", "b", "c"]
    found = drop_place([0.0, 10.0, 20.0], 30.0, y, moved)
    assert found == place
    files.insert(found, files.pop(moved))  # what MoveFile does
    assert len(set(files)) == 3
