#!/bin/bash
# kith set: fields changed where they stand, and nothing else in the file.
. "$(dirname "$0")/../lib.sh"
. "$source_root/tests/cli/small.sh"
small_store
cd "$store" || exit 1
put contacts/ana-silva.yaml <<'YAML'
# met her on a wet evening
name: Ana Silva
email: [ana@silva.example]
city: Porto            # for the trams
roles: [friend, peer]
skills:
    - signage   # and how
    - c
offers:
  - a room, when it rains
knows:
    - {who: tom-okafor, as: friend, since: 2024}
cadence: 6 weeks
birthday: 02-19
about: |
  Walks.
x-coffee: black
YAML
kith list --ids >/dev/null
cp -r "$store" "$tmp/before"

# The lines that differ from how the store was before, without those that name files.
changed_lines() {
	diff -r -x .kith -U0 "$tmp/before" "$store" | grep -E '^[-+]' | grep -vE '^(---|\+\+\+) '
}

# sets NAME WANT-OUT WANT-LINES WORD…: the words change these lines; then everything is as before again.
sets() {
	local name=$1 want=$2 lines=$3
	shift 3
	run kith set "$@"
	is "$name" "$rc|$err|$out" "0||$want"
	is "$name: in the file" "$(changed_lines)" "$lines"
	is "$name: no fault" "$(kith check 2>&1)" "checked 8 files: 0 errors, 0 warnings"
	rm -rf "${store:?}"/* && cp -r "$tmp/before/." "$store"
}
A=ana-silva

sets "a value" "→ Ana Silva: cadence: 6 weeks → monthly" "-cadence: 6 weeks
+cadence: monthly" ana cadence=monthly
sets "a value with a comment behind it" "→ Ana Silva: city: Porto → Vila Nova de Gaia" \
	"-city: Porto            # for the trams
+city: Vila Nova de Gaia            # for the trams" $A city="Vila Nova de Gaia"
sets "several at once" "→ Ana Silva: skills − c, + rust; cadence: 6 weeks → monthly; birthday − 02-19" \
	"-    - c
+    - rust
-cadence: 6 weeks
-birthday: 02-19
+cadence: monthly" $A cadence=monthly skills+=rust skills-=C birthday=
sets "a new value where the schema has it" "→ Ana Silva: title + Lead, signs" "+title: Lead, signs" $A title="Lead, signs"
sets "a date in words" "→ Ana Silva: met + 2026-11-24 (Tue 24 Nov)" "+met: 2026-11-24" $A met=yesterday
sets "a name becomes an id" "→ Ana Silva: through + maria-garcia (María García)" "+through: maria-garcia" $A through="maria gar"
sets "a whole list" "→ Ana Silva: roles − friend, + mentor" "-roles: [friend, peer]
+roles: [peer, mentor]" $A roles=peer,mentor
sets "a list of texts, repeated" "→ Ana Silva: offers + a map, + a room, dry, − a room, when it rains" \
	"-  - a room, when it rains
+  - a map
+  - a room, dry" $A offers="a map" offers="a room, dry"
sets "a comma in a text" "→ Ana Silva: offers + tea, strong" "+  - tea, strong" $A offers+="tea, strong"
sets "another address" "→ Ana Silva: email + a@b.example (label work)" "-email: [ana@silva.example]
+email: [ana@silva.example, {value: a@b.example, label: work}]" $A email+=a@b.example email.label=work
sets "an entry, filled by what stands behind it" "→ Ana Silva: knows + maria-garcia (as peer)" \
	"+    - {who: maria-garcia, as: peer}" $A knows+=maria knows.as=peer
sets "an entry that is there is filled further" "→ Ana Silva: knows (tom-okafor) as: friend → peer" \
	"-    - {who: tom-okafor, as: friend, since: 2024}
+    - {who: tom-okafor, as: peer, since: 2024}" $A knows+=tom knows.as=peer
sets "an entry by its key" "→ Ana Silva: knows (tom-okafor) as: friend → peer" \
	"-    - {who: tom-okafor, as: friend, since: 2024}
+    - {who: tom-okafor, as: peer, since: 2024}" $A 'knows[tom].as=peer'
sets "the only entry" "→ Ana Silva: knows (tom-okafor) since − 2024" \
	"-    - {who: tom-okafor, as: friend, since: 2024}
+    - {who: tom-okafor, as: friend}" $A knows.since=
sets "an entry goes" "→ Ana Silva: knows − tom-okafor (as friend, since 2024)" \
	"-knows:
-    - {who: tom-okafor, as: friend, since: 2024}" $A knows-=tom
sets "a promise by its words" \
	"→ 2026-10-01-ana-silva-aaaa: promised (send the trail map) by: 2026-11-27 → 2026-12-04 (Fri 4 Dec)" \
	"-    by: 2026-11-27
+    by: 2026-12-04" 2026-10-01-ana-silva-aaaa 'promised[send].by=next friday'
sets "a key of one's own" "→ Ana Silva: x-coffee: black → with = and : in it" \
	"-x-coffee: black
+x-coffee: \"with = and : in it\"" $A x-coffee="with = and : in it"
sets "which += makes a list" "→ Ana Silva: x-coffee + tea" "-x-coffee: black
+x-coffee: [black, tea]" $A x-coffee+=tea
sets "text with an = in it" "→ Ana Silva: links + https://a.example/?q=1&b=2" "+links: https://a.example/?q=1&b=2" \
	$A "links+=https://a.example/?q=1&b=2"
sets "kith.yaml" "→ kith.yaml: cadences mentor + monthly; targets roles + mentor; remind_at + 08:30" \
	"+cadences:
+  mentor: monthly
+targets:
+  roles: mentor
+remind_at: 08:30" kith.yaml cadences.mentor=monthly remind_at=08:30 targets.roles+=mentor
printf 'cadences:\n  mentor: monthly\n  peer: weekly # often\ntargets:\n  roles: [mentor]\n' >>kith.yaml
cp kith.yaml "$tmp/before/"
sets "a key of a table goes" "→ kith.yaml: cadences peer − weekly" "-  peer: weekly # often" kith.yaml cadences.peer=
sets "all of a table goes" "→ kith.yaml: cadences mentor − monthly; cadences peer − weekly" "-cadences:
-  mentor: monthly
-  peer: weekly # often" kith.yaml cadences=
sets "all of a map goes" "→ kith.yaml: targets roles − mentor" "-targets:
-  roles: [mentor]" kith.yaml targets=
sets "several people by name" "→ Ana Silva: tags + walks
→ Tom Okafor: tags + walks
2 records changed" "+tags: walks
+tags: walks" $A,tom tags+=walks
sets "all that a query finds" "→ María García: cadence + quarterly
→ Tom Okafor: cadence + quarterly
2 records changed" "+cadence: quarterly
+cadence: quarterly" contacts roles:mentor cadence=quarterly
sets "what is so already is counted" "→ Tom Okafor: city: Manchester → Porto
1 record changed, 1 is so already" "-city: Manchester
+city: Porto" contacts city:porto,manchester city=Porto
sets "a kind and a name mean one" "→ Ana Silva: city: Porto → Braga" "-city: Porto            # for the trams
+city: Braga            # for the trams" contact ana city=Braga
sets "a query that looks like a name" "→ Tom Okafor: tags + found" "+tags: found" contacts -q manchester tags+=found

# ---- Nothing to do, and only said.

run kith set $A cadence="6 weeks" skills-=cooking roles=peer,friend
is "what is so already changes nothing" "$rc|$out|$(changed_lines)" "0|Ana Silva: it is so already|"
run kith set $A cadence=monthly -n
is "-n shows the difference" "$rc|$(grep -E '^[-+→n]' <<<"$out" | grep -vE '^(---|\+\+\+)')|$(changed_lines)" "0|-cadence: 6 weeks
+cadence: monthly
→ Ana Silva: cadence: 6 weeks → monthly
nothing was written (-n)|"
is "as JSON" "$(kith set $A cadence=monthly skills+=rust -n --json |
	jq -c '[.written, .changed, .records[0].id, (.records[0].changes[] | [.field, .before, .after])]')" \
	'[false,1,"ana-silva",["skills",null,"rust"],["cadence","6 weeks","monthly"]]'
is "as ids" "$(kith set contacts roles:mentor cadence=monthly --ids -n)" "maria-garcia
tom-okafor"

# ---- Refused, and nothing written.

refused() {
	local name=$1 want=$2
	shift 2
	run kith set "$@"
	is "$name" "$rc|$out|$err" "$want"
}
refused "nothing at all" '2||error: kith set needs to know more
hint: kith set ana cadence=monthly'
refused "nothing to set" '2||error: what is to be set?
hint: kith set ana cadence=monthly; a list: skills+=rust skills-=c; unset: birthday=' ana
refused "nobody" '2||error: whose?
hint: kith set ana cadence=monthly' cadence=monthly
refused "a blank that split a value" "2||error: 'words' is not FIELD=VALUE
hint: a value with blanks in it needs quotes: about=\"two words\"" ana about=two words
refused "an unknown field" '2||error: a contact has no field cadense
hint: did you mean cadence? keys of your own start with x-' ana cadense=monthly
refused "an unknown key" '2||error: a contact has no field knows.sinse
hint: did you mean knows.since? keys of your own start with x-' ana knows.sinse=2020
refused "the id" '2||error: a contact has no field id
hint: the id is the name of the file: kith rename changes it everywhere' ana id=anna
refused "what kith writes itself" '2||error: formerly is written by kith itself
hint: kith rename changes an id, and notes the old one there' ana formerly=anna
refused "a bad date" "2||error: birthday: '1990-13-02': there is no month 13
hint: write 1990-02-13" ana birthday=1990-13-02
refused "a value twice" '2||error: cadence is given twice
hint: it holds one value' ana cadence=monthly cadence=weekly
refused "+= where one value stands" '2||error: cadence holds one value
hint: write cadence=monthly' ana cadence+=monthly
refused "nothing to add" '2||error: skills+=: nothing stands behind the =
hint: skills= takes everything away' ana skills+=
refused "an entry that is not there" "2||error: contacts/ana-silva.yaml: no entry of knows is called 'zed'
    1  knows[tom-okafor]
hint: name one, by its key or its number: knows[1], \"knows[tom-okafor]\"" ana 'knows[zed].as=friend'
refused "one of several entries" "2||error: notes/2026/10/2026-10-01-ana-silva-aaaa.yaml: promised has several entries
    1  promised[send the trail map]
    2  promised[lend her notes on signs]
hint: name one, by its key or its number: promised[1], \"promised[send the trail map]\"" 2026-10-01-ana-silva-aaaa promised.by=friday
refused "a table without a key" '2||error: cadences takes keys and values
hint: write cadences.mentor=monthly' kith.yaml cadences=monthly
refused "somebody who is only called alike" "1||error: nothing is called 'marai'
hint: did you mean María García (maria-garcia)?" marai city=X
refused "nothing that matches" '1||error: nothing matches city:nowhere
hint: kith list --explain shows how a query is read' contacts city:nowhere tags=x
run kith set ana name=
is "a field that must be there" "$rc|$(sed 1q <<<"$err")" "2|error: contacts/ana-silva.yaml: the contact has no name"
run kith set ana dates+=03-14
is "an entry that would lack a key" "$rc|$(sed 1q <<<"$err")" "2|error: contacts/ana-silva.yaml: 'dates.what' is missing here"
run kith set ana through=nobody-at-all
is "a reference to nothing" "$rc|$(sed 1q <<<"$err")" "1|error: through: nobody and nothing is called 'nobody-at-all'"
is "nothing was written by any of them" "$(changed_lines)" ""

# ---- Faulty files.

sed -i 's/^city: Porto.*/city: [/' contacts/ana-silva.yaml
cp contacts/ana-silva.yaml "$tmp/before/contacts/"
run kith set contacts city:porto,manchester tags+=x
is "all, or none if one cannot be edited" "$rc|$out|$(changed_lines)" "3||"
like "which is named" "$err" '^    contacts/ana-silva.yaml:'
like "with the way out" "$err" '^hint: .*--skip-faulty'
run kith set contacts city:porto,manchester tags+=x --skip-faulty
is "or it is left out" "$rc|$(tail -n 1 <<<"$out")|$(changed_lines)" "0|1 record changed, 1 left out|+tags: x"
cp "$tmp/before/contacts/tom-okafor.yaml" contacts/
sed -i 's/^city: \[/city: Porto\nmet: soonish/' contacts/ana-silva.yaml
cp contacts/ana-silva.yaml "$tmp/before/contacts/"
run kith set ana cadence=monthly
is "a fault that was there before does not hinder" "$rc|$(changed_lines)" "0|-cadence: 6 weeks
+cadence: monthly"

# ---- Many, and hostile ones.

for i in $(seq 21); do
	printf 'name: Somebody %s\ncity: Crowd\n' "$i" >"contacts/somebody-$i.yaml"
done
rm -rf "$tmp/before" && cp -r "$store" "$tmp/before"
run kith set contacts city:crowd tags+=x
is "over twenty need a yes" "$rc|$out|$(changed_lines)" "2||"
run kith set contacts city:crowd tags+=x --yes
is "which --yes is" "$rc|$(tail -n 1 <<<"$out")|$(changed_lines | sort | uniq -c | tr -s ' ')" "0|21 records changed| 21 +tags: x"
rm contacts/somebody-*
printf 'name: "Eve\\e[31m\\n\\u202E"\nx-a: "\\e]0;x\\a"\n' >contacts/eve.yaml
run kith set eve x-a=$'plain\033[2J' x-b=1
unlike "what is printed is harmless" "$out$err" $'\033'
printf 'name: Link\n' >"$tmp/outside.yaml"
ln -s "$tmp/outside.yaml" contacts/link.yaml
run kith set contacts/link.yaml name=Changed
is "no link is followed" "$([ "$rc" -ne 0 ] && cat "$tmp/outside.yaml")" "name: Link"
rm contacts/link.yaml

# ---- Committed as one, and taken back.

store_new "$tmp/repository"
cd "$store" || exit 1
kith add contact "Zoë Lind" --city Turku >/dev/null
kith add contact "Yrsa Holm" --city Turku >/dev/null
run kith set contacts city:turku cadence=monthly tags=north
is "one commit for all" "$(git log -1 --format='%s|%(trailers:key=Kith-Command,valueonly,separator=)')|$(git diff --stat HEAD~1 | tail -n 1 | tr -s ' ')|$(git status --porcelain)" \
	"set cadence, tags of 2 records|set| 2 files changed, 4 insertions(+)|"
is "with the way back" "$(tail -n 1 <<<"$out")" "undo: kith undo"
run kith set zoe city=Oulu
is "the commit of one names it" "$(git log -1 --format=%s)" "set zoe-lind: city"

# ---- long lists

{
	echo "name: Long List"
	echo "skills:"
	for i in {1..1500}; do
		echo "  - \"skill $i\" # why $i"
	done
} >"$store/contacts/long-list.yaml"
cp "$store/contacts/long-list.yaml" "$tmp/long"
run kith set long-list skills+=new
is "a long list gets one more line" "$rc|$(diff "$tmp/long" "$store/contacts/long-list.yaml" | grep -c '^[<>]')" "0|1"
run kith set long-list skills-=new "skills-=skill 7" "skills-=skill 1400"
is "and loses those that go" "$rc|$(diff "$tmp/long" "$store/contacts/long-list.yaml")" "0|9d8
<   - \"skill 7\" # why 7
1402d1400
<   - \"skill 1400\" # why 1400"

done_testing
