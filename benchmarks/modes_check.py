"""Draw one frame by every mode at every usual size and check that what was planned has run.

    python benchmarks/modes_check.py [--modes a-fast,b-hq] [--sources 640x480,...] [--outputs 1080,...]
                                     [--results FILE.json] [--baseline]

Sources of 480, 576, 720 and 1080 lines go to screens of 1080, 1440 and 2160 lines. For each pair and mode a row
says how many passes of the shaders ran and rested, what they read for each pixel of the source, and how long the
frame took. It is an error when a file is left out, when a planned pass did not run or one rests without a reason,
and when the picture has other colours than the plain scaler gives it. With --results, rows that are in the file are not
done again, so the check can be interrupted and go on. The exit code is 1 when anything is wrong.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from anime4k.cli.progress import Progress  # noqa: E402
from anime4k.gl.device import Device  # noqa: E402
from anime4k.media.format import PIXEL_LAYOUTS, SourceFormat  # noqa: E402
from anime4k.modes.load import load_mode  # noqa: E402
from anime4k.modes.table import MODES, Mode, find_mode  # noqa: E402
from anime4k.pipeline.render import Renderer  # noqa: E402

SOURCES = ("640x480", "720x576", "854x480", "1280x720", "1920x1080")
OUTPUTS = ("1080", "1440", "2160")

WORST_MEAN = 5.0
"""Codes by which the mean of a channel may differ from that of the plain scaler."""
WORST_MEDIAN = 8.0
"""Codes by which half of all values may differ from it."""


@dataclass(frozen=True)
class Row:
    """What one frame of one mode did.

    Attributes:
        ran: passes of shader files that ran.
        rested: passes that did not, each for a reason that the plan tells.
        reads: texels that they read for each pixel of the source.
        milliseconds: the frame, after one that warmed up.
        faults: what is wrong, empty when nothing is.
    """

    mode: str
    source: str
    output: str
    ran: int
    rested: int
    reads: float
    milliseconds: float
    faults: tuple[str, ...]

    @property
    def key(self) -> str:
        """What it is the row of."""
        return key_of(self.mode, self.source, self.output)


def key_of(mode: str, source: str, output: str) -> str:
    """Name of a row."""
    return f"{mode} {source} {output}"


def pair(text: str) -> tuple[int, int]:
    """Width and height out of WxH."""
    width, height = text.split("x")
    return int(width), int(height)


def fitted(source: tuple[int, int], lines: int) -> tuple[int, int]:
    """The size of the picture on a 16:9 screen of so many lines."""
    factor = min(lines / source[1], lines * 16 / 9 / source[0])
    return round(source[0] * factor), round(source[1] * factor)


def drawing(width: int, height: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Planes of a 4:2:0 picture: a gradient with discs, outlines and strands, in limited range."""
    y, x = np.mgrid[0:height, 0:width].astype(np.float32) / height
    luma = 60 + 120 * y
    for number in range(12):
        radius = np.hypot(x - 0.15 * number, y - 0.5 - 0.3 * np.sin(number))
        luma = np.where(radius < 0.12, 190 - 8 * number, luma)
        luma = np.where(np.abs(radius - 0.12) < 0.004, 30, luma)
    for number in range(30):
        luma = np.where(np.abs(x * 0.3 + 0.06 * number - y) < 0.0015 + 0.0001 * number, 28, luma)
    chroma_x, chroma_y = x[::2, ::2], y[::2, ::2]
    blue, red = 128 + 40 * np.sin(3 * chroma_x), 128 + 30 * np.cos(4 * chroma_y)
    return luma.astype(np.uint8), blue.astype(np.uint8), red.astype(np.uint8)


class Check:
    """Draws on one device.

    Args:
        device: where.
    """

    def __init__(self, device: Device) -> None:
        self._device = device
        self._plain: dict[tuple[str, str], np.ndarray] = {}

    def row(self, mode: Mode, source: str, output: str) -> Row:
        """Draw one frame and look at it."""
        width, height = pair(source)
        size = fitted((width, height), int(output))
        layout = PIXEL_LAYOUTS["yuv420p"]
        format_ = SourceFormat(width, height, layout.model, layout.planes)
        planes = drawing(width, height)
        loaded = load_mode(mode)
        faults = list(loaded.problems)
        renderer = Renderer(self._device, loaded.shaders)
        try:
            plan = renderer.configure(format_, size)
            renderer.measure = True
            renderer.render(planes)
            faults += [f"left out: {reason}" for reason in renderer.disabled.values()]
            ran = [name for name, _ in renderer.timings[1:]]
            if ran != [step.desc for step in plan.steps]:
                faults.append(f"{len(plan.steps)} passes were planned, {len(ran)} ran")
            faults += [f"no reason why it rests: {skip.desc}" for skip in plan.skipped if not skip.reason]
            renderer.measure = False
            began = time.perf_counter()
            renderer.render(planes)
            self._device.ctx.finish()
            milliseconds = (time.perf_counter() - began) * 1e3
            faults += self._differences(renderer.read()[0], source, output, planes, format_, size)
        finally:
            renderer.release()
        steps = [step for step in plan.steps if step.origin is not None]
        reads = sum(step.reads for step in steps) / (width * height)
        count = sum(len(step.passes) for step in steps)
        return Row(mode.name, source, output, count, len(plan.skipped), reads, milliseconds, tuple(faults))

    def _differences(
        self,
        picture: np.ndarray,
        source: str,
        output: str,
        planes: Sequence[np.ndarray],
        format_: SourceFormat,
        size: tuple[int, int],
    ) -> Iterator[str]:
        if (source, output) not in self._plain:
            renderer = Renderer(self._device)
            renderer.configure(format_, size)
            renderer.render(planes)
            self._plain = {(source, output): renderer.read()[0].astype(np.int16)}
            renderer.release()
        plain = self._plain[source, output]
        means = np.abs(picture.mean((0, 1)) - plain.mean((0, 1)))
        if means.max() > WORST_MEAN:
            yield f"the mean of a channel is off by {means.max():.1f} codes"
        median = float(np.median(np.abs(picture - plain)))
        if median > WORST_MEDIAN:
            yield f"half of the picture is off by {median:.0f} codes or more"


def known_rows(path: Path | None) -> dict[str, Row]:
    """The rows of an earlier run."""
    if path is None or not path.exists():
        return {}
    rows = [Row(**{**entry, "faults": tuple(entry["faults"])}) for entry in json.loads(path.read_text())]
    return {row.key: row for row in rows}


def table(rows: Sequence[Row]) -> str:
    """The rows as text: for each size the modes below each other."""
    lines = [f"{'source':>10} {'screen':>6}  {'mode':<9} {'ran':>4} {'rest':>4} {'reads':>7} {'ms':>8}"]
    for row in rows:
        lines.append(
            f"{row.source:>10} {row.output:>6}  {row.mode:<9} {row.ran:>4} {row.rested:>4} {row.reads:>7.0f}"
            f" {row.milliseconds:>8.0f}" + (f"  WRONG: {'; '.join(row.faults)}" if row.faults else "")
        )
    return "\n".join(lines)


def main() -> int:
    """Draw, print, judge."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    names = ",".join(mode.name for mode in MODES if mode.shaders)
    parser.add_argument("--modes", default=names, help="names with commas between them")
    parser.add_argument("--sources", default=",".join(SOURCES), help="sizes of sources with commas between them")
    parser.add_argument("--outputs", default=",".join(OUTPUTS), help="lines of screens with commas between them")
    parser.add_argument("--results", type=Path, help="keep rows in this file, and do not make those again")
    parser.add_argument("--baseline", action="store_true", help="draw with OpenGL 4.1 only")
    arguments = parser.parse_args()
    modes = [find_mode(name) for name in arguments.modes.split(",")]
    places = [(source, output) for source in arguments.sources.split(",") for output in arguments.outputs.split(",")]
    rows = known_rows(arguments.results)
    wanted = [(mode, source, output) for source, output in places for mode in modes]
    device = Device.standalone(baseline=arguments.baseline)
    check = Check(device)
    print(f"{device.info.renderer}, OpenGL {device.info.version}")
    with Progress(float(len(wanted)), "frames", "modes") as progress:
        for number, (mode, source, output) in enumerate(wanted, 1):
            key = key_of(mode.name, source, output)
            if key not in rows:
                rows[key] = check.row(mode, source, output)
                if arguments.results is not None:
                    entries = [asdict(row) for row in rows.values()]
                    partial = arguments.results.with_suffix(".partial")
                    partial.write_text(json.dumps(entries, indent=1))
                    partial.replace(arguments.results)
            progress.update(number)
    device.release()
    shown = [rows[key_of(mode.name, source, output)] for mode, source, output in wanted]
    print(table(shown))
    wrong = sum(bool(row.faults) for row in shown)
    print(f"{len(shown) - wrong} of {len(shown)} as planned")
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())
