#!/bin/bash
# kith completion: what may stand where.
. "$(dirname "$0")/../lib.sh"
. "$source_root/tests/cli/small.sh"
small_store
cd "$store" || exit 1
kith list --ids >/dev/null

# completes NAME WANT WORD…: the candidates for the last word.
completes() {
	local name=$1 want=$2
	shift 2
	run kith completion --for -- "$@"
	is "$name" "$(cut -f1 <<<"$out" | tr '\n' ' ')|$err" "$want |"
}
completes "commands" "list log" l
completes "global options" "--store --stale-ok" --st
completes "options of a command" "--sort --store --stale-ok" list --s
completes "behind global options" "list log" --store "$store" l
completes "kinds" "group goal" add g
completes "fields of the kind" "--cadence" add contact X --cad
completes "values of a field" "monthly" add contact X --cadence m
completes "words in use, and behind a comma" "mentor,connector" add contact X --roles mentor,co
completes "an option with =" "--color=always" list --color=al
completes "orders" "name date last due" list --sort ''
completes "ids" "ana-silva" show ana
completes "ids of several people" "ana-silva,tom-okafor" log ana-silva,to
completes "only people in log" "tom-okafor" log to
completes "kinds and fields in a query" "roles:" list ro
completes "values in a query" "roles:mentor" list roles:me
completes "words with blanks in quotes" 'topics:"trail map"' list topics:tr
completes "references in a query" "with:tom-okafor" list with:tom
completes "kinds of has" "has:birthday" list has:birth
completes "verbs of the daemon" "start stop status" daemon st
completes "whom reminders are about" "maria-garcia" daemon reminders mar
completes "shells" "zsh" completion z
completes "fields behind a name" "cadence=" set ana-silva ca
completes "lists take more" "skills+=" set ana-silva sk
completes "values of a field that is set" "cadence=monthly" set ana-silva cadence=m
completes "several of a list" "roles+=mentor,peer" set ana-silva roles+=mentor,pe
completes "keys of entries" "knows.who= knows.as= knows.since=" set ana-silva knows.
completes "fields of the record's kind" "members+=" set tuesday-circle mem
completes "fields of kith.yaml" "targets.roles+=" set kith.yaml targets.r
completes "a query behind a kind" "city= city:" set contacts cit
completes "whom it is with" "ana-silva" done an
completes "fields of a note" "--links" log ana --lin
completes "who promised" "ana-silva" promise ana x --by-whom an
completes "nothing for text" "" log ana-silva hel
run kith completion --for -- check ''
is "files are the shell's to complete" "$rc" 1
run kith completion --for -- show ana
like "candidates say what they are" "$out" $'^ana-silva\tAna Silva$'
run kith --store /nonexistent completion --for -- show ana
is "without a store there is only less to offer" "$err" ""

for shell in bash zsh fish; do
	run kith completion "$shell"
	is "a script for $shell" "$rc|$(grep -c 'kith completion --for' <<<"$out")" "0|1"
	if command -v "$shell" >/dev/null; then
		ok "which $shell can read" "$shell" -n <(printf '%s\n' "$out")
	else
		skip "which $shell can read" "$shell is not installed"
	fi
done
run kith completion powershell
is "another shell" "$rc|$err" "2|error: there is no completion for 'powershell'
hint: kith completion bash, zsh or fish"

# The function in bash, as the shell calls it.
cat >"$tmp/ask" <<'SH'
source <(kith completion bash)
compopt() { :; }
COMP_LINE=$1 COMP_POINT=${#1} COMPREPLY=()
_kith
printf '%s\n' "${COMPREPLY[@]}"
SH
is "bash replaces what is behind the colon" "$(bash "$tmp/ask" "kith list roles:me")" mentor
is "and escapes what needs it" "$(bash "$tmp/ask" "kith list topics:tr")" '\"trail\ map\"'
is "a whole word elsewhere" "$(bash "$tmp/ask" "kith sho")" show
is "an empty word" "$(bash "$tmp/ask" "kith completion " | tr '\n' ' ')" "bash zsh fish "

done_testing
