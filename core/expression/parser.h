/*
 * parser.h - from text to graph, by the grammar of README.md.
 *
 * One pass: each operation becomes a node as soon as its operands are known.
 * The parser descends once for each parenthesis, call, sign or power within
 * another, so at most EXPRESSION_DEPTH_MAX deep.
 */
#ifndef CORE_EXPRESSION_PARSER_H
#define CORE_EXPRESSION_PARSER_H

#include "core/base/fault.h"
#include "core/expression/graph.h"
#include "core/expression/symbols.h"

/* What came of a formula. */
struct parsed {
    unsigned root;
    const char *form;    /* every operation in parentheses, in the arena */
};

/*
 * Parse a formula into `graph`. A syntax error ends the reading; names and
 * indices that are wrong are all reported.
 *
 *   row   in   the counter of the dataset's rows, whose columns are numbers
 *              within it; COUNTERS_MAX: columns are not allowed
 *
 * Fails   ERR_INVALID after at least one fault; ERR_MEMORY
 */
MUST_CHECK enum error parser_parse(struct graph *graph, const char *text,
                                   const struct symbols *symbols, unsigned row,
                                   const char *pointer, struct faults *faults,
                                   struct parsed *ret);

#endif
