"""Our networks against the official ones of the same class, in one runtime: what a frame takes to draw.

    python benchmarks/passes.py                                  every class, all forms
    python benchmarks/passes.py --check --json passes.json       1 when a target is missed; all figures in a file
    python benchmarks/passes.py --classes M VL --per-pass        every pass on its own as well
    python benchmarks/passes.py --compare-no-opt fusion --forms official
    python benchmarks/passes.py --size 1920x1080 --gpu 1

On a graphics processor times are those of its timer queries. Where the processor draws, it is the CPU time of all
threads until everything is drawn: timer queries tell nonsense there, and CPU time can be trusted on a busy machine.
(The passes of --per-pass are timed on the wall there.) The files of a class take turns within each round, and so do
the built-in stages alone, whose time is subtracted. Ratios are quotients of medians, with the range over the rounds.

On graphics processors for data centres compare fragment with fragment shaders only: such a processor can be many
times slower with fragment than with compute shaders. The official files, of the PyPI wheel jellyfin-mpv-shim, are
fragment shaders; they are fetched on first use.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks")]

from judge.tables import markdown, terminal  # noqa: E402
from scores.classes import Flavour, Size  # noqa: E402
from speed import options  # noqa: E402
from speed.contest import Contest, figures, pass_table, table, verdicts  # noqa: E402
from speed.drawing import Easel  # noqa: E402
from speed.entries import Form, entries, varied  # noqa: E402
from speed.ratios import Target  # noqa: E402

from anime4k.errors import Anime4kError, UsageError  # noqa: E402
from anime4k.gl.device import Device  # noqa: E402
from anime4k.modes.pack import pack_files  # noqa: E402
from anime4k.quality import wheels  # noqa: E402

TARGETS = (
    Target("a4k-upscale-cnn-l", "Anime4K_Upscale_CNN_x2_L", 0.65),
    Target("a4k-upscale-cnn-vl", "Anime4K_Upscale_CNN_x2_VL", 0.65),
    Target("a4k-upscale-cnn-l-compute", "Anime4K_Upscale_CNN_x2_L", 0.6, hardware=True),
    Target("a4k-upscale-cnn-vl-compute", "Anime4K_Upscale_CNN_x2_VL", 0.6, hardware=True),
)

SOFTWARE_SIZE, HARDWARE_SIZE = (320, 180), (1920, 1080)
SOFTWARE_FRAMES, HARDWARE_FRAMES = 8, 60
CLASSES = (Size.S, Size.M, Size.L, Size.VL, Size.UL)
FLAVOURS = tuple(flavour for flavour in Flavour if flavour.word and flavour.official)


def arguments(words: Sequence[str] | None = None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    names, forms = [size.name for size in CLASSES], [form.value for form in Form]
    parser.add_argument("--classes", nargs="+", choices=names, default=names, help="only these")
    parser.add_argument("--forms", nargs="+", choices=forms, default=forms, help="likewise")
    parser.add_argument(
        "--flavour", choices=[flavour.word for flavour in FLAVOURS], default="upscale", help="what the networks are for"
    )
    parser.add_argument(
        "--size", type=options.size, metavar="WxH", help="of the source (default 320x180; on a GPU 1920x1080)"
    )
    parser.add_argument("--rounds", type=options.positive, default=5, help="default %(default)s")
    parser.add_argument(
        "--frames", type=options.positive, help=f"of a round (default {SOFTWARE_FRAMES}; on a GPU {HARDWARE_FRAMES})"
    )
    parser.add_argument("--per-pass", action="store_true", help="every pass on its own as well")
    parser.add_argument("--no-opt", action="append", default=[], metavar="NAME", help="leave a plan rewrite out")
    parser.add_argument(
        "--compare-no-opt", action="append", default=[], metavar="NAME", help="draw everything once more without it"
    )
    parser.add_argument("--gpu", type=int, metavar="N", help="number of the GPU (anime4k play --list-gpus)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="all figures; - is standard output")
    parser.add_argument("--check", action="store_true", help="exit with 1 when a target is missed")
    return parser.parse_args(words)


def drawn(easel: Easel, contest: Contest, chosen: argparse.Namespace, frames: int, loads: options.Loads) -> None:
    """Let the files of a class draw in turn."""
    plain = easel.renderer(None, frozenset(chosen.no_opt))
    made = {"": plain}
    try:
        for entry in contest.entries:
            made[entry.name] = easel.renderer(entry, entry.without)
            contest.draws[entry.name] = len(made[entry.name].plan.steps)
            contest.rounds[entry.name] = []
        for number in range(chosen.rounds):
            for name in options.turned(list(made), number):
                rounds = contest.rounds[name] if name else contest.plain
                rounds.append(easel.frame_ms(made[name], frames))
            loads.look()
            last = "  ".join(f"{name} {contest.extras(name)[-1]:.2f}" for name in contest.rounds)
            options.say(f"round {number + 1} of {chosen.rounds}  {last} ms")
        if chosen.per_pass:
            for entry in contest.entries:
                contest.passes[entry.name] = easel.passes(made[entry.name], frames)
    finally:
        for renderer in made.values():
            renderer.release()


def run(chosen: argparse.Namespace) -> int:
    """Measure and print; the exit code."""
    device = Device.standalone(gpu=chosen.gpu)
    software = device.info.is_software
    forms = [Form(word) for word in chosen.forms if device.info.compute or word != Form.COMPUTE.value]
    flavour = next(flavour for flavour in FLAVOURS if flavour.word == chosen.flavour)
    files = entries(flavour, [Size[name] for name in chosen.classes], forms, pack_files(), wheels.shaders())
    if not files:
        raise UsageError(f"there is no network for {chosen.flavour} of these classes and forms")
    size = chosen.size or (SOFTWARE_SIZE if software else HARDWARE_SIZE)
    frames = chosen.frames or (SOFTWARE_FRAMES if software else HARDWARE_FRAMES)
    easel, loads = Easel(device, size, flavour), options.Loads()
    contests = []
    for there in files.values():
        contests.append(Contest(varied(there, frozenset(chosen.no_opt), chosen.compare_no_opt)))
        drawn(easel, contests[-1], chosen, frames, loads)
    outcomes = verdicts(contests, TARGETS, hardware=not software)
    sizes = "{}x{} to {}x{}".format(*size, *easel.target)
    whole = table(contests, easel.measure, sizes)
    about = f"{options.machine(device.info.renderer)}, OpenGL {device.info.version}, {loads}"
    report = sys.stderr if str(chosen.json) == "-" else sys.stdout
    print(terminal(whole), end="\n\n", file=report)
    for contest in contests:
        for entry in contest.entries:
            if entry.name in contest.passes:
                print(terminal(pass_table(contest, entry, easel.measure)), end="\n\n", file=report)
    print(f"medians of {chosen.rounds} rounds of {frames} frames; {options.command_line()}, {about}\n", file=report)
    for outcome in outcomes:
        print(outcome, file=report)
    print("\nfor README:", file=report)
    print("\n".join(line for line in markdown(whole).splitlines() if line.startswith("|")), file=report)
    if chosen.json:
        head = {"kind": "anime4k-passes", "version": 1, "command": options.command_line(), "machine": about}
        setting = {"sizes": sizes, "frames": frames, "rounds": chosen.rounds, "software": software}
        found = figures(contests, outcomes, easel.measure)
        options.write(chosen.json, {**head, **setting, "load": loads.seen, **found})
    device.release()
    return int(chosen.check and not (outcomes and all(outcome.met for outcome in outcomes)))


def main() -> int:
    """Run; failures that are expected are one sentence."""
    chosen = arguments()
    try:
        return run(chosen)
    except Anime4kError as error:
        print(f"passes.py: {error}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
