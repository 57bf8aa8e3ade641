"""The convolutions of training on the processor, compiled on first use.

PyTorch's own reach a few per cent of the processor with 4 to 16 channels; these are 5 to 8 times faster there and give
the same gradients (tests/training/test_native.py). Where no compiler is found, training goes on with PyTorch.
"""

from __future__ import annotations

import ctypes
import functools
import hashlib
import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import platformdirs

from anime4k.networks.graph import Activation
from anime4k.training.shapes import SOURCE_INDEX, Shape

LANES = 16
"""Pictures in a block: the innermost dimension of every array here."""

OUTPUTS = (1, 4, 8, 12, 16)
KERNELS = (1, 3, 5)
"""What the compiled code knows; `supported` checks."""

_ACTIVATIONS = {Activation.NONE: 0, Activation.RELU: 1, Activation.CRELU: 2}
_FLAGS = ("-O3", "-march=native", "-ffast-math", "-std=c++17", "-shared", "-fPIC")

Array = npt.NDArray[np.float32]


class NotAvailableError(RuntimeError):
    """There is no compiler, or it failed."""


@functools.cache
def library() -> ctypes.CDLL:
    """The compiled code, built in the user's cache folder when it is not there yet.

    Raises:
        NotAvailableError: it cannot be built.
    """
    source = Path(__file__).with_name("chain.cpp")
    compiler = os.environ.get("CXX") or shutil.which("c++") or shutil.which("g++") or shutil.which("clang++")
    if compiler is None:
        raise NotAvailableError("there is no C++ compiler (c++, g++ or clang++)")
    # The processor is part of the name because of -march=native.
    model = Path("/proc/cpuinfo").read_bytes()[:4096] if Path("/proc/cpuinfo").exists() else b""
    flags = next((line for line in model.splitlines() if line.startswith((b"flags", b"Features"))), b"")
    key = hashlib.sha256(source.read_bytes() + " ".join(_FLAGS).encode() + flags).hexdigest()[:16]
    target = platformdirs.user_cache_path("anime4k") / "training" / f"chain-{key}.so"
    if not target.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        partial = target.with_suffix(f".{os.getpid()}")
        command = [compiler, *_FLAGS, "-o", str(partial), str(source)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            raise NotAvailableError(f"{compiler} failed: {done.stderr.strip().splitlines()[-1:]}")
        partial.replace(target)
    loaded = ctypes.CDLL(str(target))
    loaded.chain_create.restype = ctypes.c_void_p
    loaded.chain_create.argtypes = [ctypes.c_void_p, ctypes.c_int32, ctypes.c_int32]
    loaded.chain_destroy.argtypes = [ctypes.c_void_p]
    for name in ("chain_forward", "chain_backward"):
        getattr(loaded, name).argtypes = [ctypes.c_void_p] * 4
    return loaded


def supported(shape: Shape) -> bool:
    """Whether the compiled code can evaluate a network of this shape."""
    inner = [layer.outputs for layer in shape.layers]
    return (
        all(outputs in OUTPUTS for outputs in inner)
        and all(outputs != 1 for outputs in inner[:-1])
        and all(layer.kernel in KERNELS for layer in shape.layers)
    )


class Chain:
    """A network of one shape for one block of pictures of one size, with room for its values and gradients.

    Not to be used by two threads at once; several of them may run side by side.
    """

    def __init__(self, shape: Shape, height: int, width: int) -> None:
        """Reserve the room.

        Args:
            shape: `supported` must be true of it.
            height: of the pictures.
            width: of the pictures, a multiple of 12.
        """
        if width % 12:
            raise ValueError(f"the width {width} is no multiple of 12")
        self._library = library()
        self._outputs = shape.layers[-1].outputs
        self._size = (height, width)
        numbers = [shape.source.value, len(shape.layers)]
        for layer in shape.layers:
            inputs = [index + 1 if index != SOURCE_INDEX else 0 for index in layer.inputs]
            numbers += [layer.outputs, layer.kernel, _ACTIVATIONS[layer.activation], len(inputs), *inputs]
        packed = np.array(numbers, np.int32)
        self._handle = self._library.chain_create(packed.ctypes.data, height, width)

    def __del__(self) -> None:
        if getattr(self, "_handle", None):
            self._library.chain_destroy(self._handle)

    def forward(self, source: Array, weights: Array) -> Array:
        """The last layer's values, (outputs, height, width, 16), for a source (channels, height, width, 16)."""
        result = np.empty((self._outputs, *self._size, LANES), np.float32)
        source = np.ascontiguousarray(source)
        self._check(self._library.chain_forward(self._handle, *_pointers(source, weights, result)))
        return result

    def backward(self, gradient: Array, weights: Array) -> Array:
        """The gradient of the weights, for that of the values which `forward` gave last."""
        result = np.empty_like(weights)
        gradient = np.ascontiguousarray(gradient)
        self._check(self._library.chain_backward(self._handle, *_pointers(gradient, weights, result)))
        return result

    @staticmethod
    def _check(code: int) -> None:
        if code:
            raise ValueError("the shape has a layer that the compiled code does not know")


def _pointers(*arrays: Array) -> Sequence[int]:
    return [array.ctypes.data for array in arrays]
