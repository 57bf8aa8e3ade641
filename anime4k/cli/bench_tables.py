"""What `anime4k bench` prints."""

from __future__ import annotations

from rich.console import Console

from anime4k.bench.report import ModeReport, Report
from anime4k.bench.verdict import size_name


def print_comparison(reports: list[tuple[str, Report]]) -> None:
    """Print reports beside each other."""


def print_report(report: Report) -> None:
    """Print a report for people."""
    console = Console(highlight=False)
    for warning in report.warnings:
        console.print(f"! {warning}", style="yellow", soft_wrap=True, markup=False)
    for mode in report.modes:
        _print_mode(console, mode)


def _print_mode(console: Console, mode: ModeReport) -> None:
    print(mode.mode, size_name(mode.source), mode.frame, mode.p50, mode.cpu)
    for v in mode.verdicts:
        print("  ", v.text, v.late)
    for s in (*mode.stages, *mode.passes):
        print("  ", s.name, s.ms)
    print(mode.memory, mode.cold, mode.warm, mode.trouble)
