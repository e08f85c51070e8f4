"""Recomputes every digest of a registry's releases with Python's standard library alone.

Usage: digests.py FOLDER. For each manifest: each row's digest against the document at the manifest's commit, the chain
to the manifest before, the Merkle root (RFC 6962), and the trust digest over the documents of the first commit. Nothing
here is shared with the Rust code: RFC 8785 is written anew below.
"""

import hashlib
import json
import pathlib
import subprocess
import sys


def number(value):
    """A number as ECMAScript prints it (RFC 8785, section 3.2.2.3)."""
    if isinstance(value, int):
        return str(value)
    if value == int(value) and abs(value) < 1e21:
        return str(int(value))
    mantissa, _, exponent = repr(value).partition("e")
    sign = "-" if mantissa.startswith("-") else ""
    whole, _, fraction = mantissa.lstrip("-").partition(".")
    fraction = "" if fraction == "0" else fraction
    point = len(whole) + int(exponent or 0)
    digits = (whole + fraction).lstrip("0")
    point -= len(whole + fraction) - len(digits)
    digits = digits.rstrip("0")
    if 0 < point <= 21:
        if len(digits) <= point:
            return sign + digits + "0" * (point - len(digits))
        return sign + digits[:point] + "." + digits[point:]
    if -6 < point <= 0:
        return sign + "0." + "0" * -point + digits
    head = digits[0] + ("." + digits[1:] if len(digits) > 1 else "")
    return f"{sign}{head}e{'+' if point > 0 else '-'}{abs(point - 1)}"


def canonical(value):
    """The RFC 8785 text of a value."""
    if value is None or isinstance(value, (bool, str)):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, (int, float)):
        return number(value)
    if isinstance(value, list):
        return "[" + ",".join(map(canonical, value)) + "]"
    keys = sorted(value, key=lambda key: key.encode("utf-16-be"))
    return "{" + ",".join(json.dumps(key, ensure_ascii=False) + ":" + canonical(value[key]) for key in keys) + "}"


def digest(value):
    return "sha256:" + hashlib.sha256(canonical(value).encode()).hexdigest()


def merkle(leaves):
    if len(leaves) == 1:
        return hashlib.sha256(b"\0" + leaves[0]).digest()
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return hashlib.sha256(b"\1" + merkle(leaves[:split]) + merkle(leaves[split:])).digest()


def git(folder, *arguments):
    return subprocess.run(["git", "-C", folder, *arguments], check=True, capture_output=True).stdout


def governed(path):
    parts = path.split("/")
    return path.endswith(".json") and (
        parts[0] == "schemas" and len(parts) == 2 or parts[:1] == ["registry"] and parts[1] not in ("changes", "releases")
    )


def main(folder):
    assert number(1e-7) == "1e-7" and number(333333333.33333329) == "333333333.3333333" and number(1e30) == "1e+30"
    checked = 0
    previous = None
    releases = sorted(
        pathlib.Path(folder, "registry", "releases").glob("*.json"),
        key=lambda path: tuple(map(int, path.stem.split("."))),
    )
    assert releases, "there is no release"
    first = git(folder, "rev-list", "--max-parents=0", "HEAD").decode().strip()
    names = git(folder, "ls-tree", "-r", "--name-only", first).decode().split("\n")
    documents = {name: digest(json.loads(git(folder, "show", f"{first}:{name}"))) for name in names if governed(name)}
    trust = digest({"type": "canonry/genesis@1", "documents": documents})
    for path in releases:
        manifest = json.loads(path.read_text(encoding="utf-8"))
        assert manifest["registry"] == trust, f"{path}: trust digest {trust}"
        assert manifest["previous"] == previous, f"{path}: previous"
        for row in manifest["rows"]:
            name = f"registry/definitions/{row['definition']}.json"
            document = json.loads(git(folder, "show", f"{manifest['commit']}:{name}"))
            assert row["digest"] == digest(document), f"{path}: {row['definition']}"
            assert row["version"] == document["version"], f"{path}: {row['definition']}"
            checked += 1
        root = merkle([canonical(row).encode() for row in manifest["rows"]]).hex()
        assert manifest["root"] == "sha256:" + root, f"{path}: root"
        previous = digest(manifest)
    print(f"{checked} digests of {len(releases)} releases, their roots, chain and trust digest are as recomputed")


main(sys.argv[1])
