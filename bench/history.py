"""The timing of bench/history.sh: medians, and the ratio of two commands that take turns."""

import os
import shutil
import statistics
import sys
import time

folder, rounds = sys.argv[1], int(sys.argv[2])
canon = os.path.abspath("target/release/canon")
git = shutil.which("git")
commands = {
    "git log --first-parent --raw": [git, "-C", folder, "log", "--first-parent", "--raw", "main"],
    "canon verify": [canon, "-C", folder, "verify"],
}


def run(arguments):
    """Wall time in seconds, and the peak of memory in megabytes."""
    quiet = [(os.POSIX_SPAWN_OPEN, stream, os.devnull, os.O_WRONLY, 0) for stream in (1, 2)]
    start = time.perf_counter()
    process = os.posix_spawn(arguments[0], arguments, os.environ, file_actions=quiet)
    _, status, usage = os.wait4(process, 0)
    wall = time.perf_counter() - start
    if os.waitstatus_to_exitcode(status) != 0:
        sys.exit(f"{' '.join(arguments)} failed")
    return wall, usage.ru_maxrss / 1024


found = {name: [] for name in commands}
for _ in range(rounds):
    for name, arguments in commands.items():
        found[name].append(run(arguments))
base = None
for name, runs in found.items():
    wall = statistics.median(wall for wall, _ in runs)
    base = base or wall
    print(f"{name:30} {wall:6.2f} s  {max(memory for _, memory in runs):5.0f} MB  {wall / base:5.2f}")
