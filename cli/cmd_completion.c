/* kith completion: small scripts for the shells, which ask kith what may stand where. */
#include <string.h>

#include "cli/candidates.h"
#include "lib/base/text.h"

static const char bash[] =
	"# bash completion for kith\n"
	"_kith() {\n"
	"\tlocal line=${COMP_LINE:0:COMP_POINT} words=() found=() word current kept=\n"
	"\t# Words as they are typed: bash itself would split them at : and = too.\n"
	"\tread -ra words <<<\"$line\"\n"
	"\t[[ $line == *[[:space:]] ]] && words+=(\"\")\n"
	"\tcurrent=${words[${#words[@]} - 1]}\n"
	"\t# What bash replaces is only what stands behind the last of those.\n"
	"\tlocal breaks=${COMP_WORDBREAKS//[^:=]/}\n"
	"\t[[ -n $breaks && $current == *[$breaks]* ]] && kept=${current%\"${current##*[\"$breaks\"]}\"}\n"
	"\tlocal files=\n"
	"\tword=$(kith completion --for -- \"${words[@]:1}\" 2>/dev/null) || files=yes\n"
	"\tmapfile -t found < <([[ -z $word ]] || printf '%s\\n' \"$word\")\n"
	"\tCOMPREPLY=()\n"
	"\tfor word in \"${found[@]}\"; do\n"
	"\t\tword=${word%%$'\\t'*}\n"
	"\t\tword=${word#\"$kept\"}\n"
	"\t\t[[ $word == *[^[:alnum:]_.,:=/-]* && $word != *[![:ascii:]]* ]] && printf -v word %q \"$word\"\n"
	"\t\tCOMPREPLY+=(\"$word\")\n"
	"\tdone\n"
	"\t[[ ${#COMPREPLY[@]} -eq 1 && ${COMPREPLY[0]} == *[:=,] ]] && compopt -o nospace\n"
	"\t[[ -n $files ]] && compopt -o default\n"
	"\treturn 0\n"
	"}\n"
	"complete -F _kith kith\n";

static const char zsh[] = "#compdef kith\n"
			  "# zsh completion for kith\n"
			  "_kith() {\n"
			  "\tlocal -a found plain bare\n"
			  "\tlocal line word files=\n"
			  "\tline=$(kith completion --for -- \"${(@)words[2,CURRENT]}\" 2>/dev/null) || files=yes\n"
			  "\tfor line in \"${(@f)line}\"; do\n"
			  "\t\t[[ -n $line ]] || continue\n"
			  "\t\tword=${line%%$'\\t'*}\n"
			  "\t\tif [[ $word == *[:=,] ]]; then\n"
			  "\t\t\tbare+=(\"$word\")\n"
			  "\t\telif [[ $line == *$'\\t'* ]]; then\n"
			  "\t\t\tfound+=(\"${word//:/\\\\:}:${line#*$'\\t'}\")\n"
			  "\t\telse\n"
			  "\t\t\tplain+=(\"$word\")\n"
			  "\t\tfi\n"
			  "\tdone\n"
			  "\t(( ${#bare} )) && compadd -S '' -- \"${bare[@]}\"\n"
			  "\t(( ${#plain} )) && compadd -- \"${plain[@]}\"\n"
			  "\t(( ${#found} )) && _describe kith found\n"
			  "\t[[ -n $files ]] && _files\n"
			  "\treturn 0\n"
			  "}\n"
			  "if [ \"$funcstack[1]\" = _kith ]; then\n"
			  "\t_kith \"$@\"\n"
			  "else\n"
			  "\tcompdef _kith kith\n"
			  "fi\n";

static const char fish[] = "# fish completion for kith\n"
			   "function __kith_complete\n"
			   "\tset -l words (commandline -opc)\n"
			   "\tset -l current (commandline -ct)\n"
			   "\tkith completion --for -- $words[2..-1] \"$current\" 2>/dev/null\n"
			   "\tor __fish_complete_path \"$current\"\n"
			   "end\n"
			   "complete -c kith -f -a '(__kith_complete)'\n";

enum kith_code kith_cmd_completion(struct kith_app *app, struct kith_err *err)
{
	static const char *const names[] = { "bash", "zsh", "fish" };
	static const char *const scripts[] = { bash, zsh, fish };
	if (kith_args_has(&app->args, "for"))
		return kith_candidates(app, app->args.words, app->args.word_count, &app->out) ? KITH_OK : KITH_NONE;
	const enum kith_code code = kith_args_expect(&app->args, 1, 1, err);
	if (code)
		return code;
	for (size_t i = 0; i < kith_count(names); i++)
		if (strcmp(names[i], app->args.words[0]) == 0) {
			kith_buf_add(&app->out, scripts[i]);
			return KITH_OK;
		}
	kith_fail(err, KITH_USAGE, "there is no completion for '%s'", app->args.words[0]);
	return kith_hint(err, "kith completion bash, zsh or fish");
}
