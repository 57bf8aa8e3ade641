"""Which shader files are proven, and what each of them must show."""

from __future__ import annotations

import fnmatch
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import numpy.typing as npt

from anime4k.errors import UsageError
from anime4k.modes.pack import pack_files
from anime4k.networks import bank, numpy, store
from anime4k.networks.trained import trained_folder

Floats = npt.NDArray[np.float32]

COMPUTE = "-compute"
"""How the names of compute forms end."""
LITE = "a4k-upscale-lite"
"""The filter bank, which is no network."""


@dataclass(frozen=True)
class Proven:
    """A shader file and the evaluation that it must equal.

    Attributes:
        name: of the file, without its extension.
        path: of the file.
        trained: the file of weights it was made of.
        twin: the other form of it; None where there is none.
        scale: 2 when it doubles, 1 when it keeps the size.
        evaluate: (h, w, 3) values to (h * scale, w * scale, 3) values, in numpy.
    """

    name: str
    path: Path
    trained: Path
    twin: Path | None
    scale: int
    evaluate: Callable[[npt.ArrayLike], Floats]


def is_network(name: str) -> bool:
    """Whether a file of the pack was trained."""
    return "-cnn-" in name or name == LITE


def proven(path: Path) -> Proven:
    """What belongs to a file of the pack.

    Raises:
        MediaError: there are no weights for it, or they are damaged.
    """
    base = path.stem.removesuffix(COMPUTE)
    trained = trained_folder() / f"{base}.npz"
    twin = path.with_name((base if path.stem != base else base + COMPUTE) + path.suffix)
    known = twin if twin.is_file() else None
    if base == LITE:
        found, _ = bank.read(trained)
        return Proven(path.stem, path, trained, known, 2, partial(bank.evaluate, found))
    network, _ = store.read(trained)
    return Proven(path.stem, path, trained, known, network.scale, partial(numpy.evaluate, network))


def chosen(patterns: Sequence[str]) -> list[Proven]:
    """The trained files of the pack whose names match one of the patterns; all without patterns.

    Raises:
        MediaError: weights are missing or damaged.
        UsageError: nothing matches.
    """
    paths = [path for path in pack_files() if is_network(path.stem)]
    wanted = [p for p in paths if not patterns or any(fnmatch.fnmatchcase(p.stem, pattern) for pattern in patterns)]
    if not wanted:
        raise UsageError(f"no network of the pack is called {' or '.join(patterns)}; leave --only out to check all")
    return [proven(path) for path in wanted]
