"""A report as a page of its own, with plots."""

from __future__ import annotations

from anime4k.bench.report import Report


def page(report: Report) -> str:
    """The page."""
    return ""
