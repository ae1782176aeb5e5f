/* How strong a tie is, as one word.
 *
 *   strength = 0.50 closeness      as the user sees it: close 1, steady 0.6, light 0.3; 0.3 if not said
 *            + 0.25 activity       S/(1+S), S = sum over conversations of 2^(-age/h): tie-decay networks
 *                                  (Ahmad, Porter, Beguerisse-Diaz 2021); the index computes S
 *            + 0.15 both ways      1 if something was given and received, 0.5 if only one: reciprocal services
 *                                  (Granovetter 1973)
 *            + 0.10 multiplexity   0 for one strand, 0.5 for two, 1 for three and more (Marsden, Campbell 1984,
 *                                  who also find closeness the best single measure, hence its weight)
 *
 * Shown only as a band, because the weights are a convention: close from 0.60, steady from 0.35, else light.
 * Dormant, whatever the strength, after a silence longer than three rhythms and than a year (Levin, Walter,
 * Murnighan 2011).
 * With no conversation noted there is nothing to measure: the user's own word stands, or nothing. */
#ifndef KITH_TIE_H
#define KITH_TIE_H

#include "lib/store/index.h"

/* 0 … 1, before bands and dormancy: for paths and matching. */
double kith_tie_strength(const struct kith_tie_input *);

/* "close", "steady", "light", "dormant", or NULL for "not yet". */
const char *kith_tie_word(const struct kith_tie_input *);

#endif
