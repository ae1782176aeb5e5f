#!/bin/bash
# Whether other compilers build the same merge: tests/torture/digests.sh PROGRAM SEED COUNT [COMPILER…], each with its flags.
# Compiles lib/base, lib/record and the merge fuzzer with each, and compares what COUNT triples come to with what PROGRAM makes of them.
# Without COMPILER: gcc unoptimised and with ASan and UBSan, and clang, where they are.  Fails when one differs, or none could be tried.
set -u
program=$(realpath "$1") seed=$2 count=$3
shift 3
[ $# -gt 0 ] || set -- 'gcc -O0' 'gcc -O1 -fsanitize=address,undefined -fno-sanitize-recover=all' 'clang -O2'
cd "$(dirname "$0")/../.." || exit 1
sources=(lib/base/*.c lib/record/*.c tests/torture/merges/*.c)
for file in tests/torture/edits/*.c; do
	[ "${file##*/}" = main.c ] || sources+=("$file")
done
here=$(mktemp -d) || exit 1
trap 'rm -rf "$here"' EXIT

wanted=$("$program" digest "$seed" "$count") || exit 1
echo "$wanted  $program"
status=0 tried=0
for compiler; do
	command -v "${compiler%% *}" >/dev/null || continue
	# shellcheck disable=SC2086
	if ! $compiler -w -std=c11 -D_GNU_SOURCE -I. -o "$here/merges" "${sources[@]}" -lyaml -lutf8proc -lm; then
		echo "$compiler does not build it" >&2
		status=1
		continue
	fi
	got=$("$here/merges" digest "$seed" "$count") || status=1
	echo "$got  $compiler"
	[ "$got" = "$wanted" ] || status=1
	tried=$((tried + 1))
done
[ "$tried" -gt 0 ] || status=1
exit "$status"
