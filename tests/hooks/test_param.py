"""PARAM blocks, user overrides, and look-up in expressions."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest

from anime4k.errors import ShaderSyntaxError
from anime4k.hooks.decl import ParamKind, Scalar, ShaderFile
from anime4k.hooks.params import defaults, resolve_overrides, variable_lookup
from anime4k.hooks.parse import parse_text

Parse = Callable[[str | bytes], ShaderFile]


@pytest.mark.parametrize(
    ("type_", "kind", "scalar"),
    [
        ("float", ParamKind.UNIFORM, Scalar.FLOAT),
        ("int", ParamKind.UNIFORM, Scalar.INT),
        ("uint", ParamKind.UNIFORM, Scalar.UINT),
        ("DYNAMIC float", ParamKind.DYNAMIC, Scalar.FLOAT),
        ("CONSTANT int", ParamKind.CONSTANT, Scalar.INT),
        ("DEFINE", ParamKind.DEFINE, Scalar.INT),
    ],
)
def test_types(parse: Parse, type_: str, kind: ParamKind, scalar: Scalar) -> None:
    (param,) = parse(f"//!PARAM p\n//!DESC what it does\n//!TYPE {type_}\n3\n").params
    assert (param.name, param.desc, param.kind, param.scalar) == ("p", "what it does", kind, scalar)
    assert (param.default, param.labels, param.maximum) == (3, (), math.inf)
    assert param.minimum == (0 if scalar is Scalar.UINT else -math.inf)
    assert isinstance(param.default, float if scalar is Scalar.FLOAT else int)


@pytest.mark.parametrize(
    ("type_", "kind"),
    [
        ("ENUM int", ParamKind.UNIFORM),
        ("ENUM DEFINE", ParamKind.DEFINE),
        ("ENUM CONSTANT int", ParamKind.CONSTANT),
        ("ENUM DYNAMIC uint", ParamKind.DYNAMIC),
    ],
)
def test_enum(parse: Parse, type_: str, kind: ParamKind) -> None:
    (param,) = parse(f"//!PARAM p\n//!TYPE {type_}\n//!MINIMUM 5\n\n  low\r\n\nmid\n\thigh\n\n").params
    assert (param.labels, param.kind) == (("low", "mid", "high"), kind)
    assert (param.default, param.minimum, param.maximum) == (0, 0, 2)


@pytest.mark.parametrize(
    ("type_", "text", "default"),
    [
        ("float", "\n\n 0.25\n", 0.25),
        ("float", "-1e-3", -0.001),
        ("int", "1.9", 1),
        ("int", "-1.9", -1),
        ("int", "0.5", 0),
        ("uint", "4294967295", 4294967295),
        ("DEFINE", "1e2", 100),
        ("float", ".5", 0.5),
    ],
)
def test_defaults(parse: Parse, type_: str, text: str, default: float) -> None:
    assert parse(f"//!PARAM p\n//!TYPE {type_}\n{text}").params[0].default == default


def test_bounds_of_integers_are_truncated(parse: Parse) -> None:
    (param,) = parse("//!PARAM p\n//!TYPE int\n//!MINIMUM -1.7\n//!MAXIMUM 2.7\n0\n").params
    assert (param.minimum, param.maximum) == (-1, 2)


@pytest.mark.parametrize(
    ("body", "lines"),
    [("0.5 // half\n", [3]), ("// note\n0.5\n", [3]), ("0.5\n// note\n// more\n", [4, 5]), ("0.5\nvoid\n", [4])],
)
def test_text_around_the_value_is_remarked(parse: Parse, body: str, lines: list[int]) -> None:
    file = parse("//!PARAM p\n//!TYPE float\n" + body)
    assert file.params[0].default == 0.5
    assert [remark.origin.line for remark in file.warnings] == lines


def test_comments_in_labels_are_remarked(parse: Parse) -> None:
    file = parse("//!PARAM p\n//!TYPE ENUM int\na // first\n// all\nb\n")
    assert file.params[0].labels == ("a", "b")
    assert [remark.origin.line for remark in file.warnings] == [3, 4]


@pytest.mark.parametrize(
    ("text", "line", "directive", "reason"),
    [
        ("//!PARAM\n//!TYPE int\n1", 1, "PARAM", "no name"),
        ("//!PARAM a.b\n//!TYPE int\n1", 1, "PARAM", "no name"),
        ("//!PARAM p\n1", 1, "PARAM", "has no TYPE"),
        ("//!PARAM p\n//!TYPE vec2\n1", 2, "TYPE", "no parameter type"),
        ("//!PARAM p\n//!TYPE\n1", 2, "TYPE", "no parameter type"),
        ("//!PARAM p\n//!TYPE ENUM\n1", 2, "TYPE", "no parameter type"),
        ("//!PARAM p\n//!TYPE DEFINE int\n1", 2, "TYPE", "no parameter type"),
        ("//!PARAM p\n//!TYPE DYNAMIC CONSTANT int\n1", 2, "TYPE", "no parameter type"),
        ("//!PARAM p\n//!TYPE ENUM float\na", 2, "TYPE", "cannot be a float"),
        ("//!PARAM p\n//!TYPE int\n//!MINIMUM low\n1", 3, "MINIMUM", "one number"),
        ("//!PARAM p\n//!TYPE int\n//!MAXIMUM\n1", 3, "MAXIMUM", "one number"),
        ("//!PARAM p\n//!TYPE float\n//!MAXIMUM 1e999\n1", 3, "MAXIMUM", "one number"),
        ("//!PARAM p\n//!TYPE int\n", 1, "PARAM", "no default"),
        ("//!PARAM p\n//!TYPE int\n// 5\n", 1, "PARAM", "no default"),
        ("//!PARAM p\n//!TYPE int\n\n1 2\n", 4, "PARAM", "one number"),
        ("//!PARAM p\n//!TYPE float\ntrue\n", 3, "PARAM", "one number"),
        ("//!PARAM p\n//!TYPE uint\n-1\n", 3, "PARAM", "fit into uint"),
        ("//!PARAM p\n//!TYPE int\n3e9\n", 3, "PARAM", "fit into int"),
        ("//!PARAM p\n//!TYPE float\n1e39\n", 3, "PARAM", "fit into float"),
        ("//!PARAM p\n//!TYPE float\n//!MAXIMUM 1\n1.5\n", 1, "PARAM", "lies outside"),
        ("//!PARAM p\n//!TYPE float\n//!MINIMUM 2\n1.5\n", 1, "PARAM", "lies outside"),
        ("//!PARAM p\n//!TYPE ENUM int\n\n", 1, "PARAM", "no labels"),
        ("//!PARAM p\n//!TYPE ENUM int\na\nb c\n", 4, "PARAM", "no label"),
        ("//!PARAM p\n//!TYPE ENUM int\na\na\n", 4, "PARAM", "twice"),
        ("//!PARAM p\n//!TYPE int\n1\n\n//!PARAM p\n//!TYPE int\n1\n", 5, "PARAM", "already declared in line 1"),
    ],
)
def test_errors(parse: Parse, text: str, line: int, directive: str, reason: str) -> None:
    with pytest.raises(ShaderSyntaxError) as caught:
        parse(text)
    assert (caught.value.line, caught.value.directive) == (line, directive)
    assert reason in caught.value.reason


# -- overrides -----------------------------------------------------------------------------------------

GRAIN = parse_text(
    "//!PARAM amount\n//!TYPE float\n//!MINIMUM 0\n//!MAXIMUM 2\n0.5\n\n"
    "//!PARAM taps\n//!TYPE int\n//!MINIMUM 1\n4\n\n"
    "//!PARAM mode\n//!TYPE ENUM DEFINE\nsoft\nhard\n",
    "shaders/grain.glsl",
)
SHARP = parse_text("//!PARAM amount\n//!TYPE float\n1\n", "sharp.v2.hook")
NONE = parse_text("//!HOOK MAIN\nx\n", "none.glsl")


def test_without_overrides_everything_is_default() -> None:
    assert defaults(GRAIN) == {"amount": 0.5, "taps": 4, "mode": 0}
    assert resolve_overrides([GRAIN, NONE, SHARP], []) == ([defaults(GRAIN), {}, {"amount": 1}], [])


@pytest.mark.parametrize(
    ("overrides", "grain", "sharp"),
    [
        ([("amount", "1.5")], 1.5, 1.5),
        ([("grain/amount", "1.5")], 1.5, 1),
        ([("sharp.v2/amount", "0.25")], 0.5, 0.25),
        ([("amount", "1.5"), ("grain/amount", "2")], 2, 1.5),
        ([("grain/amount", "2"), ("amount", " 1.5 ")], 1.5, 1.5),
    ],
)
def test_scope_and_order(overrides: list[tuple[str, str]], grain: float, sharp: float) -> None:
    (first, second), messages = resolve_overrides([GRAIN, SHARP], overrides)
    assert (first["amount"], second["amount"], messages) == (grain, sharp, [])


def test_enum_by_label_and_by_index() -> None:
    for text in ("hard", "1"):
        assert resolve_overrides([GRAIN], [("mode", text)])[0][0]["mode"] == 1


def test_integers_stay_integers() -> None:
    taps = resolve_overrides([GRAIN], [("taps", "8")])[0][0]["taps"]
    assert (taps, type(taps)) == (8, int)


@pytest.mark.parametrize(
    ("key", "text", "fragments"),
    [
        ("grain/amount", "3", ["grain/amount=3", "from 0 to 2"]),
        ("grain/amount", "much", ["grain/amount=much", "a number"]),
        ("taps", "0", ["taps=0", "a whole number from 1"]),
        ("taps", "2.5", ["taps=2.5", "a whole number"]),
        ("taps", "1e10", ["taps=1e10"]),
        ("mode", "loud", ["mode=loud", "one of soft, hard"]),
        ("mode", "2", ["mode=2", "one of soft, hard"]),
        ("amuont", "1", ["amuont", "did you mean amount?"]),
        ("sharp/amount", "1", ["sharp/amount", "did you mean sharp.v2/amount?"]),
        ("", "1", ["no loaded shader"]),
    ],
)
def test_bad_overrides_are_reported_and_ignored(key: str, text: str, fragments: list[str]) -> None:
    values, messages = resolve_overrides([GRAIN, SHARP], [(key, text)])
    assert values == [defaults(GRAIN), defaults(SHARP)]
    assert len(messages) == 1
    assert all(fragment in messages[0] for fragment in fragments)


def test_a_bad_override_leaves_the_earlier_one() -> None:
    values, messages = resolve_overrides([GRAIN], [("taps", "8"), ("taps", "x")])
    assert (values[0]["taps"], len(messages)) == (8, 1)


def test_overrides_must_fit_the_type() -> None:
    """A float beyond 32 bits would reach GLSL as infinity."""
    free = parse_text("//!PARAM x\n//!TYPE float\n1\n//!PARAM n\n//!TYPE uint\n1\n", "free.glsl")
    for key, text in (("x", "1e39"), ("x", "-1e300"), ("n", "4294967296"), ("n", "-1"), ("n", "1.5")):
        values, messages = resolve_overrides([free], [(key, text)])
        assert values == [{"x": 1, "n": 1}] and len(messages) == 1, text
    assert resolve_overrides([free], [("x", "-3e38"), ("n", "4294967295")])[0] == [{"x": -3e38, "n": 4294967295}]


def test_lookup() -> None:
    lookup = variable_lookup(GRAIN, {"amount": 1.25})
    assert [lookup(name) for name in ("amount", "taps", "mode", "soft", "hard", "nope")] == [1.25, 4, 0, 0, 1, None]


def test_the_first_declaration_of_a_name_wins_in_expressions(parse: Parse) -> None:
    number = "//!PARAM off\n//!TYPE int\n7\n\n"
    labels = "//!PARAM mode\n//!TYPE ENUM int\non\noff\n\n"
    assert variable_lookup(parse(number + labels), {})("off") == 7
    assert variable_lookup(parse(labels + number), {})("off") == 1
