"""Memory that hours of playing leave behind goes back to the system.

glibc keeps freed blocks of every thread apart and learns to keep larger and larger ones. A driver that compiles and
frees programs for hours, while a dozen threads come and go, leaves holes that nobody fills (`benchmarks/soak.py` shows
them). Playing itself takes as long either way: frames come from pools.
"""

from __future__ import annotations

import ctypes
import sys

_ARENA_MAX, _MMAP_THRESHOLD, _TRIM_THRESHOLD = -8, -3, -1  # <malloc.h>
ARENAS = 2
LARGE_BYTES = 256 * 1024
"""Blocks from this size on are given back when they are freed."""


def give_memory_back() -> bool:
    """Set up glibc's allocator; to be called before threads begin. False where there is another allocator."""
    if not sys.platform.startswith("linux"):
        return False
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is None:  # musl
        return False
    settings = ((_ARENA_MAX, ARENAS), (_MMAP_THRESHOLD, LARGE_BYTES), (_TRIM_THRESHOLD, LARGE_BYTES))
    return all([mallopt(name, value) == 1 for name, value in settings])
