"""Networks with random weights, and the slow and obvious way to evaluate them."""

from __future__ import annotations

import numpy as np

from anime4k.networks.graph import LUMA_WEIGHTS, SOURCE, Activation, Base, Conv, Network, Source


def random_network(
    *,
    width: int = 4,
    depth: int = 3,
    activation: Activation = Activation.CRELU,
    source: Source = Source.LUMA,
    scale: int = 2,
    base: Base = Base.NEAREST,
    first: int = 3,
    head: int = 3,
    dense: bool = False,
    skip: bool = False,
    seed: int = 0,
    name: str = "a4k-random-cnn-s",
    amount: float = 0.15,
) -> Network:
    """A chain of 3x3 layers with values of order 1, whose result differs from its base by about `amount`.

    Args:
        width: values of every layer but the last.
        depth: layers before the last.
        activation: of all layers.
        source: what the first layer sees.
        scale: of the picture.
        base: of the result.
        first: size of the first kernel.
        head: size of the last kernel.
        dense: the last layer reads all others, at the own pixel.
        skip: the last layer reads the picture as well.
        seed: of the weights.
        name: of the network.
        amount: how much it changes.
    """
    rng = np.random.default_rng(seed)
    counts = {SOURCE: source.value}
    layers: list[Conv] = []

    def add(name: str, inputs: list[str], outputs: int, size: int, gain: float) -> None:
        features = sum(counts[each] * (1 if each == SOURCE else activation.fold) for each in inputs)
        share = 1.0 if activation is Activation.NONE else 0.5
        deviation = gain / np.sqrt(features * size * size * share)
        weights = rng.normal(0.0, deviation, (outputs, features, size, size)).astype(np.float32)
        bias = rng.normal(0.0, 0.1 * gain, outputs).astype(np.float32)
        layers.append(Conv(name, tuple(inputs), activation, weights, bias))
        counts[name] = outputs

    add("f1", [SOURCE], width, first, 1.5)
    for number in range(2, depth + 1):
        add(f"f{number}", [f"f{number - 1}"], width, 3, 1.0)
    inputs = [f"f{number}" for number in range(1, depth + 1)] if dense else [f"f{depth}"]
    add("out", [SOURCE, *inputs] if skip else inputs, scale * scale, 1 if dense else head, amount)
    return Network(name, "weights from a die, for tests.", source, scale, base, tuple(layers))


def by_the_book(network: Network, picture: np.ndarray, strength: float = 1.0) -> np.ndarray:
    """The result of a network in double precision, one pixel after the other."""
    height, width = picture.shape[:2]
    picture = picture.astype(np.float64)
    grey = picture @ np.array(LUMA_WEIGHTS)
    stored = {SOURCE: grey[..., None] if network.source is Source.LUMA else picture}
    for layer in network.layers:
        parts = []
        for name in layer.inputs:
            values = stored[name]
            if name == SOURCE or layer.activation is Activation.NONE:
                parts.append(values)
            elif layer.activation is Activation.RELU:
                parts.append(values * (values > 0))
            else:
                parts += [values * (values > 0), -values * (values < 0)]
        features = np.concatenate(parts, axis=2)
        weights, bias = layer.weights.astype(np.float64), layer.bias.astype(np.float64)
        tall, wide = weights.shape[2:]
        result = np.empty((height, width, len(bias)))
        for y in range(height):
            for x in range(width):
                total = bias.copy()
                for row in range(tall):
                    for column in range(wide):
                        from_y = min(max(y + row - tall // 2, 0), height - 1)
                        from_x = min(max(x + column - wide // 2, 0), width - 1)
                        total += weights[:, :, row, column] @ features[from_y, from_x]
                result[y, x] = total
        stored[layer.name] = result
    last = stored[network.layers[-1].name]

    scale = network.scale
    made = np.empty((height * scale, width * scale, 3))
    for y in range(height * scale):
        for x in range(width * scale):
            plain = bilinear(picture, (y + 0.5) / scale - 0.5, (x + 0.5) / scale - 0.5)
            start = plain if network.base is Base.BILINEAR else picture[y // scale, x // scale]
            difference = last[y // scale, x // scale, y % scale * scale + x % scale]
            if scale == 2:
                difference = min(max(difference, -1.0), 1.0)
            change = start @ np.array(LUMA_WEIGHTS) + difference - plain @ np.array(LUMA_WEIGHTS)
            made[y, x] = plain + strength * change
    return made


def bilinear(picture: np.ndarray, y: float, x: float) -> np.ndarray:
    """The picture at a place, in pixels from the centre of the first one; the border goes on outside."""
    height, width = picture.shape[:2]
    top, left = int(np.floor(y)), int(np.floor(x))
    value = np.zeros(3)
    for row, row_share in ((top, 1 - (y - top)), (top + 1, y - top)):
        for column, column_share in ((left, 1 - (x - left)), (left + 1, x - left)):
            texel = picture[min(max(row, 0), height - 1), min(max(column, 0), width - 1)]
            value += row_share * column_share * texel
    return value


def noise(height: int, width: int, seed: int = 1) -> np.ndarray:
    """A picture in which every sample is as random as every other."""
    return np.random.default_rng(seed).uniform(0, 1, (height, width, 3)).astype(np.float32)


SHAPES = {
    "luma crelu 4": random_network(),
    "bilinear base": random_network(base=Base.BILINEAR, seed=1),
    "crelu 4 dense": random_network(depth=4, dense=True, seed=2),
    "crelu 8 dense": random_network(width=8, dense=True, base=Base.BILINEAR, seed=3),
    "relu 12": random_network(width=12, depth=2, activation=Activation.RELU, seed=4),
    "relu 8, 5x5 first, picture again": random_network(
        width=8, depth=2, activation=Activation.RELU, first=5, skip=True, seed=5
    ),
    "rgb crelu 8": random_network(width=8, depth=2, source=Source.RGB, seed=6),
    "rgb 5x5 dense with the picture": random_network(
        width=4, depth=2, source=Source.RGB, first=5, dense=True, skip=True, seed=7
    ),
    "linear": random_network(activation=Activation.NONE, depth=1, seed=8),
    "own size": random_network(scale=1, seed=9),
    "own size, dense, 6 values": random_network(scale=1, width=6, dense=True, source=Source.RGB, seed=10),
    "20 values": random_network(width=20, depth=2, activation=Activation.RELU, seed=11),
}
"""Every kind of network that the writers know."""
