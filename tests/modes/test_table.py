"""The table of modes: names, aliases, composition, and that every file is there."""

from __future__ import annotations

import pytest

from anime4k.errors import UsageError
from anime4k.hooks.lint import lint
from anime4k.modes.load import load_mode
from anime4k.modes.pack import pack_file
from anime4k.modes.table import FAMILIES, MODE_KEYS, MODES, SLOTS, Mode, Quality, Slot, find_mode, in_quality, slots_of

CHAINS = [mode for mode in MODES if mode.quality is not None]


@pytest.mark.parametrize("mode", MODES, ids=lambda mode: mode.name)
def test_every_file_of_every_mode_is_in_the_pack_and_without_faults(mode: Mode) -> None:
    missing = [name for name in mode.shaders if pack_file(name) is None]
    assert not missing
    loaded = load_mode(mode)
    assert loaded.problems == () and tuple(shader.name for shader in loaded.shaders) == mode.shaders
    assert all(lint(shader) == () for shader in loaded.shaders)


def test_the_modes_are_those_that_people_know_in_two_forms() -> None:
    assert FAMILIES == ("a", "b", "c", "a+a", "b+b", "c+a")
    assert [mode.name for mode in MODES] == [
        "off", "auto", "lite", "quick", "a-fast", "a-hq", "b-fast", "b-hq", "c-fast", "c-hq",
        "a+a-fast", "a+a-hq", "b+b-fast", "b+b-hq", "c+a-fast", "c+a-hq",
    ]


def test_each_mode_says_in_one_clause_what_it_is_for_costs_and_risks() -> None:
    for mode in MODES:
        for text in (mode.summary, mode.cost, mode.risk):
            assert text.strip() == text and len(text) > 5 and not text.endswith(".") and "\n" not in text
    assert len({mode.summary for mode in MODES}) == len(MODES) - len(FAMILIES)
    assert len({(mode.summary, mode.cost) for mode in MODES}) == len(MODES)


@pytest.mark.parametrize(
    ("letters", "slots"),
    [
        ("a", "RESTORE DOUBLE SHRINK_2 SHRINK_4 DOUBLE_AGAIN"),
        ("b", "SOFT DOUBLE SHRINK_2 SHRINK_4 DOUBLE_AGAIN"),
        ("c", "CLEAN_DOUBLE SHRINK_2 SHRINK_4 DOUBLE_AGAIN"),
        ("a+a", "RESTORE DOUBLE SHRINK_2 SHRINK_4 RESTORE_AGAIN DOUBLE_AGAIN"),
        ("b+b", "SOFT DOUBLE SHRINK_2 SHRINK_4 SOFT_AGAIN DOUBLE_AGAIN"),
        ("c+a", "CLEAN_DOUBLE SHRINK_2 SHRINK_4 RESTORE_AGAIN DOUBLE_AGAIN"),
    ],
)
def test_letters_are_composed_by_one_rule(letters: str, slots: str) -> None:
    assert [slot.name for slot in slots_of(letters)] == slots.split()


@pytest.mark.parametrize("mode", CHAINS, ids=lambda mode: mode.name)
def test_a_chain_is_what_its_slots_hold(mode: Mode) -> None:
    assert mode.quality is not None
    assert list(mode.shaders) == [name for slot in slots_of(mode.letters) for name in SLOTS[slot][mode.quality]]
    assert mode.name == f"{mode.letters}-{mode.quality.value}"


def test_quick_is_the_chain_of_c_with_another_doubling() -> None:
    quick, plain = find_mode("quick").shaders, find_mode("c-fast").shaders
    assert len(set(quick) - set(plain)) == len(set(plain) - set(quick)) == 1
    assert [name.partition("upscale")[0] for name in quick] == [name.partition("upscale")[0] for name in plain]
    assert all("cnn" not in name for name in quick)


def test_every_slot_is_filled_in_both_forms_and_used() -> None:
    assert set(SLOTS) == set(Slot)
    assert all(set(SLOTS[slot]) == set(Quality) for slot in Slot)
    assert {slot for letters in FAMILIES for slot in slots_of(letters)} == set(Slot)


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("a", "a-fast"),
        ("A", "a-fast"),
        (" b ", "b-fast"),
        ("a-hq", "a-hq"),
        ("A-HQ", "a-hq"),
        ("a+a", "a+a-fast"),
        ("aa", "a+a-fast"),
        ("AA-hq", "a+a-hq"),
        ("ca-hq", "c+a-hq"),
        ("anime4k-v4-a", "a-fast"),
        ("anime4k-v4-a+a", "a+a-fast"),
        ("Anime4K-v4-C+A-hq", "c+a-hq"),
        ("auto", "auto"),
        ("lite", "lite"),
        ("Quick", "quick"),
        ("OFF", "off"),
    ],
)
def test_names_and_aliases(typed: str, name: str) -> None:
    assert find_mode(typed).name == name


@pytest.mark.parametrize(
    "typed",
    [
        "", "-", "+", "a-", "-hq", "a+", "+a", "a+b", "ab", "a-slow", "a-fast-hq", "auto-hq", "off-fast", "d", "aaa",
        "quick-hq",
    ],
)
def test_other_names_are_refused_with_those_that_exist(typed: str) -> None:
    with pytest.raises(UsageError) as caught:
        find_mode(typed)
    assert "a, b, c, a+a, b+b, c+a" in str(caught.value) and str(caught.value).count("\n") == 0


def test_the_other_form_of_a_mode() -> None:
    for mode in CHAINS:
        for quality in Quality:
            other = in_quality(mode, quality)
            assert (other.letters, other.quality) == (mode.letters, quality)
    for name in ("off", "auto", "lite", "quick"):
        assert in_quality(find_mode(name), Quality.HQ) == find_mode(name)


def test_the_keys_are_those_that_people_know() -> None:
    assert MODE_KEYS == (
        ("Ctrl+1", "a"), ("Ctrl+2", "b"), ("Ctrl+3", "c"), ("Ctrl+4", "a+a"), ("Ctrl+5", "b+b"), ("Ctrl+6", "c+a"),
        ("Ctrl+7", "auto"),
    )
