"""From how many pixels on rewrites pay whose programs take long to compile.

    python benchmarks/patience.py                       the mode c-hq
    python benchmarks/patience.py --mode b-hq --rounds 5

Pictures of two sizes are upscaled with and without the patient rewrites (`Rewrite.patient`), each time in a process of
its own, with an empty cache of compiled programs and with a full one. Two sizes give a line: what it takes before the
first pixel, and what each megapixel of the source adds. Where the lines with and without the rewrites meet, they begin
to pay. All figures are CPU seconds of all threads: planning, compiling, drawing and reading back, medians over the
rounds.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from anime4k.gl.device import Device  # noqa: E402
from anime4k.media.images import read_image, write_image  # noqa: E402
from anime4k.modes.load import load_mode  # noqa: E402
from anime4k.modes.table import find_mode  # noqa: E402
from anime4k.pipeline.render import Renderer  # noqa: E402
from anime4k.pipeline.rewrites import PATIENCE_PIXELS, REWRITES  # noqa: E402
from anime4k.pipeline.settings import RenderSettings  # noqa: E402

SIZES = ((640, 360), (2560, 1440))
MEGAPIXELS = tuple(width * height / 1e6 for width, height in SIZES)


@dataclass(frozen=True)
class Line:
    """CPU seconds: `before` the first pixel, and `each` megapixel of the source."""

    before: float
    each: float

    @classmethod
    def through(cls, small: float, large: float) -> Line:
        """The line through what pictures of both `SIZES` took."""
        each = (large - small) / (MEGAPIXELS[1] - MEGAPIXELS[0])
        return cls(small - each * MEGAPIXELS[0], each)


def draw(mode: str, patient: bool, path: Path) -> None:
    """Upscale one picture in this process, as `anime4k upscale` does."""
    without = frozenset() if patient else frozenset(rewrite.name for rewrite in REWRITES if rewrite.patient)
    device = Device.standalone()
    renderer = Renderer(device, load_mode(find_mode(mode)).shaders, settings=RenderSettings(no_rewrites=without))
    frame = read_image(path)
    renderer.configure(frame.format, (2 * frame.format.width, 2 * frame.format.height))
    renderer.render(frame.planes)
    renderer.read()
    renderer.release()
    device.release()


def seconds(mode: str, patient: bool, path: Path, cache: Path) -> float:
    """CPU seconds of a process that upscales one picture, without those that Python takes to begin."""
    command = [sys.executable, __file__, "--mode", mode, "--one", str(path), *(["--patient"] if patient else [])]
    environment = {**os.environ, "MESA_SHADER_CACHE_DIR": str(cache)}
    return float(subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout)


def lines(mode: str, paths: Sequence[Path], rounds: int) -> dict[tuple[bool, bool], Line]:
    """The line for every (patient, cold)."""
    found: dict[tuple[bool, bool, int], list[float]] = {}
    for _ in range(rounds):
        for patient in (False, True):
            for index, path in enumerate(paths):
                with tempfile.TemporaryDirectory() as cache:
                    for cold in (True, False):
                        found.setdefault((patient, cold, index), []).append(seconds(mode, patient, path, Path(cache)))
    medians = {key: statistics.median(values) for key, values in found.items()}
    return {
        (patient, cold): Line.through(medians[patient, cold, 0], medians[patient, cold, 1])
        for patient in (False, True)
        for cold in (False, True)
    }


def main() -> int:
    """The lines, and where they meet."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mode", default="c-hq", help="which chain (default: %(default)s)")
    parser.add_argument("--rounds", type=int, default=3, help="of every measurement (default: %(default)s)")
    parser.add_argument("--one", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--patient", action="store_true", help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.one:
        began = time.process_time()
        draw(args.mode, args.patient, args.one)
        print(time.process_time() - began)
        return 0
    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder, f"{width}x{height}.png") for width, height in SIZES]
        for path, (width, height) in zip(paths, SIZES, strict=True):
            write_image(path, np.random.default_rng(0).integers(0, 256, (height, width, 3), np.uint8))
        found = lines(args.mode, paths, args.rounds)
    print(f"{args.mode}, CPU seconds, median of {args.rounds}; patient from {PATIENCE_PIXELS / 1e6:g} megapixels on")
    print("| compiled programs | rewrites | before | each megapixel | meet at, megapixels |")
    print("| --- | --- | ---: | ---: | ---: |")
    for cold in (True, False):
        quick, patient = found[False, cold], found[True, cold]
        saved = quick.each - patient.each
        meet = f"{(patient.before - quick.before) / saved:.1f}" if saved > 0 else "never"
        for name, line, where in (("without", quick, ""), ("with", patient, meet)):
            print(f"| {'none' if cold else 'kept'} | {name} | {line.before:.2f} | {line.each:.2f} | {where} |")
    return 0


if __name__ == "__main__":
    sys.exit(main())
