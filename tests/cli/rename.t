#!/bin/bash
# kith rename: another id, and every reference follows.
. "$(dirname "$0")/../lib.sh"
. "$source_root/tests/cli/small.sh"
small_store
cd "$store" || exit 1

# ---- Every spelling in which a reference may stand.

put contacts/every-way.yaml <<'YAML'
# ana-silva in a comment stays
name: Every Way
aka: ana-silva          # a text, not a reference
through: "ana-silva"
stranger_to: ana-silva, tom-okafor
knows: [ana-silva, {who: 'tom-okafor', as: friend}]
org: tuesday-circle
about: |
  ana-silva in free text stays.
x-best: ana-silva
conflicts:
  - field: through
    kept: [ana-silva]
YAML
put contacts/no-newline.yaml <<'YAML'
name: No Newline
stranger_to:
  -   ana-silva   # first
  - tom-okafor
YAML
printf 'name: C R L F\r\nthrough: ana-silva\r\n' >contacts/crlf.yaml
printf 'name: Unfinished\nthrough: ana-silva' >contacts/unfinished.yaml
put playbooks/after-ana.yaml <<'YAML'
name: After Ana
starts: "kind:note (with:ana-silva,tom-okafor or promised.to:Ana-Silva) ana"   # a query
steps: [2w: write to ana-silva]
YAML
put playbooks/by-text.yaml <<'YAML'
name: By text
starts: kind:note "ana-silva" with:ana-silva
steps: [2w: write]
YAML
cp -r "$store" "$tmp/before"

run kith rename ana-silva ana-costa --name "Ana Costa"
is "a contact gets another id and name" "$rc|$out" "0|→ contacts/ana-silva.yaml → contacts/ana-costa.yaml
→ name Ana Silva → Ana Costa
→ 13 references in 9 files"
is "a query that cannot be rewritten with certainty is named" "$err" \
	"warning: playbooks/by-text.yaml:2: starts names ana-silva in words that only you can change"
is "what changed is this and nothing else" "$(diff -r -x .kith "$tmp/before" "$store" | grep '^[>O]' | sed "s|$tmp/||" | tr -d '\r')" 'Only in store/contacts: ana-costa.yaml
Only in before/contacts: ana-silva.yaml
> through: ana-costa
> through: "ana-costa"
> stranger_to: ana-costa, tom-okafor
> knows: [ana-costa, {who: '"'tom-okafor'"', as: friend}]
>   -   ana-costa   # first
>   - {who: ana-costa, as: friend, since: 2024}
> through: ana-costa
> members: [ana-costa, tom-okafor]
> with: ana-costa
>     to: ana-costa
>     by_whom: ana-costa
> with: [tom-okafor, ana-costa]
> starts: "kind:note (with:ana-costa,tom-okafor or promised.to:ana-costa) ana"   # a query'
is "line endings stay, and a missing one stays missing" \
	"$(printf 'name: C R L F\r\nthrough: ana-costa\r\n' | cmp - contacts/crlf.yaml)|$(printf 'name: Unfinished\nthrough: ana-costa' | cmp - contacts/unfinished.yaml)" "|"
is "its file" "$(cat contacts/ana-costa.yaml)" "name: Ana Costa
email: ana@silva.example
city: Porto
org: Elétricos
title: Design lead
roles: [friend, peer]
skills: [signage]
cadence: 6 weeks
birthday: 02-19
formerly: ana-silva"
ok "the old file is gone" not test -e contacts/ana-silva.yaml
run kith check
is "nothing leads to nowhere" "$rc|$out" "0|"
is "and the index knows it" "$(kith list with:ana-costa --ids | wc -l)|$(kith list id:ana-silva --ids)" "2|"

# ---- Back again.

run kith rename ana-costa ana-silva
is "back again: formerly says the other one" "$rc|$(grep formerly contacts/ana-silva.yaml)" "0|formerly: ana-costa"
run kith rename ana-silva ana-silva --name "Ana Silva"
is "only the name" "$rc|$out" "0|→ name Ana Costa → Ana Silva"
run kith rename ana-silva --name "Ana Prata"
is "the id is made of the name" "$rc|$(head -n 1 <<<"$out")" "0|→ contacts/ana-silva.yaml → contacts/ana-prata.yaml"
run kith rename ana prata ana-silva --name "Ana Silva"
is "who may be several words" "$rc|$(head -n 1 <<<"$out")" "0|→ contacts/ana-prata.yaml → contacts/ana-silva.yaml"

# ---- Other kinds, and me.

run kith rename tuesday-circle wednesday-circle
is "a group; where a text may stand too" "$rc|$(grep org: contacts/every-way.yaml)" "0|org: wednesday-circle"
run kith rename halina-wrona halina
is "the user's own contact: kith.yaml follows" "$rc|$(cat kith.yaml)" "0|me: halina"
run kith rename 2026-10-01-ana-silva-aaaa 2026-10-01-trail-map
is "a note stays in its folder" "$rc|$out" \
	"0|→ notes/2026/10/2026-10-01-ana-silva-aaaa.yaml → notes/2026/10/2026-10-01-trail-map.yaml"

# ---- Misnamed files.

put "contacts/Zoë Ray.yaml" <<<"name: Zoë Ray"
put contacts/short.yml <<<"name: Short"
put contacts/UPPER.yaml <<<"name: Upper"
put 'contacts/$(touch harm).yaml' <<<"name: Harm"
run kith check
like "check says how a file is renamed" "$out" 'hint: kith rename "contacts/Zoë Ray.yaml" makes it zoe-ray.yaml'
like "but not in a command that a shell would run" "$out" 'hint: rename it to touch-harm.yaml'
for path in "contacts/Zoë Ray.yaml" contacts/short.yml contacts/UPPER.yaml 'contacts/$(touch harm).yaml'; do
	run kith rename "$path"
	is "$path gets the id its name suggests" "$rc|$err" "0|"
done
is "they are called so" "$(ls contacts | grep -E 'zoe|short|upper|harm' | tr '\n' ' ')" "short.yaml touch-harm.yaml upper.yaml zoe-ray.yaml "
is "formerly holds ids only" "$(grep -l formerly contacts/{short,touch-harm,upper,zoe-ray}.yaml)" ""

# ---- Dry run, JSON, ids.

cp -r "$store" "$tmp/dry"
run kith rename tom-okafor tom-o -n
like "-n shows the difference" "$out" '^\+through: |^\+  - tom-o$|^-  - tom-okafor$'
run kith rename tom-okafor tom-o -n --json
is "-n as JSON" "$rc|$(jq -c '[.version,.kind,.id,.was,.path,.written,(.references|length)]' <<<"$out")" \
	'0|[1,"contact","tom-o","tom-okafor","contacts/tom-o.yaml",false,5]'
is "-n writes nothing" "$(diff -r -x .kith "$tmp/dry" "$store")" ""
run kith rename tom-okafor tom-o --ids
is "as an id" "$rc|$out" "0|tom-o"
run kith rename tom-o tom-okafor --json
is "as JSON" "$rc|$(jq -c '[.id,.was,.written]' <<<"$out")" '0|["tom-okafor","tom-o",true]'

# ---- Refused, with nothing changed.

cp -r "$store" "$tmp/refused"
refused() {
	local name=$1 code=$2 want=$3
	shift 3
	run kith rename "$@"
	is "$name" "$rc|$out|$err" "$code||$want"
}
refused "no new id" 2 'error: kith rename needs the new id too
hint: kith rename ana-silva NEW-ID, or --name "New Name"' ana-silva
refused "a name for an id" 2 "error: 'Ana Costa' is not an id: lower-case letters, digits and hyphens make one
hint: did you mean ana-costa? a new name is given with --name" ana-silva "Ana Costa"
refused "an id in use" 2 "error: tom-okafor is there already: Tom Okafor (contacts/tom-okafor.yaml)
hint: choose another id, such as tom-okafor-2" ana-silva tom-okafor
refused "an id that somebody had" 2 "error: Halina Wrona was called halina-wrona once (contacts/halina.yaml)
hint: choose another id, so that old references cannot be taken for new ones" ana-silva halina-wrona
refused "a word of queries" 2 "error: me cannot be an id: it means something else in a query
hint: choose another, such as me-2" ana-silva me
refused "a word for a kind" 2 "error: notes cannot be an id: it means something else in a query
hint: choose another, such as notes-2" ana-silva notes
refused "its own id" 2 "error: ana-silva is its id already
hint: --name changes what it is called" ana-silva ana-silva
refused "an empty name" 2 'error: --name is empty
hint: write --name "New Name", or leave it out' ana-silva ana --name " "
refused "kith.yaml" 2 'error: kith.yaml keeps its name
hint: kith finds the store by it' kith.yaml other
refused "a name for a note" 2 'error: notes/2026/10/2026-10-01-trail-map.yaml: a note has no name
hint: leave --name out' notes/2026/10/2026-10-01-trail-map.yaml 2026-map --name X
refused "several" 2 'error: one record is renamed at a time, and these are 2
hint: write its id or its path, then the new id' roles:mentor someone

put contacts/broken.yaml <<'YAML'
name: Broken
through: ana-silva
knows: [
YAML
put contacts/other-broken.yaml <<'YAML'
name: Other [
 x: ana-silvana
YAML
run kith rename ana-silva ana
is "a file that may refer to it and cannot be read is named before anything is written" "$rc|$out|$(sed 's/: line.*//' <<<"$err")" \
	"3||error: 1 file may refer to ana-silva and cannot be edited; nothing was changed
    contacts/broken.yaml
hint: repair it, and run this again: kith check"
rm contacts/broken.yaml contacts/other-broken.yaml
is "nothing was changed by any of them" "$(diff -r -x .kith "$tmp/refused" "$store")" ""

# ---- Two files with one id.

mkdir contacts/b
put contacts/b/ana-silva.yaml <<<"name: Another Ana"
run kith rename contacts/b/ana-silva.yaml ana-b
is "of two with one id, the references stay with the other" "$rc|$out|$(grep -c ana-silva groups/wednesday-circle.yaml)" \
	"0|→ contacts/b/ana-silva.yaml → contacts/b/ana-b.yaml|1"
is "it says so, and remembers no id that is not its own" "$err|$(cat contacts/b/ana-b.yaml)" \
	"warning: another file has the id ana-silva too: what refers to it stays as it is|name: Another Ana"
rm -r contacts/b

# ---- Interrupted: whatever was done, the same command does the rest.

cp -r "$store" "$tmp/whole"
kith rename ana-silva ana-costa >/dev/null 2>&1
cp -r "$store" "$tmp/after"
again() {
	rm -rf "$store"
	cp -r "$tmp/whole" "$store"
	cd "$store" || exit 1
}
again
cp "$tmp/after/contacts/ana-costa.yaml" contacts/
run kith rename ana-silva ana-costa
is "after the new file was made" "$rc|$(diff -r -x .kith "$tmp/after" "$store")" "0|"
again
cp "$tmp/after/contacts/ana-costa.yaml" contacts/
cp "$tmp/after/groups/"*.yaml groups/
run kith rename ana-silva ana-costa
is "after some references" "$rc|$(diff -r -x .kith "$tmp/after" "$store")" "0|"
again
cp "$tmp/after/contacts/ana-costa.yaml" contacts/
rm contacts/ana-silva.yaml
run kith rename ana-silva ana-costa
is "after the old file was removed by hand" "$rc|$(diff -r -x .kith "$tmp/after" "$store")" "0|"
again
cp "$tmp/after/contacts/ana-costa.yaml" contacts/
echo "title: Boss" >>contacts/ana-costa.yaml
run kith rename ana-silva ana-costa
is "not where somebody has gone on with the new one" "$rc|$(tail -n 1 contacts/ana-costa.yaml)|$(test -e contacts/ana-silva.yaml && echo both)" \
	"2|title: Boss|both"

put "contacts/Twice Made.yaml" <<<"name: Twice Made"
put contacts/twice-made.yaml <<<"name: Twice Made"
run kith rename "contacts/Twice Made.yaml"
is "a misnamed file whose new one was made already" "$rc|$(ls contacts | grep -i twice)" "0|twice-made.yaml"

# Killed at each durable step, in builds that can be (see lib/base/failpoint.h).
rm -r "$store"
mkdir -p "$store"
put kith.yaml <<<"me: ana-silva"
put contacts/ana-silva.yaml <<<"name: Ana Silva"
put contacts/tom-okafor.yaml <<<"name: Tom Okafor
through: ana-silva"
cd "$store" || exit 1
rm -rf "$tmp/whole" "$tmp/after"
cp -r "$store" "$tmp/whole"
kith rename ana-silva ana-costa >/dev/null
cp -r "$store" "$tmp/after"
again
step=0 wrong=
while
	step=$((step + 1))
	again
	KITH_FAIL_AT=$step run kith rename ana-silva ana-costa
	[ "$rc" -eq 97 ]
do
	[ -z "$(kith check -q 2>/dev/null)" ] || wrong+=" $step: $(kith check -q 2>/dev/null)"
	run kith rename ana-silva ana-costa
	[ "$rc" -eq 0 ] || wrong+=" $step: $rc $err"
	[ -z "$(diff -r -x .kith "$tmp/after" "$store")" ] || wrong+=" $step: $(diff -r -x .kith "$tmp/after" "$store")"
done
if [ "$step" -gt 1 ]; then
	is "killed at each of $((step - 1)) steps, every reference leads somewhere, and the same command finishes" "$wrong" ""
else
	skip "killed at each step" "not built with failpoints"
fi

# ---- One commit.

store_from_examples "$tmp/repository"
cd "$store" || exit 1
run kith rename ana-silva ana-costa --name "Ana Costa"
is "one commit, which says so" "$rc|$(git rev-list --count HEAD)|$(git log -1 --format='%s|%(trailers:key=Kith-Command,valueonly,separator=)')|$(git status --porcelain)" \
	"0|2|rename ana-silva to ana-costa|rename|"
is "undo is offered" "$(tail -n 1 <<<"$out")" "undo: kith undo"
run kith check
is "the examples are without fault" "$rc" 0
is "nothing but the id is left of the old one" "$(grep -rlw 'ana-silva' contacts groups events goals needs learning opportunities playbooks kith.yaml)" "contacts/ana-costa.yaml"

done_testing
