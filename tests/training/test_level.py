"""Levelling the head of a network: flat pictures keep their brightness, and drawings what the network does to them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from anime4k.networks.graph import Base, Network  # noqa: E402
from anime4k.networks.numpy import differences  # noqa: E402
from anime4k.training.export import network  # noqa: E402
from anime4k.training.level import FLAT_WEIGHT, LEVELS, levelled  # noqa: E402
from anime4k.training.shapes import chain  # noqa: E402
from tests.shaders.test_pack import cel  # noqa: E402

CODE = 1 / 255
SHAPE = chain(4, 4, dense_from=0)


def random_network() -> Network:
    """One that shifts and spreads brightness by some codes, and hardly does anything else."""
    torch.manual_seed(3)
    made = network("a4k-some-cnn-s", "for tests", SHAPE, 0.5 * torch.randn(SHAPE.weights))
    head = made.layers[-1]
    small = replace(head, weights=head.weights * np.float32(0.004), bias=head.bias * np.float32(0.004))
    return replace(made, layers=(*made.layers[:-1], small))


def on_flat(made: Network) -> float:
    """The largest difference on flat pictures, in codes."""
    flat = (np.full((1, 1, 3), level, np.float32) for level in np.linspace(0, 1, 50))
    return max(float(np.abs(differences(made, one)).max()) for one in flat) / CODE


def drawings() -> np.ndarray:
    return np.stack([cel(40, 32)[..., channel] for channel in range(3)]).astype(np.float32) / 255


def cost(made: Network, before: Network) -> float:
    """Mean squares: of the differences on flat pictures, and of what has changed on drawings."""
    flat = [np.full((1, 1, 3), level, np.float32) for level in np.linspace(0, 1, LEVELS)]
    grey = [np.repeat(one[..., None], 3, axis=2) for one in drawings()]
    on_drawings = [(differences(made, one) - differences(before, one)) ** 2 for one in grey]
    return float(FLAT_WEIGHT * np.mean([differences(made, one) ** 2 for one in flat]) + np.mean(on_drawings))


def test_flat_pictures_keep_their_brightness_and_drawings_change_little() -> None:
    before = random_network()
    after = levelled(before, drawings())
    assert on_flat(before) > 2.0 and on_flat(after) < 0.5 * on_flat(before)
    # No other change of the head gives less of what is minimised: a step from it into any direction costs.
    least = cost(after, before)
    head = after.layers[-1]
    for seed in range(8):
        step = 1e-3 * np.random.default_rng(seed).normal(size=head.weights.shape).astype(np.float32)
        for sign in (-1, 1):
            other = replace(head, weights=head.weights + sign * step)
            assert cost(replace(after, layers=(*after.layers[:-1], other)), before) > least
    assert all(np.array_equal(a.weights, b.weights) for a, b in zip(before.layers[:-1], after.layers, strict=False))


def test_what_is_level_stays_as_it_is() -> None:
    once = levelled(random_network(), drawings())
    head = once.layers[-1]
    nothing = replace(head, weights=np.zeros_like(head.weights), bias=np.zeros_like(head.bias))
    still = replace(once, layers=(*once.layers[:-1], nothing))
    assert not np.any(levelled(still, drawings()).layers[-1].weights)


def test_a_network_whose_last_layer_looks_around_is_refused() -> None:
    made = random_network()
    first = replace(made.layers[0], name="f9", weights=np.zeros((1, 1, 3, 3), np.float32), bias=np.zeros(1, np.float32))
    with pytest.raises(ValueError, match="cannot be levelled"):
        levelled(replace(made, layers=(first,), scale=1, base=Base.NEAREST), drawings())
