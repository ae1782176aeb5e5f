#!/bin/bash
# Reminders on a private bus with a server that writes down what it is asked to show.
# timeout: 300
. "$(dirname "$0")/../lib.sh"
. "$source_root/tests/tools/daemon.sh"

command -v dbus-daemon >/dev/null || skip_all "there is no dbus-daemon"

notes=$tmp/notes
server_start() {
	spawn notifyd "$notes" "$@" 2>/dev/null
	server=$!
	wait_until 10 eval 'grep -q "\"ready\"" "$notes"'
}
server_stop() {
	end "$server"
	sed -i 's/"ready"/"was ready"/' "$notes"
}
# shown TEXT: how many notifications have it in their summary.
shown() { grep '"event":"notify"' "$notes" | grep -c "\"summary\":\"[^\"]*$1"; }
shown_is() { [ "$(shown "$1")" = "$2" ]; }
events() { grep -c "\"event\":\"$1\"" "$notes"; }
now() { asked "\"clock\",\"now\":\"$1\""; }
# quiet: what is planned has been sent and answered (a later answer on the same socket, and nothing in flight).
waiting_is() { [ "$(status_field reminders_waiting)" = "$1" ]; }
reminder() { # FILE NAME TEXT DATE [MORE]
	printf 'name: %s\nremind:\n  - {text: %s, date: %s}\n%s' "$2" "$3" "$4" "$5" >"$store/contacts/$1.yaml"
}

export KITH_NOW=2026-11-25T08:59:00
store_small
printf 'me: zoe\n' >"$store/kith.yaml"
reminder ana "Ana Silva" "Send the map" 2026-11-25
bus_start || skip_all "the bus does not start"
server_start --caps body,body-markup
daemon_start "$store"
wait_until 10 status_is_now notifications ready
is "nothing is shown before its time" "$(shown Ana) $(status_field next_reminder)" "0 2026-11-25T09:00:00+01:00"
now 2026-11-25T09:00
wait_until 10 shown_is Ana 1
is "a reminder is shown at its time" "$(shown Ana)" 1
like "with its category" "$(cat "$notes")" '"category":"x-kith.reminder.due"'
like "for the desktop entry" "$(cat "$notes")" '"desktop-entry":"kith"'
like "to stay until it is seen" "$(cat "$notes")" '"timeout":0'
wait_until 10 grep -q "alone remind:ana" "$store/.git/kith/shown"
like "and remembered" "$(cat "$store/.git/kith/shown")" "^2026-11-25 09:00 alone remind:ana:send-the-map:2026-11-25$"

now 2026-11-25T12:00
barrier
daemon_stop
export KITH_NOW=2026-11-25T13:00:00
daemon_start "$store"
wait_until 10 status_is_now notifications ready
wait_until 10 waiting_is 0
asked '"reminders","record":"ana"'
like "after a restart it is known" "$out" "it was shown today at 09:00"
is "and not shown again" "$(shown Ana)" 1
daemon_kill
daemon_start "$store"
wait_until 10 status_is_now notifications ready
asked '"reminders"'
is "nor after a crash" "$(shown Ana)" 1
now 2026-11-26T08:59
barrier
is "nor before its time on the next day" "$(shown Ana)" 1
now 2026-11-26T09:00
wait_until 10 shown_is Ana 2
is "the next day it is shown again" "$(shown Ana)" 2

# Finished: it leaves the screen, and is not shown again.
printf 'name: Ana Silva\nremind:\n  - {text: Send the map, date: 2026-11-25, done: 2026-11-26}\n' >"$store/contacts/ana.yaml"
wait_until 10 eval '[ "$(events close)" = 1 ]'
is "what is done leaves the screen" "$(events close)" 1
now 2026-11-27T10:00
asked '"reminders","record":"ana"'
is "and is not shown again" "$(shown Ana)" 2

# A kith with another clock does not move the day of the daemon.
note_path=$store/notes/2026/11
mkdir -p "$note_path"
printf 'date: 2026-11-20\nwith: bea\npromised: {what: send the paper, to: bea, by: 2026-11-28}\n' >"$note_path/2026-11-20-bea-aaaa.yaml"
printf 'name: Bea Ito\n' >"$store/contacts/bea.yaml"
barrier
KITH_NOW=2026-11-29T10:00 kith --store "$store" today >/dev/null
now 2026-11-27T10:05
wait_until 10 shown_is Bea 1
like "a promise's eve is told on the daemon's own day" "$(grep '"summary":"[^"]*Bea' "$notes")" "by tomorrow"

# Quiet hours, and a time that was written on purpose.
reminder al "Al Dent" "Ring" "2026-11-27 21:30"
barrier
now 2026-11-27T21:30
wait_until 10 shown_is Al 1
is "who writes a time means it, also in quiet hours" "$(shown Al)" 1
reminder bo "Bo Berg" "Call" 2026-11-27
rm "$store/contacts/al.yaml" "$store/contacts/bea.yaml" "$note_path/2026-11-20-bea-aaaa.yaml"
barrier
asked '"reminders","record":"bo"'
like "quiet hours hold" "$out" "when quiet hours are over"
is "so nothing is shown" "$(shown Bo)" 0
now 2026-11-28T09:00
wait_until 10 shown_is Bo 1
is "until they are over" "$(shown Bo)" 1
printf 'me: zoe\nweekend: no\n' >"$store/kith.yaml"
reminder cy "Cy Young" "Write" 2026-11-28
barrier
now 2026-11-28T10:00
asked '"reminders","record":"cy"'
like "weekends hold where they are wanted free" "$out" "after the weekend"
is "so nothing is shown then either" "$(shown Cy)" 0
now 2026-11-30T09:00
wait_until 10 shown_is Cy 1
is "until Monday" "$(shown Cy)" 1

# Hostile and private texts.
reminder di '"Di <b>&\e[31m\u202e"' '"A <script> & more"' 2026-12-01
reminder ed "Ed Ray" "Ask how the clinic went" 2026-12-01 "private: yes
"
barrier
now 2026-12-01T09:00
wait_until 10 eval '[ "$(shown "Ed Ray")" = 1 ]'
wait_until 10 eval '[ "$(shown "Di ")" = 1 ]'
unlike "a private record shows a name and nothing else" "$(cat "$notes")" "clinic"
is "its name is shown" "$(shown "Ed Ray")" 1
like "a summary is plain text" "$(grep "Di " "$notes")" 'Di <b>&'
unlike "a body is escaped where the server reads markup" "$(grep -o '"body":"[^"]*"' "$notes")" "<script>"
unlike "no control character reaches it" "$(cat "$notes")" 'u001b|u202e|'$'\u202e'

# The digest.
for i in 1 2 3 4 5 6; do reminder "p$i" "Person $i" "Write to them" 2026-12-02; done
rm "$store"/contacts/{bo,cy,di,ed}.yaml
barrier
now 2026-12-02T09:00
wait_until 10 shown_is "3 more to reach today" 1
is "three are shown one by one" "$(shown 'Person [0-9]: ')" 3
is "the others together" "$(shown "3 more to reach today")" 1
like "named in the summary" "$(grep "3 more" "$notes")" "Person [0-9], Person [0-9] and Person [0-9]"

# The server goes, and another comes: nothing twice on a day, ids begin anew.
before=$(events notify)
server_stop
wait_until 10 status_is_now notifications no-server
server_start --first-id 1
wait_until 10 status_is_now notifications ready
asked '"reminders"'
is "a server that restarts is shown nothing twice" "$(events notify)" "$before"
reminder late "Late Comer" "Now" "2026-12-02 09:05"
barrier
now 2026-12-02T09:05
wait_until 10 shown_is "Late Comer" 1
is "but what is new" "$(shown "Late Comer")" 1
unlike "under an id of its own" "$(grep "Late Comer" "$notes")" '"replaces":[1-9]'

# A server that refuses: not marked as shown, tried again.
kill -USR2 "$server"
wait_until 10 eval '[ "$(events refusing)" = 1 ]'
reminder never "Never Mind" "Soon" "2026-12-02 09:10"
barrier
now 2026-12-02T09:10
wait_until 10 eval '[ "$(events refused)" -ge 1 ]'
wait_until 10 waiting_is 1
like "a refusal is told" "$(asked '"status"'; echo "$out")" '"reminders_error":"the notification server refused: told to refuse"'
unlike "and nothing marked as shown" "$(cat "$store/.git/kith/shown")" "remind:never"
kill -USR2 "$server"
wait_until 30 shown_is "Never Mind" 1
is "it is shown when the server takes it" "$(shown "Never Mind")" 1

# The bus dies and is born again.
server_stop
bus_stop
wait_until 10 status_is_now notifications no-bus
reminder bus "Bus Rider" "Get off" "2026-12-02 09:20"
barrier
now 2026-12-02T09:20
wait_until 10 waiting_is 1
is "without a bus a reminder waits" "$(status_field reminders_waiting)" 1
asked '"reminders"'
like "and it is said why" "$out" '"held":"there is no session bus'
bus_start
server_start
wait_until 40 shown_is "Bus Rider" 1
is "and is shown when there is one" "$(shown "Bus Rider")" 1

# A person dismisses one: it is not taken from the screen again, and stays due.
kill -USR1 "$server"
wait_until 10 eval '[ "$(events dismissed)" = 1 ]'
closed=$(events close)
asked '"reminders","record":"bus"'
like "one that was dismissed is still due" "$out" "if it is still open it is shown again"
rm "$store/contacts/bus.yaml"
barrier
wait_until 10 eval '! grep -q "remind:bus" <<<"$(asked "\"reminders\""; grep -o "\"next\":.*" <<<"$out")"'
is "and nothing is left to close when it is finished" "$(events close)" "$closed"

# Switched off.
mkdir -p "$XDG_CONFIG_HOME/kith"
echo 'notifications: no' >"$XDG_CONFIG_HOME/kith/config.yaml"
asked '"reload"'
reminder off "Off Switch" "Dark" "2026-12-02 09:30"
barrier
now 2026-12-02T09:30
asked '"reminders","record":"off"'
like "where notifications are off it says so" "$out" '"state":"off"'
is "and shows nothing" "$(shown "Off Switch")" 0
server_stop
bus_stop
daemon_stop

# The user's own command takes them where there is no desktop.
unset DBUS_SESSION_BUS_ADDRESS
cat >"$tmp/hook" <<'END'
#!/bin/sh
printf '%s|%s|%s\n' "$1" "$2" "$3" >>"$HOME/sent"
exit "$(cat "$HOME/code" 2>/dev/null || echo 0)"
END
chmod +x "$tmp/hook"
printf 'notify_command: [%s, mail]\n' "$tmp/hook" >"$XDG_CONFIG_HOME/kith/config.yaml"
rm "$store"/contacts/*.yaml "$store/.git/kith/shown"
reminder dash '"-rf Smith"' '"--all; $(touch pwned)"' 2026-12-02
export KITH_NOW=2026-12-02T10:00:00
daemon_start "$store"
wait_until 10 test -s "$HOME/sent"
is "a command is given summary and body, none of them an option" "$(cut -d'|' -f1,2 "$HOME/sent")" \
	"mail| -rf Smith: --all; \$(touch pwned)"
is "and no shell reads them" "$(find / "$tmp" "$store" "$HOME" -maxdepth 1 -name pwned 2>/dev/null)" ""
wait_until 10 grep -q "remind:dash" "$store/.git/kith/shown"
like "what it took is shown" "$(cat "$store/.git/kith/shown")" "alone remind:dash"
echo 1 >"$HOME/code"
reminder fail "Fay Ling" "Try" 2026-12-02
wait_until 10 eval '[ "$(wc -l <"$HOME/sent")" = 2 ]'
wait_until 10 eval 'status_field reminders_error | grep -q "ended with code 1"'
unlike "what it refused is not" "$(cat "$store/.git/kith/shown")" "remind:fail"
like "and is told" "$(status_field reminders_error)" "notify_command ended with code 1"
daemon_stop

# By the real clock: a time zone is chosen in which it is about noon, outside of quiet hours.
rm -f "$HOME/code" "$HOME/sent" "$store"/contacts/*.yaml
printf 'me: zoe\n' >"$store/kith.yaml" # it may be a weekend
unset KITH_NOW
utc=$((10#$(date -u +%H)))
export TZ=UTC$((utc - 12))
while [ $((10#$(date +%S))) -gt 50 ]; do sleep 1; done # time to start before the minute is over
reminder real "Rea Clock" "Now" "$(date -d '+1 minute' '+%Y-%m-%d %H:%M')"
daemon_start "$store"
is "by the real clock nothing is shown before its time" "$(cat "$HOME/sent" 2>/dev/null)" ""
wait_until 70 test -s "$HOME/sent"
like "and at its time it is" "$(cat "$HOME/sent" 2>/dev/null)" "Rea Clock: Now"
daemon_stop
unlike "the log has no record's contents" "$(cat "$tmp"/kithd.*.log)" "Smith|clinic|Ana Silva|Send the map"

done_testing
