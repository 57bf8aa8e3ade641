"""Write the pages of this folder that repeat what the program knows: options, keys, shaders.

    python docs/generate.py            write the pages
    python docs/generate.py --check    only say which are stale; exit code 1 when one is

`tests/house/test_docs.py` fails while a page is stale.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks")]

from scores import cards  # noqa: E402

from anime4k.cli import main as entry  # noqa: E402
from anime4k.hooks.decl import ParamDecl, PassDecl, ShaderFile  # noqa: E402
from anime4k.hooks.params import describe_range  # noqa: E402
from anime4k.hooks.parse import parse_file  # noqa: E402
from anime4k.media.format import PIXEL_LAYOUTS, SourceFormat  # noqa: E402
from anime4k.modes.load import load_mode  # noqa: E402
from anime4k.modes.pack import pack_files, purpose  # noqa: E402
from anime4k.modes.rules import RULES  # noqa: E402
from anime4k.modes.table import DEFAULT_QUALITY, MODE_KEYS, MODES, SLOTS, Mode, Quality, Slot  # noqa: E402
from anime4k.options import Kind, Option, format_value  # noqa: E402
from anime4k.pipeline.capabilities import Capabilities  # noqa: E402
from anime4k.pipeline.journey import PlanRequest  # noqa: E402
from anime4k.pipeline.plan import Plan, Size  # noqa: E402
from anime4k.pipeline.planning import plan_for  # noqa: E402
from anime4k.player.keys.bindings import DEFAULT_BINDINGS, grouped  # noqa: E402

COMMAND = "python docs/generate.py"
_NOTICE = f"This page is written by `{COMMAND}`; do not edit it."

_SOURCE, _TARGET = (640, 360), (1280, 720)
"""The sizes at which costs are counted: doubling, what most shaders are made for."""


# -- text ----------------------------------------------------------------------------------------------


def code(text: str) -> str:
    """Text as Markdown code, also inside a table."""
    fence = "``" if "`" in text else "`"
    return f"{fence}{text}{fence}".replace("|", r"\|")


def plain(text: str) -> str:
    """Text for a cell of a table."""
    return text.replace("|", r"\|").replace("<", "&lt;").replace("\n", " ")


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """A Markdown table."""
    lines = [head, ["---"] * len(head), *rows]
    return ["| " + " | ".join(cells) + " |" for cells in lines]


# -- options -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Group:
    """Arguments under one heading: (title, rows of name, values, default and meaning)."""

    title: str
    rows: tuple[tuple[str, str, str, str], ...]


def options_page() -> str:
    """Every command with every argument it takes."""
    commands = {name: entry.load_command(name) for name in entry.COMMANDS}
    parsers = {name: entry.command_parser(name, command) for name, command in commands.items()}
    groups = {name: list(_groups(parser, _rows_of(name))) for name, parser in parsers.items()}
    shared = _shared(groups)
    lines = ["# Commands and options", "", _NOTICE, ""]
    lines += table(
        ["command", "what it does"],
        ([f"[`anime4k {name}`](#anime4k-{name})", plain(command.HELP)] for name, command in commands.items()),
    )
    lines += [
        "",
        f"Exit codes: {entry.SUCCESS} = done, {entry.FAILURE} = the work failed or a check found something,",
        f"{entry.USAGE} = wrong usage, {entry.INTERRUPTED} = interrupted, "
        f"{entry.TERMINATED} = asked to end by the system. Failures are one sentence on standard error.",
    ]
    for name, command in commands.items():
        lines += ["", f"## anime4k {name}", "", _sentence(command.HELP), "", "```sh"]
        lines += [re.sub(r"(\s{2,})", r"\1# ", line.strip()) for line in command.EXAMPLES.strip().splitlines()]
        lines += ["```"]
        for group in groups[name]:
            if group in shared:
                lines += ["", f"And the options [{group.title}](#{_anchor(group.title)})."]
            else:
                lines += ["", *([f"### {group.title}", ""] if group.title else []), *_option_table(group)]
        for action, meaning, child in _children(parsers[name]):
            lines += ["", f"### anime4k {name} {action}", "", _sentence(meaning)]
            for group in _groups(child, {}):
                if group not in shared:
                    lines += ["", *_option_table(group)]
    for group, users in shared.items():
        lines += ["", f"## {group.title.capitalize()}", "", f"Options of {_listed(users)}.", "", *_option_table(group)]
    return "\n".join([*lines, ""])


def _listed(names: Sequence[str]) -> str:
    quoted = [f"`{name}`" for name in names]
    return quoted[0] if len(quoted) == 1 else ", ".join(quoted[:-1]) + " and " + quoted[-1]


def _sentence(text: str) -> str:
    return f"{text[0].upper()}{text[1:]}."


def _anchor(title: str) -> str:
    return title.lower().replace(" ", "-")


def _shared(groups: dict[str, list[Group]]) -> dict[Group, list[str]]:
    """The groups that several commands have, with those commands."""
    users: dict[Group, list[str]] = {}
    for name, present in groups.items():
        for group in present:
            users.setdefault(group, []).append(name)
    return {group: names for group, names in users.items() if len(names) > 1 and group.title}


def _rows_of(command: str) -> dict[str, Option]:
    """Help text -> row, of every option row that a command's modules know; the same text means the same row."""
    names = [entry.COMMANDS[command], "anime4k.pipeline.options", "anime4k.modes.options"]
    names += [name for name in sys.modules if name.startswith(f"{entry.COMMANDS[command]}_")]
    found: dict[str, Option] = {}
    for name in names:
        for value in vars(sys.modules[name]).values():
            for option in value if isinstance(value, tuple) else (value,):
                if isinstance(option, Option):
                    found[option.full_help.replace("%", "%%")] = option
    return found


def _groups(parser: argparse.ArgumentParser, rows: dict[str, Option]) -> Iterator[Group]:
    """The arguments of a parser by heading; those without one come first and together."""
    loose: list[tuple[str, str, str, str]] = []
    titled: list[Group] = []
    for group in parser._action_groups:  # argparse offers no public way to what was declared
        found = [
            _row(action, rows.get(action.help or ""))
            for action in group._group_actions
            if not isinstance(action, argparse._SubParsersAction | argparse._HelpAction)
        ]
        if group.title in ("positional arguments", "options"):
            loose += found
        elif found:
            titled.append(Group(group.title or "", tuple(found)))
    if loose:
        yield Group("", tuple(loose))
    yield from titled


def _children(parser: argparse.ArgumentParser) -> Iterator[tuple[str, str, argparse.ArgumentParser]]:
    """Name, help and parser of every sub-command."""
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for choice in action._choices_actions:
                yield choice.dest, choice.help or "", action.choices[choice.dest]


def _row(action: argparse.Action, option: Option | None) -> tuple[str, str, str, str]:
    """Name, values, default and meaning of an argument."""
    metavar = str(action.metavar or "")
    shown = ", ".join(action.option_strings) or metavar
    if action.option_strings and action.nargs != 0 and metavar:
        shown += f" {metavar}"
    if option is None:
        meaning = (action.help or "").replace("%%", "%")
        values = "required" if action.required and action.option_strings else ""
        return code(shown), values, "", plain(meaning)
    default = "" if option.default in (None, "") or option.kind is Kind.FLAG else code(format_value(option.default))
    values = option.range_text if option.kind is not Kind.FLAG else ""
    if option.kind is Kind.SIZE:
        values += " for each side"
    return code(shown), plain(values), default, plain(option.help)


def _option_table(group: Group) -> list[str]:
    return table(["argument", "values", "default", "meaning"], group.rows)


# -- keys ----------------------------------------------------------------------------------------------


def keys_page() -> str:
    """Every key of the player."""
    lines = ["# Keys of the player", "", _NOTICE]
    for group, bindings in grouped(DEFAULT_BINDINGS):
        lines += ["", f"## {group.value.capitalize()}", ""]
        lines += table(
            ["keys", "what they do", "held down"],
            (
                [" ".join(code(key) for key in row.keys), plain(row.help), "repeats" if row.repeats else ""]
                for row in bindings
            ),
        )
    lines += [
        "",
        "A capital letter is typed with Shift. `BS` is Backspace, `PGUP` and `PGDWN` are Page Up and Page Down,",
        "`MBTN_RIGHT`, `MBTN_BACK` and `MBTN_FORWARD` are mouse buttons, `MBTN_LEFT_DBL` is a double click, and",
        "`WHEEL_UP`, `WHEEL_LEFT` and the like turn the wheel. Files dropped onto the window are used for what they",
        "are: videos, folders and playlists are played, subtitles are shown, shader files join the chain. In the",
        "player, `?` shows this list.",
    ]
    return "\n".join([*lines, ""])


# -- shaders -------------------------------------------------------------------------------------------


def shaders_page() -> str:
    """Every shader of the pack with its parameters and its cost."""
    lines = ["# Shaders", "", _NOTICE, "", "The [modes](modes.md) are chains of these files.", ""]
    lines += [
        "## The pack",
        "",
        "Costs are for each pixel of the output when 640x360 is doubled, counted in the text of the passes: texels",
        "read and multiply-adds of matrix products and of chains of sums with literal weights, which networks are made",
        "of. Every branch counts, and code inside a loop counts once.",
        "`anime4k plan FILE --shader NAME` counts them for your own file and size. The files are in `shaders/` and",
        "work in mpv as well.",
    ]
    for path in pack_files():
        about = purpose(path)
        lines += ["", f"### {path.stem}", "", f"{plain(about[:1].upper() + about[1:])}", "", *_shader(parse_file(path))]
    return "\n".join([*lines, ""])


def _shader(file: ShaderFile) -> Iterator[str]:
    plan = cost_plan([file])
    area = _TARGET[0] * _TARGET[1]
    steps = [step for step in plan.steps if step.origin is not None]
    reads, adds = (sum(getattr(step, name) for step in steps) / area for name in ("reads", "multiply_adds"))
    kinds = ", ".join(dict.fromkeys(step.kind.value for step in steps)) or "none"
    yield f"{len(steps)} of {len(file.passes)} pass{'' if len(file.passes) == 1 else 'es'} when doubling ({kinds}):"
    yield f"**{reads:.4g} reads** and **{adds:.4g} multiply-adds** for each pixel of the output."
    yield ""
    yield from table(["pass", "at", "runs when"], map(_pass, file.passes))
    if file.params:
        yield ""
        yield from table(["parameter", "values", "default", "meaning"], map(_param, file.params))


def cost_plan(files: Sequence[ShaderFile], target: tuple[int, int] = _TARGET) -> Plan:
    """What the files do to a 4:2:0 video, on a device with everything."""
    layout = PIXEL_LAYOUTS["yuv420p"]
    source = SourceFormat(*_SOURCE, layout.model, layout.planes, layout.depth, layout.shift)
    able = Capabilities(glsl=450, compute=True)
    return plan_for(source, target, files, request=PlanRequest(source, Size(*target), capabilities=able))


def _pass(decl: PassDecl) -> list[str]:
    stages = " ".join(code(stage.text) for stage in decl.hooks)
    return [plain(decl.desc or "(no description)"), stages, code(decl.when.text) if decl.when else "always"]


def _param(param: ParamDecl) -> list[str]:
    default = param.labels[int(param.default)] if param.labels else f"{param.default:g}"
    return [code(param.name), plain(describe_range(param)), code(default), plain(param.desc)]


# -- modes ---------------------------------------------------------------------------------------------


def modes_page() -> str:
    """Every mode, the rule that makes chains of slots, and the rules of the mode auto."""
    lines = ["# Modes", "", _NOTICE, ""]
    lines += [
        "A mode is a whole chain of shaders, chosen by a word: `--mode a-hq`, or a key of the player. Choosing one",
        f"leaves nothing of the one before. A name without `-fast` or `-hq` means `-{DEFAULT_QUALITY.value}`, case",
        "does not matter, `aa` is `a+a`, and `anime4k-v4-` may stand in front. Without `--mode` and `--shader` the",
        "mode is `auto`.",
        "",
        "| mode | what it is for | what it costs | what can go wrong |",
        "| --- | --- | --- | --- |",
    ]
    lines += [f"| {code(m.name)} | {plain(m.summary)} | {plain(m.cost)} | {plain(m.risk)} |" for m in MODES]
    lines += ["", "## What they are made of", ""]
    lines += table(
        ["mode", "shaders, in the order in which they run", "at 2x", "at 4x"],
        ([code(mode.name), " ".join(map(code, mode.shaders)), *_mode_costs(mode)] for mode in MODES if mode.shaders),
    )
    lines += [
        "",
        "The figures are passes, reads and multiply-adds: texels read and products of matrices for each pixel of the",
        "source, counted as on the page of the [shaders](shaders.md#the-pack). Passes that a size does not need are",
        "skipped, and `anime4k plan FILE -m MODE` says which and why. They are those of fragment passes; networks may",
        "be drawn by [compute passes](bench.md#which-form-of-a-network) instead, with the same picture.",
        "",
        "The letters follow one rule: `a` takes blur away and doubles, `b` cleans up and doubles, `c` doubles. The",
        "picture then comes down to the size from which a second doubling reaches the output, or to the output itself",
        "when the first has gone beyond it. After `+` it is treated once more, and doubled again when the output is",
        "that large. These files fill the places:",
        "",
    ]
    lines += table(
        ["place", *(f"-{quality.value}" for quality in Quality)],
        (
            [slot.value, *(" ".join(map(code, SLOTS[slot][quality])) or "nothing" for quality in Quality)]
            for slot in Slot
        ),
    )
    lines += [
        "",
        "## The mode auto",
        "",
        "One of these rules holds for every file and every size, never two; their order means nothing. In the player",
        "the decision is made anew for every file and whenever the window has taken another size.",
        "`anime4k plan FILE --explain` says which rule holds and what the others miss.",
        "",
    ]
    lines += table(
        ["rule", "takes", "when", "because"],
        ([plain(rule.name), code(rule.mode), plain("; ".join(rule.needs)), plain(rule.reason)] for rule in RULES),
    )
    lines += [
        "",
        "Lines are those of the picture format: a film without its black bars and a picture that stands upright count",
        "as the full 16:9 frame that is as wide. Where a mode has two forms, auto takes `-hq` for files that a GPU",
        "writes and `-fast` otherwise; in the player `Ctrl+8` changes between them.",
        "",
        "## Keys",
        "",
        *table(["key", "mode"], ([code(key), code(letters)] for key, letters in MODE_KEYS)),
        "",
        "More of them are on the page of the [keys](keys.md).",
    ]
    return "\n".join([*lines, ""])


def _mode_costs(mode: Mode) -> Iterator[str]:
    """Passes, reads and multiply-adds of the shaders of a mode at twice and four times the size."""
    shaders = load_mode(mode).shaders
    for factor in (2, 4):
        plan = cost_plan(shaders, (_SOURCE[0] * factor, _SOURCE[1] * factor))
        steps = [step for step in plan.steps if step.origin is not None]
        reads, adds = (sum(getattr(step, name) for step in steps) for name in ("reads", "multiply_adds"))
        area = _SOURCE[0] * _SOURCE[1]
        yield f"{len(steps)}, {reads / area:.0f}, {adds / area:.0f}"


# -- writing -------------------------------------------------------------------------------------------

PAGES: dict[str, Callable[[], str]] = {
    "options.md": options_page,
    "keys.md": keys_page,
    "modes.md": modes_page,
    "shaders.md": shaders_page,
    "models.md": cards.current,
}
"""File name in this folder -> what writes its text."""


def stale(folder: Path) -> list[str]:
    """Names of the pages in `folder` that are not what the program says now."""
    return [
        name
        for name, write in PAGES.items()
        if not (folder / name).is_file() or (folder / name).read_text(encoding="utf-8") != write()
    ]


def main() -> int:
    """Write or check the pages."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="write nothing")
    arguments = parser.parse_args()
    folder = Path(__file__).resolve().parent
    old = stale(folder)
    for name in old:
        if not arguments.check:
            (folder / name).write_text(PAGES[name](), encoding="utf-8")
        print(f"{'stale' if arguments.check else 'wrote'} docs/{name}")
    return 1 if arguments.check and old else 0


if __name__ == "__main__":
    raise SystemExit(main())
