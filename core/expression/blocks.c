/*
 * blocks.c - planning an innermost pass: its instructions on blocks, and the
 * memory of their slots.
 *
 * A slot's memory is used again once its last reader has run, so that few
 * blocks are under way at a time and stay in the cache.
 */
#include <string.h>

#include "core/expression/plan_internal.h"

#define NEVER SIZE_MAX   /* read after all code: by sums and outputs */

struct blocks {
    struct planner *planner;
    const struct task *task;
    struct pass *pass;
    struct code_list code;
    struct slot_fill *fills;
    size_t fill_count, fill_room;
    struct scatter *scatters;
    size_t scatter_count, scatter_room;
};

/* ---- slots ------------------------------------------------------------- */

static unsigned new_slot(struct blocks *b, struct instance *instance)
{
    instance->slot = (unsigned)b->pass->slot_count++;
    instance->slot_of = b->planner->block_passes;
    return instance->slot;
}

static unsigned fill_slot(struct blocks *b, struct instance *instance,
                          enum fill fill, unsigned from, unsigned index)
{
    unsigned slot = new_slot(b, instance);
    struct slot_fill *fills = plan_grow(b->planner, b->fills, b->fill_count,
                                        &b->fill_room, sizeof *fills);

    if (fills == NULL)
        return slot;
    b->fills = fills;
    fills[b->fill_count++] = (struct slot_fill){fill, slot, from, index};
    return slot;
}

static bool is_local(const struct blocks *b, const struct instance *instance)
{
    return instance->depth == b->task->depth;
}

/* The slot of an instance; of one outside a slot full of its number. */
static unsigned slot_of(struct blocks *b, struct instance *instance)
{
    if (instance->slot_of == b->planner->block_passes)
        return instance->slot;
    return fill_slot(b, instance, FILL_NUMBER,
                     plan_frame(b->planner, instance), 0);
}

/* ---- instructions ------------------------------------------------------ */

/* Operations of a block and a number, which needs no slot then. */
static const struct mixed {
    enum operation operation;
    enum code block_number, number_block; /* which of them stands first */
} mixed[] = {
    {OPERATION_ADD, CODE_BLOCK_ADD_NUMBER, CODE_BLOCK_ADD_NUMBER},
    {OPERATION_SUBTRACT, CODE_BLOCK_SUBTRACT_NUMBER,
     CODE_NUMBER_SUBTRACT_BLOCK},
    {OPERATION_MULTIPLY, CODE_BLOCK_MULTIPLY_NUMBER,
     CODE_BLOCK_MULTIPLY_NUMBER},
    {OPERATION_DIVIDE, CODE_BLOCK_DIVIDE_NUMBER, CODE_NUMBER_DIVIDE_BLOCK},
};

/* Emit as one of the mixed operations; false: it is none. */
static bool emit_mixed(struct blocks *b, struct instance *at,
                       enum operation operation)
{
    struct planner *p = b->planner;

    for (size_t i = 0; i < sizeof mixed / sizeof *mixed; i++) {
        struct instance *left, *right, *block;
        struct instruction it = {0};

        if (mixed[i].operation != operation)
            continue;
        left = plan_operand(p, at, 0);
        right = plan_operand(p, at, 1);
        if (is_local(b, left) && is_local(b, right))
            return false;
        block = is_local(b, left) ? left : right;
        it.code = block == left ? mixed[i].block_number
                                : mixed[i].number_block;
        it.a = slot_of(b, block);
        it.number = plan_frame(p, block == left ? right : left);
        it.out = new_slot(b, at);
        plan_append(p, &b->code, it);
        return true;
    }
    return false;
}

static int64_t step_of(const struct blocks *b, unsigned index)
{
    return affine_factor(&b->planner->graph->indices[index],
                         b->pass->counter);
}

/* Whether data, at the pass's counter, say where the index is. */
static bool is_lookup(const struct blocks *b, unsigned index)
{
    const struct graph *graph = b->planner->graph;

    return graph_lookup_counters(graph, &graph->indices[index])
               >> b->pass->counter & 1;
}

static void scatter_slot(struct blocks *b, struct scatter scatter)
{
    struct scatter *scatters = plan_grow(b->planner, b->scatters,
                                         b->scatter_count, &b->scatter_room,
                                         sizeof *scatters);

    if (scatters == NULL)
        return;
    if (scatter.way != SCATTER_STORE && is_lookup(b, scatter.index))
        scatter.way = SCATTER_LOOKUP;
    b->scatters = scatters;
    scatters[b->scatter_count++] = scatter;
}

/* Loads, and what fills kept vectors; false: it is something else. */
static bool emit_array(struct blocks *b, struct instance *at)
{
    const struct node *node = &b->planner->graph->nodes[at->node];

    switch (node->operation) {
    case OPERATION_LOAD:
    case OPERATION_ELEMENT:
        fill_slot(b, at, is_lookup(b, node->index)      ? FILL_LOOKUP
                         : step_of(b, node->index) == 1 ? FILL_SLICE
                                                        : FILL_GATHER,
                  node->array, node->index);
        return true;
    case OPERATION_STORE:
    case OPERATION_ADD_TO:
        scatter_slot(b, (struct scatter){
            node->operation == OPERATION_STORE ? SCATTER_STORE
                                               : SCATTER_STEPS,
            slot_of(b, plan_operand(b->planner, at, 0)),
            OUTPUTS + node->array, node->index});
        return true;
    case OPERATION_BOTH:
        return true;
    default:
        return false;
    }
}

static void emit(struct blocks *b, struct instance *at)
{
    const struct node *node = &b->planner->graph->nodes[at->node];
    struct instruction it = {.code = (unsigned)node->operation};
    unsigned *operand[] = {&it.a, &it.b, &it.c};

    if (emit_array(b, at))
        return;
    if (node->operation == OPERATION_WHOLE) {
        fill_slot(b, at, FILL_WHOLE, 0, node->index);
        return;
    }
    if (emit_mixed(b, at, node->operation))
        return;
    for (unsigned i = 0; i < operation_arguments(node->operation); i++)
        *operand[i] = slot_of(b, plan_operand(b->planner, at, i));
    it.out = new_slot(b, at);
    plan_append(b->planner, &b->code, it);
}

static void emit_sinks(struct blocks *b)
{
    const struct task *task = b->task;
    struct pass *pass = b->pass;

    for (size_t i = 0, r = 0; i < task->reduction_count; i++)
        if (!plan_is_each(b->planner, task->reductions[i]))
            pass->reductions[r++].slot =
                slot_of(b, plan_operand(b->planner, task->reductions[i], 0));
    for (size_t i = 0; i < task->target_count; i++)
        scatter_slot(b, (struct scatter){
            SCATTER_STEPS, slot_of(b, task->targets[i]->value),
            task->targets[i]->sink->output, task->targets[i]->sink->index});
    pass->scatters = plan_keep(b->planner, b->scatters, b->scatter_count,
                               sizeof *b->scatters);
    pass->scatter_count = b->scatter_count;
}

/* ---- memory of the slots ----------------------------------------------- */

/* Which slots an instruction reads. */
static unsigned reads(const struct instruction *it, unsigned slots[3])
{
    slots[0] = it->a, slots[1] = it->b, slots[2] = it->c;
    return it->code < OPERATIONS
         ? operation_arguments((enum operation)it->code) : 1;
}

/* Where each slot is read last: by number of the instruction. */
static void find_last_reads(const struct blocks *b, size_t *last)
{
    unsigned slots[3];

    for (size_t i = 0; i < b->code.count; i++)
        for (unsigned k = reads(&b->code.items[i], slots); k-- > 0;)
            last[slots[k]] = i;
    for (size_t i = 0; i < b->fill_count; i++)
        last[b->fills[i].slot] = NEVER;
    for (size_t i = 0; i < b->pass->reduction_count; i++)
        last[b->pass->reductions[i].slot] = NEVER;
    for (size_t i = 0; i < b->pass->scatter_count; i++)
        last[b->pass->scatters[i].slot] = NEVER;
}

/* Give each slot a color; slots whose values are needed at the same time have
 * different ones. Returns how many there are. */
static unsigned color_slots(struct blocks *b, const size_t *last,
                            unsigned *idle)
{
    unsigned *colors = b->pass->colors, count = 0, idle_count = 0;

    for (size_t i = 0; i < b->fill_count; i++)
        colors[b->fills[i].slot] = b->fills[i].fill == FILL_SLICE
                                       ? SLOT_WITHOUT_MEMORY : count++;
    for (size_t i = 0; i < b->code.count; i++) {
        const struct instruction *it = &b->code.items[i];
        unsigned slots[3];

        /* Before its operands' colors are given back: none is overwritten. */
        colors[it->out] = idle_count > 0 ? idle[--idle_count] : count++;
        for (unsigned k = reads(it, slots); k-- > 0;) {
            bool again = false;

            for (unsigned j = 0; j < k; j++)
                again |= slots[j] == slots[k];
            if (last[slots[k]] == i && !again)
                idle[idle_count++] = colors[slots[k]];
        }
    }
    return count;
}

static size_t block_size(unsigned colors)
{
    size_t fitting = BLOCK_CACHE_BYTES / sizeof(double) / (colors ? colors : 1);

    fitting -= fitting % BLOCK_MIN;
    return fitting < BLOCK_MIN ? BLOCK_MIN
         : fitting > BLOCK_MAX ? BLOCK_MAX : fitting;
}

static void lay_out(struct blocks *b)
{
    struct planner *p = b->planner;
    struct pass *pass = b->pass;
    size_t count = pass->slot_count, numbers;
    size_t *last = arena_array(p->scratch, count, sizeof *last);
    unsigned *idle = arena_array(p->scratch, count, sizeof *idle);
    unsigned colors;

    pass->colors = arena_array(p->arena, count, sizeof *pass->colors);
    pass->slots = arena_array(p->arena, count, sizeof *pass->slots);
    pass->memory = arena_array(p->arena, count, sizeof *pass->memory);
    if (last == NULL || idle == NULL || pass->colors == NULL
        || pass->slots == NULL || pass->memory == NULL) {
        p->out_of_memory = true;
        return;
    }
    find_last_reads(b, last);
    colors = color_slots(b, last, idle);
    pass->block = block_size(colors);
    numbers = colors * pass->block;
    if (numbers > p->memory_max)
        p->memory_max = numbers;
}

void plan_blocks(struct planner *p, const struct task *task, struct pass *pass)
{
    struct blocks b = {.planner = p, .task = task, .pass = pass};

    p->block_passes++;
    pass->blocks = true;
    for (size_t i = 0; i < task->local_count && !p->out_of_memory; i++)
        emit(&b, task->locals[i]);
    if (!p->out_of_memory)
        emit_sinks(&b);
    if (!p->out_of_memory)
        lay_out(&b);
    pass->code = plan_keep(p, b.code.items, b.code.count,
                           sizeof *b.code.items);
    pass->code_count = b.code.count;
    pass->fills = plan_keep(p, b.fills, b.fill_count, sizeof *b.fills);
    pass->fill_count = b.fill_count;
}
