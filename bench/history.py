"""The timing of bench/history.sh: medians, and ratios of commands that take turns."""

import os
import shutil
import statistics
import subprocess
import sys
import time

folder, rounds = sys.argv[1], int(sys.argv[2])
canon = os.path.abspath("target/release/canon")
git = shutil.which("git")
definition = "cac-payback"
path = f"registry/definitions/metric/{definition}.json"
walk = [git, "-C", folder, "log", "--first-parent", "--raw", "main"]
follow = [git, "-C", folder, "log", "--follow", "-p", "main", "--", path]
# Each group: what the others are measured against, then the others.
groups = [
    {
        "git log --first-parent --raw": walk,
        "canon verify --full": [canon, "-C", folder, "verify", "--full"],
        "canon verify, 10 commits later": [canon, "-C", folder, "verify"],
    },
    {
        f"git log --follow -p {definition}": follow,
        f"canon log metric/{definition}": [canon, "-C", folder, "log", f"metric/{definition}"],
        f"canon blame metric/{definition}": [canon, "-C", folder, "blame", f"metric/{definition}"],
    },
]


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


def main_at(revision):
    subprocess.run([git, "-C", folder, "update-ref", "refs/heads/main", revision], check=True)


def remember():
    """The history is proven up to ten commits before the last, then these ten come."""
    shutil.rmtree(os.path.join(folder, ".git", "canonry"), ignore_errors=True)
    main_at("later~10")
    run([canon, "-C", folder, "verify", "--full"])
    main_at("later")


for commands in groups:
    found = {name: [] for name in commands}
    for _ in range(rounds):
        for name, arguments in commands.items():
            if arguments[0] == canon and "--full" not in arguments:
                remember()
            found[name].append(run(arguments))
    base = None
    for name, runs in found.items():
        wall = statistics.median(wall for wall, _ in runs)
        base = base or wall
        print(f"{name:34} {wall:7.3f} s  {max(memory for _, memory in runs):5.0f} MB  {wall / base:6.3f}")
