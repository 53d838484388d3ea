/*
 * rule_papers.h - update rules written down once more, as their papers have
 * them: in long double, a loop over the coordinates around whole formulas,
 * and nothing saved.
 */
#ifndef TESTS_UNIT_RULE_PAPERS_H
#define TESTS_UNIT_RULE_PAPERS_H

#include "tests/unit/rule_bench.h"

enum { PAPER_N = BENCH_N };

/* A run as its paper sees it. a, b, c, d and u, v, w are the rule's memory,
 * zero before the first step. */
struct paper {
    const struct setting *settings;   /* every parameter of the rule */
    long double x[PAPER_N], start[PAPER_N];
    long double g[PAPER_N], f;        /* slopes and loss at x */
    long double a[PAPER_N], b[PAPER_N], c[PAPER_N], d[PAPER_N], u, v, w;
    unsigned t;                       /* number of the step, from 1 */
};

/* Move x one step by the rule of that name; a name without a paper fails the
 * test. The averages of the schedule-free rules are in d. */
void paper_step(const char *name, struct paper *paper);

#endif
