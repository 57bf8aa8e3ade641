"""A mode as a single file: the same picture as the chain, here, in mpv and in FFmpeg's libplacebo filter."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from anime4k.cli.main import main
from anime4k.modes.pack import locate
from anime4k.modes.table import find_mode

if TYPE_CHECKING:
    from engines.table import Bench

SOURCE = (160, 90)
DB = 50.0


def agreement(first: np.ndarray, second: np.ndarray) -> float:
    """Peak signal to noise ratio of 8-bit pictures in dB, 99 when they are equal."""
    error = float(np.mean((first.astype(float) - second.astype(float)) ** 2))
    return 99.0 if error == 0 else 10 * float(np.log10(255**2 / error))


@pytest.mark.timeout(300)
@pytest.mark.parametrize(("mode", "size"), [("a-fast", (320, 180)), ("b+b-fast", (480, 270)), ("c+a-hq", (480, 270))])
def test_the_bundle_of_a_mode_shows_the_same_everywhere(
    bench: Bench, tmp_path: Path, mode: str, size: tuple[int, int]
) -> None:
    from engines import libplacebo, mpv, ours, source

    # Without parameters, so that versions from before there were any take the file as well.
    target = tmp_path / "one.glsl"
    assert main(["shaders", "bundle", "--mode", mode, "-o", str(target), "--bake"]) == 0
    clip = source.make(*SOURCE)
    chain = ours.render(bench.device, clip, size, [locate(name) for name in find_mode(mode).shaders])
    one = ours.render(bench.device, clip, size, [target])
    assert not chain.disabled and not one.disabled
    assert np.array_equal(chain.picture.pixels, one.picture.pixels)
    there = mpv.render(clip, size, [target], bench.display)
    assert agreement(one.picture.pixels, there.pixels) >= DB
    assert agreement(one.picture.pixels, libplacebo.render_as_it_is(clip, size, target).pixels) >= DB


@pytest.mark.timeout(300)
@pytest.mark.parametrize(
    "names",
    [
        ("FSR.glsl", "FSR.glsl", "KrigBilateral.glsl"),
        ("Anime4K_Clamp_Highlights.glsl", "Anime4K_Upscale_CNN_x2_S.glsl", "Anime4K_Upscale_CNN_x2_S.glsl"),
        ("FSRCNNX_x2_8-0-4-1.glsl", "CAS-scaled.glsl"),
    ],
)
def test_files_of_others_as_one_show_the_same_everywhere(bench: Bench, tmp_path: Path, names: tuple[str, ...]) -> None:
    from engines import libplacebo, mpv, ours, source

    from anime4k.quality import wheels

    target, size = tmp_path / "one.glsl", (384, 256)
    shaders = wheels.shaders()
    chain = [shaders[name] for name in names]
    assert main(["shaders", "bundle", *map(str, chain), "-o", str(target), "--bake"]) == 0
    clip = source.make(96, 64)
    one = ours.render(bench.device, clip, size, [target])
    assert np.array_equal(ours.render(bench.device, clip, size, chain).picture.pixels, one.picture.pixels)
    there = mpv.render(clip, size, [target], bench.display)
    assert np.array_equal(there.pixels, mpv.render(clip, size, chain, bench.display).pixels)
    assert agreement(one.picture.pixels, there.pixels) >= DB
    # What this version needs of files that save MAIN is left out of it.
    assert agreement(one.picture.pixels, libplacebo.render(clip, size, [target]).pixels) >= DB
