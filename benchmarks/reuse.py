"""What frames cost of which only a part has changed, against the cost of whole frames.

    python benchmarks/reuse.py [--source 640x360] [--frames 12] [--check] SHADER...

For every shader file a picture is drawn of which a rectangle of a given part of the area changes from frame to frame,
then one that stays as it is, then one that changes everywhere. The cost of a frame is the processor's time of the
whole process where the processor draws, and the time on the wall where a GPU does; it is compared with that of a
renderer which draws every frame as a whole. Both take turns, and the median of several rounds counts.

With `--check` the exit code is 1 when a target is missed: cost follows the part that is drawn within 20 % of a whole
frame, equal frames cost less than 3 %, and frames that change everywhere no more than 5 % extra.
"""

from __future__ import annotations

import argparse
import math
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from anime4k.errors import MediaError  # noqa: E402
from anime4k.gl.device import Device  # noqa: E402
from anime4k.hooks.parse import parse_file  # noqa: E402
from anime4k.media.format import PIXEL_LAYOUTS, SourceFormat  # noqa: E402
from anime4k.pipeline.render import Renderer  # noqa: E402
from anime4k.pipeline.reuse import REUSE  # noqa: E402
from anime4k.pipeline.settings import RenderSettings  # noqa: E402

Planes = list[NDArray[np.uint8]]

AREAS = (0.02, 0.1, 0.25, 0.5)
"""Parts of the area that change."""
ROUNDS = 5
FOLLOWS, EQUAL, EXTRA = 0.20, 0.03, 0.05
"""The targets, as parts of a whole frame."""


class Scene:
    """A picture that changes somewhere.

    Args:
        size: (width, height).
        area: part that changes; 0 = nothing, 1 = everything.
    """

    def __init__(self, size: tuple[int, int], area: float) -> None:
        layout = PIXEL_LAYOUTS["yuv420p"]
        self.format = SourceFormat(*size, layout.model, layout.planes)
        random = np.random.default_rng(1)
        self._two: list[Planes] = [[], []]
        for number in range(3):
            width, height = self.format.plane_size(number)
            plane = random.integers(16, 235, (height, width), np.uint8)
            other = plane.copy()
            if area > 0.0:
                side = math.sqrt(area)
                w, h = max(1, round(width * side)), max(1, round(height * side))
                x, y = (width - w) // 2, (height - h) // 2
                other[y : y + h, x : x + w] = random.integers(16, 235, (h, w), np.uint8)
            for planes, one in zip(self._two, (plane, other), strict=True):
                one.flags.writeable = False
                planes.append(one)
        self._number = 0

    def next(self) -> Planes:
        """Another frame; arrays of its own, as a decoder gives them."""
        self._number += 1
        return self._two[self._number % 2]


def renderer(device: Device, shader: Path, scene: Scene, *, whole: bool) -> Renderer:
    """A renderer of a file that draws twice as large, and every frame as a whole if asked to.

    Raises:
        MediaError: the file does not run.
    """
    without = frozenset({REUSE, "tiles"}) if whole else frozenset()
    made = Renderer(device, [parse_file(shader)], settings=RenderSettings(no_rewrites=without))
    made.configure(scene.format, (2 * scene.format.width, 2 * scene.format.height))
    if made.disabled:
        raise MediaError(next(iter(made.disabled.values())))
    return made


def cost(device: Device, made: Renderer, scene: Scene, count: int, clock: Callable[[], float]) -> tuple[float, float]:
    """(seconds of a frame, part of the work that was drawn), over `count` frames."""
    made.render(scene.next())
    device.ctx.finish()
    began = clock()
    shares = [made.render(scene.next()).share for _ in range(count)]
    device.ctx.finish()
    return (clock() - began) / count, statistics.mean(shares)


def measured(
    device: Device, shader: Path, size: tuple[int, int], area: float, count: int
) -> tuple[float, float, float]:
    """(milliseconds of a whole frame, cost and share of a frame against it) for one part of the area."""
    clock = time.process_time if device.info.is_software else time.perf_counter
    scene = Scene(size, area)
    whole, parts = (renderer(device, shader, scene, whole=each) for each in (True, False))
    rounds = []
    try:
        for _ in range(ROUNDS):
            plain, _ = cost(device, whole, scene, count, clock)
            ours_, share = cost(device, parts, scene, count, clock)
            rounds.append((plain, ours_ / plain, share))
    finally:
        whole.release()
        parts.release()
    return (
        statistics.median(plain for plain, _, _ in rounds) * 1e3,
        statistics.median(ratio for _, ratio, _ in rounds),
        rounds[0][2],
    )


def target(area: float, share: float) -> float:
    """The most that a frame may cost, as a part of a whole one."""
    if area == 0.0:
        return EQUAL
    return 1.0 + EXTRA if area == 1.0 else share + FOLLOWS


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("shaders", nargs="+", type=Path, metavar="SHADER")
    parser.add_argument("--source", default="640x360", metavar="WxH")
    parser.add_argument("--frames", type=int, default=12)
    parser.add_argument("--check", action="store_true")
    chosen = parser.parse_args(arguments)
    width, _, height = chosen.source.partition("x")
    device = Device.standalone()
    print(f"{device.info.renderer}, {chosen.source}, enlarged twice")
    print(f"{'shader':34} {'changed':>8} {'drawn':>7} {'cost':>7} {'target':>7} {'whole frame':>12}")
    missed = 0
    for shader in chosen.shaders:
        for area in (0.0, *AREAS, 1.0):
            whole_ms, ratio, share = measured(device, shader, (int(width), int(height)), area, chosen.frames)
            most = target(area, share)
            missed += ratio > most
            print(
                f"{shader.stem[:34]:34} {area:8.0%} {share:7.0%} {ratio:7.1%} {most:7.0%} {whole_ms:9.2f} ms"
                f"{'  MISSED' if ratio > most else ''}", flush=True,
            )  # fmt: skip
    return 1 if chosen.check and missed else 0


if __name__ == "__main__":
    sys.exit(main())
