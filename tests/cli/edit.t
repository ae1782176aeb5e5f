#!/bin/bash
# kith edit: the editor, and what it left.
. "$(dirname "$0")/../lib.sh"
. "$source_root/tests/cli/small.sh"
small_store
cd "$store" || exit 1

# The editor of these tests: does what $EDIT says with the file.
cat >"$tmp/my editor" <<'SH'
#!/bin/sh
eval "$EDIT"
SH
chmod +x "$tmp/my editor"
export EDITOR="'$tmp/my editor'"

run env EDIT='echo "country: Portugal" >>"$1"' kith edit ana
is "a record is edited in place" "$rc|$out|$err|$(tail -n 1 contacts/ana-silva.yaml)" "0|||country: Portugal"
is "and the next question knows it" "$(kith list country:portugal --ids)" ana-silva
run env EDIT='printf "%s\n" "$#" "$1" >"$TMPDIR/seen"' kith edit contacts/ana-silva.yaml
is "the editor gets the real file, as one word" "$rc|$(cat "$TMPDIR/seen")" "0|1
$store/contacts/ana-silva.yaml"
run env EDIT='sed -i s/Porto/Braga/ "$1"' kith edit mar gar
is "names may be several words" "$rc" 0
run env EDIT='echo "nudges: 1" >>"$1"' kith edit kith.yaml
is "kith.yaml too, and a warning is no error" "$rc|$err" "0|kith.yaml:2:1: warning: 'nudges' is no field that kith knows
    nudges: 1
    ^^^^^^
    hint: it is kept as it is; keys of your own start with x-"

# ---- What is wrong is shown, and saved.

run env EDIT='sed -i "s/^cadence: .*/cadence: oftn/" "$1"' kith edit ana
is "a fault, with line and caret" "$rc|$out|$err" "3||contacts/ana-silva.yaml:8:10: error: cadence: 'oftn' is not a length of time
    cadence: oftn
             ^^^^
    hint: write weekly, monthly, quarterly, yearly, 6 weeks, 90d or never
error: contacts/ana-silva.yaml has 1 error
hint: it is saved as it is; kith edit contacts/ana-silva.yaml opens it again"
is "the file is what the editor left" "$(sed -n 8p contacts/ana-silva.yaml)" "cadence: oftn"
run env EDIT='echo "name: [" >"$1"' kith edit tom
is "a file that cannot be read at all" "$rc" 3
run env EDIT='printf "name: Tom Okafor\n" >"$1"' kith edit tom
is "can be edited again by the name it had" "$rc|$err|$(cat contacts/tom-okafor.yaml)" "0||name: Tom Okafor"
run env EDIT='rm "$1"' kith edit tom
isnt "a file that the editor took away is told" "$rc|$err" "0|"
printf 'name: Tom Okafor\n' >contacts/tom-okafor.yaml

# On a terminal the editor can be opened again at once.
run "$pty" 80x24 env EDIT='if grep -q oftn "$1"; then sed -i s/oftn/weekly/ "$1"; else echo "cadence: oftn" >>"$1"; fi' \
	kith --color never edit tom <<<y
is "edit again: yes" "$rc|$(tail -n 1 contacts/tom-okafor.yaml)" "0|cadence: weekly"
like "after the question" "$out" '^edit again\? \[Y/n\] '
run "$pty" 80x24 env EDIT='sed -i s/weekly/oftn/ "$1"' kith --color never edit tom <<<n
is "edit again: no" "$rc|$(tail -n 1 contacts/tom-okafor.yaml)" "3|cadence: oftn"

# ---- What is certain is offered, on a terminal.

printf '# mine\nname: Tom Okafor\n' >contacts/tom-okafor.yaml
export EDIT='printf "through:   Ana Silva   # who\nresting: next friday\n" >>"$1"'
run "$pty" 100x24 kith --color never edit tom <<<"y
y"
is "words become a date and a name an id, if one says so" "$rc|$(cat contacts/tom-okafor.yaml)" "0|# mine
name: Tom Okafor
through:   ana-silva   # who
resting: 2026-12-04"
like "after a question each" "$out" "contacts/tom-okafor.yaml:4: resting: turn 'next friday' into 2026-12-04\\? \\[Y/n\\] "
printf 'name: Tom Okafor\n' >contacts/tom-okafor.yaml
run "$pty" 100x24 kith --color never edit tom <<<"n
n
n"
is "and not if not" "$rc|$(sed -n 3p contacts/tom-okafor.yaml)" "3|resting: next friday"
printf 'name: Tom Okafor\n' >contacts/tom-okafor.yaml
run kith edit tom
is "without a terminal nothing is asked or changed" "$rc|$(sed -n 3p contacts/tom-okafor.yaml)" "3|resting: next friday"
printf 'name: Tom Okafor\n' >contacts/tom-okafor.yaml
unset EDIT

# ---- Several.

sed -i /oftn/d contacts/*.yaml

run env EDIT='printf "%s\n" "$@" >"$TMPDIR/seen"' kith edit roles:mentor,friend
is "all that match, in one go" "$rc|$(sed 's|.*/||' "$TMPDIR/seen" | sort | tr '\n' ' ')" "0|ana-silva.yaml maria-garcia.yaml "
run env EDIT='printf "%s\n" "$@" >"$TMPDIR/seen"' kith edit groups
is "a whole kind" "$rc|$(sed 's|.*/||' "$TMPDIR/seen" | tr '\n' ' ')" "0|tuesday-circle.yaml "
run env EDIT='printf "%s\n" "$@" >"$TMPDIR/seen"' kith edit tom-okafor ana-silva kith.yaml
is "ids and paths, in the order given" "$rc|$(sed 's|.*/||' "$TMPDIR/seen" | tr '\n' ' ')" "0|tom-okafor.yaml ana-silva.yaml kith.yaml "
run env EDIT='printf "%s\n" "$@" >"$TMPDIR/seen"' kith edit "mar gar, tom"
is "names, with commas between" "$rc|$(sed 's|.*/||' "$TMPDIR/seen" | tr '\n' ' ')" "0|maria-garcia.yaml tom-okafor.yaml "
run env EDIT='for f; do echo "cadence: oftn" >>"$f"; done' kith edit tom-okafor maria-garcia
is "each is checked" "$rc|$(grep -c 'is not a length of time' <<<"$err")|$(tail -n 2 <<<"$err")" "3|2|error: 2 files have errors
hint: they are saved as they are; kith check shows what is wrong"
sed -i /oftn/d contacts/*.yaml
for n in $(seq 21); do printf 'name: Many %s\ntags: many\n' "$n" >"contacts/many-$n.yaml"; done
run env EDIT=: kith edit tags:many
is "more than 20 need a yes" "$rc|$err" "2|error: these are 21 files
hint: kith edit --yes opens them all"
run env EDIT='echo $# >"$TMPDIR/seen"' kith edit --yes tags:many
is "and have it" "$rc|$(cat "$TMPDIR/seen")" "0|21"
rm contacts/many-*.yaml
run env EDIT=: kith edit tags:nobody
is "a query that finds nothing" "$rc|$err" "1|error: nothing matches tags:nobody
hint: kith list --explain shows how a query is read"
run env EDIT=: kith edit citty:x
is "a query that cannot be read" "$rc" 2

# ---- Which editor.

run env VISUAL='echo visual' EDITOR='echo editor' kith edit maria
is "\$VISUAL goes before \$EDITOR" "$rc|$out" "0|visual $store/contacts/maria-garcia.yaml"
mkdir -p "$XDG_CONFIG_HOME/kith"
echo 'editor: echo configured' >"$XDG_CONFIG_HOME/kith/config.yaml"
run env VISUAL='echo visual' kith edit maria
is "the configured one before both" "$rc|$out" "0|configured $store/contacts/maria-garcia.yaml"
rm "$XDG_CONFIG_HOME/kith/config.yaml"
run env EDITOR=no-such-editor kith edit maria
is "one that is not there" "$rc|$(tail -n 2 <<<"$err")" "2|error: the editor could not be started: no-such-editor
hint: set \$EDITOR, or editor in ~/.config/kith/config.yaml"
run env EDITOR=false kith edit maria
is "one that fails" "$rc|$err" "2|error: the editor left with 1: false
hint: what was saved is saved: kith check shows whether it is right"

# ---- Not found.

run kith edit
is "nobody" "$rc|$err" "2|error: kith edit needs to know more
hint: kith edit WHO|PATH|QUERY…"
run kith edit contacts/nobody.yaml
is "a path that is not there" "$rc" 1
echo text >README.md
run kith edit ./README.md
is "a file that is no record" "$rc|$err" "2|error: ./README.md is not a record
hint: records are kith.yaml and the .yaml files in contacts/, notes/ and the like"

# ---- Committed.

store_new "$tmp/repository"
cd "$store" || exit 1
EDIT='sed -i s/09:00/08:00/ "$1"; exit 1' kith edit kith.yaml 2>/dev/null
is "what was changed is committed, even where the editor failed in the end" "$(git status --porcelain)|$(git log -1 --format='%s|%(trailers:key=Kith-Command,valueonly,separator=)')" "|edit kith.yaml|edit"
kith add contact "One Person" --city A >/dev/null && kith add contact "Other Person" --city A >/dev/null
EDIT='for f; do echo "tags: x" >>"$f"; done' kith edit contacts >/dev/null
is "several are one commit" "$(git log -1 --format='%s' --name-only | tr '\n' ' ')|$(git status --porcelain)" "edit 2 files  contacts/one-person.yaml contacts/other-person.yaml |"
head=$(git rev-parse HEAD)
EDIT=: kith edit kith.yaml
is "what was not is not" "$(git rev-parse HEAD)" "$head"

done_testing
