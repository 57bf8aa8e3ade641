"""Expressions: the value against a second evaluator that knows no numpy and rounds through `struct`."""

from __future__ import annotations

import math
import re
import struct

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anime4k.errors import ExpressionError, ShaderSyntaxError
from anime4k.hooks.compat import Compat
from anime4k.hooks.decl import Axis, Literal, Operator, Origin, SizeOf, Variable
from anime4k.hooks.params import variable_lookup
from anime4k.hooks.parse import parse_text
from anime4k.hooks.rpn import classify, evaluate, parse_expression

HERE = Origin("test.glsl", 7)
SIZES = {"HOOKED": (64.0, 48.0), "OUTPUT": (1920.0, 1080.0), "MAIN": (1600.0, 900.0), "odd": (7.0, 5.0)}
VARIABLES = {"strength": 0.3, "mode": 2.0}


def value(text: str, compat: Compat = Compat.NEXT) -> float:
    result = evaluate(parse_expression(text, HERE), SIZES.get, VARIABLES.get, compat)
    assert isinstance(result, np.float32)
    return float(result)


def fails(text: str, reason: str) -> str:
    with pytest.raises(ExpressionError, match=re.escape(reason)) as caught:
        value(text)
    message = str(caught.value)
    assert message.startswith("test.glsl:7: ")
    return message


# -- the reference -------------------------------------------------------------------------------------


def f32(x: float) -> float:
    """`x` rounded to 32-bit float; a single operation on floats computed in doubles rounds the same."""
    try:
        return float(struct.unpack("<f", struct.pack("<f", x))[0])
    except OverflowError:
        return math.copysign(math.inf, x)


def divide(a: float, b: float) -> float:
    if b == 0:
        return math.nan if a == 0 or math.isnan(a) else math.copysign(math.inf, a) * math.copysign(1, b)
    return a / b


def modulo(a: float, b: float) -> float:
    return math.nan if b == 0 or not math.isfinite(a) else math.fmod(a, b)


def equal(a: float, b: float) -> float:
    return float(f32(abs(f32(a - b))) <= f32(f32(1e-6) * max(abs(a), abs(b))))


BINARY = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": divide,
    "%": modulo,
    ">": lambda a, b: float(a > b),
    "<": lambda a, b: float(a < b),
    "=": equal,
}


def reference(text: str) -> float | None:
    """The value of an expression, None when it has none."""
    stack: list[float] = []
    for word in filter(None, text.split(" ")):
        if match := re.fullmatch(r"(.*)\.(w|width|h|height)", word, re.DOTALL):
            if match[1] not in SIZES:
                return None
            stack.append(SIZES[match[1]][match[2][0] == "h"])
        elif word[0] in BINARY:
            if len(stack) < 2:
                return None
            b, a = stack.pop(), stack.pop()
            stack.append(f32(BINARY[word[0]](a, b)))
            if not math.isfinite(stack[-1]):
                return None
        elif word[0] == "!":
            if not stack:
                return None
            stack.append(float(stack.pop() == 0))
        elif "0" <= word[0] <= "9":
            match = re.match(r"[0-9]+(\.[0-9]*)?([eE][-+]?[0-9]+)?", word)
            assert match
            stack.append(f32(float(match[0])))
        elif word in VARIABLES:
            stack.append(f32(VARIABLES[word]))
        else:
            return None
    return stack[0] if len(stack) == 1 and math.isfinite(stack[0]) else None


OPERANDS = st.one_of(
    st.sampled_from(
        ["HOOKED.w", "OUTPUT.h", "MAIN.width", "odd.height", "strength", "mode", "0", "1", "2x", "1e", "3.5.7"]
    ),
    st.floats(0, 1e6, width=32).map(repr),
    st.integers(0, 10**12).map(str),
    st.sampled_from(["1e38", "3e38", "1e-38", "1e39", "16777217"]),
)
OPERATORS = st.sampled_from(["+", "-", "*", "/", "%", ">", "<", "=", "!", ">=", "==", "!=", "*2", "-1"])


@st.composite
def balanced(draw: st.DrawFn) -> str:
    """Expressions in which operators mostly find their operands."""
    found, depth = [], 0
    for _ in range(draw(st.integers(1, 12))):
        if depth >= 2 and draw(st.booleans()):
            operator = draw(OPERATORS)
            found.append(operator)
            depth -= operator[0] != "!"
        else:
            found.append(draw(OPERANDS))
            depth += 1
    while depth > 1:
        found.append(draw(st.sampled_from("+-*/%><=")))
        depth -= 1
    return draw(st.sampled_from([" ", "  "])).join(found)


@settings(max_examples=600, deadline=None)
@given(st.one_of(balanced(), st.lists(st.one_of(OPERANDS, OPERATORS), max_size=10).map(" ".join)))
def test_value_equals_the_reference(text: str) -> None:
    expected = reference(text)
    if expected is None:
        with pytest.raises(ExpressionError):
            value(text)
    else:
        assert value(text) == expected


@settings(deadline=None)
@given(st.text(max_size=60))
def test_any_text_has_a_value_or_an_expression_error(text: str) -> None:
    expected = reference(text)
    if expected is None:
        with pytest.raises(ExpressionError):
            value(text)
    else:
        assert value(text) == expected


# -- the conformance list: RPN -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [("10 4 -", 6), ("7 4 %", 3), ("0 7 - 4 %", -3), ("0 7 - 4 % 5 +", 2), ("6 4 /", 1.5), ("3 4 *", 12)],
)
def test_ops(text: str, expected: float) -> None:
    assert value(text) == expected


@pytest.mark.parametrize(("text", "size"), [("5 2 /", 3), ("7 2 /", 4), ("5 4 /", 1)])
def test_halves_are_exact_before_the_planner_rounds(text: str, size: int) -> None:
    assert math.floor(value(text) + 0.5) == size


@pytest.mark.parametrize(
    ("text", "expected"),
    [("0 !", 1), ("5 !", 0), ("3 2 >", 1), ("2 3 >", 0), ("2 3 <", 1), ("2 2 =", 1), ("2 3 =", 0), ("3 2 > 4 *", 4)],
)
def test_bool(text: str, expected: float) -> None:
    assert value(text) == expected


@pytest.mark.parametrize(
    ("text", "fuzzy", "exact"),
    [
        ("0.1 0.2 + 0.3 =", 1, 1),
        ("1 0.9999999 =", 1, 0),
        ("1 0.99999 =", 0, 0),
        ("0 5 - 0 5 - =", 1, 1),
        ("0 0 =", 1, 1),
        ("0 5 - 5 =", 0, 0),
    ],
)
def test_fuzzy_equality(text: str, fuzzy: float, exact: float) -> None:
    assert value(text) == fuzzy
    assert value(text, Compat.GPU) == exact


@pytest.mark.parametrize(("text", "expected"), [("3 3 >=", 0), ("2 3 *x", 6), ("3 3 ==", 1), ("3 !=", 0), ("2x", 2)])
def test_only_the_first_character_of_an_operator_counts(text: str, expected: float) -> None:
    assert value(text) == expected


def test_negative_literal_is_an_operator() -> None:
    assert 'token 1, "-1", of "-1 2 +" needs two values before it' in fails("-1 2 +", "needs two values")


@pytest.mark.parametrize("text", ["1 0 /", "0 0 /", "1 0 %", "1e38 10 *", "0 1e39 -"])
def test_results_must_be_finite(text: str) -> None:
    fails(text, "gives no finite number")


def test_tab_does_not_separate() -> None:
    assert r'"OUTPUT.w\t2"' in fails("OUTPUT.w\t2 *", "is no parameter")


def test_token_limit() -> None:
    assert value("1 " + "1 * " * 31 + "!") == 0  # 64 tokens
    with pytest.raises(ShaderSyntaxError, match="65 tokens, the limit is 64") as caught:
        parse_expression("1 " + "1 * " * 32, HERE)
    assert (caught.value.path, caught.value.line) == ("test.glsl", 7)


def test_parameters_and_labels() -> None:
    file = parse_text(
        "//!PARAM mode\n//!TYPE ENUM int\noff\nsoft\nhard\n\n//!PARAM off\n//!TYPE int\n7\n\n"
        "//!PARAM gain\n//!TYPE float\n0.5\n\n//!HOOK MAIN\n//!WHEN mode hard =\n//!WIDTH gain 8 * off +\nx\n",
        "p.glsl",
    )
    (decl,) = file.passes
    assert decl.when is not None and decl.width is not None
    assert evaluate(decl.when, SIZES.get, variable_lookup(file, {})) == 0
    lookup = variable_lookup(file, {"mode": 2.0, "gain": 2.0})
    assert evaluate(decl.when, SIZES.get, lookup) == 1
    # `off` is a label of an earlier parameter, so it wins over the later parameter of that name.
    assert evaluate(decl.width, SIZES.get, lookup) == 16


def test_missing_texture() -> None:
    message = fails("LUMA.w 0 >", "which does not exist here")
    assert '"LUMA.w"' in message


def test_output_is_asked_like_any_texture() -> None:
    assert value("OUTPUT.w") == 1920
    assert value("OUTPUT.width OUTPUT.height -") == 840


def test_thresholds_are_compared_in_float32() -> None:
    assert value("OUTPUT.w MAIN.w / 1.2 >") == 0
    assert value("OUTPUT.w MAIN.w / 1.2 <") == 0
    assert value("16777217") == 16777216
    assert value("0.1") == 0.10000000149011612


# -- words ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("word", "token"),
    [
        ("conv2d.w", SizeOf("conv2d", Axis.WIDTH)),
        ("-x.width", SizeOf("-x", Axis.WIDTH)),
        ("3.h", SizeOf("3", Axis.HEIGHT)),
        ("a.b.height", SizeOf("a.b", Axis.HEIGHT)),
        (".w", SizeOf("", Axis.WIDTH)),
        ("w", Variable("w")),
        ("*2", Operator.MULTIPLY),
        ("!=", Operator.NOT),
        ("1e-3", Literal(0.001)),
        ("1e", Literal(1.0)),
        ("2x", Literal(2.0)),
        ("1.5.2", Literal(1.5)),
        (".5", Variable(".5")),
        ("²", Variable("²")),
        ("nan", Variable("nan")),
    ],
)
def test_classification(word: str, token: object) -> None:
    assert classify(word) == token


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "leaves 0 values"),
        ("1 2", "leaves 2 values"),
        ("+", "needs two values"),
        ("1 +", "needs two values"),
        ("!", "needs a value"),
        ("nope", "is no parameter"),
        (".5", "is no parameter"),
        ("1e39", "is not finite"),
    ],
)
def test_errors(text: str, reason: str) -> None:
    fails(text, reason)
