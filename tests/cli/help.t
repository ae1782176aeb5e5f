#!/bin/bash
# Help, the manual page, and what is not understood.
. "$(dirname "$0")/../lib.sh"

run kith --version
is "the version" "$rc $out" "0 kith $(kithd --version | sed 's/kithd //')"

run kith help
is "help leaves with 0" "$rc" 0
like "help lists the commands" "$out" '^  log         note a conversation in one line$'
like "help lists the global options" "$out" '^  --store DIR '
isnt "help of a command is another text" "$(kith help log)" "$out"

for command in $(kith help --json | jq -r '.commands[].name'); do
	run kith help "$command"
	is "help $command begins with its usage" "$rc ${out%%$'\n'*}" \
		"0 $(kith help --json | jq -r --arg c "$command" '.commands[] | select(.name == $c) | "kith " + .name + (if .usage == "" then "" else " " + .usage end)')"
	is "--help behind and before $command say the same" "$(kith "$command" --help)$(kith -h "$command")" "$out$out"
done

run kith help --man
like "the manual page names every option" "$out" '^\.It Fl n , Fl \\-dry\\-run$'
if command -v mandoc >/dev/null; then
	is "the manual page is clean" "$(mandoc -Tlint -W warning <<<"$out" | grep -v 'date in the future')" ""
	is "kith-json(5) is clean" "$(mandoc -Tlint -W warning "$source_root/cli/kith-json.5" | grep -v 'date in the future')" ""
else
	skip "the manual pages are clean" "mandoc is not installed"
fi

# ---- Not understood: exit code 2, a word of help, nothing on stdout.

refused() {
	local name=$1 want=$2
	shift 2
	run kith "$@"
	is "$name" "$rc|$out|$err" "2||$want"
}

refused "an unknown command" $'error: there is no command \'lst\'\nhint: did you mean kith list?' lst
refused "a name for a command" $'error: there is no command \'ana\'\nhint: kith help lists the commands; kith show ana looks for a record' ana
refused "an unknown option" $'error: there is no option --explan for kith list\nhint: did you mean --explain?' list --explan
refused "an unknown option before the command" $'error: there is no option --sotre\nhint: did you mean --store?' --sotre=x list
refused "an unknown letter" $'error: there is no option -z\nhint: words that begin with - stand behind a --; kith help list lists the options' list -z
refused "an option without its value" $'error: --sort needs a value\nhint: kith help list' list --sort
refused "a letter without its value" $'error: -s needs a value\nhint: kith help list' list -s
refused "a value too many" $'error: --json takes no value\nhint: write only --json' list --json=yes
refused "a colour that is none" $'error: --color pink is not known\nhint: write --color auto, always or never' --color pink list
refused "help for what is no command" $'error: there is no command \'frobnicate\'\nhint: kith help lists the commands; kith show frobnicate looks for a record' help frobnicate
refused "a word too many" $'error: kith help does not know what to do with \'log\'\nhint: kith help [COMMAND]' help list log
refused "an ambiguous option" $'error: --no may be several options\nhint: write it out' add --no
# What the user typed may be hostile too: it comes from scripts.
run kith $'\033[31mred'
is "no escape of the command line reaches the terminal" "$err" $'error: there is no command \'�[31mred\'\nhint: kith help lists the commands; kith show �[31mred looks for a record'

# ---- No store at all.

run kith
is "bare kith without a store is a friendly start" "$rc|$err|$out" "0||kith keeps the people you know in plain files, and there are none yet.
  kith init --me \"Your Name\"   makes a store in ~/kith
  kith help                    says what can be done"
run kith list
is "other commands say that there is none" "$rc|$out" "2|"
like "and what to do" "$err" '^hint: .*kith init'
run kith --store "$tmp/nowhere"
is "bare kith with a store that is not there is an error" "$rc|$out" "2|"

done_testing
