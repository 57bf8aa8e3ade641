"""Trained networks as files: one `.npz` archive holds the weights, the shape of the network, and how it was trained.

The weights are plain arrays; everything else is one JSON text. Nothing in the file is ever executed.
"""

from __future__ import annotations

import json
import os
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

import numpy as np

from anime4k.errors import MediaError, OutputError, UsageError
from anime4k.networks.graph import Activation, Base, Conv, Network, Source

VERSION = 1
"""Of the layout of the file."""

_MOST_BYTES = 64 << 20
"""A file that unpacks to more than this is no network of ours."""

_TEXT = "text"


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
    path = Path(path)
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
    try:
        text = json.dumps({"version": VERSION, "network": shape, "record": asdict(record)}, indent=1, allow_nan=False)
    except (TypeError, ValueError) as error:
        raise UsageError(f"the record of {network.name} cannot be written as JSON: {error}") from None
    arrays: dict[str, Any] = {_TEXT: np.frombuffer(text.encode(), np.uint8)}
    for number, layer in enumerate(network.layers):
        arrays[f"weights{number}"] = np.ascontiguousarray(layer.weights, "<f4")
        arrays[f"bias{number}"] = np.ascontiguousarray(layer.bias, "<f4")
    partial = path.with_name(path.name + ".part")
    try:
        with open(partial, "wb") as file:
            np.savez(file, **arrays)
        os.replace(partial, path)
    except OSError as error:
        partial.unlink(missing_ok=True)
        raise OutputError(f"the network cannot be written to {path}: {error.strerror or error}") from None


def read(path: Path | str) -> tuple[Network, Record]:
    """The network of a file, and how it was trained.

    Raises:
        MediaError: there is no such file, or it is not what `write` writes.
    """
    path = Path(path)
    try:
        arrays = _arrays(path)
        kept = json.loads(arrays.pop(_TEXT).tobytes().decode())
        version, shape, record = kept["version"], kept["network"], kept["record"]
        if version != VERSION:
            raise MediaError(f"{path} has version {version!r}, this program reads version {VERSION}; update it")
        network = _network(shape, arrays)
        return network, _record(record)
    except MediaError:
        raise
    except OSError as error:
        raise MediaError(f"the network {path} cannot be read: {error.strerror or error}") from None
    except (
        ArithmeticError, AttributeError, EOFError, LookupError, MemoryError, RuntimeError, TypeError, ValueError,
        zipfile.BadZipFile, zlib.error,
    ) as error:  # fmt: skip
        raise MediaError(f"{path} is damaged or no network of ours: {error}") from None


def _arrays(path: Path) -> dict[str, Any]:
    with zipfile.ZipFile(path) as archive:
        if sum(member.file_size for member in archive.infolist()) > _MOST_BYTES:
            raise ValueError("it is too large")
    with np.load(path, allow_pickle=False) as archive:
        return {name: archive[name] for name in archive.files}


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
