"""All GPUs of the machine, one after the other; in a process of its own, because a context it makes becomes current.

    python -m anime4k.gl.survey        prints one JSON line a GPU
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict

from anime4k.errors import GLError
from anime4k.gl.device import Device, DeviceInfo

MOST = 16
"""GPUs that are looked at."""


def survey() -> Iterator[DeviceInfo]:
    """Every GPU in the order in which `--gpu` counts them; makes and deletes contexts on this thread."""
    for index in range(MOST):
        try:
            device = Device.standalone(gpu=index)
        except GLError:
            return
        info = device.info
        device.release()
        yield info


if __name__ == "__main__":
    for found in survey():
        print(json.dumps(asdict(found)), flush=True)
