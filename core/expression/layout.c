/* layout.c - the memory of a planned program: its frame, arrays, blocks. */
#include "core/expression/plan_internal.h"

/* Blocks of all passes lie in the same memory: only one runs at a time. */
static void lay_out_blocks(struct planner *p)
{
    struct program *program = p->program;
    double *memory = arena_array(p->arena, p->memory_max, sizeof *memory);

    if (memory == NULL) {
        p->out_of_memory = true;
        return;
    }
    for (size_t i = 0; i < program->pass_count; i++) {
        struct pass *pass = &program->passes[i];

        for (size_t s = 0; s < pass->slot_count; s++)
            if (pass->colors[s] != SLOT_WITHOUT_MEMORY)
                pass->slots[s] = pass->memory[s] =
                    memory + pass->colors[s] * pass->block;
    }
}

/* Arrays: the user's, and memory for those kept vectors that are used. */
static void lay_out_arrays(struct planner *p)
{
    struct program *program = p->program;
    const struct graph *graph = p->graph;

    program->arrays = arena_array(p->arena, graph->array_count,
                                  sizeof *program->arrays);
    program->kept = arena_array(p->arena, graph->array_count,
                                sizeof *program->kept);
    if (program->arrays == NULL || program->kept == NULL) {
        p->out_of_memory = true;
        return;
    }
    for (size_t i = 0; i < graph->array_count; i++)
        program->arrays[i] = graph->arrays[i].numbers;
    for (size_t i = 0; i < p->count; i++) {
        const struct node *node = &graph->nodes[p->order[i]->node];
        double *memory;

        if (node->operation != OPERATION_STORE
            && node->operation != OPERATION_CLEAR)
            continue;
        memory = arena_array(p->arena, graph->arrays[node->array].size,
                             sizeof *memory);
        p->out_of_memory |= memory == NULL;
        program->arrays[node->array] = memory;
        program->kept[node->array] = memory;
    }
}

void plan_lay_out(struct planner *p, const struct code_list *code)
{
    struct program *program = p->program;
    const struct graph *graph = p->graph;

    program->v = arena_array(p->arena, program->v_count + 1,
                             sizeof *program->v);
    if (program->v == NULL) {
        p->out_of_memory = true;
        return;
    }
    lay_out_arrays(p);
    for (size_t i = 0; i < p->count; i++) {
        const struct instance *at = p->order[i];

        if (at->frame != 0
            && graph->nodes[at->node].operation == OPERATION_NUMBER)
            program->v[at->frame - 1] = graph->nodes[at->node].number;
    }
    program->indices = plan_keep(p, graph->indices, graph->index_count,
                                 sizeof *graph->indices);
    program->lookups = plan_keep(p, graph->lookups, graph->lookup_count,
                                 sizeof *graph->lookups);
    program->code = plan_keep(p, code->items, code->count,
                              sizeof *code->items);
    program->code_count = code->count;
    lay_out_blocks(p);
    program->passes = plan_keep(p, program->passes, program->pass_count,
                                sizeof *program->passes);
}
