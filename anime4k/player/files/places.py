"""Where the user's files of the player are."""

from __future__ import annotations

import os
from pathlib import Path

import platformdirs

CONFIG_VARIABLE = "ANIME4K_CONFIG_DIR"
STATE_VARIABLE = "ANIME4K_STATE_DIR"


def config_folder() -> Path:
    """What the user writes: `player.conf` and `input.conf`. It need not exist."""
    named = os.environ.get(CONFIG_VARIABLE)
    return Path(named) if named else platformdirs.user_config_path("anime4k", appauthor=False)


def state_folder() -> Path:
    """What the player remembers: positions and the modes of folders. It need not exist."""
    named = os.environ.get(STATE_VARIABLE)
    return Path(named) if named else platformdirs.user_state_path("anime4k", appauthor=False)
