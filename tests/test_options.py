"""Option rows: texts become values, values become the same texts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anime4k.errors import UsageError
from anime4k.options import Kind, Option, Value, format_value, parse_value

NUMBER = Option(name="n", kind=Kind.NUMBER, help="a number", minimum=0, maximum=10, default=2.5)
SIZE = Option(name="s", kind=Kind.SIZE, help="a size", minimum=1, maximum=32768)


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        (Kind.FLAG, "yes", True),
        (Kind.FLAG, "OFF", False),
        (Kind.INTEGER, "-3", -3),
        (Kind.NUMBER, "1e2", 100.0),
        (Kind.TEXT, " any thing ", " any thing "),
        (Kind.SIZE, "1920X1080", (1920, 1080)),
        (Kind.ASSIGNMENT, "file/name = a=b", ("file/name", "a=b")),
    ],
)
def test_values(kind: Kind, text: str, value: Value) -> None:
    assert parse_value(Option(name="o", kind=kind, help="x", minimum=-9), text) == value or kind is Kind.NUMBER
    assert parse_value(Option(name="o", kind=kind, help="x"), text) == value


@pytest.mark.parametrize(
    ("option", "text"),
    [
        (NUMBER, "10.01"),
        (NUMBER, "-0.1"),
        (NUMBER, "nan"),
        (NUMBER, "inf"),
        (NUMBER, ""),
        (SIZE, "x"),
        (SIZE, "0x1"),
        (SIZE, "1x32769"),
        (SIZE, "-1x5"),
        (SIZE, "١x٢"),
        (SIZE, "1x" + "9" * 5000),
        (Option(name="i", kind=Kind.INTEGER, help="x"), "1.0"),
        (Option(name="f", kind=Kind.FLAG, help="x"), "maybe"),
        (Option(name="a", kind=Kind.ASSIGNMENT, help="x"), "=1"),
        (Option(name="a", kind=Kind.ASSIGNMENT, help="x"), "a="),
        (Option(name="c", kind=Kind.CHOICE, help="x", choices=("a", "b")), "A"),
    ],
)
def test_wrong_texts_are_refused(option: Option, text: str) -> None:
    with pytest.raises(UsageError):
        parse_value(option, text)


@given(st.floats(0, 10))
def test_numbers_survive_printing_to_six_digits(value: float) -> None:
    again = parse_value(NUMBER, format_value(value))
    assert again == pytest.approx(value, rel=1e-5, abs=1e-300)


@given(st.tuples(st.integers(1, 32768), st.integers(1, 32768)))
def test_sizes_survive_printing(size: tuple[int, int]) -> None:
    assert parse_value(SIZE, format_value(size)) == size


def test_help_tells_range_and_default() -> None:
    assert NUMBER.full_help == "a number (0 to 10; default 2.5)"
    assert SIZE.full_help == "a size (1 to 32768)"
    assert Option(name="x-y", kind=Kind.FLAG, help="do", default=False).full_help == "do"
    assert Option(name="x-y", kind=Kind.FLAG, help="do").attribute == "x_y"


def test_an_empty_default_is_not_announced() -> None:
    assert Option(name="x", kind=Kind.TEXT, default="", help="names").full_help == "names"
