#!/bin/bash
# kith daemon reminders: what was shown is told in the words in which it was shown.
. "$(dirname "$0")/../lib.sh"
. "$source_root/tests/cli/small.sh"
small_store
cd "$store" || exit 1
kithd --init "$store" && kithd --once --offline >/dev/null || exit 1

# As if they had been shown this morning: a promise that is still due, and something that is no more.
promise=$(kith today 1w --json | jq -r '.due[] | select(.source == "promise") | .key')
mkdir -p .git/kith
printf '2026-11-25 09:00 alone %s\n2026-11-24 09:00 alone birthday:tom-okafor:2026\n' "$promise" >.git/kith/shown
daemon_start "$store"

run kith daemon reminders
is "in its words while it is due, else by kind and name" "$rc|$err|$(sed -n '/^Shown/,/^$/p' <<<"$out")" "0||Shown
  Wed 25 Nov 09:00  $(kith today 1w --json | jq -r '.due[] | select(.source == "promise") | .summary')
  Tue 24 Nov 09:00  birthday: Tom Okafor"
is "as JSON" "$(kith daemon reminders --json | jq -c '[.fired[] | [.key, .summary]]')" \
	"[[\"$promise\",\"You promised Ana Silva: send the trail map, by Fri 27 Nov\"],[\"birthday:tom-okafor:2026\",null]]"

sed -i 's/    by: 2026-11-27/&\n    done: 2026-11-25/' notes/2026/10/2026-10-01-ana-silva-aaaa.yaml
kith list --ids >/dev/null
like "what is done has only kind and name left" "$(kith daemon reminders)" '^  Wed 25 Nov 09:00  promise: Talked about the trail map\.'
daemon_stop

done_testing
