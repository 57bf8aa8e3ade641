"""The few OpenGL calls that moderngl does not offer, through the context's own function loader."""

from __future__ import annotations

import ctypes
from collections.abc import Callable

TEXTURE_1D = 0x0DE0
TEXTURE_2D = 0x0DE1
TEXTURE_3D = 0x806F
TEXTURE_MAG_FILTER = 0x2800
TEXTURE_MIN_FILTER = 0x2801
TEXTURE_WRAP_S = 0x2802
TEXTURE_WRAP_T = 0x2803
TEXTURE_WRAP_R = 0x8072
NEAREST = 0x2600
LINEAR = 0x2601
REPEAT = 0x2901
CLAMP_TO_EDGE = 0x812F
MIRRORED_REPEAT = 0x8370
UNPACK_ALIGNMENT = 0x0CF5
TEXTURE0 = 0x84C0
DITHER = 0x0BD0
SCISSOR_TEST = 0x0C11
FRAMEBUFFER_SRGB = 0x8DB9
READ_WRITE = 0x88BA
WRITE_ONLY = 0x88B9
MAX_COMPUTE_SHARED_MEMORY = 0x8262
MAX_WORK_GROUP_INVOCATIONS = 0x90EB
MAX_TEXTURE_IMAGE_UNITS = 0x8872
MAX_TEXTURE_SIZE = 0x0D33
TIME_ELAPSED = 0x88BF
QUERY_COUNTER_BITS = 0x8864
QUERY_RESULT = 0x8866
QUERY_RESULT_AVAILABLE = 0x8867
SYNC_GPU_COMMANDS_COMPLETE = 0x9117
SYNC_FLUSH_COMMANDS = 0x0001

_int, _uint, _ptr = ctypes.c_int, ctypes.c_uint, ctypes.c_void_p

_SIGNATURES: dict[str, tuple[object, ...]] = {
    "glGenTextures": (None, _int, ctypes.POINTER(_uint)),
    "glDeleteTextures": (None, _int, ctypes.POINTER(_uint)),
    "glBindTexture": (None, _uint, _uint),
    "glActiveTexture": (None, _uint),
    "glTexParameteri": (None, _uint, _uint, _int),
    "glPixelStorei": (None, _uint, _int),
    "glTexImage1D": (None, _uint, _int, _int, _int, _int, _uint, _uint, _ptr),
    "glTexImage2D": (None, _uint, _int, _int, _int, _int, _int, _uint, _uint, _ptr),
    "glTexImage3D": (None, _uint, _int, _int, _int, _int, _int, _int, _uint, _uint, _ptr),
    "glBindImageTexture": (None, _uint, _uint, _int, ctypes.c_ubyte, _int, _uint, _uint),
    "glVertexAttrib4f": (None, _uint, *[ctypes.c_float] * 4),
    "glGetIntegerv": (None, _uint, ctypes.POINTER(_int)),
    "glDisable": (None, _uint),
    "glGetError": (_uint,),
    "glGenQueries": (None, _int, ctypes.POINTER(_uint)),
    "glDeleteQueries": (None, _int, ctypes.POINTER(_uint)),
    "glBeginQuery": (None, _uint, _uint),
    "glEndQuery": (None, _uint),
    "glGetQueryiv": (None, _uint, _uint, ctypes.POINTER(_int)),
    "glGetQueryObjectuiv": (None, _uint, _uint, ctypes.POINTER(_uint)),
    "glGetQueryObjectui64v": (None, _uint, _uint, ctypes.POINTER(ctypes.c_uint64)),
    "glFenceSync": (_ptr, _uint, _uint),
    "glClientWaitSync": (_uint, _ptr, _uint, ctypes.c_uint64),
    "glDeleteSync": (None, _ptr),
}


class RawGL:
    """Raw calls of one context; functions are looked up on first use.

    Args:
        load: returns the address of a GL function by name, 0 when it does not exist.
    """

    def __init__(self, load: Callable[[str], int]) -> None:
        self._load = load
        self._functions: dict[str, Callable[..., int]] = {}

    def __call__(self, name: str, *arguments: object) -> int:
        """Call GL function `name`; the context must be current."""
        function = self._functions.get(name)
        if function is None:
            result, *parameters = _SIGNATURES[name]
            prototype = ctypes.CFUNCTYPE(result, *parameters)  # type: ignore[arg-type]
            function = prototype(self._load(name))
            self._functions[name] = function
        return function(*arguments)

    def integer(self, name: int) -> int:
        """`glGetIntegerv` of a single value."""
        value = _int(0)
        self("glGetIntegerv", name, ctypes.byref(value))
        return value.value

    def clear_errors(self) -> None:
        """Empty the error queue."""
        for _ in range(16):
            if not self("glGetError"):
                return
