"""Two forms of a network: what decides, what is remembered, and which file takes the place of which."""

from __future__ import annotations

import json
import math
import os
import shutil
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from anime4k.hooks.form import Form
from anime4k.hooks.parse import parse_file
from anime4k.modes.form_memory import FORMAT, MOST, FormMemory
from anime4k.modes.forms import Driver, Known, Race, choose, files_digest, judged, size_class
from anime4k.modes.pack import pack_directory, pack_files
from anime4k.modes.pairs import Forms, compute_form, digest_of

DRIVER = Driver("Mesa", "llvmpipe (LLVM 15.0.6, 256 bits)", "4.5 (Core Profile) Mesa 22.3.6")
QUICK = Race(fragment_ms=10.0, compute_ms=6.0, gain=0.4, spread=0.05)
SLOW = Race(fragment_ms=10.0, compute_ms=16.0, gain=-0.6, spread=0.05)
NAME = "a4k-upscale-cnn-s"
SIZE = (640, 360)
PIXELS = 640 * 360
KNOWN = Known(NAME, DRIVER, files_digest(b"fragment", b"compute"), SIZE, QUICK)


# -- what decides ----------------------------------------------------------------------------------------


def test_compute_passes_win_when_they_save_more_than_the_turns_differ() -> None:
    outcome = judged([10.0, 10.0, 10.0, 10.0, 10.0], [7.0, 8.0, 8.0, 8.0, 9.0])
    assert (outcome.fragment_ms, outcome.compute_ms) == (10e3, 8e3)
    assert outcome.gain == pytest.approx(0.2) and outcome.spread == pytest.approx(0.0)
    assert outcome.winner is Form.COMPUTE


@pytest.mark.parametrize(
    ("fragment", "compute"),
    [
        ([10.0] * 5, [10.0] * 5),
        ([10.0] * 5, [12.0] * 5),
        ([10.0] * 5, [9.9] * 5),  # less than chance
        ([10.0] * 5, [5.0, 6.0, 9.0, 14.0, 15.0]),  # a tenth quicker, give or take a half
    ],
    ids=["equal", "slower", "hardly quicker", "unsteady"],
)
def test_otherwise_fragment_passes_stay(fragment: list[float], compute: list[float]) -> None:
    assert judged(fragment, compute).winner is Form.FRAGMENT


def test_what_slows_both_forms_down_for_a_while_does_not_count() -> None:
    load = (1.0, 3.0, 1.5, 8.0, 1.0, 2.0)
    outcome = judged([load_now * 10.0 for load_now in load], [load_now * 8.0 for load_now in load])
    assert outcome.gain == pytest.approx(0.2) and outcome.spread == pytest.approx(0.0, abs=1e-9)
    assert outcome.winner is Form.COMPUTE


@pytest.mark.parametrize(
    ("asked", "known", "compute", "form"),
    [
        (Form.AUTO, None, True, Form.FRAGMENT),
        (Form.AUTO, QUICK, True, Form.COMPUTE),
        (Form.AUTO, SLOW, True, Form.FRAGMENT),
        (Form.AUTO, QUICK, False, Form.FRAGMENT),
        (Form.COMPUTE, SLOW, True, Form.COMPUTE),
        (Form.COMPUTE, None, True, Form.COMPUTE),
        (Form.COMPUTE, QUICK, False, Form.FRAGMENT),
        (Form.FRAGMENT, QUICK, True, Form.FRAGMENT),
    ],
)
def test_which_form_draws(asked: Form, known: Race | None, compute: bool, form: Form) -> None:
    found = None if known is None else replace(KNOWN, race=known)
    choice = choose(NAME, asked, found, compute=compute)
    assert (choice.name, choice.form) == (NAME, form)
    if not compute:
        assert "no compute shaders" in choice.reason
    elif asked is not Form.AUTO:
        assert "--form" in choice.reason
    elif known is None:
        assert "anime4k bench --forms" in choice.reason
    else:
        assert f"{1.0 - known.gain:.2f}" in choice.reason and "640x360" in choice.reason


def test_sizes_within_a_factor_of_two_are_one_class() -> None:
    assert size_class(1024 * 1024) == 20 == size_class(1280 * 720)
    assert size_class(1920 * 1080) == 21 and size_class(3840 * 2160) == 23
    assert size_class(1) == size_class(0) == 0


# -- what is remembered ----------------------------------------------------------------------------------


def test_a_measurement_comes_back_in_the_next_run(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "forms.json"
    FormMemory(path).record([KNOWN])
    again = FormMemory(path)
    assert again.find(DRIVER, KNOWN.files, PIXELS) == KNOWN and again.of_driver(DRIVER) == (KNOWN,)
    assert os.listdir(path.parent) == ["forms.json"]  # nothing half written stays


@pytest.mark.parametrize("field", ["vendor", "renderer", "version"])
def test_another_driver_knows_nothing(field: str) -> None:
    memory = FormMemory()
    memory.record([KNOWN])
    other = replace(DRIVER, **{field: "another"})
    assert memory.find(other, KNOWN.files, PIXELS) is None and memory.of_driver(other) == ()


def test_another_text_knows_nothing() -> None:
    memory = FormMemory()
    memory.record([KNOWN])
    for fragment, compute in ((b"fragment.", b"compute"), (b"fragment", b"compute."), (b"fragmentc", b"ompute")):
        assert memory.find(DRIVER, files_digest(fragment, compute), PIXELS) is None


def test_the_nearest_size_speaks_as_long_as_it_is_near() -> None:
    memory = FormMemory()
    small, large = KNOWN, replace(KNOWN, size=(1920, 1080), race=SLOW)
    memory.record([small, large])
    assert memory.find(DRIVER, KNOWN.files, 720 * 480) == small
    assert memory.find(DRIVER, KNOWN.files, 1280 * 720) == large
    assert memory.find(DRIVER, KNOWN.files, 3840 * 2160) == large
    assert memory.find(DRIVER, KNOWN.files, 7680 * 4320) is None
    assert memory.find(DRIVER, KNOWN.files, 64 * 64) is None


def test_of_two_for_the_same_the_newer_counts(tmp_path: Path) -> None:
    path = tmp_path / "forms.json"
    memory = FormMemory(path)
    memory.record([KNOWN])
    memory.record([replace(KNOWN, size=(644, 360), race=SLOW)])
    assert [known.race for known in FormMemory(path).of_driver(DRIVER)] == [SLOW]


def test_two_programs_keep_what_the_other_has_found(tmp_path: Path) -> None:
    path = tmp_path / "forms.json"
    one, other = FormMemory(path), FormMemory(path)
    one.record([KNOWN])
    other.record([replace(KNOWN, files="0" * 32)])
    assert len(FormMemory(path).of_driver(DRIVER)) == 2


def test_the_file_does_not_grow_without_end(tmp_path: Path) -> None:
    path = tmp_path / "forms.json"
    memory = FormMemory(path)
    memory.record(replace(KNOWN, files=f"{number:032x}") for number in range(MOST + 5))
    kept = FormMemory(path).of_driver(DRIVER)
    assert len(kept) == MOST and int(kept[0].files, 16) == 5  # the oldest are gone


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xfe\x00",
        b"{",
        b"[]",
        b"null",
        b'{"format": 99, "measured": []}',
        json.dumps({"format": FORMAT + 1, "measured": [asdict(KNOWN)]}).encode(),
        b'{"format": %d}' % FORMAT,
        b'{"format": %d, "measured": {"x": 1}}' % FORMAT,
        b"[" * 100_000,
        b" " * 2_000_000,
    ],
    ids=range(11),
)
@pytest.mark.timeout(10)
def test_a_damaged_file_is_as_good_as_none_and_is_replaced(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "forms.json"
    path.write_bytes(content)
    memory = FormMemory(path)
    assert memory.empty and memory.find(DRIVER, KNOWN.files, PIXELS) is None
    memory.record([KNOWN])
    assert FormMemory(path).find(DRIVER, KNOWN.files, PIXELS) == KNOWN and memory.problem == ""


@pytest.mark.timeout(10)
def test_rows_that_are_no_measurements_are_left_out(tmp_path: Path) -> None:
    sound = asdict(KNOWN)
    race, driver = asdict(QUICK), asdict(DRIVER)
    broken: list[object] = [
        None, 7, "x", [], {}, {**sound, "race": None}, {**sound, "driver": {}}, {**sound, "size": [640]},
        {**sound, "size": [640, 0]}, {**sound, "size": [640, True]}, {**sound, "size": [1e9, 360]},
        {**sound, "size": "ab"}, {**sound, "files": 3}, {**sound, "name": None}, {**sound, "name": "x" * 10_000},
        {**sound, "driver": {**driver, "vendor": 1}}, {**sound, "driver": {**driver, "more": ""}},
        *({**sound, "race": {**race, name: value}} for name, value in
          [("gain", math.nan), ("gain", "much"), ("spread", -1.0), ("fragment_ms", 0.0), ("compute_ms", math.inf),
           ("compute_ms", True)]),
    ]  # fmt: skip
    path = tmp_path / "forms.json"
    path.write_text(json.dumps({"format": FORMAT, "measured": [*broken, {**sound, "files": "kept"}]}))
    assert [known.files for known in FormMemory(path).of_driver(DRIVER)] == ["kept"]


def test_a_folder_that_refuses_is_said_and_does_not_stop_anything(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    memory = FormMemory(tmp_path / "file" / "forms.json")
    memory.record([KNOWN])
    assert "cannot be remembered" in memory.problem and memory.find(DRIVER, KNOWN.files, PIXELS) == KNOWN


# -- files of the pack -----------------------------------------------------------------------------------


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    """A folder with one network in both forms and one file without."""
    folder = tmp_path / "pack"
    folder.mkdir()
    for name in (NAME, f"{NAME}-compute", "a4k-clamp"):
        shutil.copy(pack_directory() / f"{name}.glsl", folder)
    return folder


@pytest.fixture
def remembered(pack: Path) -> Callable[[Race], FormMemory]:
    """A memory in which the network of `pack` ran a race."""

    def make(race: Race) -> FormMemory:
        memory = FormMemory()
        fragment = pack / f"{NAME}.glsl"
        digest = digest_of(fragment, pack / f"{NAME}-compute.glsl")
        memory.record([replace(KNOWN, files=digest, race=race)])
        return memory

    return make


def test_only_files_of_the_pack_have_another_form(pack: Path, tmp_path: Path) -> None:
    assert compute_form(pack / f"{NAME}.glsl", pack) == pack / f"{NAME}-compute.glsl"
    assert compute_form(pack / f"{NAME}-compute.glsl", pack) is None
    assert compute_form(pack / "a4k-clamp.glsl", pack) is None
    elsewhere = tmp_path / f"{NAME}.glsl"
    shutil.copy(pack / f"{NAME}.glsl", elsewhere)
    assert compute_form(elsewhere, pack) is None


def test_both_forms_of_every_file_have_the_same_parameters() -> None:
    pairs = [(path, twin) for path in pack_files() if (twin := compute_form(path)) is not None]
    assert len(pairs) >= 12
    for fragment, compute in pairs:
        params = [[replace(param, origin=None) for param in parse_file(path).params] for path in (fragment, compute)]  # type: ignore[arg-type]
        assert params[0] == params[1], fragment.name


@pytest.mark.parametrize("race", [QUICK, SLOW], ids=["quick", "slow"])
def test_the_winner_takes_the_place_of_the_network_and_of_nothing_else(
    pack: Path, remembered: Callable[[Race], FormMemory], race: Race
) -> None:
    forms = Forms(DRIVER, remembered(race), pack)
    chain = [parse_file(pack / name) for name in ("a4k-clamp.glsl", f"{NAME}.glsl", f"{NAME}.glsl")]
    drawn = forms.drawn(chain, Form.AUTO, PIXELS, compute=True)
    name = f"{NAME}-compute" if race is QUICK else NAME
    assert [Path(file.path).stem for file in drawn] == ["a4k-clamp", name, name]
    (choice,) = forms.choices(chain, Form.AUTO, PIXELS, compute=True)
    assert (choice.name, choice.form) == (NAME, race.winner)


def test_what_was_measured_is_forgotten_when_either_file_changes(
    pack: Path, remembered: Callable[[Race], FormMemory]
) -> None:
    memory = remembered(QUICK)
    for suffix in ("", "-compute"):
        path = pack / f"{NAME}{suffix}.glsl"
        before = path.read_bytes()
        path.write_bytes(before + b"\n")
        file = parse_file(pack / f"{NAME}.glsl")
        assert Forms(DRIVER, memory, pack).drawn([file], Form.AUTO, PIXELS, compute=True) == (file,)
        path.write_bytes(before)
    assert Forms(DRIVER, memory, pack).drawn([file], Form.AUTO, PIXELS, compute=True) != (file,)


def test_without_a_driver_or_compute_shaders_fragment_passes_draw(
    pack: Path, remembered: Callable[[Race], FormMemory]
) -> None:
    file = parse_file(pack / f"{NAME}.glsl")
    memory = remembered(QUICK)
    assert Forms(None, memory, pack).drawn([file], Form.AUTO, PIXELS, compute=True) == (file,)
    for asked in Form:
        assert Forms(DRIVER, memory, pack).drawn([file], asked, PIXELS, compute=False) == (file,)


def test_compute_passes_that_cannot_be_read_are_not_drawn(pack: Path) -> None:
    (pack / f"{NAME}-compute.glsl").write_bytes(b"//!HOOK MAIN\n//!COMPUTE many\nvoid hook() {}\n")
    file = parse_file(pack / f"{NAME}.glsl")
    forms = Forms(DRIVER, FormMemory(), pack)
    assert forms.drawn([file], Form.COMPUTE, PIXELS, compute=True) == (file,)
    (choice,) = forms.choices([file], Form.COMPUTE, PIXELS, compute=True)
    assert choice.form is Form.FRAGMENT and "cannot be read" in choice.reason
