"""Exact arithmetic with presentation times."""

from __future__ import annotations

from fractions import Fraction


def in_units(seconds: Fraction, time_base: Fraction) -> int:
    """`seconds` in whole units of `time_base`: the nearest one, halves away from zero, as FFmpeg rounds."""
    value = seconds / time_base
    whole = (2 * abs(value.numerator) + value.denominator) // (2 * value.denominator)
    return whole if value >= 0 else -whole
