/* kept.c - the nodes of vectors that are computed once and kept. */
#include "core/expression/kept.h"

#include "core/expression/graph_internal.h"

struct affine kept_place(const struct graph *graph, unsigned counter)
{
    struct affine place = affine_counter(counter);

    place.constant = -graph->counters[counter].least;
    return place;
}

unsigned kept_each(struct graph *graph, unsigned counter, unsigned ready)
{
    const struct node node = graph->nodes[ready];
    const struct counter *c = &graph->counters[counter];
    uint64_t bit = UINT64_C(1) << counter;

    return graph_intern(graph, &(struct node){
        .operation = OPERATION_EACH,
        .operand = {ready},
        .array = node.array,
        .counter = counter,
        .counters = (node.counters & ~bit) | affine_counters(&c->low)
                  | affine_counters(&c->high),
        .varies = node.varies,
    });
}

unsigned kept_both(struct graph *graph, unsigned a, unsigned b)
{
    const struct node first = graph->nodes[a], second = graph->nodes[b];

    return graph_intern(graph, &(struct node){
        .operation = OPERATION_BOTH,
        .operand = {a, b},
        .array = first.array,
        .counters = first.counters | second.counters,
        .varies = first.varies || second.varies,
    });
}

unsigned kept_store(struct graph *graph, unsigned counter, unsigned body)
{
    const struct node node = graph->nodes[body];
    struct affine place = kept_place(graph, counter);
    size_t size = (size_t)graph_trips(graph, counter);
    unsigned index = graph_index(graph, &place), store;

    /* It may be an element of another vector at the same place. */
    if (node.operation == OPERATION_ELEMENT && node.index == index
        && graph->arrays[node.array].size == size)
        return node.operand[0];
    store = graph_intern(graph, &(struct node){
        .operation = OPERATION_STORE,
        .operand = {body},
        .array = graph_kept_array(graph, size),
        .index = index,
        .counters = node.counters | UINT64_C(1) << counter,
        .varies = node.varies,
    });
    return kept_each(graph, counter, store);
}

unsigned kept_body(const struct graph *graph, unsigned ready)
{
    unsigned store = graph->nodes[ready].operand[0];

    return graph->nodes[store].operand[0];
}

unsigned kept_element(struct graph *graph, unsigned ready,
                      const struct affine *index)
{
    const struct node node = graph->nodes[ready];

    return graph_intern(graph, &(struct node){
        .operation = OPERATION_ELEMENT,
        .operand = {ready},
        .array = node.array,
        .index = graph_index(graph, index),
        .counters = graph_index_counters(graph, index) | node.counters,
        .varies = node.varies,
    });
}

unsigned kept_add(struct graph *graph, unsigned array, uint64_t counters,
                  unsigned value, unsigned index, uint64_t scope)
{
    unsigned clear = graph_intern(graph, &(struct node){
        .operation = OPERATION_CLEAR,
        .array = array,
        .counters = counters,
    });

    return graph_intern(graph, &(struct node){
        .operation = OPERATION_ADD_TO,
        .operand = {value, clear},
        .array = array,
        .index = index,
        .counters = scope,
        .varies = graph->nodes[value].varies,
    });
}
