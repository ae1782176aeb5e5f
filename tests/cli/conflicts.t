#!/bin/bash
# kith conflicts: what lost a merge is listed with who wrote it, and settled by a word or a key.
. "$(dirname "$0")/../lib.sh"
. "$source_root/tests/cli/small.sh"
small_store
cd "$store" || exit 1

run kith conflicts
is "nothing waits" "$rc|$out|$err" "0|Nothing waits.|"
run kith conflicts --json
is "nor for programs" "$rc|$out" '0|{"version":1,"count":0,"conflicts":[],"git_asks":[]}'
unlike "kith today says nothing of it" "$(kith today)" conflicts

# ---- A record with a history, and a second one.

# at HOUR NAME: everything is committed, then, by them.
at() {
	git add -A
	GIT_AUTHOR_DATE=2026-11-20T$1:00:00Z GIT_COMMITTER_DATE=2026-11-20T$1:00:00Z \
		git -c "user.name=$2" -c "user.email=$2@example.org" commit -qm "by $2"
}

git init -q
put contacts/rui-faria.yaml <<'YAML'
# a friend of Ana's
name: Rui Faria
city: Porto
level: lead       # for now
remind:
  - text: send the draft
    date: 2026-12-05
YAML
kith init >/dev/null
at 08 Ana
sed -i 's/^city: .*/city: Braga/; s/^level.*/level: senior/' contacts/rui-faria.yaml
at 09 Ben
sed -i 's/^city: .*/city: Faro/; /^level/d; s/12-05/12-11/' contacts/rui-faria.yaml
at 10 Carla
sed -i '/^city/a level: senior' contacts/rui-faria.yaml
cat >>contacts/rui-faria.yaml <<'YAML'
conflicts:
  - {field: city, kept: [Aveiro, Braga]}
  - {field: level, deleted: true}
  - {field: "remind[send the draft].date", kept: [2026-12-05]}
YAML
at 11 Dora
put notes/2026/11/2026-11-20-rui-faria-cccc.yaml <<'YAML'
with: [rui-faria]
date: 2026-11-20
text: |
  one
  two
  three
conflicts:
  - {field: text, kept: ["one\nTWO\nthree"]}
YAML

# ---- Listing.

run kith conflicts rui
is "who wrote what, and when" "$rc|$out|$err" "4|Rui Faria  contacts/rui-faria.yaml
  city
    0  Faro    shown; Carla, 20 Nov 11:00
    1  Aveiro  Dora, 20 Nov 12:00
    2  Braga   Ben, 20 Nov 10:00
  level
    0  senior   shown; Dora, 20 Nov 12:00
    d  deleted  Carla, 20 Nov 11:00
  remind[send the draft].date
    0  2026-12-11 (Fri 11 Dec)  shown; Carla, 20 Nov 11:00
    1  2026-12-05 (Sat 5 Dec)   Ana, 20 Nov 09:00

kith conflicts rui-faria city --keep 1|"
run kith conflicts rui remind
is "one field, by its beginning" "$(sed -n 2p <<<"$out")|$(tail -n 1 <<<"$out")" \
	"  remind[send the draft].date|kith conflicts rui-faria 'remind[send the draft].date' --keep 1"
run kith conflicts kind:note
is "by a query; a text is shown as lines" "$rc|$out" "4|2026-11-20-rui-faria-cccc  notes/2026/11/2026-11-20-rui-faria-cccc.yaml
  text
    0  3 lines  shown; not in the history
    1  3 lines  not in the history
       @@ -1,3 +1,3 @@
        one
       -two
       +TWO
        three

kith conflicts 2026-11-20-rui-faria-cccc text --keep 1"
run kith conflicts --ids
is "ids" "$rc|$(tr '\n' ' ' <<<"$out")" "4|rui-faria 2026-11-20-rui-faria-cccc "
run kith conflicts rui city --json
is "for programs" "$rc|$(jq -c '.count, (.conflicts[0] | .kind, .id, .field, .line, .set_aside, [.values[] | [.keep, .text, .by.author]])' <<<"$out" | tr '\n' ' ')" \
	'4|1 "contact" "rui-faria" "city" 9 null [["shown","Faro","Carla"],["1","Aveiro","Dora"],["2","Braga","Ben"]] '
is "kith status counts" "$(kith status | grep -A1 '^conflicts')" "conflicts    4 values that lost a merge wait
             kith conflicts"
is "kith today mentions it once, at its end" "$(kith today | tail -n 1)" "4 values that lost a merge wait: kith conflicts"
is "kith check has nothing against it" "$(kith check -q 2>/dev/null)" ""

# ---- Settling by words.

# settled NAME WANT ARGUMENT…: the words, and what git sees of it.
settled() {
	local name=$1 want=$2
	shift 2
	run kith conflicts "$@"
	is "$name" "$rc|$out|$err" "0|$want
undo: kith undo|"
}

run kith conflicts rui city --keep 2 -n
is "-n shows and writes nothing" "$rc|$(grep '^[-+→n]' <<<"$out")|$(git status --porcelain contacts)" "0|--- contacts/rui-faria.yaml
+++ contacts/rui-faria.yaml
-city: Faro
+city: Braga
-  - {field: city, kept: [Aveiro, Braga]}
→ Rui Faria: city: Braga (in place of Faro)
nothing was written (-n)|"
settled "a value by its number" "→ Rui Faria: city: Braga (in place of Faro)" rui city --keep 2
is "one commit" "$(git log -1 --format=%s)|$(git show --stat --format= | tail -n 1)" \
	"settle rui-faria: city| 1 file changed, 1 insertion(+), 2 deletions(-)"
settled "a deletion" "→ Rui Faria: level deleted" rui level --keep deleted
settled "what is shown stays" "→ Rui Faria: remind[send the draft].date stays 2026-12-11" rui remind --keep shown
is "nothing else is touched" "$(cat contacts/rui-faria.yaml)" "# a friend of Ana's
name: Rui Faria
city: Braga
remind:
  - text: send the draft
    date: 2026-12-11"
run kith undo
run kith undo
run kith undo
is "undo brings all back" "$(git diff HEAD~6 -- contacts/rui-faria.yaml)" ""
settled "0 is what is shown" "→ Rui Faria: city stays Faro" rui city --keep 0
settled "the value of an entry" "→ Rui Faria: remind[send the draft].date: 2026-12-05 (in place of 2026-12-11)" \
	rui 'remind[send the draft].date' --keep 1
is "in its place" "$(tail -n 5 contacts/rui-faria.yaml)" "remind:
  - text: send the draft
    date: 2026-12-05
conflicts:
  - {field: level, deleted: true}"
settled "a text of several lines" "→ 2026-11-20-rui-faria-cccc: text: one TWO three (in place of one two three)" \
	2026-11-20-rui-faria-cccc text --keep 1
is "as it was kept" "$(cat notes/2026/11/2026-11-20-rui-faria-cccc.yaml)" "with: [rui-faria]
date: 2026-11-20
text: |
  one
  TWO
  three"
run kith conflicts rui level --keep deleted --json
is "for programs" "$rc|$out" '0|{"version":1,"written":true,"settled":[{"id":"rui-faria","path":"contacts/rui-faria.yaml","field":"level","set_aside":null,"deleted":true,"value":null}]}'
run kith conflicts
is "nothing is left" "$rc|$out" "0|Nothing waits."

# ---- Refused.

git checkout -q HEAD~4 -- contacts/rui-faria.yaml
git commit -qm again
refused() {
	local name=$1 want=$2
	shift 2
	run kith conflicts "$@"
	is "$name" "$rc|$out|$err" "$want"
	is "$name: nothing is written" "$(git status --porcelain)" ""
}
like "the case is set" "$(cat contacts/rui-faria.yaml)" 'field: level'
refused "several, and no field" "2||error: 2 conflicts are meant, and --keep settles one
    rui-faria  level
    rui-faria  remind[send the draft].date
hint: name the field: kith conflicts rui-faria level --keep 1; --all --keep shown leaves all as they are" rui --keep 1
refused "a number it has not" "2||error: --keep 7: there is no such value of remind[send the draft].date
hint: write shown, deleted, or a number from 1 to 1" rui remind --keep 7
refused "a word it has not" "2||error: --keep latest: there is no such value of level
hint: write shown or deleted" rui level --keep latest
refused "a field in which nothing waits" "1||error: nothing waits in city
hint: kith conflicts --list shows everything that waits" rui city --keep 1
refused "somebody for whom nothing waits" "1||error: nothing waits there
hint: kith conflicts --list shows everything that waits" tom --keep 1
refused "all, by number" "2||error: --all goes with --keep shown only
hint: a number means another value in each: settle them one by one" --all --keep 1
refused "all, and nothing said" "2||error: --all goes with --keep
hint: kith conflicts ana phone --keep 1 takes that value; --all --keep shown leaves all as they are" --all
refused "nobody" "1||error: nobody and nothing is called 'xyzzyx'
hint: kith find looks in all text, not in names only" xyzzyx

run kith conflicts --all --keep shown
is "all stay as they are" "$rc|$out" "0|→ Rui Faria: level stays senior
→ Rui Faria: remind[send the draft].date stays 2026-12-11
undo: kith undo"
is "in one commit" "$(git log -1 --format=%s)" "settle 2 conflicts of rui-faria"
run kith undo

# ---- kith.yaml, what is no entry, what is about nothing.

printf 'remind_at: 09:00\nconflicts:\n  - {field: remind_at, kept: ["08:00"]}\n' >>kith.yaml
is "kith.yaml counts" "$(kith today | tail -n 1)" "3 values that lost a merge wait: kith conflicts"
settled "and is settled" "→ kith.yaml: remind_at: 08:00 (in place of 09:00)" kith.yaml remind_at --keep 1

run kith undo
is "and that taken back" "$(tail -n 3 kith.yaml)" 'remind_at: 09:00
conflicts:
  - {field: remind_at, kept: ["08:00"]}'
run kith conflicts kith.yaml remind_at --keep 1

mkdir -p .kith
cat >.kith/reminders.yaml <<'YAML'
# snoozed
birthday:ana-silva:2026: {done: 2026-03-16} # late
"promise:x:2026":
  until: 2026-05-01
conflicts:
  - {field: "birthday:ana-silva:2026.done", kept: [2026-03-15], deleted: true}
  - {field: "promise:x:2026.until", kept: [2026-04-01]}
YAML
at 12 Ana
is "what lost in the reminders counts" "$(kith today | tail -n 1)" "4 values that lost a merge wait: kith conflicts"
run kith conflicts .kith/reminders.yaml --list
is "and is listed" "$rc|$out" "4|.kith/reminders.yaml
  birthday:ana-silva:2026.done
    0  2026-03-16  shown; Ana, 20 Nov 13:00
    1  2026-03-15  Ana, 20 Nov 13:00
    d  deleted     Ana, 20 Nov 13:00
  promise:x:2026.until
    0  2026-05-01  shown; Ana, 20 Nov 13:00
    1  2026-04-01  Ana, 20 Nov 13:00

kith conflicts .kith/reminders.yaml 'birthday:ana-silva:2026.done' --keep 1"
is "for programs it is no record" "$(kith conflicts .kith/reminders.yaml --json | jq -c '.conflicts[0] | [.kind, .id, .path]')" '[null,null,".kith/reminders.yaml"]'
settled "a reminder's value" "→ .kith/reminders.yaml: promise:x:2026.until: 2026-04-01 (in place of 2026-05-01)" \
	.kith/reminders.yaml promise:x:2026.until --keep 1
settled "a reminder is deleted, with what would be left empty" "→ .kith/reminders.yaml: birthday:ana-silva:2026.done deleted" \
	.kith/reminders.yaml birthday:ana-silva:2026 --keep deleted
is "nothing else is touched" "$(cat .kith/reminders.yaml)" '# snoozed
"promise:x:2026":
  until: 2026-04-01'
run kith undo
run kith undo
is "undo brings both back" "$(git diff HEAD~4 --stat)" ""
rm .kith/reminders.yaml
git add -A
git commit -qm gone

# ---- Keys that no schema knows, lists and maps.

put contacts/odd.yaml <<'YAML'
name: Odd
nickname: O
x-team:
  lead: {a: 1}
  since: 2020
phone: ["+44 1", "+44 2"]
conflicts:
  - {field: nickname, kept: [Oddy]}
  - {field: phone, kept: ["+44 3"]}
  - {field: x-team.lead, kept: [tom]}
  - {field: x-team.since, kept: [2021], deleted: true}
YAML
git add -A
git commit -qm odd
settled "a key that no schema knows" "→ Odd: nickname: Oddy (in place of O)" odd nickname --keep 1
settled "a list gives way to one value" "→ Odd: phone: +44 3 (in place of [{value: \"+44 1\"}, {value: \"+44 2\"}])" odd phone --keep 1
settled "so does a map" "→ Odd: x-team.lead: tom (in place of {a: 1})" odd x-team.lead --keep 1
settled "what is below such a key is deleted alone" "→ Odd: x-team.since deleted" odd x-team.since --keep deleted
is "and the rest stays" "$(cat contacts/odd.yaml)" 'name: Odd
nickname: Oddy
x-team:
  lead: tom
phone: ["+44 3"]'

put contacts/odd.yaml <<'YAML'
name: Odd
conflicts:
  - {field: city, kept: [Porto]}
  - {kept: [1]}
YAML
run kith check contacts/odd.yaml -q
like "an entry about a field that is gone is a fault" "$out" "^contacts/odd.yaml:3:13: warning: conflicts: there is no 'city' in the record any more"
run kith conflicts odd --list
is "and both are listed" "$rc|$out" "4|Odd  contacts/odd.yaml
  city
    0  (nothing)  shown; not in the history
    1  Porto      not in the history
  line 4: an entry of conflicts that is none of kith's
    ?  {kept: [1]}  kith edit settles it

kith conflicts odd city --keep 1"
run kith conflicts odd city --keep 1
is "a value can come back" "$rc|$(sed -n 2p contacts/odd.yaml)" "0|city: Porto"
run kith conflicts odd --keep shown
like "what is no entry is left to the editor" "$rc $err" "^3 error: contacts/odd.yaml, line 4"
rm contacts/odd.yaml

# ---- Texts that were set aside.

mkdir conflicts
printf 'name: Rui Faria\ncity: [\n' >conflicts/rui-faria-0123456789ab.txt
printf 'name: Rui Faria\ncity: Lagos\n' >conflicts/rui-faria-0123456789ac.txt
printf 'whose\n' >conflicts/nobody-0123456789ad.txt
git add -A
git commit -qm texts
run kith conflicts rui --list
is "listed with their record" "$(grep -A 99 conflicts/ <<<"$out" | head -n 12)" "  conflicts/rui-faria-0123456789ab.txt: the other text, which could not be merged
    0  keep the record as it is, and delete this text  you, 25 Nov 09:30
    1  take this text in place of the record
       @@ -1,10 +1,2 @@
       -# a friend of Ana's
        name: Rui Faria
       -city: Faro
       -level: senior
       -remind:
       -  - text: send the draft
       -    date: 2026-12-11
       -conflicts:"
like "or by themselves" "$(kith conflicts)" '^  conflicts/nobody-0123456789ad.txt: a text that could not be merged; no record is called so'
like "kith status counts them" "$(kith status)" '2 values that lost a merge wait, 3 texts that could not be merged wait'
run kith conflicts conflicts/rui-faria-0123456789ab.txt --keep 1
is "one that cannot be read is not taken" "$rc|$(head -n 1 <<<"$err")" "3|error: conflicts/rui-faria-0123456789ab.txt:2: this bracket is never closed"
settled "but deleted" "→ Rui Faria: the other text is deleted" conflicts/rui-faria-0123456789ab.txt --keep shown
settled "one that can be read takes the place" "→ Rui Faria: the other text took its place" conflicts/rui-faria-0123456789ac.txt --keep 1
is "to the byte" "$(cat contacts/rui-faria.yaml)|$(ls conflicts)|$(git status --porcelain)" "name: Rui Faria
city: Lagos|nobody-0123456789ad.txt|"
run kith undo
is "undo brings both back" "$rc|$(ls conflicts | tr '\n' ' ')|$(grep -c Lagos contacts/rui-faria.yaml)" \
	"0|nobody-0123456789ad.txt rui-faria-0123456789ac.txt |0"
run kith conflicts conflicts/nobody-0123456789ad.txt --keep 1
is "without a record there is nothing to take the place of" "$rc" 2
settled "and it can go" "→ conflicts/nobody-0123456789ad.txt: the other text is deleted" conflicts/nobody-0123456789ad.txt --keep shown
rm -r conflicts
ln -s /etc conflicts
unlike "a link in its place is not followed" "$(kith conflicts --list)" etc
rm conflicts

# ---- On a terminal.

git add -A
git commit -qm terminal
# keys INPUT ARGUMENT…
keys() {
	local input=$1
	shift
	run env PTY_AFTER='q quit]' TERM=xterm NO_COLOR=1 KITH_PAGER=cat "$pty" 100x60 kith conflicts "$@" < <(printf "$input")
}
keys 'ds' rui
is "a key for each" "$rc|$out" "4|
1 of 2  Rui Faria  contacts/rui-faria.yaml
  level
    0  senior   shown; you, 25 Nov 09:30
    d  deleted  you, 25 Nov 09:30
  [0 keep, d delete, e edit, s skip, ? help, q quit] delete

2 of 2  Rui Faria  contacts/rui-faria.yaml
  remind[send the draft].date
    0  2026-12-11 (Fri 11 Dec)  shown; you, 25 Nov 09:30
    1  2026-12-05 (Sat 5 Dec)   Ana, 20 Nov 09:00
  [0 keep, 1 take, d delete, e edit, s skip, b back, ? help, q quit] skip
→ Rui Faria: level deleted
undo: kith undo
1 still waits"
run kith undo
keys 'd\003' rui
is "Ctrl-C writes nothing" "$rc|$(tail -n 1 <<<"$out")|$(git status --porcelain)" "130|error: nothing was settled|"
keys 'q' rui
is "q leaves" "$rc|$(tail -n 1 <<<"$out")" "4|2 still wait"
keys 'x7b\033[A\033OP\033[15~q' rui
is "other keys do nothing, those of arrows and the like too" "$rc|$(grep -c '^→' <<<"$out")|$(tail -n 2 <<<"$out")" "4|0|  [0 keep, d delete, e edit, s skip, ? help, q quit] quit
2 still wait"
keys '\033' rui
is "Escape leaves" "$rc|$(tail -n 1 <<<"$out")" "4|2 still wait"
keys 'd?b0q' rui
is "b goes back, and what was chosen there is open again" "$rc|$(grep -c '^1 of 2' <<<"$out")|$(sed -n '/^→/,$p' <<<"$out")" "4|2|→ Rui Faria: level stays senior
undo: kith undo
1 still waits"
like "? says what the keys are" "$out" '^    b +back to the one before$'
run kith undo
keys '\n\r' rui
is "Enter keeps" "$rc|$(sed -n '/^→/,$p' <<<"$out")" "0|→ Rui Faria: level stays senior
→ Rui Faria: remind[send the draft].date stays 2026-12-11
undo: kith undo"
run kith undo
modes() {
	run env PTY_AFTER='q quit]' "$pty" 100x60 bash -c 'a=$(stty -a); kith conflicts rui; [ "$a" = "$(stty -a)" ] && echo restored' < <(printf "$1")
	like "the terminal is as it was after $2" "$out" '^restored'
}
modes q q
modes '\003' Ctrl-C
run env PTY_AFTER='q quit]' "$pty" 100x60 bash -c 'a=$(stty -a); (until [ -e '"$tmp"'/asked ]; do sleep 0.05; done; pkill -TERM -P $$ kith) & kith conflicts rui; [ "$a" = "$(stty -a)" ] && echo restored' < <(printf '')
like "and after the end of the input" "$out" '^restored'
run env PTY_AFTER='q quit]' EDITOR=false "$pty" 100x60 kith conflicts rui remind < <(printf e)
unlike "an editor that is not there is no end" "$rc" '^(139|134)$'
run env PTY_AFTER='q quit]' TERM=xterm NO_COLOR=1 EDITOR='sed -i /level/d' "$pty" 100x60 kith conflicts rui < <(printf 'e1')
is "what the editor settles is not asked again" "$rc|$(grep -c ' of 2 ' <<<"$out")|$(grep '^→' <<<"$out")" \
	"0|2|→ Rui Faria: remind[send the draft].date: 2026-12-05 (in place of 2026-12-11)"
run "$pty" 100x60 env TERM=xterm NO_COLOR=1 KITH_PAGER=cat kith conflicts --list
is "--list only lists" "$rc|$out" "0|Nothing waits."

# ---- What git itself asks.

git switch -qc side
git rm -q contacts/tom-okafor.yaml
git commit -qm "without tom"
git switch -q -
sed -i 's/^name: .*/&  # still here/' contacts/tom-okafor.yaml
git commit -qam "with tom"
git merge -q side >/dev/null 2>&1
run kith conflicts
is "git asks" "$rc|$out" "4|git asks
  contacts/tom-okafor.yaml: deleted on one side, changed on the other
    git add contacts/tom-okafor.yaml keeps it, git rm contacts/tom-okafor.yaml deletes it"
like "from elsewhere with the folder" "$(cd / && kith conflicts)" "^    git -C $store add contacts/tom-okafor.yaml keeps it"
is "for programs" "$(kith conflicts --json | jq -c .git_asks)" '["contacts/tom-okafor.yaml"]'
like "kith status tells what is not finished" "$(kith status)" '^repository +a merge is not finished, so kith commits nothing'
git merge --abort
is "and when it is over" "$(kith conflicts)" "Nothing waits."

# ---- Many, and hostile.

for i in $(seq 1 22); do
	printf 'name: N%d\ncity: A\nconflicts:\n  - {field: city, kept: [B]}\n' "$i" >contacts/n$i.yaml
done
git add -A
git commit -qm many
run kith conflicts --all --keep shown
is "over twenty need a yes" "$rc|$(head -n 1 <<<"$err")|$(git status --porcelain)" "2|error: settle 22 conflicts? This needs a yes|"
run kith conflicts --all --keep shown --yes
is "with a yes" "$rc|$(git log -1 --format=%s)" "0|settle 22 conflicts in 22 records"

put contacts/evil.yaml <<'YAML'
name: "Evil \e[31m"
city: "a\e[2Jb"
conflicts:
  - {field: city, kept: ["c\e]0;x\ad\u202e"]}
  - {field: "ci\e[0mty", kept: ["\e[1m"]}
YAML
unlike "nothing steers the terminal" "$(kith conflicts evil; kith conflicts evil --json; kith conflicts evil city --keep 1 -n; kith conflicts evil --keep 1 2>&1)" $'[\e\a]'
run kith conflicts evil 'city' --keep 1
is "and is kept as it is" "$rc|$(kith show evil --json | jq -a -c .record.city)" '0|"c\u001b]0;x\u0007d\u202e"'

# ---- Without git, and completion.

put contacts/ana-silva.yaml <<'YAML'
name: Ana Silva
city: Porto
conflicts:
  - {field: city, kept: [Faro]}
YAML
run kith list contacts # completion takes the index as it is
is "completion knows whom" "$(kith completion --for -- conflicts an)" $'ana-silva\tAna Silva'
is "and which field" "$(kith completion --for -- conflicts ana-silva '')" $'city\tPorto'
rm -rf .git
run kith conflicts ana
is "without git nobody is named" "$rc|$(sed -n 3,4p <<<"$out")" "4|    0  Porto  shown
    1  Faro"
run kith conflicts ana city --keep 1
is "and it is settled" "$rc|$out" "0|→ Ana Silva: city: Faro (in place of Porto)"

done_testing
