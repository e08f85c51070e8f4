#!/usr/bin/env python3
"""Times the comparison of two revisions that differ in ten definitions beside `git diff --stat` of the same two, taking
turns, in registries of several sizes.

    cargo build --release --locked --bin canon --example large_registry
    python3 bench/diff.py [ROUNDS] [DEFINITIONS ...]
"""

import json
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
GIT = shutil.which("git")


def edit(folder, name, change):
    """Writes a definition of the large registry anew."""
    path = pathlib.Path(folder) / "registry/definitions" / f"{name}.json"
    value = json.loads(path.read_text())
    change(value)
    path.write_text(json.dumps(value, indent=2, ensure_ascii=False) + "\n")


def words(value):
    value["summary"] += " As agreed."


def number(place, change):
    def edit(value):
        value["values"][place]["value"] += change

    return edit


# Ten changes, three of them of meaning, in copies that only other copies of the same round rest on: so what they reach is
# the same in a registry of any size.
CHANGES = [
    ("sla/sql-first-step-3", lambda value: value["target"].update(otherwise={"days": 2})),
    ("target/time-in-sal-enterprise-3", number(3, -1)),
    ("target/new-bookings-3", number(0, 1)),
    ("metric/pipeline-created-3", words),
    ("play/deal-review-3", words),
    ("driver/lead-fit-3", words),
    ("scenario/quarter-upside-3", words),
    ("proof/why-not-wait-3", words),
    ("ai-use/call-notes-3", words),
    ("handoff/mql-to-development-3", words),
]


def git(folder, *arguments):
    """Runs git as somebody whom no configuration names."""
    who = ["-c", "user.name=Bench", "-c", "user.email=bench@example.com", "-c", "gc.auto=0"]
    subprocess.run([GIT, *who, *arguments], cwd=folder, check=True, stdout=subprocess.DEVNULL)


def make(definitions):
    """A registry of so many definitions in two commits; the second changes ten of them."""
    folder = ROOT / "target/tmp" / f"diff-{definitions}"
    shutil.rmtree(folder, ignore_errors=True)
    subprocess.run([MAKE, definitions, str(folder)], check=True)
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", "All")
    for name, change in CHANGES:
        edit(folder, name, change)
    git(folder, "commit", "-q", "-a", "-m", "Ten")
    git(folder, "gc", "-q")
    return str(folder)


def run(arguments):
    """Wall time in milliseconds."""
    quiet = [(os.POSIX_SPAWN_OPEN, stream, os.devnull, os.O_WRONLY, 0) for stream in (1, 2)]
    start = time.perf_counter()
    process = os.posix_spawn(arguments[0], arguments, os.environ, file_actions=quiet)
    _, status, _ = os.wait4(process, 0)
    wall = 1000 * (time.perf_counter() - start)
    if os.waitstatus_to_exitcode(status) != 0:
        sys.exit(f"{' '.join(arguments)} failed")
    return wall


rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 21
sizes = sys.argv[2:] or ["1000", "10000", "100000"]
print(f"{'definitions':>12} {'git diff --stat':>22} {'canon diff --no-text':>22} {'ratio':>6}")
for size in sizes:
    folder = make(size)
    commands = [
        [GIT, "-C", folder, "diff", "--stat", "HEAD~1", "HEAD"],
        [CANON, "-C", folder, "diff", "--no-text", "HEAD~1", "HEAD"],
    ]
    walls = [[] for _ in commands]
    for command in commands:
        run(command)
    for _ in range(rounds):
        for command, wall in zip(commands, walls):
            wall.append(run(command))
    medians = [statistics.median(wall) for wall in walls]
    shown = [f"{median:6.1f} ms ({min(wall):6.1f})" for median, wall in zip(medians, walls)]
    print(f"{size:>12} {shown[0]:>22} {shown[1]:>22} {medians[1] / medians[0]:6.2f}")
