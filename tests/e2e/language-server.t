#!/bin/bash
# The real yaml-language-server, with the schemas that kith keeps in a store: what it offers, explains and marks.
# Install it with npm install --global yaml-language-server, or name its program in $YAML_LANGUAGE_SERVER.
# timeout: 240
. "$(dirname "$0")/../lib.sh"
. "$source_root/tests/cli/small.sh"

server=${YAML_LANGUAGE_SERVER:-$(command -v yaml-language-server)}
command -v node >/dev/null || skip_all "node is not here"
[ -n "$server" ] || skip_all "yaml-language-server is not here (npm install --global yaml-language-server)"
server=$(readlink -f "$server")
small_store
cd "$store" || exit 1

# ask COMMAND…: as tests/tools/language-server.mjs has it.
ask() {
	node "$source_root/tests/tools/language-server.mjs" "$server" "$store" "$@"
}

put contacts/anna-nowa.yaml <<'YAML'
name: Anna Nowa
skills: [falconry, "tide, tables", "$HOME}"]
YAML
put contacts/secret-person.yaml <<'YAML'
name: Secret Person
private: yes
skills: safe-cracking
YAML
put contacts/try.yaml <<'YAML'
# yaml-language-server: $schema=../.kith/schema/contact.json
name: Try Out
through: 
skills: []
cadence: quarterly
roles: [mentor, lighthouse keeper]
met: 2026-11-25
birthday: 03-14
knows:
  - anna-nowa
  - somebody-new
groups: no-such-group-yet
x-coffee: black
YAML
ok "a command writes the words into the store" kith list try-out

run ask diagnose contacts/try.yaml -- complete contacts/try.yaml 3 10 -- complete contacts/try.yaml 4 10 \
	-- hover contacts/try.yaml 5 3 -- hover contacts/try.yaml 10 6 -- complete contacts/try.yaml 6 10 \
	-- hover contacts/try.yaml 7 2
awk -v to="$tmp/answer." 'BEGIN { n = 1 } /^--$/ { n++; next } { print >to n }' <<<"$out"
touch "$tmp/answer".{1,2,3,4,5,6,7}
is "new words, ids that are not there, keys of one's own: nothing is marked" "$(cat "$tmp/answer.1")" ""
like "through: offers the ids of contacts, with their names" "$(cat "$tmp/answer.2")" \
	"$(printf '^anna-nowa\tanna-nowa\tAnna Nowa$')"
like "and me" "$(cut -f1 "$tmp/answer.2")" '^me$'
unlike "but nobody who is private" "$(cat "$tmp/answer.2")" 'secret'
like "skills: [ offers those in use" "$(cat "$tmp/answer.3")" "$(printf '^falconry\tfalconry')"
like "quoted where YAML needs it" "$(cat "$tmp/answer.3")" "$(printf '^tide, tables\t"tide, tables"')"
like "and no variable of the editor's is put in" "$(cat "$tmp/answer.3")" '\\\$HOME\\\}'
unlike "but not those of private records" "$(cat "$tmp/answer.3")" 'safe-cracking'
like "hovering over a field explains it" "$(cat "$tmp/answer.4")" 'how often you mean to be in touch'
like "hovering over an id says the name" "$(cat "$tmp/answer.5")" '`anna-nowa`: Anna Nowa'
like "roles: [ offers the usual ones" "$(cut -f1 "$tmp/answer.6")" '^connector$'
like "and those in use" "$(cut -f1 "$tmp/answer.6")" '^lighthouse keeper$'
like "a date comes with an example" "$(cat "$tmp/answer.7")" '2026-11-25'

put contacts/try.yaml <<'YAML'
# yaml-language-server: $schema=../.kith/schema/contact.json
name: Try Out
closeness: closest
birthday: 1990-13-02
ctiy: Porto
YAML
run ask diagnose contacts/try.yaml
like "a word that is none of a closed list is marked" "$out" '^3:12: .*close.*steady.*light'
like "and what is no date" "$out" '^4:11: '
like "and a key that is not known" "$out" '^5:1: .*ctiy'
is "nothing else" "$(wc -l <<<"$out")" 3

mkdir -p notes/2026/11
put notes/2026/11/2026-11-25-try-aaaa.yaml <<'YAML'
# yaml-language-server: $schema=../../../.kith/schema/note.json
date: 2026-11-25
with: []
how: coffee
promised:
  - what: a book
    to: 
YAML
run ask complete notes/2026/11/2026-11-25-try-aaaa.yaml 3 8 -- complete notes/2026/11/2026-11-25-try-aaaa.yaml 7 9
like "with: [ offers contacts" "$out" "$(printf '^anna-nowa\tanna-nowa\t')"
is "and so does a key of an entry" "$(sed '1,/^--$/d' <<<"$out" | cut -f1 | grep -c '^anna-nowa$')" 1

done_testing
