#!/bin/bash
# kith daemon, kith status, and answers with a daemon, without one, and with one that hangs.
. "$(dirname "$0")/../lib.sh"
. "$source_root/tests/cli/small.sh"
small_store
cd "$store" || exit 1
kithd --init "$store" && kithd --once --offline >/dev/null || exit 1

for verb in status log; do
	run kith daemon "$verb"
	is "daemon $verb without one" "$rc|$out" "1|"
done
run kith daemon stop
is "stopping none is no trouble" "$rc|$out" "0|It was not running."
run kith daemon reminders ana
is "reminders without a daemon, of somebody" "$rc|$out" "0|No daemon is running, so nothing will appear by itself: kith daemon start

Ana Silva
  Fri 27 Nov   You promised Ana Silva: send the trail map, by Fri 27 Nov
                 Promised on 1 Oct.  notes/2026/10/2026-10-01-ana-silva-aaaa.yaml:9
  1 Jan 2027   Ana Silva: it will have been 6 weeks
                 You meant about every 6 weeks. Last: 20 Nov.  contacts/ana-silva.yaml:8
  19 Feb 2027  Ana Silva's birthday
                 contacts/ana-silva.yaml:9"
run kith daemon reminders tom
like "of somebody without any" "$out" '^Tom Okafor: nothing falls due'
is "as JSON" "$(kith daemon reminders ana --json | jq -c '[.version, .state, .record, (.due | length)]')" '[1,"no-daemon","ana-silva",3]'

run kith status
is "status without one" "$rc|$(sed 's/  */ /; s/^ //' <<<"$out")" "0|store $store
records 4 contacts, 2 notes, 1 group
files 7, none with faults
index agrees with the files
daemon not running: nothing is committed or shown by itself
kith daemon start
git what is saved is committed when a daemon runs
kithd --once commits it now"
git config core.fsmonitor "touch $tmp/executed; false"
printf '*.yaml filter=evil\n' >.git/info/attributes
git config filter.evil.clean "touch $tmp/executed; cat"
echo 'city: Lisbon' >>contacts/halina-wrona.yaml
kith status >"$tmp/status" 2>&1
kith doctor >"$tmp/doctor" 2>&1
ok "nothing that the repository names is executed" test ! -e "$tmp/executed"
git config --unset core.fsmonitor
rm .git/info/attributes
is "status as JSON" "$(kith status --json | jq -c '[.version, .me, .records.contact, .files, .daemon, (.checks | length > 4)]')" \
	'[1,"halina-wrona",4,7,false,true]'

# ---- With one.

run kith daemon start
is "start" "$rc|$err|$out" "0||kithd watches $store now."
pid=$(kith daemon status --json | jq .pid)
ok "it runs" kill -0 "$pid"
run kith daemon start
is "start again" "$rc|$out" "0|It is running already."
like "status says so" "$(kith status)" "^daemon +running since .*, process $pid$"
is "status as JSON says so" "$(kith status --json | jq .daemon)" true
printf 'name: Quick Save\ncity: Fez\n' >contacts/quick-save.yaml
is "a save is known to the next question" "$(kith list city:fez --ids)" quick-save
run kith log quick "Hello."
is "a note is committed in the command's own words" "$rc|$(git log -1 --format='%s|%(trailers:key=Kith-Command,valueonly,separator=)')" "0|note with quick-save|log"
run kith daemon reminders ana
like "reminders from the daemon" "$out" '^  Fri 1 Jan 2027 09:00 +Ana Silva: it will have been 6 weeks'
run kith daemon log
like "its log" "$out" 'ready store='
run kith daemon stop
is "stop" "$rc|$out" "0|It has left."
ok "it is gone" wait_until 10 not kill -0 "$pid"

run kith daemon begin
is "an unknown verb" "$rc|$err" "2|error: kith daemon does not know 'begin'
hint: start, stop, status, reminders or log"
run kith daemon
is "no verb" "$rc|$err" "2|error: kith daemon needs to know more
hint: kith daemon start|stop|status|reminders|log"
run kith daemon start now
is "a word too many" "$rc|${err%%$'\n'*}" "2|error: kith daemon does not know what to do with 'now'"

# ---- One that cannot start.

mkdir "$tmp/bin"
cp "$(command -v kith)" "$tmp/bin/kith"
printf '#!/bin/sh\necho "it is not my day" >&2\nexit 5\n' >"$tmp/bin/kithd"
chmod +x "$tmp/bin/kithd"
run "$tmp/bin/kith" daemon start
is "a daemon that leaves at once is told, with what it said" "$rc|$out|$err" "5||error: kithd left at once
    it is not my day
hint: kith daemon log shows what it says; kith doctor looks for what may be wrong"

# ---- One that hangs: its socket is there and takes a request, and nothing comes back.

daemon_start "$store"
kill -STOP "$daemon"
run kith list city:fez --ids
is "a daemon that hangs is waited for only so long" "$rc|$out" "0|quick-save"
like "and told in one line" "$err" '^warning: the daemon did not help \(.*\); looked at the files instead$'
is "one line" "$(wc -l <<<"$err")" 1
kill -CONT "$daemon"
daemon_stop

done_testing
