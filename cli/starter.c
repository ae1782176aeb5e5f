#include "cli/starter.h"

#include "lib/record/merge.h"

#define WORDS(number) QUOTED(number)
#define QUOTED(text) #text

const char kith_starter_settings[] =
	"# yaml-language-server: $schema=.kith/schema/kith.json\n"
	"# What all your machines share. `kith schema kith` lists what may stand here.\n"
	"\n"
	"# How often you mean to be in touch, for people whose own record does not say: by role or tag.\n"
	"# cadences:\n"
	"#   mentor: quarterly\n"
	"#   friend: 6 weeks\n"
	"\n"
	"remind_at: 09:00\n"
	"quiet: 20:00-08:00\n"
	"\n"
	"# By which rules your machines merge records: those of another version do not.\n"
	"merge_version: " WORDS(KITH_MERGE_VERSION) "\n";

const struct kith_starter_file kith_starter_playbooks[] = {
	{ "playbooks/after-a-conversation.yaml", "# yaml-language-server: $schema=../.kith/schema/playbook.json\n"
	                                         "name: After a conversation\n"
	                                         "starts: \"kind:note how:coffee,meeting,call\"\n"
	                                         "steps:\n"
	                                         "  - 1d: thank them, and name one thing that stayed with you\n"
	                                         "  - 2w: send something useful to them, without asking for anything\n"
	                                         "about: The second step is the one that is remembered.\n" },
	{ "playbooks/when-somebody-loses-a-job.yaml",
	  "# yaml-language-server: $schema=../.kith/schema/playbook.json\n"
	  "name: When somebody loses a job\n"
	  "starts: \"kind:need cause:layoff status:open\"\n"
	  "steps:\n"
	  "  - 1d: call, and listen; no advice yet\n"
	  "  - 3d: \"offer two things they can say yes to: a reference, an introduction, a quiet hour with the "
	  "papers\"\n"
	  "  - 2w: make one introduction, asked for on both sides\n"
	  "  - 6 weeks: ask again; this is when most people stop asking\n" },
	{ "playbooks/sos.yaml", "# yaml-language-server: $schema=../.kith/schema/playbook.json\n"
	                        "name: When it is me\n"
	                        "about: |\n"
	                        "  For the day on which you need people. Change it now, while you do not.\n"
	                        "steps:\n"
	                        "  - 1d: tell one person what has happened, in one sentence\n"
	                        "  - 1d: write down what must be done this week, and what can wait\n"
	                        "  - 3d: ask one person for one thing, plainly\n"
	                        "  - 2w: tell those who helped how it goes\n"
	                        "private: yes\n" },
};
const size_t kith_starter_playbook_count = sizeof(kith_starter_playbooks) / sizeof(kith_starter_playbooks[0]);
