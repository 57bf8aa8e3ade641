"""The description of networks: what fits together, and the figures about size."""

from __future__ import annotations

import numpy as np
import pytest

from anime4k.errors import UsageError
from anime4k.networks.graph import SOURCE, Activation, Base, Conv, Network, Source
from tests.networks.nets import random_network


def conv(name: str, inputs: tuple[str, ...], shape: tuple[int, int, int, int]) -> Conv:
    return Conv(name, inputs, Activation.CRELU, np.zeros(shape, np.float32), np.zeros(shape[0], np.float32))


def network(*layers: Conv, scale: int = 2) -> Network:
    return Network("a4k-x", "x.", Source.LUMA, scale, Base.NEAREST, layers)


def test_figures_of_a_known_shape() -> None:
    # Seven layers of four, all of them into a 1x1 layer: 36 + 6 * 288 + 224 weights, and 7 * 4 + 4 biases.
    made = random_network(depth=7, dense=True)
    assert made.multiplications == 1988
    assert made.weights == 1988 + 32
    assert made.radius == 7
    assert random_network(depth=2, first=5).radius == 4


def test_layers_must_fit() -> None:
    good = conv("a", (SOURCE,), (4, 1, 3, 3))
    network(good, conv("b", ("a",), (4, 8, 1, 1)))
    with pytest.raises(UsageError, match="b reads"):
        network(good, conv("b", ("c",), (4, 8, 1, 1)))
    with pytest.raises(UsageError, match="twice"):
        network(good, conv("a", (SOURCE,), (4, 1, 1, 1)))
    with pytest.raises(UsageError, match="for 8 features"):
        network(good, conv("b", ("a",), (4, 4, 1, 1)))
    with pytest.raises(UsageError, match="must give 4"):
        network(good, conv("b", ("a",), (3, 8, 1, 1)))
    with pytest.raises(UsageError, match="must give 4"):
        network()
