# For the tests of the daemon, after lib.sh: asking it, and waiting for what it does.
# shellcheck shell=bash disable=SC2154

PATH=$build/tests/tools:$PATH
store=$tmp/store # so that a test that goes wrong writes nowhere else
export KITH_STORE=$store

# asked REQUEST: the answer in $out.  A text in single quotes is easier to read without the id.
asked() {
	run ask "$store" "{\"id\":1,\"do\":$1}"
}

barrier() {
	ask "$store" '{"id":1,"do":"barrier"}' >/dev/null
}

# field NAME: a text or number of the last answer.
field() {
	sed -n "s/.*\"$1\":\"\{0,1\}\([^\",}]*\).*/\1/p" <<<"$out"
}

# status_field NAME
status_field() {
	asked '"status"'
	field "$1"
}

status_is_now() {
	[ "$(status_field "$1")" = "$2" ]
}

# settled: everything is committed, and no child is at work.
settled() {
	wait_until 20 status_is_now git clean
}

# A small store: two people, no reminders.
store_small() {
	store=${1:-$tmp/store}
	export KITH_STORE=$store
	mkdir -p "$store/contacts" "$store/notes"
	printf 'name: Ana Silva\ncity: Porto\n' >"$store/contacts/ana.yaml"
	printf 'name: Bo Berg\ncity: Oslo\n' >"$store/contacts/bo.yaml"
	printf 'me: ana\n' >"$store/kith.yaml"
	kithd --init "$store" >/dev/null && kithd --once --offline >/dev/null ||
		fail "a small store" "it cannot be made"
}

# in_city CITY: the ids the index has, on one line; kith asks for a barrier first.
in_city() {
	kith list --ids "city:$1" | tr '\n' ' '
}

commits() {
	git -C "$store" rev-list --count HEAD
}

last_message() {
	git -C "$store" log -1 --format=%B
}

last_paths() {
	git -C "$store" show --name-status --format= HEAD
}
