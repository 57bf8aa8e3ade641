"""Which form of a pass is the fastest here: shapes of the blocks that one invocation makes (rewrite "blocks").

    python benchmarks/forms.py                                   usual networks, all shapes
    python benchmarks/forms.py a4k-upscale-cnn-l --size 640x360  files of the pack or of the wheel jellyfin-mpv-shim

Every file draws frames without blocks and with each shape in turn, in several rounds; the table has the median time of
a frame and its ratio to the time without blocks. On software renderers it is the CPU time of all threads, which can be
trusted on a busy machine, elsewhere wall clock around many frames. `pipeline.execute.SOFTWARE_BLOCK` was chosen by it.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from dataclasses import replace
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks")]

from engines import ours, source  # noqa: E402

from anime4k.gl.device import Device  # noqa: E402
from anime4k.hooks.parse import parse_file  # noqa: E402
from anime4k.modes.pack import pack_files  # noqa: E402
from anime4k.pipeline.execute import capabilities  # noqa: E402
from anime4k.pipeline.parts import Block  # noqa: E402
from anime4k.pipeline.render import Renderer  # noqa: E402
from anime4k.pipeline.reuse import REUSE  # noqa: E402
from anime4k.quality import wheels  # noqa: E402

DEFAULT = ("Anime4K_Upscale_CNN_x2_M", "Anime4K_Upscale_CNN_x2_VL", "a4k-upscale-cnn-m", "a4k-upscale-cnn-l")
SHAPES = (((1, 1), (8, 8)), ((2, 1), (16, 4)), ((2, 2), (8, 8)), ((4, 1), (8, 8)), ((4, 1), (16, 4)), ((4, 2), (8, 8)),
          ((8, 1), (8, 8)))  # fmt: skip
"""(pixels, threads), each (across, down)."""
FRAMES = 2
AGAIN = replace(ours.PLAIN, no_rewrites=frozenset({REUSE}))
"""Equal frames are drawn again."""


def measured(device: Device, path: Path, size: tuple[int, int], rounds: int) -> list[tuple[str, float]]:
    """(shape, milliseconds a frame) without blocks first."""
    picture, able = source.make(*size), capabilities(device)
    shapes: list[Block | None] = [None, *(Block(*shape) for shape in SHAPES)]
    renderers = [
        Renderer(device, [parse_file(path)], settings=AGAIN, able=replace(able, block=block)) for block in shapes
    ]
    clock = time.process_time if device.info.is_software else time.perf_counter
    times: list[list[float]] = [[] for _ in shapes]
    for renderer in renderers:
        renderer.configure(ours.source_format(picture), (2 * size[0], 2 * size[1]))
        renderer.render(picture.planes)
    for _ in range(rounds):
        for renderer, found in zip(renderers, times, strict=True):
            device.ctx.finish()
            began = clock()
            for _ in range(FRAMES):
                renderer.render(picture.planes)
            device.ctx.finish()
            found.append(1e3 * (clock() - began) / FRAMES)
    for renderer in renderers:
        renderer.release()
    return [(words(block), statistics.median(found)) for block, found in zip(shapes, times, strict=True)]


def words(block: Block | None) -> str:
    """A shape for people."""
    if block is None:
        return "fragments"
    return "{}x{} pixels, {}x{} threads".format(*block.pixels, *block.threads)


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="*", default=DEFAULT, help="names of shader files")
    parser.add_argument("--size", default="320x180", metavar="WxH", help="of the source (default 320x180)")
    parser.add_argument("--rounds", type=int, default=5, help="how often everything is timed (default 5)")
    arguments = parser.parse_args()
    width, height = (int(part) for part in arguments.size.split("x"))
    files = {path.stem: path for path in (*pack_files(), *wheels.shaders().values())}
    device = Device.standalone()
    print(f"{device.info.renderer}, {width}x{height} to twice the size")
    for name in arguments.files:
        if name not in files:
            parser.error(f"there is no shader file {name}")
        rows = measured(device, files[name], (width, height), arguments.rounds)
        print(f"\n{name}")
        for shape, milliseconds in rows:
            print(f"  {shape:<30} {milliseconds:8.1f} ms  {milliseconds / rows[0][1]:.2f}", flush=True)
    device.release()
    return 0


if __name__ == "__main__":
    sys.exit(main())
