"""Processes of this package's own modules: how they are started so that they are found and nothing else is.

They run the package that this process runs, wherever that lies. A stray `random.py` in the folder where the user is
must not become part of them, so that folder is not searched.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

_ROOT = str(Path(__file__).resolve().parent.parent)


def command(module: str, *arguments: str) -> list[str]:
    """The command that runs a module of the package."""
    return [sys.executable, "-P", "-m", module, *arguments]


def environment() -> dict[str, str]:
    """The environment it needs."""
    paths = [_ROOT, *filter(None, [os.environ.get("PYTHONPATH")])]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(paths)}
