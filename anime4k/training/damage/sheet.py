"""A sheet of pairs to look at: clean, damaged, and their difference four times as strong."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from anime4k.training.damage.store import PairStore

CAPTION = 26
COLUMNS = 3
GAIN = 4


def write_sheet(store: PairStore, path: Path, count: int = 30, zoom: int = 2) -> None:
    """Write the first pairs of a store as a picture file; pixels are enlarged without smoothing."""
    side = store.clean.shape[1] * zoom
    rows = -(-count // COLUMNS)
    sheet = Image.new("RGB", (COLUMNS * (3 * side + 12), rows * (side + CAPTION)), (24, 24, 24))
    draw = ImageDraw.Draw(sheet)
    for number in range(min(count, len(store.rows))):
        left, top = number % COLUMNS * (3 * side + 12), number // COLUMNS * (side + CAPTION)
        clean = np.asarray(store.clean[number])
        damaged = np.repeat(np.repeat(store.damaged[number], store.scale, 0), store.scale, 1)
        error = np.clip(128 + GAIN * (damaged.astype(int) - clean), 0, 255).astype(np.uint8)
        for place, picture in enumerate((clean, damaged, error)):
            tile = Image.fromarray(np.ascontiguousarray(picture)).resize((side, side), Image.Resampling.NEAREST)
            sheet.paste(tile, (left + place * side, top + CAPTION))
        row = store.rows[number]
        draw.text((left + 2, top + 1), f"{number} {row['look']}: {row['damage']}", fill=(255, 255, 255))
        draw.text((left + 2, top + 13), f"{row['codec']} {row['parameters']}", fill=(200, 200, 120))
    sheet.save(path)
