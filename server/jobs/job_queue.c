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

/* Put an entry in a gap at `at`, or nearer to the root. */
static void sift_up(struct job_queue *queue, size_t at,
                    struct job_queue_entry entry)
{
    size_t parent;

    for (; at > 0; at = parent) {
        parent = (at - 1) / 2;
        if (!runs_before(entry, queue->entries[parent]))
            break;
        queue->entries[at] = queue->entries[parent];
    }
    queue->entries[at] = entry;
}

/* The same, or further from it. Returns where the entry is now. */
static size_t sift_down(struct job_queue *queue, size_t at,
                        struct job_queue_entry entry)
{
    size_t child;

    while ((child = 2 * at + 1) < queue->count) {
        if (child + 1 < queue->count
            && runs_before(queue->entries[child + 1], queue->entries[child]))
            child++;
        if (!runs_before(queue->entries[child], entry))
            break;
        queue->entries[at] = queue->entries[child];
        at = child;
    }
    queue->entries[at] = entry;
    return at;
}

/* The last entry goes where one was taken out. */
static void close_gap(struct job_queue *queue, size_t at)
{
    struct job_queue_entry last = queue->entries[--queue->count];

    if (at < queue->count)
        sift_up(queue, sift_down(queue, at, last), last);
}

enum error job_queue_push(struct job_queue *queue,
                          struct job_queue_entry entry)
{
    if (queue->count == queue->capacity)
        TRY(grow(queue));
    sift_up(queue, queue->count++, entry);
    return OK;
}

bool job_queue_pop(struct job_queue *queue, struct job_queue_entry *ret)
{
    if (queue->count == 0)
        return false;
    *ret = queue->entries[0];
    close_gap(queue, 0);
    return true;
}

bool job_queue_remove(struct job_queue *queue, int64_t number)
{
    size_t at = 0;

    while (at < queue->count && queue->entries[at].number != number)
        at++;
    if (at == queue->count)
        return false;
    close_gap(queue, at);
    return true;
}

void job_queue_fini(struct job_queue *queue)
{
    free(queue->entries);
    *queue = (struct job_queue){0};
}
