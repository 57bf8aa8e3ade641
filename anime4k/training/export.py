"""From trained numbers to the network of `anime4k.networks.graph` and to the shader files."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch

from anime4k.errors import UsageError
from anime4k.networks.graph import SOURCE, Conv, Network
from anime4k.training.shapes import SOURCE_INDEX, Shape
from anime4k.training.weights import join, split

COMPUTE = "-compute"
"""What the name of a compute form ends with."""

_DIGITS = 5
"""Significant digits of the weights that are kept: the shader files hold exactly these numbers."""


def network(name: str, summary: str, shape: Shape, folded: torch.Tensor) -> Network:
    """The network with these folded weights (as many as the shape has), rounded as the shader files will hold them."""
    layers = []
    for number, (layer, (weights, bias)) in enumerate(zip(shape.layers, split(shape, folded), strict=True)):
        layers.append(
            Conv(
                layer_name(number),
                tuple(SOURCE if index == SOURCE_INDEX else layer_name(index) for index in layer.inputs),
                layer.activation,
                rounded(weights.detach().numpy()),
                rounded(bias.detach().numpy()),
            )
        )
    return Network(name, summary, shape.source, shape.scale, shape.base, tuple(layers))


def folded_of(network: Network, shape: Shape) -> torch.Tensor:
    """The folded weights of a finished network, to start from: the inverse of `network`.

    Raises:
        UsageError: the network has another shape.
    """
    wanted = [(layer.outputs, shape.features(n), layer.kernel, layer.kernel) for n, layer in enumerate(shape.layers)]
    if [layer.weights.shape for layer in network.layers] != wanted:
        raise UsageError(f"{network.name} has another shape than the network that is to start from it")
    layers = [(layer.weights.copy(), layer.bias.copy()) for layer in network.layers]
    return join(shape, [(torch.from_numpy(weights), torch.from_numpy(bias)) for weights, bias in layers])


def layer_name(number: int) -> str:
    """What a layer is called in the network: f1, f2, ..."""
    return f"f{number + 1}"


def rounded(numbers: np.ndarray) -> np.ndarray:
    """The numbers with `_DIGITS` significant digits, as float32."""
    flat = [float(f"{value:.{_DIGITS}g}") for value in numbers.reshape(-1)]
    return np.array(flat, np.float32).reshape(numbers.shape)


def pack_folder() -> Path:
    """Where the shader files are: inside an installed package, beside the package in a checkout."""
    package = Path(__file__).resolve().parents[1]
    installed = package / "shaders"
    return installed if installed.is_dir() else package.parent / "shaders"
