/* job_queue.c - the binary heap of waiting jobs. */
#include "server/jobs/job_queue.h"

#include <stdlib.h>

static bool runs_before(struct job_queue_entry a, struct job_queue_entry b)
{
    if (a.due_ns != b.due_ns)
        return a.due_ns < b.due_ns;
    return a.priority != b.priority ? a.priority > b.priority
                                    : a.number < b.number;
}

static enum error grow(struct job_queue *queue)
{
    size_t capacity = queue->capacity ? 2 * queue->capacity : 256;
    struct job_queue_entry *entries =
        reallocarray(queue->entries, capacity, sizeof *entries);

    if (!entries)
        return ERR_MEMORY;
    queue->entries = entries;
    queue->capacity = capacity;
    return OK;
}

enum error job_queue_push(struct job_queue *queue,
                          struct job_queue_entry entry)
{
    size_t at, parent;

    if (queue->count == queue->capacity)
        TRY(grow(queue));
    for (at = queue->count++; at > 0; at = parent) {
        parent = (at - 1) / 2;
        if (!runs_before(entry, queue->entries[parent]))
            break;
        queue->entries[at] = queue->entries[parent];
    }
    queue->entries[at] = entry;
    return OK;
}

bool job_queue_pop(struct job_queue *queue, struct job_queue_entry *ret)
{
    struct job_queue_entry moved;
    size_t at = 0, child;

    if (queue->count == 0)
        return false;
    *ret = queue->entries[0];
    moved = queue->entries[--queue->count];
    while ((child = 2 * at + 1) < queue->count) {
        if (child + 1 < queue->count
            && runs_before(queue->entries[child + 1], queue->entries[child]))
            child++;
        if (!runs_before(queue->entries[child], moved))
            break;
        queue->entries[at] = queue->entries[child];
        at = child;
    }
    if (queue->count > 0)
        queue->entries[at] = moved;
    return true;
}

void job_queue_fini(struct job_queue *queue)
{
    free(queue->entries);
    *queue = (struct job_queue){0};
}
