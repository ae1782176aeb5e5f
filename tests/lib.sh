# For the shell tests: a private world, TAP, and a daemon to start and stop.
#
#	#!/bin/bash
#	. "$(dirname "$0")/../lib.sh"
#	store_from_examples "$tmp/store"
#	run kith list roles:mentor
#	is "a mentor is found" "$rc $out" "0 …"
#	done_testing
#
# A file is run by tests/run, or by hand: KITH_BUILD=build/asan bash tests/cli/list.t
# `# timeout: SECONDS` in a file replaces the 120 s it is given, `# serial` keeps
# other files from running at the same time.
# shellcheck shell=bash disable=SC2034

source_root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
build=$(cd "$source_root" && cd "${KITH_BUILD:-build}" && pwd) || exit 1
examples=$source_root/examples

# Sanitized programs are slow: deadlines are multiplied by this.
slow=${KITH_TEST_SLOW:-1}
keep=${KITH_TEST_KEEP:-}

# ---- A private world: nothing of the user's is read, nothing is left behind.

tmp=$(mktemp -d "${TMPDIR:-/tmp}/kith.XXXXXX") || exit 1
for _name in $(compgen -e); do
	case $_name in
	KITH_* | GIT_* | XDG_* | DBUS_* | LC_* | EMAIL) unset "$_name" ;;
	esac
done
unset DISPLAY WAYLAND_DISPLAY EDITOR VISUAL PAGER LESS NO_COLOR CLICOLOR CLICOLOR_FORCE LANG LANGUAGE COLUMNS LINES \
	NOTIFY_SOCKET WATCHDOG_USEC SSH_AUTH_SOCK SSH_ASKPASS CDPATH GREP_OPTIONS
export HOME=$tmp/home TMPDIR=$tmp/tmp
export XDG_CONFIG_HOME=$HOME/.config XDG_CACHE_HOME=$HOME/.cache XDG_DATA_HOME=$HOME/.local/share \
	XDG_STATE_HOME=$HOME/.local/state XDG_RUNTIME_DIR=$tmp/run
mkdir -p "$XDG_CONFIG_HOME" "$XDG_CACHE_HOME" "$XDG_DATA_HOME" "$XDG_STATE_HOME" "$TMPDIR"
mkdir -m 0700 "$XDG_RUNTIME_DIR"
export PYTHONDONTWRITEBYTECODE=1
export TZ=Europe/Madrid LC_ALL=C.UTF-8 TERM=dumb
export KITH_NOW=2026-11-25T09:30:00
export PATH=$build:$PATH
umask 022

# libgit2 finds this file by $HOME, git by the variable.
export GIT_CONFIG_GLOBAL=$HOME/.gitconfig GIT_CONFIG_NOSYSTEM=1
cat >"$GIT_CONFIG_GLOBAL" <<'END'
[user]
	name = Test Person
	email = test@example.org
[init]
	defaultBranch = main
[gc]
	auto = 0
[advice]
	detachedHead = false
END

cd "$tmp" || exit 1
exec </dev/null

# ---- TAP.

_count=0 _failed=0

pass() {
	_count=$((_count + 1))
	echo "ok $_count - $1"
}

# fail NAME [LINE…]: the lines say why.
fail() {
	_count=$((_count + 1)) _failed=$((_failed + 1))
	echo "not ok $_count - $1"
	shift
	diag "at ${BASH_SOURCE[-1]}:${BASH_LINENO[-2]}"
	[ $# -eq 0 ] || diag "$@"
}

diag() {
	printf '%s\n' "$@" | sed 's/^/#   /'
}

# skip NAME REASON: for a test that this machine cannot run.
skip() {
	_count=$((_count + 1))
	echo "ok $_count - $1 # SKIP $2"
}

# skip_all REASON: instead of the whole file.
skip_all() {
	echo "1..0 # SKIP $1"
	exit 0
}

done_testing() {
	echo "1..$_count"
	[ "$_failed" -eq 0 ]
	exit
}

# run COMMAND…: leaves its output in $out, its errors in $err, its exit code in $rc.
run() {
	"$@" >"$tmp/.out" 2>"$tmp/.err"
	rc=$?
	out=$(cat "$tmp/.out")
	err=$(cat "$tmp/.err")
	return 0
}

_show_run() {
	diag "command: $*" "exit code: $rc" "stdout:" "$out" "stderr:" "$err"
}

# ok NAME COMMAND…: the command succeeds.
ok() {
	local name=$1
	shift
	run "$@"
	if [ "$rc" -eq 0 ]; then pass "$name"; else fail "$name" && _show_run "$@"; fi
}

# status_is NAME CODE COMMAND…
status_is() {
	local name=$1 want=$2
	shift 2
	run "$@"
	if [ "$rc" -eq "$want" ]; then pass "$name"; else fail "$name" "exit code wanted: $want" && _show_run "$@"; fi
}

# is NAME GOT WANT
is() {
	if [ "$2" = "$3" ]; then
		pass "$1"
	else
		fail "$1" "$(diff -u --label want --label got <(printf '%s\n' "$3") <(printf '%s\n' "$2"))"
	fi
}

isnt() {
	if [ "$2" != "$3" ]; then pass "$1"; else fail "$1" "got, but not wanted:" "$2"; fi
}

# like NAME GOT REGEX: some line matches (grep -E).
like() {
	if grep -Eq -- "$3" <<<"$2"; then pass "$1"; else fail "$1" "no line matches: $3" "got:" "$2"; fi
}

unlike() {
	if grep -Eq -- "$3" <<<"$2"; then fail "$1" "a line matches: $3" "got:" "$2"; else pass "$1"; fi
}

# For `ok "it is gone" not test -e file`.
not() {
	! "$@"
}

# ---- Time and processes.  Nothing sleeps for luck: what is waited for has a deadline.

_now_ms() {
	local t=${EPOCHREALTIME/[.,]/}
	echo $((t / 1000))
}

# wait_until SECONDS COMMAND…: true as soon as the command succeeds, false at the deadline.
wait_until() {
	local end=$(($(_now_ms) + $1 * slow * 1000))
	shift
	until "$@" >/dev/null 2>&1; do
		[ "$(_now_ms)" -lt "$end" ] || return 1
		sleep 0.03
	done
}

_pids=()

# spawn COMMAND…: in the background, ended with the test; its id is in $!.
# A shell lets what it puts there ignore Ctrl-C; a program is given the usual back.
spawn() {
	local usual=()
	[ "$(type -t "$1")" != file ] || usual=(env --default-signal=INT --default-signal=QUIT)
	"${usual[@]}" "$@" &
	_pids+=($!)
}

# end PID [SIGNAL]: ends a spawned process and leaves its exit code in $rc; after ten seconds it is killed.
end() {
	local pid=$1
	kill -s "${2:-TERM}" "$pid" 2>/dev/null
	wait_until 10 _finished "$pid" || kill -s KILL "$pid" 2>/dev/null
	wait "$pid" 2>/dev/null
	rc=$?
	local left=() other
	for other in "${_pids[@]}"; do [ "$other" = "$pid" ] || left+=("$other"); done
	_pids=("${left[@]}")
}

# Not kill -0: that finds a child that has ended until it is waited for.
_finished() {
	local state
	state=$(sed 's/.*) //' "/proc/$1/stat" 2>/dev/null) || return 0
	[ -z "$state" ] || [ "${state:0:1}" = Z ]
}

_cleanup() {
	local code=$? pid
	trap - EXIT
	for pid in "${_pids[@]}"; do kill -s TERM "$pid" 2>/dev/null; done
	for pid in "${_pids[@]}"; do
		wait_until 5 _finished "$pid" || kill -s KILL "$pid" 2>/dev/null
	done
	cd / || exit 1
	if [ -n "$keep" ]; then
		echo "# kept: $tmp"
	else
		chmod -R u+rwX "$tmp" 2>/dev/null
		rm -rf "$tmp"
	fi
	exit "$code"
}
trap _cleanup EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

# ---- Stores, daemon, bus.

# store_new [DIR]: an empty store, in $store and $KITH_STORE.
store_new() {
	store=${1:-$tmp/store}
	export KITH_STORE=$store
	run kith init "$store"
	[ "$rc" -eq 0 ] || fail "kith init" "exit code: $rc" "$out" "$err"
}

# store_from_examples [DIR]: a copy of examples/ as a git repository with one commit.
store_from_examples() {
	store=${1:-$tmp/store}
	export KITH_STORE=$store
	mkdir -p "$store"
	cp -R "$examples/." "$store"
	git -C "$store" init -q
	commit_all "$store" "examples"
}

# commit_all DIR MESSAGE: everything, at a fixed time, by plain git.
commit_all() {
	git -C "$1" add -A &&
		GIT_AUTHOR_DATE=2026-11-25T08:00:00Z GIT_COMMITTER_DATE=2026-11-25T08:00:00Z \
			git -C "$1" commit -q -m "$2"
}

_daemons=0

# daemon_start STORE [ARGUMENT…]: starts kithd and returns when it says that it is ready.
# Its id is in $daemon, its log in $daemon_log.
daemon_start() {
	local where=$1 fifo both ready byte
	shift
	_daemons=$((_daemons + 1))
	daemon_log=$tmp/kithd.$_daemons.log
	fifo=$tmp/.ready.$_daemons
	mkfifo "$fifo"
	exec {both}<>"$fifo"
	spawn kithd --store "$where" --ready-fd 9 "$@" 9>"$fifo" {both}>&- >"$daemon_log" 2>&1
	daemon=$!
	# Its end of the pipe is the only one for writing now: closed when it is ready, and when it dies.
	exec {ready}<"$fifo" {both}>&-
	if ! IFS= read -r -t $((15 * slow)) -u "$ready" byte; then
		exec {ready}<&-
		fail "kithd is ready" "$(_finished "$daemon" && echo "it left" || echo "it did not say so")" "$(cat "$daemon_log")"
		return 1
	fi
	exec {ready}<&-
}

# daemon_stop [PID]: asks it to leave.  Fails the test if it does not leave with 0 by itself.
daemon_stop() {
	local pid=${1:-$daemon}
	end "$pid"
	[ "$rc" -eq 0 ] && return
	fail "kithd stops cleanly" "exit code: $rc" "$(tail -n 50 "$daemon_log")"
	return 1
}

# daemon_kill [PID]: as a crash.
daemon_kill() {
	end "${1:-$daemon}" KILL
}

# bus_start [FOLDER]: a private session bus, which starts the services described in FOLDER, none without it.
bus_start() {
	command -v dbus-daemon >/dev/null || return 1
	cat >"$tmp/bus.conf" <<END
<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:path=$XDG_RUNTIME_DIR/bus</listen>
  <auth>EXTERNAL</auth>
  ${1:+<servicedir>$1</servicedir>}
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
END
	spawn dbus-daemon --config-file="$tmp/bus.conf" --nofork --nopidfile --nosyslog
	bus=$!
	export DBUS_SESSION_BUS_ADDRESS=unix:path=$XDG_RUNTIME_DIR/bus
	wait_until 10 test -S "$XDG_RUNTIME_DIR/bus"
}

bus_stop() {
	end "$bus"
	rm -f "$XDG_RUNTIME_DIR/bus"
}
