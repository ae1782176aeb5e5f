#!/bin/bash
# kith undo and kith history while a daemon runs, which commits for them and by itself.
# timeout: 240
. "$(dirname "$0")/../lib.sh"
. "$source_root/tests/tools/daemon.sh"

store_small
cd "$store" || exit 1
daemon_start "$store"
settled
before=$(git rev-parse 'HEAD^{tree}') count=$(commits)
ok "a command" kith set ana city=Faro
set=$(git rev-parse HEAD)
ok "is taken back" kith undo
is "by the daemon, with both trailers" \
	"$(git log -1 --format='%(trailers:key=Kith-Command,valueonly,separator=;)|%(trailers:key=Kith-Undoes,valueonly,separator=;)')" "undo|$set"
is "to the byte" "$(git rev-parse 'HEAD^{tree}')" "$before"
settled
is "in one commit each" "$(commits)" $((count + 2))
is "and the index knows" "$(in_city Porto)" "ana "
ok "redo" kith undo --redo
is "so does it of the redo" "$(in_city Faro)" "ana "

# By hand, committed by the daemon.
settled
before=$(git rev-parse 'HEAD^{tree}')
sed -i 's/Oslo/Bergen/' contacts/bo.yaml
rm contacts/ana.yaml
wait_until 20 eval '! git cat-file -e HEAD:contacts/ana.yaml && git grep -q Bergen HEAD'
settled
like "what the daemon committed is told" "$(kith history)" "by hand +.*bo: city: Oslo → Bergen"
# The removal is believed later, and may be a commit of its own.
for id in $(kith history --ids --limit 2); do
	[ "$(git log -1 --format='%(trailers)' "$id")" ] || run kith undo "$id"
done
is "and can be taken back by its id" "$rc|$(git rev-parse 'HEAD^{tree}')" "0|$before"
settled

# An edit that is saved and not yet committed counts as changed.
kith set bo city=Turku >/dev/null
echo '# mine' >>contacts/bo.yaml
run kith undo
like "an edit that is not committed yet is not lost" "$rc|$err" "contacts/bo.yaml: it was changed since"
is "it is there" "$(tail -n 1 contacts/bo.yaml)" "# mine"
daemon_stop
done_testing
