"""The convolutions of training on the processor, compiled on first use.

PyTorch's own reach a few per cent of the processor with 4 to 16 channels; these are 5 to 8 times faster there and give
the same gradients. Where no compiler is found, training goes on with PyTorch.
"""

from __future__ import annotations

import ctypes
import functools
import hashlib
import os
import shlex
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import platformdirs

from anime4k.errors import Anime4kError
from anime4k.networks.graph import Activation
from anime4k.training.shapes import SOURCE_INDEX, Shape

LANES = 16
"""Pictures in a block: the innermost dimension of every array here."""

OUTPUTS = (1, 4, 8, 12, 16)
"""Values per pixel of a layer that the compiled code knows; only the last one may have 1."""
KERNELS = (1, 3, 5)
"""Sides of windows that it knows."""
COLUMNS = 12
"""The width of pictures is a multiple of this: 4, 3, 2 or 1 of their pixels are evaluated together."""

_ACTIVATIONS = {Activation.NONE: 0, Activation.RELU: 1, Activation.CRELU: 2}
_FLAGS = (
    "-O3", "-march=native", "-std=c++17", "-shared", "-fPIC",
    "-fno-math-errno", "-fno-trapping-math", "-fno-signed-zeros", "-fassociative-math", "-freciprocal-math",
    "-ffinite-math-only",
)  # fmt: skip
"""What -ffast-math stands for, without the start code that GCC links with it: that takes the smallest numbers
(subnormals) for zero in all of the process, from the moment the library is loaded."""

Array = npt.NDArray[np.float32]


class NotAvailableError(Anime4kError, RuntimeError):
    """There is no compiler, or it failed."""


@functools.cache
def library() -> ctypes.CDLL:
    """The compiled code, built in the user's cache folder when it is not there yet.

    Raises:
        NotAvailableError: it cannot be built.
    """
    source = Path(__file__).with_name("chain.cpp")
    found = filter(None, map(shutil.which, ("c++", "g++", "clang++")))
    compiler = shlex.split(os.environ.get("CXX", "")) or [*found][:1]
    if not compiler:
        raise NotAvailableError("there is no C++ compiler (c++, g++ or clang++)")
    # The processor is part of the name because of -march=native.
    model = Path("/proc/cpuinfo").read_bytes()[:4096] if Path("/proc/cpuinfo").exists() else b""
    flags = next((line for line in model.splitlines() if line.startswith((b"flags", b"Features"))), b"")
    key = hashlib.sha256(source.read_bytes() + " ".join(_FLAGS).encode() + flags).hexdigest()[:16]
    target = platformdirs.user_cache_path("anime4k") / "training" / f"chain-{key}.so"
    try:
        if not target.exists():
            _compile(compiler, source, target)
        loaded = ctypes.CDLL(str(target))
    except OSError as error:
        raise NotAvailableError(f"the compiled code cannot be built or loaded: {error}") from error
    loaded.chain_create.restype = ctypes.c_void_p
    loaded.chain_create.argtypes = [ctypes.c_void_p, ctypes.c_int32, ctypes.c_int32]
    loaded.chain_destroy.argtypes = [ctypes.c_void_p]
    for name in ("chain_forward", "chain_backward"):
        getattr(loaded, name).argtypes = [ctypes.c_void_p] * 4
    return loaded


def _compile(compiler: Sequence[str], source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    # Several processes may compile at once: whoever is last replaces a whole file by an equal one.
    partial = target.with_suffix(f".{os.getpid()}")
    command = [*compiler, *_FLAGS, "-o", str(partial), str(source)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        partial.unlink(missing_ok=True)
        reason = next((line for line in done.stderr.splitlines() if "error" in line), "it does not say why")
        raise NotAvailableError(f"{compiler[0]} failed: {reason}")
    partial.replace(target)


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
            height: of the pictures in pixels.
            width: likewise, a multiple of `COLUMNS`.

        Raises:
            MemoryError: there is no room.
            NotAvailableError: the code cannot be compiled.
            ValueError: the compiled code does not know the shape or the width.
        """
        if width % COLUMNS or not supported(shape):
            raise ValueError(f"the compiled code does not know {shape} with a width of {width}")
        self._library = library()
        self._source = (shape.source.value, height, width, LANES)
        self._result = (shape.layers[-1].outputs, height, width, LANES)
        self._weights = (shape.weights,)
        numbers = [shape.source.value, len(shape.layers)]
        for layer in shape.layers:
            inputs = [index + 1 if index != SOURCE_INDEX else 0 for index in layer.inputs]
            numbers += [layer.outputs, layer.kernel, _ACTIVATIONS[layer.activation], len(inputs), *inputs]
        packed = np.array(numbers, np.int32)
        self._handle = self._library.chain_create(packed.ctypes.data, height, width)
        if not self._handle:
            raise MemoryError("there is no room for the values of a block")

    def __del__(self) -> None:
        if getattr(self, "_handle", None):
            self._library.chain_destroy(self._handle)

    def forward(self, source: Array, weights: Array) -> Array:
        """The last layer's values, (outputs, height, width, 16), for a source (channels, height, width, 16)."""
        result = np.empty(self._result, np.float32)
        source, weights = _ready(source, self._source), _ready(weights, self._weights)
        unknown = self._library.chain_forward(self._handle, *_pointers(source, weights, result))
        assert not unknown, "more is called supported than is compiled"
        return result

    def backward(self, gradient: Array, weights: Array) -> Array:
        """The gradient of the weights, for that of the values which `forward` gave last."""
        result = np.empty(self._weights, np.float32)
        gradient, weights = _ready(gradient, self._result), _ready(weights, self._weights)
        unknown = self._library.chain_backward(self._handle, *_pointers(gradient, weights, result))
        assert not unknown, "more is called supported than is compiled"
        return result


def _ready(array: Array, shape: tuple[int, ...]) -> Array:
    """The array as the compiled code reads it, which checks nothing itself."""
    if array.shape != shape:
        raise ValueError(f"an array of shape {array.shape} is not the {shape} that the compiled code reads")
    return np.ascontiguousarray(array, np.float32)


def _pointers(*arrays: Array) -> Sequence[int]:
    return [array.ctypes.data for array in arrays]
