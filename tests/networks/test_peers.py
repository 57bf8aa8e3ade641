"""The shader files of networks in mpv and libplacebo: the same picture as ours, from the same passes."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from anime4k.networks.glsl.compute import compute
from anime4k.networks.glsl.fragment import fragment
from anime4k.networks.graph import Network
from tests.networks.nets import random_network

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "benchmarks"))

if TYPE_CHECKING:
    from anime4k.gl.device import Device

NETWORKS = (
    random_network(width=8, depth=2, first=5, dense=True, name="a4k-random-cnn-l"),
    random_network(width=6, depth=2, scale=1, amount=0.05, name="a4k-own-cnn-s"),
)


@pytest.mark.timeout(240)
@pytest.mark.parametrize("network", NETWORKS, ids=lambda network: network.name)
@pytest.mark.parametrize("write", [fragment, compute])
@pytest.mark.parametrize("size", [(160, 90), (117, 65)], ids=["even", "odd"])
def test_three_renderers_show_the_same(
    network: Network, write: object, size: tuple[int, int], devices: dict[str, Device], peer_display: str,
    tmp_path: Path,
) -> None:  # fmt: skip
    from engines import libplacebo, mpv, ours, picture, source

    assert callable(write)
    # Clips have even sizes; what comes before the network changes that.
    before, path = tmp_path / "before.glsl", tmp_path / "network.glsl"
    before.write_text(
        f"//!HOOK MAIN\n//!BIND HOOKED\n//!DESC before\n//!WIDTH {size[0]}\n//!HEIGHT {size[1]}\n"
        "vec4 hook() { return HOOKED_tex(HOOKED_pos); }\n"
    )
    path.write_text(write(network))
    clip, files = source.make(160, 90), [before, path]
    target = (160 * network.scale, 90 * network.scale)
    with devices["modern"].ctx:
        rendering = ours.render(devices["modern"], clip, target, files)
    assert rendering.disabled == ()
    in_mpv = mpv.render(clip, target, files, peer_display)
    in_libplacebo = libplacebo.render(clip, target, files)
    assert in_mpv.passes is not None and len(in_mpv.passes) == len(rendering.picture.passes)
    for name, theirs in (("mpv", in_mpv), ("libplacebo", in_libplacebo)):
        agreement = picture.compare(rendering.picture.pixels, theirs.pixels)
        assert agreement.psnr >= 50.0, f"{name}: {agreement}"
