"""Whole data sets: built, read again, and searched for the test set."""

from __future__ import annotations

import hashlib
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from anime4k.errors import UsageError
from anime4k.training.data import store
from anime4k.training.data.area import averaged
from anime4k.training.data.build import WINDOW, Size, build
from anime4k.training.data.crops import FLAT
from anime4k.training.data.files import Art
from anime4k.training.data.kinds import Kind, shares
from anime4k.training.data.leak import Index, index, search
from anime4k.training.data.procedural.scenes import picture
from anime4k.training.data.sheet import sheet
from anime4k.training.data.sources import Rule
from anime4k.training.data.verify import SAME, verify

TINY = Size(crops=80, windows=3, drawn=3)
STAND_IN = picture("heads", np.random.default_rng(77))
"""In these tests this is the test set."""


def quiet(line: str) -> None:
    """No report."""


def digests(folder: Path) -> dict[str, str]:
    """SHA-256 of every file."""
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> list[Art]:
    """Pictures of two kinds, the last of each kept for checks."""
    folder = tmp_path_factory.mktemp("art")
    result = []
    for number in range(6):
        kind = Kind.STORY if number % 2 else Kind.CARTOON
        path = folder / f"{number}.png"
        Image.fromarray(picture("cels", np.random.default_rng(100 + number))).save(path)
        rule = Rule(kind, "", factors=(1.0,))
        result.append(Art(path, "some-package", "1:2-3", path.name, "CC0", rule, f"g{number}", number >= 4))
    return result


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory, files: list[Art]) -> Path:
    """A data set of these and drawn pictures."""
    folder = tmp_path_factory.mktemp("set")
    build(folder, files, Size(crops=300, windows=5, drawn=4), 1, quiet)
    return folder


@pytest.fixture(scope="module")
def tests() -> Index:
    """The stand-in for the test set, entered."""
    return index([("stand-in", STAND_IN)])


def test_equal_seeds_give_equal_bytes(tmp_path: Path, files: list[Art]) -> None:
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        build(tmp_path / name, files[:2], TINY, seed, quiet)
    first, again, other = (digests(tmp_path / name) for name in "abc")
    assert first == again
    assert first["crops.npy"] != other["crops.npy"]


def test_the_tables_tell_where_every_crop_is_from(built: Path, files: list[Art]) -> None:
    data = store.load(built)
    rows = store.read_table(built / store.CROP_TABLE)
    pictures = {row["id"]: row for row in store.read_table(built / store.PICTURE_TABLE)}
    assert data.crops.shape == (len(rows), 96, 96, 3)
    assert data.crops.dtype == np.uint8
    sources = {item.name: np.asarray(Image.open(item.path)) for item in files}
    seen = 0
    for number, row in enumerate(rows):
        origin = pictures[row["picture"]]
        assert (row["kind"], row["split"]) == (origin["kind"], origin["split"])
        if origin["file"] in sources:
            x, y = int(row["x"]), int(row["y"])
            assert np.array_equal(data.crops[number], sources[origin["file"]][y : y + 96, x : x + 96])
            assert (origin["package"], origin["version"], origin["licence"]) == ("some-package", "1:2-3", "CC0")
            seen += 1
    assert seen > 100


def test_the_mix_is_as_the_shares_say(built: Path) -> None:
    data = store.load(built)
    counts = Counter(data.kinds.tolist())
    for kind, share in shares({Kind.STORY, Kind.CARTOON, Kind.DRAWN}).items():
        assert counts[kind.value] == pytest.approx(300 * share, abs=6)


def test_most_crops_are_busy_and_a_few_are_flat(built: Path) -> None:
    values = np.array([float(row["information"]) for row in store.read_table(built / store.CROP_TABLE)])
    assert 0.005 < (values < FLAT).mean() < 0.06
    assert np.median(values) > 3


def test_no_group_is_in_both_splits_and_windows_are_for_training(built: Path) -> None:
    data = store.load(built)
    assert (data.train ^ data.check).all()
    assert data.train.any()
    assert data.check.any()
    rows = store.read_table(built / store.PICTURE_TABLE)
    groups = {split: {row["group"] for row in rows if row["split"] == split} for split in (store.TRAIN, store.CHECK)}
    assert not groups[store.TRAIN] & groups[store.CHECK]
    trained = {row["id"] for row in rows if row["split"] == store.TRAIN}
    windows = store.read_table(built / store.WINDOW_TABLE)
    assert len(windows) == 5
    for row in windows:
        assert row["picture"] in trained
        assert Image.open(built / store.WINDOWS / row["file"]).size == (WINDOW, WINDOW)


def test_crops_are_shuffled(built: Path) -> None:
    kinds = store.load(built).kinds
    assert (kinds[:-1] != kinds[1:]).mean() > 0.3


def test_building_again_replaces_and_leaves_nothing_behind(tmp_path: Path, files: list[Art]) -> None:
    build(tmp_path / "set", files[:2], TINY, 1, quiet)
    build(tmp_path / "set", files[2:4], TINY, 1, quiet)
    build(tmp_path / "other", files[2:4], TINY, 1, quiet)
    assert digests(tmp_path / "set") == digests(tmp_path / "other")


def test_a_folder_with_other_things_is_left_alone(tmp_path: Path, files: list[Art]) -> None:
    (tmp_path / "letter.txt").write_text("dear")
    with pytest.raises(UsageError, match="not empty"):
        build(tmp_path, files[:1], TINY, 1, quiet)
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]


def test_nothing_to_cut_is_said(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="No crop"):
        build(tmp_path / "set", [], Size(10, 1, 0), 1, quiet)


def test_what_is_no_data_set_is_said(tmp_path: Path, built: Path) -> None:
    with pytest.raises(UsageError, match="no data set"):
        store.load(tmp_path)
    for name in (store.CROPS, store.CROP_TABLE):
        (tmp_path / name).write_bytes((built / name).read_bytes())
    lines = (tmp_path / store.CROP_TABLE).read_text().splitlines()
    (tmp_path / store.CROP_TABLE).write_text("\n".join(lines[:-3]))
    with pytest.raises(UsageError, match="damaged"):
        store.load(tmp_path)
    (tmp_path / store.CROPS).write_bytes(b"junk")
    with pytest.raises(UsageError, match="no data set"):
        store.load(tmp_path)


def test_a_sheet_shows_crops(tmp_path: Path, built: Path) -> None:
    data = store.load(built)
    sheet(data, tmp_path / "sheet.png", columns=3, rows=2, kind="drawn")
    picture = np.asarray(Image.open(tmp_path / "sheet.png"))
    assert picture.shape == (196, 294, 3)
    drawn = {data.crops[number].tobytes() for number in np.flatnonzero(data.kinds == "drawn")}
    assert np.ascontiguousarray(picture[98:194, 196:292]).tobytes() in drawn


def halved(pixels: np.ndarray) -> np.ndarray:
    """Half as large."""
    return np.asarray(Image.fromarray(pixels).reduce(2))


CHANGES = {
    "plain": lambda pixels: pixels,
    "mirrored": lambda pixels: pixels[:, ::-1],
    "halved": halved,
    "halved and mirrored": lambda pixels: halved(pixels)[:, ::-1],
    "smaller": lambda pixels: averaged(pixels, 0.7),
    "brighter": lambda pixels: (pixels * 0.8 + 30).astype(np.uint8),
}


def busiest(pixels: np.ndarray) -> np.ndarray:
    """The 96x96 piece with the most contrast."""
    places = [(y, x) for y in range(5, pixels.shape[0] - 96, 7) for x in range(3, pixels.shape[1] - 96, 7)]
    y, x = max(places, key=lambda place: pixels[place[0] : place[0] + 96, place[1] : place[1] + 96].std())
    return pixels[y : y + 96, x : x + 96]


def with_planted(source: Path, target: Path, piece: np.ndarray) -> Path:
    """A copy of a data set in which one crop is another."""
    target.mkdir()
    for path in source.iterdir():
        if path.is_file():
            (target / path.name).write_bytes(path.read_bytes())
    (target / store.WINDOWS).symlink_to(source / store.WINDOWS)
    crops = np.load(target / store.CROPS, mmap_mode="r+")
    crops[len(crops) // 2] = piece
    crops.flush()
    return target


@pytest.mark.parametrize("change", CHANGES)
def test_a_planted_piece_of_the_test_set_is_found(tmp_path: Path, built: Path, tests: Index, change: str) -> None:
    folder = with_planted(built, tmp_path / "set", busiest(CHANGES[change](STAND_IN)))
    verdict = verify(folder, tests, quiet)
    assert not verdict.clean
    assert len(verdict.leaks) == 1
    assert f"crop {len(store.load(folder).crops) // 2} " in verdict.leaks[0]
    assert "stand-in" in verdict.leaks[0]


def test_a_data_set_without_it_is_clean(built: Path, tests: Index) -> None:
    verdict = verify(built, tests, quiet)
    assert verdict.clean
    assert verdict.total == len(store.load(built).crops) + 5 * 9
    assert verdict.checked > verdict.total / 3
    assert verdict.nearest is None or verdict.nearest.correlation < SAME


def test_a_piece_of_a_window_is_found(tmp_path: Path, built: Path, tests: Index) -> None:
    folder = with_planted(built, tmp_path / "set", np.asarray(store.load(built).crops[0]))
    (folder / store.WINDOWS).unlink()
    (folder / store.WINDOWS).mkdir()
    for path in (built / store.WINDOWS).iterdir():
        (folder / store.WINDOWS / path.name).write_bytes(path.read_bytes())
    victim = sorted((folder / store.WINDOWS).iterdir())[0]
    window = np.array(Image.open(victim))
    window[:300, :300] = STAND_IN[20:320, 60:360]
    Image.fromarray(window).save(victim)
    verdict = verify(folder, tests, quiet)
    assert verdict.leaks
    assert all("window piece" in line for line in verdict.leaks)


def test_a_row_that_is_held_out_is_found(tmp_path: Path, built: Path, tests: Index) -> None:
    folder = with_planted(built, tmp_path / "set", np.zeros((96, 96, 3), np.uint8))
    table = folder / store.PICTURE_TABLE
    table.write_text(table.read_text().replace("some-package,1:2-3,0.png", "renpy-demo,1:2-3,images/concert2.png"))
    verdict = verify(folder, tests, quiet)
    assert verdict.forbidden == ("renpy-demo images/concert2.png",)
    assert not verdict.clean


def test_flat_crops_are_not_said_to_be_checked(tests: Index) -> None:
    flat = np.full((5, 96, 96, 3), 120, np.uint8)
    assert search(flat, tests) == ([], 0)
