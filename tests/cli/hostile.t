#!/bin/bash
# What a cloned store may hold does not reach the terminal, nor anything outside of the store.
. "$(dirname "$0")/../lib.sh"
. "$source_root/tests/cli/small.sh"
small_store
cd "$store" || exit 1

# A title that clears the screen, one that sets the window's title, C1 controls, and text turned around.
esc=$'\\x1b' osc=$'\\x1b]0;owned\\x07' c1=$'\\u009b' over=$'\\u202e' isolate=$'\\u2066'
put contacts/evil.yaml <<YAML
name: "Evil ${esc}[2J${osc}${c1}31m${over}drow${isolate}ssap"
city: "${esc}[31mRed"
org: "${c1}2J"
title: "${over}top"
email: ["${esc}c@example.org"]
tags: ["${esc}[2Jtag"]
about: "a${esc}[1m\\n${osc}b"
"x-${esc}[5mkey": "${esc}]52;c;aGk=\\x07"
cadence: weekly
met: 2026-01-01
promised: x
remind: [{text: "${esc}[7mremind", date: 2026-11-25}]
birthday: 11-25
YAML
put notes/2026/11/2026-11-24-evil-aaaa.yaml <<YAML
date: 2026-11-24
with: evil
how: "${esc}[2Jcoffee"
at: "${over}place"
text: "said ${osc} zebra"
promised: [{what: "${esc}[2Jpromise", by: 2026-11-25}]
YAML
put "contacts/$(printf 'na\033[31mme').yaml" <<YAML
name: A file with an escape
YAML
put contacts/raw.yaml <<YAML
name: Raw
about: $(printf 'here \xc2\x9b31m and \xe2\x80\xae there')
YAML

# Bytes that must not be in an output: controls but line feed and tab, C1, bidi overrides and isolates.
unsafe=$(printf '[\x01-\x08\x0b-\x1f\x7f]|\xc2[\x80-\x9f]|\xe2\x80[\xaa-\xae]|\xe2\x81[\xa6-\xa9]')
clean() {
	if LC_ALL=C grep -Eaq -- "$unsafe" "$tmp/.out" "$tmp/.err"; then
		fail "$1" "$(cat -v "$tmp/.out" "$tmp/.err" | head -n 20)"
	elif [ ! -s "$tmp/.out" ] && [ ! -s "$tmp/.err" ]; then
		fail "$1" "nothing was printed"
	else
		pass "$1"
	fi
}

each() {
	local how=$1
	shift
	for words in "list" "list contacts" "list notes" "list --sort due" "list --ids" "list --json --full" "show evil" \
		"show evil --json" "show 2026-11-24-evil-aaaa" "find zebra" "find zebra --json" "today" "today --json" "today --ids" \
		"check" "check --quiet" "check --json" "status" "daemon reminders evil" "daemon reminders" "edit e" "log e hello" \
		"completion --for -- show e" "completion --for -- list tags:" "list --explain zebra" "list evil:x" "show rename"; do
		# shellcheck disable=SC2086
		run "$@" kith $words
		clean "$how: kith $words"
	done
}
each "in a pipe"
each "on a terminal" "$pty" 80x200 env TERM=xterm KITH_PAGER=cat NO_COLOR=1 EDITOR=true
run "$pty" 80x40 env TERM=xterm NO_COLOR=1 kith show contacts/raw.yaml --raw
clean "on a terminal: kith show --raw"
is "in a pipe --raw is byte for byte" "$(kith show contacts/raw.yaml --raw | cksum)" "$(cksum <contacts/raw.yaml)"

# ---- Very long, and from right to left.

rm -r contacts/evil.yaml contacts/raw.yaml contacts/na*me.yaml notes/2026/11/2026-11-24-evil-aaaa.yaml
long=$(printf 'Verylongname%.0s' {1..400})
printf 'name: %s\ncity: Faro\n' "$long" >contacts/long.yaml
printf 'name: ליאור כהן\ncity: חיפה\norg: Acme\n' >contacts/lior.yaml
printf 'name: 田中由紀\ncity: 東京\norg: Acme\n' >contacts/tanaka.yaml
printf 'name: Jose\xcc\x81 Nu\xcc\x81n\xcc\x83ez\ncity: Vigo\norg: Acme\n' >contacts/jose.yaml

run "$pty" 60x60 env TERM=dumb kith list contacts city:vigo or city:東京 or city:חיפה
is "columns line up by what is seen" "$out" "name        at    in
$(printf 'Jose\xcc\x81 Nu\xcc\x81n\xcc\x83ez')  Acme  Vigo
ליאור כהן   Acme  חיפה
田中由紀    Acme  東京"
run "$pty" 60x60 env TERM=dumb kith list contacts city:faro
is "a long name leaves room for the rest" "$(tail -n 1 <<<"$out")" "$(cut -c1-53 <<<"$long")…  Faro"
for columns in 20 40 80; do
	run "$pty" "${columns}x200" env TERM=dumb kith list contacts
	is "no line of a list is wider than $columns columns" \
		"$(python3 -c '
import sys, unicodedata
def width(c): return 0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1
print(max(sum(map(width, line.rstrip("\n"))) for line in sys.stdin) <= int(sys.argv[1]))' "$columns" <<<"$out")" True
done
run "$pty" 80x200 env TERM=dumb kith show long
is "showing it is no trouble" "$rc" 0

# ---- Out of the store.

mkdir "$tmp/outside"
printf 'name: Outside\nabout: secretword\n' >"$tmp/outside/outside.yaml"
ln -s "$tmp/outside" contacts/link
ln -s "$tmp/outside/outside.yaml" contacts/outside.yaml
mkfifo contacts/pipe.yaml
run kith find secretword
is "links are not followed" "$rc|$out" "1|"
run kith list contacts
is "a pipe for a file stops nothing" "$rc" 0
run kith check --quiet
like "both are told of" "$out" '^contacts/(link|outside\.yaml|pipe\.yaml)'
run env EDITOR=true kith edit contacts/outside.yaml
isnt "a link is not edited" "$rc" 0

done_testing
