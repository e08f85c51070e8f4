#!/usr/bin/env python3
"""Times whole commands, with their memory, on the registries that `cargo bench` leaves in target/tmp.

    cargo bench
    python3 bench/processes.py [RUNS]
"""

import os
import pathlib
import statistics
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
CANON = str(ROOT / "target/release/canon")
MADE = ROOT / "target/tmp"
COMMANDS = [
    ["--version"],
    ["-C", str(MADE / "thousand"), "check"],
    ["-C", str(MADE / "demo"), "check"],
    ["-C", str(MADE / "demo"), "verify"],
]


def run(arguments):
    """Wall time and processor time in milliseconds, and peak memory in MB, of one run."""
    quiet = [(os.POSIX_SPAWN_OPEN, stream, os.devnull, os.O_WRONLY, 0) for stream in (1, 2)]
    start = time.perf_counter()
    process = os.posix_spawn(CANON, [CANON, *arguments], os.environ, file_actions=quiet)
    _, status, used = os.wait4(process, 0)
    wall = time.perf_counter() - start
    if status != 0:
        sys.exit(f"canon {' '.join(arguments)} failed")
    # Linux counts memory in KiB.
    return 1000 * wall, 1000 * (used.ru_utime + used.ru_stime), used.ru_maxrss * 1024 / 1e6


runs = int(sys.argv[1]) if len(sys.argv) > 1 else 31
print(f"{'command':24} {'median':>9} {'best':>9} {'processor':>9} {'memory':>9}")
for command in COMMANDS:
    run(command)
    wall, processor, memory = zip(*(run(command) for _ in range(runs)))
    name = " ".join(pathlib.Path(word).name for word in command)
    print(
        f"{name:24} {statistics.median(wall):6.1f} ms {min(wall):6.1f} ms"
        f" {statistics.median(processor):6.1f} ms {max(memory):6.1f} MB"
    )
