/* adjoint.c - from the root down: who gets what of whose adjoint. */
#include "core/expression/adjoint.h"

#include "core/expression/adjoint_internal.h"
#include "core/expression/kept.h"

/* ---- derivatives of the operations ------------------------------------- */

/* Hand the adjoint to `yes` where the condition holds, else to `no`. */
static void give_chosen(const struct giver *g, unsigned condition,
                        unsigned yes, unsigned no)
{
    unsigned zero = number(g, 0), adjoint = g->part->adjoint;

    adjoint_add(g->walk, yes, g->part->scope,
                graph_choose(g->graph, condition, adjoint, zero), true);
    adjoint_add(g->walk, no, g->part->scope,
                graph_choose(g->graph, condition, zero, adjoint), true);
}

static void give_divide(const struct giver *g)
{
    struct graph *graph = g->graph;

    giver_over(g, g->a, g->b);
    if (graph->nodes[g->b].varies)
        giver_give(g, g->b,
                   one(g, OPERATION_NEGATE, quotient(g, g->node, g->b)));
}

/* By the base b a^(b - 1), 0 where b is 0; by the exponent a^b log a, 0 where
 * a is 0. */
static void give_power(const struct giver *g)
{
    struct graph *graph = g->graph;

    if (graph->nodes[g->a].varies) {
        unsigned less = two(g, OPERATION_SUBTRACT, g->b, number(g, 1));

        giver_give(g, g->a, two(g, OPERATION_DAMP, g->b,
                                two(g, OPERATION_POW, g->a, less)));
    }
    if (graph->nodes[g->b].varies) {
        unsigned zero = number(g, 0);
        unsigned slope = product(g, g->node, one(g, OPERATION_LOG, g->a));

        giver_give(g, g->b,
                   graph_choose(graph, two(g, OPERATION_EQUAL, g->a, zero),
                                zero, slope));
    }
}

/* atan2(a, b): by a it is b / (a^2 + b^2), by b it is -a / (a^2 + b^2); of
 * a and b divided by the larger, whose squares neither vanish nor overflow. */
static void give_atan2(const struct giver *g)
{
    unsigned larger = two(g, OPERATION_MAX, one(g, OPERATION_ABS, g->a),
                          one(g, OPERATION_ABS, g->b));
    unsigned a = quotient(g, g->a, larger), b = quotient(g, g->b, larger);
    unsigned length = two(g, OPERATION_ADD, square(g, a), square(g, b));

    giver_give(g, g->a, quotient(g, quotient(g, b, length), larger));
    giver_give(g, g->b,
               one(g, OPERATION_NEGATE,
                   quotient(g, quotient(g, a, length), larger)));
}

/* hypot(a, b): by a it is a / hypot(a, b), and 0 where both are 0. */
static void give_hypot(const struct giver *g)
{
    unsigned zero = number(g, 0);
    unsigned is_zero = two(g, OPERATION_EQUAL, g->node, zero);

    giver_give(g, g->a, graph_choose(g->graph, is_zero, zero,
                                     quotient(g, g->a, g->node)));
    giver_give(g, g->b, graph_choose(g->graph, is_zero, zero,
                                     quotient(g, g->b, g->node)));
}

/* mod(a, b) = a - b * floor(a / b), between its steps. */
static void give_mod(const struct giver *g)
{
    giver_give(g, g->a, number(g, 1));
    giver_give(g, g->b, one(g, OPERATION_NEGATE,
                            one(g, OPERATION_FLOOR,
                                quotient(g, g->a, g->b))));
}

/* By one factor it is the product of the others: of all by the factor, where
 * none is 0; where one is, it alone has a derivative. */
static void give_product(const struct giver *g)
{
    struct graph *graph = g->graph;
    unsigned k = graph->nodes[g->node].counter;
    unsigned zero = number(g, 0), unity = number(g, 1);
    unsigned is_zero = two(g, OPERATION_EQUAL, g->a, zero);
    unsigned zeros = graph_over(graph, OPERATION_SUM, k, is_zero);
    unsigned rest = graph_over(graph, OPERATION_PRODUCT, k,
                               graph_choose(graph, is_zero, unity, g->a));
    unsigned alone = graph_choose(graph, two(g, OPERATION_EQUAL, zeros, unity),
                                  graph_choose(graph, is_zero, rest, zero),
                                  zero);
    struct adjoint_part inner = *g->part;
    struct giver at = *g;

    inner.scope |= UINT64_C(1) << k;
    at.part = &inner;
    giver_give(&at, g->a,
               graph_choose(graph, two(g, OPERATION_EQUAL, zeros, zero),
                            quotient(g, rest, g->a), alone));
}

/* An element's adjoint is added to that of its vector. */
static void give_element(const struct giver *g)
{
    struct graph *graph = g->graph;
    const struct node element = graph->nodes[g->node];
    uint64_t counters = graph->nodes[g->a].counters | g->walk->apart;
    unsigned *array = &g->walk->adjoints[element.array];

    if (*array == 0)
        *array = graph_kept_array(graph, graph->arrays[element.array].size);
    adjoint_add(g->walk, g->a, g->part->scope,
                kept_add(graph, *array, counters, g->part->adjoint,
                         element.index, g->part->scope), g->part->damped);
}

/* The body of a vector gets, where the counter is k, the adjoint of k. */
static void give_vector(const struct giver *g)
{
    struct graph *graph = g->graph;
    unsigned k = graph->nodes[g->node].counter;
    struct affine place = kept_place(graph, k);

    adjoint_add(g->walk, kept_body(graph, g->node),
                g->part->scope | UINT64_C(1) << k,
                kept_element(graph, g->part->adjoint, &place),
                g->part->damped);
}

/* What has no derivative but 0 (sign, floor, comparisons) hands on nothing. */
static void give_all(const struct giver *g, enum operation operation)
{
    struct graph *graph = g->graph;

    switch (operation) {
    case OPERATION_NEGATE:
        giver_give(g, g->a, number(g, -1));
        break;
    case OPERATION_ADD:
        giver_give(g, g->a, number(g, 1));
        giver_give(g, g->b, number(g, 1));
        break;
    case OPERATION_SUBTRACT:
        giver_give(g, g->a, number(g, 1));
        giver_give(g, g->b, number(g, -1));
        break;
    case OPERATION_MULTIPLY:
        giver_give(g, g->a, g->b);
        giver_give(g, g->b, g->a);
        break;
    case OPERATION_DIVIDE:
        give_divide(g);
        break;
    case OPERATION_POW:
        give_power(g);
        break;
    case OPERATION_ATAN2:
        give_atan2(g);
        break;
    case OPERATION_HYPOT:
        give_hypot(g);
        break;
    case OPERATION_MOD:
        give_mod(g);
        break;
    case OPERATION_MIN:
        give_chosen(g, two(g, OPERATION_LESS_EQUAL, g->a, g->b), g->a, g->b);
        break;
    case OPERATION_MAX:
        give_chosen(g, two(g, OPERATION_LESS_EQUAL, g->b, g->a), g->a, g->b);
        break;
    case OPERATION_CHOOSE:
        give_chosen(g, g->a, g->b, g->c);
        break;
    case OPERATION_SUM:
        adjoint_add(g->walk, g->a, g->part->scope
                    | UINT64_C(1) << graph->nodes[g->node].counter,
                    g->part->adjoint, g->part->damped);
        break;
    case OPERATION_PRODUCT:
        give_product(g);
        break;
    case OPERATION_ELEMENT:
        give_element(g);
        break;
    case OPERATION_EACH:
        give_vector(g);
        break;
    default:
        giver_function(g, operation);
    }
}

/* ---- the walk ---------------------------------------------------------- */

static void note(struct adjoint_walk *w, const struct node *load,
                 const struct adjoint_part *part)
{
    struct derivatives *ret = w->ret;

    if (ret->count == w->room) {
        size_t room = w->room > 0 ? 2 * w->room : 16;
        struct derivative *items = arena_array(w->graph->arena, room,
                                               sizeof *items);

        if (items == NULL) {
            w->graph->out_of_memory = true;
            return;
        }
        for (size_t i = 0; i < ret->count; i++)
            items[i] = ret->items[i];
        ret->items = items;
        w->room = room;
    }
    ret->items[ret->count++] =
        (struct derivative){load->index, part->adjoint, part->scope};
}

static void visit(struct adjoint_walk *w, unsigned id)
{
    const struct node node = w->graph->nodes[id];

    for (const struct adjoint_part *part = w->parts[id]; part != NULL;
         part = part->next) {
        struct giver giver = {
            .walk = w, .graph = w->graph, .part = part, .node = id,
            .a = node.operand[0], .b = node.operand[1], .c = node.operand[2],
        };

        if (node.operation == OPERATION_LOAD)
            note(w, &node, part);
        else
            give_all(&giver, node.operation);
    }
}

enum error adjoint_build(struct graph *graph, unsigned root, uint64_t apart,
                         struct derivatives *ret)
{
    struct adjoint_walk w = {.graph = graph, .apart = apart, .ret = ret};

    *ret = (struct derivatives){0};
    w.parts = arena_array(graph->arena, (size_t)root + 1, sizeof *w.parts);
    w.adjoints = arena_array(graph->arena, graph->array_count,
                             sizeof *w.adjoints);
    if (w.parts == NULL || w.adjoints == NULL)
        return ERR_MEMORY;
    adjoint_add(&w, root, apart, graph_number(graph, 1), false);
    for (unsigned id = root + 1; id-- > 0 && !graph->out_of_memory;)
        visit(&w, id);
    return graph->out_of_memory ? ERR_MEMORY : OK;
}
