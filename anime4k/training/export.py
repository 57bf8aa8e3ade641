"""From trained numbers to the network of `anime4k.networks.graph` and to the shader files."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch

from anime4k.errors import UsageError
from anime4k.networks.graph import SOURCE, Conv, Network
from anime4k.training.shapes import SOURCE_INDEX, Shape
from anime4k.training.weights import split

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
    parts: list[torch.Tensor] = []
    for number, layer in enumerate(shape.layers):
        conv = network.layers[number] if number < len(network.layers) else None
        wanted = (layer.outputs, shape.features(number), layer.kernel, layer.kernel)
        if conv is None or conv.weights.shape != wanted or len(network.layers) != len(shape.layers):
            raise UsageError(f"{network.name} has another shape than the network that is to start from it")
        weights, columns, feature = torch.from_numpy(conv.weights.copy()), [], 0
        for index in layer.inputs:
            source = index == SOURCE_INDEX
            channels = shape.source.value if source else shape.layers[index].outputs
            signs = 1 if source else layer.activation.fold
            block = weights[:, feature : feature + channels * signs]
            feature += channels * signs
            columns.append(block.reshape(layer.outputs, signs, channels, *wanted[2:]).transpose(1, 2).flatten(1, 2))
        parts += [torch.cat(columns, 1).permute(1, 2, 3, 0).reshape(-1), torch.from_numpy(conv.bias.copy())]
    return torch.cat(parts)


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
