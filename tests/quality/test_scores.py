"""The table of networks: which files become rows, when a promise holds, what is kept, what the page says."""

from __future__ import annotations

import math
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from anime4k.networks import store
from anime4k.networks.graph import Activation, Base, Conv, Network, Source
from anime4k.quality import free_set, metrics

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "benchmarks"))

from scores import candidates, cards, classes, measure, results, tables, verdicts  # noqa: E402
from scores.classes import Condition, Flavour, Group, Size  # noqa: E402
from scores.inputs import Case, cases  # noqa: E402
from scores.making import ROWS, coded, jpeg, made  # noqa: E402
from scores.models import models, of_network  # noqa: E402
from scores.results import Cost, Results, Row, Score  # noqa: E402

PICTURES = ("club", "concert")


def row(
    name: str,
    flavour: Flavour | None,
    size: Size | None,
    official: bool = False,
    group: Group | None = None,
    adds: float = 1.0,
    **decibels: float,
) -> Row:
    """A row whose two pictures are half a dB on both sides of the given means."""
    group = group or (flavour.group if flavour else Group.UPSCALE)
    scores = {}
    for condition, mean in ((Condition[key], value) for key, value in decibels.items()):
        for picture, offset in zip(PICTURES, (-0.5, 0.5), strict=True):
            full = (0.9, 25.0) if condition is Condition.MEAN else (None, None)
            scores[condition, picture] = Score(mean + offset, *full)
    cost = None if flavour is None else Cost(adds, 3, 40.0, 6.0, 900)
    return Row(name, group, flavour, size, official, "0" * 16 if flavour else "", cost, scores)


def run(*rows: Row) -> Results:
    return Results("2026-01-02", "a machine", tuple(sorted(rows, key=results.order)))


# -- what is scored ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("a4k-upscale-cnn-vl", (Flavour.UPSCALE, Size.VL)),
        ("a4k-denoise-cnn-s", (Flavour.DENOISE, Size.S)),
        ("a4k-restore-cnn-m", (Flavour.RESTORE, Size.M)),
        ("a4k-clean-cnn-l", (Flavour.CLEAN, Size.L)),
        ("a4k-upscale-lite", (Flavour.UPSCALE, Size.LITE)),
        ("a4k-upscale-cnn-m-compute", None),
        ("a4k-upscale-edge", None),
        ("a4k-sharpen-cnn-m", None),
        ("a4k-upscale-cnn-xxl", None),
    ],
)
def test_our_files_are_told_by_their_names(name: str, kind: tuple[Flavour, Size] | None) -> None:
    assert candidates.classified(name) == kind


def test_official_files_are_told_by_their_names(tmp_path: Path) -> None:
    names = ("Restore_CNN_M", "Restore_CNN_Soft_M", "Upscale_CNN_x2_UL", "Upscale_Denoise_CNN_x2_S", "Upscale_DoG_x2")
    found = candidates.official({f"Anime4K_{name}.glsl": tmp_path / f"Anime4K_{name}.glsl" for name in names})
    assert {(c.name.removeprefix("Anime4K_"), c.flavour, c.size) for c in found} == {
        ("Restore_CNN_M", Flavour.RESTORE, Size.M),
        ("Restore_CNN_Soft_M", Flavour.SOFT, Size.M),
        ("Upscale_CNN_x2_UL", Flavour.UPSCALE, Size.UL),
        ("Upscale_Denoise_CNN_x2_S", Flavour.DENOISE, Size.S),
    }
    assert all(candidate.official for candidate in found)


def small_network(name: str = "a4k-upscale-cnn-s") -> Network:
    """Luma, two 3x3 layers of four values with CReLU between them."""
    random = np.random.default_rng(5)

    def conv(label: str, source: str, features: int) -> Conv:
        weights = random.normal(0, 0.05, (4, features, 3, 3)).astype(np.float32)
        return Conv(label, (source,), Activation.CRELU, weights, np.zeros(4, np.float32))

    layers = (conv("f1", "source", 1), conv("f2", "f1", 8), conv("f3", "f2", 8))
    return Network(name, "doubles the size", Source.LUMA, 2, Base.BILINEAR, layers)


RECORD = store.Record(
    "a recipe", "the set", 12_000, 3, 5400.0, "2 processors", "2026-01-01",
    {"data": [{"package": "art | more", "licence": "CC0", "pictures": 7}]},
)  # fmt: skip


def test_a_trained_network_becomes_a_shader_file_and_knows_its_cost(tmp_path: Path) -> None:
    store.write(tmp_path / "run.npz", small_network(), RECORD)
    (found,) = candidates.from_archives([tmp_path / "run.npz"], tmp_path)
    assert (found.flavour, found.size, found.official) == (Flavour.UPSCALE, Size.S, False)
    cost = measure.cost(found)
    assert cost.multiply_adds == 9 * 4 * (1 + 8 + 8) and cost.weights == cost.multiply_adds + 12
    assert cost.passes >= 3 and cost.reads > 27 and cost.writes >= 6
    store.write(tmp_path / "odd.npz", small_network("a4k-odd"), RECORD)
    with pytest.raises(candidates.UsageError, match="neither what it is for nor its class"):
        candidates.from_archives([tmp_path / "odd.npz"], tmp_path)


def test_what_the_pack_holds_can_be_read_and_written_as_a_shader_file() -> None:
    for name, model in models().items():
        assert model.name == name and model.weights > 0 and model.record.date
        assert f"// {name}: " in model.text()


def test_weights_are_counted_in_the_text_of_a_file(tmp_path: Path) -> None:
    path = tmp_path / "one.glsl"
    path.write_text(
        "//!HOOK MAIN\n//!BIND HOOKED\nvec4 hook() { vec4 v = vec4(0.0); v += mat4(1, -.5, 0, 2e-1, 0.25, 6, 7, 8, 9, "
        "10, 11, 12, 13, 14, 15, 16) * HOOKED_tex(HOOKED_pos); return v + vec4(1.0, 0.0, -2.0, 0.5); }\n"
    )
    assert candidates.weights_in(path) == 15 + 3


# -- pictures ------------------------------------------------------------------------------------------


def test_conditions_are_the_damages_that_they_name() -> None:
    names = {condition.key: row.name for condition, row in ROWS.items()}
    assert names == {
        "clean": "clean",
        "two-thirds": "bicubic to 2/3 and back",
        "four-fifths": "bicubic to 0.8, bilinear back",
        "ringing": "lanczos to 2/3 and back + unsharp",
        "jpeg-75": "JPEG 75",
        "x264-20": "x264 crf 20",
        "x264-28": "x264 crf 28",
        "x264-20-exact": "x264 crf 20, exact colours",
        "x264-28-exact": "x264 crf 28, exact colours",
    }


def test_pictures_of_both_groups(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANIME4K_PEERS_CACHE", str(tmp_path))
    y, x = np.mgrid[:66, :98]
    large = np.stack([128 + 90 * np.sin(x / 5), 128 + 90 * np.cos(y / 4), 2.0 * x], -1).astype(np.uint8)
    pair = free_set.pair("waves", large)
    found = {case.condition: case for group in Group for case in cases(group, [pair])}
    assert set(found) == set(Condition)
    for condition, case in found.items():
        assert np.array_equal(case.truth, large) and case.picture == "waves"
        scale = condition.group.value
        assert case.source.shape == (66 // scale, 98 // scale, 3)
        assert scale == 2 or metrics.psnr(case.source, large) > 28
    small = found[Condition.MEAN].source
    assert np.array_equal(small, pair.small) and np.array_equal(found[Condition.CLEAN].source, large)
    assert np.array_equal(found[Condition.MEAN_JPEG].source, jpeg(small))
    # 49x33 is odd both ways, which 4:2:0 cannot be.
    assert np.array_equal(found[Condition.MEAN_CRF23].source, coded(small)) and coded(small).shape == small.shape
    assert 30 < metrics.psnr(coded(small), small) < 50
    kinds = (Condition.MEAN, Condition.CUBIC, Condition.LANCZOS, Condition.MITCHELL, Condition.TRIANGLE)
    assert len({found[kind].source.tobytes() for kind in kinds}) == len(kinds)
    (kept,) = [p for p in (tmp_path / "inputs").iterdir() if np.array_equal(np.asarray(Image.open(p)), jpeg(small))]
    Image.fromarray(small).save(kept)
    again = {case.condition: case for case in cases(Group.UPSCALE, [pair])}
    assert np.array_equal(again[Condition.MEAN_JPEG].source, small), "the second time it is taken from the cache"
    assert np.array_equal(made(Condition.MEAN_JPEG, large), jpeg(small))


# -- promises ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("mean", "text"),
    [
        (33.2, "must"),
        (33.196, "must"),
        (33.194, "misses must by 0.01 dB"),
        (33.08, "misses must by 0.12 dB"),
        (33.4, "goal"),
        (33.39, "must"),
    ],
)
def test_a_plain_promise(mean: float, text: str) -> None:
    mine = row("a4k-upscale-cnn-m", Flavour.UPSCALE, Size.M, MEAN=mean)
    assert verdicts.summary(mine, run(mine)) == text


def test_promises_against_others() -> None:
    soft = row("Anime4K_Restore_CNN_Soft_S", Flavour.SOFT, Size.S, True, TWO_THIRDS=35.22, FOUR_FIFTHS=35.61)
    mine = row("a4k-restore-cnn-s", Flavour.RESTORE, Size.S, CLEAN=41.2, TWO_THIRDS=35.22, FOUR_FIFTHS=35.5)
    assert verdicts.summary(mine, run(mine, soft)) == "misses must by 0.11 dB (4/5 bilinear)"
    assert verdicts.summary(mine, run(mine)) == "nothing to compare with (2/3 bicubic, 4/5 bilinear)"
    (missed,) = verdicts.missed(run(mine, soft))
    assert cards.compared(missed[1]) == (
        "35.50 dB, not below the official Soft file of its class (35.61 dB): misses by 0.11 dB"
    )
    better = replace(mine, scores=mine.scores | dict(soft.scores))
    assert verdicts.summary(better, run(better, soft)) == "goal"
    assert verdicts.summary(soft, run(better, soft)) == ""


def test_promises_of_cleaning_and_of_denoising() -> None:
    damage = {"RINGING": 32.85, "JPEG": 38.34, "CRF20": 40.65, "CRF28": 35.17}
    before = row("input", None, None, group=Group.RESTORE, CLEAN=math.inf, **damage)
    gains = {"RINGING": 0.5, "JPEG": 0.3, "CRF20": 0.0, "CRF28": 0.29}
    mine = row(
        "a4k-clean-cnn-m",
        Flavour.CLEAN,
        Size.M,
        adds=2101.0,
        CLEAN=44.0,
        **{k: damage[k] + g for k, g in gains.items()},
    )
    assert verdicts.summary(mine, run(mine, before)) == "misses must by 0.01 dB (x264 28); over the budget of 2100"
    twin = row("a4k-upscale-cnn-l", Flavour.UPSCALE, Size.L, MEAN=33.5, MEAN_JPEG=30.0, MEAN_CRF23=31.0)
    wrong = row("Anime4K_Upscale_CNN_x2_L", Flavour.UPSCALE, Size.L, True, MEAN=39, MEAN_JPEG=39, MEAN_CRF23=39)
    quiet = row("a4k-denoise-cnn-l", Flavour.DENOISE, Size.L, MEAN=33.35, MEAN_JPEG=30.3, MEAN_CRF23=31.3)
    assert verdicts.summary(quiet, run(quiet, twin, wrong)) == "goal"


def test_every_class_has_promises_that_rise_with_its_size() -> None:
    musts = [classes.targets(Flavour.UPSCALE, size)[0].must for size in Size]
    goals = [classes.targets(Flavour.UPSCALE, size)[0].goal for size in Size]
    assert musts == sorted(musts) == [31.9, 32.5, 33.2, 33.5, 33.9, 34.2]
    assert goals == [32.1, 32.75, 33.4, 33.7, 34.1, 34.4]
    for flavour in (Flavour.DENOISE, Flavour.RESTORE, Flavour.CLEAN):
        for target in classes.targets(flavour, Size.M):
            assert target.condition.group is flavour.group
            assert target.goal is None or target.goal >= target.must


# -- tables and files ----------------------------------------------------------------------------------


def fake() -> Results:
    return run(
        row("bilinear", None, None, MEAN=29.0, MEAN_JPEG=28.0),
        row("Anime4K_Upscale_CNN_x2_S", Flavour.UPSCALE, Size.S, True, MEAN=32.35, MEAN_JPEG=29.0),
        row("a4k-upscale-cnn-s", Flavour.UPSCALE, Size.S, MEAN=32.6, MEAN_JPEG=29.5),
        row("input", None, None, group=Group.RESTORE, CLEAN=math.inf, JPEG=38.3),
        row("Anime4K_Restore_CNN_Soft_S", Flavour.SOFT, Size.S, True, CLEAN=37.2, JPEG=36.3),
    )


def test_tables_of_a_run() -> None:
    first, kinds, cost, restoring, _ = tables.all_tables(fake())
    assert [column.name for column in first.columns] == [
        "club", "concert", "mean", "without concert", "SSIM", "gradient", "promised",
    ]  # fmt: skip
    assert [line.label for line in first.lines] == ["bilinear", "Anime4K_Upscale_CNN_x2_S", "a4k-upscale-cnn-s"]
    assert first.lines[2].values[:6] == pytest.approx((32.1, 33.1, 32.6, 32.1, 0.9, 25.0))
    assert first.lines[2].values[6] == "must" and first.lines[1].values[6] == ""
    assert [column.name for column in kinds.columns] == ["2x2 mean", "JPEG 75"]
    assert cost.lines[0].values == (1.0, 3, 40.0, 6.0, 900)
    assert restoring.lines[0].label == "input" and restoring.lines[0].values[0] == math.inf
    assert all(column.name != "promised" for t in tables.all_tables(fake(), promises=False) for column in t.columns)
    only = tables.all_tables(fake(), ["a4k-upscale-cnn-s"])[0]
    assert [line.label for line in only.lines] == ["bilinear", "a4k-upscale-cnn-s"]


def test_results_survive_being_written_down(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "networks.json"
    results.write(path, fake())
    assert results.read(path) == fake()
    assert len(path.read_text().splitlines()) == len(fake().rows) + 7
    assert results.read(tmp_path / "none.json") is None


def test_a_new_run_replaces_only_what_it_scored() -> None:
    better = row("a4k-upscale-cnn-s", Flavour.UPSCALE, Size.S, MEAN=32.8)
    gone = row("a4k-upscale-cnn-m", Flavour.UPSCALE, Size.M, MEAN=33.0)
    old = run(*fake().rows, gone)
    both = results.merged(old, run(better), [r.name for r in fake().rows])
    assert [r.name for r in both.rows] == [r.name for r in fake().rows]
    kept = both.named("a4k-upscale-cnn-s")
    assert kept is not None and kept.mean(Condition.MEAN) == pytest.approx(32.8)
    assert kept.mean(Condition.MEAN_JPEG) is None


def test_a_score_is_only_made_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANIME4K_PEERS_CACHE", str(tmp_path))
    random = np.random.default_rng(2)
    small, large = random.integers(0, 256, (16, 16, 3), np.uint8), random.integers(0, 256, (32, 32, 3), np.uint8)
    drawn = []

    def draw(picture: np.ndarray) -> np.ndarray:
        drawn.append(picture)
        return picture.repeat(2, 0).repeat(2, 1)

    def scored(condition: Condition, source: np.ndarray, *identity: str) -> Score:
        case = Case(condition, "noise", source, large)
        return measure.scored([case], identity, draw)[case]

    first = scored(Condition.MEAN, small, "file")
    error = (draw(small).astype(float) - large) @ (0.299, 0.587, 0.114)
    assert first.psnr == pytest.approx(10 * np.log10(255**2 / np.mean(error**2)))
    assert first.ssim is not None and first.gradient_psnr is not None
    drawn.clear()
    again = scored(Condition.MEAN, small, "file")
    assert not drawn and again.psnr == pytest.approx(first.psnr, abs=1e-5) and again.ssim is not None
    assert scored(Condition.CUBIC, small, "file").ssim is None and len(drawn) == 1
    scored(Condition.MEAN, small, "another file")
    scored(Condition.MEAN, small ^ 1, "file")
    monkeypatch.setattr(measure, "HARNESS", "another")
    scored(Condition.MEAN, small, "file")
    assert len(drawn) == 4


# -- the page ------------------------------------------------------------------------------------------


def test_the_page_has_a_card_for_every_trained_network(tmp_path: Path) -> None:
    network = small_network()
    shader = tmp_path / f"{network.name}.glsl"
    shader.write_text("scored")
    mine = replace(fake().named(network.name), digest=results.digest(shader))
    found = run(*(mine if r.name == mine.name else r for r in fake().rows))
    page = cards.page(found, {network.name: of_network(network, RECORD)}, tmp_path)
    assert "**1 of 1 promises hold.**" in page
    assert (
        "| `a4k-upscale-cnn-s` | halved by the mean of 2x2 pixels | at least 32.5 dB, goal 32.75 dB | 32.60 dB | must |"
    ) in page
    card = page.partition("\n## a4k-upscale-cnn-s\n")[2]
    assert "| shape | luma; 3x3 to 4; 3x3 to 4 (CReLU), 2 times; difference from bilinear enlargement |" in card
    assert "| multiply-adds for each pixel of the source | 612 |" in card
    assert "| receptive radius | 3 pixels of the source |" in card
    assert "| recipe | `a recipe`, 12,000 steps, seed 3 |" in card and "| time | 1 h 30 min |" in card
    assert "| data set | [the set](#data-set-the-set) |" in card and "It reaches what its class must reach" in card
    assert (
        "## Data set the set\n\n| package | licence | pictures |\n| --- | --- | --- |\n| art \\| more | CC0 | 7 |"
        in card
    )
    assert "| halved by the mean of 2x2 pixels | 32.60 | 32.35 | +0.25 | 29.00 |" in card
    assert "has changed" not in card
    shader.write_text("changed")
    assert "The shader file has changed since it was scored." in cards.page(
        found, {network.name: of_network(network, RECORD)}, tmp_path
    )


def test_a_page_without_scores_still_has_cards(tmp_path: Path) -> None:
    network = small_network()
    page = cards.page(Results("", "", ()), {network.name: of_network(network, RECORD)}, tmp_path)
    assert "## a4k-upscale-cnn-s" in page and "promises" not in page
