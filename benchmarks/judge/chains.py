"""The rows of the tables: third-party shader files and those of the pack, found by name."""

from __future__ import annotations

import enum
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from anime4k.modes.pack import pack_files
from anime4k.pipeline.settings import Dither, RenderSettings, Scaler

PLAIN = RenderSettings(
    scaler=Scaler.BILINEAR, sigmoid=False, linear_downscale=False, antialias=False, dither=Dither.NONE
)
"""Everything that would change the picture besides the shader is off."""
SHARP = RenderSettings(
    scaler=Scaler.LANCZOS, sigmoid=False, linear_downscale=False, antialias=False, dither=Dither.NONE
)
"""The same with lanczos as the scaler."""

THIRD_PARTY = "Anime4K_"
"""How the names of the third-party files begin that the tables show."""


class Task(enum.Enum):
    """What a file is for."""

    UPSCALE = "upscale"
    DENOISE = "denoise"
    DEBLUR = "deblur"
    LINES = "lines"
    DEBAND = "deband"


PACK_NAMES: Mapping[Task, tuple[str, ...]] = {
    Task.UPSCALE: ("a4k-upscale", "a4k-lite", "a4k-push"),
    Task.DENOISE: ("a4k-denoise",),
    Task.DEBLUR: ("a4k-deblur",),
    Task.LINES: ("a4k-thin", "a4k-darken"),
    Task.DEBAND: ("a4k-deband",),
}
"""How the names of the pack's files for a task begin."""

TRAINED = re.compile("-cnn-|-upscale-lite$")
"""What is in the names of files that were trained."""

OUTPUT_SCALE = ("a4k-lite", "a4k-push")
"""Files that work on the scaled picture; they are shown over both scalers."""

THIRD_PARTY_NAMES: Mapping[Task, tuple[str, ...]] = {
    Task.UPSCALE: (
        "Upscale_Original_x2", "Upscale_Deblur_Original_x2", "Upscale_DTD_x2", "Upscale_DoG_x2",
        "Upscale_Deblur_DoG_x2", "Upscale_CNN_x2_S", "Upscale_CNN_x2_M", "Upscale_CNN_x2_L",
    ),
    Task.DENOISE: ("Denoise_Bilateral_Mean", "Denoise_Bilateral_Median", "Denoise_Bilateral_Mode"),
    Task.DEBLUR: ("Deblur_DoG", "Deblur_Original"),
    Task.LINES: ("Thin_HQ", "Thin_Fast", "Thin_VeryFast", "Darken_HQ", "Darken_Fast", "Darken_VeryFast"),
    Task.DEBAND: (),
}  # fmt: skip


@dataclass(frozen=True)
class Chain:
    """One row: shader files, their parameters and the scaler under them.

    Attributes:
        label: the row's name.
        files: shader files in order.
        parameters: (file/parameter, value).
        settings: choices about built-in stages.
        ours: whether the files are the pack's.
    """

    label: str
    files: tuple[Path, ...] = ()
    parameters: tuple[tuple[str, str], ...] = ()
    settings: RenderSettings = PLAIN
    ours: bool = False


BILINEAR = Chain("bilinear")
LANCZOS = Chain("lanczos", settings=SHARP)


def third_party(task: Task, shaders: Mapping[str, Path]) -> tuple[Chain, ...]:
    """The rows of third-party files for a task; `shaders` is what `quality.wheels.shaders` returns."""
    names = [f"{THIRD_PARTY}{name}" for name in THIRD_PARTY_NAMES[task]]
    return tuple(Chain(name.replace("_", " ", 1), (shaders[f"{name}.glsl"],)) for name in names)


def own_files(task: Task) -> tuple[Path, ...]:
    """The pack's files for a task that exist, without what was trained: that is scored by `benchmarks/networks.py`."""
    names = PACK_NAMES[task]
    return tuple(path for path in pack_files() if path.stem.startswith(names) and not TRAINED.search(path.stem))


def own(task: Task) -> tuple[Chain, ...]:
    """The rows of the pack's files for a task, with default parameters."""
    chains: list[Chain] = []
    for path in own_files(task):
        if task is Task.UPSCALE and path.stem.startswith(OUTPUT_SCALE):
            chains.append(Chain(f"{path.stem} on bilinear", (path,), ours=True))
            chains.append(Chain(f"{path.stem} on lanczos", (path,), settings=SHARP, ours=True))
        else:
            chains.append(Chain(path.stem, (path,), ours=True))
    return tuple(chains)


def with_parameter(chain: Chain, name: str, value: int) -> Chain:
    """The chain with a parameter of its only file set, and named after it."""
    (path,) = chain.files
    label, parameter = f"{chain.label}, {name} {value}", (f"{path.stem}/{name}", str(value))
    return Chain(label, chain.files, (*chain.parameters, parameter), chain.settings, chain.ours)
