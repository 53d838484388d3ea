/* plan_internal.h - what the files of the planner share. */
#ifndef CORE_EXPRESSION_PLAN_INTERNAL_H
#define CORE_EXPRESSION_PLAN_INTERNAL_H

#include "core/expression/plan.h"

enum { LEVELS_MAX = COUNTER_DEPTH_MAX + 2 }; /* the root and the rows too */

/*
 * A node computed at the points of a scope: the innermost counter of the scope
 * is one that it depends on, so what does not depend on a loop's counter is
 * computed outside of that loop.
 */
struct instance {
    unsigned node;
    uint64_t scope;
    unsigned depth;            /* counters in the scope */
    /*
     * level[d]: how many passes must have run before, one after the other,
     * among those inside the scope of depth d that this one is in: a sum's
     * value is there one level after what it sums.
     */
    unsigned level[LEVELS_MAX];
    unsigned frame;            /* its place in the frame, plus one; 0: none */
    unsigned slot;             /* in the pass by blocks of that number */
    unsigned slot_of;
    size_t position;           /* in planner.order */
    struct instance *next;     /* of the same node */
};

/* A sink and what it adds. */
struct target {
    const struct plan_sink *sink;
    struct instance *value;
    unsigned depth;            /* of the sink's scope */
};

struct planner {
    const struct graph *graph;
    struct arena *scratch, *arena;
    struct instance **of_node; /* [nodes] */
    struct instance **order;   /* all of them, operands before users */
    size_t count;
    struct program *program;
    size_t pass_room;
    unsigned block_passes;     /* planned so far */
    size_t memory_max;         /* numbers that the slots of a pass need */
    bool out_of_memory;
};

/* A list that grows in the scratch arena. */
struct code_list {
    struct instruction *items;
    size_t count, room;
};

void plan_append(struct planner *p, struct code_list *list,
                 struct instruction instruction);

/* A copy of count elements, in the program's arena. */
void *plan_keep(struct planner *p, const void *items, size_t count,
                size_t size);

/* `array` with room for one more; NULL and out_of_memory. */
void *plan_grow(struct planner *p, void *array, size_t count, size_t *room,
                size_t size);

/* ---- instances.c ------------------------------------------------------- */

/* How many counters a scope has. */
unsigned plan_depth(uint64_t scope);

/* The instance of `node` for use at the points of `scope`, made if there is
 * none; NULL and out_of_memory. */
struct instance *plan_want(struct planner *p, unsigned node, uint64_t scope);

/* From what is wanted so far, all that is needed for it, into p->order. */
void plan_discover(struct planner *p);

/* Then the levels of all. */
void plan_set_levels(struct planner *p);

/* Whether it runs over a counter: a sum, a product, all of a vector; whether
 * it is of those that have no value; the scope that its operands are used in;
 * how many it has. */
bool plan_is_reduction(const struct planner *p,
                       const struct instance *instance);
bool plan_is_each(const struct planner *p, const struct instance *instance);
uint64_t plan_inner_scope(const struct planner *p,
                          const struct instance *instance);
unsigned plan_arguments(const struct planner *p,
                        const struct instance *instance);

/* The instance of an operand of an instance; operand 0 of a sum is inside. */
struct instance *plan_operand(const struct planner *p,
                              const struct instance *instance, unsigned i);

/* The instance's place in the frame. */
unsigned plan_frame(struct planner *p, struct instance *instance);

/* ---- layout.c ---------------------------------------------------------- */

/* The program's memory, when all of it is planned; `code` is the root's. */
void plan_lay_out(struct planner *p, const struct code_list *code);

/* ---- plan.c and blocks.c ----------------------------------------------- */

/* What a pass is to do. */
struct task {
    uint64_t scope;
    unsigned depth;
    struct instance *root;        /* of the outermost: the value, or NULL */
    struct instance **reductions; /* outside, summing what is inside */
    size_t reduction_count;
    const struct target **targets;
    size_t target_count;
    struct instance **locals;     /* computed at this scope, in order */
    size_t local_count;
};

/* Plan an innermost pass by blocks (blocks.c). */
void plan_blocks(struct planner *p, const struct task *task,
                 struct pass *pass);

#endif
