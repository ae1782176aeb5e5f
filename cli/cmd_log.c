/* kith log, gave, got, promise: a conversation in one line. */
#include "cli/conversation.h"

enum kith_code kith_cmd_log(struct kith_app *app, struct kith_err *err)
{
	static const struct kith_verb verb = { "text", "what was said?", "Walked the river. She starts in spring." };
	return kith_conversation_note(app, &verb, err);
}

enum kith_code kith_cmd_gave(struct kith_app *app, struct kith_err *err)
{
	static const struct kith_verb verb = { "gave", "what did you give?", "an introduction to the hiring lead" };
	return kith_conversation_note(app, &verb, err);
}

enum kith_code kith_cmd_got(struct kith_app *app, struct kith_err *err)
{
	static const struct kith_verb verb = { "got", "what were you given?", "feedback on the talk" };
	return kith_conversation_note(app, &verb, err);
}

enum kith_code kith_cmd_promise(struct kith_app *app, struct kith_err *err)
{
	static const struct kith_verb verb = { "promised", "what was promised?", "send the map" };
	return kith_conversation_note(app, &verb, err);
}
