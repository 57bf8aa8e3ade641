"""The documentation: generated pages are fresh, links lead somewhere, command lines parse, claims name real tests."""

from __future__ import annotations

import importlib.util
import re
import shlex
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from anime4k.cli import main as entry

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([ROOT / "README.md", *(ROOT / "docs").glob("*.md")])
DECISIONS = ROOT / "docs" / "user-shaders.md"

_ANCHOR = re.compile(r'<a id="([^"]+)">')
_LINK = re.compile(r"\]\(([^)\s]+)\)")


def load(path: Path) -> ModuleType:
    """A script as a module."""
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


generate = load(ROOT / "docs" / "generate.py")


def without_code(text: str) -> str:
    """A page without its blocks of code."""
    return re.sub(r"^```.*?^```", "", text, flags=re.DOTALL | re.MULTILINE)


def anchors(page: Path) -> set[str]:
    """What links can point at within a page: its headings and its explicit anchors."""
    text = page.read_text(encoding="utf-8")
    headings = re.findall(r"^#+ (.+)$", without_code(text), re.MULTILINE)
    slugs = {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}
    return slugs | set(_ANCHOR.findall(text))


def decisions() -> list[list[str]]:
    """The cells of every row of the table of decisions."""
    rows = re.findall(r'^\| <a id="decision-\d+"></a>.*$', DECISIONS.read_text(encoding="utf-8"), re.MULTILINE)
    return [[cell.strip() for cell in row.strip("|").split("|")] for row in rows]


def command_lines() -> Iterator[tuple[str, str]]:
    """(page, command line) of every call of the program in a block of code."""
    for page in PAGES:
        for block in re.findall(r"^```sh\n(.*?)^```", page.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE):
            for line in block.splitlines():
                if line.startswith("anime4k "):
                    yield page.name, line


def test_generated_pages_are_fresh() -> None:
    stale = generate.stale(ROOT / "docs")
    assert not stale, f"{', '.join(stale)} no longer say what the program says: run `{generate.COMMAND}`"


@pytest.mark.parametrize("name", list(generate.PAGES))
def test_a_changed_page_counts_as_stale(tmp_path: Path, name: str) -> None:
    for page in generate.PAGES:
        (tmp_path / page).write_text((ROOT / "docs" / page).read_text(encoding="utf-8"), encoding="utf-8")
    (tmp_path / name).write_text("something else", encoding="utf-8")
    assert name in generate.stale(tmp_path)


def test_every_option_is_on_the_page() -> None:
    text = (ROOT / "docs" / "options.md").read_text(encoding="utf-8")
    for name in entry.COMMANDS:
        parser = entry.command_parser(name, entry.load_command(name))
        section = text.partition(f"\n## anime4k {name}\n")[2].partition("\n## anime4k ")[0]
        shared = text.partition("\n## Picture\n")[2] if "(#picture)" in section else ""
        shared += text.partition("\n## Messages\n")[2] if "(#messages)" in section else ""
        for option in parser._option_string_actions:
            if option not in ("-h", "--help"):
                assert re.search(rf"(`|, ){re.escape(option)}(`|,| )", section + shared), f"{name} {option}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    for target in _LINK.findall(without_code(page.read_text(encoding="utf-8"))):
        if target.startswith(("http://", "https://")):
            continue
        file, _, anchor = target.partition("#")
        aim = (page.parent / file).resolve() if file else page
        assert aim.exists(), f"{page.name} links to {file}, which does not exist"
        assert not anchor or anchor in anchors(aim), f"{page.name} links to {target}, which has no such heading"


@pytest.mark.parametrize(("page", "line"), list(command_lines()))
def test_command_lines_parse(page: str, line: str) -> None:
    _, command, *arguments = shlex.split(line, comments=True)
    parser = entry.command_parser(command, entry.load_command(command))
    assert parser.parse_args(arguments) is not None


def test_decisions_are_numbered_in_order() -> None:
    rows = decisions()
    assert [re.sub(r"<.*?>", "", row[0]) for row in rows] == [str(number) for number in range(1, len(rows) + 1)]
    assert [_ANCHOR.findall(row[0]) for row in rows] == [[f"decision-{number}"] for number in range(1, len(rows) + 1)]
    assert all(len(row) == 6 and all(row) for row in rows)


def test_decisions_name_tests_that_exist() -> None:
    sources = [path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("test_*.py")]
    known = {name for source in sources for name in re.findall(r"^def (test_\w+)", source, re.MULTILINE)}
    for row in decisions():
        named = re.findall(r"`(\w+)`", row[5])
        assert named, row
        assert set(named) <= known, set(named) - known


def test_both_profiles_differ_where_the_page_says() -> None:
    switched = [number for number, row in enumerate(decisions(), 1) if "--compat gpu" in row[4]]
    assert switched == [1, 2, 3, 4, 5, 6]


def test_explanations_refer_to_decisions_that_exist(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "benchmarks"))
    explanations = importlib.import_module("engines.explanations")
    for explanation in explanations.EXPLANATIONS:
        decided = explanation.kind is explanations.Kind.DECISION
        assert decided == (explanation.decision is not None)
        assert explanation.decision is None or f"decision-{explanation.decision}" in anchors(DECISIONS)


def test_readme_repeats_the_outcome_of_the_comparison() -> None:
    page = (ROOT / "docs" / "shader-compatibility.md").read_text(encoding="utf-8")
    outcome = re.search(r"^\*\*(\d+ of \d+ agree.*)\.\*\*$", page, re.MULTILINE)
    assert outcome is not None
    readme = " ".join((ROOT / "README.md").read_text(encoding="utf-8").split())
    assert outcome[1] in readme, f"README does not say that {outcome[1]}"
