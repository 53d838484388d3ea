/* graph.c - the graph's memory: nodes, indices, arrays and counters, each
 * kept once. */
#include "core/expression/graph.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/expression/graph_internal.h"

enum { NODES_FIRST = 64 };

/* ---- growing ----------------------------------------------------------- */

/* A bigger copy of an array in the arena; the old one stays there unused. */
static void *grow(struct graph *graph, const void *old, size_t count,
                  size_t *room, size_t size)
{
    size_t more = *room > 0 ? 2 * *room : NODES_FIRST;
    void *grown = arena_array(graph->arena, more, size);

    if (grown == NULL) {
        graph->out_of_memory = true;
        return NULL;
    }
    if (count > 0)
        memcpy(grown, old, count * size);
    *room = more;
    return grown;
}

enum error graph_init(struct graph *graph, struct arena *arena, size_t n)
{
    *graph = (struct graph){.arena = arena};
    graph_intern(graph, &(struct node){.operation = OPERATION_NUMBER});
    graph_array(graph, NULL, n);
    return graph->out_of_memory ? ERR_MEMORY : OK;
}

/* ---- nodes by hash ----------------------------------------------------- */

static uint64_t mix(uint64_t hash, uint64_t value)
{
    hash = (hash ^ value) * UINT64_C(0x9e3779b97f4a7c15);
    return hash ^ hash >> 29;
}

static uint64_t number_bits(double number)
{
    uint64_t bits;

    memcpy(&bits, &number, sizeof bits);
    return bits;
}

static uint64_t hash_of(const struct node *node)
{
    uint64_t hash = mix(0, node->operation);

    for (int i = 0; i < 3; i++)
        hash = mix(hash, node->operand[i]);
    hash = mix(hash, number_bits(node->number));
    hash = mix(hash, node->array);
    hash = mix(hash, node->counter);
    return mix(hash, node->index);
}

static bool same(const struct node *a, const struct node *b)
{
    return a->operation == b->operation
        && memcmp(a->operand, b->operand, sizeof a->operand) == 0
        && number_bits(a->number) == number_bits(b->number)
        && a->array == b->array && a->counter == b->counter
        && a->index == b->index;
}

/* The table's place of a node, or of where it belongs; there is room. */
static size_t find_place(const struct graph *graph, const struct node *node)
{
    size_t place = hash_of(node) & (graph->table_room - 1);

    /* Entries are node numbers plus one: 0 is a free place. */
    while (graph->table[place] != 0
           && !same(node, &graph->nodes[graph->table[place] - 1]))
        place = (place + 1) & (graph->table_room - 1);
    return place;
}

static bool make_room(struct graph *graph)
{
    if (graph->count == graph->room) {
        struct node *nodes = grow(graph, graph->nodes, graph->count,
                                  &graph->room, sizeof *nodes);

        if (nodes == NULL)
            return false;
        graph->nodes = nodes;
    }
    if (2 * (graph->count + 1) <= graph->table_room)
        return true;
    graph->table_room = 4 * graph->room;
    graph->table = arena_array(graph->arena, graph->table_room,
                               sizeof *graph->table);
    if (graph->table == NULL) {
        graph->table_room = 0;
        graph->out_of_memory = true;
        return false;
    }
    for (size_t i = 0; i < graph->count; i++)
        graph->table[find_place(graph, &graph->nodes[i])] = (unsigned)i + 1;
    return true;
}

unsigned graph_intern(struct graph *graph, const struct node *node)
{
    size_t place;

    if (graph->out_of_memory || !make_room(graph))
        return 0;
    place = find_place(graph, node);
    if (graph->table[place] == 0) {
        graph->nodes[graph->count++] = *node;
        graph->table[place] = (unsigned)graph->count;
    }
    return graph->table[place] - 1;
}

/* ---- indices and arrays ------------------------------------------------ */

unsigned graph_index(struct graph *graph, const struct affine *a)
{
    for (size_t i = 0; i < graph->index_count; i++)
        if (affine_equal(&graph->indices[i], a))
            return (unsigned)i;
    if (graph->index_count == graph->index_room) {
        struct affine *indices = grow(graph, graph->indices,
                                      graph->index_count, &graph->index_room,
                                      sizeof *indices);

        if (indices == NULL)
            return 0;
        graph->indices = indices;
    }
    graph->indices[graph->index_count] = *a;
    return (unsigned)graph->index_count++;
}

static unsigned add_array(struct graph *graph, const double *numbers,
                          size_t size)
{
    if (graph->array_count == graph->array_room) {
        struct array *arrays = grow(graph, graph->arrays, graph->array_count,
                                    &graph->array_room, sizeof *arrays);

        if (arrays == NULL)
            return 0;
        graph->arrays = arrays;
    }
    graph->arrays[graph->array_count] = (struct array){numbers, size};
    return (unsigned)graph->array_count++;
}

unsigned graph_array(struct graph *graph, const double *numbers, size_t size)
{
    for (size_t i = 0; i < graph->array_count; i++)
        if (graph->arrays[i].numbers == numbers)
            return (unsigned)i;
    return add_array(graph, numbers, size);
}

unsigned graph_kept_array(struct graph *graph, size_t size)
{
    return add_array(graph, NULL, size);
}

/* ---- lookups ----------------------------------------------------------- */

const struct lookup *graph_find_lookup(const struct graph *graph,
                                       const struct lookup *lookup)
{
    for (unsigned k = 0; k < graph->lookup_count; k++)
        if (graph->lookups[k].array == lookup->array
            && affine_equal(&graph->lookups[k].index, &lookup->index))
            return &graph->lookups[k];
    return NULL;
}

bool graph_lookup(struct graph *graph, const struct lookup *lookup,
                  struct affine *ret)
{
    const struct lookup *known = graph_find_lookup(graph, lookup);

    if (known == NULL && graph->lookup_count == LOOKUPS_MAX)
        return false;
    if (known == NULL) {
        known = &graph->lookups[graph->lookup_count++];
        graph->lookups[known - graph->lookups] = *lookup;
    }
    *ret = affine_counter(COUNTERS_MAX + (unsigned)(known - graph->lookups));
    return true;
}

uint64_t graph_lookup_counters(const struct graph *graph,
                               const struct affine *a)
{
    uint64_t counters = 0;

    for (unsigned i = 0; i < a->terms; i++)
        if (a->term[i].counter >= COUNTERS_MAX)
            counters |= affine_counters(
                &graph->lookups[a->term[i].counter - COUNTERS_MAX].index);
    return counters;
}

uint64_t graph_index_counters(const struct graph *graph,
                              const struct affine *a)
{
    return affine_counters(a) | graph_lookup_counters(graph, a);
}

/* ---- counters ---------------------------------------------------------- */

unsigned graph_deepest(const struct graph *graph, uint64_t counters)
{
    unsigned deepest = (unsigned)__builtin_ctzll(counters);

    for (counters &= counters - 1; counters != 0; counters &= counters - 1) {
        unsigned k = (unsigned)__builtin_ctzll(counters);

        if (graph->counters[k].depth > graph->counters[deepest].depth)
            deepest = k;
    }
    return deepest;
}

/* The bound of counter or lookup k, the greater or the lesser one. */
static struct affine bound_of(const struct graph *graph, unsigned k, bool high)
{
    const struct lookup *lookup;

    if (k < COUNTERS_MAX)
        return high ? graph->counters[k].high : graph->counters[k].low;
    lookup = &graph->lookups[k - COUNTERS_MAX];
    return (struct affine){.constant = high ? lookup->greatest
                                            : lookup->least};
}

/*
 * The greatest value of sign * a: each counter gives way to the bound where
 * the value is greatest, the deepest first, as bounds depend on less deep
 * ones, and lookups before all. A form out of range is as great as can be.
 */
static int64_t greatest(const struct graph *graph, struct affine a,
                        int64_t sign)
{
    while (a.terms > 0) {
        unsigned k = affine_has_lookup(&a)
                         ? a.term[a.terms - 1].counter
                         : graph_deepest(graph, affine_counters(&a));
        struct affine factor = {0}, bound, rest = a;
        bool good;

        rest.terms = 0;
        for (unsigned i = 0; i < a.terms; i++)
            if (a.term[i].counter == k)
                factor.constant = a.term[i].factor;
            else
                rest.term[rest.terms++] = a.term[i];
        bound = bound_of(graph, k, sign * factor.constant > 0);
        good = affine_multiply(&bound, &factor, &bound)
            && affine_add(&rest, &bound, 1, &a);
        if (!good)
            return AFFINE_VALUE_MAX;
    }
    return sign * a.constant;
}

void graph_range(const struct graph *graph, const struct affine *a,
                 int64_t *ret_least, int64_t *ret_greatest)
{
    *ret_greatest = greatest(graph, *a, 1);
    *ret_least = -greatest(graph, *a, -1);
}

bool graph_fits(const struct graph *graph, const struct affine *a)
{
    int64_t least, greatest;

    graph_range(graph, a, &least, &greatest);
    return llabs(least) < AFFINE_VALUE_MAX
           && llabs(greatest) < AFFINE_VALUE_MAX;
}

bool graph_counter_fits(const struct graph *graph, const struct affine *low,
                        const struct affine *high)
{
    struct affine width;

    return graph_fits(graph, low) && graph_fits(graph, high)
           && affine_add(high, low, -1, &width) && graph_fits(graph, &width);
}

double graph_trips(const struct graph *graph, unsigned counter)
{
    const struct counter *c = &graph->counters[counter];
    struct affine width;

    if (!affine_add(&c->high, &c->low, -1, &width))
        return (double)AFFINE_VALUE_MAX;
    return fmax(0, (double)greatest(graph, width, 1) + 1);
}

bool graph_counter(struct graph *graph, const struct affine *low,
                   const struct affine *high, unsigned depth,
                   unsigned *ret_counter)
{
    struct counter *counter = &graph->counters[graph->counter_count];
    int64_t unused;

    for (unsigned k = 0; k < graph->counter_count; k++)
        if (graph->counters[k].depth == depth
            && affine_equal(&graph->counters[k].low, low)
            && affine_equal(&graph->counters[k].high, high)) {
            *ret_counter = k;
            return true;
        }
    if (graph->counter_count == COUNTERS_MAX)
        return false;
    *counter = (struct counter){.low = *low, .high = *high, .depth = depth};
    graph_range(graph, low, &counter->least, &unused);
    graph_range(graph, high, &unused, &counter->greatest);
    *ret_counter = graph->counter_count++;
    return true;
}
