"""Times commands on one registry in turn, and prints each with its ratio to the check. Called by peers.sh.

The validators get what suits them best: one schema that leads to that of the document's kind, in one call.
"""

import json
import os
import pathlib
import statistics
import sys
import time

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def prepare(registry, folder):
    """Schemas with an identity, as the validators ask for, and one over all kinds. Returns their paths."""
    folder.mkdir(exist_ok=True)
    kinds = sorted(entry.name for entry in (registry / "registry/definitions").iterdir())
    paths = []
    for path in sorted((registry / "schemas").glob("*.schema.json")):
        schema = json.loads(path.read_text())
        schema.pop("examples", None)
        schema["$id"] = f"https://canonry.invalid/{path.name}"
        paths.append(folder / path.name)
        paths[-1].write_text(json.dumps(schema))
    leads = [{"if": {"properties": {"kind": {"const": kind}}}, "then": {"$ref": f"{kind}.schema.json"}} for kind in kinds]
    every = {"$schema": DIALECT, "$id": "https://canonry.invalid/any.json", "required": ["kind"], "allOf": leads}
    (folder / "any.json").write_text(json.dumps(every))
    return folder / "any.json", paths


def run(command):
    """Wall time and processor time in seconds, and peak memory in MB."""
    quiet = [(os.POSIX_SPAWN_OPEN, stream, os.devnull, os.O_WRONLY, 0) for stream in (1, 2)]
    start = time.perf_counter()
    process = os.posix_spawn(command[0], command, os.environ, file_actions=quiet)
    _, status, used = os.wait4(process, 0)
    wall = time.perf_counter() - start
    if status != 0:
        sys.exit(f"{command[0]} failed")
    # Linux counts memory in KiB.
    return wall, used.ru_utime + used.ru_stime, used.ru_maxrss * 1024 / 1e6


peers = pathlib.Path(sys.argv[1]).resolve()
rounds = int(sys.argv[2])
registry = peers / "registry"
definitions = registry / "registry/definitions"
every, schemas = prepare(registry, peers / "schemas")
canon = pathlib.Path(__file__).resolve().parent.parent / "target/release/canon"

jsonschema = [str(peers / "node_modules/.bin/jsonschema"), "validate", str(every), str(definitions)]
jsonschema += [word for path in schemas for word in ("--resolve", str(path))]
ajv = [str(peers / "node_modules/.bin/ajv"), "validate", "--spec=draft2020", "--strict=false", "-s", str(every)]
ajv += [word for path in schemas for word in ("-r", str(path))] + ["-d", f"{definitions}/*/*.json"]
slow = [str(peers / "venv/bin/check-jsonschema"), "--schemafile", str(every), "--base-uri", every.as_uri()]
slow += sorted(str(path) for path in definitions.glob("*/*.json"))
commands = {
    "canon check": [str(canon), "-C", str(registry), "check"],
    "jsonschema --fast": [*jsonschema, "--fast"],
    "jsonschema": jsonschema,
    "ajv": ajv,
    "check-jsonschema": slow,
}

timed = {name: [] for name in commands}
for name, command in commands.items():
    run(command)
for turn in range(rounds):
    for name, command in commands.items():
        if name != "check-jsonschema" or turn == 0:
            timed[name].append(run(command))

count = sum(1 for _ in definitions.glob("*/*.json"))
size = sum(path.stat().st_size for path in definitions.glob("*/*.json")) / count
print(f"{count} definitions of {size:.0f} bytes; median of {rounds} rounds, the slowest run once more only")
print(f"{'command':20} {'wall':>8} {'best':>8} {'processor':>10} {'memory':>9} {'check / it':>11}")
own = [wall for wall, _, _ in timed["canon check"]]
for name, runs in timed.items():
    ratio = statistics.median(mine / wall for mine, (wall, _, _) in zip(own, runs))
    wall, processor = (statistics.median(run[at] for run in runs) for at in (0, 1))
    best, memory = min(run[0] for run in runs), max(run[2] for run in runs)
    print(f"{name:20} {wall:6.3f} s {best:6.3f} s {processor:8.3f} s {memory:6.0f} MB {ratio:11.2f}")
