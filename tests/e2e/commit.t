#!/bin/bash
# What was saved becomes commits of the user, by itself.
# timeout: 300
. "$(dirname "$0")/../lib.sh"
. "$source_root/tests/tools/daemon.sh"

store_small
before=$(commits)
daemon_start "$store"
settled
is "a store that is committed gets no commit" "$(commits)" "$before"

sed -i 's/Porto/Lyon/' "$store/contacts/ana.yaml"
printf 'date: 2026-11-24\nwith: bo\nabout: coffee\n' >"$store/notes/2026-11-24-bo-aaaa.yaml"
echo "not kith's" >"$store/scratch.txt"
wait_until 20 eval '[ "$(commits)" -gt "$before" ]'
is "a burst is one commit" "$(commits)" $((before + 1))
is "of the changed paths only" "$(last_paths | sort)" "$(printf 'A\tnotes/2026-11-24-bo-aaaa.yaml\nM\tcontacts/ana.yaml' | sort)"
like "with a message made of what changed" "$(last_message)" "note with bo"
is "by the user" "$(git -C "$store" log -1 --format='%an <%ae>')" "Test Person <test@example.org>"
is "git sees nothing left but what is not kith's" "$(git -C "$store" status --short)" "?? scratch.txt"
is "status knows the commit" "$(status_field commit)" "$(git -C "$store" rev-parse HEAD)"

before=$(commits)
rm "$store/contacts/bo.yaml"
wait_until 20 eval '[ "$(commits)" -gt "$before" ]'
is "a deletion is committed" "$(last_paths)" "$(printf 'D\tcontacts/bo.yaml')"

before=$(commits)
mkdir "$store/contacts/friends"
mv "$store/contacts/ana.yaml" "$store/contacts/friends/ana.yaml"
wait_until 20 eval '[ "$(commits)" -gt "$before" ]'
is "a move is one commit" "$(git -C "$store" show --no-renames --name-status --format= HEAD | sort)" \
	"$(printf 'A\tcontacts/friends/ana.yaml\nD\tcontacts/ana.yaml')"
before=$(commits)
mv "$store/contacts/friends" "$store/contacts/old"
wait_until 20 eval '[ "$(commits)" -gt "$before" ]'
is "so is that of a folder" "$(git -C "$store" show --no-renames --name-status --format= HEAD | sort)" \
	"$(printf 'A\tcontacts/old/ana.yaml\nD\tcontacts/friends/ana.yaml')"

# A request with a message.
settled
printf 'name: Cy Young\ncity: Rome\n' >"$store/contacts/cy.yaml"
printf 'name: Di Ray\ncity: Rome\n' >"$store/contacts/di.yaml"
asked '"commit","message":"add Cy","command":"kith add contact","paths":["contacts/cy.yaml"]'
is "a commit can be asked for" "$rc" 0
is "it answers with the commit" "$(field commit)" "$(git -C "$store" rev-parse HEAD)"
is "which has the paths asked for" "$(last_paths)" "$(printf 'A\tcontacts/cy.yaml')"
is "the message" "$(git -C "$store" log -1 --format=%s)" "add Cy"
is "and the command" "$(git -C "$store" log -1 --format='%(trailers:key=Kith-Command,valueonly)' | head -n 1)" "kith add contact"
asked '"sync"'
is "a full pass can be asked for" "$rc" 0
is "and commits what is left at once" "$(last_paths)" "$(printf 'A\tcontacts/di.yaml')"
asked '"commit","message":"x","paths":["../outside.yaml"]'
is "a path outside is refused" "$rc" 5
asked '"commit","message":"x","paths":["scratch.txt"]'
is "and one that is not kith's" "$rc" 5
asked '"commit","message":"x","paths":[]'
like "and no paths at all" "$err" "needs paths"

# By hand, while a daemon runs.
printf 'name: Ed\n' >"$store/contacts/ed.yaml"
ok "kithd --commit works beside it" kithd --store "$store" --commit "by hand" -- contacts/ed.yaml
is "with its message" "$(git -C "$store" log -1 --format=%s)" "by hand"
settled

# The user's own merge, by line, as where kith is not installed: by field there would be no conflict.
git -C "$store" config --remove-section merge.kith
git -C "$store" branch side
sed -i 's/Rome/Oslo/' "$store/contacts/cy.yaml" && asked '"sync"'
git -C "$store" switch -q side
like "on another branch it waits" "$(asked '"sync"'; echo "$out")" '"waiting":"[^"]+"'
sed -i 's/Rome/Turku/' "$store/contacts/cy.yaml" && git -C "$store" commit -q -a -m side
git -C "$store" switch -q main
git -C "$store" merge -q side >/dev/null 2>&1
printf 'name: Flo\n' >"$store/contacts/flo.yaml"
before=$(commits)
wait_until 30 eval 'status_field git_why | grep -q merge'
asked '"status"'
like "while a merge is not finished it waits" "$(field git_why)" "merge"
isnt "and says what ends it" "$(field git_hint)" ""
is "and commits nothing" "$(commits)" "$before"
printf 'name: Cy Young\ncity: Turku\n' >"$store/contacts/cy.yaml"
git -C "$store" add contacts/cy.yaml && git -C "$store" commit -q --no-edit
wait_until 30 eval 'git -C "$store" cat-file -e HEAD:contacts/flo.yaml'
ok "when it is finished the rest is committed" git -C "$store" cat-file -e HEAD:contacts/flo.yaml
is "and the merge is in the history" "$(git -C "$store" log --merges --format=%s | head -n 1)" "Merge branch 'side'"

# Another git at work.
settled
: >"$store/.git/index.lock"
printf 'name: Gus\n' >"$store/contacts/gus.yaml"
wait_until 20 status_is_now git waiting
is "another git's lock is waited for" "$(status_field git)" waiting
rm "$store/.git/index.lock"
wait_until 30 eval 'git -C "$store" cat-file -e HEAD:contacts/gus.yaml'
ok "and when it is gone the commit is made" git -C "$store" cat-file -e HEAD:contacts/gus.yaml

# What was saved while no daemon ran.
settled
daemon_stop
printf 'name: Hal\n' >"$store/contacts/hal.yaml"
daemon_start "$store"
wait_until 20 eval 'git -C "$store" cat-file -e HEAD:contacts/hal.yaml'
ok "what was saved without a daemon is committed when one starts" git -C "$store" cat-file -e HEAD:contacts/hal.yaml
is "nothing was lost" "$(git -C "$store" fsck 2>&1 | grep -v dangling)" ""
unlike "no record's contents are logged" "$(cat "$tmp"/kithd.*.log)" "Porto|coffee|Young"
daemon_stop

# Without a repository.
mkdir -p "$tmp/plain/contacts"
printf 'me: ana\n' >"$tmp/plain/kith.yaml"
printf 'name: Ana\ncity: Porto\n' >"$tmp/plain/contacts/ana.yaml"
store=$tmp/plain
export KITH_STORE=$store
daemon_start "$store"
is "without a repository it works, and says that commits are off" "$(status_field git) $(in_city Porto)" "off ana "
asked '"sync"'
like "a pass cannot be asked for" "$err" "not a git repository"
kithd --init "$store" >/dev/null
wait_until 30 eval 'git -C "$store" cat-file -e HEAD:contacts/ana.yaml'
ok "when it becomes a repository the daemon begins to commit" git -C "$store" cat-file -e HEAD:contacts/ana.yaml
daemon_stop

done_testing
