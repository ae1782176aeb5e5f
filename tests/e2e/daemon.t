#!/bin/bash
# The daemon as a process: starting, one a store, stopping, what is left after a crash, its socket.
# timeout: 240
. "$(dirname "$0")/../lib.sh"
. "$source_root/tests/tools/daemon.sh"

store_small
daemon_start "$store"
socket=$(ask --socket "$store")
is "it listens when it says that it is ready" "$(stat -c '%F %a' "$socket")" "socket 600"
asked '"status"'
is "status names its process" "$(field pid)" "$daemon"
is "status counts the records" "$(field contact)" 2
is "status says how it watches" "$(field watching)" inotify
like "status names the store" "$out" "\"store\":\"$store\""

run kithd --store "$store"
is "a second daemon leaves at once" "$rc" 5
like "it names the first" "$err" "process $daemon\$"

asked '"nonsense"'
is "an unknown request gets an error" "$rc" 5
like "it says which" "$err" "knows no request 'nonsense'"
asked '"clock","now":"2026-11-30"'
is "a fixed clock can be moved" "$rc" 0

printf 'nonsense\n{"id":7,"do":"status"}\n{"id":8}\n[]\n' | ask --raw "$socket" 4 >raw
is "what is no request gets an error, and the next one an answer" \
	"$(grep -c '"ok":false' raw) $(grep -c '"id":7,"ok":true' raw)" "3 1"
head -c 1200000 /dev/zero | tr '\0' x | ask --raw "$socket" 0 >raw
is "a line over a mebibyte closes the connection" "$(cat raw)" "(end)"
for i in $(seq 1 200); do echo "{\"id\":$i,\"do\":\"barrier\"}"; done | ask --raw "$socket" 200 >raw
is "every one of many requests is answered" "$(grep -c '"ok":true' raw)" 200

# Each client holds one descriptor of the daemon; the one too many comes when all of them are there.
descriptors() { ls "/proc/$daemon/fd" | wc -l; }
settled
wait_until 10 status_is_now clients 1
before=$(descriptors)
mkfifo "$tmp/idle"
exec 7<>"$tmp/idle"
clients=()
for _ in $(seq 1 64); do
	ask --raw "$socket" 0 <"$tmp/idle" >/dev/null 2>&1 7>&- &
	clients+=($!)
done
wait_until 20 eval '[ "$(descriptors)" -ge $((before + 64)) ]'
like "one client too many is told so" "$(ask --raw "$socket" 1 </dev/null)" "64 clients are connected already"
kill "${clients[@]}"
wait "${clients[@]}" 2>/dev/null
exec 7>&-
wait_until 10 barrier
barrier && pass "it answers again when they have left" || fail "it answers again when they have left"

daemon_stop
isnt "a clean stop leaves no socket" "$(ls "$(dirname "$socket")")" "$(basename "$socket")"
run ask "$store" '{"id":1,"do":"barrier"}'
is "without a daemon nobody answers" "$rc" 1

daemon_start "$store"
daemon_kill
ok "a crash leaves the socket" test -S "$socket"
run ask "$store" '{"id":1,"do":"barrier"}'
is "but nobody answers" "$rc" 1
daemon_start "$store"
asked '"status"'
is "the next daemon takes over lock and socket" "$(field pid)" "$daemon"
end "$daemon" INT
is "Ctrl-C stops it cleanly" "$rc" 0

daemon_start "$store"
asked '"stop"'
is "it stops when asked" "$rc" 0
wait "$daemon"
is "with code 0" $? 0

daemon_start "$store"
echo 'notifications: no' >"$XDG_CONFIG_HOME/kith.tmp"
mkdir -p "$XDG_CONFIG_HOME/kith" && mv "$XDG_CONFIG_HOME/kith.tmp" "$XDG_CONFIG_HOME/kith/config.yaml"
kill -HUP "$daemon"
wait_until 10 status_is_now notifications off
is "a hangup reads the configuration again" "$(status_field notifications)" off
mv "$store" "$store.moved"
wait "$daemon"
is "a store that is moved ends it" $? 6
like "and it says so" "$(cat "$daemon_log")" "error: the store was moved: $store"
mv "$store.moved" "$store"

# Under systemd.
spawn ask --systemd "$tmp/notify" >"$tmp/told"
listener=$!
wait_until 10 test -S "$tmp/notify"
export NOTIFY_SOCKET=$tmp/notify
daemon_start "$store"
unset NOTIFY_SOCKET
wait_until 10 grep -q '^READY=1$' "$tmp/told"
like "systemd is told when it is ready" "$(cat "$tmp/told")" '^READY=1$'
like "and how things are" "$(cat "$tmp/told")" '^STATUS=2 files'
daemon_stop
wait_until 10 _finished "$listener"
like "and when it stops" "$(cat "$tmp/told")" '^STOPPING=1$'

# Nowhere to put the socket.
run_dir=$XDG_RUNTIME_DIR
export XDG_RUNTIME_DIR=$tmp/no-such-folder-for-sockets
: >"$XDG_RUNTIME_DIR"
daemon_start "$store"
like "without a place for the socket it works on, and says so" "$(cat "$daemon_log")" "making the control socket failed"
daemon_stop
export XDG_RUNTIME_DIR=$run_dir

# Many files to index, and told to stop at once.
mkdir -p "$store/notes/2026"
for i in $(seq 1 3000); do printf 'date: 2026-01-01\nwith: ana\nabout: number %s\n' "$i" >"$store/notes/2026/n$i.yaml"; done
spawn kithd --store "$store" 2>"$tmp/log"
pid=$!
wait_until 10 test -S "$socket"
end "$pid"
is "it stops while it indexes" "$rc" 0
run kith list note --ids
is "and what it left can be used" "$(wc -l <<<"$out")" 3000

run kithd --nonsense
is "an unknown option is an error of use" "$rc" 2
like "it names the option" "$err" "no option --nonsense"
run kithd --commit message
is "a commit needs paths" "$rc" 2
run kithd --ready-fd 77
is "a descriptor that is not open is refused" "$rc" 2
run kithd --store "$tmp/nowhere"
is "a store that is not there is an error of use" "$rc" 2
ok "help is printed" kithd --help
like "with the usage" "$out" "^usage: kithd"
ok "the version is printed" kithd --version
like "of kithd" "$out" "^kithd [0-9]"

done_testing
