/*
 * plan.c - the passes that instances of nodes fall into, and the program.
 *
 * Sums that run over the same counter at the same level share one pass, so a
 * formula and its gradient often need one pass together.
 *
 * An example: f = log(sum(i, 1, 9, exp(x[i]))) and its gradient, exp(x[i]) / s
 * where s is the sum. The sum's value is there one level after its terms, and
 * the derivatives need it. So they are of another level than the terms, and
 * there are two passes over i, with the root's code before, between and behind
 * them:
 *
 *   instance             scope  level  computed by
 *   exp(x[i])            i      0      both passes
 *   s                    none   1      pass 0, which sums exp(x[i])
 *   log(s), 1/s          none   1      the root's code
 *   exp(x[i]) * (1/s)    i      1      pass 1, which adds it to derivative i
 *
 *   root     run pass 0
 *            v[2] = log(v[1])                         the value
 *            v[3] = v[0] / v[1]                       v[0] is 1
 *            run pass 1
 *   pass 0   slot 0 = x[i], slot 1 = exp(slot 0)
 *            v[1] = sum of slot 1
 *   pass 1   slot 0 = x[i], slot 1 = exp(slot 0), slot 2 = slot 1 * v[3]
 *            derivative by x[i] += slot 2
 *
 * Both passes run by blocks: there is no other pass inside.
 */
#include "core/expression/plan_internal.h"

#include <string.h>

#include "core/kernel/lanes.h"

/* ---- passes ------------------------------------------------------------ */

static void plan_task(struct planner *p, struct task *task, double points,
                      struct pass *pass, struct code_list *code);

/* The level at which a target's value is there, inside a scope of depth d. */
static unsigned target_level(const struct target *target, unsigned d)
{
    return d <= target->value->depth ? target->value->level[d] : 0;
}

/* What the task needs at its own scope; whether it needs anything deeper. */
static bool find_locals(struct planner *p, struct task *task)
{
    bool *needed = arena_array(p->scratch, p->count, sizeof *needed);
    bool deeper = false;

    task->locals = arena_array(p->scratch, p->count, sizeof *task->locals);
    if (needed == NULL || task->locals == NULL) {
        p->out_of_memory = true;
        return false;
    }
    if (task->root != NULL)
        needed[task->root->position] = true;
    for (size_t i = 0; i < task->reduction_count; i++)
        needed[plan_operand(p, task->reductions[i], 0)->position] = true;
    for (size_t i = 0; i < task->target_count; i++) {
        const struct target *target = task->targets[i];

        deeper |= target->depth > task->depth;
        if (target->value->depth >= task->depth)
            needed[target->value->position] = true;
    }
    for (size_t i = p->count; i-- > 0;) {
        const struct instance *at = p->order[i];

        if (!needed[i])
            continue;
        for (unsigned k = 0; k < plan_arguments(p, at); k++) {
            const struct instance *operand = plan_operand(p, at, k);

            needed[operand->position] |= operand->depth >= task->depth;
        }
    }
    for (size_t i = 0; i < p->count; i++)
        if (needed[i] && p->order[i]->depth == task->depth) {
            task->locals[task->local_count++] = p->order[i];
            deeper |= plan_is_reduction(p, p->order[i])
                   || p->graph->nodes[p->order[i]->node].operation
                          == OPERATION_CLEAR;
        }
    return deeper;
}

static struct pass *new_pass(struct planner *p)
{
    struct program *program = p->program;
    struct pass *passes = plan_grow(p, program->passes, program->pass_count,
                                    &p->pass_room, sizeof *passes);

    if (passes == NULL)
        return NULL;
    program->passes = passes;
    memset(&passes[program->pass_count], 0, sizeof *passes);
    return &passes[program->pass_count++];
}

/* Plan the pass over `counter` that does `inner`, and call it. */
static void plan_pass(struct planner *p, const struct task *outer,
                      struct task *inner, double points,
                      struct code_list *code)
{
    unsigned counter = graph_deepest(p->graph, inner->scope & ~outer->scope);
    struct pass pass = {
        .counter = counter,
        .low = p->graph->counters[counter].low,
        .high = p->graph->counters[counter].high,
        .starts = points,
        .points = points * graph_trips(p->graph, counter),
    };
    struct code_list own = {0};
    struct pass *kept;

    p->program->points += pass.points;
    plan_task(p, inner, pass.points, &pass, &own);
    kept = new_pass(p);
    if (kept == NULL)
        return;
    *kept = pass;
    plan_append(p, code, (struct instruction){
        CODE_PASS, .a = (unsigned)(kept - p->program->passes)});
}

/* The scope one deeper than the task's, on the way to `scope`. */
static uint64_t next_scope(const struct planner *p, const struct task *task,
                           uint64_t scope)
{
    while (plan_depth(scope) > task->depth + 1)
        scope &= ~(UINT64_C(1) << graph_deepest(p->graph, scope));
    return scope;
}

/*
 * Put what belongs to a pass at this level into `inner`, whose scope is that
 * of the first that is found; what is put there is taken out of `left`.
 * False: nothing is left of this level.
 */
static bool take_group(struct planner *p, const struct task *task,
                       unsigned level, bool *left, struct task *inner)
{
    bool found = false;

    *inner = (struct task){.depth = task->depth + 1};
    inner->reductions = arena_array(p->scratch, task->local_count,
                                    sizeof *inner->reductions);
    inner->targets = arena_array(p->scratch, task->target_count,
                                 sizeof *inner->targets);
    if (inner->reductions == NULL || inner->targets == NULL) {
        p->out_of_memory = true;
        return false;
    }
    for (size_t i = 0; i < task->local_count + task->target_count; i++) {
        bool local = i < task->local_count;
        struct instance *at = local ? task->locals[i] : NULL;
        const struct target *target =
            local ? NULL : task->targets[i - task->local_count];
        uint64_t scope;

        if (!left[i]
            || (local ? at->level[task->depth] - 1
                      : target_level(target, task->depth)) != level)
            continue;
        scope = next_scope(p, task, local ? plan_inner_scope(p, at)
                                          : target->sink->scope);
        if (found && scope != inner->scope)
            continue;
        found = true;
        left[i] = false;
        inner->scope = scope;
        if (local)
            inner->reductions[inner->reduction_count++] = at;
        else
            inner->targets[inner->target_count++] = target;
    }
    return found;
}

/* What fills a kept vector; false: the node is a number. */
static bool emit_ready(struct planner *p, struct instance *at,
                       struct code_list *code)
{
    const struct node *node = &p->graph->nodes[at->node];
    struct instruction it = {.out = node->array, .b = node->index};

    switch (node->operation) {
    case OPERATION_STORE:
    case OPERATION_ADD_TO:
        it.code = node->operation == OPERATION_STORE ? CODE_STORE
                                                     : CODE_ADD_TO;
        it.a = plan_frame(p, plan_operand(p, at, 0));
        break;
    case OPERATION_CLEAR:
        it.code = CODE_CLEAR;
        it.b = (unsigned)p->graph->arrays[node->array].size;
        break;
    case OPERATION_BOTH:
        return true;
    default:
        return false;
    }
    plan_append(p, code, it);
    return true;
}

static void emit(struct planner *p, struct instance *at, struct code_list *code)
{
    const struct node *node = &p->graph->nodes[at->node];
    struct instruction it = {.code = (unsigned)node->operation};
    unsigned *operand[] = {&it.a, &it.b, &it.c};

    if (emit_ready(p, at, code))
        return;
    if (node->operation == OPERATION_NUMBER) {
        plan_frame(p, at);
        return;
    }
    it.out = plan_frame(p, at);
    if (node->operation == OPERATION_LOAD && node->array == ARRAY_X
        && p->graph->indices[node->index].terms == 0) {
        it.code = CODE_LOAD_X;
        it.a = (unsigned)p->graph->indices[node->index].constant;
    } else if (node->operation == OPERATION_LOAD
               || node->operation == OPERATION_ELEMENT) {
        it.code = CODE_LOAD;
        it.a = node->array;
        it.b = node->index;
    } else if (node->operation == OPERATION_WHOLE) {
        it.code = CODE_WHOLE;
        it.b = node->index;
    } else {
        for (unsigned i = 0; i < plan_arguments(p, at); i++)
            *operand[i] = plan_frame(p, plan_operand(p, at, i));
    }
    plan_append(p, code, it);
}

/* Level by level: the task's own instances, then the passes within. */
static void plan_levels(struct planner *p, const struct task *task,
                        double points, struct code_list *code)
{
    size_t count = task->local_count + task->target_count;
    bool *left = arena_array(p->scratch, count, sizeof *left);
    unsigned top = 0;
    struct task inner;

    if (left == NULL) {
        p->out_of_memory = true;
        return;
    }
    for (size_t i = 0; i < task->local_count; i++) {
        left[i] = plan_is_reduction(p, task->locals[i]);
        if (task->locals[i]->level[task->depth] > top)
            top = task->locals[i]->level[task->depth];
    }
    for (size_t i = task->local_count; i < count; i++)
        left[i] = task->targets[i - task->local_count]->depth > task->depth;
    for (unsigned level = 0; level <= top; level++) {
        for (size_t i = 0; i < task->local_count; i++)
            if (task->locals[i]->level[task->depth] == level
                && !plan_is_reduction(p, task->locals[i]))
                emit(p, task->locals[i], code);
        while (!p->out_of_memory && take_group(p, task, level, left, &inner))
            plan_pass(p, task, &inner, points, code);
    }
}

/* What a pass by points does at each, behind what it computes. */
static void emit_sinks(struct planner *p, const struct task *task,
                       struct pass *pass, struct code_list *code)
{
    for (size_t i = 0, r = 0; i < task->reduction_count; i++)
        if (!plan_is_each(p, task->reductions[i]))
            pass->reductions[r++].slot =
                plan_frame(p, plan_operand(p, task->reductions[i], 0));
    for (size_t i = 0; i < task->target_count; i++) {
        const struct target *target = task->targets[i];
        const struct affine *index =
            &p->graph->indices[target->sink->index];
        struct instruction it = {
            CODE_SCATTER, .out = target->sink->output,
            .a = plan_frame(p, target->value), .b = target->sink->index};

        if (target->depth != task->depth)
            continue;
        if (index->terms == 0 && it.out == OUTPUT_DERIVATIVES) {
            it.code = CODE_DERIVATIVE;
            it.b = (unsigned)index->constant;
        }
        plan_append(p, code, it);
    }
}

static void keep_reductions(struct planner *p, const struct task *task,
                            struct pass *pass)
{
    pass->reductions = arena_array(p->arena, task->reduction_count,
                                   sizeof *pass->reductions);
    pass->lanes_of = arena_array(p->arena, task->reduction_count,
                                 LANES_TWICE * sizeof *pass->lanes_of);
    if (pass->reductions == NULL || pass->lanes_of == NULL) {
        p->out_of_memory = true;
        return;
    }
    for (size_t i = 0; i < task->reduction_count; i++) {
        struct instance *at = task->reductions[i];

        if (!plan_is_each(p, at))
            pass->reductions[pass->reduction_count++] = (struct reduction){
                .operation = p->graph->nodes[at->node].operation,
                .out = plan_frame(p, at),
            };
    }
}

/* Calls itself through plan_pass(), once for each counter within another. */
static void plan_task(struct planner *p, struct task *task, double points,
                      struct pass *pass, struct code_list *code)
{
    bool deeper = find_locals(p, task);

    if (p->out_of_memory)
        return;
    if (pass != NULL) {
        keep_reductions(p, task, pass);
        if (p->out_of_memory)
            return;
        if (!deeper) {
            plan_blocks(p, task, pass);
            return;
        }
    }
    plan_levels(p, task, points, code);
    emit_sinks(p, task, pass, code);
    if (pass != NULL) {
        pass->code = plan_keep(p, code->items, code->count,
                               sizeof *code->items);
        pass->code_count = code->count;
    }
}

/* ---- the program ------------------------------------------------------- */

static void plan_all(struct planner *p, unsigned root,
                     const struct plan_sink *sinks, size_t count)
{
    struct target *targets = arena_array(p->scratch, count, sizeof *targets);
    struct task task = {.target_count = count};
    struct code_list code = {0};

    task.targets = arena_array(p->scratch, count, sizeof *task.targets);
    if (targets == NULL || task.targets == NULL) {
        p->out_of_memory = true;
        return;
    }
    if (root != PLAN_NO_ROOT)
        task.root = plan_want(p, root, 0);
    for (size_t i = 0; i < count; i++) {
        targets[i] = (struct target){
            &sinks[i], plan_want(p, sinks[i].node, sinks[i].scope),
            plan_depth(sinks[i].scope)};
        task.targets[i] = &targets[i];
    }
    if (!p->out_of_memory)
        plan_discover(p);
    if (p->out_of_memory)
        return;
    plan_set_levels(p);
    plan_task(p, &task, 1, NULL, &code);
    if (task.root != NULL)
        p->program->value = plan_frame(p, task.root);
    if (!p->out_of_memory)
        plan_lay_out(p, &code);
}

enum error plan_program(const struct graph *graph, unsigned root,
                        const struct plan_sink *sinks, size_t sink_count,
                        struct arena *scratch, struct arena *arena,
                        struct program **ret)
{
    struct planner p = {.graph = graph, .scratch = scratch, .arena = arena};

    p.program = ARENA_NEW(arena, struct program);
    p.of_node = arena_array(scratch, graph->count, sizeof *p.of_node);
    if (p.program == NULL || p.of_node == NULL)
        return ERR_MEMORY;
    plan_all(&p, root, sinks, sink_count);
    if (p.out_of_memory)
        return ERR_MEMORY;
    *ret = p.program;
    return OK;
}
