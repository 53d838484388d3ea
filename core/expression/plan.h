/* plan.h - from a graph to a program: what is computed where, and when. */
#ifndef CORE_EXPRESSION_PLAN_H
#define CORE_EXPRESSION_PLAN_H

#include "core/expression/graph.h"
#include "core/expression/program.h"

/* Something that the program adds to an output: at every point of `scope`,
 * `node` is added to output[index]. */
struct plan_sink {
    unsigned output;           /* OUTPUT_... */
    unsigned index;            /* number of an affine form */
    unsigned node;
    uint64_t scope;            /* holds the counters of both */
};

#define PLAN_NO_ROOT UINT32_MAX

/*
 * Plan the computation of `root`, as a number, and of all sinks.
 *
 *   root      in   its value becomes v[program->value]; PLAN_NO_ROOT:
 *                  none is wanted
 *   scratch   in   for the time of planning
 *   arena     in   of the program
 *
 * Fails   ERR_MEMORY
 */
MUST_CHECK enum error plan_program(const struct graph *graph, unsigned root,
                                   const struct plan_sink *sinks,
                                   size_t sink_count, struct arena *scratch,
                                   struct arena *arena,
                                   struct program **ret);

#endif
