#!/bin/bash
# A record that is open in an editor, with changes that are not saved yet, while a command edits the file: the editor asks before
# it writes over the command's text, and both texts are there until the person decides.
# timeout: 240
. "$(dirname "$0")/../lib.sh"
. "$source_root/tests/tools/daemon.sh"

command -v tmux >/dev/null || skip_all "tmux is not here"

store_small
file=$store/contacts/ana.yaml
socket=kith-$$
export TERM=xterm

screen() {
	tmux -L "$socket" capture-pane -p -t editor 2>/dev/null
}

shows() {
	screen | grep -Eq -- "$1"
}

keys() {
	tmux -L "$socket" send-keys -t editor "$@"
}

# opened NAME COMMAND…: the record as it was, in the editor, on a screen.
opened() {
	local name=$1
	shift
	printf 'name: Ana Silva\ncity: Porto\n' >"$file"
	tmux -L "$socket" -f /dev/null new-session -d -s editor -x 100 -y 24 "$@" 2>"$tmp/tmux.err"
	wait_until 20 shows 'city: Porto' && return
	fail "$name opens the file" "$(cat "$tmp/tmux.err")" "$(screen)"
	return 1
}

closed() {
	tmux -L "$socket" kill-server 2>/dev/null
	wait_until 10 not tmux -L "$socket" has-session
	rm -f "$store"/contacts/.??* "$store"/contacts/*~
}

# edited NAME: a command changes the file under the editor.
edited() {
	run kith set ana org="Acme Robotics" --yes
	is "$1: the command writes the file" "$rc $(cat "$file")" "0 name: Ana Silva
city: Porto
org: Acme Robotics"
}

# asked_before_writing NAME REGEX: the editor's question is on the screen, and the file is still the command's.
asked_before_writing() {
	wait_until 20 shows "$2"
	like "$1: it asks before it writes" "$(screen)" "$2"
	like "$1: the file is the command's" "$(cat "$file")" '^org: Acme Robotics$'
}

here() {
	command -v "$1" >/dev/null && return
	skip "$1" "it is not here"
	return 1
}

if here vim && opened vim vim -Nu NONE -i NONE -n "$file"; then
	keys G o 'x-mine: unsaved' Escape
	wait_until 10 shows 'x-mine'
	edited vim
	keys ':checktime' Enter
	wait_until 20 shows 'W12|changed'
	like "vim: on :checktime it warns that both have changed" "$(screen)" 'W12'
	keys O
	wait_until 20 not shows 'W12'
	keys ':w' Enter
	asked_before_writing vim 'changed since reading it|really want to write'
	keys n
	wait_until 10 shows 'Press ENTER'
	keys Enter
	wait_until 10 shows 'x-mine'
	like "vim: and what is not saved is still in it" "$(screen)" 'x-mine: unsaved'
fi
closed

if here emacs && opened emacs emacs -nw -Q "$file"; then
	keys M-'>' 'x-mine: unsaved'
	wait_until 10 shows 'x-mine'
	edited emacs
	keys C-x C-s
	asked_before_writing emacs 'has changed since visited or saved|changed on disk'
	keys no Enter
	wait_until 10 shows 'x-mine'
	like "emacs: and what is not saved is still in it" "$(screen)" 'x-mine: unsaved'
fi
closed

if here nano && opened nano nano "$file"; then
	keys 'x-mine: unsaved' Enter
	wait_until 10 shows 'x-mine'
	edited nano
	keys C-o
	wait_until 10 shows 'Write to File|File Name to Write'
	keys Enter
	asked_before_writing nano 'File on disk has changed'
	keys n
	like "nano: and what is not saved is still in it" "$(screen)" 'x-mine: unsaved'
fi
closed

# It asks after it has written.  What the command wrote is in its commit.
if here micro && opened micro micro "$file"; then
	keys 'x-mine: unsaved' Enter
	wait_until 10 shows 'x-mine'
	edited micro
	keys C-s
	wait_until 20 grep -q 'x-mine: unsaved' "$file"
	like "micro: it writes what was not saved" "$(cat "$file")" '^x-mine: unsaved$'
	like "micro: the command's text is in its commit" "$(git -C "$store" show HEAD:contacts/ana.yaml)" '^org: Acme Robotics$'
fi
closed

done_testing
