"""What trained networks do to pictures, all of them, in numpy: the weights decide it, and shaders equal numpy."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import pytest

from anime4k.networks.graph import Network
from anime4k.networks.numpy import evaluate
from anime4k.networks.store import read
from anime4k.networks.trained import trained_files
from tests.shaders.test_hostile import PICTURES
from tests.shaders.test_pack import cel

CODE = 1 / 255

every_network = pytest.mark.parametrize("path", trained_files(), ids=lambda path: path.stem)


@cache
def network_in(path: Path) -> Network:
    return read(path)[0]


@every_network
def test_flat_pictures_keep_their_colour(path: Path) -> None:
    network = network_in(path)
    for colour in ((0, 0, 0), (255, 255, 255), (96, 96, 96), (200, 40, 90), (30, 30, 34), (230, 224, 220)):
        flat = np.full((6, 8, 3), colour, np.float32) / 255
        for strength in (1.0, 1.5):
            assert np.abs(evaluate(network, flat, strength) - flat[0, 0]).max() < CODE, colour


@every_network
def test_values_beyond_white_are_no_holes(path: Path) -> None:
    bright = 1.2 + cel(32, 24).astype(np.float32) / 64
    assert evaluate(network_in(path), bright).min() > 0.98


@every_network
@pytest.mark.parametrize("size", [(48, 32), (37, 23), (3, 2), (1, 9)], ids=lambda size: f"{size[0]}x{size[1]}")
def test_drawings_keep_their_brightness(path: Path, size: tuple[int, int]) -> None:
    picture = cel(*size).astype(np.float32) / 255
    found = evaluate(network_in(path), picture)
    assert np.abs(found.mean((0, 1)) - picture.mean((0, 1))).max() < (1 if min(size) > 3 else 12) * CODE
    # Lines of the width of a pixel were narrower and darker before: what is doubled may leave the range.
    room = np.ptp(picture) / 3
    assert found.min() > picture.min() - room and found.max() < picture.max() + room


@every_network
@pytest.mark.parametrize("name", PICTURES)
def test_pictures_that_nobody_draws(path: Path, name: str) -> None:
    network, picture = network_in(path), PICTURES[name].astype(np.float32)
    room = float(np.ptp(picture)) * (1.0 if network.scale == 2 else 0.5)
    found = evaluate(network, picture)
    assert np.isfinite(found).all()
    assert found.min() > picture.min() - room and found.max() < picture.max() + room
