#!/bin/bash
# kith history: what was changed, when, by whom and by which command.
# timeout: 240
. "$(dirname "$0")/../lib.sh"
. "$source_root/tests/cli/small.sh"
small_store
cd "$store" || exit 1

run kith history
is "without a repository it says so" "$rc|$out|$err" "5||error: $store is no git repository, so nothing is known of what was before
hint: kith init begins one there"
git init -q
run kith history
is "without a commit, too" "$rc|$out|$err" "1||error: there is no commit yet
hint: the daemon commits what is saved; kithd --once does it now"
run kith history --json
is "also as JSON" "$rc|$(jq -c '[.count,.commits,.end]' <<<"$out")" '1|[0,[],"beginning"]'

export KITH_NOW=2026-11-20T08:00:00
kithd --once --offline >/dev/null
at() {
	export KITH_NOW=2026-11-$1
}
first=$(git rev-parse HEAD)
at 21T09:00:00
run kith set ana-silva cadence=monthly skills+=rust
sed -i 's/^city: Manchester/city: Leeds/' contacts/tom-okafor.yaml
cat >>notes/2026/11/2026-11-20-tom-okafor-bbbb.yaml <<<'about: nothing'
at 22T10:30:00
kithd --once --offline >/dev/null
at 25T09:30:00
ids=$(git log --format=%h --abbrev=8)
run kith history
is "the store, a line a commit, the newest first" "$rc|$err|$out" "0||$(paste -d' ' <(printf '22 Nov 10:30 \n21 Nov 09:00 \n20 Nov 08:00 \n') <(echo "$ids") <(cat <<'END'
 by hand  tom-okafor: city: Manchester → Leeds | 2026-11-20-tom-okafor-bbbb: about + nothing
 set      ana-silva: skills + rust; cadence: 6 weeks → monthly
 by hand  ana-silva: created | halina-wrona: created | maria-garcia: created | tom-okafor: created | tuesday-circle: created | kith.yaml: created | 2026-10-01-ana-silva-aaaa: created | 2026-11-20-tom-okafor-bb…
END
))"
run kith history --limit 1
is "--limit" "$(wc -l <<<"$out") $(grep -c tom-okafor <<<"$out")" "1 1"
is "--ids" "$(kith history --ids)" "$(git log --format=%H)"
run kith history ana --no-pager
is "of one record" "$rc|$err|$out" "0||21 Nov 09:00  $(sed -n 2p <<<"$ids")  set  Test Person  $(git log -1 --format=%s HEAD^)
    skills + rust; cadence: 6 weeks → monthly

20 Nov 08:00  $(sed -n 3p <<<"$ids")  by hand  Test Person  $(git log -1 --format=%s "$first")
    created"
is "by its path, from anywhere" "$(cd contacts && kith history ana-silva.yaml)" "$out"
run kith history tom --diff
like "--diff shows the line that went" "$out" '^-city: Manchester$'
like "and the one that came" "$out" '^\+city: Leeds$'
run kith history --full --limit 1
is "--full has a line a record" "$(sed 1d <<<"$out")" "    tom-okafor: city: Manchester → Leeds
    2026-11-20-tom-okafor-bbbb: about + nothing"

# Programs.
run kith history ana --json
is "a commit as JSON" "$(jq -c '.commits[0] | del(.commit)' <<<"$out")" \
	'{"at":"2026-11-21T09:00:00+01:00","author":"Test Person","email":"test@example.org","command":"set","subject":"'"$(git log -1 --format=%s HEAD^)"'","undoes":null,"undone":false,"changes":[{"path":"contacts/ana-silva.yaml","from":null,"kind":"contact","id":"ana-silva","did":"changed","words":"skills + rust; cadence: 6 weeks → monthly","values":[{"field":"skills","entry":null,"key":null,"before":null,"after":"rust"},{"field":"cadence","entry":null,"key":null,"before":"6 weeks","after":"monthly"}]}]}'
is "and what is around" "$(jq -c '[.version,.record,.count,.end,.commits[1].commit]' <<<"$out")" \
	"[1,\"contacts/ana-silva.yaml\",2,\"beginning\",\"$first\"]"

# Renames, and what is gone.
git mv contacts/maria-garcia.yaml contacts/maria.yaml
git commit -q -m "renamed by git"
kithd --once --offline >/dev/null
sed -i '1i formerly: maria' contacts/maria.yaml
mv contacts/maria.yaml contacts/mg.yaml
kithd --once --offline >/dev/null
run kith history mg
is "renames are followed" "$(grep '^    ' <<<"$out")" "    renamed from maria; formerly + maria
    renamed from maria-garcia
    created"
rm contacts/mg.yaml
kithd --once --offline >/dev/null
run kith history mg
is "a record that is gone is found by its id" "$rc|$(grep '^    ' <<<"$out" | head -n 2)" "0|    removed
    renamed from maria; formerly + maria"
is "and by its path" "$(kith history contacts/mg.yaml | grep -c '^    ')" 4
run kith history nobody
is "nobody" "$rc|$err" "1|error: nothing is called 'nobody', now or in any commit
hint: kith history alone shows everything"
status_is "a path outside" 2 kith history ../x.yaml
status_is "a file that is no record" 2 kith history notes/readme.txt
status_is "no number" 2 kith history --limit x

# What cannot be read, and what a stranger wrote.
printf 'name: [broken\n' >contacts/tom-okafor.yaml
kithd --once --offline >/dev/null
like "a file that cannot be read is told as such" "$(kith history tom)" "^    edited, and cannot be read$"
git show "$first:contacts/tom-okafor.yaml" >contacts/tom-okafor.yaml
kithd --once --offline >/dev/null
like "and when it can again" "$(kith history tom)" "^    can be read again$"
printf 'name: Ana\ncity: "\\e]0;x\\a"\n' >contacts/ana-silva.yaml
git -c user.name=$'Evil\e[31m' commit -q -a -m $'evil \e]0;x\a\n\nKith-Command: rm\e[31m'
for args in "" "ana" "--full" "--diff" "--json" "ana --json"; do
	# shellcheck disable=SC2086
	kith history $args >"$tmp/said" 2>&1
	ok "nothing that disturbs a terminal: history $args" not grep -q $'[\001-\010\013-\037]' "$tmp/said"
done
like "another author is named" "$(kith history)" "Evil.\[31m"

# Git's own pagers, filters and programs are not asked.
git config core.pager "touch $tmp/ran; cat"
git config core.fsmonitor "touch $tmp/ran; false"
git config diff.external "touch $tmp/ran; false"
git config alias.log "!touch $tmp/ran"
ok "a store's configuration" kith history --diff
ok "runs nothing" not test -e "$tmp/ran"
git config --unset core.fsmonitor

# Clocks that were far off.
for when in "@0 +0000" "@9000000000000 +0000" "@99999999999 +1400"; do
	blob=$(printf 'name: Ana %s\n' "$when" | git hash-object -w --stdin)
	git update-index --cacheinfo "100644,$blob,contacts/ana-silva.yaml" && tree=$(git write-tree)
	git update-ref HEAD "$(printf 'tree %s\nparent %s\nauthor A <a@x.org> %s\ncommitter A <a@x.org> %s\n\nfar\n' \
		"$tree" "$(git rev-parse HEAD)" "${when#@}" "${when#@}" | git hash-object -t commit -w --stdin)"
	run kith history --limit 1
	is "a commit of $when" "$rc|$(jq -r .count <<<"$(kith history --limit 1 --json)")" "0|1"
done

# Shallow.
git config --unset diff.external
KITH_STORE='' git clone -q --depth 2 "file://$store" "$tmp/shallow"
run kith --store "$tmp/shallow" history
is "a shallow clone says where it ends" "$(tail -n 1 <<<"$out")" \
	"this clone is shallow and ends here: git fetch --unshallow brings what was before"
is "and does not call everything new" "$(grep -c created <<<"$out")" 0

# kithd's own options.
status_is "kithd: two records" 2 kithd --history ana-silva tom-okafor
status_is "kithd: no number" 2 kithd --history --limit -1
status_is "kithd: two things at once" 2 kithd --history --once
is "kithd tells where it ends" "$(kithd --history --limit 1 | tail -n 2)" "end 5
limit"
is "and is not disturbed by a reader who has seen enough" "$(kithd --history --texts 9 2>/dev/null | head -n 1)" "commit 40"

# Without kithd.
mkdir "$tmp/alone" && cp "$build/kith" "$tmp/alone/"
PATH=/usr/bin:/bin run "$tmp/alone/kith" history
is "without kithd it says so" "$rc|$(head -n 1 <<<"$err")" "5|error: kithd, which reads git, was not found beside kith or in \$PATH"

done_testing
