#!/bin/bash
# Holds the plan of the house by reading the includes: who may include whom, and
# the one place where each library is met.  Every line that breaks it is named.
set -u
cd "${1:-$(dirname "$0")/..}" || exit 1
shopt -s nullglob

files=(schema/*.def schema/*.[ch] lib/*/*.[ch] lib/*/*.def {cli,daemon}/*.[ch] {cli,daemon}/*.def)
[ ${#files[@]} -gt 0 ] || exit 0

awk '
function fault(rule) {
	printf "%s:%d: %s\n    %s\n", FILENAME, FNR, $0, rule
	faults++
}
# "lib/store/index.c" is of lib/store, "cli/main.c" of cli.
function layer(path, part) {
	n = split(path, part, "/")
	if (n < 2) return ""
	return part[1] == "lib" && n > 2 ? part[1] "/" part[2] : part[1]
}
# A quoted name is looked for beside the file, as the compiler does, then from the root.
function resolve(name, beside) {
	beside = FILENAME
	sub(/[^\/]*$/, "", beside)
	beside = beside name
	while (sub(/[^\/]+\/\.\.\//, "", beside)) { }
	return beside in known ? beside : name
}
BEGIN {
	for (i = 1; i < ARGC; i++) known[ARGV[i]] = 1

	may["schema"] = "schema"
	may["lib/base"] = "lib/base"
	may["lib/record"] = "lib/record schema lib/base"
	may["lib/store"] = "lib/store " may["lib/record"]
	may["lib/network"] = "lib/network " may["lib/store"]
	may["lib/git"] = "lib/git lib/record lib/base"
	may["cli"] = "cli " may["lib/network"]
	may["daemon"] = "daemon lib/git " may["lib/network"]

	home["yaml.h"] = "lib/record"
	home["sqlite3.h"] = home["jansson.h"] = "lib/store"
	home["utf8proc.h"] = "lib/base"
	home["git2"] = home["git2.h"] = home["zlib.h"] = "lib/git"
	home["uv"] = home["uv.h"] = home["systemd"] = "daemon"
}
/^[ \t]*#[ \t]*include[ \t]*</ {
	name = $0
	sub(/^[^<]*</, "", name)
	sub(/>.*/, "", name)
	first = name
	sub(/\/.*/, "", first)
	if (first in home && home[first] != layer(FILENAME))
		fault("<" name "> is included only in " home[first] "/")
}
/^[ \t]*#[ \t]*include[ \t]*"/ {
	name = $0
	sub(/^[^"]*"/, "", name)
	sub(/".*/, "", name)
	from = layer(FILENAME)
	to = layer(resolve(name))
	if (!(from in may))
		fault(from "/ is not in the plan")
	else if (!((" " may[from] " ") ~ (" " to " ")))
		fault(from "/ may include only " may[from])
}
END { exit faults > 0 }
' "${files[@]}"
