#!/bin/bash
# kith gave, got, promise, and the options of kith log: every field of a note from one line.
. "$(dirname "$0")/../lib.sh"
. "$source_root/tests/cli/small.sh"
small_store
cd "$store" || exit 1
cp -r "$store" "$tmp/before"

# notes NAME WANT-OUT WANT-FILE WORD…: the note that the words make, without its first line; then it is gone again.
notes() {
	local name=$1 want=$2 file=$3 made
	shift 3
	run kith "$@"
	made=$(cd "$store" && diff -rq "$tmp/before" . | sed -n 's/^Only in \(\.\/notes.*\): \(.*\.yaml\)$/\1\/\2/p; s/^Only in \.\/notes\(.*\): \(..\)$/.\/notes\1\/\2/p' | head -n 1)
	[ -d "$made" ] && made=$(find "$made" -name '*.yaml')
	is "$name" "$rc|$err|$(grep '^→' <<<"$out")" "0||$want"
	is "$name: its file" "$(grep -v '^# yaml' "$made")" "$file"
	is "$name: no fault" "$(kith check -q "$made" 2>/dev/null)" ""
	rm -f "$made"
}

notes "what was given" "→ note 2026-11-25 with Ana Silva
→ gave: an introduction to the hiring lead, hours 2" 'date: 2026-11-25
with: ana-silva
gave:
  - what: an introduction to the hiring lead
    hours: "2"' gave ana an introduction to the hiring lead --hours 2
notes "what was got" "→ note 2026-11-24 with Tom Okafor (call)
→ got: feedback on the talk" 'date: 2026-11-24
with: tom-okafor
how: call
got:
  - feedback on the talk' got tom "feedback on the talk" --when yesterday --how call
notes "a promise" "→ note 2026-11-25 with Ana Silva
→ promise: send the map, by Fri 27 Nov" 'date: 2026-11-25
with: ana-silva
promised:
  - what: send the map
    to: ana-silva
    by: 2026-11-27' promise ana "send the map" --by friday
notes "a promise of theirs is to me" "→ note 2026-11-25 with Ana Silva
→ promise: the second chapter, by whom Ana Silva, by Wed 9 Dec" 'date: 2026-11-25
with: ana-silva
promised:
  - what: the second chapter
    by_whom: ana-silva
    to: me
    by: 2026-12-09' promise ana "the second chapter" --by-whom ana --by "in 2 weeks"
notes "a promise between two others" "→ note 2026-11-25 with Ana Silva and Tom Okafor
→ promise: ring her, by whom Tom Okafor, to Ana Silva" 'date: 2026-11-25
with: [ana-silva, tom-okafor]
promised:
  - what: ring her
    by_whom: tom-okafor
    to: ana-silva' promise ana,tom "ring her" --by-whom tom --to ana
notes "options belong to the last thing before them that has them" "→ note 2026-11-25 with Ana Silva: A walk
→ promise: a map, by Fri 27 Nov
→ gave: a book, hours 1
→ promise: a letter, by Sat 28 Nov" 'date: 2026-11-25
with: ana-silva
text: A walk
gave:
  - what: a book
    hours: "1"
promised:
  - what: a map
    to: ana-silva
    by: 2026-11-27
  - what: a letter
    to: ana-silva
    by: 2026-11-28' log ana "A walk" --promise "a map" --gave "a book" --by friday --hours 1 --promise "a letter" --by saturday
notes "people introduced, with consent" "→ note 2026-11-25 with Ana Silva and Tom Okafor: They met.
→ introduced: Ana Silva
→ introduced: Tom Okafor
→ consent: Ana Silva, said yes
→ consent: Tom Okafor, said later" 'date: 2026-11-25
with: [ana-silva, tom-okafor]
text: They met.
introduced: [ana-silva, tom-okafor]
consent:
  - who: ana-silva
    said: "yes"
  - who: tom-okafor
    said: later' log ana,tom They met. --introduced ana,tom --consent ana --said yes --consent tom --said later
notes "what came of it" "→ note 2026-11-25 with Ana Silva: Done.
→ outcome: the sign hangs, kind delivery, hours 3, gain nobody gets lost, thanks to Tom Okafor, thanks to Ana Silva" \
	'date: 2026-11-25
with: ana-silva
text: Done.
outcomes:
  - what: the sign hangs
    kind: delivery
    hours: "3"
    gain: nobody gets lost
    thanks_to: [tom-okafor, ana-silva]' \
	log ana Done. --outcome "the sign hangs" --kind delivery --hours 3 --gain "nobody gets lost" --thanks-to tom,ana
notes "a reminder, and what every record has" "→ note 2026-11-25 with Ana Silva: Hm.
→ remind: ask again, date Mon 30 Nov, every monthly
→ private: yes
→ tags: x
→ tags: y z
→ links: https://a.example
→ about: more" 'date: 2026-11-25
with: ana-silva
text: Hm.
tags: [x, y z]
links: https://a.example
about: more
remind:
  - text: ask again
    date: 2026-11-30
    every: monthly
private: yes' log ana Hm. --remind "ask again" --on "next monday" --every monthly --private --tags "x,y z" \
	--links https://a.example --about more
notes "who else was there" "→ note 2026-11-25 with Ana Silva and Tom Okafor: Hm." 'date: 2026-11-25
with: [ana-silva, tom-okafor]
text: Hm.' log ana Hm. --with tom
is "as JSON, not written" "$(kith gave ana tea --hours 1 --json -n | jq -c '[.written, .record.gave]')" \
	'[false,[{"what":"tea","hours":"1"}]]'

refused() {
	local name=$1 want=$2
	shift 2
	run kith "$@"
	is "$name" "$rc|$out|$err" "$want"
}
refused "nothing given" '2||error: what did you give?
hint: kith gave ana "an introduction to the hiring lead"' gave ana
refused "nothing promised, whatever else is said" '2||error: what was promised?
hint: kith promise ana "send the map"' promise ana --how call
refused "nobody" '2||error: kith got needs to know more
hint: kith got WHO[,WHO] TEXT…' got
refused "hours of nothing" '2||error: --hours 2 has no gave, got, asked or outcome before it
hint: --gave "what it was" --hours 2' log ana hi --hours 2
refused "an end of nothing" '2||error: --by friday has no promise before it
hint: --promise "send the outline" --by friday' gave ana tea --by friday
refused "a kind there is not" "2||error: outcomes.kind: 'luck' is not one of the words it may be
hint: it is one of: delivery, innovation, career, retention, learning, other" log ana hi --outcome x --kind luck
refused "the text twice" '2||error: text is given twice
hint: it holds one value' log ana hi --text there
is "nothing was written by any of them" "$(diff -rq -x .kith "$tmp/before" "$store")" ""

store_new "$tmp/repository"
cd "$store" || exit 1
kith add contact "Zoë Lind" >/dev/null
run kith promise zoe "a postcard" --by friday
is "one commit, by its own name" "$(git log -1 --format='%s|%(trailers:key=Kith-Command,valueonly,separator=)')|$(git status --porcelain)" "note with zoe-lind|promise|"
is "with the way back" "$(tail -n 1 <<<"$out")" "undo: kith undo"

done_testing
