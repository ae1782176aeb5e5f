#!/bin/bash
# kith clone: a store from elsewhere is set up here; what is no store, or no address, is refused.
. "$(dirname "$0")/../lib.sh"

store_from_examples "$tmp/store"
unset KITH_STORE
run kith init "$store"
commit_all "$store" "set up"
git clone -q --bare "$store" "$tmp/net.git" 2>/dev/null

run kith clone net.git
is "it says what is in it" "$rc|$(head -n 1 <<<"$out")" \
	"0|The store in $tmp/net: 51 contacts, 154 notes, 9 groups, 7 events, 7 opportunities, 7 needs, 5 goals, 6 learning, 6 playbooks."
like "and what waits" "$out" '^2 values that lost a merge wait: kith conflicts$'
is "nothing in it is changed" "$(git -C net status --porcelain)" ""
like "git merges by field there" "$(git -C net config merge.kith.driver)" 'kith merge-driver %O %A %B %P'
ok "editors have their schemas" test -f net/.kith/schema/contact.json
is "nobody else may look into it" "$(stat -c %a net)" 700
is "it answers" "$(kith --store net list contacts --ids | wc -l)" 51
ok "kith doctor is content with git" grep -Eq '^ok +merging' <(kith --store net doctor)

run kith clone net.git deeper/there
is "a folder whose parents are not there yet" "$rc|$(stat -c %a deeper/there)" "0|700"
mkdir -m 0750 empty
run kith clone net.git empty
is "an empty folder is taken as it is" "$rc|$(stat -c %a empty)" "0|750"

printf 'name: [\n' >net/contacts/broken.yaml
commit_all net broken
git -C net push -q
run kith clone net.git faulty
like "faults are told" "$rc $out" '^1 file has faults: kith check$'

# ---- Refused.

# refused NAME CODE PATTERN ARGUMENT…
refused() {
	local name=$1 code=$2 pattern=$3
	shift 3
	run kith clone "$@"
	like "$name" "$rc $err" "^$code .*$pattern"
}

refused "a folder that is full" 2 'net is there already, and not empty' net.git net
refused "one inside of a store" 2 'would be inside of the store' net.git net/sub
refused "an option for git" 2 'is no address of a store' -- --upload-pack=touch
refused "an option for ssh" 2 'is no address of a store' ssh://-oProxyCommand=touch/x
refused "behind a name, too" 2 'is no address of a store' you@-oProxyCommand=touch:x
refused "a folder like an option" 2 'is no name for the folder' -- net.git -x
refused "an address without a name" 2 'is no name for the folder' /
refused "no address" 2 '' ''
refused "nothing" 2 ''

run kith clone nowhere.git
is "what git cannot fetch leaves nothing behind" "$rc|$(test -e nowhere || echo none)|$(grep '^error' <<<"$err")" \
	"5|none|error: git could not clone nowhere.git"
mkdir -m 0750 mine
run kith clone nowhere.git mine
is "but a folder that was there" "$rc|$(stat -c %a mine)" "5|750"

git init -q plain
git -C plain commit -q --allow-empty -m none
run kith clone plain other
is "a repository that is no store is said to be none" "$rc|$err" "1|Cloning into 'other'...
done.
error: other was cloned, but it is no store: there is no kith.yaml in it
hint: kith init other makes it one, with everything that is in it"
ok "and can be made one" kith init other

git init -q --bare -b trunk odd.git
run kith clone odd.git hollow
is "an empty repository is said to be empty" "$rc|$(grep '^error\|^hint' <<<"$err")" "1|error: hollow was cloned, but what is there has no branch that git would take
hint: it is empty: kith init hollow makes a store of the clone, and git push sends it there"
git -C net.git push -q "$PWD/odd.git" "$(git -C net.git symbolic-ref --short HEAD)"
run kith clone odd.git from-odd
is "a repository whose HEAD names no branch has its only branch taken" \
	"$rc|$(git -C from-odd rev-parse HEAD)|$(git -C from-odd rev-parse --abbrev-ref '@{upstream}')" \
	"0|$(git -C net.git rev-parse HEAD)|origin/$(git -C net.git symbolic-ref --short HEAD)"
git -C net.git push -q "$PWD/odd.git" HEAD:refs/heads/other
run kith clone odd.git from-two
is "of several none is taken" "$rc|$(grep '^hint' <<<"$err")" \
	"1|hint: git -C from-two branch -r names the branches; git -C from-two switch BRANCH takes one"

mkdir bin
for program in kith kithd cat; do ln -s "$(command -v $program)" bin/$program; done
PATH=$PWD/bin run "$build/kith" clone net.git nogit
is "without git" "$rc|$err|$(test -e nogit || echo none)" "5|error: git is not installed
hint: install it: apt install git|none"

# ---- What a stranger's store holds.

store_new "$tmp/evil"
unset KITH_STORE
ln -s /etc/passwd evil/contacts-link
mkdir -p evil/contacts
ln -s /etc/passwd evil/contacts/link.yaml
printf '*.yaml filter=run\n' >>evil/.gitattributes
commit_all evil evil
run kith clone evil victim
unlike "a link is not followed" "$out$err$(kith --store victim find root: 2>&1)" 'root:x'
like "a filter is refused" "$err" 'filter'

done_testing
