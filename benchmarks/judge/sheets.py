"""Which parts of which pictures are shown."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from .bench import Bench
from .page import Picture
from .sheet import ZOOM, Box, Tile, compose, cut, save

COLUMNS = 4


@dataclass(frozen=True)
class Spec:
    """One contact sheet.

    Attributes:
        file: its name.
        caption: what it shows.
        section: the section whose results it shows.
        key: name of the picture within the section.
        box: the part shown in a full run.
        quick_box: the part shown in a quick run.
        columns: tiles in a row.
        zoom: how many pixels a pixel becomes wide.
    """

    file: str
    caption: str
    section: str
    key: str
    box: Box
    quick_box: Box
    columns: int = COLUMNS
    zoom: int = ZOOM


SPECS = (
    Spec("quality-enlarging.png", "Twice the size", "enlarging", "", (356, 92, 112, 76), (126, 62, 112, 76)),
    Spec("quality-noise.png", "JPEG of quality 10", "noise", "JPEG 10", (76, 0, 112, 76), (0, 0, 112, 76)),
    Spec("quality-lines.png", "Lines", "lines", "lines", (200, 440, 112, 76), (200, 440, 112, 76)),
    Spec("quality-bokeh.png", "Blurred lights", "lines", "bokeh", (200, 300, 336, 228), (200, 300, 336, 228), zoom=1),
    Spec("quality-text.png", "Letters", "lines", "text", (8, 560, 112, 76), (8, 560, 112, 76)),
)


def write(bench: Bench, folder: Path) -> list[Picture]:
    """Write the sheets of the sections that were drawn."""
    folder.mkdir(parents=True, exist_ok=True)
    pictures = []
    for spec in SPECS:
        tiles = list(tiles_of(bench, spec))
        if tiles:
            size = save(compose(tiles, spec.columns, spec.zoom), folder / spec.file)
            print(f"{folder / spec.file}  {size // 1024} KiB")
            pictures.append(Picture(spec.file, spec.caption))
    return pictures


def tiles_of(bench: Bench, spec: Spec) -> Iterator[Tile]:
    """The tiles of a sheet, the truth first where there is one."""
    box = spec.quick_box if bench.quick else spec.box
    first = bench.pairs[0]
    kept = {(label, key): pixels for (section, label, key), pixels in bench.kept.items() if section == spec.section}
    if not kept:
        return
    if spec.section == "enlarging":
        yield Tile("truth", cut(first.large, box))
    elif ("truth", "") in kept:
        yield Tile("truth", cut(kept["truth", ""], box))
    wanted = first.name if spec.section == "enlarging" else spec.key
    for (label, key), pixels in kept.items():
        if key == wanted and label != "truth":
            yield Tile(label.removeprefix("Anime4K "), cut(pixels, box))
