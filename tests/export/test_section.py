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


@given(LINES, LINES, st.sampled_from(["a", "b\nc"]), st.sampled_from(["d", "e\n\nf"]))
def test_line_ends_of_windows_stay(before: str, after: str, old: str, new: str) -> None:
    first = with_section(before, old) + after
    windows = first.replace("\n", "\r\n")
    assert with_section(windows, new) == with_section(first, new).replace("\n", "\r\n")


def test_our_first_lines_follow_the_line_ends_of_the_file() -> None:
    assert with_section("a\r\nb", "c\nd") == f"a\r\nb\r\n\r\n{BEGIN}\r\nc\r\nd\r\n{END}\r\n"


@given(LINES, st.sampled_from(["new", "n\n\nm"]))
def test_nothing_of_the_user_is_lost_when_marks_are_missing(middle: str, new: str) -> None:
    # An end without a begin, and a begin without an end, before a part that is complete.
    edited = f"{END}\n{BEGIN}\nold\n{middle}\n{BEGIN}\nolder\n{END}\nlast=1\n"
    made = with_section(edited, new)
    assert made == f"{END}\n{BEGIN}\nold\n{middle}\n{BEGIN}\n{new}\n{END}\nlast=1\n"
    assert with_section(made, new) == made


def test_a_part_without_its_last_line_is_left_alone() -> None:
    # The user removed the closing line: where our part ends is unknown, so nothing may be lost.
    edited = f"{BEGIN}\nold\nvolume=50\n"
    made = with_section(edited, "new")
    assert made.startswith(edited.rstrip("\n") + "\n")
    assert with_section(made, "newer") == made.replace("new\n", "newer\n")
