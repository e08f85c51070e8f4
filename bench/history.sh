#!/usr/bin/env bash
# Times `canon verify` of a long history beside `git log --first-parent --raw` of the same, taking turns.
#
#     bench/history.sh [COMMITS] [ROUNDS]
#
# One commit in ten lands a change with two approvals. Then what a run costs that goes on from an earlier one, and what it
# costs to tell the past of one definition, beside `git log --follow -p` of its file.
set -euo pipefail
cd "$(dirname "$0")/.."

commits="${1:-50000}"
rounds="${2:-5}"
folder="target/tmp/history-$commits"

cargo build --release --locked --bin canon --example large_history
rm -rf "$folder"
target/release/examples/large_history "$commits" "$folder" 10
git -C "$folder" gc --quiet
python3 bench/history.py "$folder" "$rounds"
