"""Building a data set: every picture is prepared once, then the crops are shared out and cut."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image

from anime4k import __version__
from anime4k.errors import UsageError
from anime4k.training.data import store
from anime4k.training.data.area import averaged
from anime4k.training.data.crops import FLAT_SHARE, SIDE, Candidates, candidates, draw, quotas
from anime4k.training.data.files import CHECK_SHARE, Art, lot
from anime4k.training.data.kinds import Kind, shares
from anime4k.training.data.pictures import opened, prepared
from anime4k.training.data.procedural.draw import drawings

Pixels = npt.NDArray[np.uint8]
Numbers = npt.NDArray[np.intp]
Report = Callable[[str], None]

WINDOW = 320
"""Width and height of a window, which damage is made from; crops are too small for codecs."""

_BACKDROPS = 48
"""So many pictures of each split are kept at hand to stand behind transparent ones."""

_BACKDROP_SIDE = 800


@dataclass(frozen=True)
class Size:
    """How much is built.

    Attributes:
        crops: how many crops; fewer if the pictures do not give so many.
        windows: how many windows, likewise.
        drawn: how many pictures the program draws itself.
    """

    crops: int = 40_000
    windows: int = 1_200
    drawn: int = 420


SMALL = Size(crops=300, windows=8, drawn=12)


@dataclass(frozen=True)
class Made:
    """A prepared picture.

    Attributes:
        id: names it in the tables.
        kind: what it is.
        check: whether it is kept for checks.
        row: its row in the table of pictures.
        size: width and height.
        path: where its pixels are kept while the data set is built.
        places: where crops may be cut.
    """

    id: str
    kind: Kind
    check: bool
    row: dict[str, object]
    size: tuple[int, int]
    path: Path
    places: Candidates


def seeded(seed: int, *words: str) -> np.random.Generator:
    """A generator that depends on the seed and on words, but on nothing that came before."""
    codes = [int.from_bytes(word.encode(), "little") for word in words]
    return np.random.default_rng([seed, *codes])


def backdrops(art: Sequence[Art], check: bool, seed: int) -> list[Image.Image]:
    """Opaque pictures of one split to stand behind transparent ones: paintings, averaged down."""
    rng = seeded(seed, "backdrops", str(check))
    wanted = [item for item in art if item.rule.kind in (Kind.STORY, Kind.WALLPAPER) and item.check == check]
    order = rng.permutation(len(wanted))[:_BACKDROPS]
    result = []
    for item in (wanted[number] for number in order):
        picture = opened(item.path)
        if picture is not None:
            factor = min(0.6, _BACKDROP_SIDE / max(picture.size))
            result.append(Image.fromarray(averaged(np.asarray(picture.convert("RGB")), factor)))
    return result


def from_files(art: Sequence[Art], scratch: Path, seed: int) -> Iterator[Made]:
    """Every copy of every file that is of use."""
    others = {check: backdrops(art, check, seed) for check in (False, True)}
    number = 0
    for item in art:
        picture = opened(item.path)
        if picture is None:
            continue
        rng = seeded(seed, item.package, item.name)
        for factor, pixels in prepared(picture, item.rule, others[item.check], rng):
            row: dict[str, object] = {
                "package": item.package,
                "version": item.version,
                "file": item.name,
                "licence": item.licence,
                "group": item.group,
                "factor": f"{factor:.4g}",
            }
            yield made(f"f{number:05d}", item.rule.kind, item.check, row, pixels, scratch, rng)
            number += 1


def from_program(count: int, scratch: Path, seed: int) -> Iterator[Made]:
    """The pictures that the program draws; each is a group of its own."""
    for number, (scene, pixels) in enumerate(drawings(count, seed)):
        group = f"{Kind.DRAWN.value}/{scene}-{number}"
        row: dict[str, object] = {
            "package": "anime4k",
            "version": __version__,
            "file": f"drawn:{scene}:{seed}:{number}",
            "licence": "MIT",
            "group": group,
            "factor": "1",
        }
        # The last is for checks in any case, so that the smallest set has some.
        check = lot(group) < CHECK_SHARE or number == count - 1
        yield made(f"d{number:05d}", Kind.DRAWN, check, row, pixels, scratch, seeded(seed, group))


def made(
    name: str, kind: Kind, check: bool, row: dict[str, object], pixels: Pixels, scratch: Path, rng: np.random.Generator
) -> Made:
    """A prepared picture, its pixels put aside."""
    path = scratch / f"{name}.npy"
    np.save(path, pixels)
    split = store.CHECK if check else store.TRAIN
    height, width = pixels.shape[:2]
    row = {"id": name, "kind": kind.value, "split": split, **row, "width": width, "height": height}
    return Made(name, kind, check, row, (width, height), path, candidates(pixels, rng))


def share_out(pictures: Sequence[Made], crops: int, seed: int) -> list[Numbers]:
    """For every picture, the numbers of the places where crops are cut, by the shares of the kinds."""
    result: list[Numbers] = [np.zeros(0, np.intp) for _ in pictures]
    for kind, share in shares({picture.kind for picture in pictures}).items():
        mine = [number for number, picture in enumerate(pictures) if picture.kind is kind]
        budget = round(crops * share)
        flat = round(budget * FLAT_SHARE)
        few = max(1, 4 * flat // max(1, len(mine)))
        for part, most, choose in (
            (flat, few, Candidates.flat),
            (budget - flat, 1 << 30, Candidates.busy),
        ):
            numbers = [choose(pictures[number].places) for number in mine]
            capacities = np.array([min(most, len(found)) for found in numbers], np.int64)
            for number, found, quota in zip(mine, numbers, quotas(capacities, part), strict=True):
                rng = seeded(seed, "draw", pictures[number].id, str(most))
                cut = draw(pictures[number].places, found, int(quota), rng)
                result[number] = np.concatenate([result[number], cut])
    return result


def build(
    folder: Path,
    art: Sequence[Art],
    size: Size,
    seed: int,
    report: Report,
) -> None:
    """Build a data set in `folder`; one that lies there already is replaced when the new one is complete.

    Args:
        folder: where it goes.
        art: the files to use.
        size: how much to build.
        seed: equal seeds and equal files give equal bytes.
        report: is told in one line what is being done.

    Raises:
        UsageError: there is nothing to cut, or the folder holds something that is no data set.
    """
    if folder.exists() and any(folder.iterdir()) and not (folder / store.CROP_TABLE).exists():
        raise UsageError(f"{folder} is not empty and holds no data set; name another folder.")
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder, prefix=".build-") as name:
        scratch = Path(name)
        pictures = [*from_files(art, scratch, seed), *from_program(size.drawn, scratch, seed)]
        report(f"{len(pictures)} pictures prepared")
        chosen = share_out(pictures, size.crops, seed)
        new = scratch / "new"
        new.mkdir()
        count = cut(new, pictures, chosen, seed)
        report(f"{count} crops cut")
        store.write_table(new / store.PICTURE_TABLE, store.PICTURE_FIELDS, (picture.row for picture in pictures))
        windows = cut_windows(new, pictures, size.windows, seed)
        report(f"{windows} windows cut")
        (new / "README.txt").write_text(
            f"Built by anime4k {__version__} with seed {seed}. Every picture's source and licence: pictures.csv.\n"
        )
        shutil.rmtree(folder / store.WINDOWS, ignore_errors=True)
        for path in new.iterdir():
            path.replace(folder / path.name)


def cut(folder: Path, pictures: Sequence[Made], chosen: Sequence[Numbers], seed: int) -> int:
    """Write the crops in random order, and their table; return how many there are."""
    count = sum(len(numbers) for numbers in chosen)
    if count == 0:
        raise UsageError("No crop can be cut from these pictures; name more packages.")
    rows: list[dict[str, object]] = [{}] * count
    target = iter(seeded(seed, "shuffle").permutation(count).tolist())
    crops = np.lib.format.open_memmap(folder / store.CROPS, "w+", np.uint8, (count, SIDE, SIDE, 3))
    for picture, numbers in zip(pictures, chosen, strict=True):
        if not len(numbers):
            continue
        pixels: Pixels = np.load(picture.path)
        for number in numbers:
            x, y = (int(value) for value in picture.places.places[number])
            row = next(target)
            crops[row] = pixels[y : y + SIDE, x : x + SIDE]
            rows[row] = {
                "picture": picture.id,
                "kind": picture.kind.value,
                "x": x,
                "y": y,
                "information": f"{picture.places.information[number]:.2f}",
                "split": picture.row["split"],
            }
    crops.flush()
    del crops
    store.write_table(folder / store.CROP_TABLE, store.CROP_FIELDS, rows)
    return count


def cut_windows(folder: Path, pictures: Sequence[Made], count: int, seed: int) -> int:
    """Write windows of pictures to train on as PNG files, and their table; return how many there are."""
    (folder / store.WINDOWS).mkdir()
    large = [picture for picture in pictures if not picture.check and min(picture.size) >= WINDOW]
    rows: list[dict[str, object]] = []
    for kind, share in shares({picture.kind for picture in large}).items():
        mine = [picture for picture in large if picture.kind is kind]
        areas = [picture.size[0] * picture.size[1] for picture in mine]
        capacities = np.array([max(1, area // (WINDOW * WINDOW)) for area in areas], np.int64)
        for picture, quota in zip(mine, quotas(capacities, round(count * share)), strict=True):
            pixels: Pixels = np.load(picture.path)
            for x, y in window_places(picture, int(quota), seeded(seed, "windows", picture.id)):
                name = f"{picture.id}-{x}-{y}.png"
                Image.fromarray(pixels[y : y + WINDOW, x : x + WINDOW]).save(folder / store.WINDOWS / name)
                rows.append({"file": name, "picture": picture.id, "kind": kind.value, "x": x, "y": y})
    store.write_table(folder / store.WINDOW_TABLE, store.WINDOW_FIELDS, rows)
    return len(rows)


def window_places(picture: Made, count: int, rng: np.random.Generator) -> list[tuple[int, int]]:
    """Left and top of the `count` most informative of some random windows that hardly overlap."""
    width, height = picture.size
    tries = np.stack([rng.integers(0, width - WINDOW + 1, 40), rng.integers(0, height - WINDOW + 1, 40)], -1)
    centres = picture.places.places + SIDE // 2
    worth = []
    for left, top in tries:
        inside = ((centres >= (left, top)) & (centres < (left + WINDOW, top + WINDOW))).all(1)
        worth.append(float(np.minimum(picture.places.information[inside], 10).sum()))
    result: list[tuple[int, int]] = []
    for number in np.argsort(-np.array(worth), kind="stable"):
        x, y = (int(value) for value in tries[number])
        if len(result) < count and all(max(abs(x - a), abs(y - b)) >= WINDOW // 2 for a, b in result):
            result.append((x, y))
    return result
