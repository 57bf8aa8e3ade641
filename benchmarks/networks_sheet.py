"""Draw sheets of small parts of pictures, three times as large, through networks of the pack and what they replace.

    python benchmarks/networks_sheet.py [--upscale docs/networks-upscale.png] [--restore docs/networks-restore.png]

The first shows doubling: bicubic, the modes c-fast and c-hq, the official files of the same classes and the truth, on
a drawing and on frames of the demo clip, which are halved first; the last row is a frame that is doubled as it is, so
nobody knows the truth. The second shows pictures that were damaged: the input, the official Soft file and ours. The
numbers are luma PSNR of the whole pictures. Official files and the drawing are fetched on first use.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import av
import numpy as np
import numpy.typing as npt

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks")]

from judge.chains import Chain  # noqa: E402
from judge.render import drawing  # noqa: E402
from judge.sheet import Box, Tile, compose, cut  # noqa: E402
from scores.classes import Condition  # noqa: E402
from scores.inputs import remembered  # noqa: E402

from anime4k.errors import Anime4kError  # noqa: E402
from anime4k.gl.device import Device  # noqa: E402
from anime4k.modes.pack import locate, pack_file  # noqa: E402
from anime4k.modes.table import find_mode  # noqa: E402
from anime4k.quality import free_set, metrics, wheels  # noqa: E402
from anime4k.quality.resample import Kernel, resize, rounded  # noqa: E402

Pixels = npt.NDArray[np.uint8]
Column = tuple[str, Callable[[Pixels], Pixels]]

DEMO = ROOT / "anime4k" / "demo" / "demo.mkv"
SIZE = (78, 66)
"""Of what is shown of each picture, in its pixels."""


@dataclass(frozen=True)
class Case:
    """A row of a sheet.

    Attributes:
        name: what the row shows.
        given: the input.
        truth: what should come out; None when nobody knows.
        place: left and top of the part that is shown.
    """

    name: str
    given: Pixels
    truth: Pixels | None
    place: tuple[int, int]

    @property
    def box(self) -> Box:
        """The part that is shown."""
        return (*self.place, *SIZE)


def frame(number: int) -> Pixels:
    """A frame of the demo clip."""
    with av.open(str(DEMO)) as clip:
        for index, found in enumerate(clip.decode(video=0)):
            if index == number:
                return np.asarray(found.to_ndarray(format="rgb24"), np.uint8)
    raise LookupError(f"the demo clip has no frame {number}")


def bicubic(picture: Pixels) -> Pixels:
    """Twice the size with Catmull and Rom's cubic."""
    height, width = picture.shape[:2]
    return rounded(resize(picture, (width * 2, height * 2), Kernel.CATMULL_ROM))


def through(device: Device, name: str, files: Sequence[Path], scale: int) -> Column:
    """A column of shader files."""

    def draw(picture: Pixels) -> Pixels:
        with drawing(device, Chain(name, tuple(files))) as made:
            return made(picture, scale)

    return name, draw


def tiles(cases: Sequence[Case], columns: Sequence[Column]) -> Iterator[Tile]:
    """The tiles, row by row, the truth last."""
    for case in cases:
        for name, draw in columns:
            picture = draw(case.given)
            score = "" if case.truth is None else f", {metrics.psnr(picture, case.truth):.2f} dB"
            yield Tile(f"{name}{score}", cut(picture, case.box))
        if case.truth is None:
            yield Tile(f"({case.name})", np.full((SIZE[1], SIZE[0], 3), 255, np.uint8))
        else:
            yield Tile(f"truth ({case.name})", cut(case.truth, case.box))


def doubling(device: Device) -> tuple[list[Case], list[Column]]:
    """Rows and columns of the first sheet."""
    shaders = wheels.shaders()
    face, girl, town = free_set.load_small()[0], frame(132), frame(36)
    cases = [
        Case("drawing", face.small, face.large, (140, 60)),
        Case("drawing", face.small, face.large, (116, 262)),
        Case("clip, halved", free_set.halved(girl), girl, (285, 138)),
        Case("clip, halved", free_set.halved(girl), girl, (480, 95)),
        Case("clip, halved", free_set.halved(town), town, (350, 75)),
        Case("clip, halved", free_set.halved(town), town, (150, 222)),
        Case("clip, truth unknown", town, None, (880, 480)),
    ]
    columns = [("bicubic", bicubic)]
    for mode, official in (("c-fast", "M"), ("c-hq", "VL")):
        columns.append(through(device, f"official {official}", [shaders[f"Anime4K_Upscale_CNN_x2_{official}.glsl"]], 2))
        columns.append(through(device, mode, [locate(name) for name in find_mode(mode).shaders], 2))
    return cases, columns


def damage(device: Device) -> tuple[list[Case], list[Column]]:
    """Rows and columns of the second sheet; without columns while the pack has none of the files."""
    shaders = wheels.shaders()
    face, girl = free_set.load_small()[0].large, frame(132)
    cases = [
        Case(f"{picture_name}, {condition.head}", remembered(condition, picture), picture, place)
        for condition in (Condition.TWO_THIRDS, Condition.RINGING, Condition.JPEG, Condition.CRF28)
        for picture_name, picture, place in (("drawing", face, (140, 60)), ("clip", girl, (285, 138)))
    ]
    columns: list[Column] = [("input", lambda picture: picture)]
    columns.append(through(device, "official Soft M", [shaders["Anime4K_Restore_CNN_Soft_M.glsl"]], 1))
    found = [pack_file(name) for name in ("a4k-restore-cnn-m", "a4k-clean-cnn-m")]
    columns += [through(device, path.stem.removeprefix("a4k-"), [path], 1) for path in found if path is not None]
    return cases, columns if any(found) else []


def main() -> int:
    """Draw and write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--upscale", type=Path, default=ROOT / "docs" / "networks-upscale.png", metavar="FILE")
    parser.add_argument("--restore", type=Path, default=ROOT / "docs" / "networks-restore.png", metavar="FILE")
    parser.add_argument("--only", choices=("upscale", "restore"), help="write only one of them")
    arguments = parser.parse_args()
    sheets = {"upscale": (doubling, arguments.upscale), "restore": (damage, arguments.restore)}
    try:
        device = Device.standalone()
        for name, (make, path) in sheets.items():
            cases, columns = make(device) if arguments.only in (None, name) else ([], [])
            if columns:
                compose(list(tiles(cases, columns)), len(columns) + 1).save(path, "PNG", optimize=True)
                print(f"{path}  {path.stat().st_size // 1024} KiB")
        device.release()
    except Anime4kError as error:
        print(f"networks_sheet.py: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
