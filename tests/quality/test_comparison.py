"""The comparison around the measures: which rows there are, how figures become text, when a promise holds."""

from __future__ import annotations

import math
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "benchmarks"))


def test_rows_are_found_by_name_and_missing_files_have_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from judge import chains

    names = ("a4k-denoise", "a4k-denoise-cnn-m", "a4k-lite", "a4k-new", "a4k-upscale-cnn-m", "a4k-upscale-edge")
    files = tuple(tmp_path / f"{name}.glsl" for name in names)
    monkeypatch.setattr(chains, "pack_files", lambda: files)
    labels = [chain.label for chain in chains.own(chains.Task.UPSCALE)]
    assert labels == ["a4k-lite on bilinear", "a4k-lite on lanczos", "a4k-upscale-edge"]
    assert [chain.label for chain in chains.own(chains.Task.DENOISE)] == ["a4k-denoise"]
    assert chains.own(chains.Task.DEBAND) == ()


def test_a_parameter_becomes_part_of_the_row() -> None:
    from judge import chains

    chain = chains.with_parameter(chains.Chain("a4k-x", (Path("a4k-x.glsl"),), ours=True), "strength", 100)
    assert chain.label == "a4k-x, strength 100" and chain.parameters == (("a4k-x/strength", "100"),)


def test_tables_as_text() -> None:
    from judge.tables import Column, Line, Table, markdown, terminal

    lines = (Line("one", (1.256, None)), Line("two", (math.inf, "0.1 / 0.2")))
    table = Table("Title", "What it is.", (Column("a"), Column("b", 1)), lines, ("A note.",))
    assert markdown(table).splitlines() == [
        "## Title",
        "",
        "What it is.",
        "",
        "|  | a | b |",
        "| --- | ---: | ---: |",
        "| one | 1.26 |  |",
        "| two | equal | 0.1 / 0.2 |",
        "",
        "* A note.",
    ]
    assert terminal(table).splitlines()[2:] == ["one   1.26           ", "two  equal  0.1 / 0.2", "A note."]


def test_promises_about_noise_fail_where_the_figures_do() -> None:
    from judge.checks import noise
    from judge.cleaning import CLEAN_LOSS
    from judge.tables import Column, Line, Table

    columns = tuple(Column(name) for name in ("clean", "sigma 5", "JPEG 10", CLEAN_LOSS))
    lines = (
        Line("input", (math.inf, 37.0, 26.0, None)),
        Line("Anime4K one", (40.0, 35.0, 27.0, 0.4)),
        Line("Anime4K two", (40.0, 35.0, 26.5, 0.4)),
        Line("a4k-good", (50.0, 37.5, 27.1, 0.1)),
        Line("a4k-bad", (50.0, 36.9, 26.9, 0.3)),
    )
    checks = noise(Table("", "", columns, lines))
    assert [check.holds for check in checks if check.claim.startswith("a4k-good")] == [True] * 3
    assert [check.holds for check in checks if check.claim.startswith("a4k-bad")] == [False] * 3


def test_promises_about_lines_take_the_worst_scene() -> None:
    from judge.checks import lines

    from anime4k.quality.metrics import Excess

    changes = {
        ("a4k-thin", "gradients"): Excess(0, 0, 0),
        ("a4k-thin", "text"): Excess(0.1, 1.5, 90),
        ("a4k-thin", "lines"): Excess(9, 99, 99),
        ("a4k-darken", "text"): Excess(0.1, 1.0, 90),
        ("Anime4K Thin", "text"): Excess(9, 99, 99),
    }
    assert {check.claim.split()[0]: check.holds for check in lines(changes)} == {"a4k-thin": False, "a4k-darken": True}


def test_a_sheet_shows_every_pixel_as_a_square() -> None:
    from judge.sheet import CAPTION, GAP, Tile, compose, cut

    picture = np.random.default_rng(1).integers(0, 256, (20, 30, 3), np.uint8)
    part = cut(picture, (4, 6, 10, 8))
    assert np.array_equal(part, picture[6:14, 4:14])
    sheet = np.asarray(compose([Tile("a", part), Tile("b", part[::-1]), Tile("c", part)], columns=2, zoom=3))
    assert sheet.shape == (2 * (24 + CAPTION + GAP) + GAP, 2 * (30 + GAP) + GAP, 3)
    assert np.array_equal(sheet[GAP : GAP + 24, GAP : GAP + 30], part.repeat(3, 0).repeat(3, 1))
    assert np.array_equal(sheet[GAP : GAP + 24, 2 * GAP + 30 :][:, :30], part[::-1].repeat(3, 0).repeat(3, 1))


def test_coded_frames_resemble_their_source() -> None:
    from judge import material

    from anime4k.quality import metrics, scenes

    clean = scenes.rounded(scenes.bokeh(160, 96))
    frames = material.coded(material.noisy_still(clean, 2.0, 4))
    assert len(frames) == 4 and frames[0].shape == clean.shape
    assert all(metrics.psnr(frame, clean) > 30 for frame in frames)
    assert metrics.frame_change(frames) > 0


def test_a_wrong_section_is_refused() -> None:
    command = [sys.executable, str(ROOT / "benchmarks" / "quality.py"), "sharpness"]
    result = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert result.returncode == 2 and "there is no section sharpness" in result.stderr
