#!/bin/bash
# A command that was killed between two files: the next one takes it back, or finishes it.
. "$(dirname "$0")/../lib.sh"
. "$source_root/tests/tools/daemon.sh"
store_small
cd "$store" || exit 1
ana=contacts/ana.yaml bo=contacts/bo.yaml jobs=.git/kith/changing
printf 'name: Bo\n' >$bo
git add -A
git commit -qm "two people"
kith set ana city=Faro >/dev/null # the folders of kith
kith set ana city=Porto >/dev/null

# file WHAT PATH BEFORE AFTER: one file of a journal; - : there is none
file() {
	local before=$3 after=$4 before_length=${#3} after_length=${#4}
	[ "$before" != - ] || { before='' before_length=-1; }
	[ "$after" != - ] || { after='' after_length=-1; }
	printf 'file %d %d %d %d\n%s\n%s\n%s\n' "$1" ${#2} "$before_length" "$after_length" "$2" "$before" "$after"
}
# journal COMMAND MESSAGE < files
journal() {
	mkdir -p $jobs
	{
		printf 'kith-change 1 %d 0 %d\n%s\n\n%s\n' ${#1} ${#2} "$1" "$2"
		cat
		echo end
	} >$jobs/0123456789abcdef.job
}
is_clean() {
	is "$1" "$(ls $jobs)|$(git status --porcelain)" "|"
}

a1=$(cat $ana)$'\n' b1=$(cat $bo)$'\n' a2=$(cat $ana)$'\nx-a: 1\n' b2=$(cat $bo)$'\nx-a: 1\n'
before=$(commits)

printf %s "$a2" >$ana
{ file 0 $ana "$a1" "$a2"; file 0 $bo "$b1" "$b2"; } | journal set "set x-a of 2 records"
run kith list contacts --ids
is "half written: it is taken back" "$rc|$(cat $ana)|$(cat $bo)" "0|${a1%$'\n'}|${b1%$'\n'}"
like "which is said" "$err" "kith set was interrupted .* taken back"
is_clean "and nothing is left of it"
is "not even a commit" "$(commits)" "$before"

printf %s "$a2" >$ana
printf %s "$b2" >$bo
{ file 0 $ana "$a1" "$a2"; file 0 $bo "$b1" "$b2"; } | journal set "set x-a of 2 records"
run kith list contacts --ids
is "all written: the commit is made" "$(($(commits) - before)) $(git log -1 --format=%s) $(last_message | grep -c '^Kith-Command: set')" "1 set x-a of 2 records 1"
is_clean "as if nothing had happened"
run kith undo
is "and can be undone as a whole" "$rc|$(cat $ana)|$(cat $bo)" "0|${a1%$'\n'}|${b1%$'\n'}"

printf %s "$a2" >$ana
printf '%s\0' $ana | kithd --store "$store" --paths-from-stdin --commit "" # as the daemon may have done
is "(it was)" "$(git status --porcelain)" ""
{ file 0 $ana "$a1" "$a2"; file 0 $bo "$b1" "$b2"; } | journal set "set x-a of 2 records"
run kith list contacts --ids
is "half written and committed: it is taken back" "$(cat $ana)" "${a1%$'\n'}"
is_clean "and that is committed"

printf %s "$a2" >$ana
echo "name: Bo B" >$bo
{ file 0 $ana "$a1" "$a2"; file 0 $bo "$b1" "$b2"; } | journal set "set x-a of 2 records"
run kith list contacts --ids
is "a file that was saved since: all stay" "$(cat $ana)|$(cat $bo)" "${a2%$'\n'}|name: Bo B"
like "and what was changed is named" "$err" "interrupted.*contacts/ana.yaml"
is "once" "$(ls $jobs)" ""
git checkout -q .

mv $bo contacts/bob.yaml
{ file 1 contacts/bob.yaml - "$b1"; file 0 $ana "$a1" "$a2"; file 2 $bo "$b1" -; } | journal rename "rename bo to bob"
run kith list contacts --ids
is "a new file and one that went: both are taken back" "$(ls contacts | tr '\n' ' ')|$(cat $bo)" "ana.yaml bo.yaml |${b1%$'\n'}"
is_clean "and nothing is left of them"

# ---- journals that are none

printf %s "$a2" >$ana
{ file 0 $ana "$a1" "$a2"; file 0 $bo "$b1" "$b2"; } | journal set "set x-a of 2 records"
sed -i '$d' $jobs/*.job
run kith list contacts --ids
is "without its end it was never acted on" "$rc|$(cat $ana)|$(ls $jobs)" "0|${a2%$'\n'}|"
for text in "" "kith-change 1 99999999999 0 0" $'kith-change 1 3 0 0\nset\n\n\nfile 0 5 -9 4\n' \
	$'kith-change 1 3 0 0\nset\n\n\nfile 7 1 0 0\na\n\n\nend\n' $'kith-change 1 3 0 0\nset\n\n\nfile 0 9223372036854775807 0 0\n'; do
	printf '%s' "$text" >$jobs/0123456789abcdef.job
	run kith list contacts --ids
	is "one that cannot be read is nothing: ${text:0:30}" "$rc|$(cat $ana)|$(ls $jobs)" "0|${a2%$'\n'}|"
done
git checkout -q .

echo out >"$tmp/out.yaml"
{ file 0 ../out.yaml "in" $'out\n'; file 0 $bo "$b2" "$b1"; file 0 $ana "$a1" "$a2"; } | journal set "set"
run kith list contacts --ids
is "no path leads out of the store" "$(cat "$tmp/out.yaml")" "out"

printf %s "$a2" >$ana
{ file 0 $ana "$a1" "$a2"; file 0 $bo "$b1" "$b2"; } | journal set "set x-a of 2 records"
flock $jobs/0123456789abcdef.job kith list contacts --ids >/dev/null
is "what a living command is doing is left to it" "$(cat $ana)|$(ls $jobs)" "${a2%$'\n'}|0123456789abcdef.job"

done_testing
