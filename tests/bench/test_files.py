"""Reports as JSON."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from anime4k.bench.files import as_json, read, schema, write
from anime4k.bench.schema import KEYWORDS, problem_with
from anime4k.errors import MediaError, OutputError
from tests.bench.samples import TROUBLE, mode_report, report

PARTIAL = mode_report("off", cold=None, warm=None, reuse=None, trouble=TROUBLE, gpu=mode_report().frame)
FULL = report(mode_report(), PARTIAL)


def content() -> Any:
    return json.loads(as_json(FULL))


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The paths to everything within a value."""
    entries = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, each in entries:
        yield (*path, key)
        yield from places(each, (*path, key))


def at(value: Any, path: tuple[Any, ...]) -> Any:
    for key in path:
        value = value[key]
    return value


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    write(tmp_path / "a.json", as_json(FULL))
    back = read(tmp_path / "a.json")
    assert back.modes[0].blocks == FULL.modes[0].blocks and back.machine == FULL.machine and back.clips == FULL.clips
    assert as_json(back) == as_json(FULL)  # numbers are rounded, so only what was read before is equal
    write(tmp_path / "b.json", as_json(back))
    assert read(tmp_path / "b.json") == back


def test_a_report_keeps_to_the_schema() -> None:
    assert problem_with(content(), schema()) == ""


def test_the_schema_uses_only_what_is_checked() -> None:
    def keywords(rule: Any) -> Iterator[str]:
        if isinstance(rule, dict):
            for key, value in rule.items():
                if key in ("properties", "$defs"):
                    for each in value.values():
                        yield from keywords(each)
                else:
                    yield key
                    yield from keywords(value)
        elif isinstance(rule, list):
            for each in rule:
                yield from keywords(each)

    used = set(keywords(schema()))
    assert used <= KEYWORDS | {key for key in used if key in schema()["properties"]}


def test_every_missing_key_is_found() -> None:
    keys = [path for path in places(content()) if isinstance(path[-1], str)]
    assert len(keys) > 200
    for path in keys:
        changed = content()
        del at(changed, path[:-1])[path[-1]]
        assert f"{path[-1]} is missing" in problem_with(changed, schema()), path


def test_every_value_of_another_kind_is_found() -> None:
    for path in places(content()):
        changed, found = content(), at(content(), path)
        at(changed, path[:-1])[path[-1]] = 7 if isinstance(found, str) else "text"
        problem = problem_with(changed, schema())
        if found is not None:  # null stands for texts as well
            assert problem, path


@pytest.mark.parametrize(
    ("path", "value", "problem"),
    [
        (("schema",), 0, "schema is not 1"),
        (("modes", 0, "frame", "p50"), -1.0, "modes[0].frame.p50 is -1.0, which is out of range"),
        (("modes", 1, "source"), [640], "modes[1].source has 1 entries"),
        (("clips",), [], "clips has 0 entries"),
        (("machine", "elsewhere"), 1.5, "machine.elsewhere is 1.5, which is out of range"),
        (("device", "software"), 1, "device.software is not of the type boolean"),
    ],
)
def test_departures_are_told_with_their_place(path: tuple[Any, ...], value: Any, problem: str) -> None:
    changed = copy.deepcopy(content())
    at(changed, path[:-1])[path[-1]] = value
    assert problem_with(changed, schema()) == problem


def test_unknown_keys_are_told() -> None:
    changed = content()
    changed["modes"][0]["memory"]["swap"] = 1
    assert problem_with(changed, schema()) == "modes[0].memory.swap is unknown"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("{", "is no JSON"),
        ("[1, 2]", "the file is not of the type object"),
        ("{}", "schema is missing"),
        ('{"schema": 99}', "newer version"),
        ("\x00\x01", "is no JSON"),
        ("[" * 100_000, "is no JSON"),
        ('{"schema": NaN}', "is no report"),
    ],
)
def test_files_that_are_no_reports(tmp_path: Path, text: str, reason: str) -> None:
    path = tmp_path / "broken.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(MediaError, match="broken.json") as caught:
        read(path)
    assert reason in str(caught.value)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(MediaError, match=r"none\.json cannot be read"):
        read(tmp_path / "none.json")


def test_a_place_that_cannot_be_written(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="cannot be written"):
        write(tmp_path / "no" / "a.json", "text")
