/* adjoint_add.c - adjoints of operands, added up at the points they are of. */
#include "core/expression/adjoint_internal.h"
#include "core/expression/kept.h"

/* Of a kept vector the adjoint is a vector too, ready where all was added. */
static bool is_vector(const struct node *node)
{
    return node->operation == OPERATION_EACH;
}

void adjoint_add(struct adjoint_walk *w, unsigned to, uint64_t scope,
                 unsigned adjoint, bool damped)
{
    struct graph *graph = w->graph;
    const struct node node = graph->nodes[to];
    struct adjoint_part *part;

    if (!node.varies)
        return;
    while (scope & ~w->apart) {
        unsigned k = graph_deepest(graph, scope);
        uint64_t bit = UINT64_C(1) << k;

        if ((node.counters | w->apart) & bit)
            break;
        adjoint = is_vector(&node)
                      ? kept_each(graph, k, adjoint)
                      : graph_over(graph, OPERATION_SUM, k, adjoint);
        scope &= ~bit;
    }
    for (part = w->parts[to]; part != NULL; part = part->next)
        if (part->scope == scope) {
            part->adjoint = is_vector(&node)
                                ? kept_both(graph, part->adjoint, adjoint)
                                : graph_binary(graph, OPERATION_ADD,
                                               part->adjoint, adjoint);
            part->damped |= damped;
            return;
        }
    part = ARENA_NEW(graph->arena, struct adjoint_part);
    if (part == NULL) {
        graph->out_of_memory = true;
        return;
    }
    *part = (struct adjoint_part){scope, adjoint, damped, w->parts[to]};
    w->parts[to] = part;
}

void giver_give(const struct giver *g, unsigned to, unsigned slope)
{
    unsigned adjoint = two(g, g->part->damped ? OPERATION_DAMP
                                              : OPERATION_MULTIPLY,
                           g->part->adjoint, slope);

    adjoint_add(g->walk, to, g->part->scope, adjoint, g->part->damped);
}

void giver_over(const struct giver *g, unsigned to, unsigned by)
{
    if (g->part->damped)
        giver_give(g, to, quotient(g, number(g, 1), by));
    else
        adjoint_add(g->walk, to, g->part->scope,
                    quotient(g, g->part->adjoint, by), false);
}
