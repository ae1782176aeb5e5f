#!/bin/bash
# The hook that kith init --hook makes: real git, real commits.
. "$(dirname "$0")/../lib.sh"
# The hook is told of kith by $PATH alone.
unset KITH_STORE

run kith init "$tmp/store" --me "Ana Silva" --hook
is "a hook is made when it is asked for" "$rc|$(tail -n 1 <<<"$out")" \
	"0|→ $tmp/store/.git/hooks/pre-commit checks what is committed from now on"
cd "$tmp/store" || exit 1
ok "and can be run" test -x .git/hooks/pre-commit
run kith init "$tmp/store" --hook
is "twice is harmless" "$rc|$(tail -n 1 <<<"$out")" "0|→ the hook is in place: $tmp/store/.git/hooks/pre-commit"
run kith init "$tmp/plain"
ok "none without --hook" not test -e "$tmp/plain/.git/hooks/pre-commit"

commits() { git rev-list --count HEAD; }
bad=contacts/bad.yaml

printf 'name: Bad\nbirthday: 1990-13-02\n' >$bad
git add $bad
printf 'name: Bad\n' >$bad
before=$(commits)
run git commit -m "staged"
is "what is staged is checked, not the file" "$rc|$(commits)|$(grep -c "^$bad:2:11: error: " <<<"$err")" "1|$before|1"
like "the way out is named" "$err" 'git commit --no-verify'
git add $bad
ok "corrected, it is committed" git commit -q -m "corrected"

printf 'name: Bad\nbirthday: soonish\n' >$bad
status_is "git commit -a" 1 git commit -qam "all"
status_is "git commit FILE, of which git prepares an index of its own" 1 git commit -qm "one" $bad
git add $bad
printf 'name: Bad\ncity: Porto\n' >$bad
ok "git commit FILE again: the file is right now" git commit -qm "one" $bad
printf 'name: Bad\nctiy: Porto\n' >$bad
run git commit -qam "warning"
is "a warning is shown, and the commit made" "$rc|$(grep -c 'warning: ' <<<"$err")" "0|1"
printf 'name: Bad\nthrough: nobody-here\n' >$bad
status_is "a reference to nothing" 1 git commit -qam "dangling"
ok "--no-verify goes past it" git commit -q --no-verify -am "past it"
printf 'targets: [\n' >kith.yaml
status_is "kith.yaml is checked too" 1 git commit -qam "settings"
git checkout -q kith.yaml
git rm -q $bad
ok "a record that goes" git commit -q -m "gone"
echo hello >README
git add README
run git commit -q -m "no record"
is "a commit without records: not a word" "$rc|$out$err" "0|"
ln -s /etc/passwd contacts/link.yaml
git add contacts/link.yaml
status_is "a link in the place of a record" 1 git commit -qm "link"
git rm -qf contacts/link.yaml
head -c 1100000 /dev/zero | tr '\0' a >contacts/big.yaml
git add contacts/big.yaml
status_is "a record that is too large" 1 git commit -qm "big"
git rm -qf contacts/big.yaml

ok "a worktree" git worktree add -q "$tmp/other" -b other
printf 'name: Two\nbirthday: soonish\n' >"$tmp/other/contacts/two.yaml"
git -C "$tmp/other" add -A
status_is "in a linked worktree" 1 git -C "$tmp/other" commit -qm "two"
like "it is that one's file" "$err" '^contacts/two.yaml:2:11: error'

mkdir -p "$tmp/bin"
ln -s "$(command -v git)" "$(command -v sh)" "$tmp/bin/"
printf 'name: Three\nbirthday: soonish\n' >contacts/three.yaml
git add -A
run env PATH="$tmp/bin" git commit -q -m "without kith"
is "without kith the commit passes, and it says so" "$rc|$err" \
	"0|kith is not in \$PATH, so the records in this commit were not checked."

run kith check --staged
is "nothing staged" "$rc|$out|$err" "0||"
printf 'name: Four\nbirthday: soonish\n' >contacts/four.yaml
git add -A
run kith check --staged --json
is "JSON" "$rc|$(jq -c '[.files, .errors, .faults[0].path, .faults[0].line]' <<<"$out")" '3|[1,1,"contacts/four.yaml",2]'
status_is "--staged takes no paths" 2 kith check --staged contacts
status_is "nor --watch" 2 kith check --staged --watch
git rm -qf contacts/four.yaml

run kith init "$tmp/store" --no-hook
is "it is taken away again" "$rc|$(tail -n 1 <<<"$out")|$(ls .git/hooks/pre-commit 2>&1 | grep -c 'No such')" \
	"0|→ the hook is gone|1"
printf '#!/bin/sh\nexit 0\n' >.git/hooks/pre-commit
chmod +x .git/hooks/pre-commit
run kith init "$tmp/store" --hook
is "a hook that is there stays as it is" "$rc|$(sed -n 2p .git/hooks/pre-commit)|${err##*hint: }" \
	"2|exit 0|add this line to it: kith --store . check --staged || exit 1"
run kith init "$tmp/store" --no-hook
is "also when it is to be taken away" "$rc|$(sed -n 2p .git/hooks/pre-commit)" "2|exit 0"
printf '#!/bin/sh\nkith --store . check --staged || exit 1\n' >.git/hooks/pre-commit
printf 'name: Five\nbirthday: soonish\n' >contacts/five.yaml
git add -A
status_is "that line does the same" 1 git commit -qm "five"
rm .git/hooks/pre-commit
ln -s "$tmp/elsewhere" .git/hooks/pre-commit
run kith init "$tmp/store" --hook
is "nothing is written through a link" "$rc|$(test -e "$tmp/elsewhere" || echo none)" "2|none"
rm .git/hooks/pre-commit
git config core.hooksPath "$tmp/hooks"
run kith init "$tmp/store" --hook
is "where hooks are kept elsewhere, it says where" "$rc|$(sed 1q <<<"$err")" \
	"2|error: git is told to look for hooks in $tmp/hooks (core.hooksPath)"
ok "and writes nothing" not test -e "$tmp/hooks"

done_testing
