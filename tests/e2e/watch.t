#!/bin/bash
# Every way in which editors and tools save is in the next answer.
# timeout: 240
. "$(dirname "$0")/../lib.sh"
. "$source_root/tests/tools/daemon.sh"

store_small
daemon_start "$store"
contacts=$store/contacts
person() { printf 'name: Ana Silva\ncity: %s\n' "$1"; }

person Lyon >"$contacts/ana.yaml"
is "truncate and write" "$(in_city Lyon)" "ana "
person Rome >"$contacts/.new" && mv "$contacts/.new" "$contacts/ana.yaml"
is "write and rename" "$(in_city Rome)" "ana "
sed -i 's/Rome/Bern/' "$contacts/ana.yaml"
is "sed -i" "$(in_city Bern)" "ana "
# vim with a backup: probe, rename away, write anew, drop the backup
: >"$contacts/4913" && rm "$contacts/4913"
mv "$contacts/ana.yaml" "$contacts/ana.yaml~" && person Kyiv >"$contacts/ana.yaml" && rm "$contacts/ana.yaml~"
is "rename away and write anew" "$(in_city Kyiv)" "ana "
# emacs: lock link, rename to a backup, write
ln -s "me@host.1:1" "$contacts/.#ana.yaml"
mv "$contacts/ana.yaml" "$contacts/ana.yaml~" && person Cairo >"$contacts/ana.yaml" && rm "$contacts/.#ana.yaml"
is "rename to a backup that stays" "$(in_city Cairo)" "ana "
rm "$contacts/ana.yaml~"
ln "$contacts/ana.yaml" "$tmp/linked" && rm "$contacts/ana.yaml" && person Lima >"$tmp/other" &&
	mv "$tmp/other" "$contacts/ana.yaml"
is "deleted and moved in from elsewhere" "$(in_city Lima)" "ana "
person Riga >"$contacts/new.yaml.part" && ln "$contacts/new.yaml.part" "$contacts/cy.yaml" && rm "$contacts/new.yaml.part"
is "hard link" "$(in_city Riga)" "cy "
exec 8>"$contacts/open.yaml"
person Baku >&8
is "written and not closed" "$(in_city Baku)" "open "
exec 8>&-
rm "$contacts/cy.yaml"
is "deleted" "$(in_city Riga)" ""

mkdir -p "$contacts/a/b/c" && person Delhi >"$contacts/a/b/c/deep.yaml"
is "in new folders" "$(in_city Delhi)" "deep "
mv "$contacts/a" "$contacts/z"
is "a folder that moved" "$(kith list --json city:Delhi | grep -o 'contacts/z/b/c/deep.yaml')" "contacts/z/b/c/deep.yaml"
person Seoul >"$contacts/z/b/c/deep.yaml"
is "and is written to in its new place" "$(in_city Seoul)" "deep "
mv "$contacts/z" "$tmp/away"
is "a folder that moved out" "$(in_city Seoul)" ""
person Paris >"$tmp/away/b/c/deep.yaml"
is "is no longer heard of" "$(in_city Paris)" ""
mv "$tmp/away" "$contacts/back"
is "a folder that moved in" "$(in_city Paris)" "deep "
rm -r "$contacts/back"
is "a folder that was deleted" "$(in_city Paris)" ""

printf 'name: [broken\n' >"$contacts/ana.yaml"
is "what cannot be read keeps its last good version" "$(in_city Lima)" "ana "
person Minsk >"$contacts/ana.yaml"
is "until it can" "$(in_city Minsk)" "ana "

printf 'me: ana\nremind_at: 25:99\n' >"$store/kith.yaml"
is "kith.yaml is read again" "$(barrier; status_field settings_faults)" 1
printf 'me: ana\n' >"$store/kith.yaml"
is "and again" "$(barrier; status_field settings_faults)" 0

# A thousand files at once, as git does it.
settled
git -C "$store" switch -q -c many
mkdir -p "$store/notes/2026"
for i in $(seq 1 1000); do printf 'date: 2026-01-01\nwith: ana\nabout: wave %s\n' "$i" >"$store/notes/2026/n$i.yaml"; done
is "a thousand new files" "$(kith list note --ids | wc -l)" 1000
git -C "$store" add -A && git -C "$store" commit -q -m many
git -C "$store" switch -q main
is "are gone with their branch" "$(kith list note --ids | wc -l)" 0
git -C "$store" switch -q many
is "and back with it" "$(kith list note --ids | wc -l)" 1000
git -C "$store" switch -q main

# More events than the kernel keeps: the daemon does not run while they are made.
limit=/proc/sys/fs/inotify/max_queued_events
if [ "$(cat $limit)" -le 20000 ]; then
	kill -STOP "$daemon"
	for i in $(seq 1 30); do
		for name in $(seq 1 300); do : >"$contacts/x$name.yaml"; rm "$contacts/x$name.yaml"; done
	done
	person Tunis >"$contacts/last.yaml"
	kill -CONT "$daemon"
	is "after lost events everything is looked at" "$(in_city Tunis)" "last "
	like "and the log says so" "$(cat "$daemon_log")" "events were lost"
	person Dakar >"$contacts/last.yaml"
	is "and watching goes on" "$(in_city Dakar)" "last "
else
	skip "after lost events everything is looked at" "the kernel keeps $(cat $limit) events"
fi

# A hostile tree: links out of the store, a pipe, a file that may not be read.
mkdir "$tmp/outside" && person Oran >"$tmp/outside/spy.yaml"
ln -s "$tmp/outside" "$contacts/linked"
ln -s "$tmp/outside/spy.yaml" "$contacts/spy.yaml"
mkfifo "$contacts/pipe.yaml"
is "links and pipes are not read" "$(in_city Oran)" ""
person Oran >"$tmp/outside/spy.yaml"
is "nor watched" "$(in_city Oran)" ""

daemon_stop
unlike "no errors were logged" "$(cat "$daemon_log")" " error: "

done_testing
