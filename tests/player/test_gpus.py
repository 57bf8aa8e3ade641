"""Which of several GPUs is the faster one, by the names that drivers give them."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from anime4k.gl.device import Device
from anime4k.player.gpus import Speed, better_than, speed_of

LLVMPIPE = "llvmpipe (LLVM 15.0.6, 256 bits)"
INTEL = "Mesa Intel(R) UHD Graphics 620 (KBL GT2)"
VEGA = "AMD Radeon Vega 8 Graphics (raven, LLVM 15.0.6, DRM 3.49, 6.1.0)"
GEFORCE = "NVIDIA GeForce RTX 3060 Laptop GPU/PCIe/SSE2"
RADEON = "AMD Radeon RX 6800 XT (navi21, LLVM 15.0.6, DRM 3.49, 6.1.0)"
ARC = "Mesa Intel(R) Arc(tm) A750 Graphics (DG2)"


@pytest.mark.parametrize(
    ("renderer", "speed"),
    [
        (LLVMPIPE, Speed.SOFTWARE), (INTEL, Speed.INTEGRATED), (VEGA, Speed.INTEGRATED), (GEFORCE, Speed.DISCRETE),
        (RADEON, Speed.DISCRETE), (ARC, Speed.DISCRETE),
    ],
)  # fmt: skip
def test_kinds_of_gpus(renderer: str, speed: Speed) -> None:
    assert speed_of(renderer) is speed


@pytest.mark.parametrize(
    ("renderer", "others", "better"),
    [
        (INTEL, [INTEL, GEFORCE, LLVMPIPE], GEFORCE),
        (LLVMPIPE, [INTEL, LLVMPIPE], INTEL),
        (GEFORCE, [INTEL, GEFORCE, RADEON, LLVMPIPE], ""),
        (LLVMPIPE, [LLVMPIPE], ""),
        (INTEL, [], ""),
    ],
)
def test_only_a_faster_kind_is_better(renderer: str, others: list[str], better: str) -> None:
    assert better_than(renderer, others) == better


def test_the_survey_finds_what_a_context_without_choice_gets() -> None:
    command = [sys.executable, "-m", "anime4k.gl.survey"]
    lines = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True).stdout.splitlines()
    device = Device.standalone()
    try:
        assert device.info.renderer in [json.loads(line)["renderer"] for line in lines]
    finally:
        device.release()
