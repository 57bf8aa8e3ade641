"""Trained networks as files: one `.npz` archive holds the weights, the shape of the network, and how it was trained.

`anime4k.networks.archive` says what such a file looks like.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

import numpy as np

from anime4k.networks import archive
from anime4k.networks.graph import Activation, Base, Conv, Network, Source

VERSION = 1
"""Of the layout of the file."""


@dataclass(frozen=True)
class Record:
    """How a network was trained.

    Attributes:
        recipe: name of the recipe.
        data: the data sets, in words.
        steps: optimiser steps.
        seed: of everything random.
        seconds: wall time.
        machine: on what, in words.
        date: of the end, as YYYY-MM-DD.
        settings: whatever else the recipe wants to keep: values that JSON can hold.
    """

    recipe: str = ""
    data: str = ""
    steps: int = 0
    seed: int = 0
    seconds: float = 0.0
    machine: str = ""
    date: str = ""
    settings: Mapping[str, Any] = field(default_factory=dict)


def write(path: Path | str, network: Network, record: Record) -> None:
    """Write a network to a file; the same network and record give the same bytes.

    Raises:
        OutputError: the file cannot be written; what was there before is still there.
        UsageError: the settings of the record are no JSON.
    """
    layers = [
        {"name": layer.name, "inputs": list(layer.inputs), "activation": layer.activation.value}
        for layer in network.layers
    ]
    shape = {
        "name": network.name,
        "summary": network.summary,
        "source": network.source.name.lower(),
        "scale": network.scale,
        "base": network.base.value,
        "layers": layers,
    }
    about = {"version": VERSION, "network": shape, "record": asdict(record)}
    arrays: dict[str, Any] = {}
    for number, layer in enumerate(network.layers):
        arrays[f"weights{number}"] = np.ascontiguousarray(layer.weights, "<f4")
        arrays[f"bias{number}"] = np.ascontiguousarray(layer.bias, "<f4")
    archive.save(Path(path), "network", about, arrays)


def read(path: Path | str) -> tuple[Network, Record]:
    """The network of a file, and how it was trained.

    Raises:
        MediaError: there is no such file, or it is not what `write` writes.
    """
    with archive.opened(Path(path), "network", VERSION) as (about, arrays):
        return _network(about["network"], arrays), _record(about["record"])


def _network(shape: Any, arrays: dict[str, Any]) -> Network:
    layers = []
    for number, entry in enumerate(shape["layers"]):
        weights, bias = arrays.pop(f"weights{number}"), arrays.pop(f"bias{number}")
        if weights.ndim != 4 or bias.ndim != 1 or weights.dtype != np.float32 or bias.dtype != np.float32:
            raise ValueError(f"layer {number} has weights of a wrong kind")
        if not (weights.shape[2] % 2 and weights.shape[3] % 2):
            raise ValueError(f"layer {number} has a kernel of {weights.shape[2]} by {weights.shape[3]}")
        if not (np.isfinite(weights).all() and np.isfinite(bias).all()):
            raise ValueError(f"layer {number} has weights that are no numbers")
        inputs = tuple(map(str, entry["inputs"]))
        layers.append(Conv(str(entry["name"]), inputs, Activation(entry["activation"]), weights, bias))
    if arrays:
        raise ValueError(f"{sorted(arrays)} belong to no layer")
    if shape["scale"] not in (1, 2):
        raise ValueError(f"it enlarges {shape['scale']!r} times")
    return Network(
        name=str(shape["name"]),
        summary=str(shape["summary"]),
        source=Source[shape["source"].upper()],
        scale=int(shape["scale"]),
        base=Base(shape["base"]),
        layers=tuple(layers),
    )


def _record(kept: Any) -> Record:
    known = {entry.name for entry in fields(Record)}
    if not isinstance(kept, dict) or set(kept) != known or not isinstance(kept["settings"], dict):
        raise ValueError("it does not say how it was trained")
    return Record(**kept)
