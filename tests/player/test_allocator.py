"""Freed memory goes back to the system, seen from outside in a process that frees a lot."""

from __future__ import annotations

import subprocess
import sys

import pytest

SCRIPT = """
import sys, threading
from anime4k.player.allocator import give_memory_back
if sys.argv[1] == "settled" and not give_memory_back():
    sys.exit("another allocator")

def resident():
    return int(next(line for line in open("/proc/self/status") if line.startswith("VmRSS")).split()[1]) / 1024

def churn():
    # A large block that is freed teaches glibc to keep blocks of that size; a small one behind each holds the rest up.
    del_me, kept = bytearray(24 << 20), []
    del del_me
    blocks = []
    for _ in range(40):
        blocks.append(bytearray(1 << 20))
        kept.append(bytearray(600))
    del blocks
    return kept

before, results = resident(), []
threads = [threading.Thread(target=lambda: results.append(churn())) for _ in range(4)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(resident() - before)
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="glibc's allocator")
def test_freed_blocks_do_not_stay() -> None:
    def left(how: str) -> float:
        done = subprocess.run([sys.executable, "-c", SCRIPT, how], capture_output=True, text=True, timeout=60)
        if "another allocator" in done.stderr:
            pytest.skip("not glibc")
        assert done.returncode == 0, done.stderr
        return float(done.stdout)

    assert left("settled") < 10 < left("as it is")
