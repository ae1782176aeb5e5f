#include "lib/network/tie.h"

#include <string.h>

enum { YEAR = 365, DORMANT_RHYTHMS = 3 };

static const char close_tie[] = "close", steady_tie[] = "steady", light_tie[] = "light";

static double closeness_of(const char *word)
{
	if (word && strcmp(word, close_tie) == 0)
		return 1.0;
	if (word && strcmp(word, steady_tie) == 0)
		return 0.6;
	return 0.3;
}

/* The constant for the record's word, so that the result outlives the record; NULL for an unknown one. */
static const char *said(const char *word)
{
	static const char *const words[] = { close_tie, steady_tie, light_tie };
	for (size_t i = 0; word && i < kith_count(words); i++)
		if (strcmp(word, words[i]) == 0)
			return words[i];
	return NULL;
}

static bool is_dormant(const struct kith_tie_input *input)
{
	const int64_t silence = (int64_t)input->today - input->last;
	const int64_t rhythm = input->cadence.never || input->cadence.count <= 0 ? 0 : kith_span_days(input->cadence);
	const int64_t bound = DORMANT_RHYTHMS * rhythm;
	return silence > (bound > YEAR ? bound : YEAR);
}

double kith_tie_strength(const struct kith_tie_input *input)
{
	const double activity = input->activity > 0 ? input->activity / (1 + input->activity) : 0;
	const double both_ways = (input->gave + input->got) / 2.0;
	const double strands = input->strands >= 3 ? 1.0 : input->strands == 2 ? 0.5 : 0.0;
	return 0.50 * closeness_of(input->closeness) + 0.25 * activity + 0.15 * both_ways + 0.10 * strands;
}

const char *kith_tie_word(const struct kith_tie_input *input)
{
	if (input->last == KITH_NO_DAY)
		return said(input->closeness);
	if (is_dormant(input))
		return "dormant";
	const double strength = kith_tie_strength(input);
	return strength >= 0.60 ? close_tie : strength >= 0.35 ? steady_tie : light_tie;
}
