/* live.c - the table of live jobs, and their references. */
#include "server/jobs/live.h"

#include <assert.h>
#include <stdlib.h>

#include "server/base/pages.h"

static struct live **bucket_of(struct live_table *table, int64_t number)
{
    return &table->buckets[(uint64_t)number % LIVE_BUCKETS];
}

void live_table_init(struct live_table *table)
{
    *table = (struct live_table){0};
    pthread_mutex_init(&table->lock, NULL);
}

void live_table_fini(struct live_table *table)
{
    for (size_t i = 0; i < LIVE_BUCKETS; i++)
        assert(!table->buckets[i]);
    pthread_mutex_destroy(&table->lock);
}

struct live *live_new(int64_t number)
{
    struct live *live = calloc(1, sizeof *live);

    if (!live)
        return NULL;
    live->number = number;
    atomic_init(&live->references, 1);
    arena_init_from(&live->arena, 0, &pages_huge);
    pthread_mutex_init(&live->lock, NULL);
    pthread_cond_init(&live->stored, NULL);
    return live;
}

/* Under the table's lock. */
static struct live *look_up(struct live_table *table, int64_t number)
{
    struct live *live = *bucket_of(table, number);

    while (live && live->number != number)
        live = live->next;
    return live;
}

bool live_insert(struct live_table *table, struct live *live)
{
    struct live **bucket = bucket_of(table, live->number);
    bool is_new;

    pthread_mutex_lock(&table->lock);
    is_new = !look_up(table, live->number);
    if (is_new) {
        live->next = *bucket;
        *bucket = live;
    }
    pthread_mutex_unlock(&table->lock);
    return is_new;
}

void live_show(struct live_table *table, struct live *live)
{
    pthread_mutex_lock(&table->lock);
    live->is_shown = true;
    pthread_mutex_unlock(&table->lock);
}

void live_remove(struct live_table *table, struct live *live)
{
    struct live **at = bucket_of(table, live->number);

    pthread_mutex_lock(&table->lock);
    while (*at && *at != live)
        at = &(*at)->next;
    assert(*at);
    *at = live->next;
    pthread_mutex_unlock(&table->lock);
}

struct live *live_find(struct live_table *table, int64_t number)
{
    struct live *live;

    pthread_mutex_lock(&table->lock);
    live = look_up(table, number);
    if (live && !live->is_shown)
        live = NULL;
    if (live)
        live_hold(live);
    pthread_mutex_unlock(&table->lock);
    return live;
}

bool live_has(struct live_table *table, int64_t number)
{
    bool found;

    pthread_mutex_lock(&table->lock);
    found = look_up(table, number) != NULL;
    pthread_mutex_unlock(&table->lock);
    return found;
}

void live_each(struct live_table *table,
               void (*visit)(struct live *live, void *self), void *self)
{
    pthread_mutex_lock(&table->lock);
    for (size_t i = 0; i < LIVE_BUCKETS; i++)
        for (struct live *live = table->buckets[i]; live; live = live->next)
            visit(live, self);
    pthread_mutex_unlock(&table->lock);
}

void live_hold(struct live *live)
{
    atomic_fetch_add(&live->references, 1);
}

void live_release(struct live *live)
{
    if (!live || atomic_fetch_sub(&live->references, 1) > 1)
        return;
    recorder_fini(&live->recorder);
    spec_release(&live->spec);
    arena_fini(&live->arena);
    pthread_cond_destroy(&live->stored);
    pthread_mutex_destroy(&live->lock);
    free(live);
}
