#!/bin/bash
# Installs what is missing to build and test kith: tests/setup.sh build|test.
# Says nothing when nothing is.  KITH_SETUP=no skips it.
#
# Nothing but bash and the tools of a bare Debian is used here.
set -u

purpose=${1:-build}
[ "${KITH_SETUP:-}" != no ] || exit 0

# Debian package, and why.
wanted='gcc: the compiler
libc6-dev: the C library to compile against
make: the build
pkg-config: finds the libraries
libyaml-dev: reads records
libsqlite3-dev: the index
libutf8proc-dev: names in any script
libjansson-dev: reads JSON
libgit2-dev: commits and merges
zlib1g-dev: packs of many objects
libuv1-dev: the loop of the daemon
libsystemd-dev: D-Bus, for notifications
git: fetches and pushes, and the tests need repositories'
if [ "$purpose" = test ]; then
	wanted+='
tzdata: the tests live in Madrid
libcmocka-dev: the unit tests
clang: the fuzzers
python3: measures, and plays the servers that kith talks to
python3-jsonschema: judges the JSON Schemas
python3-yaml: reads the examples for it
jq: reads what --json prints
dbus: a private bus for the notifications
mandoc: checks the manual pages
bsdextrautils: shows them as plain text
vim: saves files as people do
ed: saves files as people do
nano: saves files as people do
tmux: a terminal for what needs one'
fi

say() {
	printf 'kith: %s\n' "$*" >&2
}

by_other_means() {
	if command -v gcc >/dev/null && command -v git >/dev/null &&
		pkg-config --exists yaml-0.1 sqlite3 libutf8proc jansson libgit2 zlib libuv libsystemd 2>/dev/null; then
		return 0
	fi
	cat >&2 <<'END'
kith: this is not Debian or Ubuntu, so install these first, please:
  Debian: gcc make pkg-config git libyaml-dev libsqlite3-dev libutf8proc-dev libjansson-dev
          libgit2-dev zlib1g-dev libuv1-dev libsystemd-dev
          and for the tests libcmocka-dev clang python3 python3-jsonschema python3-yaml jq bsdextrautils dbus mandoc vim ed nano tmux
  Fedora: gcc make pkgconf-pkg-config git libyaml-devel sqlite-devel utf8proc-devel jansson-devel
          libgit2-devel zlib-devel libuv-devel systemd-devel
          and for the tests libcmocka-devel clang compiler-rt python3 python3-jsonschema python3-pyyaml jq util-linux dbus-daemon mandoc vim ed nano tmux
  Arch:   gcc make pkgconf git libyaml sqlite libutf8proc jansson libgit2 zlib libuv systemd-libs
          and for the tests cmocka clang compiler-rt python python-jsonschema python-yaml jq util-linux dbus mandoc vim ed nano tmux
END
	return 1
}

if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
	by_other_means
	exit
fi

is_installed() {
	# What provides a package counts, whatever it is called: pkgconf is pkg-config.
	case $1 in
	pkg-config) command -v pkg-config >/dev/null && return ;;
	clang | git | python3 | vim | ed | nano | tmux | mandoc | make | jq) command -v "$1" >/dev/null && return ;;
	dbus) command -v dbus-daemon >/dev/null && return ;;
	gcc) command -v gcc >/dev/null && return ;;
	esac
	[ "$(dpkg-query -W -f '${db:Status-Status}\n' "$1" 2>/dev/null | head -n 1)" = installed ]
}

missing=() reasons=()
look() {
	local package why
	missing=() reasons=()
	while IFS=: read -r package why; do
		is_installed "$package" && continue
		missing+=("$package")
		reasons+=("  $package:$why")
	done <<<"$wanted"
}

as_root=()
apt() {
	"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
		apt-get -q -y -o Dpkg::Use-Pty=0 --no-install-recommends "$@" >"$log" 2>&1
}

install_missing() {
	say "installs what is missing:"
	printf '%s\n' "${reasons[@]}" >&2
	if [ "$(id -u)" -ne 0 ]; then
		if ! command -v sudo >/dev/null; then
			say "that needs root, and there is no sudo.  As root:"
			say "apt-get install --no-install-recommends ${missing[*]}"
			return 1
		fi
		as_root=(sudo)
	fi
	log=$(mktemp) || return 1
	trap 'rm -f "$log"' EXIT
	# The lists of packages may be absent, or so old that they name files the server no longer has.
	apt install "${missing[@]}" || { apt update && apt install "${missing[@]}"; } || {
		cat "$log" >&2
		say "the packages could not be installed"
		return 1
	}
}

# Without the packages that only some tests want, those tests are skipped and say so.
can_do_without() {
	[ "$purpose" = test ] && [ -z "${CI:-}" ] && by_other_means 2>/dev/null && pkg-config --exists cmocka &&
		say "goes on without them"
}

look
if [ ${#missing[@]} -gt 0 ]; then install_missing || can_do_without || exit 1; fi

# The fuzzer's library is a package of clang's version, and clang only recommends it.
fuzzer_is_here() {
	printf 'int LLVMFuzzerTestOneInput(void) { return 0; }' | clang -fsanitize=fuzzer -x c -o /dev/null - 2>/dev/null
}
if [ "$purpose" = test ] && command -v clang >/dev/null && ! fuzzer_is_here; then
	version=$(clang -dumpversion)
	wanted="libclang-rt-${version%%.*}-dev: the fuzzers"
	look
	if [ ${#missing[@]} -gt 0 ]; then install_missing || say "goes on without fuzzers"; fi
fi
exit 0
