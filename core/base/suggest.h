/* suggest.h - "did you mean": the nearest of some names to a misspelt one. */
#ifndef CORE_BASE_SUGGEST_H
#define CORE_BASE_SUGGEST_H

#include <stddef.h>

/*
 * One search: start with {.word = w}, offer every candidate, read `best`.
 * Names count as near within a third of the word's length in edits
 * (insert, delete, replace, swap of neighbours), so that words of one or two
 * letters have none; or if other programs call it so: "lr" is learning_rate.
 *
 * Thread  any; no allocation; words over 64 bytes have no suggestion
 */
struct suggestion {
    const char *word;
    const char *best;   /* one of the offered names, or NULL */
    size_t distance;    /* of `best` */
};

void suggest_offer(struct suggestion *suggestion, const char *candidate);

#endif
