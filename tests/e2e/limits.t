#!/bin/bash
# Where the system gives little: no watches, no inotify, few descriptors, no place to write.
# timeout: 240
. "$(dirname "$0")/../lib.sh"
. "$source_root/tests/tools/daemon.sh"

store_small
mkdir -p "$store"/notes/{a,b,c,d,e,f}

# A namespace of its own may have lower limits.
cat >"$tmp/limited" <<'END'
echo "$1" 2>/dev/null >"/proc/sys/user/max_inotify_$2" || exit 99
shift 2
exec "$@"
END
limited() { # LIMIT WHAT: starts kithd with it
	log=$tmp/limited.log
	: >"$log"
	spawn unshare -Ur bash "$tmp/limited" "$1" "$2" kithd --store "$store" >"$log" 2>&1
	limited=$!
	wait_until 10 eval '_finished "$limited" || grep -q " ready " "$log"'
	! _finished "$limited"
}

if limited 4 watches; then
	is "with too few watches the store is looked at by time" "$(status_field watching)" polling
	like "and it is said how to change that" "$(status_field watching_why)" "max_user_watches"
	printf 'name: Zoe\ncity: Lodz\n' >"$store/notes/../contacts/zoe.yaml"
	mkdir "$store/contacts/deep" && printf 'name: Zac\ncity: Lodz\n' >"$store/contacts/deep/zac.yaml"
	is "answers are as fresh" "$(in_city Lodz)" "zac zoe "
	rm -r "$store/contacts/deep"
	is "also of what is gone" "$(in_city Lodz)" "zoe "
	printf 'name: Zed\n' >"$store/contacts/zed.yaml"
	wait_until 40 eval 'git -C "$store" cat-file -e HEAD:contacts/zed.yaml'
	ok "what was saved is committed" git -C "$store" cat-file -e HEAD:contacts/zed.yaml
	end "$limited"
	is "and it stops cleanly" "$rc" 0
else
	skip "with too few watches the store is looked at by time" "no user namespaces here"
fi

if limited 0 instances; then
	is "so it is without inotify" "$(status_field watching)" polling
	printf 'name: Yan\ncity: Baku\n' >"$store/contacts/yan.yaml"
	is "answers are as fresh then, too" "$(in_city Baku)" "yan "
	end "$limited"
	is "and it stops as cleanly" "$rc" 0
else
	skip "so it is without inotify" "no user namespaces here"
fi

# Few descriptors: it says what is wrong, or works; it never hangs, spins or crashes.
wrong=''
for limit in 8 12 24 63 64 70; do
	# shellcheck disable=SC2016
	spawn bash -c 'ulimit -n "$1" && exec kithd --store "$2"' bash "$limit" "$store" >"$tmp/few.log" 2>&1
	few=$!
	wait_until 10 eval '_finished "$few" || grep -q " ready " "$tmp/few.log"' || wrong+=" $limit:hangs"
	end "$few"
	case $limit:$rc in
	8:5 | 12:5 | 24:5 | 63:5) grep -q '^error: the limit of open files is' "$tmp/few.log" || wrong+=" $limit:silent" ;;
	64:0 | 70:0) ;;
	*) wrong+=" $limit:$rc" ;;
	esac
done
is "with few descriptors it says what is wrong, or works" "$wrong" ""

# Nowhere to write the index: root writes everywhere, so the place is taken by a file.
rm -rf "$XDG_CACHE_HOME" && : >"$XDG_CACHE_HOME"
daemon_start "$store"
barrier && pass "without a place for the index it answers" || fail "without a place for the index it answers"
printf 'name: Wim\ncity: Gent\n' >"$store/contacts/wim.yaml"
is "and so does kith" "$(in_city Gent)" "wim "
wait_until 20 eval 'git -C "$store" cat-file -e HEAD:contacts/wim.yaml'
ok "commits go on" git -C "$store" cat-file -e HEAD:contacts/wim.yaml
daemon_stop
rm "$XDG_CACHE_HOME" && mkdir "$XDG_CACHE_HOME"

# The index is taken away while it runs.
daemon_start "$store"
rm -rf "${XDG_CACHE_HOME:?}"/*
printf 'name: Vic\ncity: Graz\n' >"$store/contacts/vic.yaml"
is "an index that is deleted is made again" "$(in_city Graz)" "vic "
daemon_stop

# Without a runtime folder the socket is in the store's own folder.
unset XDG_RUNTIME_DIR
daemon_start "$store"
ok "without a runtime folder the socket is beside the repository" test -S "$store/.git/kith/kithd.sock"
is "and answers" "$(in_city Graz)" "vic "
daemon_stop

done_testing
