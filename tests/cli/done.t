#!/bin/bash
# kith done: promises and reminders finished where they are written.
. "$(dirname "$0")/../lib.sh"
. "$source_root/tests/cli/small.sh"
small_store
cd "$store" || exit 1
put contacts/maria-garcia.yaml <<'YAML'
name: María García
cadence: monthly
met: 2026-09-01
birthday: 1970-11-25
remind:
  - text: ask how the move went   # she was tired
    date: 2026-11-25
  - {text: water her plants, date: 2026-11-02, every: weekly, until: 2026-12-31}
YAML
put notes/2026/11/2026-11-22-tom-okafor-cccc.yaml <<'YAML'
date: 2026-11-22
with: tom-okafor
promised:
  - return the ladder
  - what: a list of printers
    by_whom: tom-okafor
    to: me
    by: 2026-11-30
  - {what: lend him the book, to: tom-okafor, by: 2026-11-23, done: 2026-11-24}
YAML
kith list --ids >/dev/null
cp -r "$store" "$tmp/before"

changed_lines() {
	diff -r -x .kith -U0 "$tmp/before" "$store" | grep -E '^[-+]' | grep -vE '^(---|\+\+\+) '
}

# finishes NAME WANT-OUT WANT-LINES WORD…: the words change these lines; then everything is as before again.
finishes() {
	local name=$1 want=$2 lines=$3
	shift 3
	run kith done "$@"
	is "$name" "$rc|$err|$out" "0||$want"
	is "$name: in the file" "$(changed_lines)" "$lines"
	rm -rf "${store:?}"/* && cp -r "$tmp/before/." "$store"
}

run kith done
is "everything that is open, by day, with a way to name each" "$rc|$err|$out" "0||María García: water her plants, since Mon 23 Nov
  kith done maria-garcia water her plants
María García: ask how the move went, today
  kith done maria-garcia ask how the move
You promised Ana Silva: send the trail map, by Fri 27 Nov
  kith done ana-silva send the trail map
Tom Okafor promised you: a list of printers, by Mon 30 Nov
  kith done tom-okafor a list of printers
Ana Silva promised you: lend her notes on signs
  kith done ana-silva lend her notes on
You promised Tom Okafor: return the ladder
  kith done tom-okafor return the ladder"
while read -r command; do
	run bash -c "$command -n"
	is "$command finishes one" "$rc" 0
done < <(grep '^  kith' <<<"$out")
is "as JSON" "$(kith done --json | jq -c '[.count, (.open[] | [.source, .what, .day, .mine])]')" \
	'[6,["remind","water her plants","2026-11-23",true],["remind","ask how the move went","2026-11-25",true],["promise","send the trail map","2026-11-27",true],["promise","a list of printers","2026-11-30",false],["promise","lend her notes on signs",null,false],["promise","return the ladder",null,true]]'

finishes "a promise of mine" "→ done: send the trail map (Wed 25 Nov)" "+    done: 2026-11-25" ana trail
finishes "one of theirs" "→ done: lend her notes on signs (Wed 25 Nov)" "+    done: 2026-11-25" "ana silva" her NOTES
finishes "without a name" "→ done: a list of printers (Wed 25 Nov)" "+    done: 2026-11-25" printers
finishes "on another day" "→ done: a list of printers (Tue 24 Nov)" "+    done: 2026-11-24" tom list --when yesterday
finishes "let go of" "→ released: a list of printers (Wed 25 Nov)" "+    released: 2026-11-25" tom list --released
finishes "one that was only a line" "→ done: return the ladder (Wed 25 Nov)" "-  - return the ladder
+  - what: return the ladder
+    done: 2026-11-25" tom ladder
finishes "a reminder" "→ done: ask how the move went (Wed 25 Nov)" "+    done: 2026-11-25" maria move
finishes "one that repeats" "→ done: water her plants (Wed 25 Nov)
→ it comes again on Mon 30 Nov" "-  - {text: water her plants, date: 2026-11-02, every: weekly, until: 2026-12-31}
+  - {text: water her plants, date: 2026-11-02, every: weekly, until: 2026-12-31, done: 2026-11-25}" plants
KITH_NOW=2027-01-04 finishes "one that repeats no more" "→ done: water her plants (Mon 4 Jan)
→ it does not come again" "-  - {text: water her plants, date: 2026-11-02, every: weekly, until: 2026-12-31}
+  - {text: water her plants, date: 2026-11-02, every: weekly, until: 2026-12-31, done: 2027-01-04}" plants
finishes "by the note it stands in" "→ done: send the trail map (Wed 25 Nov)" "+    done: 2026-11-25" 2026-10-01-ana-silva-aaaa send

like "what is due today" "$(kith today)" "ask how the move went"
kith done maria move >/dev/null
unlike "is not when it is done" "$(kith today)" "ask how the move went"
is "and not listed any more" "$(kith done --json | jq .count)" 5
rm -rf "${store:?}"/* && cp -r "$tmp/before/." "$store"

run kith done tom ladder -n
is "-n shows the difference" "$rc|$(grep -E '^[-+→n]' <<<"$out" | grep -vE '^(---|\+\+\+)')|$(changed_lines)" "0|-  - return the ladder
+  - what: return the ladder
+    done: 2026-11-25
→ done: return the ladder (Wed 25 Nov)
nothing was written (-n)|"
is "the result as JSON" "$(kith done plants -n --json | jq -c '[.written, .done, .finished.what, .next]')" \
	'[false,"2026-11-25","water her plants","2026-11-30"]'
is "and as an id" "$(kith done ladder -n --ids)" 2026-11-22-tom-okafor-cccc

# ---- On a terminal one is chosen.

run "$pty" 80x24 kith done ana <<<2
is "by its number" "$rc|$(changed_lines)|$(grep -o 'done: lend her notes on signs' <<<"$out")" "0|+    done: 2026-11-25|done: lend her notes on signs"
rm -rf "${store:?}"/* && cp -r "$tmp/before/." "$store"
run "$pty" 80x24 kith done <<<3
is "also of everything" "$rc|$(grep -o 'done: send the trail map' <<<"$out")" "0|done: send the trail map"
rm -rf "${store:?}"/* && cp -r "$tmp/before/." "$store"
run "$pty" 80x24 kith done <<<""
is "or none" "$rc|$(changed_lines)" "130|"
run kith done ana </dev/null
is "without one, several are told" "$rc|$out|$err" "2||error: 'ana' may be several
    You promised Ana Silva: send the trail map, by Fri 27 Nov
        kith done ana-silva send the trail map
    Ana Silva promised you: lend her notes on signs
        kith done ana-silva lend her notes on
hint: write more of its words"

# ---- Refused, and nothing written.

rm -rf "${store:?}"/* && cp -r "$tmp/before/." "$store"
refused() {
	local name=$1 want=$2
	shift 2
	run kith done "$@"
	is "$name" "$rc|$out|$err" "$want"
}
refused "nothing of the sort" "1||error: nothing open is about 'xyzzy', and nobody is called so
hint: kith done lists what is open" xyzzy
refused "nobody with anything open" "1||error: nothing is open with Halina Wrona that kith done finishes
hint: kith done lists what is open" halina
refused "words that do not fit" "1||error: nothing open with Tom Okafor is meant by that
    Tom Okafor promised you: a list of printers, by Mon 30 Nov
        kith done tom-okafor a list of printers
    You promised Tom Okafor: return the ladder
        kith done tom-okafor return the ladder
hint: name it by its words" tom umbrella
refused "a day that is to come" "2||error: --when tomorrow has not been yet
hint: kith done says what was finished: --when yesterday" tom ladder --when tomorrow
refused "a reminder released" "2||error: only a promise is released; 'ask how the move went' is a reminder
hint: leave --released out" maria move --released
kith done maria move >/dev/null && kith done maria plants >/dev/null
run kith done maria
is "what comes again later takes more than a name" "$rc|$(sed -n '2,3p' <<<"$err")" "1|    María García: water her plants, on Mon 30 Nov
        kith done maria-garcia water her plants"
is "what is finished in another way is said" "$rc|$(grep -c 'kith log maria-garcia' <<<"$err")|$(grep -c 'by itself' <<<"$err")" "1|1|1"

# ---- Written into the file as it is now.

rm -rf "${store:?}"/* && cp -r "$tmp/before/." "$store"
sed -i 's/^promised:/promised:\n  - first of all/' notes/2026/11/2026-11-22-tom-okafor-cccc.yaml
run kith done tom ladder
is "an entry that has moved" "$(grep -A1 ladder notes/2026/11/2026-11-22-tom-okafor-cccc.yaml)" "  - what: return the ladder
    done: 2026-11-25"

# ---- Committed, with the way back.

store_new "$tmp/repository"
cd "$store" || exit 1
kith add contact "Zoë Lind" >/dev/null
kith promise zoe "a postcard" --by friday >/dev/null
id=$(kith list notes --ids)
run kith done zoe
is "one commit" "$rc|$(git log -1 --format='%s|%(trailers:key=Kith-Command,valueonly,separator=)')|$(git status --porcelain)" "0|done in $id|done|"
is "with the way back" "$(tail -n 1 <<<"$out")" "undo: kith undo"

done_testing
