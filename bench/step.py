#!/usr/bin/env python3
"""Times the check of one change in a large registry beside the check of all of it, taking turns.

    cargo build --release --locked --bin canon --example large_registry
    python3 bench/step.py [DEFINITIONS] [ROUNDS]
"""

import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
CANON = str(ROOT / "target/release/canon")
MAKE = str(ROOT / "target/release/examples/large_registry")
COMMANDS = [
    ["check"],
    ["check", "--rev", "HEAD", "--against", "HEAD~1"],
    ["check", "--against", "HEAD~1"],
]


def git(folder, *arguments):
    """Runs git as somebody whom no configuration names."""
    who = ["-c", "user.name=Bench", "-c", "user.email=bench@example.com", "-c", "gc.auto=0"]
    subprocess.run(["git", *who, *arguments], cwd=folder, check=True, stdout=subprocess.DEVNULL)


def make(definitions):
    """A registry of so many definitions in two commits; the second says one summary in other words."""
    folder = ROOT / "target/tmp" / f"step-{definitions}"
    shutil.rmtree(folder, ignore_errors=True)
    subprocess.run([MAKE, definitions, str(folder)], check=True)
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", "All")
    metrics = sorted((folder / "registry/definitions/metric").iterdir())
    metric = metrics[len(metrics) // 2]
    text = metric.read_text()
    metric.write_text(text.replace('"summary": "', '"summary": "In other words: ', 1))
    git(folder, "commit", "-q", "-a", "-m", "One")
    git(folder, "gc", "-q")
    return str(folder)


def run(folder, arguments):
    """Wall time in milliseconds."""
    quiet = [(os.POSIX_SPAWN_OPEN, stream, os.devnull, os.O_WRONLY, 0) for stream in (1, 2)]
    start = time.perf_counter()
    process = os.posix_spawn(CANON, [CANON, "-C", folder, *arguments], os.environ, file_actions=quiet)
    _, status, _ = os.wait4(process, 0)
    wall = 1000 * (time.perf_counter() - start)
    # The change is in no change record, which is a finding.
    if os.waitstatus_to_exitcode(status) not in (0, 1):
        sys.exit(f"canon {' '.join(arguments)} failed")
    return wall


definitions = sys.argv[1] if len(sys.argv) > 1 else "10000"
rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 15
folder = make(definitions)
for command in COMMANDS:
    run(folder, command)
walls = [[] for _ in COMMANDS]
for _ in range(rounds):
    for command, wall in zip(COMMANDS, walls):
        wall.append(run(folder, command))
print(f"{'command':40} {'median':>9} {'best':>9} {'of the whole':>13}")
whole = statistics.median(walls[0])
for command, wall in zip(COMMANDS, walls):
    median = statistics.median(wall)
    print(f"{' '.join(command):40} {median:6.1f} ms {min(wall):6.1f} ms {median / whole:13.3f}")
