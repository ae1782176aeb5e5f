#!/bin/bash
# Random triples of records: the laws of merging hold, and every compiler merges alike (make torture: a million).
# timeout: 240
. "$(dirname "$0")/../lib.sh"

merges=$build/tests/torture/merges
seed=${KITH_SEED:-1}

if figures=$("$merges" "$seed" $((8000 / slow))); then
	pass "merging random versions breaks no law"
else
	fail "merging random versions breaks no law"
fi
printf '%s\n' "$figures" | sed 's/^/# /'

# The same sources by another compiler and without optimisation come to the same bytes.
sources=("$source_root"/lib/base/*.c "$source_root"/lib/record/*.c "$source_root"/tests/torture/merges/*.c)
for file in "$source_root"/tests/torture/edits/*.c; do
	[ "${file##*/}" = main.c ] || sources+=("$file")
done
wanted=$("$merges" digest "$seed" 500)
for compiler in 'gcc -O0' 'clang -O1'; do
	name="$compiler merges the same bytes"
	# shellcheck disable=SC2086
	if [ "$slow" -gt 1 ] || ! command -v ${compiler%% *} >/dev/null; then
		skip "$name" "only where that compiler is, and once"
	elif (cd "$source_root" && $compiler -w -std=c11 -D_GNU_SOURCE -I. -o "$tmp/merges" "${sources[@]}" -lyaml -lutf8proc -lm) &&
		[ "$("$tmp/merges" digest "$seed" 500)" = "$wanted" ]; then
		pass "$name"
	else
		fail "$name"
	fi
done
done_testing
