#!/bin/bash
# Every record of the examples is right by the JSON Schema of its kind, as an editor would read it; typical slips are not.
. "$(dirname "$0")/../lib.sh"

python3 -c 'import jsonschema, yaml' 2>/dev/null || skip_all "python3 has no jsonschema or no yaml"

cat >"$tmp/check.py" <<'END'
"""check.py SCHEMAS: reads "kind path" lines, prints what is wrong with each file."""
import json
import sys
import warnings

warnings.simplefilter("ignore")
import jsonschema
import yaml


class Loader(yaml.SafeLoader):
    """YAML as the language server reads it: numbers, booleans and null are guessed, dates are text."""


Loader.yaml_implicit_resolvers = {
    first: [(tag, regexp) for tag, regexp in rules if not tag.endswith(":timestamp")]
    for first, rules in yaml.SafeLoader.yaml_implicit_resolvers.items()
}

validators = {}
for line in sys.stdin:
    kind, path = line.rstrip("\n").split(" ", 1)
    if kind not in validators:
        with open(f"{sys.argv[1]}/{kind}.json", encoding="utf-8") as file:
            schema = json.load(file)
        jsonschema.Draft7Validator.check_schema(schema)
        validators[kind] = jsonschema.Draft7Validator(schema)
    with open(path, encoding="utf-8-sig") as file:
        record = yaml.load(file, Loader)
    for error in validators[kind].iter_errors(record):
        print(f"{path}: {'.'.join(str(part) for part in error.path)}: {error.message[:200]}")
END

records() {
	local kind folder
	while read -r kind folder; do
		find "$1/$folder" -name '*.yaml' -printf "$kind %p\n"
	done <<'END'
contact contacts
note notes
group groups
event events
opportunity opportunities
need needs
goal goals
learning learning
playbook playbooks
END
	echo "kith $1/kith.yaml"
}

records "$examples" >"$tmp/records"
run python3 "$tmp/check.py" "$source_root/schema" <"$tmp/records"
is "the examples are right by the schemas" "$rc $out$err" "0 "
ok "there are examples" test "$(wc -l <"$tmp/records")" -gt 100

check() {
	printf '%b' "$2" >"$tmp/record.yaml"
	out=$(python3 "$tmp/check.py" "$source_root/schema" <<<"$1 $tmp/record.yaml" 2>&1)
}
# right NAME KIND YAML, wrong NAME KIND YAML: in the YAML \n is a line feed.
right() {
	check "$2" "$3"
	is "right: $1" "$out" ""
}
wrong() {
	check "$2" "$3"
	isnt "wrong: $1" "$out" ""
}

right "what looks like a number, a boolean or nothing is a text" contact \
	'name: 2024\ncountry: NO\naddress: 08001\ncity: ~\nphone: +34600123456\naka:\ntitle: 1:30\nskills: [1, true, c]\n'
right "lists as single values" contact 'name: A\nskills: rust, c\nemail: a@b.example\nknows: ana, tom\naka: B\n'
right "entries as values and as maps" contact \
	'name: A\nknows:\n  - ana\n  - {who: tom, as: friend}\nemail: {value: a@b.example}\n'
right "dates of every precision" contact \
	'name: A\nmet: 2024\nagreed_on: 2024-05\nbirthday: 03-14\nresting: 2027-01-01\n'
right "flags in every word" contact 'name: A\nresting: yes\nprivate: "No"\n'
right "spans in many words" contact 'name: A\ncadence: Every other WEEK\n'
right "keys of one's own" contact 'name: A\nx-coffee: [black]\nknows: {who: ana, x-why: because}\n'
right "a step as a pair, a map and a line" playbook \
	'name: A\nsteps:\n  - 2w: write\n  - {after: 3 months, do: call}\n  - think\n'
right "the tables of kith.yaml" kith \
	'cadences:\n  mentor: quarterly\nadjacent:\n  a: [b, c]\n  d: e\nquiet: 20:00-08:00\nremind_at: 9:00\n'
right "a need that was answered" need 'name: A\nhelpers:\n  - {who: ana, said: yes}\n'

wrong "a mistyped key" contact 'name: A\nskils: rust\n'
wrong "a mistyped key in an entry" note 'date: 2026-11-25\npromised: {what: x, bye: 2026-11-26}\n'
wrong "no name" contact 'city: Porto\n'
wrong "an empty name" contact 'name:\n'
wrong "a date in another order" contact 'name: A\nmet: 25.11.2026\n'
wrong "a date without a day where one is needed" note 'date: 2026-11\n'
wrong "a word that is not one of the list" contact 'name: A\ncloseness: dear\n'
wrong "a span that is none" contact 'name: A\ncadence: often\n'
wrong "a name where an id belongs" contact 'name: A\nthrough: Tom Okafor\n'
wrong "a number out of range" contact 'name: A\nmax_asks: 100\n'
wrong "a map where a value belongs" contact 'name: {first: A}\n'
wrong "a reminder without its date" contact 'name: A\nremind: {text: x}\n'
wrong "a reminder that is only a text" contact 'name: A\nremind: call\n'

done_testing
