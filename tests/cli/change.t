#!/bin/bash
# What every command that changes files has in common: the plan, the difference, all or nothing, commits, and saves in between.
. "$(dirname "$0")/../lib.sh"
. "$source_root/tests/tools/daemon.sh"
store_small
ana=$store/contacts/ana.yaml bo=$store/contacts/bo.yaml
cd "$store" || exit 1

subjects() {
	git log --format=%s "-$1"
}

# ---- a dry run

run kith set ana city=Faro org=Acme -n
like "a dry run shows the file" "$out" '^--- contacts/ana\.yaml$'
like "the line that goes" "$out" '^-city: Porto$'
like "the lines that come" "$out" '^\+org: Acme$'
like "and what stands around it" "$out" '^ name: Ana Silva$'
like "with a head that patch understands" "$out" '^@@ -1,2 \+1,3 @@$'
is "and writes nothing" "$rc $(cat "$ana")" "0 name: Ana Silva
city: Porto"
unlike "nor offers to undo it" "$out" 'undo'
is "its difference can be applied" "$(kith set ana city=Faro -n | sed -n '/^---/,$p' | patch -p0 -o - 2>/dev/null)" "name: Ana Silva
city: Faro"

printf 'name: Ana Silva\ncity: Porto\nabout: |\n  \033]0;owned\007 text\n' >"$ana"
run kith set ana city=Faro -n
unlike "what a terminal would obey is not printed" "$out" $'\033|\007'

printf 'name: Ana Silva\ncity: Porto' >"$ana"
run kith set ana city=Faro -n
like "a missing line end is said" "$out" '^\\ No newline at end of file$'
printf 'name: Ana Silva\r\ncity: Porto\r\n' >"$ana"
run kith set ana city=Faro -n
unlike "line ends that are the same everywhere are not shown" "$out" '␍'
printf 'name: Ana Silva\ncity: Porto\n' >"$ana"

# ---- one commit, and one for what was written by hand before

before=$(commits)
run kith set ana city=Faro
is "a change is one commit" "$rc $(($(commits) - before)) $(last_paths)" "0 1 $(printf 'M\tcontacts/ana.yaml')"
like "with the command in it" "$(last_message)" '^Kith-Command: set'
like "and can be undone" "$out" '^undo: kith undo$'
run kith set ana city=Faro
unlike "where nothing changed there is nothing to undo" "$out" 'undo: kith undo'
run kith set ana city=Lagos --json
unlike "nor is it said in JSON" "$out" 'undo: kith undo'

echo "x-mine: by hand" >>"$ana"
before=$(commits)
run kith set ana city=Braga
is "what was written by hand is a commit of its own" "$(($(commits) - before))" 2
like "of which the command's has nothing" "$(git show --format= HEAD)" '^\+city: Braga$'
unlike "not a line" "$(git show --format= HEAD)" '^\+x-mine'
like "and which has its own words" "$(git show --format=%B HEAD~1)" 'ana'

# ---- all or nothing

if [ "$(id -u)" -ne 0 ] || chattr +i "$bo" 2>/dev/null; then
	[ "$(id -u)" -eq 0 ] || chmod 500 contacts
	before=$(cat "$ana")
	run kith set contacts 'city:braga or city:oslo' city=Evora
	[ "$(id -u)" -eq 0 ] && chattr -i "$bo"
	chmod 755 contacts
	is "a file that cannot be written takes all back" "$rc $(cat "$ana")" "6 $before"
	is "and the other stays" "$(grep city "$bo")" "city: Oslo"
	is "nothing is left over" "$(find "$store" -name '.kith-*')" ""
else
	skip "a file that cannot be written takes all back" "no immutable files here"
fi

# ---- a program that saves meanwhile

mkfifo "$tmp/go"
{
	printf 'name: Ana Silva\n'
	echo >"$tmp/go"
	sleep 0.5
	printf 'city: Setubal\nskills: law\n'
} >"$ana" &
writer=$!
read -r _ <"$tmp/go"
run kith set ana org=Acme
wait "$writer"
is "a save that is under way is waited for" "$rc $(cat "$ana")" "0 name: Ana Silva
city: Setubal
org: Acme
skills: law"

exec 7>>"$ana"
run kith set ana city=Beja
is "a file that is kept open for writing is left alone" "$rc $(grep city "$ana")" "6 city: Setubal"
like "and it is said" "$err" 'open for writing'
exec 7>&-

# ---- asking

for i in $(seq 25); do printf 'name: Person %s\n' "$i" >"contacts/p$i.yaml"; done
run kith set --query 'name:person' city=Tomar
is "many records are not changed without a yes" "$rc $(grep -l Tomar contacts/*.yaml | wc -l)" "2 0"
like "the hint says how" "$err" '--yes'
run kith set --query 'name:person' city=Tomar --yes
is "with --yes they are" "$rc $(grep -l Tomar contacts/*.yaml | wc -l)" "0 25"

done_testing
