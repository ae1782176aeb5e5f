#!/bin/bash
# kith add: a new record, whatever the values.
. "$(dirname "$0")/../lib.sh"
. "$source_root/tests/cli/small.sh"
small_store
cd "$store" || exit 1

run kith add contact "Noor Bakkali" --city Lyon --roles mentor,peer --met "last friday" --through tom --cadence quarterly
is "a contact with fields" "$rc|$err|$out" "0||contacts/noor-bakkali.yaml
→ city     Lyon
→ roles    mentor
→ roles    peer
→ met      2026-11-20  (Fri 20 Nov)
→ through  tom-okafor  (Tom Okafor)
→ cadence  quarterly"
is "its file" "$(cat contacts/noor-bakkali.yaml)" '# yaml-language-server: $schema=../.kith/schema/contact.json
name: Noor Bakkali
city: Lyon
roles: [mentor, peer]
met: 2026-11-20
through: tom-okafor
cadence: quarterly'

run kith add contact "Noor Bakkali"
is "an id in use is refused" "$rc|$out|$err" "2||error: noor-bakkali is there already: Noor Bakkali (contacts/noor-bakkali.yaml)
hint: kith edit noor-bakkali opens it; for somebody or something else add --id noor-bakkali-2"
ok "another id helps" kith add contact "Noor Bakkali" --id noor-bakkali-2 --no-edit

run kith add contact "Only A Name"
is "without fields and terminal there is no editor" "$rc|$out" "0|contacts/only-a-name.yaml"
like "but suggestions" "$(cat contacts/only-a-name.yaml)" '^# cadence: quarterly +# how often you mean to be in touch'

# ---- Values that YAML would read as something else come back as they were.

n=0
while IFS= read -r value; do
	value=$(printf '%b' "$value")
	n=$((n + 1))
	run kith add contact "Value $n" --city "$value" --about "$value" --tags "x$value" --links "$value" --links second --jobs.org "y$value" --jobs.title "$value"
	[ "$rc" -eq 0 ] || { fail "value $n is written: $value" "$err"; continue; }
	got=$(kith show "value-$n" --json | jq -r '.record | [.city, .about, .links[0], .jobs[0].title] | unique | .[]')
	is "value $n comes back: $(printf '%q' "$value")" "$got" "$value"
done <<'VALUES'
NO
null
~
007
1:30
2026-11-25
0x1F
.5
-
- dash
-dash
? what
: colon
a: b
a:b
ends:
# hash
a #b
a#b
'single'
"double"
back\\\\slash
*star
&anchor
!bang
%percent
@at
`tick`
|pipe
>fold
[list]
{map}
a, b
tab\there
two\nlines
three\n  indented\nlines
blank\n\nline
trailing \nspace
é ñ 田中 ليلى
nel\xc2\x85nel
ls\xe2\x80\xa8ls
bom\xef\xbb\xbfbom
esc\x1b[31m
emoji 👩‍👩‍👧
---
...
=
<<
VALUES
run kith check
is "all of them are without fault" "$rc" 0
is "the values are the only files that were written" "$(ls contacts | wc -l)" "$((n + 7))"

# ---- Kinds.

run kith add note ana-silva,tom --text "Met." --how coffee -n
like "a note is of today" "$out" '^date: 2026-11-25$'
like "and with whom it says" "$out" '^with: \[ana-silva, tom-okafor\]$'
like "its file is called by day and person" "$out" '^# would be notes/2026/11/2026-11-25-ana-silva-[a-z0-9]{4}\.yaml$'
run kith add goal "Lead a team" --by "in 2 years" --wants.what "a mentor" --wants.role mentor --wants "a critic" -n
is "entries of a list" "$out" '# would be goals/lead-a-team.yaml
# yaml-language-server: $schema=../.kith/schema/goal.json
name: Lead a team
by: 2028-11-25
wants:
  - what: a mentor
    role: mentor
  - a critic'
run kith add event "Fair" --date 2026-12-03 --json
is "as JSON" "$rc|$(jq -c '[.version, .kind, .id, .path, .written, .record.date]' <<<"$out")" \
	'0|[1,"event","fair","events/fair.yaml",true,"2026-12-03"]'
run kith add group "Ids" --ids
is "as an id" "$out" ids
ok "-n writes nothing" not test -e goals/lead-a-team.yaml

# ---- Refused, and nothing written.

files=$(find . -type f | sort)
refused() {
	local name=$1 want=$2
	shift 2
	run kith add "$@"
	is "$name" "$rc|$out|$err" "2||$want"
}
refused "no kind" 'error: kith add needs to know what
hint: kith add contact "Somebody'\''s Name"; also note, group, event, opportunity, need, goal, learning, playbook'
refused "an unknown kind" "error: there is no kind of record called 'contct'
hint: did you mean contact?" contct X
refused "a person for a kind" "error: there is no kind of record called 'Zoë'
hint: for a person: kith add contact \"Zoë\"" Zoë
refused "no name" 'error: the contact needs a name
hint: kith add contact "Ana Silva"' contact
refused "a name without letters" 'error: the name has no letter or digit to make an id of
hint: give it an id: --id ana-silva' contact '!?'
refused "a field that is none" 'error: there is no option or field --citty for a contact
hint: did you mean --city?' contact X --citty Y
refused "a value not of its type" "error: cadence: 'oftn' is not a length of time
hint: write weekly, monthly, quarterly, yearly, 6 weeks, 90d or never" contact X --cadence oftn
refused "one value twice" 'error: city is given twice
hint: it holds one value' contact X --city A --city B
refused "an empty value" 'error: city is empty
hint: leave it out, or write text on one line' contact X --city ''
refused "an id that is none" "error: --id 'Q Q' is not an id: lower case letters, digits and - make one
hint: write --id q-q" contact X --id 'Q Q'
refused "text that is not UTF-8" 'error: city: the text is not UTF-8
hint: check the encoding of your terminal (locale)' contact X --city $'\xff'
run kith add contact X --through nobody-at-all
is "a reference to nobody" "$rc|$out" "1|"
run kith add contact X --dates.what "no day"
is "an entry without what it needs" "$rc|${err##*hint: leave}" "3| out or change what is shown, and try again"
is "nothing was written by any of them" "$(find . -type f | sort)" "$files"

# ---- A link where a folder should be.

mkdir "$tmp/elsewhere"
ln -s "$tmp/elsewhere" learning
run kith add learning "Through a link"
is "nothing is written through a link" "$rc|$(ls "$tmp/elsewhere")" "6|"
like "and the way out is told" "$err" '^hint: kith follows no links in a store'

# ---- With the editor.

cat >"$tmp/editor" <<'SH'
#!/bin/sh
echo "city: Porto" >>"$1"
SH
chmod +x "$tmp/editor"
run env EDITOR="$tmp/editor" kith add contact "Edited One" --edit
is "--edit opens the editor" "$rc|$(tail -n 1 contacts/edited-one.yaml)" "0|city: Porto"

run env EDITOR="$tmp/editor" kith add contact "Edited Two" --edit --json
is "as JSON it is what the editor left" "$rc|$(jq -r .record.city <<<"$out")" "0|Porto"

# Left without a word, it may not have been meant.
export EDITOR=true
run "$pty" 100x24 kith --color never add contact "Second Thought" <<<n
is "an untouched template can be dropped" "$rc|$(ls contacts/second-thought.yaml 2>/dev/null)" "130|"
like "after a question" "$out" '^nothing was written: keep contacts/second-thought.yaml as it was made\? \[Y/n\] '
run "$pty" 100x24 kith --color never add contact "Second Thought" <<<y
is "or kept" "$rc|$(head -n 2 contacts/second-thought.yaml | tail -n 1)" "0|name: Second Thought"
run env EDITOR="sed -i /^name/d" kith add contact "Emptied One" --edit
is "an emptied one is dropped" "$rc|$(ls contacts/emptied-one.yaml 2>/dev/null)|$err" "130||error: contacts/emptied-one.yaml was dropped; nothing is added"

# ---- Templates: what they suggest is right, and survives what is set later.

rm learning
kith add contact "Nobody Much" --id ana-silva --no-edit >/dev/null 2>&1
for kind in contact note group event opportunity need goal learning playbook; do
	name="The Template of $kind" words=$(kith schema "$kind" --json | jq -r '.properties | keys | join(" ")')
	[ $kind != note ] || name=ana-silva
	path=$(kith add "$kind" "$name" --no-edit | head -n 1)
	like "a new $kind says where its fields are listed" "$(cat "$path")" "All fields: kith schema $kind$"
	for field in $(sed -n 's/^# \([a-z_]*\): .*/\1/p' "$path"); do
		grep -qw "$field" <<<"$words" || fail "$field is a field of a $kind"
	done
	sed -i 's/^# \([a-z_]*: \)/\1/' "$path"
	run kith check "$path"
	is "a new $kind is right with all its suggestions" "$rc|$out" "0|"
	[ $(grep -c '^[a-z]' "$path") -ge 3 ] || fail "a new $kind suggests something" "$(cat "$path")"
done
run kith add contact "Set Later" --no-edit
before=$(grep '^#' contacts/set-later.yaml)
run kith set set-later cadence=quarterly city=Porto
is "a field that is set stands among the others, and every comment stays" "$rc|$(sed -n 2,4p contacts/set-later.yaml | tr '\n' ' ')|$(grep '^#' contacts/set-later.yaml)" \
	"0|name: Set Later city: Porto cadence: quarterly |$before"

done_testing
