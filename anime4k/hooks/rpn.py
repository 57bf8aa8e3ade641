"""The RPN expressions of WIDTH, HEIGHT and WHEN: reading and evaluating them in 32-bit floats."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from anime4k.errors import ExpressionError, ShaderSyntaxError
from anime4k.hooks.compat import Compat
from anime4k.hooks.decl import Axis, Expression, Literal, Operator, Origin, SizeOf, Token, Variable
from anime4k.hooks.syntax import MAX_TOKENS, number_prefix, quote

SizeLookup = Callable[[str], tuple[float, float] | None]
"""Texture name as written -> (width, height) in texels, or None when there is no such texture."""

VariableLookup = Callable[[str], float | None]
"""Name of a parameter or label -> its value, or None when there is none."""

_SIZES = ((".width", Axis.WIDTH), (".height", Axis.HEIGHT), (".w", Axis.WIDTH), (".h", Axis.HEIGHT))
_OPERATORS = {operator.value: operator for operator in Operator}
_TOLERANCE = np.float32(1e-6)


def classify(word: str) -> Token:
    """The meaning of one word of an expression.

    The order of the tests is part of the language: a size suffix wins over everything, then only the first
    character counts, so that `>=` is `>`, `2x` is 2 and `-1` is a subtraction.
    """
    for suffix, axis in _SIZES:
        if word.endswith(suffix):
            return SizeOf(word[: -len(suffix)], axis)
    operator = _OPERATORS.get(word[0])
    if operator is not None:
        return operator
    if word[0] in "0123456789":
        return Literal(number_prefix(word)[0])
    return Variable(word)


def words(text: str) -> list[str]:
    """The words of an expression; only the space character separates them, a tab does not."""
    return [word for word in text.split(" ") if word]


def parse_expression(text: str, origin: Origin, directive: str = "") -> Expression:
    """The expression written as `text`; whether it has a value is only known when it is evaluated.

    Raises:
        ShaderSyntaxError: more than 64 tokens.
    """
    found = words(text)
    if len(found) > MAX_TOKENS:
        raise ShaderSyntaxError(
            origin.path,
            origin.line,
            f"the expression has {len(found)} tokens, the limit is {MAX_TOKENS}",
            "shorten it or split the pass",
            directive=directive,
        )
    return Expression(tuple(classify(word) for word in found), text, origin)


def evaluate(
    expression: Expression, size_of: SizeLookup, variable: VariableLookup, compat: Compat = Compat.NEXT
) -> np.float32:
    """The value of an expression, every intermediate rounded to 32-bit float.

    Args:
        expression: what to evaluate.
        size_of: sizes of textures in texels, asked by the name as written.
        variable: values of parameters and labels.
        compat: `GPU` compares for exact equality, `NEXT` with a relative tolerance of 1e-6.

    Raises:
        ExpressionError: unknown texture or variable, too few or too many values, non-finite result.
    """
    stack: list[np.float32] = []
    with np.errstate(all="ignore"):
        for index, token in enumerate(expression.tokens):
            match token:
                case Literal(value):
                    stack.append(np.float32(value))
                case SizeOf(name, axis):
                    stack.append(_size(expression, index, name, axis, size_of))
                case Variable(name):
                    found = variable(name)
                    if found is None:
                        raise _error(expression, index, "is no parameter of this file")
                    stack.append(np.float32(found))
                case Operator.NOT:
                    if not stack:
                        raise _error(expression, index, "needs a value before it")
                    stack.append(np.float32(stack.pop() == 0))
                case Operator():
                    if len(stack) < 2:
                        raise _error(expression, index, "needs two values before it")
                    right, left = stack.pop(), stack.pop()
                    result = _apply(token, left, right, compat)
                    if not np.isfinite(result):
                        raise _error(expression, index, f"gives no finite number for {left:g} and {right:g}")
                    stack.append(result)
    if len(stack) != 1:
        raise ExpressionError(
            f"{expression.origin}: the expression {quote(expression.text, 200)} leaves {len(stack)} values "
            "instead of one; check that every operator follows its operands"
        )
    if not np.isfinite(stack[0]):
        raise ExpressionError(f"{expression.origin}: the value of {quote(expression.text, 200)} is not finite")
    return stack[0]


def _size(expression: Expression, index: int, name: str, axis: Axis, size_of: SizeLookup) -> np.float32:
    size = size_of(name)
    if size is None:
        raise _error(expression, index, f"asks for the size of {quote(name)}, which does not exist here")
    return np.float32(size[0] if axis is Axis.WIDTH else size[1])


def _apply(operator: Operator, left: np.float32, right: np.float32, compat: Compat) -> np.float32:
    """One binary operation on float32 values."""
    match operator:
        case Operator.ADD:
            return np.float32(left + right)
        case Operator.SUBTRACT:
            return np.float32(left - right)
        case Operator.MULTIPLY:
            return np.float32(left * right)
        case Operator.DIVIDE:
            return np.float32(left / right)
        case Operator.MODULO:
            return np.float32(np.fmod(left, right))
        case Operator.GREATER:
            return np.float32(left > right)
        case Operator.LESS:
            return np.float32(left < right)
        case Operator.EQUAL:
            if compat is Compat.GPU:
                return np.float32(left == right)
            return np.float32(abs(left - right) <= _TOLERANCE * max(abs(left), abs(right)))
        case Operator.NOT:
            raise AssertionError("NOT takes one operand")


def _error(expression: Expression, index: int, reason: str) -> ExpressionError:
    word = words(expression.text)[index]
    return ExpressionError(
        f"{expression.origin}: token {index + 1}, {quote(word)}, of {quote(expression.text, 200)} {reason}"
    )
