#!/bin/bash
# kith merge-driver, as git calls it: three files, a path, an exit code.
. "$(dirname "$0")/../lib.sh"

mkdir -p "$tmp/work/contacts"
cd "$tmp/work" || exit 1

# drive PATH: merges base, ours and theirs; the result is in ours.
drive() {
	run kith merge-driver base ours theirs "$1"
}

texts() {
	printf "$1" >base
	printf "$2" >ours
	printf "$3" >theirs
}

texts 'name: Ana\ncity: Porto\n' 'name: Ana\ncity: Faro\n' 'name: Ana\ncity: Porto\nlevel: lead\n'
drive contacts/ana.yaml
is "different fields are both taken" "$rc|$out|$err|$(cat ours)" "0|||name: Ana
city: Faro
level: lead"

texts 'name: Ana\ncity: Porto\n' 'name: Ana\ncity: Faro\n' 'name: Ana\ncity: Braga\n'
drive contacts/ana.yaml
is "one field: the other value is kept, and told of" "$rc|$out|$err|$(cat ours)" \
	"0||kith: contacts/ana.yaml: one field was written on both sides, both values are kept: kith conflicts|name: Ana
city: Faro
conflicts:
  - {field: city, kept: [Braga]}"
mv ours first
texts 'name: Ana\ncity: Porto\n' 'name: Ana\ncity: Braga\n' 'name: Ana\ncity: Faro\n'
drive contacts/ana.yaml
ok "the same whichever side is ours" cmp first ours

: >base
printf 'name: Ana\ncity: Faro\n' >ours
printf 'name: Ana\nlevel: lead\n' >theirs
drive contacts/ana.yaml
is "both added it" "$rc|$(sort ours | tr '\n' ' ')" "0|city: Faro level: lead name: Ana "

# ---- What cannot be read.

texts 'name: Ana\ncity: Porto\n' 'name: Ana\ncity: Faro\n' 'name: Ana\ncity: [Braga\n'
drive contacts/ana.yaml
is "a side that cannot be read: exit 4, and in words" "$rc|$(grep -v '^kith:' <<<"$err")" \
	"4|error: contacts/ana.yaml: one of the two versions cannot be read as a record
hint: kith conflicts shows how they differ; make it right, then git add it"
aside=$(echo conflicts/*)
like "the text is kept under a name that says whose it is" "$aside" '^conflicts/ana-[0-9a-f]{12}\.txt$'
is "to the byte" "$(cat "$aside")" "name: Ana
city: [Braga"
is "which is the one that git has for the text, as when trees are merged" "$aside" "conflicts/ana-$(git hash-object "$aside" | cut -c1-12).txt"
is "the other is in place" "$(cat ours)" "name: Ana
city: Faro"
texts 'name: Ana\ncity: Porto\n' 'name: Ana\ncity: Faro\n' 'name: Ana\ncity: [Braga\n'
drive contacts/ana.yaml
is "the same text: the same name" "$rc|$(ls conflicts | wc -l)" "4|1"
echo '# looked at' >>"$aside"
texts 'name: Ana\ncity: Porto\n' 'name: Ana\ncity: Faro\n' 'name: Ana\ncity: [Braga\n'
drive contacts/ana.yaml
is "what a person wrote into it stays: the name gets longer" "$rc|$(ls conflicts | sed 's/[0-9a-f]*.txt$//' | sort -u)|$(tail -n 1 "$aside")" "4|ana-|# looked at"
is "by four digits" "$(ls conflicts | awk '{ print length($0) }' | sort -n | tr '\n' ' ')" "20 24 "
rm conflicts/*
drive contacts/ana.yaml
texts 'name: Ana\ncity: [Porto\n' 'name: Ana\ncity: [Porto\n' 'name: Ana\ncity: [Braga\n'
drive contacts/ana.yaml
is "one side as it was: the other, read or not" "$rc|$(cat ours)" "0|name: Ana
city: [Braga"

rm -r conflicts
mkdir "$tmp/elsewhere"
ln -s "$tmp/elsewhere" conflicts
texts 'name: Ana\ncity: Porto\n' 'name: Ana\ncity: Faro\n' 'name: Ana\ncity: [Braga\n'
drive contacts/ana.yaml
is "a link is not written through" "$rc|$err|$(ls "$tmp/elsewhere")" "6|error: conflicts is no folder
hint: put it out of the way; the file has one side only; git merge --abort, or rebase --abort, and merge again|"
rm conflicts

texts 'name: Ana\ncity: Porto\n' 'name: Ana\ncity: Faro\n' 'name: Ana\ncity: [Braga\n'
drive $'contacts/a\e[31mna.yaml'
unlike "a path cannot steer the terminal" "$err" $'\e'
rm -rf conflicts

# ---- Other files.

texts 'one\ntwo\nthree\n' 'ONE\ntwo\nthree\n' 'one\ntwo\nTHREE\n'
drive letters/draft.txt
is "another file: by line" "$rc|$(cat ours)" "0|ONE
two
THREE"
texts 'one\n' 'eins\n' 'uno\n'
drive letters/draft.txt
is "the same line: exit 4" "$rc|$(grep -c 'changed the same lines' <<<"$err")" "4|1"
is "and both are there" "$(cat ours conflicts/* | sort | tr '\n' ' ')" "eins uno "
texts 'a: {done: 2026-03-14}\n' 'a: {done: 2026-03-14}\nb: {done: 2026-03-15}\n' 'a: {done: 2026-03-14}\nc: {done: 2026-03-16}\n'
drive .kith/reminders.yaml
is "reminders: by key" "$rc|$(sort ours | tr '\n' ' ')" "0|a: {done: 2026-03-14} b: {done: 2026-03-15} c: {done: 2026-03-16} "

# ---- Versions.

texts 'name: Ana\ncity: Porto\n' 'name: Ana\ncity: Faro\n' 'name: Ana\ncity: Braga\n'
echo 'merge_version: 1' >kith.yaml
drive contacts/ana.yaml
is "our version: merged" "$rc" 0
texts 'name: Ana\ncity: Porto\n' 'name: Ana\ncity: Faro\n' 'name: Ana\ncity: Braga\n'
echo 'merge_version: 9' >kith.yaml
drive contacts/ana.yaml
is "a newer one: refused, and nothing written" "$rc|$err|$(cat ours)" "4|error: kith.yaml says merge_version 9; this kith merges by 1
hint: install the kith that your other machines have; the file has one side only; git merge --abort, or rebase --abort, and merge again|name: Ana
city: Faro"
rm kith.yaml

# ---- Wrong calls.

status_is "too few words" 2 kith merge-driver base ours theirs
status_is "a file that is not there" 6 kith merge-driver base ours nowhere contacts/ana.yaml

done_testing
