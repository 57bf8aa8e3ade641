"""Which shader files are scored: the pack's networks, official ones, and networks that are only trained so far."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from anime4k.errors import UsageError
from anime4k.hooks.parse import parse_file

from .classes import Flavour, Size
from .models import LITE, Model, model_in

OFFICIAL = "Anime4K_"
_NUMBER = r"[-+]?\d*\.?\d+(?:[eE][-+]?\d+)?"
_CONSTANT = re.compile(rf"\b(?:mat4|vec4)\(\s*({_NUMBER}(?:\s*,\s*{_NUMBER})*)\s*\)")


@dataclass(frozen=True)
class Candidate:
    """A shader file with one network in it.

    Attributes:
        name: of its row.
        path: of the file.
        flavour: what it is for.
        size: its class.
        official: whether it is somebody else's.
        multiplications: multiply-adds per pixel of the source, where it is known what the file was made of.
        weights: trained numbers, likewise.
    """

    name: str
    path: Path
    flavour: Flavour
    size: Size
    official: bool
    multiplications: int | None = None
    weights: int | None = None


def classified(name: str) -> tuple[Flavour, Size] | None:
    """Flavour and class by the name of one of our files; None when it is no network in fragment form."""
    if name == LITE:
        return Flavour.UPSCALE, Size.LITE
    match = re.fullmatch(r"a4k-(\w+)-cnn-(\w+)", name)
    if match is None:
        return None
    flavours = {flavour.word: flavour for flavour in Flavour if flavour.word}
    sizes = {size.name.lower(): size for size in Size}
    flavour, size = flavours.get(match[1]), sizes.get(match[2])
    return None if flavour is None or size is None else (flavour, size)


def own(files: Iterable[Path], trained: Mapping[str, Model]) -> list[Candidate]:
    """The networks among the pack's files; `trained` has what they were made of."""
    found = []
    for path in files:
        kind = classified(path.stem)
        if kind is not None:
            model = trained.get(path.stem)
            sizes = () if model is None else (model.multiplications, model.weights)
            found.append(Candidate(path.stem, path, *kind, False, *sizes))
    return found


def official(shaders: Mapping[str, Path]) -> list[Candidate]:
    """The official networks; `shaders` is what `quality.wheels.shaders` returns."""
    found = []
    for flavour in Flavour:
        for size in Size:
            path = shaders.get(f"{OFFICIAL}{flavour.official}{size.name}.glsl")
            if flavour.official and path is not None:
                found.append(Candidate(path.stem, path, flavour, size, True))
    return found


def from_archives(archives: Iterable[Path], folder: Path) -> list[Candidate]:
    """Trained networks as shader files, which are written into `folder`; rows are named after the archives.

    Raises:
        UsageError: the name of a network does not say what it is for.
    """
    found = []
    for number, archive in enumerate(archives):
        model = model_in(archive)
        kind = classified(model.name)
        if kind is None:
            raise UsageError(
                f"{archive} holds a network named {model.name}, which says neither what it is for nor its class; "
                "rename it like a4k-upscale-cnn-m"
            )
        path = folder / str(number) / f"{model.name}.glsl"
        path.parent.mkdir()
        path.write_text(model.text(), encoding="utf-8")
        found.append(Candidate(str(archive), path, *kind, False, model.multiplications, model.weights))
    return found


def weights_in(path: Path) -> int:
    """Trained numbers in a shader file: the constants of its matrices and vectors that are not 0."""
    constants = (match for decl in parse_file(path).passes for match in _CONSTANT.findall(decl.body))
    return sum(float(number) != 0 for text in constants for number in text.split(","))
