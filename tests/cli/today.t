#!/bin/bash
# kith today: what is due, each with its reason.
. "$(dirname "$0")/../lib.sh"
. "$source_root/tests/cli/small.sh"
small_store
cd "$store" || exit 1

run kith today
is "nothing today, and what is next" "$rc|$err|$out" "0||Wed 25 Nov
Nothing is due today. Enjoy the quiet.

Next
  Fri 27 Nov   You promised Ana Silva: send the trail map, by Fri 27 Nov
                 Promised on 1 Oct.  notes/2026/10/2026-10-01-ana-silva-aaaa.yaml:9"
is "bare kith is kith today" "$(kith)" "$out"
run kith today --ids
is "nothing, as ids" "$rc|$out" "1|"

export KITH_NOW=2026-11-27T09:00
put contacts/zoe.yaml <<'YAML'
name: Zoë
birthday: 1990-11-27
cadence: monthly
met: 2026-01-01
remind:
  - {text: send the book, date: 2026-11-27}
YAML
run kith
is "in groups, in order" "$rc|$err|$out" "0||Fri 27 Nov

Promises
  You promised Ana Silva: send the trail map, by today
    Promised on 1 Oct.  notes/2026/10/2026-10-01-ana-silva-aaaa.yaml:9

Days
  Zoë's birthday (turns 36)
    Born on 27 Nov 1990.  contacts/zoe.yaml:2

Conversations
  Zoë: no conversation noted yet
    You meant about every month. No conversation is noted yet.  contacts/zoe.yaml:3

Reminders
  Zoë: send the book
    You asked to be reminded today.  contacts/zoe.yaml:6"
is "ids, each once" "$(kith today --ids)" "$(kith today --json | jq -r '.due[] | .who // .id' | awk '!seen[$0]++')"
is "JSON" "$(kith today --json | jq -c '[.version, .as_of, .until, .count, (.due[0] | [.source, .who, .mine, .day])]')" \
	'[1,"2026-11-27","2026-11-27",4,["cadence","zoe",false,"2026-02-01"]]'
unlike "nobody is shamed" "$out" '[Oo]verdue|stale|neglect'

run kith today 6 weeks
is "a span" "$(sed 1q <<<"$out")" "Fri 27 Nov to Fri 8 Jan 2027"
like "with the day of each" "$out" '^  1 Jan 2027   Ana Silva: it will have been 6 weeks'
is "week is seven days" "$(kith today week | sed 1q)" "Fri 27 Nov to Fri 4 Dec"
is "a day" "$(kith today 2026-12-01 | sed 1q)" "Fri 27 Nov to Tue 1 Dec"
is "what is next comes after the span" "$(kith today 2w --json | jq -r .next.day)" 2027-01-01
run kith today yesterday
is "a day that has been" "$rc|$err" "2|error: yesterday has been
hint: kith today looks ahead: kith today 2w"
run kith today blurb
is "no span" "$rc|$out|${err%%$'\n'*}" "2||error: today 'blurb' is not a date"

echo 'private: yes' >>contacts/zoe.yaml
like "what is private is shown to its owner" "$(kith)" 'Zoë: send the book'
printf 'name: [\n' >contacts/tom-okafor.yaml
like "files that cannot be read are told" "$(kith)" '^One file cannot be read now; its last good version is used: kith check$'

done_testing
