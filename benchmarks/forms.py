"""Which form of a pass is the fastest here: shapes of the blocks that one invocation makes.

    python benchmarks/forms.py                                   usual networks, all shapes
    python benchmarks/forms.py a4k-upscale-cnn-l --size 640x360  files of the pack or of the wheel jellyfin-mpv-shim

Every file draws frames without blocks, with each shape of the rewrite "blocks", and with each of the rewrite
"winograd" beside the shape of blocks that this device is given, in turn, in several rounds; the table has the median
time of a frame and its ratio to the time without blocks. On software renderers it is the CPU time of all threads,
which can be trusted on a busy machine, elsewhere wall clock around many frames. `pipeline.execute.SOFTWARE_BLOCK` and
`SOFTWARE_WINOGRAD` were chosen by it. The last column is the time of the first frame, compilation included, unless
the driver had kept the programs.
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
WINOGRAD = (((2, 2), (16, 4)), ((4, 2), (16, 4)), ((4, 2), (8, 8)), ((4, 4), (16, 4)))
"""The same of minimal filtering."""
FRAMES = 2
AGAIN = replace(ours.PLAIN, no_rewrites=frozenset({REUSE}))
"""Equal frames are drawn again."""


Form = tuple[str, Block | None, Block | None]
"""(words, shape of blocks, shape of minimal filtering)."""


def forms(device: Device) -> list[Form]:
    """Everything that is timed, without blocks first."""
    own = capabilities(device).block
    found: list[Form] = [("fragments", None, None)]
    found += [(words(Block(*shape)), Block(*shape), None) for shape in SHAPES]
    found += [(f"winograd, {words(Block(*shape))}", own, Block(*shape)) for shape in WINOGRAD]
    return found


def measured(device: Device, path: Path, size: tuple[int, int], rounds: int) -> list[tuple[str, float, float]]:
    """(form, milliseconds a frame, seconds of the first frame) of every form."""
    picture, able, chosen = source.make(*size), capabilities(device), forms(device)
    renderers = [
        Renderer(device, [parse_file(path)], settings=AGAIN, able=replace(able, block=block, winograd=winograd))
        for _, block, winograd in chosen
    ]
    clock = time.process_time if device.info.is_software else time.perf_counter
    times: list[list[float]] = [[] for _ in chosen]
    first: list[float] = []
    for renderer in renderers:
        began = clock()
        renderer.configure(ours.source_format(picture), (2 * size[0], 2 * size[1]))
        renderer.render(picture.planes)
        device.ctx.finish()
        first.append(clock() - began)
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
    named = [name for name, _, _ in chosen]
    return list(zip(named, map(statistics.median, times), first, strict=True))


def words(block: Block) -> str:
    """A shape for people."""
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
        for form, milliseconds, once in rows:
            print(f"  {form:<40} {milliseconds:8.1f} ms  {milliseconds / rows[0][1]:.2f}  {once:6.1f} s", flush=True)
    device.release()
    return 0


if __name__ == "__main__":
    sys.exit(main())
