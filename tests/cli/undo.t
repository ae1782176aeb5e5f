#!/bin/bash
# kith undo: take back what a command did, where nobody has changed the files since.
# timeout: 240
. "$(dirname "$0")/../lib.sh"
. "$source_root/tests/cli/small.sh"
small_store
cd "$store" || exit 1

run kith undo
is "without a repository" "$rc|${err%%,*}" "5|error: $store is no git repository"
git init -q
run kith undo
is "without a commit" "$rc|$(head -n 1 <<<"$err")" "1|error: there is no commit yet, so there is nothing to take back"
kithd --once --offline >/dev/null
run kith undo
is "without a command" "$rc|$(head -n 1 <<<"$err")" "1|error: no command of yours is left to be taken back"

before=$(git rev-parse 'HEAD^{tree}')
tree() {
	git rev-parse 'HEAD^{tree}'
}
clean() {
	git status --porcelain
}

# One command, there and back.
export KITH_NOW=2026-11-25T09:27:00
kith set ana cadence=monthly >/dev/null
set=$(git rev-parse HEAD)
export KITH_NOW=2026-11-25T09:30:00
words=$(git log -1 --format=%s)
run kith undo -n
is "-n shows what it would be" "$rc|$err|$out" "0||→ would take back: $words (3 minutes ago)
--- contacts/ana-silva.yaml
+++ contacts/ana-silva.yaml
@@ -5,5 +5,5 @@
 title: Design lead
 roles: [friend, peer]
 skills: [signage]
-cadence: monthly
+cadence: 6 weeks
 birthday: 02-19
nothing was written (-n)"
is "and writes nothing" "$(git rev-parse HEAD)|$(clean)" "$set|"
run kith undo
is "undo" "$rc|$err|$out" "0||→ took back: $words (3 minutes ago)
redo: kith undo --redo"
is "everything is as before" "$(tree)|$(clean)" "$before|"
is "in a commit that says what it takes back" "$(git log -1 --format='%s|%(trailers:key=Kith-Command,valueonly,separator=;)|%(trailers:key=Kith-Undoes,valueonly,separator=;)')" \
	"undo: $words|undo|$set"
is "the index knows" "$(kith list --ids 'cadence:"6 weeks"')" ana-silva
run kith undo
is "a second time there is nothing left" "$rc|$(head -n 1 <<<"$err")" "1|error: no command of yours is left to be taken back"
run kith undo --redo
is "redo" "$rc|$err|$out" "0||→ did again: $words (just now)
undo: kith undo"
is "its message" "$(git log -1 --format=%s)" "redo: $words"
like "it holds again" "$(cat contacts/ana-silva.yaml)" "^cadence: monthly$"
run kith undo --redo
is "no second redo" "$rc|$(head -n 1 <<<"$err")" "1|error: no undo is left to be taken back"
ok "and it can be undone again" kith undo
is "to the byte" "$(tree)" "$before"

# One after another.
kith set ana city=Faro >/dev/null && kith set tom city=Leeds >/dev/null && kith log ana "Tea." >/dev/null
run kith undo --list
is "the list" "$rc|$(sed 's/^[^ ]* [^ ]* [^ ]*  [0-9a-f]*  //; s/   */|/' <<<"$out" | head -n 3)" "0|$(git log -3 --format='%s|can be undone')"
is "and as JSON" "$(kith undo --list --json | jq -c '.commands[:4] | map([.command,.possible,.undone])')" \
	'[["log",true,false],["set",true,false],["set",true,false],["undo",false,false]]'
ok "undo" kith undo
is "the note is gone" "$(find notes -name '*2026-11-25*')" ""
run kith undo -2
is "-2 takes back two more" "$rc|$(grep -c '^→ took back: set' <<<"$out")|$(tree)|$(clean)" "0|2|$before|"
is "each in a commit of its own" "$(git log -2 --format=%s | cut -c1-9)" "undo: set
undo: set"
ok "redo" kith undo --redo
ok "redo" kith undo --redo
is "in the order of the commands" "$(grep -h '^city' contacts/ana-silva.yaml contacts/tom-okafor.yaml)" "city: Faro
city: Leeds"
ok "and the note" kith undo --redo
is "which is there again" "$(find notes -name '*2026-11-25*' | wc -l)" 1
run kith undo -4
is "more than there are: the rest is told" "$rc|$(grep -c '^→' <<<"$out")|$(tree)|$(head -n 1 <<<"$err")" \
	"1|3|$before|error: no command of yours is left to be taken back"
status_is "-0 is refused" 2 kith undo -0
status_is "-n with several" 2 kith undo -2 -n
status_is "a commit and a number" 2 kith undo -2 "$set"

# Files that changed since.
kith set ana city=Faro >/dev/null
echo '# mine' >>contacts/ana-silva.yaml
run kith undo
is "a file that was edited since is left alone" "$rc|$out|$err" "1||error: nothing was taken back of: $(git log -1 --format=%s)
    contacts/ana-silva.yaml: it was changed since
hint: kith history ana-silva --diff shows what was changed"
is "as it is" "$(tail -n 1 contacts/ana-silva.yaml)" "# mine"
kithd --once --offline >/dev/null
run kith undo
is "also when that is committed" "$rc|$(sed -n 2p <<<"$err")" "1|    contacts/ana-silva.yaml: it was changed since"
like "the list says so" "$(kith undo --list --limit 1)" "changed since$"
sed -i '/# mine/d' contacts/ana-silva.yaml
ok "when it is again as it was, it can be taken back" kith undo
is "all of it" "$(git diff --name-only "$before" HEAD)" ""
kith set ana city=Faro >/dev/null
sed -i 's/^city: Faro/city: Porto/' contacts/ana-silva.yaml
kithd --once --offline >/dev/null
kith set tom city=Leeds >/dev/null && kith undo >/dev/null
run kith undo
is "what was taken back by hand counts as done" "$rc|$(head -n 1 <<<"$err")" "1|error: no command of yours is left to be taken back"

# Several files.
kith set contacts 'roles:mentor' cadence=yearly >/dev/null
several=$(git rev-parse HEAD)
is "a command of two files" "$(git show --format= --name-only | wc -l)" 2
echo '# mine' >>contacts/tom-okafor.yaml
run kith undo
is "half an undo is refused" "$rc|$(head -n 2 <<<"$err")|$(tail -n 1 <<<"$err")" "2|error: 1 of 2 files must be left alone, so nothing was taken back of: $(git log -1 --format=%s)
    contacts/tom-okafor.yaml: it was changed since|hint: kith undo --partly takes back the other"
is "and nothing was written" "$(git rev-parse HEAD)|$(grep -c yearly contacts/maria-garcia.yaml)" "$several|1"
like "the list says so" "$(kith undo --list --limit 1)" "partly: 1 of 2 files changed since$"
run "$pty" 80x24 kith undo <<<"n"
like "on a terminal it asks" "$out" "1 of 2 files must be left alone: take back the other of: .*\[y/N\]"
is "a no is a no" "$rc|$(git rev-parse HEAD)" "130|$several"
run kith undo --partly
is "--partly" "$rc|$err|$(sed 1d <<<"$out")" "0||→ left alone:
    contacts/tom-okafor.yaml: it was changed since
redo: kith undo --redo"
is "takes back what it can" "$(grep -c yearly contacts/maria-garcia.yaml contacts/tom-okafor.yaml)" "contacts/maria-garcia.yaml:0
contacts/tom-okafor.yaml:1"
is "the edit is not in its commit" "$(git show --format= --name-only)|$(clean)" "contacts/maria-garcia.yaml| M contacts/tom-okafor.yaml"
sed -i '/# mine/d; /^cadence: yearly/d' contacts/tom-okafor.yaml
kithd --once --offline >/dev/null
is "the rest by hand" "$(tree)" "$before"

# A rename is taken back as a whole.
kith rename ana-silva ana-sousa --yes >/dev/null
isnt "a rename touches several files" "$(git show --format= --name-only | wc -l)" 1
ok "it is taken back" kith undo
is "with all references" "$(tree)|$(clean)" "$before|"
ok "and done again" kith undo --redo
ok "the record has its new name" test -e contacts/ana-sousa.yaml
printf 'name: Somebody Else\n' >contacts/ana-silva.yaml
run kith undo
like "not over a new record of the old name" "$err" "contacts/ana-sousa.yaml: there is a new contacts/ana-silva.yaml"
rm contacts/ana-silva.yaml
ok "without it" kith undo
is "it is" "$(tree)" "$before"

# What was written by hand, by its id.
printf 'name: New\n' >contacts/new.yaml && rm groups/tuesday-circle.yaml && sed -i 's/Porto/Braga/' contacts/ana-silva.yaml
kithd --once --offline >/dev/null
hand=$(git rev-parse HEAD)
run kith undo "${hand:0:7}"
is "by hand, by its id" "$rc|$(tree)|$(clean)" "0|$before|"
like "it says so" "$out" "^→ took back: .* \(just now\), by hand$"
run kith undo --redo
is "redo names the way back" "$(tail -n 1 <<<"$out")" "undo: kith undo ${hand:0:8}"
ok "which it is" kith undo "${hand:0:8}"
is "again" "$(tree)" "$before"
first=$(git rev-list --max-parents=0 HEAD)
run kith undo "$first"
is "not the first one" "$rc|$(head -n 1 <<<"$err")" \
	"2|error: commit ${first:0:8} cannot be taken back: it is the first commit: before it there was nothing"
status_is "no commit" 1 kith undo deadbeef
status_is "no id" 2 kith undo HEAD
status_is "nor an option to git" 2 kith undo -- --all

# With git in between.
kith set tom city=York >/dev/null
git commit -q --amend -m "another message"
run kith undo
is "a command whose commit was amended is one no more" "$rc|$(head -n 1 <<<"$err")" "1|error: no command of yours is left to be taken back"
git reset -q --hard HEAD^
kith set tom city=York >/dev/null && kith undo >/dev/null && kith set ana title=Painter >/dev/null
git switch -q -c base "$first" && printf 'x\n' >README && git add README && git commit -q -m "elsewhere"
git switch -q main && git rebase -q base
ok "after a rebase" kith undo
run kith undo
is "what was undone before it is not undone twice" "$rc|$(grep ^city contacts/tom-okafor.yaml)" "1|city: Manchester"
git -c user.email=other@example.org commit -q --allow-empty -m x
kith set tom city=Hull >/dev/null
git commit -q --amend --no-edit --author="Other <other@example.org>"
run kith undo
is "somebody else's command is not taken back unasked" "$rc|$(grep ^city contacts/tom-okafor.yaml)" "1|city: Hull"
like "the list names them" "$(kith undo --list --limit 1)" "by Other: by its id$"
ok "by its id it is" kith undo "$(git rev-parse HEAD)"

# A merge by git: the commands of both sides count, the merge itself is none.
tidy=$(tree)
git switch -q -c side && git switch -q main
kith set tom city=Bath >/dev/null
git switch -q side
printf 'name: Side\n' >contacts/side.yaml && git add contacts/side.yaml && git commit -q -m $'add side\n\nKith-Command: add'
git switch -q main && git merge -q -m "both sides" side
merge=$(git rev-parse HEAD)
run kith undo "$merge"
like "a merge cannot be taken back" "$rc|$err" "^2\|error: commit ${merge:0:8} cannot be taken back: it merges two histories"
ok "what one side did" kith undo
ok "and then the other" kith undo
is "is taken back" "$(tree)|$(clean)" "$tidy|"

# While git waits for its user.
kith set tom city=York >/dev/null
git rev-parse HEAD >.git/MERGE_HEAD
run kith undo
is "while a merge is not finished" "$rc|${err%%:*}|$(grep ^city contacts/tom-okafor.yaml)" "5|error|city: York"
like "it says why, and what ends it" "$err" "merge"
like "the list can be read" "$(kith undo --list --limit 1 2>/dev/null)" "can be undone$"
rm .git/MERGE_HEAD
ok "then it can" kith undo

# A stranger's store.
printf 'name: Old\n' >contacts/evil.yaml && git add -A && git commit -q -m base
rm contacts/evil.yaml && ln -s /etc/passwd contacts/evil.yaml && echo "* filter=evil" >.gitattributes
git add -A && git commit -q -m $'innocent\n\nKith-Command: set'
rm .gitattributes
run kith undo
is "a link is not put back or replaced" "$rc|$(readlink contacts/evil.yaml)" "1|/etc/passwd"
like "nor is what kith does not write" "$err" "gitattributes: kith does not write this file"
rm contacts/evil.yaml && git add -A && git commit -q -m clean
git rm -q kith.yaml && git commit -q -m $'x\n\nKith-Command: rm' && mkdir -p "$tmp/out" && git checkout -q HEAD^ -- kith.yaml && git commit -q -m y
mv contacts "$tmp/out/contacts" && ln -s "$tmp/out/contacts" contacts
run kith undo "$(git log --format=%H --grep='^undo: set' -n 1)"
ok "nothing is written behind a link" test "$rc" -ne 0
is "as it says" "$(git -C "$tmp/out" status --porcelain 2>/dev/null)$(grep -c York "$tmp/out/contacts/tom-okafor.yaml")" 0

done_testing
