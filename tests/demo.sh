#!/bin/bash
# make demo: kith on the examples, in a folder that is gone afterwards.
# Each step is a heading and the commands as one would type them.
set -eu -o pipefail
cd "$(dirname "$0")/.."
root=$PWD
PATH=$(cd "${KITH_BUILD:-build}" && pwd):$PATH

bold='' dim='' plain=''
if [ -t 1 ] && [ -z "${NO_COLOR:-}" ] && [ "${TERM:-dumb}" != dumb ]; then
	bold=$'\e[1m' dim=$'\e[2m' plain=$'\e[0m'
fi

step=''
heading() {
	step=$1
	printf '\n%s%s%s\n' "$bold" "$step" "$plain"
}

# Shows a command as it would be typed, then what it prints.
try() {
	local word line=''
	for word in "$@"; do
		[[ $word =~ ^[[:alnum:]_./:,=@%+-]+$ ]] || word="'$word'"
		line+=" $word"
	done
	printf '%s$%s%s\n' "$dim" "$line" "$plain"
	"$@"
}

daemon=''
is_over() {
	local state
	state=$(sed 's/.*) //' "/proc/$1/stat" 2>/dev/null) || return 0
	[ "${state:0:1}" = Z ]
}

# until_true SECONDS COMMAND…
until_true() {
	local end=$((SECONDS + $1))
	shift
	until "$@" >/dev/null 2>&1; do
		[ "$SECONDS" -lt "$end" ] || return 1
		sleep 0.05
	done
}

stop_daemon() {
	[ -n "$daemon" ] || return 0
	local pid=$daemon
	daemon=''
	kill -s TERM "$pid" 2>/dev/null || true
	until_true 10 is_over "$pid" || kill -s KILL "$pid"
	wait "$pid"
}

world=$(mktemp -d "${TMPDIR:-/tmp}/kith-demo.XXXXXX")
leave() {
	local code=$?
	trap - EXIT
	stop_daemon || code=1
	if [ "$code" -ne 0 ]; then
		printf '\nThe demo failed at: %s\n' "${step:-the start}" >&2
		if [ -s "$world/kithd.log" ]; then
			echo 'The daemon said:' >&2
			tail -n 30 "$world/kithd.log" >&2
		fi
	fi
	cd /
	rm -rf "$world"
	exit "$code"
}
trap leave EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# Nothing of yours is read or written, but the desktop stays yours: that is where reminders appear.
for name in $(compgen -e); do
	case $name in KITH_* | GIT_*) unset "$name" ;; esac
done
export HOME=$world/home XDG_CONFIG_HOME=$world/home/.config XDG_CACHE_HOME=$world/home/.cache
bus=${DBUS_SESSION_BUS_ADDRESS:-}
if [ -z "$bus" ] && [ -S "${XDG_RUNTIME_DIR:-/nonexistent}/bus" ]; then
	bus=unix:path=$XDG_RUNTIME_DIR/bus
fi
export XDG_RUNTIME_DIR=$world/run
if [ -n "$bus" ]; then export DBUS_SESSION_BUS_ADDRESS=$bus; fi
mkdir -p "$HOME"
mkdir -m 0700 "$XDG_RUNTIME_DIR"
git config --global user.name 'Demo'
git config --global user.email 'demo@example.org'
git config --global init.defaultBranch main

heading 'A store of plain files: the examples, copied to a folder of their own'
export KITH_NOW=2026-11-25T09:30:00
cp -R "$root/examples" "$world/network"
cd "$world/network"
try kith init .
try ls

heading 'The daemon watches it'
printf '%s$ kithd &%s\n' "$dim" "$plain"
mkfifo "$world/ready"
exec 8<>"$world/ready"
kithd --ready-fd 9 9>"$world/ready" 8>&- >"$world/kithd.log" 2>&1 &
daemon=$!
is_ready() {
	IFS= read -r -t 0.1 -u 8 || ! kill -0 "$daemon"
}
until_true 30 is_ready
if is_over "$daemon"; then
	echo 'it left' >&2
	exit 1
fi
exec 8>&-
try kith status

heading 'What is due today, and why'
try kith today

heading 'Somebody'
try kith show maria-garcia

heading 'A question'
try kith list roles:mentor

heading 'Any editor will do: here sed changes a file, and the next question knows it'
file=$(cd contacts && find . -name maria-garcia.yaml | sed 's|^\./|contacts/|')
before=$(git rev-parse HEAD)
try sed -i 's/^city: .*/city: Lisbon/' "$file"
try kith list city:lisbon
kith list city:lisbon --ids | grep -qx maria-garcia

heading 'A few seconds later it is committed'
has_commit() {
	[ "$(git rev-parse HEAD)" != "$before" ] && [ -z "$(git status --porcelain -- "$file")" ]
}
until_true 20 has_commit
try git --no-pager log --stat -n 1 --format='%h %an: %s'

heading 'Reminders: what was shown, and what comes next'
if [ -n "$bus" ]; then
	echo 'With a notification server on your desktop, they appear there too.'
fi
try kith daemon reminders

heading 'The daemon leaves when asked'
stop_daemon
echo 'It did.'

cat <<END

${bold}Your own:${plain}
  build/kith init ~/kith          a store, with a few things to begin with
  build/kith add contact          somebody you know
  build/kith                      what is due today
  make install                    both programs, their manual pages and completions
  systemctl --user enable --now kithd
END
