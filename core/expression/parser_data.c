/*
 * parser_data.c - indices that stand among data: W[y[i]], in fits W[y].
 *
 * Data are known, so their range is too: an index made of them is proven to
 * stay where it must, as one made of counters is.
 */
#include "core/expression/parser_parts.h"

#include "core/expression/expression.h"

enum { VISITS_MAX = 64 };    /* operations on data in an index */

/* ---- naming a number --------------------------------------------------- */

/* "y[3]"; in a row "y" or "x[2]"; NULL: no memory. */
static const char *name_element(struct arena *arena,
                                const struct symbol *symbol, size_t place)
{
    if (symbol->columns > 0)
        return arena_format(arena, "%s[%zu, %zu]", symbol->name,
                            place / symbol->columns + 1,
                            place % symbol->columns + 1);
    if (symbol->rows > 0)
        return arena_format(arena, "%s[%zu]", symbol->name, place + 1);
    return symbol->name;
}

/* "y is 11 in row 3 (counted from 1)", "y[3] is 11" */
static const char *describe(struct parser *p, unsigned array, int64_t place)
{
    const struct array *data = &p->graph->arrays[array];
    struct arena *arena = p->graph->arena;
    const char *name = NULL, *text = NULL;
    size_t width = data->width, element = (size_t)place;

    for (size_t i = 0; i < p->symbols->count; i++)
        if (p->symbols->items[i].numbers == data->numbers)
            name = name_element(arena, &p->symbols->items[i],
                                width > 0 ? element % width : element);
    if (name != NULL && width > 0)
        text = arena_format(arena, "%s is %.17g in row %zu (counted from 1)",
                            name, data->numbers[place], element / width + 1);
    else if (name != NULL)
        text = arena_format(arena, "%s is %.17g", name, data->numbers[place]);
    p->graph->out_of_memory |= text == NULL;
    return text != NULL ? text : "";
}

const char *parser_blame_data(struct parser *p, const struct affine *form,
                              bool too_great)
{
    for (unsigned i = 0; i < form->terms; i++) {
        const struct lookup *lookup;
        const char *text;

        if (form->term[i].counter < COUNTERS_MAX)
            continue;
        lookup = &p->graph->lookups[form->term[i].counter - COUNTERS_MAX];
        text = arena_format(
            p->graph->arena, ": %s",
            describe(p, lookup->array, too_great == (form->term[i].factor > 0)
                                           ? lookup->greatest_at
                                           : lookup->least_at));
        p->graph->out_of_memory |= text == NULL;
        return text != NULL ? text : "";
    }
    return "";
}

/* ---- data as whole numbers --------------------------------------------- */

static int64_t common_divisor(int64_t a, int64_t b)
{
    while (b != 0) {
        int64_t rest = a % b;

        a = b;
        b = rest;
    }
    return a < 0 ? -a : a;
}

/* Looking at data counts as a sum over them does. */
static bool add_points(struct parser *p, const struct token *at, int64_t count)
{
    p->points += (double)count;
    if (p->points <= EXPRESSION_POINTS_MAX)
        return true;
    PARSER_FAULT(p, at, FAULT_TOO_LARGE, NULL,
                 "with the data that this index is among all sums together run "
                 "over %.0f points; at most %.0f are possible", p->points,
                 EXPRESSION_POINTS_MAX);
    parser_stop(p);
    return false;
}

/* Set the range of all elements that the index reaches; false after a fault:
 * one is not whole. */
static bool set_range(struct parser *p, const struct token *at,
                      struct lookup *lookup)
{
    const struct array *array = &p->graph->arrays[lookup->array];
    int64_t first, last, step = 0;

    graph_range(p->graph, &lookup->index, &first, &last);
    if (first <= last && !add_points(p, at, last - first + 1))
        return false;
    lookup->least = 1;
    lookup->greatest = 0;
    for (unsigned i = 0; i < lookup->index.terms; i++)
        step = common_divisor(step, lookup->index.term[i].factor);
    for (int64_t k = first; k <= last; k += step > 0 ? step : 1) {
        struct affine whole;

        if (!affine_from(array->numbers[k], &whole)) {
            PARSER_FAULT(p, at, FAULT_WRONG_TYPE, NULL,
                         "an index is a whole number: %s",
                         describe(p, lookup->array, k));
            return false;
        }
        if (k == first || whole.constant < lookup->least) {
            lookup->least = whole.constant;
            lookup->least_at = k;
        }
        if (k == first || whole.constant > lookup->greatest) {
            lookup->greatest = whole.constant;
            lookup->greatest_at = k;
        }
    }
    return true;
}

static enum whole from_load(struct parser *p, const struct node *node,
                            const struct token *at, struct affine *ret)
{
    struct lookup lookup = {.array = node->array,
                            .index = p->graph->indices[node->index]};

    if (p->graph->arrays[node->array].numbers == NULL
        || affine_has_lookup(&lookup.index))
        return WHOLE_NONE;
    if (graph_find_lookup(p->graph, &lookup) == NULL
        && !set_range(p, at, &lookup))
        return WHOLE_REFUSED;
    if (graph_lookup(p->graph, &lookup, ret))
        return WHOLE_GOOD;
    PARSER_FAULT(p, at, FAULT_TOO_LARGE, NULL,
                 "there are more than %d different indices among data",
                 LOOKUPS_MAX);
    return WHOLE_REFUSED;
}

/* Calls itself for the operands, at most VISITS_MAX times in all. */
static enum whole find(struct parser *p, unsigned id, const struct token *at,
                       unsigned *visits, struct affine *ret)
{
    const struct node node = p->graph->nodes[id];
    unsigned count = operation_arguments(node.operation);
    struct affine a[2] = {{0}};
    bool good = false;

    if (node.operation == OPERATION_NUMBER)
        return affine_from(node.number, ret) ? WHOLE_GOOD : WHOLE_NONE;
    if (node.operation == OPERATION_WHOLE) {
        *ret = p->graph->indices[node.index];
        return WHOLE_GOOD;
    }
    if (node.operation == OPERATION_LOAD)
        return from_load(p, &node, at, ret);
    if (node.varies || count > 2)
        return WHOLE_NONE;
    for (unsigned i = 0; i < count; i++) {
        enum whole whole = WHOLE_NONE;

        if (++*visits <= VISITS_MAX)
            whole = find(p, node.operand[i], at, visits, &a[i]);
        if (whole != WHOLE_GOOD)
            return whole;
    }
    if (node.operation == OPERATION_ADD)
        good = affine_add(&a[0], &a[1], 1, ret);
    else if (node.operation == OPERATION_SUBTRACT)
        good = affine_add(&a[0], &a[1], -1, ret);
    else if (node.operation == OPERATION_MULTIPLY)
        good = affine_multiply(&a[0], &a[1], ret);
    else if (node.operation == OPERATION_NEGATE)
        good = affine_add(&(struct affine){0}, &a[0], -1, ret);
    return good && graph_fits(p->graph, ret) ? WHOLE_GOOD : WHOLE_NONE;
}

enum whole parser_find_whole(struct parser *p, unsigned node,
                             const struct token *at, struct affine *ret)
{
    unsigned visits = 0;

    return find(p, node, at, &visits, ret);
}
