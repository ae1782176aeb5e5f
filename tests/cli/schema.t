#!/bin/bash
# kith schema: the fields of a record.
. "$(dirname "$0")/../lib.sh"

run kith schema
is "the kinds" "$rc|$(cut -d' ' -f1 <<<"$out" | head -n 3 | tr '\n' ' ')" "0|contact note group "
for kind in contact note group event opportunity need goal learning playbook kith config; do
	run kith schema "$kind" --json
	is "the JSON Schema of $kind is JSON" "$rc|$(jq -r '.["$schema"]' <<<"$out")" "0|http://json-schema.org/draft-07/schema#"
	run kith schema "$kind"
	is "the table of $kind has every field" "$rc|$(tail -n +3 <<<"$out" | grep -c '^  ')" "0|$(tail -n +3 <<<"$out" | wc -l)"
done
like "a field, its meaning and its type" "$(kith schema contact)" '^  cadence +how often you mean to be in touch; without one there are no reminders \(span\)$'
like "an enumeration" "$(kith schema goal)" '\(one of open, met, dropped\)$'
like "a reference" "$(kith schema note)" '^  with +who was there \(ids of contact or groups\)$'
run kith schema contct
is "no kind" "$rc|$out|${err%%$'\n'*}" "2||error: there is no kind of record called 'contct'"
run kith schema --json
is "JSON of what" "$rc|$err" "2|error: kith schema --json needs a kind
hint: kith schema contact --json"
run kith schema --man
like "the manual page" "$out" '^\.Dt KITH-RECORDS 5'

store_new "$tmp/store"
rm -r "$tmp/store/.kith/schema"
run kith schema --write
is "--write puts them into the store" "$rc|$out|$(ls "$tmp/store/.kith/schema" | wc -l)" "0|$tmp/store/.kith/schema/|11"

done_testing
