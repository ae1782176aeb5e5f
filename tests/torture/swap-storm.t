#!/bin/bash
# Saves in the styles of editors against continuous edits of the same file: none is destroyed.
# timeout: 240
. "$(dirname "$0")/../lib.sh"

folder=$tmp/storm
# Memory, where it can be had: a disk that is busy with other things leaves few collisions.
if [ -w /dev/shm ]; then folder=$(mktemp -d /dev/shm/kith-storm.XXXXXX); fi
mkdir -p "$folder"
for seed in 1 2 3; do
	ok "no save is destroyed, seed $seed" "$build/tests/torture/swap_storm" "$folder" 200 "$seed"
	like "and there were collisions" "$out" 'beaten=[1-9]'
	unlike "and no half of a save was read" "$out" 'torn=[1-9]'
done
rm -rf "$folder"
done_testing
