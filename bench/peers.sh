#!/usr/bin/env bash
# Times `canon check` of a large registry beside command-line validators of JSON Schema, which look at shape alone.
#
#     bench/peers.sh [DEFINITIONS] [ROUNDS]
#
# Needs Rust, Node and Python with venv, and fetches the validators into target/peers.
set -euo pipefail
cd "$(dirname "$0")/.."

definitions="${1:-10000}"
rounds="${2:-7}"
peers=target/peers
mkdir -p "$peers"

[ -x "$peers/node_modules/.bin/jsonschema" ] ||
    npm install --silent --no-audit --no-fund --prefix "$peers" @sourcemeta/jsonschema@16.11.0 ajv-cli@5.0.0
[ -x "$peers/venv/bin/check-jsonschema" ] ||
    { python3 -m venv "$peers/venv" && "$peers/venv/bin/pip" install --quiet check-jsonschema==0.39.0; }

cargo build --release --locked --bin canon --example large_registry
rm -rf "$peers/registry"
target/release/examples/large_registry "$definitions" "$peers/registry"
python3 bench/peers.py "$peers" "$rounds"
