#!/bin/bash
# Random triples of records: the laws of merging hold, and every compiler merges alike (make torture: a million).
# timeout: 600
. "$(dirname "$0")/../lib.sh"

merges=$build/tests/torture/merges
seed=1

# try NAME COMMAND…: with its figures as a comment
try() {
	local name=$1 figures
	shift
	if figures=$("$@" 2>&1); then
		pass "$name"
	else
		fail "$name"
	fi
	printf '%s\n' "$figures" | sed 's/^/# /'
}

try "merging random versions breaks no law" "$merges" "$seed" $((8000 / slow))
try "merging large records breaks no law, and takes no time to speak of" "$merges" huge "$seed" $((12 / slow + 1))

# The same sources by another compiler and without optimisation come to the same bytes.
for compiler in 'gcc -O0' 'clang -O1'; do
	name="$compiler merges the same bytes"
	if [ "$slow" -gt 1 ] || ! command -v "${compiler%% *}" >/dev/null; then
		skip "$name" "only where that compiler is, and once"
	else
		try "$name" "$source_root/tests/torture/digests.sh" "$merges" "$seed" 500 "$compiler"
	fi
done
done_testing
