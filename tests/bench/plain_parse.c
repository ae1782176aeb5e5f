/* plain_parse DIR: the least that any program with libyaml would have to do to check a store: read each *.yaml below the
 * folder and take its events. */
#include <fts.h>
#include <stdio.h>
#include <string.h>
#include <yaml.h>

enum { LARGEST = 1 << 20 };

static size_t events_of(const unsigned char *text, size_t length)
{
	yaml_parser_t parser;
	yaml_event_t event;
	size_t count = 0;
	if (!yaml_parser_initialize(&parser))
		return 0;
	yaml_parser_set_input_string(&parser, text, length);
	for (int last = 0; !last && yaml_parser_parse(&parser, &event); count++) {
		last = event.type == YAML_STREAM_END_EVENT;
		yaml_event_delete(&event);
	}
	yaml_parser_delete(&parser);
	return count;
}

int main(int argc, char **argv)
{
	static unsigned char text[LARGEST];
	size_t files = 0, events = 0;
	if (argc < 2)
		return 2;
	FTS *walk = fts_open(argv + 1, FTS_PHYSICAL | FTS_NOSTAT | FTS_NOCHDIR, NULL);
	for (FTSENT *entry; walk && (entry = fts_read(walk));) {
		const char *end = strrchr(entry->fts_name, '.');
		FILE *file = end && strcmp(end, ".yaml") == 0 ? fopen(entry->fts_accpath, "r") : NULL;
		if (!file)
			continue;
		setvbuf(file, NULL, _IONBF, 0);
		events += events_of(text, fread(text, 1, sizeof(text), file));
		fclose(file);
		files++;
	}
	if (walk)
		fts_close(walk);
	printf("%zu files, %zu events\n", files, events);
	return files ? 0 : 1;
}
