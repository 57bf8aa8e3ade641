"""Remarks about the expressions of a pass: what is read differently than it looks, what can have no value."""

from __future__ import annotations

import math
from collections.abc import Iterator

from anime4k.errors import ExpressionError
from anime4k.hooks.decl import Expression, Literal, Operator, PassDecl, Variable
from anime4k.hooks.names import ALWAYS_MEASURABLE, Names
from anime4k.hooks.rpn import VariableLookup, evaluate, words
from anime4k.hooks.syntax import nearest, number, number_prefix, quote


def expression_remarks(
    decl: PassDecl, index: int, names: Names, variables: VariableLookup, known: tuple[str, ...]
) -> Iterator[tuple[Expression, str]]:
    """The remarks about WIDTH, HEIGHT and WHEN of a pass, each with its expression.

    Args:
        decl: the pass.
        index: its number in the file.
        names: what the file saves.
        variables: the parameters and labels of the file.
        known: their names, for suggestions.
    """
    for directive, expression in (("WIDTH", decl.width), ("HEIGHT", decl.height), ("WHEN", decl.when)):
        if expression is None:
            continue
        for message in _words(expression, variables, known):
            yield expression, message
        for name in sorted(expression.textures - ALWAYS_MEASURABLE):
            reason = "is a TEXTURE, which has no size here" if name in names.resources else None
            reason = reason or names.missing(name, index, decl)
            if reason:
                yield expression, f"{directive} asks for the size of {quote(name)}, which {reason}"
        structure = _structure(expression)
        if structure:
            yield expression, f"{directive} can never be evaluated: {structure}"
        elif not expression.textures and not expression.variables:
            constant = _constant(directive, expression)
            if constant:
                yield expression, constant


def _words(expression: Expression, variables: VariableLookup, known: tuple[str, ...]) -> Iterator[str]:
    """Remarks about single words."""
    for word, token in zip(words(expression.text), expression.tokens, strict=True):
        if "\t" in word:
            yield f"{quote(word)} is one word: only spaces separate words, a tab does not"
        elif isinstance(token, Operator) and len(word) > 1:
            instead = f"; write 0 {word[1:20]} -" if word[0] == "-" and number(word[1:]) is not None else ""
            yield f"{quote(word)} is read as the operator {token.value}, the rest is ignored{instead}"
        elif isinstance(token, Literal) and number_prefix(word)[1] != len(word):
            yield f"{quote(word)} is read as the number {token.value:g}, the rest is ignored"
        elif isinstance(token, Variable) and variables(word) is None:
            if word.startswith(".") and number(word) is not None:
                yield f"{quote(word)} is no number: write 0{word[:20]}"
            else:
                near = nearest(word, known)
                hint = f"; did you mean {near}?" if near else "; the size of a texture is NAME.w or NAME.h"
                yield f"{quote(word)} is no parameter of this file" + hint


def _structure(expression: Expression) -> str | None:
    """Why operators and operands do not fit together, or None when they do."""
    depth = 0
    for word, token in zip(words(expression.text), expression.tokens, strict=True):
        if not isinstance(token, Operator):
            depth += 1
            continue
        needed = 1 if token is Operator.NOT else 2
        if depth < needed:
            return f"{quote(word)} needs {needed} value{'s' * (needed > 1)} before it"
        depth -= needed - 1
    return None if depth == 1 else f"{depth} values are left instead of one"


def _constant(directive: str, expression: Expression) -> str | None:
    """The remark about an expression of numbers only, or None when its value is sensible."""
    try:
        value = float(evaluate(expression, lambda _: None, lambda _: None))
    except ExpressionError:
        return f"{directive} can never be evaluated: a step gives no finite number"
    if directive == "WHEN":
        return "WHEN is always false, so this pass never runs" if value == 0 else None
    return None if math.floor(value + 0.5) >= 1 else f"{directive} is {value:g}, but an image has at least one texel"
