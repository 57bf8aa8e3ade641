"""Our part of a configuration file comes and goes; the user's lines stay."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from anime4k.export.section import BEGIN, END, with_section

LINES = st.lists(st.sampled_from(["", "volume=50", "# note", "[mine]", "s screenshot"]), max_size=8).map("\n".join)


def test_a_new_file_holds_only_our_part() -> None:
    assert with_section("", "a\nb\n") == f"{BEGIN}\na\nb\n{END}\n"


def test_it_is_appended_to_what_the_user_wrote() -> None:
    assert with_section("volume=50\n", "a") == f"volume=50\n\n{BEGIN}\na\n{END}\n"


@given(LINES, LINES, st.sampled_from(["a", "b\nc", ""]), st.sampled_from(["d", "e\n\nf"]))
def test_a_second_export_replaces_the_first_and_nothing_else(before: str, after: str, old: str, new: str) -> None:
    first = with_section(before, old) + after
    second = with_section(first, new)
    assert second == with_section(before, new) + after
    assert with_section(second, new) == second


def test_a_part_without_its_last_line_is_left_alone() -> None:
    # The user removed the closing line: where our part ends is unknown, so nothing may be lost.
    edited = f"{BEGIN}\nold\nvolume=50\n"
    assert with_section(edited, "new").startswith(edited.rstrip("\n") + "\n")
