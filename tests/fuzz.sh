#!/bin/bash
# Runs one fuzzer: tests/fuzz.sh PROGRAM SECONDS.
# Starts from tests/fuzz/corpus/NAME; what it finds stays beside the program.
# FUZZ_SEED: 0 (or none) goes another way each time, from what was found before; any other number the same way each time, so that a change
# is not blamed for what chance found.
set -u
program=$1 seconds=$2 seed=${FUZZ_SEED:-0}
name=$(basename "$program")
name=${name#fuzz_}
found=$(dirname "$program")/corpus/$name
crashes=$(dirname "$program")/crashes/$name
seeds=tests/fuzz/corpus/$name
if [ "$seed" != 0 ]; then
	found=$(mktemp -d) || exit 1
	trap 'rm -rf "$found"' EXIT
fi
mkdir -p "$found" "$crashes"

arguments=(-seed="$seed" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=1024 -max_len=65536 -print_final_stats=1
	-artifact_prefix="$crashes/")
[ -f "tests/fuzz/$name.dict" ] && arguments+=(-dict="tests/fuzz/$name.dict")
arguments+=("$found")
[ -d "$seeds" ] && arguments+=("$seeds")

# Every seed is a test of its own, so that a crash once found stays found.
if "$program" "${arguments[@]}"; then
	echo "ok 1 - $name holds"
else
	echo "not ok 1 - $name holds"
	echo "# the input is in $crashes; give it to $program to see it again"
fi
echo 1..1
