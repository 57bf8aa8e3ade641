"""Clips of drawings that are held, change a little or change altogether, as a script says; lossless."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np

SIZE = (128, 96)
TILES = 48
"""Tiles of 16x16 pixels."""
SCRIPT = "WKKPKPPKWKPK"
"""One letter a frame: K = like the one before, P = 16x16 pixels of it are others, W = all are others."""
BLUR = (
    "//!HOOK LUMA\n//!BIND HOOKED\n//!DESC blur\n"
    "vec4 hook() { return 0.5 * (HOOKED_texOff(vec2(-1, 0)) + HOOKED_texOff(vec2(1, 0))); }\n"
)
"""A pass that looks at its neighbours."""


def write(path: Path, script: str = SCRIPT) -> Path:
    """Write a clip of 25 frames a second; what changes is in the middle of the picture."""
    width, height = SIZE
    random = np.random.default_rng(5)
    luma = np.zeros((height, width), np.uint8)
    with av.open(str(path), "w") as container:
        stream = container.add_stream("ffv1", rate=25)
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        for letter in script:
            part = {"K": luma[:0], "P": luma[32:48, 48:64], "W": luma}[letter]
            part[...] = random.integers(16, 236, part.shape, np.uint8)
            frame = av.VideoFrame(width, height, "yuv420p")
            grey = np.full((height // 2, width // 2), 128, np.uint8)
            for plane, values in zip(frame.planes, (luma, grey, grey), strict=True):
                padded = np.zeros((plane.height, plane.line_size), np.uint8)
                padded[:, : plane.width] = values
                plane.update(padded.tobytes())
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path
