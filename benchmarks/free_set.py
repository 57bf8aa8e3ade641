"""Write the pictures of the free test set and their halves as PNG files.

    python benchmarks/free_set.py [--out FOLDER] [--small]

What they are is written in `anime4k.quality.free_set`. The packages they are composed of are downloaded once and kept
in the user's cache folder (ANIME4K_PEERS_CACHE overrides it).
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from PIL import Image

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from anime4k.quality import free_set  # noqa: E402


def main() -> int:
    """Write the pictures and say where they are."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=Path("free-set"), help="folder for the PNG files")
    parser.add_argument("--small", action="store_true", help="only the small picture")
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    for item in free_set.load_small() if arguments.small else free_set.load():
        for suffix, picture in (("large", item.large), ("small", item.small)):
            path = arguments.out / f"{item.name}-{suffix}.png"
            Image.fromarray(picture).save(path)
            print(f"{path}  {picture.shape[1]}x{picture.shape[0]}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
