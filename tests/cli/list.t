#!/bin/bash
# kith list and kith find.
. "$(dirname "$0")/../lib.sh"
. "$source_root/tests/cli/small.sh"
small_store
cd "$store" || exit 1

run kith list contacts
is "contacts by name, in columns" "$rc|$err|$out" "0||Ana Silva     Design lead  Elétricos      Porto       20 Nov  Jan 2027
Halina Wrona
María García               Acme Robotics
Tom Okafor                                Manchester  20 Nov"
run kith list notes
is "notes, newest first, people by name" "$out" "20 Nov  Tom Okafor, Ana Silva  call    Planned a talk on maps.
1 Oct   Ana Silva              coffee  Talked about the trail map."
run kith list groups
is "groups" "$out" "The Tuesday Circle  circle"
run kith list
is "everything, each with its kind in front" "$(sed 's/ .*//' <<<"$out" | uniq -c | awk '{ print $2, $1 }')" "contact 4
note 2
group 1"
is "a query" "$(kith list roles:mentor --ids)" "maria-garcia
tom-okafor"
is "a kind and a query" "$(kith list contact city:porto --ids)" ana-silva
is "a word that names a kind, in quotes, is a word" "$(kith list '"circle"' --ids)" tuesday-circle
is "by the last conversation" "$(kith list --sort last contacts --ids | head -n 1)" "$(kith list contacts --sort last --ids | head -n 1)"
is "by date, kinds mixed" "$(kith list --sort date | head -n 1)" "note     Planned a talk on maps.      20 Nov"
is "no more than asked for" "$(kith list contacts --limit 2 --ids)" "ana-silva
halina-wrona"
is "how a query was read" "$(kith list --explain city:porto)" "$(kith list city:porto --explain)"
like "in words" "$(kith list --explain city:porto)" 'city'

run kith list contacts --json
is "JSON" "$(jq -c '[.version, .query, .as_of, .count, .records[0]]' <<<"$out")" \
	'[1,"","2026-11-25",4,{"kind":"contact","id":"ana-silva","path":"contacts/ana-silva.yaml","title":"Ana Silva","date":null,"last":"2026-11-20","due":"2027-01-01","tie":"light","broken":false,"private":false}]'
is "JSON with the values" "$(kith list city:porto --json --full | jq -c '.records[0].record.skills')" '["signage"]'
is "a private record is shown to its owner" "$(kith list contacts --json | jq -r '.records[] | select(.private) | .id')" maria-garcia

# ---- Nothing.

run kith list city:atlantis
is "nothing matches" "$rc|$out|$err" "1||error: nothing matches city:atlantis
hint: kith list --explain shows how a query is read"
run kith list events
is "nothing of the kind" "$rc|$err" "1|error: there is no event yet
hint: kith add makes one: kith help add"
run kith list city:atlantis --json
is "as JSON" "$rc|$err|$(jq -c '[.count, .records]' <<<"$out")" "1||[0,[]]"
run kith list city:atlantis --ids
is "as ids" "$rc|$out|$err" "1||"

# ---- Not understood.

run kith list ctiy:porto
is "an unknown field, with a caret" "$rc|$out|$err" "2||error: there is no field 'ctiy'
    ctiy:porto
    ^
hint: did you mean city:? for text with a colon use quotes"
run kith list '田 é ctiy:porto'
is "the caret stands by what is seen" "$rc|$err" "2|error: there is no field 'ctiy'
    田 é ctiy:porto
         ^
hint: did you mean city:? for text with a colon use quotes"
run kith list --sort size
is "an unknown order" "$rc|$err" "2|error: --sort 'size' is not known
hint: write --sort name, date, last or due"
for limit in 0 -1 x 3x ''; do
	run kith list --limit="$limit"
	is "--limit '$limit'" "$rc|$err" "2|error: --limit '$limit' is not a number from 1 on
hint: write --limit 20"
done

# ---- Full text.

run kith find trail map
is "lines that hold both words" "$rc|$err|$out" "0||notes/2026/10/2026-10-01-ana-silva-aaaa.yaml:5: Talked about the trail map.
notes/2026/10/2026-10-01-ana-silva-aaaa.yaml:7: topics: [trail map]
notes/2026/10/2026-10-01-ana-silva-aaaa.yaml:9: - what: send the trail map"
run kith find garcia
is "accents do not matter" "$out" "contacts/maria-garcia.yaml:1: name: María García"
run kith find '"a copy"' with:ana-silva
is "a phrase and a condition" "$out" "notes/2026/10/2026-10-01-ana-silva-aaaa.yaml:6: She wants a copy of it."
run kith find --json planned
is "as JSON" "$(jq -c '[.version, .count, (.hits[0] | [.id, .line, .column, .text])]' <<<"$out")" \
	'[1,1,["2026-11-20-tom-okafor-bbbb",4,7,"text: Planned a talk on maps."]]'
is "as ids" "$(kith find trail --ids)" 2026-10-01-ana-silva-aaaa
run kith find xyzzy
is "nothing" "$rc|$out|$err" "1||error: nothing holds xyzzy
hint: fewer or shorter words find more; kith list --explain xyzzy shows how it is read"
run kith find
is "no word" "$rc|$err" "2|error: kith find needs to know more
hint: kith find TEXT|QUERY"
run kith find --color=always planned
is "the match is painted" "$(sed 's/.*text: //' <<<"$out")" $'\033[1;31mPlanned\033[0m a talk on maps.'

cd "$store/notes/2026" || exit 1
is "paths can be opened from where one stands" "$(kith find planned | cut -d: -f1 | xargs cat | head -n 1)" "date: 2026-11-20"
cd "$store/contacts" || exit 1
is "also beside the folder" "$(kith find planned | cut -d: -f1)" ../notes/2026/11/2026-11-20-tom-okafor-bbbb.yaml
cd / || exit 1
is "and from elsewhere" "$(kith find planned | cut -d: -f1)" "$store/notes/2026/11/2026-11-20-tom-okafor-bbbb.yaml"
cd "$tmp" || exit 1
is "and from above" "$(kith find planned | cut -d: -f1)" store/notes/2026/11/2026-11-20-tom-okafor-bbbb.yaml

# ---- A file that cannot be read now.

cd "$store" || exit 1
printf 'name: [broken\n' >contacts/tom-okafor.yaml
run kith list city:manchester
is "its last good version answers, and says so" "$rc|$out" "0|Tom Okafor  Manchester  20 Nov  (file cannot be read now: kith check contacts/tom-okafor.yaml)"
is "as JSON" "$(kith list city:manchester --json | jq .records[0].broken)" true
is "the words of it are still found, without a line that is not in the file" "$(kith find manchester)" \
	"contacts/tom-okafor.yaml: Tom Okafor  (file cannot be read now: kith check contacts/tom-okafor.yaml)"
is "also as JSON" "$(kith find manchester --json | jq -c '.hits[] | [.line, .column, .text, .broken]')" '[null,null,"Tom Okafor",true]'
like "also on a terminal" "$("$pty" 90x40 env TERM=dumb kith find manchester)" '^       Tom Okafor  \(file cannot be read now'

# ---- One of which nothing older is known.

printf 'name: [never\n' >contacts/never.yaml
warning="warning: 1 file cannot be read and nothing older is known of it: kith check"
for words in "list contacts" "find trail" "today" "list --json" "today --json" "list --ids"; do
	# shellcheck disable=SC2086
	run kith $words
	is "kith $words says that one is missing" "$rc|$err" "0|$warning"
done
run kith list
unlike "a file with an older version is not counted" "$err" '^warning: 2'
like "kith today tells of that one" "$(kith today 2>/dev/null)" '^One file cannot be read now; its last good version is used'
ln -s /etc/hostname contacts/link.yaml
run kith list
is "several" "$err" "warning: 2 files cannot be read and nothing older is known of them: kith check"
rm contacts/link.yaml
printf 'name: Never\n' >contacts/never.yaml
run kith list
is "nothing is said when all is well again" "$err" ""
printf 'name: [never\n' >contacts/never.yaml
rm -r "$XDG_CACHE_HOME"
run kith list contacts
is "a lost index knows nothing older of any of them" "$err|$(grep -c 'Okafor' <<<"$out")" \
	"warning: 2 files cannot be read and nothing older is known of them: kith check|0"
rm contacts/never.yaml

# ---- A field of a megabyte.

{ printf 'name: Long City\ncity: ' && head -c 1000000 /dev/zero | tr '\0' a && echo; } >contacts/long-city.yaml
is "a cell is no wider than 200 columns, also in a pipe" "$(kith list id:long-city | sed 's/…$/./')" \
	"Long City  $(head -c 199 /dev/zero | tr '\0' a)."

# ---- Fresh, and not.

printf 'name: New Person\ncity: Fez\n' >contacts/new-person.yaml
is "--stale-ok does not look" "$(kith list city:fez --ids --stale-ok; echo $?)" 1
is "without it the new file is known" "$(kith list city:fez --ids)" new-person

done_testing
