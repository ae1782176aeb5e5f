#!/bin/bash
# .kith/schema/ is kept fresh: what is in it, when it is written, and where it never is.
. "$(dirname "$0")/../lib.sh"
. "$source_root/tests/cli/small.sh"
small_store
cd "$store" || exit 1
schemas=.kith/schema
words=$schemas/vocabulary.json

# stamp: another one after each writing, also of the same bytes.
stamp() { stat -c '%i %Y %Z' "$words" 2>&1; }
ids() { jq -r ".definitions.$1.anyOf[]?.enum[]" "$words"; }
in_use() { jq -r ".definitions[\"$1\"].defaultSnippets[]?.label" "$words"; }
# written NAME yes|no COMMAND…: whether the command wrote the words anew.
written() {
	local name=$1 want=$2 before
	shift 2
	before=$(stamp)
	"$@" >/dev/null 2>&1
	if [ "$before" = "$(stamp)" ]; then is "$name" no "$want"; else is "$name" yes "$want"; fi
}

rm -rf .kith .gitignore
git init -q
run kith list contacts
ok "a repository that does not leave it out gets none" not test -e .kith
printf '.kith/schema/\n' >.gitignore
run kith list contacts
ok "one that does, does" test -f "$words"
is "every kind has a schema, each with the words beside it" "$(grep -L 'vocabulary.json#/definitions/' $schemas/*.json)" "$words"
jq -e . $schemas/*.json >/dev/null && pass "they are JSON" || fail "they are JSON"

printf 'name: Anna Nowa\nskills: [falconry]\n' >contacts/anna-nowa.yaml
written "a new record" yes kith list contacts
is "its id, and what it is called" "$(jq -r '.definitions.contact.anyOf[] | [.enum, .enumDescriptions] | transpose[] | select(.[0] == "anna-nowa")[1]' "$words")" "Anna Nowa"
is "its words" "$(in_use contact.skills | grep -x falconry)" falconry
written "nothing changed" no kith list contacts
printf 'name: Anna Nowa\nskills: [falconry]\ncity: Porto\n' >contacts/anna-nowa.yaml
written "an edit that brings no word" no kith list contacts
printf 'name: Anna Nowa\nskills: [falconry, rust]\ncity: Porto\n' >contacts/anna-nowa.yaml
printf 'name: Rusty\nskills: [rust]\n' >contacts/rusty.yaml
written "a word" yes kith list contacts
printf 'name: Anna Nowa\nskills: [falconry]\ncity: Porto\n' >contacts/anna-nowa.yaml
written "a word goes that another record has" no kith list contacts
printf 'name: Anna Nowa\n' >contacts/anna-nowa.yaml
written "a word goes that none has" yes kith list contacts
is "it is no longer offered" "$(in_use contact.skills | grep -x falconry)" ""
printf 'name: Anna Nova\n' >contacts/anna-nowa.yaml
written "another name" yes kith list contacts
printf 'name: Anna Nova\nprivate: yes\nskills: [safe-cracking]\n' >contacts/anna-nowa.yaml
written "it becomes private" yes kith list contacts
is "then it is gone, with all it says" "$(ids contact | grep -x anna-nowa; grep -c safe-cracking "$words")" 0
printf 'name: Anna Nova\nprivate: yes\nskills: [lock-picking]\n' >contacts/anna-nowa.yaml
written "what is private brings no word" no kith list contacts
rm contacts/anna-nowa.yaml
written "nor takes one" no kith list contacts
rm contacts/rusty.yaml
written "a record that goes" yes kith list contacts
printf 'name: [\n' >contacts/broken.yaml
written "a file that cannot be read" no kith list contacts
rm contacts/broken.yaml
mkdir -p notes/2026/11
printf 'date: 2026-11-25\nwith: ana-silva\ntext: Hello.\n' >notes/2026/11/2026-11-25-ana-silva-aaaa.yaml
written "a note" no kith list notes
is "no note is offered" "$(jq -c .definitions.note "$words")" '{"not":{}}'
printf 'date: 2026-11-25\nwith: ana-silva\ntopics: kites\ntext: Hello.\n' >notes/2026/11/2026-11-25-ana-silva-aaaa.yaml
written "but its words are" yes kith list notes
written "--stale-ok writes nothing" no eval 'rm -f "$words.x"; printf "name: New\nskills: newest\n" >contacts/newest.yaml; kith --stale-ok list contacts'
run kith list contacts

rm $schemas/contact.json
ok "kith schema --write" kith schema --write
ok "writes what is missing" test -f $schemas/contact.json
sed -i 's/^{"$comment":"[^"]*"/{"$comment":"made by another kith"/' "$words"
echo '{}' >$schemas/contact.json
run kith list contacts
ok "all are written anew where another kith made them" grep -q vocabulary.json $schemas/contact.json

# Links, in each place.
mkdir -p "$tmp/elsewhere/schema"
for link in .kith .kith/schema; do
	rm -rf .kith
	[ $link = .kith ] || mkdir .kith
	ln -s "$tmp/elsewhere$([ $link = .kith ] || echo /schema)" $link
	printf 'name: Linked\nskills: [%s]\n' "w${#link}" >contacts/linked.yaml
	run kith list contacts
	is "$link is a link: the command works" "$rc|$err" "0|"
	status_is "$link is a link: kith schema --write says so" 6 kith schema --write
	is "$link is a link: nothing is written through it" "$(find "$tmp/elsewhere" -type f)" ""
done
rm -rf .kith
mkdir -p $schemas
echo mine >"$tmp/mine"
ln -s "$tmp/mine" "$words"
ln -s "$tmp/mine" $schemas/contact.json
run kith list contacts
is "a file that is a link is replaced, not followed" "$(cat "$tmp/mine")|$(stat -c %F "$words" $schemas/contact.json | sort -u)" "mine|regular file"
chmod a-w $schemas
printf 'name: Linked\nskills: [another]\n' >contacts/linked.yaml
run kith list contacts
is "a folder that cannot be written is no failure" "$rc|$err" "0|"
chmod u+w $schemas

# The daemon does it when a burst is over.
daemon_start "$store"
printf 'name: Burst\nskills: [kite-making]\n' >contacts/burst.yaml
if wait_until 20 grep -q kite-making "$words"; then pass "the daemon writes them"; else fail "the daemon writes them" "$(cat "$daemon_log")"; fi
daemon_stop

# A hostile one.
rm -rf contacts/h
mkdir contacts/h
python3 - contacts/h <<'PY'
import sys
for i in range(1100):
    with open(f"{sys.argv[1]}/p{i:04}.yaml", "w") as f:
        f.write(f'name: "P{i} \\e[31m {"n" * 3000}"\nskills: [s{i}]\n')
PY
run kith list --ids contacts
is "at most 1000 ids of a kind, 500 words of a field, names cut short" \
	"$(ids contact | wc -l) $(in_use contact.skills | wc -l) $(jq '[.definitions.contact.anyOf[].enumDescriptions[] | length] | max <= 100' "$words")" \
	"1000 500 true"
is "no control character in it" "$(LC_ALL=C grep -c $'\033' "$words")" 0

done_testing
