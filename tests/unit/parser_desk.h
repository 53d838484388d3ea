/*
 * parser_desk.h - formulas to be parsed, and what is expected of them.
 *
 * The functions have short names: they stand in every line of a test.
 */
#ifndef TESTS_UNIT_PARSER_DESK_H
#define TESTS_UNIT_PARSER_DESK_H

#include "tests/unit/cmocka_all.h"

#include "core/expression/parser.h"

struct desk {
    struct arena arena;
    struct faults faults;
    struct graph graph;
    struct parsed parsed;
};

/* x[3], y, one[1], big[5000]; w[3], a, zero, A[2][3] are constants. */
extern const struct symbols desk_symbols;

int desk_set_up(void **state);
int desk_tear_down(void **state);

enum error parse(struct desk *desk, const char *text);

/* The root of a formula that is good. */
unsigned root(struct desk *desk, const char *text);

/* The formula is a number at once: everything in it is folded. */
void is(struct desk *desk, const char *text, double expected);

/* Both formulas are the same nodes. */
void same(struct desk *desk, const char *text, const char *other);

void form_is(struct desk *desk, const char *text, const char *form);

/* Fault `index` of the formula; the only one. */
void says(struct desk *desk, const char *text, size_t index,
          enum fault_code code, const char *detail);
void one(struct desk *desk, const char *text, enum fault_code code,
         const char *detail);

/* A text with `part` so many times in it. */
const char *desk_repeat(struct desk *desk, const char *head, const char *part,
                        size_t count, const char *tail);

#endif
