#!/bin/bash
# Editors as they are on this machine save a record; the next answer has it, and one commit of it is made.
# timeout: 240
. "$(dirname "$0")/../lib.sh"
. "$source_root/tests/tools/daemon.sh"

store_small
daemon_start "$store"
file=$store/contacts/ana.yaml

# edited NAME PROGRAM CITY COMMAND…: the command changes the city.
edited() {
	local name=$1 program=$2 city=$3 before
	shift 3
	if ! command -v "$program" >/dev/null; then
		skip "$name" "$program is not here"
		return
	fi
	settled
	before=$(commits)
	"$@" >"$tmp/editor.log" 2>&1 </dev/null
	is "$name" "$(in_city "$city")" "ana "
	settled
	wait_until 20 eval '[ "$(commits)" -gt "$before" ]'
	is "$name: one commit, of the record alone" "$(($(commits) - before)) $(last_paths)" "1 $(printf 'M\tcontacts/ana.yaml')"
}

edited "vim" vim Lyon vim -Nu NONE -i NONE -es -c '%s/^city: .*/city: Lyon/' -c wq "$file"
edited "vim with a backup" vim Nice vim -Nu NONE -i NONE -es -c 'set backup' -c '%s/^city: .*/city: Nice/' -c wq "$file"
edited "vim that writes in place" vim Metz vim -Nu NONE -i NONE -es -c 'set backupcopy=yes' -c '%s/^city: .*/city: Metz/' -c wq "$file"
rm -f "$file~"
edited "emacs" emacs Rome emacs -Q --batch "$file" \
	--eval '(progn (re-search-forward "^city: .*") (replace-match "city: Rome") (save-buffer))'
rm -f "$file~"
edited "ed" ed Bern bash -c 'printf "/^city/c\ncity: Bern\n.\nw\nq\n" | ed -s "$1"' bash "$file"
edited "sed -i" sed Brno sed -i 's/^city: .*/city: Brno/' "$file"
edited "perl -i" perl Turku perl -pi -e 's/^city: .*/city: Turku/' "$file"
edited "a shell" bash Riga bash -c 'printf "name: Ana Silva\ncity: Riga\n" >"$1"' bash "$file"
edited "cp" cp Wien bash -c 'printf "name: Ana Silva\ncity: Wien\n" >"$2" && cp "$2" "$1"' bash "$file" "$tmp/copy"
edited "mv" mv Graz bash -c 'printf "name: Ana Silva\ncity: Graz\n" >"$2" && mv "$2" "$1"' bash "$file" "$tmp/copy"
edited "dd without truncation" dd Genf bash -c 'printf "name: Ana Silva\ncity: Genf\n" | dd of="$1" conv=notrunc status=none' bash "$file"

daemon_stop
done_testing
