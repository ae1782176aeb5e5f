#!/bin/bash
# The faults of kith check, as real editors read them: file, line, column and sort of each.
. "$(dirname "$0")/../lib.sh"
. "$source_root/tests/cli/small.sh"
small_store
cd "$store" || exit 1

# What README and kith(1) tell users of vim to write.
errorformat=$(sed -n 's/^set errorformat=//p;T;q' "$source_root/README.md")
put contacts/bad.yaml <<'YAML'
name: Bad Example
birthday: 1990-13-02
ctiy: Porto
jobs: [{org: Zażółć, from: gęś}]
YAML
put contacts/other.yaml <<'YAML'
name: Other
through: nobody-here
YAML

if ! command -v vim >/dev/null; then
	skip "vim" "vim is not here"
else
	cat >"$tmp/ask.vim" <<'VIM'
silent make
let lines = []
for entry in filter(getqflist(), 'v:val.valid')
	execute 'buffer' entry.bufnr
	call cursor(entry.lnum, 1)
	let at = entry.vcol ? virtcol2col(0, entry.lnum, entry.col) : entry.col
	call add(lines, bufname(entry.bufnr) . '|' . entry.lnum . '|' . entry.type . '|' . strpart(getline('.'), at - 1))
endfor
call writefile(lines, $answer)
qall!
VIM
	# in_vim ARGUMENT…: the list of errors that vim makes of it.
	in_vim() {
		answer=$tmp/vim.out timeout 60 vim -Nu NONE -i NONE -es "$@" -S "$tmp/ask.vim" </dev/null >/dev/null 2>&1
		cat "$tmp/vim.out"
		rm -f "$tmp/vim.out"
	}
	# It takes the column for one in bytes, so that of line 4 is not right.
	is "vim as it is: file, line and column" "$(in_vim -c 'set makeprg=kith\ check' | sed '/|4|/s/[^|]*$//')" \
		'contacts/bad.yaml|2||1990-13-02
contacts/bad.yaml|3||ctiy: Porto
contacts/bad.yaml|4||
contacts/other.yaml|2||nobody-here'
	want='contacts/bad.yaml|2|e|1990-13-02
contacts/bad.yaml|3|w|ctiy: Porto
contacts/bad.yaml|4|e|gęś}]
contacts/other.yaml|2|e|nobody-here'
	isnt "README has a line for vim" "$errorformat" ""
	is "vim with the format from README: the sort, and the column in characters" \
		"$(in_vim -c 'set makeprg=kith\ check' -c "set errorformat=$errorformat")" "$want"
	is "vim, one line a fault" "$(in_vim -c 'set makeprg=kith\ check\ -q' -c "set errorformat=$errorformat")" "$want"
fi

if ! command -v emacs >/dev/null; then
	skip "emacs" "emacs is not here"
else
	cat >"$tmp/ask.el" <<'EL'
(require 'compile)
(let ((before nil) (inhibit-read-only t))
  (switch-to-buffer "faults")
  (insert-file-contents (getenv "faults"))
  (compilation-mode)
  (compilation-parse-errors (point-min) (point-max))
  (dotimes (offset (1- (point-max)))
    (let ((message (get-text-property (1+ offset) 'compilation-message)))
      (when (and message (not (eq message before)))
        (setq before message)
        (let ((place (compilation--message->loc message)))
          (princ (format "%s|%s|%s|%s\n" (caar (compilation--loc->file-struct place))
                         (compilation--loc->line place) (compilation--loc->col place)
                         (aref ["info" "warning" "error"] (compilation--message->type message)))))))))
EL
	kith check >"$tmp/faults" 2>&1
	is "emacs" "$(faults=$tmp/faults timeout 60 emacs -Q --batch -l "$tmp/ask.el" 2>/dev/null)" \
		'contacts/bad.yaml|2|11|error
contacts/bad.yaml|3|1|warning
contacts/bad.yaml|4|28|error
contacts/other.yaml|2|10|error'
fi

done_testing
