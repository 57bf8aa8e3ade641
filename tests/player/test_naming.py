"""Names of screenshots."""

from __future__ import annotations

import datetime
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from anime4k.errors import OutputError, UsageError
from anime4k.media.images import read_image
from anime4k.player.files.naming import (
    DEFAULT_TEMPLATE,
    LONGEST_NAME,
    Moment,
    check_template,
    new_name,
    safe,
    time_text,
)
from anime4k.player.files.screenshot import save

NOW = datetime.datetime(2024, 2, 29, 23, 5, 7)
MOMENT = Moment("/videos/Episode 03.mkv", "a-hq", 754.567)


def test_the_name_tells_file_mode_and_time() -> None:
    assert new_name(DEFAULT_TEMPLATE, MOMENT, []) == "Episode 03 [a-hq] 00.12.34.567.png"


@pytest.mark.parametrize(
    ("template", "name"),
    [
        ("%F", "Episode 03.png"),
        ("%f at %p", "Episode 03.mkv at 00.12.35.png"),
        ("shot%n", "shot0001.png"),
        ("shot-%n-%m", "shot-0001-a-hq.png"),
        ("%02n", "01.png"),
        ("%tY-%tm-%td %tH", "2024-02-29 23.png"),
        ("100%% %m", "100% a-hq.png"),
    ],
)
def test_templates(template: str, name: str) -> None:
    check_template(template)
    assert new_name(template, MOMENT, [], now=NOW) == name


@pytest.mark.parametrize("template", ["", "  ", "%x", "%", "%F %", "a/%F", "a\\b", "%tq", "%{path}", "%123n"])
def test_wrong_templates_are_told(template: str) -> None:
    with pytest.raises(UsageError):
        check_template(template)


def test_names_that_exist_are_never_taken() -> None:
    first = new_name("%F", MOMENT, [])
    second = new_name("%F", MOMENT, [first.upper()])
    assert second == "Episode 03 (2).png"
    assert new_name("%F", MOMENT, [first, second]) == "Episode 03 (3).png"
    assert new_name("%n", MOMENT, ["0001.png", "0002.png", "0004.png"]) == "0003.png"


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.0, "00.00.00.000"), (59.9996, "00.01.00.000"), (3600 * 12 + 0.0416, "12.00.00.042"), (-1.5, "-00.00.01.500"),
     (-0.0001, "00.00.00.000"), (360000.0, "100.00.00.000")],
)
def test_times(seconds: float, text: str) -> None:
    assert time_text(seconds) == text


@pytest.mark.parametrize(
    ("text", "name"),
    [("a:b?c", "a_b_c"), ("con", "_con"), ("Aux.log", "_Aux.log"), ("dots...", "dots"), ("..", "screenshot"),
     ("com1 ", "_com1"), ("console", "console"), ("tab\there", "tab_here"), ("\udcff", "_"), ("日本語", "日本語")],
)
def test_names_are_safe(text: str, name: str) -> None:
    assert safe(text) == name


@given(st.text(max_size=400), st.sampled_from(["a", "c+a-hq", "custom"]), st.floats(0, 1e6))
def test_any_file_name_makes_a_name_that_fits(file: str, mode: str, time: float) -> None:
    name = new_name(DEFAULT_TEMPLATE, Moment(file, mode, time), [])
    stem = name.removesuffix(".png")
    assert 0 < len(stem.encode()) <= LONGEST_NAME
    assert safe(stem) == stem
    assert stem.endswith(f"[{mode}] {time_text(time)}")
    again = new_name(DEFAULT_TEMPLATE, Moment(file, mode, time), [name])
    assert again.endswith(" (2).png") and len(again.encode()) <= LONGEST_NAME + 4


def test_screenshots_of_one_moment_stand_side_by_side(tmp_path: Path) -> None:
    folder = tmp_path / "made" / "here"
    red, blue = np.zeros((4, 6, 3), np.uint8), np.zeros((4, 6, 3), np.uint8)
    red[..., 0] = blue[..., 2] = 200
    paths = [save(folder, pixels, MOMENT) for pixels in (red, blue)]
    assert [path.name for path in paths] == [
        "Episode 03 [a-hq] 00.12.34.567.png", "Episode 03 [a-hq] 00.12.34.567 (2).png",
    ]
    assert sorted(folder.iterdir()) == sorted(paths)
    for path, pixels in zip(paths, (red, blue), strict=True):
        planes = read_image(path).planes
        assert np.array_equal(np.squeeze(np.stack(planes, -1) if len(planes) > 1 else planes[0]), pixels)


def test_a_folder_that_cannot_be_made_names_the_option(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="--screenshot-dir"):
        save(tmp_path / "file" / "shots", np.zeros((2, 2, 3), np.uint8), MOMENT)
