#!/bin/bash
# kith doctor: each thing that may be wrong, with the way out.
. "$(dirname "$0")/../lib.sh"
. "$source_root/tests/cli/small.sh"

run kith doctor
is "no store" "$rc|$(sed 1q <<<"$out")" "5|bad   store        there is no kith store here, above here, or at ~/kith"
like "with the way out" "$(sed -n 2p <<<"$out")" '^ +make one with kith init'

store_new
cd "$store" || exit 1
export EDITOR=true XDG_RUNTIME_DIR
run kith doctor
is "nothing is bad in a new store" "$rc|$(grep -c ^bad <<<"$out")" "0|0"
like "the index" "$out" '^ok +index +sound$'
like "the folders" "$out" '^ok +watching +[0-9]+ folders of [0-9]+'
like "the clock, fixed for tests" "$out" '^warn +clock +fixed by KITH_NOW to 2026-11-25$'
is "JSON" "$(kith doctor --json | jq -c '[.version, (.checks[0] | [.name, .state])]')" '[1,["store","ok"]]'
is "every line that is not well has a hint" "$(kith doctor --json | jq '[.checks[] | select(.state != "ok" and .hint == null)] | length')" 0

like "an editor that is not there" "$(EDITOR=no-such-editor kith doctor)" '^warn +editor +no-such-editor is not installed$'
like "a locale without UTF-8" "$(LC_ALL=C kith doctor)" '^warn +locale +ANSI'
like "git without a name" "$(GIT_CONFIG_GLOBAL=/dev/null kith doctor)" '^warn +author '
like "a year long ago" "$(env -u KITH_NOW true; KITH_NOW=2026-01-01 kith doctor)" 'clock'
mkdir .git/rebase-merge
like "a rebase that is not finished" "$(kith doctor)" '^warn +repository +a rebase is not finished'
rmdir .git/rebase-merge
touch -d '1 day ago' .git/index.lock
like "a lock that git left behind" "$(kith doctor)" '^warn +repository +git left a lock behind$'
rm .git/index.lock
echo 'remind_at: 99:00' >>kith.yaml
run kith doctor
like "a kith.yaml with errors" "$out" '^bad +kith\.yaml +has [0-9]+ error'
is "is bad" "$rc" 5
git checkout -q kith.yaml
mkdir -p "$XDG_CONFIG_HOME/kith"
echo 'edtor: vim' >"$XDG_CONFIG_HOME/kith/config.yaml"
like "a config with faults" "$(kith doctor)" "^bad +config .*'edtor'"
rm "$XDG_CONFIG_HOME/kith/config.yaml"
put contacts/bad.yaml <<<'name: ['
like "files that cannot be read" "$(kith doctor)" '^warn +files +1 cannot be read'
rm contacts/bad.yaml
kith list >/dev/null 2>&1
index=$(kith status --json | jq -r .index)
if [ "$(id -u)" -ne 0 ]; then
	chmod a-w "$(dirname "$index")"
	like "a cache that cannot be written" "$(kith doctor)" '^(warn|ok) +index'
	chmod u+w "$(dirname "$index")"
fi
mv .git ../git
like "no repository" "$(kith doctor)" '^warn +repository +the store is not a git repository$'
mv ../git .git
run kith doctor now
is "a word too many" "$rc" 2

done_testing
