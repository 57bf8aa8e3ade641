"""Flat pictures keep their brightness.

A network that mostly sees damaged drawings learns to spread brightness a little, because damage draws it together; of
a flat picture that changes the colour. The head is changed so that the mean square of what it does to flat pictures
and the mean square of what the change does to others are least together: least squares, with a closed solution.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from anime4k.networks.graph import Network, Source
from anime4k.networks.numpy import last_features
from anime4k.training.export import rounded

LEVELS = 33
"""Brightnesses that count, from black to white."""
FLAT_WEIGHT = 6.0
"""How much the flat pictures count against all others: deviations of a code become half a code or less."""
_RIDGE = 1e-9

Floats = npt.NDArray[np.float32]


def levelled(network: Network, lumas: Floats) -> Network:
    """A network whose head leaves flat pictures nearly alone.

    Args:
        network: one that sees luma, whose last layer is 1x1.
        lumas: pictures of its kind, (n, height, width) in 0..1.

    Raises:
        ValueError: it is no such network.
    """
    head = network.layers[-1]
    if network.source is not Source.LUMA or head.radius:
        raise ValueError(f"the head of {network.name} cannot be levelled")
    matrix, bias = np.asarray(head.weights, np.float64)[:, :, 0, 0], np.asarray(head.bias, np.float64)
    flat = np.linspace(0, 1, LEVELS, dtype=np.float32)[:, None, None]
    levels = _features(network, flat)
    deviations = np.column_stack([matrix, bias]) @ levels.T
    typical = _features(network, lumas)
    moments = typical.T @ typical / len(typical) + FLAT_WEIGHT * levels.T @ levels / LEVELS
    moments += _RIDGE * np.trace(moments) * np.eye(len(moments))
    change = -np.linalg.solve(moments, FLAT_WEIGHT * levels.T @ deviations.T / LEVELS).T
    weights = rounded((matrix + change[:, :-1]).astype(np.float32)[:, :, None, None])
    made = replace(head, weights=weights, bias=rounded((bias + change[:, -1]).astype(np.float32)))
    return replace(network, layers=(*network.layers[:-1], made))


def _features(network: Network, lumas: Floats) -> npt.NDArray[np.float64]:
    """What the head reads, and 1: (pixels, features + 1)."""
    found = [last_features(network, np.repeat(luma[..., None], 3, axis=2)) for luma in lumas]
    flat = np.concatenate([each.reshape(-1, each.shape[-1]) for each in found]).astype(np.float64)
    return np.column_stack([flat, np.ones(len(flat))])
