#!/bin/bash
# kith check: every fault, with line and caret.
. "$(dirname "$0")/../lib.sh"
. "$source_root/tests/cli/small.sh"
small_store
cd "$store" || exit 1

run kith check
is "no fault" "$rc|$out|$err" "0||checked 8 files: 0 errors, 0 warnings"

put contacts/bad.yaml <<'YAML'
name: Bad Example
birthday: 1990-13-02
ctiy: Porto
through: nobody-here
YAML
run kith check
is "faults, with the line, a caret and a hint" "$rc|$out|$err" "3|contacts/bad.yaml:2:11: error: birthday: '1990-13-02': there is no month 13
    birthday: 1990-13-02
              ^^^^^^^^^^
    hint: $(sed -n 's/^ *hint: //p;T;q' <<<"$out")
contacts/bad.yaml:3:1: warning: 'ctiy' is no field that kith knows
    ctiy: Porto
    ^^^^
    hint: did you mean city? keys of your own start with x-
$(tail -n 4 <<<"$out" | sed 's/^    hint: .*/&/')|checked 9 files: 2 errors, 1 warning"
like "a reference to nobody is one of them" "$out" '^contacts/bad.yaml:4:10: error: '
run kith check --quiet
is "--quiet: one line a fault" "$rc|$(cut -d: -f1-3 <<<"$out")" "3|contacts/bad.yaml:2:11
contacts/bad.yaml:3:1
contacts/bad.yaml:4:10"
run kith check --json
is "JSON" "$rc|$err|$(jq -c '[.version, .files, .errors, .warnings, (.faults[1] | [.path, .line, .column, .length, .severity])]' <<<"$out")" \
	'3||[1,9,2,1,["contacts/bad.yaml",3,1,4,"warning"]]'
run kith check contacts/ana-silva.yaml
is "one file" "$rc|$out|$err" "0||checked 1 file: 0 errors, 0 warnings"
run kith check contacts
is "a folder" "$rc|${err#*: }" "3|2 errors, 1 warning"
is "the root is everything" "$(kith check . 2>&1 | tail -n 1)" "checked 9 files: 2 errors, 1 warning"
cd contacts || exit 1
is "paths are seen from where one stands" "$(kith check --quiet 2>/dev/null | cut -d: -f1 | uniq)" bad.yaml
cd .. || exit 1
run kith check --color=always contacts/bad.yaml
is "in colour" "$(sed 1q <<<"$out")" $'\033[1mcontacts/bad.yaml:2:11: \033[0m\033[31merror:\033[0m birthday: \'1990-13-02\': there is no month 13'
rm contacts/bad.yaml

run kith check contacts/nobody.yaml
is "a path that is not there" "$rc|$out" "1|"
run kith check /etc
is "a path outside" "$rc|${err%%$'\n'*}" "2|error: /etc is not in the store"
printf 'name: [\n' >contacts/ana-silva.yaml
run kith check contacts/ana-silva.yaml
is "a file that cannot be read" "$rc" 3
head -c 2100010 /dev/zero | tr '\0' a >contacts/big.yaml
run kith check contacts/big.yaml
is "a file that is too large" "$rc|$out|$err" "3|contacts/big.yaml: error: it has 2100010 bytes; at most 1048576 are read
    hint: keep long documents beside the store's folders and name them under links|checked 1 file: 1 error, 0 warnings"
rm contacts/big.yaml
mkdir -p groups
cp contacts/tom-okafor.yaml groups/
run kith check --quiet
like "one id in two files" "$out" 'tom-okafor'

done_testing
