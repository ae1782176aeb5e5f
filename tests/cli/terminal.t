#!/bin/bash
# On a terminal: tables, colour, the pager, questions, Ctrl-C.
. "$(dirname "$0")/../lib.sh"
. "$source_root/tests/cli/small.sh"
small_store
cd "$store" || exit 1
plain=(env TERM=xterm NO_COLOR=1 KITH_PAGER=cat)

run "$pty" 80x24 "${plain[@]}" kith list contacts
is "a table has a heading" "$rc|$out" "0|name          does         at             in          last    due
Ana Silva     Design lead  Elétricos      Porto       20 Nov  Jan 2027
Halina Wrona
María García               Acme Robotics
Tom Okafor                                Manchester  20 Nov"
run "$pty" 40x24 "${plain[@]}" kith list contacts
is "where it is narrow the columns that matter less are left out" "$out" "name          at        last    due
Ana Silva     Elétric…  20 Nov  Jan 2027
Halina Wrona
María García  Acme Ro…
Tom Okafor              20 Nov"
run "$pty" 80x40 "${plain[@]}" kith list tom
is "kinds stand under headings" "$(sed -n '1p;/^$/{n;p}' <<<"$out")" "contacts  1
notes  1
groups  1"
run "$pty" 50x40 "${plain[@]}" kith find trail map
is "lines found stand under their file" "$out" "notes/2026/10/2026-10-01-ana-silva-aaaa.yaml
    5  Talked about the trail map.
    7  topics: [trail map]
    9  - what: send the trail map"
run "$pty" 40x40 "${plain[@]}" kith show ana
is "long values are wrapped, and labels stay" "$(sed -n '5,7p' <<<"$out")" "in touch      last Fri 20 Nov, 5 days
              ago · next Fri 1 Jan 2027
              · light"

# ---- Colour.

colored() {
	"$@" | grep -q $'\033\['
}
ok "colour on a terminal" colored "$pty" 80x24 env TERM=xterm kith list contacts
ok "none with NO_COLOR" not colored "$pty" 80x24 env TERM=xterm NO_COLOR=1 kith list contacts
ok "none on a dumb terminal" not colored "$pty" 80x24 env TERM=dumb kith list contacts
ok "none in a pipe" not colored env TERM=xterm kith list contacts
ok "--color=never on a terminal" not colored "$pty" 80x24 env TERM=xterm kith list contacts --color=never
ok "--color=always in a pipe" colored kith list contacts --color=always
ok "CLICOLOR_FORCE in a pipe" colored env CLICOLOR_FORCE=1 kith list contacts
ok "NO_COLOR goes before CLICOLOR_FORCE" not colored env CLICOLOR_FORCE=1 NO_COLOR=1 kith list contacts

# ---- The pager.

run "$pty" 80x4 env TERM=xterm NO_COLOR=1 KITH_PAGER='echo paged; cat' kith list contacts
is "what is longer than the screen is paged" "${out%%$'\n'*}" paged
run "$pty" 80x40 env TERM=xterm NO_COLOR=1 KITH_PAGER='echo paged; cat' kith list contacts
unlike "what fits is not" "$out" paged
run "$pty" 80x4 env TERM=xterm NO_COLOR=1 KITH_PAGER='echo paged; cat' kith list contacts --no-pager
unlike "nor with --no-pager" "$out" paged
run "$pty" 80x4 env TERM=xterm NO_COLOR=1 PAGER='echo "options $LESS"; cat' kith list contacts
is "\$PAGER is used, and less is told how" "${out%%$'\n'*}" "options FRX"
run "$pty" 80x4 env TERM=xterm NO_COLOR=1 KITH_PAGER=no-such-pager kith list contacts
is "a pager that is not there takes nothing away" "$rc|$(tail -n 1 <<<"$out")" "0|Tom Okafor                                Manchester  20 Nov"
run env KITH_PAGER='echo paged; cat' kith list
unlike "a pipe is never paged" "$out" paged

# ---- Questions.

printf 'name: Tomas Okafor\n' >contacts/tomas-okafor.yaml
run "$pty" 80x24 "${plain[@]}" kith show okafor --ids <<<2
is "several: a numbered choice" "$rc|$out" "0|  1  Tom Okafor    tom-okafor  Manchester
  2  Tomas Okafor  tomas-okafor
which one? [1-2] tomas-okafor"
run "$pty" 80x24 "${plain[@]}" kith show okafor --ids <<<$'9\nx\n1'
is "what is no choice is asked again" "$rc|$(tail -n 1 <<<"$out")" "0|which one? [1-2] which one? [1-2] which one? [1-2] tom-okafor"
run "$pty" 80x24 "${plain[@]}" kith show okafor --ids <<<''
is "nothing chosen" "$rc|$(tail -n 1 <<<"$out")" "130|which one? [1-2] error: nothing was chosen"
run "$pty" 80x24 "${plain[@]}" kith show okafor --ids </dev/null
is "the end of the input chooses nothing" "$rc" 130
run "$pty" 80x24 "${plain[@]}" KITH_PICKER='tail -n 1' kith show okafor --ids
is "the picker chooses" "$rc|$out" "0|tomas-okafor"
mkdir -p "$XDG_CONFIG_HOME/kith"
echo 'picker: head -n 1' >"$XDG_CONFIG_HOME/kith/config.yaml"
run "$pty" 80x24 "${plain[@]}" kith show okafor --ids
is "also the configured one" "$rc|$out" "0|tom-okafor"
rm "$XDG_CONFIG_HOME/kith/config.yaml"
run "$pty" 80x24 "${plain[@]}" KITH_PICKER=false kith show okafor
is "a picker that is left without a choice" "$rc" 130
run "$pty" 80x24 "${plain[@]}" KITH_PICKER=no-such-picker kith show okafor
is "a picker that is not there" "$rc|$(tail -n 2 <<<"$out")" "2|error: the picker could not be started: no-such-picker
hint: check \$KITH_PICKER, or picker in config.yaml"

run "$pty" 80x24 "${plain[@]}" kith log "Nadia Haddad" "Hello." <<<y
is "somebody unrecorded is added when wanted" "$rc|$(sed -n '1p;2p' <<<"$out")|$(sed -n 2p contacts/nadia-haddad.yaml)" \
	"0|Nadia Haddad is not recorded yet. Add a contact? [Y/n] → contact contacts/nadia-haddad.yaml
→ note 2026-11-25 with Nadia Haddad: Hello.|name: Nadia Haddad"
run "$pty" 80x24 "${plain[@]}" kith log "Omar Said" "Hello." <<<n
is "and not when not" "$rc|$(ls contacts/omar-said.yaml 2>/dev/null)" "1|"
run "$pty" 80x24 "${plain[@]}" kith log "marai garcia" "Hello." -n <<<y
is "a name only written alike is asked about" "$rc|$out" "0|is María García meant? [Y/n] → note 2026-11-25 with María García: Hello.
nothing was written (-n)"
files=$(find . -type f | sort)
PTY_AFTER='[Y/n]' run "$pty" 80x24 "${plain[@]}" kith log "Omar Said" "Hello." <<<$'\003'
is "Ctrl-C at a question leaves with 130 and nothing written" "$rc|$(find . -type f | sort)" "130|$files"

# ---- Pipes that close early, disks that are full.

run bash -c 'set -o pipefail; for i in {1..50}; do kith list --json; done | head -n 1 >/dev/null; kith help --man | true'
is "a reader that has seen enough is no error" "$err" ""
if [ -c /dev/full ]; then
	kith list >/dev/full 2>"$tmp/err"
	is "a full disk is" "$?|$(sed 1q "$tmp/err")" "6|error: cannot write the output: No space left on device"
else
	skip "a full disk is" "there is no /dev/full"
fi
run bash -c 'kith list >&-'
is "no stdout at all" "$rc" 0

done_testing
