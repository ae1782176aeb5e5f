#!/bin/bash
# kith init: a new store, an adopted folder, and again.
. "$(dirname "$0")/../lib.sh"
unset KITH_STORE

run kith init --me "Halina Wrona"
is "init makes a store in ~/kith" "$rc|$err" "0|"
is "and says what comes next" "$out" "A store is ready in ~/kith.

  kith add contact \"Somebody's Name\"    writes down a person
  kith log somebody What was said       notes a conversation
  kith                                  shows what is due
  kith daemon start                     reminds you, and commits by itself"
cd "$HOME/kith" || exit 1
is "its files are committed" "$(git ls-files; git status --porcelain)" ".gitattributes
.gitignore
contacts/halina-wrona.yaml
kith.yaml
playbooks/after-a-conversation.yaml
playbooks/sos.yaml
playbooks/when-somebody-loses-a-job.yaml"
is "in one commit" "$(git rev-list --count HEAD)" 1
is "schemas for editors are there" "$(ls .kith/schema)" "$(printf '%s.json\n' contact event goal group kith learning need note opportunity playbook vocabulary)"
is "a schema has the fields that kith schema prints" "$(jq -c '[.title, .properties[].description]' .kith/schema/contact.json)" \
	"$(kith schema contact --json | jq -c '[.title, .properties[].description]')"
is "nobody else can look into it" "$(stat -c %a .)" 700
is "files have the usual mode" "$(stat -c %a kith.yaml contacts/halina-wrona.yaml .kith/schema/kith.json | sort -u)" 644
run kith check
is "nothing in it is faulty" "$rc|$err" "0|checked 5 files: 0 errors, 0 warnings"
is "kith.yaml says who the user is" "$(kith status --json | jq -r .me)" halina-wrona

before=$(git rev-parse HEAD && find . -path ./.git -prune -o -type f -printf '%p %i %T@\n' | sort)
run kith init
is "init from inside changes nothing" "$rc|$err|$(git rev-parse HEAD && find . -path ./.git -prune -o -type f -printf '%p %i %T@\n' | sort)" "0||$before"
like "and says so" "$out" '^~/kith is a store already, and nothing was missing\.$'
run kith init --me "Halina Wrona"
is "nor does saying again who one is" "$rc|$(git rev-parse HEAD)" "0|${before%%$'\n'*}"
run kith init --me "Somebody Else"
is "another me is refused" "$rc|$err" "2|error: kith.yaml says that you are halina-wrona
hint: kith edit kith.yaml changes it"

run kith init "$HOME/kith/contacts/inner/deeper"
is "a store inside a store is refused" "$rc|${err%%$'\n'*}" "2|error: $HOME/kith/contacts/inner/deeper would be inside of the store $HOME/kith"
ok "and leaves nothing behind" not test -e "$HOME/kith/contacts/inner"
run kith init "$HOME"
is "the home folder is refused" "$rc|$err" "2|error: your home folder itself is no good place for a store
hint: kith init ~/kith"
echo text >"$tmp/file"
run kith init "$tmp/file"
is "a file is refused" "$rc" 6

# ---- Adopting.

mkdir -p "$tmp/there/contacts" "$tmp/there/playbooks"
printf 'name: Ana Silva # mine\n' >"$tmp/there/contacts/ana-silva.yaml"
printf '# mine\nremind_at: 08:00' >"$tmp/there/kith.yaml"
printf 'thoughts\n' >"$tmp/there/README"
run kith init "$tmp/there" --me "Ana Silva"
is "a folder with records is adopted" "$rc|$err|${out%%$'\n'*}" "0||$tmp/there is a store now, with everything that was in it."
is "its records stay as they are" "$(cat "$tmp/there/contacts/ana-silva.yaml")" "name: Ana Silva # mine"
is "its kith.yaml gains one line" "$(cat "$tmp/there/kith.yaml")" $'# mine\nremind_at: 08:00\nme: ana-silva'
is "it gets no playbooks, as it has a folder of its own" "$(ls "$tmp/there/playbooks")" ""
is "everything of kith's is in the first commit" "$(git -C "$tmp/there" status --porcelain)" "?? README"
like "the way to it is told" "$out" "^  stores: \[$tmp/there\]$"

mkdir "$tmp/flow"
printf '{remind_at: 08:00}\n' >"$tmp/flow/kith.yaml"
run kith init "$tmp/flow" --me Ana
is "a kith.yaml that cannot take a line is not broken" "$rc|$(cat "$tmp/flow/kith.yaml")" "3|{remind_at: 08:00}"
like "and the way out is told" "$err" '^hint: add this line to it yourself: me: ana$'

# ---- Without kithd.

mkdir "$tmp/bin"
cp "$(command -v kith)" "$tmp/bin/kith"
run env PATH="$tmp/bin:/usr/bin:/bin" kith init "$tmp/alone"
is "without kithd the store is made" "$rc $(test -f "$tmp/alone/kith.yaml" && echo there)" "0 there"
like "with a warning" "$err" '^warning: kithd was not found beside kith'

# ---- Which store is the usual one is the same for all who ask.

cd "$tmp" || exit 1
ways() {
	run env "${@:2}" kith init "$1"
	grep -c 'stores: ' <<<"$out"
}
is "~/kith is the usual one" "$(ways "$HOME/kith")" 0
is "without a home none is, though a folder here is called kith" "$(ways "$tmp/kith" HOME=)" 1
mkdir -p "$XDG_CONFIG_HOME/kith"
echo 'stores: [~/second]' >"$XDG_CONFIG_HOME/kith/config.yaml"
is "the first of the configuration takes its place" "$(ways "$HOME/second"; ways "$HOME/kith")" "0
1"
like "with the other one named" "$(kith init "$HOME/kith")" 'elsewhere it takes ~/second'
is "and is the one that is opened" "$(cd / && kith status --json | jq -r .store)" "$HOME/second"
is "it can be away from home" "$(cd / && echo "stores: [$tmp/there]" >"$XDG_CONFIG_HOME/kith/config.yaml" && HOME='' kith status --json | jq -r .store)" "$tmp/there"
rm "$XDG_CONFIG_HOME/kith/config.yaml"

# ---- A link where a folder should be.

mkdir "$tmp/linked" "$tmp/elsewhere"
ln -s "$tmp/elsewhere" "$tmp/linked/.kith"
run kith init "$tmp/linked"
is "nothing is written through a link" "$rc|$(ls "$tmp/elsewhere")" "6|"

done_testing
