#!/bin/bash
# kith check --watch: the faults again at each save, with a daemon and without.
# timeout: 180
. "$(dirname "$0")/../lib.sh"
. "$source_root/tests/cli/small.sh"
small_store
cd "$store" || exit 1

seen=$tmp/watch.out
rounds() { grep -c '^checked ' "$seen"; }
# last_round: what was shown last.
last_round() { awk '/^--$/ { text = ""; next } { text = text $0 "\n" } END { printf "%s", text }' "$seen"; }
shows() { last_round | grep -Eq -- "$1"; }
# shown NAME REGEX: a round that has it comes.
shown() {
	if wait_until 20 shows "$2"; then pass "$1"; else fail "$1" "no line matches: $2" "$(cat "$seen")"; fi
}
watch_start() {
	: >"$seen"
	spawn kith check --watch "$@" >"$seen" 2>"$tmp/watch.err"
	watching=$!
	wait_until 20 eval '[ "$(rounds)" -ge 1 ]' || fail "it begins" "$(cat "$seen" "$tmp/watch.err")"
}

try_all() {
	printf 'name: Bad\nbirthday: soonish\n' >contacts/bad.yaml
	shown "$1: a file that was written" '^contacts/bad.yaml:2:11: error: '
	printf 'name: Bad\nbirthday: 1990-03-14\n' >contacts/.new && mv contacts/.new contacts/bad.yaml
	shown "$1: one that was moved into its place" '^checked [0-9]+ files: 0 errors'
	mkdir -p contacts/sub
	printf 'name: Far\nthrough: bad\n' >contacts/sub/far.yaml
	shown "$1: in a new folder" '^checked 10 files: 0 errors'
	rm contacts/bad.yaml
	shown "$1: what referred to a file that went" '^contacts/sub/far.yaml:2:10: error: .*no contact called bad'
	rm -r contacts/sub
	shown "$1: a folder that went" '^checked 8 files: 0 errors'
	cp kith.yaml "$tmp/settings"
	echo 'weekend: perhaps' >>kith.yaml
	shown "$1: kith.yaml" '^kith.yaml:[0-9]+:[0-9]+: error: '
	cp "$tmp/settings" kith.yaml
	shown "$1: and again" '^checked 8 files: 0 errors'
}

watch_start
is "it begins with how things are" "$(cat "$seen")" "checked 8 files: 0 errors, 0 warnings"
try_all "without a daemon"
daemon_start "$store"
try_all "with a daemon"
daemon_stop
printf 'name: Bad\nbirthday: soonish\n' >contacts/bad.yaml
shown "the daemon left" '^contacts/bad.yaml:2:11: error: '
if command -v vim >/dev/null; then
	vim -Nu NONE -i NONE -es -c '%s/soonish/1990-03-14/' -c wq contacts/bad.yaml >/dev/null 2>&1
	shown "vim" '^checked 9 files: 0 errors'
else
	skip "vim" "vim is not here"
fi
end "$watching" INT
is "Ctrl-C ends it" "$rc|$(cat "$tmp/watch.err")" "130|"

watch_start contacts/bad.yaml --quiet
printf 'name: [\n' >contacts/ana-silva.yaml
printf 'name: Bad\nbirthday: soonish\n' >contacts/bad.yaml
shown "some files only, one line a fault" '^checked 1 file: 1 error'
unlike "the others are not told of" "$(last_round)" 'ana-silva|hint'
end "$watching" TERM
is "SIGTERM too" "$rc" 130
rm contacts/bad.yaml
git checkout -q contacts/ana-silva.yaml 2>/dev/null || printf 'name: Ana Silva\n' >contacts/ana-silva.yaml

: >"$seen"
spawn kith check --watch --json >"$seen" 2>/dev/null
watching=$!
wait_until 20 eval '[ "$(wc -l <"$seen")" -ge 1 ]'
printf 'name: Bad\nbirthday: soonish\n' >contacts/bad.yaml
if wait_until 20 eval '[ "$(tail -n 1 "$seen" | jq .errors)" = 1 ]'; then pass "JSON: a document a line"; else fail "JSON: a document a line" "$(cat "$seen")"; fi
end "$watching" INT
mv "$store" "$store.moved"
mkdir -p "$tmp/none"
status_is "a store that is not there" 2 kith --store "$store" check --watch

mv "$store.moved" "$store"
watch_start
mv "$store" "$store.moved"
wait_until 20 _finished "$watching" || fail "it leaves"
end "$watching"
is "a store that is moved away ends it" "$rc|$(sed 1q "$tmp/watch.err")" "6|error: the store was moved"

done_testing
