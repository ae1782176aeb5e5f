#!/bin/bash
# Two people and a bare repository, and nothing but their own git: what it merges is merged by field, and no value is lost.
# timeout: 480
. "$(dirname "$0")/../lib.sh"

ana=contacts/ana-silva.yaml

# ---- Two clones of one store, made once and copied for each case.

store_from_examples "$tmp/base/one"
unset KITH_STORE
sed -i '/^conflicts:/,$d' "$tmp/base/one/contacts/hamish-macrae.yaml" # those are of a merge that was
ok "a repository that is there becomes a store" kith init "$tmp/base/one"
commit_all "$tmp/base/one" "set up"
git clone -q --bare "$tmp/base/one" "$tmp/base/remote" 2>/dev/null
git -C "$tmp/base/one" remote add origin ../remote
git -C "$tmp/base/one" fetch -q
git -C "$tmp/base/one" branch -q -u origin/main
cd "$tmp/base" || exit 1
ok "kith clone" kith clone remote two
git -C two remote set-url origin ../remote
like "it knows the driver" "$(git -C two config merge.kith.driver)" 'kith merge-driver %O %A %B %P'
is "and changes nothing in it" "$(git -C two status --porcelain)" ""

# world NAME: fresh copies, and there.
world() {
	mkdir "$tmp/$1"
	cp -R "$tmp/base/." "$tmp/$1"
	cd "$tmp/$1" || exit 1
	git -C one config user.name "Ana One"
	git -C one config user.email ana@example.org
	git -C two config user.name "Ben Two"
	git -C two config user.email ben@example.org
	what=$1
	hour=10
}

# by SIDE COMMAND…: git there, an hour later each time.
by() {
	local side=$1 when
	shift
	hour=$((hour + 1))
	when=2026-11-20T$hour:00:00Z
	GIT_AUTHOR_DATE=$when GIT_COMMITTER_DATE=$when git -C "$side" "$@"
}

# edit SIDE EXPRESSION [FILE]: by sed, committed.
edit() {
	sed -i "$2" "$1/${3:-$ana}"
	by "$1" commit -qam "by $1" || fail "$what: sed $2 changes nothing in $1"
}

push() {
	git -C "$1" push -q 2>/dev/null || fail "$what: $1 cannot push"
}

# pulled SIDE CODE [OPTION…]
pulled() {
	local side=$1 want=$2
	shift 2
	run by "$side" pull -q "$@"
	is "$what: git pull $*" "$rc" "$want"
}

# same_bytes FILE: both have it so.
agree() {
	is "$what: both have the same" "$(cat "one/$1")" "$(cat "two/$1")"
}

clean() {
	run kith --store "$1" check -q
	is "$what: kith check finds nothing in $1" "$rc|$(grep -v '^checked' <<<"$out")" "0|"
	unlike "$what: no markers in $1" "$(cat "$1/${2:-$ana}")" '^(<<<<<<<|=======|>>>>>>>)'
}

# holds SIDE TEXT…: each is in the record.
holds() {
	local side=$1 text missing=''
	shift
	for text; do grep -qF -- "$text" "$side/$ana" || missing+=" '$text'"; done
	is "$what: every value of both sides is there" "$missing" ""
}

# waits SIDE: the fields that lost something.
waits() {
	kith --store "$1" conflicts --json | jq -r '.conflicts[] | "\(.id) \(.field // .set_aside)"' | sort
}

# ---- Merging.

world pull
edit one 's/^city: Porto/city: Aveiro/; s/^cadence: .*/cadence: monthly/; s/^title: .*/title: Head of design/'
push one
edit two 's/^city: Porto/city: Braga/; s/^level: lead/level: head/; s/^  *- signage/&\n    - tram bells/'
pulled two 0 --no-rebase --no-edit
holds two Aveiro Braga "cadence: monthly" "Head of design" "level: head" "tram bells" "# since July 2025, for the trams"
clean two
is "pull: one field waits" "$(waits two)" "ana-silva city"
run kith --store two conflicts
is "pull: with who wrote what" "$rc|$out" "4|Ana Silva  two/contacts/ana-silva.yaml
  city
    0  Braga   shown; you, 20 Nov 13:00
    1  Aveiro  Ana One, 20 Nov 12:00

kith conflicts ana-silva city --keep 1"
push two
pulled one 0 --no-rebase --no-edit
agree "$ana"
like "pull: the index has it" "$(kith --store one list has:conflicts --ids)" '^ana-silva$'

world rebase
edit one 's/^city: Porto/city: Aveiro/'
push one
edit two 's/^city: Porto/city: Braga/'
edit two 's/^title: .*/title: Painter/'
edit two 's/^level: lead/level: head/'
pulled two 0 --rebase
holds two Aveiro Braga Painter "level: head"
clean two
is "rebase: one field waits" "$(waits two)" "ana-silva city"
is "rebase: three commits on top" "$(git -C two rev-list --count origin/main..)" 3

world rebase-stopped
edit one 's/^city: Porto/city: Aveiro/'
git -C one rm -q contacts/tom-okafor.yaml
by one commit -qm "without tom"
push one
edit two 's/^city: Porto/city: Braga/'
edit two 's/^name: .*/&  # still here/' contacts/tom-okafor.yaml
pulled two 1 --rebase
run kith --store two conflicts --list
like "rebase-stopped: kith conflicts tells what git asks" "$out" 'tom-okafor.yaml: deleted on one side, changed on the other'
like "rebase-stopped: and who wrote what" "$out" '1  Aveiro +Ana One, 20 Nov'
run kith --store two conflicts ana-silva city --keep 1
like "rebase-stopped: what is settled meanwhile is for git to go on with" "$rc $(tail -n 1 <<<"$out")" "^0 so that git goes on with it: git -C .*/two add $ana"
bash -c "${out##*: }"
git -C two add contacts/tom-okafor.yaml
run by two -c core.editor=true rebase --continue
is "rebase-stopped: which it does" "$rc|$(git -C two status --porcelain)|$(kith --store two conflicts)" "0||Nothing waits."
holds two "city: Aveiro"

world cherry-pick
edit one 's/^city: Porto/city: Aveiro/; s/^level: lead/level: head/'
push one
edit two 's/^city: Porto/city: Braga/'
git -C two fetch -q
run by two cherry-pick origin/main
is "cherry-pick: goes through" "$rc" 0
holds two Aveiro Braga "level: head"
clean two

world revert
edit two 's/^city: Porto/city: Braga/; s/^level: lead/level: head/'
edit two 's/^city: Braga/city: Faro/'
run by two revert --no-edit HEAD~1
is "revert: goes through" "$rc" 0
holds two Faro "level: lead" Porto
is "revert: one field waits" "$(waits two)" "ana-silva city"
clean two

world stash
edit one 's/^city: Porto/city: Aveiro/'
push one
sed -i 's/^city: Porto/city: Braga/; s/^level: lead/level: head/' "two/$ana"
by two stash -q
pulled two 0 --ff-only
run by two stash pop -q
is "stash: pop goes through" "$rc" 0
holds two Aveiro Braga "level: head"
clean two
is "stash: one field waits" "$(waits two)" "ana-silva city"

# Git merges several branches at once by line, whatever the driver: what does not touch is merged, else it refuses.
# branches EXPRESSION…: a branch side1, side2 … for each.
branches() {
	local n=0 expression
	for expression; do
		n=$((n + 1))
		git -C one switch -q -c side$n main
		edit one "$expression"
	done
	git -C one switch -q main
}
world octopus
branches 's/^city: Porto/city: Aveiro/' 's/^level: lead/level: head/' 's/^title: .*/title: Painter/'
run by one merge -q --no-edit side1 side2 side3
is "octopus: fields that are no neighbours are merged" "$rc" 0
holds one Aveiro "level: head" Painter
clean one

world octopus-refused
branches 's/^city: Porto/city: Aveiro/' 's/^city: Porto/city: Braga/' 's/^level: lead/level: head/'
run by one merge -q --no-edit side1 side2 side3
is "octopus-refused: the same line: git merges nothing" "$rc|$(git -C one status --porcelain)|$(git -C one log -1 --format=%s)" "2||set up"
clean one
for n in 1 2 3; do run by one merge -q --no-edit side$n; done
is "octopus-refused: one after the other goes through" "$rc" 0
holds one Aveiro Braga "level: head"
clean one
is "octopus-refused: one field waits" "$(waits one)" "ana-silva city"

world ours
edit one 's/^city: Porto/city: Aveiro/'
push one
edit two 's/^city: Porto/city: Braga/'
pulled two 0 --no-rebase --no-edit -X ours
holds two Aveiro Braga
clean two

world theirs
edit one 's/^city: Porto/city: Aveiro/'
push one
edit two 's/^city: Porto/city: Braga/'
pulled two 0 --no-rebase --no-edit -X theirs
holds two Aveiro Braga
clean two

world criss-cross
edit one 's/^city: Porto/city: Aveiro/'
edit two 's/^city: Porto/city: Braga/; s/^level: lead/level: head/'
git -C one fetch -q ../two main:two
git -C two fetch -q ../one main:one
run by one merge -q --no-edit two
is "criss-cross: one way" "$rc" 0
run by two merge -q --no-edit one
is "criss-cross: and the other" "$rc" 0
edit one 's/^title: .*/title: Painter/'
git -C two fetch -q ../one main:one
run by two merge -q --no-edit one
is "criss-cross: and across" "$rc" 0
holds two Aveiro Braga Painter "level: head"
clean two
is "criss-cross: one field waits" "$(waits two)" "ana-silva city"

# ---- Files that come, go and move.

world rename
git -C one mv "$ana" contacts/ana-costa.yaml
by one commit -qm renamed
push one
edit two 's/^city: Porto/city: Braga/'
pulled two 0 --no-rebase --no-edit
is "rename: the edit follows" "$(ls two/contacts/ana-*.yaml)|$(grep -c 'city: Braga' two/contacts/ana-costa.yaml)" "two/contacts/ana-costa.yaml|1"

world references
run kith --store one rename ana-silva ana-costa --yes
by one add -A
by one commit -qm renamed
push one
mkdir -p two/notes/2026/11
printf 'date: 2026-11-24\nwith: [ana-silva, tom-okafor]\ntext: lunch\npromised:\n  - {what: send it, to: ana-silva}\n' \
	>two/notes/2026/11/2026-11-24-ana-silva-zzzz.yaml
by two add -A
by two commit -qm note
pulled two 0 --no-rebase --no-edit
is "references: the old id still finds the person" "$(kith --store two show ana-silva | head -n 1)" "Ana Silva"
run kith --store two check -q
is "references: kith check names those to the old id" "$rc|$(grep -c 'ana-silva is now called ana-costa' <<<"$out")" "3|2"
like "references: and the way" "$(kith --store two check)" 'hint: write ana-costa; kith fmt does it in every file'
is "references: the conversation counts for her all the same" "$(kith --store two list with:ana-costa date:2026-11-24 --ids)" 2026-11-24-ana-silva-zzzz
like "references: it is the last one" "$(kith --store two show ana-costa)" '^in touch +last yesterday'
ok "references: kith fmt puts them right" kith --store two fmt --yes
is "references: all of them" "$(kith --store two check -q; grep -rl ana-silva two --include='*.yaml' --exclude-dir=.kith | xargs grep -h ana-silva | sort -u)" "formerly: ana-silva"
is "references: the conversation counts" "$(kith --store two list kind:note with:ana-costa date:2026-11-24 --ids)" 2026-11-24-ana-silva-zzzz

world delete
git -C one rm -q "$ana"
by one commit -qm gone
push one
edit two 's/^city: Porto/city: Braga/'
pulled two 1 --no-rebase --no-edit
like "delete: git asks" "$(git -C two status --porcelain)" "^UD $ana"
holds two Braga
is "delete: the record still answers" "$(kith --store two show ana-silva | head -n 1)" "Ana Silva"
like "delete: kith doctor says what is under way" "$(kith --store two doctor)" 'a merge is not finished'
git -C two add "$ana"
run by two commit -q --no-edit
is "delete: git add keeps the record" "$rc|$(git -C two status --porcelain)" "0|"
clean two

world both-add
printf 'name: Nuno Alves\ncity: Porto\nskills: [rust]\n' >one/contacts/nuno-alves.yaml
by one add -A
by one commit -qm new
push one
printf 'name: Nuno Alves\ncity: Faro\nskills: [welding]\n' >two/contacts/nuno-alves.yaml
by two add -A
by two commit -qm new
pulled two 0 --no-rebase --no-edit
missing=''
for text in Porto Faro rust welding; do grep -q $text two/contacts/nuno-alves.yaml || missing+=" $text"; done
is "both-add: every value of both is there" "$missing" ""
is "both-add: the field that differs waits" "$(waits two)" "nuno-alves city"
clean two contacts/nuno-alves.yaml

# ---- What cannot be read.

world unreadable
edit one 's/^city: .*/city: [Aveiro/'
push one
edit two 's/^city: Porto/city: Braga/'
pulled two 1 --no-rebase --no-edit
like "unreadable: git has it as a conflict" "$(git -C two status --porcelain)" "^(UU|AA) $ana"
like "unreadable: in words" "$err$out" 'cannot be read as a record'
aside=$(cd two && echo conflicts/*.txt)
like "unreadable: the other text is kept" "$(cat "two/$aside")" 'city: \[Aveiro'
like "unreadable: the readable one stands" "$(cat "two/$ana")" 'city: Braga'
clean two
is "unreadable: it waits" "$(waits two)" "ana-silva $aside"
run kith --store two conflicts --list
like "unreadable: with who wrote the one that stands" "$out" '^    0  keep the record as it is, and delete this text  you, 20 Nov 13:00$'
like "unreadable: and where the other comes from" "$out" '^    1  take this text in place of the record +from what is being merged$'
run kith --store two conflicts "two/$aside" --keep 1
like "unreadable: a text that cannot be read is not taken" "$rc $err" "^3 error: $aside:"
git -C two add "$ana"
run by two commit -q --no-edit
run kith --store two conflicts "two/$aside" --keep shown
is "unreadable: it is settled" "$rc|$(test -e "two/$aside" || echo gone)" "0|gone"
run kith --store two undo
is "unreadable: and that taken back" "$rc|$(cat "two/$aside" | grep -c 'city: \[Aveiro')" "0|1"

world abort
edit one 's/^city: .*/city: [Aveiro/'
push one
edit two 's/^city: Porto/city: Braga/'
pulled two 1 --no-rebase --no-edit
git -C two merge --abort
is "abort: the record is as it was, the other text is left" "$(git -C two status --porcelain)|$(waits two)" "?? conflicts/|ana-silva $(cd two && echo conflicts/*.txt)"
pulled two 1 --no-rebase --no-edit
is "abort: again, and it is the same" "$(ls two/conflicts | wc -l)" 1
git -C two checkout -q --theirs "$ana"
like "abort: git checkout --theirs" "$(cat "two/$ana")" 'city: \[Aveiro'
git -C two checkout -q --ours "$ana"
like "abort: and --ours" "$(cat "two/$ana")" 'city: Braga'

# ---- Without kith.

world without
edit one 's/^city: Porto/city: Aveiro/; s/^level: lead/level: head/'
push one
edit two 's/^city: Porto/city: Braga/'
mkdir bin
for program in git sh cat; do ln -s "$(command -v $program)" bin/$program; done
PATH=$PWD/bin run git -C two pull -q --no-rebase --no-edit
like "without: in words" "$err" 'kith is not in .PATH, or it crashed: merged line by line'
isnt "without: git stops" "$rc" 0
like "without: the lines of both are there, so that git add loses nothing" "$(tr '\n' '|' <"two/$ana")" \
	'<<<<<<< ours.city: Braga .*=======.city: Aveiro .*>>>>>>> theirs.*level: head'
like "without: kith conflicts tells what git asks" "$(cd two && kith conflicts)" '^    see that it is right, then git add contacts/ana-silva.yaml'
like "without: kith doctor knows why" "$(PATH=$PWD/bin "$build/kith" --store two doctor)" 'git calls kith to merge records, and it is not in \$PATH'
run by two checkout -q --merge -- "$ana"
git -C two merge --abort
pulled two 0 --no-rebase --no-edit
holds two Aveiro Braga "level: head"
clean two

world crash
edit one 's/^city: Porto/city: Aveiro/; s/^level: lead/level: head/'
push one
edit two 's/^city: Porto/city: Braga/'
mkdir bin
printf '#!/bin/sh\nkill -9 $$\n' >bin/kith
chmod +x bin/kith
PATH=$PWD/bin:$PATH run git -C two pull -q --no-rebase --no-edit
is "crash: git stops" "$rc" 1
like "crash: in words" "$err" 'kith is not in .PATH, or it crashed'
like "crash: both values are there" "$(tr '\n' '|' <"two/$ana")" 'city: Braga .*=======.city: Aveiro'

world moved
git -C two config merge.kith.driver "/opt/gone/bin/kith merge-driver %O %A %B %P"
like "moved: kith doctor tells" "$(kith --store two doctor)" 'git calls /opt/gone/bin/kith to merge records, and it is not there'
way=$(kith --store two doctor | grep -o 'git -C .* && kith init .*')
ok "moved: and says the way" bash -c "$way"
like "moved: which is one" "$(kith --store two doctor)" 'ok +merging +git merges records by field'

world plain-clone
git clone -q remote three 2>/dev/null
like "plain-clone: kith status tells" "$(kith --store three status)" 'git merges records line by line: merge.kith.driver is not set'
way=$(kith --store three status | grep -o '^ *kith init [^ ]*')
like "plain-clone: with the command" "$way" "kith init $tmp/plain-clone/three"
ok "plain-clone: which works" bash -c "$way"
is "plain-clone: and changes nothing in it" "$(git -C three status --porcelain)|$(kith --store three status | grep -c merging)" "|0"

world full
edit one 's/^city: Porto/city: Aveiro/'
push one
edit two 's/^city: Porto/city: Braga/'
cat >full-kith <<END
#!/bin/bash
(ulimit -f 0; trap "" XFSZ; exec "$build/kith" "\$@") 2>&1 | cat >&2
exit "\${PIPESTATUS[0]}"
END
chmod +x full-kith
git -C two config merge.kith.driver "$PWD/full-kith merge-driver %O %A %B %P"
run git -C two pull -q --no-rebase --no-edit
is "full: git stops" "$rc" 1
like "full: kith says why" "$err" '^error: .*[Ff]ile too large'
like "full: and what to do" "$err" 'hint: .*git merge --abort'
git -C two merge --abort
is "full: nothing has changed" "$(git -C two status --porcelain)|$(grep -c 'city: Braga' "two/$ana")" "|1"

# ---- Other bytes, other files.

world crlf
for side in one two; do sed -i 's/$/\r/' "$side/$ana"; done
by one commit -qam crlf
push one
git -C two checkout -q -- .
pulled two 0 --ff-only
edit one 's/^city: Porto/city: Aveiro/'
push one
edit two 's/^city: Porto/city: Braga/; s/^level: lead/level: head/'
pulled two 0 --no-rebase --no-edit
holds two Aveiro Braga "level: head"
is "crlf: every line ends so" "$(grep -vc $'\r$' "two/$ana")" 0
clean two

world settings
edit one 's/^remind_at: .*/remind_at: 08:00/; s/^  mentor: .*/  mentor: monthly/' kith.yaml
push one
edit two 's/^remind_at: .*/remind_at: 10:00/; s/^weekend: .*/weekend: true/' kith.yaml
pulled two 0 --no-rebase --no-edit
missing=''
for text in 08:00 10:00 'mentor: monthly' 'weekend: true'; do grep -q "$text" two/kith.yaml || missing+=" $text"; done
is "settings: every value of both is there" "$missing" ""
is "settings: what lost waits" "$(waits two)" "kith remind_at"
like "settings: kith status tells" "$(kith --store two status)" '1 value that lost a merge waits'
clean two kith.yaml
ok "settings: it can be settled" kith --store two conflicts kith.yaml remind_at --keep 1
is "settings: and is" "$(kith --store two conflicts)|$(grep -c '^remind_at: 08:00' two/kith.yaml)" "Nothing waits.|1"

world reminders
mkdir -p {one,two}/.kith
printf 'birthday:ana-silva:2026: {done: 2026-03-14}\n' >one/.kith/reminders.yaml
by one add -A
by one commit -qm reminders
push one
pulled two 0 --ff-only
echo 'birthday:tom-okafor:2026: {done: 2026-05-01}' >>one/.kith/reminders.yaml
by one commit -qam reminders
push one
echo 'birthday:maria-garcia:2026: {until: 2026-06-01}' >>two/.kith/reminders.yaml
by two commit -qam reminders
pulled two 0 --no-rebase --no-edit
is "reminders: all are there" "$(sort two/.kith/reminders.yaml | cut -d: -f2)" "ana-silva
maria-garcia
tom-okafor"

world version
edit one 's/^merge_version: .*/merge_version: 2/' kith.yaml
push one
pulled two 0 --ff-only
edit one 's/^city: Porto/city: Aveiro/'
push one
edit two 's/^city: Porto/city: Braga/'
pulled two 1 --no-rebase --no-edit
like "version: kith refuses in words" "$err$out" 'kith.yaml says merge_version 2; this kith merges by 1'
like "version: kith doctor too" "$(kith --store two doctor)" 'bad +merging +kith.yaml says merge_version 2'

# ---- With the daemon.

world daemon
edit one 's/^city: Porto/city: Aveiro/'
push one
edit two 's/^city: Porto/city: Braga/'
daemon_start two
pulled two 0 --no-rebase --no-edit
waits_now() { [ "$(kith --store two list has:conflicts --ids)" = ana-silva ]; }
ok "daemon: the index has it" wait_until 20 waits_now
all_committed() { [ -z "$(git -C two status --porcelain)" ]; }
ok "daemon: everything is committed" wait_until 20 all_committed
ok "daemon: settling is a commit" kith --store two conflicts ana-silva city --keep 1
is "daemon: of the command" "$(git -C two log -1 --format='%s|%(trailers:key=Kith-Command,valueonly,separator=)')" "settle ana-silva: city|conflicts"
holds two "city: Aveiro"
edit one 's/^city: .*/city: [Lagos/'
push one
edit two 's/^city: .*/city: Faro/'
pulled two 1 --no-rebase --no-edit
aside=$(cd two && echo conflicts/*.txt)
like "daemon: a text that was set aside is told at once" "$(kith --store two status)" '1 text that could not be merged waits'
like "daemon: kith today too" "$(kith --store two today)" '1 text that could not be merged waits: kith conflicts'
like "daemon: what is under way, too" "$(kith --store two status)" 'a merge is not finished'
git -C two add "$ana"
by two commit -q --no-edit
aside_committed() { [ "$(git -C two ls-files conflicts)" = "$aside" ] && all_committed; }
ok "daemon: it is committed" wait_until 20 aside_committed
rm "two/$aside"
unlike "daemon: when it is deleted it is told no longer" "$(kith --store two status; kith --store two today)" 'could not be merged'
ok "daemon: which is committed" wait_until 20 all_committed
is "daemon: and gone" "$(git -C two ls-files conflicts)" ""
daemon_stop

done_testing
