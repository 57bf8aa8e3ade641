"""Networks evaluated in numpy: what every shader made of one must show."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from anime4k.networks.graph import LUMA_WEIGHTS, SOURCE, Activation, Base, Conv, Network, Source

Floats = npt.NDArray[np.float32]

_STRIP = 1 << 18
"""How many numbers the patches of one step may hold."""


def evaluate(network: Network, picture: npt.ArrayLike, strength: float = 1.0) -> Floats:
    """A picture through a network.

    Args:
        network: what to evaluate.
        picture: (height, width, 3) red, green and blue, nominally 0..1.
        strength: share of the difference that is added; 0 leaves bilinear enlargement (scale 2) or the picture.

    Returns:
        (height * scale, width * scale, 3), not limited to 0..1.
    """
    source = np.ascontiguousarray(picture, np.float32)
    if source.ndim != 3 or source.shape[2] != 3 or 0 in source.shape:
        raise ValueError(f"a picture has three channels, this is {source.shape}")
    plain = enlarged(source) if network.scale == 2 else source
    return plain + np.float32(strength) * change(network, source)[..., None]


def change(network: Network, picture: Floats) -> Floats:
    """What is added to red, green and blue of the enlarged picture: (height * scale, width * scale)."""
    found = differences(network, picture)
    height, width = picture.shape[:2]
    scale = network.scale
    spread: Floats = found.reshape(height, width, scale, scale).swapaxes(1, 2).reshape(height * scale, width * scale)
    if network.base is Base.NEAREST and scale == 2:
        nearest = luma(picture).repeat(2, axis=0).repeat(2, axis=1)
        spread = spread + nearest - luma(enlarged(picture))
    return spread


def differences(network: Network, picture: Floats) -> Floats:
    """The values of the last layer: (height, width, scale * scale); those of a doubler within -1..1."""
    found = convolved(last_features(network, picture), network.layers[-1])
    return np.clip(found, -1, 1) if network.scale == 2 else found


def last_features(network: Network, picture: Floats) -> Floats:
    """What the last layer reads: (height, width, channels).

    What lies beyond black or white is seen as black or white: no network is trained on it, and at an edge between
    white and much more than white it would draw dark lines.
    """
    seen = np.clip(luma(picture)[..., None] if network.source is Source.LUMA else picture, 0, 1)
    stored: dict[str, Floats] = {}
    for layer in network.layers:
        read = [seen if name == SOURCE else activated(stored[name], layer.activation) for name in layer.inputs]
        features = np.concatenate(read, axis=2)
        if layer is not network.layers[-1]:
            stored[layer.name] = convolved(features, layer)
    return features


def activated(values: Floats, activation: Activation) -> Floats:
    """The features that a layer reads, from the stored values (height, width, channels)."""
    match activation:
        case Activation.NONE:
            return values
        case Activation.RELU:
            return np.maximum(values, np.float32(0))
        case Activation.CRELU:
            return np.concatenate([np.maximum(values, np.float32(0)), np.maximum(-values, np.float32(0))], axis=2)


def convolved(features: Floats, layer: Conv) -> Floats:
    """One convolution with replicated borders: (height, width, outputs)."""
    height, width, channels = features.shape
    outputs, _, tall, wide = layer.weights.shape
    matrix = np.ascontiguousarray(layer.weights, np.float32).transpose(2, 3, 1, 0).reshape(-1, outputs)
    bias = np.ascontiguousarray(layer.bias, np.float32)
    padded = np.pad(features, ((tall // 2, tall // 2), (wide // 2, wide // 2), (0, 0)), mode="edge")
    result = np.empty((height, width, outputs), np.float32)
    rows = max(1, _STRIP // (width * matrix.shape[0]))
    for top in range(0, height, rows):
        end = min(top + rows, height)
        patches = np.concatenate(
            [padded[top + y : end + y, x : x + width] for y in range(tall) for x in range(wide)], axis=2
        )
        result[top:end] = (patches.reshape(-1, tall * wide * channels) @ matrix).reshape(end - top, width, outputs)
    return result + bias


def luma(picture: Floats) -> Floats:
    """BT.601 luma of (height, width, 3)."""
    found: Floats = picture @ np.asarray(LUMA_WEIGHTS, np.float32)
    return found


def enlarged(picture: Floats) -> Floats:
    """Twice the size, bilinearly: new pixels lie a quarter of a pixel from the old ones, borders are replicated."""
    near, far = np.float32(0.75), np.float32(0.25)
    for axis in (0, 1):
        padding = [(1, 1) if dimension == axis else (0, 0) for dimension in range(3)]
        padded = np.pad(picture, padding, mode="edge")
        count = picture.shape[axis]
        before, after = (np.take(padded, np.arange(shift, count + shift), axis) for shift in (0, 2))
        pair = np.stack([near * picture + far * before, near * picture + far * after], axis=axis + 1)
        shape = list(picture.shape)
        shape[axis] *= 2
        picture = pair.reshape(shape)
    return picture
