#!/bin/bash
# kith rm: records go; who refers to them is told first.
. "$(dirname "$0")/../lib.sh"
. "$source_root/tests/cli/small.sh"
small_store
cd "$store" || exit 1
keep_store() {
	rm -rf "$tmp/kept"
	cp -r "$store" "$tmp/kept"
}
same() {
	diff -r -x .kith "$tmp/kept" "$store"
}

run kith rm maria
is "a record that nobody refers to goes at once" "$rc|$out|$err|$(ls contacts)" \
	"0|→ deleted contacts/maria-garcia.yaml  María García||ana-silva.yaml
halina-wrona.yaml
tom-okafor.yaml"
keep_store
run kith rm ana-silva
is "one that is referred to does not, without a terminal" "$rc|$out|$err" "2||error: 6 references lead to ana-silva
    contacts/tom-okafor.yaml:5  knows.who
    groups/tuesday-circle.yaml:3  members
    notes/2026/10/2026-10-01-ana-silva-aaaa.yaml:2  with
    notes/2026/10/2026-10-01-ana-silva-aaaa.yaml:10  promised.to
    notes/2026/10/2026-10-01-ana-silva-aaaa.yaml:13  promised.by_whom
    notes/2026/11/2026-11-20-tom-okafor-bbbb.yaml:2  with
hint: --yes deletes it all the same; --unlink --yes takes the references out too"
is "and nothing is written" "$(same)" ""
run "$pty" 80x24 kith --color never rm ana-silva <<<n
is "on a terminal it asks, and heeds a no" "$rc|$(same)" "130|"
like "with the question" "$out" '^delete ana-silva all the same\? \[y/N\] '
run kith rm ana-silva -n
is "-n shows it" "$rc|$(grep -c "^-name: Ana Silva" <<<"$out")|$(same)" "0|1|"
run kith rm ana-silva --yes --json
is "--yes deletes it; as JSON" "$rc|$(jq -c '[.version,.written,.unlinked,(.records|map(.id)),(.references|length)]' <<<"$out")" \
	'0|[1,true,false,["ana-silva"],6]'
run kith check
is "what is left leads to nowhere, as check says" "$rc|$(grep -c 'called ana-silva' <<<"$out")" "3|6"

# ---- --unlink

again() {
	rm -rf "$store"
	cp -r "$tmp/kept" "$store"
	cd "$store" || exit 1
}
again
put contacts/linked.yaml <<'YAML'
name: Linked # and commented
through: ana-silva   # gone
org: tuesday-circle
knows:
  - tom-okafor
  # she knows Ana
  - who: ana-silva
    as: spouse
stranger_to: [tom-okafor, ana-silva]
YAML
run kith rm ana-silva --unlink --yes
is "--unlink takes them out" "$rc|$err|$(grep -c '^→' <<<"$out")" "0||10"
is "a value, an entry, a part of a list" "$(cat contacts/linked.yaml)" "name: Linked # and commented
org: tuesday-circle
knows:
  - tom-okafor
  # she knows Ana
stranger_to: [tom-okafor]"
is "from a list of one the list goes; of an entry only the reference" \
	"$(grep -c ana-silva notes/2026/10/2026-10-01-ana-silva-aaaa.yaml)|$(grep -c 'send the trail map' notes/2026/10/2026-10-01-ana-silva-aaaa.yaml)" "0|1"
run kith check
is "nothing leads to nowhere" "$rc|$out" "0|"
run kith rm tuesday-circle --unlink --yes
is "where a text may stand its name takes the place" "$rc|$(grep org: <<<"$out$(cat contacts/linked.yaml)")|$(grep linked <<<"$out")" \
	"0|org: The Tuesday Circle|→ contacts/linked.yaml:2: org tuesday-circle → The Tuesday Circle"

put contacts/broken.yaml <<'YAML'
name: Broken
through: tom-okafor
YAML
kith list >/dev/null
put contacts/broken.yaml <<'YAML'
name: Broken
through: [tom-okafor
YAML
keep_store
run kith rm tom-okafor --unlink --yes
is "a file that cannot be edited keeps all from being written" "$rc|$(same)|$(sed "s/: line.*//" <<<"$err")" "3||error: 1 file cannot lose the references; nothing was changed
    contacts/broken.yaml
hint: change it by hand first, or leave --unlink out"

# ---- Several, broken, and none.

run kith rm contacts/broken.yaml
is "a broken file goes by its path" "$rc|$(test -e contacts/broken.yaml || echo gone)" "0|gone"
put contacts/never-read.yaml <<<"name: ["
run kith rm contacts/never-read.yaml
is "also one of which nothing is known" "$rc|$out" "0|→ deleted contacts/never-read.yaml"
run kith rm tom-okafor,linked -y
is "several with a comma; references among them do not count" "$rc|$(ls contacts)" "0|halina-wrona.yaml"
keep_store
refused() {
	local name=$1 code=$2 want=$3
	shift 3
	run kith rm "$@"
	is "$name" "$rc|$out|$err|$(same)" "$code||$want|"
}
refused "nobody" 2 "error: kith rm needs to know more
hint: kith rm WHO|PATH|QUERY…"
refused "somebody who is not there" 1 "error: nobody and nothing is called 'qqqq'
hint: kith find looks in all text, not in names only" qqqq
refused "oneself" 2 "error: halina-wrona is you: kith.yaml says so
hint: say first who else is: kith edit kith.yaml" me
refused "what makes the store" 2 "error: kith.yaml makes this folder a store
hint: kith edit kith.yaml opens it" kith.yaml
refused "somebody who is only written alike" 1 "error: nothing is called 'Halima'
hint: did you mean Halina Wrona (halina-wrona)?" Halima --yes
ln -s /etc/passwd contacts/link.yaml
run kith rm contacts/link.yaml
is "a link is not followed" "$rc|$(test -L contacts/link.yaml && head -c 4 /etc/passwd)" "6|root"
rm contacts/link.yaml
for n in $(seq 21); do put "contacts/many-$n.yaml" <<<"name: Many $n"; done
run kith rm contact many
is "a name among contacts is not a query" "$rc" 2
run kith rm kind:contact many
is "more than 20 need a yes" "$rc|$(head -n 1 <<<"$err")|$(ls contacts | wc -l)" "2|error: delete 21 records? This needs a yes|22"
run kith rm kind:contact many --yes --ids
is "and have it" "$rc|$(wc -l <<<"$out")|$(ls contacts)" "0|21|halina-wrona.yaml"

# ---- One commit.

store_from_examples "$tmp/repository"
cd "$store" || exit 1
run kith rm tom-okafor --unlink --yes
is "one commit" "$rc|$(git rev-list --count HEAD)|$(git log -1 --format='%s|%(trailers:key=Kith-Command,valueonly,separator=)')|$(git status --porcelain)" \
	"0|2|delete tom-okafor|rm|"
is "undo is offered" "$(tail -n 1 <<<"$out")" "undo: kith undo"
run kith check
is "the examples are without fault" "$rc" 0

done_testing
