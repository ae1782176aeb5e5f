#!/bin/bash
# kith fmt: what is certain is put right, and not a byte besides.
. "$(dirname "$0")/../lib.sh"
. "$source_root/tests/cli/small.sh"
small_store
cd "$store" || exit 1
export KITH_NOW=2026-11-25T09:30
touch -d '2026-11-20 12:00' contacts/*.yaml groups/*.yaml

# fixed NAME FIELD VALUE WANT [DAY]: in a contact that was last changed on DAY.
fixed() {
	local name=$1 field=$2 value=$3 want=$4 day=${5:-2026-11-20}
	printf '# a comment\nname:   Fixed   # spaced\n%s: %s # behind\nx-end: "as it is"\n' "$field" "$value" >contacts/fixed.yaml
	touch -d "$day 12:00" contacts/fixed.yaml
	run kith fmt contacts/fixed.yaml
	is "$name" "$(cat contacts/fixed.yaml)" "$(printf '# a comment\nname:   Fixed   # spaced\n%s: %s # behind\nx-end: "as it is"' "$field" "$want")"
}

# ---- Words for dates.

fixed "a day of the week, seen from the day of the last change" resting "next friday" 2026-11-27
is "and it says from where" "$out" "→ contacts/fixed.yaml: resting next friday → 2026-11-27  (seen from Fri 20 Nov, when the file was last changed)"
fixed "never seen from after today" met yesterday 2026-11-24 2026-12-24
fixed "a span" resting "in 3 weeks" 2026-12-11
fixed "a month in words means the same on every day" met "25 November 2025" 2025-11-25
is "and no day is told" "$out" "→ contacts/fixed.yaml: met 25 November 2025 → 2025-11-25"
fixed "a birthday in words" birthday "March 14" 03-14
fixed "in quotes" met "'yesterday'" "'2026-11-19'"
fixed "in a list of maps" dates "[{date: 14 march, what: tram day}]" "[{date: 03-14, what: tram day}]"
fixed "what is no date stays" met "when it rained" "when it rained"
is "and is told" "$rc|$err" "3|warning: contacts/fixed.yaml has 1 error left: kith check"
fixed "a day that two orders may mean stays" met 03/04/2026 03/04/2026
fixed "a date that needs a year gets none" met "25 nov" "25 nov"

# ---- References.

fixed "a full name" through "Tom Okafor" tom-okafor
fixed "accents and case never matter" through "MARIA GARCIA" maria-garcia
fixed "an id in other letters" through Tom-Okafor tom-okafor
fixed "a path" through contacts/tom-okafor.yaml tom-okafor
fixed "each of several" stranger_to "Ana Silva, tom-okafor, María García" "ana-silva, tom-okafor, maria-garcia"
fixed "in an entry" knows "[{who: Ana Silva, as: friend}]" "[{who: ana-silva, as: friend}]"
fixed "half a name stays" through Tom Tom
fixed "the name of another kind stays" through "The Tuesday Circle" "The Tuesday Circle"
fixed "a text stays where texts belong" org "The Tuesday Circle" "The Tuesday Circle"
fixed "me stays" stranger_to me me
put contacts/tom-two.yaml <<<"name: Tom Okafor"
fixed "a name that two have stays" through "Tom Okafor" "Tom Okafor"
rm contacts/tom-two.yaml
put contacts/once.yaml <<'YAML'
name: Called Otherwise Once
formerly: she-was
YAML
fixed "an id that was" through she-was once
fixed "a word of a fixed list in other letters" closeness Close close
rm contacts/fixed.yaml

# ---- Which files.

store_fault() {
	put contacts/a-fault.yaml <<<"name: A
met: yesterday"
	put notes/2026/11/2026-11-22-a-fault-cccc.yaml <<<"date: 2026-11-22
with: Tom Okafor"
	touch -d '2026-11-22 10:00' contacts/a-fault.yaml notes/2026/11/2026-11-22-a-fault-cccc.yaml
}
store_fault
run kith fmt --check
is "--check tells and writes nothing" "$rc|$out|$(grep met contacts/a-fault.yaml)" "3|→ contacts/a-fault.yaml: met yesterday → 2026-11-21  (seen from Sun 22 Nov, when the file was last changed)
→ notes/2026/11/2026-11-22-a-fault-cccc.yaml: with Tom Okafor → tom-okafor|met: yesterday"
run kith fmt -n
like "-n shows the difference" "$out" '^\+met: 2026-11-21$'
is "and writes nothing" "$rc|$(grep met contacts/a-fault.yaml)" "0|met: yesterday"
run kith fmt contacts
is "a folder" "$rc|$(wc -l <<<"$out")|$(grep met contacts/a-fault.yaml)" "0|1|met: 2026-11-21"
run kith fmt with:nobody
is "a query that finds nothing" "$rc" 1
run kith fmt --json
is "everything, as JSON" "$rc|$(jq -c '[.version,.written,[.files[]|[.path,.errors,.ordered,(.repairs[0]|[.field,.line,.was,.is,.seen_from])]]]' <<<"$out")" \
	'0|[1,true,[["notes/2026/11/2026-11-22-a-fault-cccc.yaml",0,false,["with",2,"Tom Okafor","tom-okafor",null]]]]'
run kith fmt
is "nothing is left to do" "$rc|$out|$err" "0||"
run kith fmt --check
is "and --check agrees" "$rc" 0
put contacts/broken.yaml <<<"name: ["
store_fault
run kith fmt
is "a file that cannot be read is named, the others are done" "$rc|$(wc -l <<<"$out")|$(grep -c '^warning: contacts/broken.yaml' <<<"$err")" "3|2|1"
rm contacts/broken.yaml

# ---- --order

put contacts/order.yaml <<'YAML'
# at the top
about: last
city: Porto   # with its comment

# above the name
name: Order
x-own: 1
YAML
run kith fmt contacts/order.yaml
is "keys stay where they are" "$rc|$out" "0|"
run kith fmt --order contacts/order.yaml
is "unless asked for" "$rc|$out|$(grep -o '^[a-z-]*:' contacts/order.yaml | tr '\n' ' ')" "0|→ contacts/order.yaml: keys in their usual order|name: x-own: city: about: "
like "comments go with them" "$(cat contacts/order.yaml)" '^city: Porto   # with its comment$'
run kith fmt --order
is "in the whole store" "$rc" 0
run kith fmt --order --check
is "and then it is done" "$rc|$out" "0|"

# ---- One commit.

store_from_examples "$tmp/repository"
cd "$store" || exit 1
run kith fmt
is "the examples need nothing" "$rc|$out" "0|"
echo "met: yesterday" >contacts/two.yaml && sed -i '1i name: Two' contacts/two.yaml
sed 's/Two/Three/' contacts/two.yaml >contacts/three.yaml
run kith fmt
is "several files are one commit, what was written by hand another" \
	"$rc|$(git rev-list --count HEAD)|$(git log -1 --format='%s|%(trailers:key=Kith-Command,valueonly,separator=)')|$(git status --porcelain)" "0|3|tidy 2 files|fmt|"
is "undo is offered" "$(tail -n 1 <<<"$out")" "undo: kith undo"

done_testing
