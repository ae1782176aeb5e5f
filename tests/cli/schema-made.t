#!/bin/bash
# What is made of the rows of the schema: the JSON Schemas as they are published, and a manual page without a fault.
. "$(dirname "$0")/../lib.sh"

for kind in contact note group event opportunity need goal learning playbook kith; do
	kith schema "$kind" --json >"$tmp/$kind.json"
	ok "schema/$kind.json is what kith says" cmp "$tmp/$kind.json" "$source_root/schema/$kind.json"
done

kith schema --man >"$tmp/kith-records.5"
if command -v mandoc >/dev/null; then
	run mandoc -T lint -W warning "$tmp/kith-records.5"
	is "the manual page has no fault" "$rc|$out$err" "0|"
	page=$(mandoc -T utf8 "$tmp/kith-records.5" | col -b)
	like "a field with its type" "$page" '^ +cadence \(span\)$'
	like "a list of entries" "$page" '^ +knows \(list of entries\)$'
	like "the usual words" "$page" 'Usual: mentor, mentee, peer'
	like "letters outside ASCII" "$page" 'name: María García'
else
	skip "the manual page has no fault" "there is no mandoc"
fi

done_testing
