#!/bin/bash
# kith show: a record on one screen.
. "$(dirname "$0")/../lib.sh"
. "$source_root/tests/cli/small.sh"
small_store
cd "$store" || exit 1

run kith show ana
is "a contact" "$rc|$err|$out" "0||Ana Silva
Design lead, Elétricos · Porto
contacts/ana-silva.yaml

in touch      last Fri 20 Nov, 5 days ago · next Fri 1 Jan 2027 · light
email         ana@silva.example
roles         friend, peer
skills        signage
cadence       6 weeks
birthday      19 Feb

Promises
  you: send the trail map, by Fri 27 Nov
    notes/2026/10/2026-10-01-ana-silva-aaaa.yaml:9
  Ana Silva: lend her notes on signs
    notes/2026/10/2026-10-01-ana-silva-aaaa.yaml:12

Last conversations
  20 Nov       call: Planned a talk on maps.
               notes/2026/11/2026-11-20-tom-okafor-bbbb.yaml
  1 Oct        coffee: Talked about the trail map. She wants a copy of it.
               notes/2026/10/2026-10-01-ana-silva-aaaa.yaml

Mentioned in
  The Tuesday Circle  group, members  groups/tuesday-circle.yaml:3
  Tom Okafor  contact, knows.who  contacts/tom-okafor.yaml:5"
run kith show notes/2026/10/2026-10-01-ana-silva-aaaa.yaml
is "a note, by its path" "$out" "Ana Silva  note
Thu 1 Oct · coffee
notes/2026/10/2026-10-01-ana-silva-aaaa.yaml

due           Fri 27 Nov
topics        trail map
promised      send the trail map (to Ana Silva, by Fri 27 Nov)
              lend her notes on signs (from Ana Silva, to you)

Talked about the trail map.
She wants a copy of it."
is "by its id" "$(kith show 2026-10-01-ana-silva-aaaa)" "$out"
is "by its path from a folder inside" "$(cd notes/2026 && kith show 10/2026-10-01-ana-silva-aaaa.yaml --ids)" 2026-10-01-ana-silva-aaaa
is "by its path from the root, wherever one stands" "$(cd / && kith show contacts/ana-silva.yaml --ids)" ana-silva
is "beginnings of words" "$(kith show mar gar --ids)" maria-garcia
is "me" "$(kith show me --ids)" halina-wrona
is "--raw is the file" "$(kith show ana --raw)" "$(cat contacts/ana-silva.yaml)"
is "JSON" "$(kith show tom --json | jq -c '[.version, .id, .last, .record.knows]')" '[1,"tom-okafor","2026-11-20",[{"who":"ana-silva","as":"friend","since":"2024"}]]'

# ---- Not found.

run kith show
is "nobody" "$rc|$err" "2|error: kith show needs to know more
hint: kith show WHO|PATH"
run kith show qqqq
is "somebody unknown" "$rc|$out" "1|"
like "with a way out" "$err" '^hint: '
printf 'name: Tomas Okafor\n' >contacts/tomas-okafor.yaml
run kith show okafor
is "several" "$rc|$out|$err" "2||error: 'okafor' may be several
    Tom Okafor    tom-okafor  Manchester
    Tomas Okafor  tomas-okafor
hint: write more of the name, or the id: tom-okafor"
run kith show contacts/nobody.yaml
is "a path that is not there" "$rc|$err" "1|error: there is no file contacts/nobody.yaml
hint: kith find looks for words in all files"
run kith show /etc/passwd
is "a path outside" "$rc|$err" "2|error: /etc/passwd is not in the store
hint: the store is $store; --store names another"
echo x >README.md
run kith show ./README.md
is "a file that is no record" "$rc|$err" "1|error: ./README.md is not a record
hint: records are .yaml files in contacts/, notes/ and the like; kith check ./README.md says more"

# ---- A file that cannot be read now, and one that never could.

printf 'name: [broken\n' >contacts/ana-silva.yaml
run kith show ana-silva
is "the last good version answers" "$rc|$(sed -n 4p <<<"$out")" "0|(file cannot be read now: kith check contacts/ana-silva.yaml)"
is "--raw shows the file as it is" "$(kith show ana-silva --raw)" "name: [broken"
printf 'name: [never\n' >contacts/never.yaml
is "--raw also where nothing could ever be read" "$(kith show contacts/never.yaml --raw)" "name: [never"
for words in never nev Never contacts/never.yaml; do
	run kith show "$words"
	is "kith show $words names the file" "$rc|$out|$err" "3||error: contacts/never.yaml cannot be read, and nothing older is known of it
hint: kith check contacts/never.yaml"
done
printf 'name: Nevar\n' >contacts/nevar.yaml
run kith show never
like "somebody called alike is not taken for it" "$rc|$err" '^3\|error: contacts/never.yaml cannot be read'
is "but by their own name" "$(kith show nevar --ids)" nevar
run kith show never-was
is "another name is not its own" "$rc|${err%%$'\n'*}" "1|error: nobody and nothing is called 'never-was'"
run kith log never "hello"
is "nor is a note written with nobody" "$rc|${err%%$'\n'*}" "3|error: contacts/never.yaml cannot be read, and nothing older is known of it"
ln -s /etc/passwd contacts/link.yaml
run kith show contacts/link.yaml --raw
is "a link is not followed" "$out" ""
isnt "and refused" "$rc" 0

# ---- Two files with one id.

mkdir contacts/old
printf 'name: Maria the Elder\n' >contacts/old/maria-garcia.yaml
run kith show mari
is "candidates with one id are told apart by their paths" "$rc|$out|$err" "2||error: 'mari' may be several
    María García     contacts/maria-garcia.yaml  Acme Robotics
    Maria the Elder  contacts/old/maria-garcia.yaml
hint: write a path: contacts/maria-garcia.yaml; an id is that of one file: kith check"
warning="warning: contacts/old/maria-garcia.yaml has the same id as contacts/maria-garcia.yaml, which was taken: kith check"
run kith show maria-garcia
is "by the id one is shown, with a warning" "$rc|$err|$(sed -n '1p;3p' <<<"$out")" "0|$warning|María García
contacts/maria-garcia.yaml"
run kith log maria-garcia hello -n
is "so does kith log" "$rc|$err" "0|$warning"
run env EDITOR=true kith edit maria-garcia
like "and kith edit" "$err" "^$warning\$"
run kith show contacts/old/maria-garcia.yaml
is "by a path there is no doubt" "$rc|$err|$(sed -n 1p <<<"$out")" "0||Maria the Elder"

# ---- A field of a megabyte.

{ printf 'name: Long City\ncity: ' && head -c 900000 /dev/zero | tr '\0' a && printf '\ntags: [x' && head -c 90000 /dev/zero | tr '\0' b && echo ']'; } >contacts/long-city.yaml
run kith show long-city
is "a value is cut" "$rc|$(sed -n 2p <<<"$out" | tail -c 40)" "0|aaaaaaaaaaaaaaaaaa… (kith show --raw)"
is "each of them" "$(grep -c 'b… (kith show --raw)$' <<<"$out")|$((${#out} < 6000))" "1|1"
is "--raw has it all" "$(kith show long-city --raw | wc -c)" "$(wc -c <contacts/long-city.yaml)"

done_testing
