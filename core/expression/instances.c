/*
 * instances.c - which nodes are computed at which points, and after how many
 * passes; and the planner's memory.
 */
#include "core/expression/plan_internal.h"

#include <string.h>

/* ---- memory ------------------------------------------------------------ */

void *plan_grow(struct planner *p, void *array, size_t count, size_t *room,
                size_t size)
{
    size_t more = *room > 0 ? 2 * *room : 16;
    void *grown;

    if (count < *room)
        return array;
    grown = arena_array(p->scratch, more, size);
    if (grown == NULL) {
        p->out_of_memory = true;
        return NULL;
    }
    if (count > 0)
        memcpy(grown, array, count * size);
    *room = more;
    return grown;
}

void plan_append(struct planner *p, struct code_list *list,
                 struct instruction instruction)
{
    struct instruction *items = plan_grow(p, list->items, list->count,
                                          &list->room, sizeof *items);

    if (items == NULL)
        return;
    list->items = items;
    items[list->count++] = instruction;
}

void *plan_keep(struct planner *p, const void *items, size_t count,
                size_t size)
{
    void *kept = arena_array(p->arena, count, size);

    if (kept == NULL)
        p->out_of_memory = true;
    else if (count > 0)
        memcpy(kept, items, count * size);
    return kept;
}

/* ---- instances --------------------------------------------------------- */

unsigned plan_depth(uint64_t scope)
{
    return (unsigned)__builtin_popcountll(scope);
}

/* The scope without its deepest counters, down to one that is in `counters`. */
static uint64_t strip(const struct graph *graph, uint64_t scope,
                      uint64_t counters)
{
    while (scope != 0) {
        uint64_t bit = UINT64_C(1) << graph_deepest(graph, scope);

        if (counters & bit)
            break;
        scope &= ~bit;
    }
    return scope;
}

static struct instance *find(const struct planner *p, unsigned node,
                             uint64_t scope)
{
    struct instance *instance = p->of_node[node];

    scope = strip(p->graph, scope, p->graph->nodes[node].counters);
    while (instance != NULL && instance->scope != scope)
        instance = instance->next;
    return instance;
}

/* The instance of `node` for use at the points of `scope`. */
struct instance *plan_want(struct planner *p, unsigned node, uint64_t scope)
{
    struct instance *instance = find(p, node, scope);

    if (instance != NULL)
        return instance;
    instance = ARENA_NEW(p->scratch, struct instance);
    if (instance == NULL) {
        p->out_of_memory = true;
        return NULL;
    }
    instance->node = node;
    instance->scope = strip(p->graph, scope, p->graph->nodes[node].counters);
    instance->depth = plan_depth(instance->scope);
    instance->next = p->of_node[node];
    p->of_node[node] = instance;
    p->count++;
    return instance;
}

bool plan_is_reduction(const struct planner *p,
                         const struct instance *instance)
{
    enum operation operation = p->graph->nodes[instance->node].operation;

    return operation == OPERATION_SUM || operation == OPERATION_PRODUCT
        || operation == OPERATION_GREATEST || operation == OPERATION_EACH;
}

bool plan_is_each(const struct planner *p, const struct instance *instance)
{
    return p->graph->nodes[instance->node].operation == OPERATION_EACH;
}

/* The scope that the operands of an instance are used in. */
uint64_t plan_inner_scope(const struct planner *p,
                            const struct instance *instance)
{
    return plan_is_reduction(p, instance)
         ? instance->scope
               | UINT64_C(1) << p->graph->nodes[instance->node].counter
         : instance->scope;
}

struct instance *plan_operand(const struct planner *p,
                              const struct instance *instance, unsigned i)
{
    return find(p, p->graph->nodes[instance->node].operand[i],
                plan_inner_scope(p, instance));
}

unsigned plan_arguments(const struct planner *p,
                             const struct instance *instance)
{
    return operation_arguments(p->graph->nodes[instance->node].operation);
}

/* All that is needed, from the users down to their operands; then in order. */
void plan_discover(struct planner *p)
{
    size_t nodes = p->graph->count, position = 0;

    for (size_t id = nodes; id-- > 0;)
        for (struct instance *at = p->of_node[id]; at != NULL; at = at->next)
            for (unsigned i = 0; i < plan_arguments(p, at); i++)
                plan_want(p, p->graph->nodes[id].operand[i],
                          plan_inner_scope(p, at));
    p->order = arena_array(p->scratch, p->count, sizeof *p->order);
    if (p->order == NULL) {
        p->out_of_memory = true;
        return;
    }
    for (size_t id = 0; id < nodes; id++)
        for (struct instance *at = p->of_node[id]; at != NULL; at = at->next) {
            at->position = position;
            p->order[position++] = at;
        }
}

void plan_set_levels(struct planner *p)
{
    for (size_t i = 0; i < p->count; i++) {
        struct instance *at = p->order[i];

        for (unsigned k = 0; k < plan_arguments(p, at); k++) {
            const struct instance *operand = plan_operand(p, at, k);

            for (unsigned d = 0; d <= operand->depth && d <= at->depth; d++)
                if (operand->level[d] > at->level[d])
                    at->level[d] = operand->level[d];
        }
        if (plan_is_reduction(p, at))
            at->level[at->depth]++;
    }
}

unsigned plan_frame(struct planner *p, struct instance *instance)
{
    if (instance->frame == 0)
        instance->frame = (unsigned)++p->program->v_count;
    return instance->frame - 1;
}
