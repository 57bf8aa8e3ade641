"""What the machine is, what runs on it, and how busy it was with other things."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import re
import sys
import time
from pathlib import Path

import numpy as np

from anime4k import __version__
from anime4k.bench.report import DeviceFacts, Machine, Versions
from anime4k.gl.device import Device

_BUSY = 0.05
"""From this part of all processor time on, other programs are worth a warning."""


def device_facts(device: Device) -> DeviceFacts:
    """What draws."""
    info = device.info
    mesa = re.search(r"Mesa (\S+)", info.version)
    return DeviceFacts(info.renderer, info.vendor, info.version, mesa[1] if mesa else None, info.is_software)


def versions() -> Versions:
    """What the program runs with."""
    return Versions(
        anime4k=__version__,
        python=platform.python_version(),
        moderngl=_version("moderngl"),
        av=_version("av"),
        numpy=np.__version__,
    )


class Surroundings:
    """Looks at the machine before and after a run."""

    def __init__(self) -> None:
        self._load = _load()
        self._began, self._own, self._busy = time.monotonic(), _own_s(), _busy_s()

    def machine(self) -> Machine:
        """The machine, and how busy it has been since this object was made."""
        load = _load()
        return Machine(
            system=_system(),
            cpu=_cpu(),
            processors=os.cpu_count() or 1,
            load=None if self._load is None or load is None else (self._load, load),
            elsewhere=self._elsewhere(),
        )

    def _elsewhere(self) -> float | None:
        busy, elapsed = _busy_s(), time.monotonic() - self._began
        if busy is None or self._busy is None or elapsed <= 0.0:
            return None
        others = (busy - self._busy) - (_own_s() - self._own)
        return round(min(1.0, max(0.0, others / (elapsed * (os.cpu_count() or 1)))), 4)


def busy_warning(machine: Machine, *, software: bool) -> str:
    """A sentence about other programs that disturbed the run, empty = there were none worth it."""
    if machine.elsewhere is None or machine.elsewhere < _BUSY:
        return ""
    why = "which draws the picture here as well" if software else "which decodes and hands over the work"
    return (
        f"other programs used {machine.elsewhere:.0%} of the processor meanwhile, {why}: times are too long and"
        " differ from run to run; close them and measure again"
    )


def _version(name: str) -> str:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return "unknown"


def _system() -> str:
    if sys.platform.startswith("linux"):
        try:
            return f"{platform.freedesktop_os_release()['PRETTY_NAME']}, Linux {platform.release()}"
        except (OSError, KeyError):
            pass
    return f"{platform.system()} {platform.release()}".strip()


def _cpu() -> str:
    try:
        text = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return platform.processor() or platform.machine()
    found = re.search(r"^model name\s*:\s*(.+)$", text, re.MULTILINE)
    return found[1].strip() if found else platform.machine()


def _load() -> float | None:
    try:
        return round(os.getloadavg()[0], 2)
    except (AttributeError, OSError):
        return None


def _own_s() -> float:
    """Processor time of this process and of those it has started and seen end."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def _busy_s() -> float | None:
    """Processor time that all programs together have used since the machine started, None = unknown."""
    try:
        fields = Path("/proc/stat").read_text(encoding="utf-8").splitlines()[0].split()[1:]
        user, nice, system, _, _, irq, softirq = map(int, fields[:7])
    except (OSError, ValueError, IndexError):
        return None
    return float(user + nice + system + irq + softirq) / os.sysconf("SC_CLK_TCK")
