"""The folder for what is fetched or expensive to make again, and names for things in it."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import platformdirs


def folder() -> Path:
    """The cache folder; `ANIME4K_PEERS_CACHE` in the environment overrides the user's cache folder."""
    chosen = os.environ.get("ANIME4K_PEERS_CACHE")
    path = Path(chosen) if chosen else platformdirs.user_cache_path("anime4k") / "peers"
    path.mkdir(parents=True, exist_ok=True)
    return path


def key(*parts: bytes | str) -> str:
    """A name for what these inputs produce: 32 hexadecimal digits."""
    digest = hashlib.sha256()
    for part in parts:
        data = part.encode() if isinstance(part, str) else part
        digest.update(len(data).to_bytes(8, "little"))
        digest.update(data)
    return digest.hexdigest()[:32]
