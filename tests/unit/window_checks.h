/* window_checks.h - windows of a trace beside its rows. */
#ifndef TESTS_UNIT_WINDOW_CHECKS_H
#define TESTS_UNIT_WINDOW_CHECKS_H

#include "server/jobs/window.h"
#include "tests/unit/trace_made.h"

/* A trace and its rows as a reference. */
struct truth {
    const struct made_trace *made;
    struct trace trace;
};

/* A number below `below` by chance; 0 where that is 0. */
uint64_t chance(uint64_t seed, uint64_t i, uint64_t below);

bool same_bits(double a, double b);

/* What is known of rows [row, end) of a column, the slow way. */
struct tally naive_tally(const struct made_trace *made, uint64_t row,
                         uint64_t end, struct trace_column column);

/* A mean of the numbers of a tally, as good as rounding lets it be. */
void check_mean(double mean, double expected, const struct tally *all);

/* Candidates rise, are rows of the window, and hold its first; of one of rows
 * its last. */
void check_places(const struct window *window, uint64_t row, uint64_t end);

/*
 * Whether one of the candidates in rows [row, end) has the number.
 *
 *   from  in/out  where to look from: for rows that rise from call to call
 */
bool has_number(const struct truth *truth, const struct window *window,
                size_t *from, uint64_t row, uint64_t end, enum column c,
                double number);

#endif
