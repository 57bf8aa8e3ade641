"""Networks as they ship, alone and in chains: mpv and libplacebo show the same picture as ours."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.networks.shipped import COMPUTE, NETWORKS, smallest

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "benchmarks"))

if TYPE_CHECKING:
    from anime4k.gl.device import Device

# The doubling of middle size is in most modes. Of the others one size is enough to see a family that is broken.
MIDDLE = "a4k-upscale-cnn-m"
ALONE = [name for name in smallest() if not name.startswith("a4k-upscale-")] + [MIDDLE, MIDDLE + COMPUTE]

CHAINS = {
    "another that doubles": (MIDDLE, "a4k-upscale-cnn-vl"),
    "the same twice": (MIDDLE + COMPUTE, MIDDLE + COMPUTE),
    "the same twice in two forms": (MIDDLE, MIDDLE + COMPUTE),
    "restored before": ("a4k-restore-cnn-m", MIDDLE),
    "cleaned before": ("a4k-clean-cnn-m", MIDDLE + COMPUTE),
    "restored twice": ("a4k-restore-cnn-m", MIDDLE, "a4k-restore-cnn-m"),
}
"""As modes use them. vo=gpu has one table of names for all files of a chain."""


def compare(
    devices: dict[str, Device], screen: str, width: int, height: int, factor: int, paths: list[Path], folder: Path
) -> None:
    """Draw one picture in three renderers."""
    from engines import libplacebo, mpv, ours, picture, source

    # Clips have even sizes; what comes before the networks makes the picture odd.
    clip = source.make(width + width % 2, height + height % 2)
    if (clip.width, clip.height) != (width, height):
        paths = [folder / "before.glsl", *paths]
        paths[0].write_text(
            f"//!HOOK MAIN\n//!BIND HOOKED\n//!DESC before\n//!WIDTH {width}\n//!HEIGHT {height}\n"
            "vec4 hook() { return HOOKED_tex(HOOKED_pos); }\n"
        )
    # Other proportions than the clip's would give mpv's picture a border.
    target = (clip.width * factor, clip.height * factor)
    with devices["modern"].ctx:
        rendering = ours.render(devices["modern"], clip, target, paths)
        before = ours.render(devices["modern"], clip, target, [])
    assert rendering.disabled == () and rendering.skipped == ()
    in_mpv, in_libplacebo = mpv.render(clip, target, paths, screen), libplacebo.render(clip, target, paths)
    assert in_mpv.passes is not None and len(in_mpv.passes) == len(rendering.picture.passes)
    agreements = [picture.compare(rendering.picture.pixels, each.pixels) for each in (in_mpv, in_libplacebo)]
    effect = picture.compare(rendering.picture.pixels, before.picture.pixels)
    for name, agreement in zip(("mpv", "libplacebo"), agreements, strict=True):
        assert agreement.psnr >= 50.0, f"{name}: {agreement}"
        assert agreement.psnr > effect.psnr + 3.0, f"{name}: {agreement}, it does too little to tell: {effect}"


@pytest.mark.timeout(240)
@pytest.mark.parametrize("name", ALONE)
def test_alone(name: str, devices: dict[str, Device], peer_display: str, tmp_path: Path) -> None:
    factor = 2 if name.startswith(("a4k-upscale-", "a4k-denoise-")) else 1
    compare(devices, peer_display, 117, 65, factor, [NETWORKS[name]], tmp_path)


@pytest.mark.timeout(240)
@pytest.mark.parametrize("names", CHAINS.values(), ids=CHAINS.keys())
def test_in_chains(names: tuple[str, ...], devices: dict[str, Device], peer_display: str, tmp_path: Path) -> None:
    factor = 2 ** sum("-upscale-" in name for name in names)
    compare(devices, peer_display, 96, 54, factor, [NETWORKS[name] for name in names], tmp_path)
