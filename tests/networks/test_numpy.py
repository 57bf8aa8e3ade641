"""Evaluation in numpy against loops that follow the description word by word."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from anime4k.networks.graph import SOURCE, Activation, Base, Conv, Network, Source
from anime4k.networks.numpy import enlarged, evaluate
from tests.networks.nets import SHAPES, bilinear, by_the_book, noise, random_network


@pytest.mark.parametrize("network", SHAPES.values(), ids=SHAPES.keys())
def test_it_equals_the_description(network: Network) -> None:
    picture = noise(6, 7)
    found = evaluate(network, picture)
    assert found.dtype == np.float32
    assert np.abs(found - by_the_book(network, picture)).max() < 2e-6


@pytest.mark.parametrize("strength", [0.35, 1.6])
def test_strength_scales_the_change(strength: float) -> None:
    network, picture = SHAPES["bilinear base"], noise(5, 4)
    assert np.abs(evaluate(network, picture, strength) - by_the_book(network, picture, strength)).max() < 2e-6


@pytest.mark.parametrize("size", [(1, 1), (1, 6), (5, 1), (2, 2)])
def test_tiny_pictures(size: tuple[int, int]) -> None:
    for network in (SHAPES["relu 8, 5x5 first, picture again"], SHAPES["own size"]):
        picture = noise(*size)
        assert np.abs(evaluate(network, picture) - by_the_book(network, picture)).max() < 2e-6


def test_strips_have_no_seams(monkeypatch: pytest.MonkeyPatch) -> None:
    network, picture = SHAPES["relu 8, 5x5 first, picture again"], noise(23, 17)
    whole = evaluate(network, picture)
    monkeypatch.setattr("anime4k.networks.numpy._STRIP", 1)
    assert np.abs(evaluate(network, picture) - whole).max() < 1e-6


def test_strength_zero_is_bilinear_enlargement_or_the_picture() -> None:
    picture = noise(6, 5)
    assert np.array_equal(evaluate(SHAPES["own size"], picture, 0.0), picture)
    found = evaluate(SHAPES["luma crelu 4"], picture, 0.0)
    expected = [[bilinear(picture, y / 2 - 0.25, x / 2 - 0.25) for x in range(10)] for y in range(12)]
    assert np.abs(found - np.array(expected)).max() < 1e-6
    assert np.array_equal(found, enlarged(picture))


def test_the_luma_of_the_result_is_base_and_difference() -> None:
    # A network that always answers 0.1, 0.2, 0.3, 0.4 for the four pixels.
    answer = np.array([0.1, 0.2, 0.3, 0.4], np.float32)
    layer = Conv("out", (SOURCE,), Activation.NONE, np.zeros((4, 1, 1, 1), np.float32), answer)
    network = Network("a4k-x", "x.", Source.LUMA, 2, Base.NEAREST, (layer,))
    picture = noise(3, 4)
    weights = np.array([0.299, 0.587, 0.114])
    grey = evaluate(network, picture) @ weights - np.kron(picture @ weights, np.ones((2, 2)))
    assert np.abs(grey - np.tile([[0.1, 0.2], [0.3, 0.4]], (3, 4))).max() < 1e-6
    # Colour differences are those of bilinear enlargement.
    found, plain = evaluate(network, picture), enlarged(picture)
    assert np.abs((found[..., 0] - found[..., 2]) - (plain[..., 0] - plain[..., 2])).max() < 1e-6


def test_crelu_reads_the_positive_parts_before_the_negative_ones() -> None:
    first = Conv("f1", (SOURCE,), Activation.NONE, np.array([1.0, -2.0], np.float32).reshape(2, 1, 1, 1), np.zeros(2))
    last = Conv(
        "out", ("f1",), Activation.CRELU, np.array([1, 10, 100, 1000], np.float32).reshape(1, 4, 1, 1), np.zeros(1)
    )
    network = Network("a4k-x", "x.", Source.LUMA, 1, Base.NEAREST, (first, last))
    picture = np.full((1, 1, 3), 0.5, np.float32)
    # Stored are 0.5 and -1: positive parts 0.5 and 0, negative parts 0 and 1.
    assert evaluate(network, picture) == pytest.approx(0.5 + 0.5 + 1000.0)


def test_a_picture_has_three_channels() -> None:
    network = SHAPES["own size"]
    for wrong in (np.zeros((4, 4)), np.zeros((4, 4, 4)), np.zeros((0, 4, 3))):
        with pytest.raises(ValueError, match="three channels"):
            evaluate(network, wrong)


def test_pictures_of_other_types_are_converted() -> None:
    network = random_network(depth=1)
    picture = noise(4, 4)
    assert np.array_equal(evaluate(network, picture.astype(np.float64)), evaluate(network, picture))
    assert np.array_equal(evaluate(replace(network, name="a4k-y"), picture), evaluate(network, picture))
