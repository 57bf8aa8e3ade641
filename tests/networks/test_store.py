"""Networks in files: what is written is read, and nothing else is."""

from __future__ import annotations

import io
import json
import pickle
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from anime4k.errors import MediaError, OutputError, UsageError
from anime4k.networks.graph import Network
from anime4k.networks.store import Record, read, write
from tests.networks.nets import SHAPES, random_network

RECORD = Record(
    recipe="small", data="portraits and line art", steps=1200, seed=7, seconds=61.5, machine="two cores",
    date="2026-01-31", settings={"rate": 0.002, "kernels": ["box", "cubic"], "warm": None, "mix": {"a": 1}},
)  # fmt: skip


def same(first: Network, second: Network) -> bool:
    def facts(network: Network) -> tuple[Any, ...]:
        layers = [(each.name, each.inputs, each.activation) for each in network.layers]
        return network.name, network.summary, network.source, network.scale, network.base, layers

    weights = all(
        np.array_equal(a.weights, b.weights) and np.array_equal(a.bias, b.bias) and b.weights.dtype == np.float32
        for a, b in zip(first.layers, second.layers, strict=True)
    )
    return facts(first) == facts(second) and weights


@pytest.mark.parametrize("network", SHAPES.values(), ids=SHAPES.keys())
def test_what_is_written_is_read(network: Network, tmp_path: Path) -> None:
    write(tmp_path / "net.npz", network, RECORD)
    found, record = read(tmp_path / "net.npz")
    assert same(network, found)
    assert record == RECORD
    assert list(tmp_path.iterdir()) == [tmp_path / "net.npz"]


def test_the_same_network_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a.npz", "b.npz"):
        write(tmp_path / name, random_network(), RECORD)
    assert (tmp_path / "a.npz").read_bytes() == (tmp_path / "b.npz").read_bytes()


def test_failed_writing_keeps_what_was_there(tmp_path: Path) -> None:
    path = tmp_path / "net.npz"
    write(path, random_network(), RECORD)
    before = path.read_bytes()
    with pytest.raises(UsageError, match="JSON"):
        write(path, random_network(seed=1), Record(settings={"a": object()}))
    with pytest.raises(UsageError, match="JSON"):
        write(path, random_network(seed=1), Record(seconds=float("nan")))
    assert path.read_bytes() == before
    with pytest.raises(OutputError, match="cannot be written"):
        write(tmp_path / "missing" / "net.npz", random_network(), RECORD)


def test_missing_files_are_said_to_be_missing(tmp_path: Path) -> None:
    with pytest.raises(MediaError, match="No such file"):
        read(tmp_path / "net.npz")
    with pytest.raises(MediaError, match="cannot be read"):
        read(tmp_path)


@pytest.fixture
def content(tmp_path: Path) -> tuple[bytes, dict[str, np.ndarray], dict[str, Any]]:
    """A good file: its bytes, its arrays and its description."""
    path = tmp_path / "good.npz"
    write(path, random_network(depth=2), RECORD)
    with np.load(path) as archive:
        arrays = {name: archive[name] for name in archive.files}
    return path.read_bytes(), arrays, json.loads(arrays["text"].tobytes())


def refused(path: Path) -> str:
    with pytest.raises(MediaError) as caught:
        read(path)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)
    return str(caught.value)


@pytest.mark.timeout(60)
def test_cut_off_and_damaged_files_are_refused(tmp_path: Path, content: tuple[bytes, Any, Any]) -> None:
    good, path = content[0], tmp_path / "bad.npz"
    for length in (0, 1, 30, len(good) // 3, len(good) // 2, len(good) - 1):
        path.write_bytes(good[:length])
        refused(path)
    path.write_bytes(b"no archive at all")
    refused(path)
    # A changed byte is either noticed, or in a part of the archive that means nothing.
    expected, rng = read(tmp_path / "good.npz")[0], np.random.default_rng(0)
    noticed = 0
    for place in rng.integers(0, len(good), 150):
        path.write_bytes(good[:place] + bytes([good[place] ^ 0x41]) + good[place + 1 :])
        try:
            assert same(read(path)[0], expected)
        except MediaError:
            noticed += 1
    assert noticed > 100


def test_nothing_is_executed(tmp_path: Path, content: tuple[bytes, Any, Any]) -> None:
    class Evil:
        def __reduce__(self) -> tuple[Any, ...]:
            return Path.touch, (tmp_path / "executed",)

    _, arrays, _ = content
    path = tmp_path / "bad.npz"
    buffer = io.BytesIO()
    np.save(buffer, np.array([Evil()], object), allow_pickle=True)
    for name in arrays:
        with zipfile.ZipFile(path, "w") as archive:
            for other, values in arrays.items():
                kept = io.BytesIO()
                np.save(kept, values)
                archive.writestr(f"{other}.npy", buffer.getvalue() if other == name else kept.getvalue())
        refused(path)
    path.write_bytes(pickle.dumps(Evil()))
    refused(path)
    assert not (tmp_path / "executed").exists()


CHANGES: dict[str, Any] = {
    "other version": lambda text, arrays: text.update(version=99),
    "no version": lambda text, arrays: text.pop("version"),
    "no record": lambda text, arrays: text.pop("record"),
    "less record": lambda text, arrays: text["record"].pop("seed"),
    "more record": lambda text, arrays: text["record"].update(pen="blue"),
    "settings are a list": lambda text, arrays: text["record"].update(settings=[]),
    "unknown source": lambda text, arrays: text["network"].update(source="xyz"),
    "unknown base": lambda text, arrays: text["network"].update(base="cubic"),
    "three times": lambda text, arrays: text["network"].update(scale=3),
    "unknown activation": lambda text, arrays: text["network"]["layers"][1].update(activation="tanh"),
    "unknown input": lambda text, arrays: text["network"]["layers"][1].update(inputs=["f9"]),
    "layers are a number": lambda text, arrays: text["network"].update(layers=5),
    "network is a list": lambda text, arrays: text.update(network=[]),
    "layer without weights": lambda text, arrays: arrays.pop("weights1"),
    "weights without layer": lambda text, arrays: text["network"]["layers"].pop(),
    "not a number": lambda text, arrays: arrays["weights0"].__setitem__((0, 0, 0, 0), np.nan),
    "infinite": lambda text, arrays: arrays["bias0"].__setitem__(0, np.inf),
    "double precision": lambda text, arrays: arrays.update(weights0=arrays["weights0"].astype(np.float64)),
    "even kernel": lambda text, arrays: arrays.update(weights0=arrays["weights0"][:, :, :2]),
    "flat weights": lambda text, arrays: arrays.update(weights0=arrays["weights0"].ravel()),
    "too few outputs": lambda text, arrays: arrays.update(bias2=arrays["bias2"][:3], weights2=arrays["weights2"][:3]),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_descriptions_that_do_not_fit_are_refused(
    tmp_path: Path, content: tuple[bytes, dict[str, np.ndarray], dict[str, Any]], change: Any
) -> None:
    _, arrays, text = content
    change(text, arrays)
    arrays["text"] = np.frombuffer(json.dumps(text).encode(), np.uint8)
    np.savez(tmp_path / "bad.npz", **arrays)
    refused(tmp_path / "bad.npz")


@pytest.mark.timeout(60)
def test_bombs_do_not_go_off(tmp_path: Path, content: tuple[bytes, dict[str, np.ndarray], dict[str, Any]]) -> None:
    path, (_, arrays, _) = tmp_path / "bad.npz", content
    np.savez_compressed(path, **{**arrays, "weights0": np.zeros((4, 1, 3, 2_000_000), np.float32)})
    assert path.stat().st_size < 1_000_000
    assert "too large" in refused(path)
    # A header that promises more than there is.
    with zipfile.ZipFile(path, "w") as archive:
        header = io.BytesIO()
        np.lib.format.write_array_header_1_0(
            header, {"descr": "<f4", "fortran_order": False, "shape": (1 << 40, 1, 3, 3)}
        )
        archive.writestr("weights0.npy", header.getvalue())
        archive.writestr("text.npy", b"")
    refused(path)
