#!/bin/bash
# kith log: a conversation in one line.
. "$(dirname "$0")/../lib.sh"
. "$source_root/tests/cli/small.sh"
small_store
cd "$store" || exit 1

newest() {
	find notes -name '*.yaml' -newer "$tmp/mark" | head -n 1
}
touch -d '2026-01-01' "$tmp/mark"
find notes -name '*.yaml' -exec touch -d '2025-01-01' {} +

run kith log ana Walked the river. She starts in spring.
is "a note of today" "$rc|$err|$(sed 1q <<<"$out")" "0||→ note 2026-11-25 with Ana Silva: Walked the river. She starts in spring."
like "and where it is" "$(sed -n 2p <<<"$out")" '^notes/2026/11/2026-11-25-ana-silva-[a-z0-9]{4}\.yaml$'
is "its file" "$(cat "$(newest)")" '# yaml-language-server: $schema=../../../.kith/schema/note.json
date: 2026-11-25
with: ana-silva
text: Walked the river. She starts in spring.'
is "it is found at once" "$(kith find river | wc -l)" 1
rm "$(newest)"

run kith log tom,ana "Planned it" --when yesterday --how call --topics "maps, talks" --gave "an hour" --got "a name: Zoë" \
	--promise "send the outline" --by friday --promise "ask about the room" --asked "who pays?"
is "everything, with what was understood" "$rc|$err|$(sed '$d' <<<"$out")" "0||→ note 2026-11-24 with Tom Okafor and Ana Silva (call): Planned it
→ topics: maps
→ topics: talks
→ gave: an hour
→ got: a name: Zoë
→ promise: send the outline, by Fri 27 Nov
→ promise: ask about the room
→ asked: who pays?"
is "its file" "$(cat "$(newest)")" '# yaml-language-server: $schema=../../../.kith/schema/note.json
date: 2026-11-24
with: [tom-okafor, ana-silva]
how: call
text: Planned it
topics: [maps, talks]
gave:
  - an hour
got:
  - "a name: Zoë"
asked:
  - who pays?
promised:
  - what: send the outline
    by: 2026-11-27
  - ask about the room'
rm "$(newest)"

run kith log ana "x" --promise "a map" --promise "a letter" --by 2026-12-01 -n --json
is "a promise to one person names them" "$(jq -c .record.promised <<<"$out")" \
	'[{"what":"a map","to":"ana-silva"},{"what":"a letter","to":"ana-silva","by":"2026-12-01"}]'
is "and -n has written nothing" "$(jq .written <<<"$out")|$(newest)" "false|"
run kith log ana Dinner --when "tomorrow 19:30" -n
is "a plan" "$out" "→ plan 2026-11-26 19:30 with Ana Silva: Dinner
nothing was written (-n)"
run kith log "tuesday circle" "All there." --at tuesday -n
is "with a group, at a place" "$out" "→ note 2026-11-25 with The Tuesday Circle: All there.
→ at: tuesday
nothing was written (-n)"
run kith log ana --how call -n
is "a word of how is enough" "$rc" 0
is "names twice are one" "$(kith log ana,ana-silva,tom x -n --json | jq -c .record.with)" '["ana-silva","tom-okafor"]'

printf 'first line\n\n  second: "line" # here\n' | run kith log ana -
is "text from standard input" "$rc" 0
printf 'first line\n\n  second: "line" # here\n' | kith log ana - >"$tmp/said"
is "is echoed by its first line" "$(sed 1q "$tmp/said")" "→ note 2026-11-25 with Ana Silva: first line …"
is "and kept as it was" "$(kith show "$(sed -n 2p "$tmp/said")" --json | jq -r .record.text)" 'first line

  second: "line" # here'
head -c 2000000 /dev/zero | tr '\0' a | kith log ana - >/dev/null 2>"$tmp/err"
is "too much of it is refused" "$?|$(cat "$tmp/err")" "2|error: the text is too long for one note"
printf 'a\0b' | kith log ana - >/dev/null 2>"$tmp/err"
is "a NUL in it is refused" "$?|$(sed 1q "$tmp/err")" "2|error: the text holds a NUL byte"

# ---- Refused, and nothing written.

files=$(find . -type f | sort)
refused() {
	local name=$1 want=$2
	shift 2
	run kith log "$@"
	is "$name" "$rc|$out|$err" "$want"
}
refused "nobody" '2||error: kith log needs to know more
hint: kith log WHO[,WHO] TEXT…'
refused "nothing said" '2||error: what was said?
hint: kith log ana "Walked the river. She starts in spring."' ana
refused "only blanks said" '2||error: what was said?
hint: kith log ana "Walked the river. She starts in spring."' ana '  '
refused "somebody unrecorded" "1||error: nobody recorded is called 'Nadia Haddad'
hint: kith add contact \"Nadia Haddad\"" "Nadia Haddad" hi
refused "a name that would break out of the hint" "1||error: nobody recorded is called '\"; rm -rf'
hint: kith add contact \"Their Name\"" '"; rm -rf' hi
refused "a name only written alike" "1||error: nobody recorded is called 'marai garcia'
hint: did you mean María García (maria-garcia)? Else: kith add contact \"marai garcia\"" "marai garcia" hi
refused "an empty name among others" "2||error: a name is empty in 'ana,,tom'
hint: write names with a comma between: ana,tom" ana,,tom hi
refused "a day that is none" "2||error: --when '2026-11-31': November 2026 has 30 days
hint: write 2026-11-30 or 2026-12-01" ana hi --when 2026-11-31
refused "--by without a promise" '2||error: --by friday has no promise before it
hint: --promise "send the outline" --by friday' ana hi --by friday
refused "--by twice" '2||error: --by monday has no promise before it
hint: --promise "send the outline" --by monday' ana hi --promise x --by friday --by monday
refused "a --by that is no day" "2||error: promised.by: 'soonish' is not a date
hint: write 2026-11-25, tomorrow, next friday, in 3 weeks or 25 nov" ana hi --promise x --by soonish
run kith log ana hi --for nothing-of-the-sort
is "a --for that is nothing" "$rc|$out" "1|"
run kith log contacts/ana-silva.yaml hi -n
is "a path names somebody too" "$rc" 0
run kith log notes/2026/10/2026-10-01-ana-silva-aaaa.yaml hi
is "but not a note" "$rc|${err%%$'\n'*}" "2|error: 2026-10-01-ana-silva-aaaa is a note"
is "nothing was written by any of them" "$(find . -type f | sort)" "$files"

# ---- A disk that takes nothing: no byte can be written, as if it were full.

full() {
	# The output goes through a pipe; a file would take none either.
	out=$(trap '' XFSZ && ulimit -f 0 && kith "$@" 2>&1; echo "rc $?")
}
folders=$(find . -type d | sort)
full log ana hi --when 2019-03-01
like "a note that cannot be written is told" "$out" '^error: cannot write .*/notes/2019/03/'
is "with the code for it" "${out##*$'\n'}" "rc 6"
is "and leaves no folder behind" "$(find . -type d | sort)" "$folders"
mv notes "$tmp/notes"
full log ana hi
is "nor the kind's own folder" "$(test -e notes; echo $?)" 1
mkdir notes
full log ana hi
is "but one that was there stays" "$(find notes)" notes
rmdir notes
mv "$tmp/notes" notes
is "nothing was written by any of them" "$(find . -type f | sort)" "$files"

# ---- Committed, or not, but saved.

store_new "$tmp/repository"
cd "$store" || exit 1
kith add contact "Zoë Lind" --city Turku >/dev/null
run kith log zoe "Hello."
is "without a daemon it is committed" "$(git log -1 --format='%s|%(trailers:key=Kith-Command,valueonly,separator=)')|$(git status --porcelain)" "note with zoe-lind|log|"
git checkout -q --detach
run kith log zoe "While git is busy."
is "what cannot be committed is saved" "$rc|$(kith find busy | wc -l)" "0|1"
is "with a warning that says why and the way out" "$err" "warning: saved, but not committed yet: no branch is checked out (git switch main)"

done_testing
