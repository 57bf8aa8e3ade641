"""The free test set: five drawn pictures composed of art in Debian packages, and their halves.

The pictures are the ones that every quality figure of this project is measured on; nothing may be tuned on them. One
is closely related to pictures that the pack was tuned on (see `RELATED`), so figures are also given without it. The
small picture is cut from one of the packages alone (8 MB of download instead of 180 MB).
The packages are downloaded once and kept in the user's cache folder (ANIME4K_PEERS_CACHE overrides it).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image

from anime4k.quality import debian

Pixels = npt.NDArray[np.uint8]

QUESTION = debian.Package(
    "renpy-thequestion",
    "8.0.3+dfsg-1",
    "pool/main/r/renpy/renpy-thequestion_8.0.3+dfsg-1_all.deb",
    "aee15e3230dd4ea84295ffc98e2793ad9dd48780991b6a0e8a8db47fda1b0bfa",
    "usr/share/games/renpy/the_question/game/images/",
)
DEMO = debian.Package(
    "renpy-demo",
    "8.0.3+dfsg-1",
    "pool/main/r/renpy/renpy-demo_8.0.3+dfsg-1_all.deb",
    "b7599368598cd7a96e89772d48d7c89327fcc8d4490e0760eceda0bd792025d5",
    "usr/share/games/renpy/demo/game/images/",
)
WESNOTH = debian.Package(
    "wesnoth-1.16-data",
    "1:1.16.9-1",
    "pool/main/w/wesnoth-1.16/wesnoth-1.16-data_1.16.9-1_all.deb",
    "1012b964bd412a6770685e3324ae3b61e176caff7846192d1ee63d55cd621e26",
    "usr/share/games/wesnoth/1.16/data/core/images/portraits/elves/",
)

ELVES = ("archer+female", "archer", "captain", "druid", "fighter", "hero")
ELF_CELL = 420
ELF_COLUMNS = 3
FLAT_BLUE = (80, 120, 200)

SMALL_BOX = (230, 30, 870, 390)
"""The part of "club" that is the small picture: a face, hair, and a bit of the room."""


@dataclass(frozen=True)
class Pair:
    """A picture and its half.

    Attributes:
        name: one word.
        large: the truth, 8-bit RGB of even size.
        small: the mean of each 2x2 block of it.
    """

    name: str
    large: Pixels
    small: Pixels


def halved(picture: Pixels) -> Pixels:
    """The mean of each 2x2 block of codes, halves rounded up; an odd last row or column is left out."""
    height, width = picture.shape[0] // 2 * 2, picture.shape[1] // 2 * 2
    wide = picture[:height, :width].astype(np.uint16)
    blocks = wide[0::2, 0::2] + wide[1::2, 0::2] + wide[0::2, 1::2] + wide[1::2, 1::2]
    result: Pixels = ((blocks + 2) // 4).astype(np.uint8)
    return result


def pair(name: str, picture: Pixels) -> Pair:
    """A picture, made even, with its half."""
    height, width = picture.shape[0] // 2 * 2, picture.shape[1] // 2 * 2
    return Pair(name, np.ascontiguousarray(picture[:height, :width]), halved(picture))


def standing(background: Path, *figures: tuple[Path, int]) -> Pixels:
    """Figures that stand on the lower border of a background, each centred on the given column."""
    canvas = Image.open(background).convert("RGBA")
    for path, centre in figures:
        figure = Image.open(path).convert("RGBA")
        canvas.alpha_composite(figure, (centre - figure.width // 2, canvas.height - figure.height))
    return np.asarray(canvas.convert("RGB"))


def sylvie(background: str) -> Pixels:
    """A place of "The Question" with the heroine as a schoolgirl and as an adult, on the thirds."""
    folder = debian.files(QUESTION)
    figures = (folder / "sylvie green smile.png", 427), (folder / "sylvie blue normal.png", 853)
    return standing(folder / f"bg {background}.jpg", *figures)


def concert() -> Pixels:
    """The second concert picture of the demo, as it is."""
    return np.asarray(Image.open(debian.files(DEMO) / "concert2.png").convert("RGB"))


def garden() -> Pixels:
    """The demo's white house with Lucy between two Eileens."""
    folder = debian.files(DEMO)
    figures = [("eileen concerned", 240), ("lucy mad", 640), ("eileen happy", 1000)]
    return standing(folder / "bg whitehouse.jpg", *((folder / f"{name}.png", centre) for name, centre in figures))


def elves() -> Pixels:
    """Six portraits on flat blue, each standing in the middle of its cell."""
    folder = debian.files(WESNOTH)
    rows = len(ELVES) // ELF_COLUMNS
    canvas = Image.new("RGBA", (ELF_COLUMNS * ELF_CELL, rows * ELF_CELL), (*FLAT_BLUE, 255))
    for number, name in enumerate(ELVES):
        portrait = Image.open(folder / f"{name}.png").convert("RGBA")
        left = number % ELF_COLUMNS * ELF_CELL + ELF_CELL // 2 - portrait.width // 2
        top = (number // ELF_COLUMNS + 1) * ELF_CELL - portrait.height
        # A portrait may be higher than its cell, and then hangs over into the one above or out of the picture.
        layer = Image.new("RGBA", canvas.size)
        layer.paste(portrait, (left, top))
        canvas.alpha_composite(layer)
    return np.asarray(canvas.convert("RGB"))


RELATED = "concert"
"""The demo has three versions of this drawing; two were among the pictures that the pack was tuned on. Half of their
pixels are equal to those of the version here."""

PICTURES: dict[str, Callable[[], Pixels]] = {
    "club": lambda: sylvie("club"),
    "uni": lambda: sylvie("uni"),
    "concert": concert,
    "garden": garden,
    "elves": elves,
}


def load() -> tuple[Pair, ...]:
    """The five pairs.

    Raises:
        FetchError: a package could not be downloaded.
    """
    return tuple(pair(name, make()) for name, make in PICTURES.items())


def load_small() -> tuple[Pair, ...]:
    """One pair of 640x360 and 320x180, for quick runs."""
    left, top, right, bottom = SMALL_BOX
    return (pair("face", sylvie("club")[top:bottom, left:right]),)
