/*
 * watch.c - watches by job, and how news of a job comes to the loop.
 *
 * A job that is watched has a `struct watched`, found by hash. News is noted
 * in it and the job put on the list of announced ones, for which one message
 * is posted; so announcing allocates nothing, and a job that changes often
 * meanwhile is told of once.
 *
 * Rows: a round looks at every job of which rows are wanted. A round that
 * wakes thousands takes the loop a while, so the next one begins when twice
 * that time is over: half of the loop's time is left to others.
 */
#include "server/api/watch.h"

#include <stdlib.h>

#include "server/base/clock.h"
#include "server/base/magic.h"
#include "server/jobs/live.h"
#include "server/jobs/pool.h"

enum news { NEWS_STATE = 1, NEWS_ROWS = 2 };

/* How soon after a round it is looked whether all of it has been delivered,
 * and how often from then on. */
#define FIRST_LOOK_S (WATCH_ROWS_INTERVAL_S / 2)
#define NEXT_LOOK_S 0.01

struct watched {
    int64_t number;
    struct watched *next;              /* in its bucket */
    struct watched *next_announced;
    unsigned news;                     /* of enum news; != 0: it is on the
                                          list; under lock */
    /* the loop's; queue 1 is of those that want rows */
    struct {
        struct watch *first, *last;
    } queues[2];
    uint64_t rows;                     /* when last looked at */
    uint64_t round;                    /* of calls */
    bool is_calling;
};

/* ---- jobs that are watched ---------------------------------------------- */

static size_t bucket_of(int64_t number)
{
    return (uint64_t)number % WATCH_BUCKETS;
}

/* Under lock, or on the loop's thread, which alone changes buckets. */
static struct watched *find(const struct watch_list *list, int64_t number)
{
    struct watched *watched = list->buckets[bucket_of(number)].first;

    while (watched != NULL && watched->number != number)
        watched = watched->next;
    return watched;
}

static struct watched *watched_new(struct watch_list *list, int64_t number)
{
    struct watched *watched = calloc(1, sizeof *watched);
    size_t bucket = bucket_of(number);

    if (watched == NULL)
        return NULL;
    watched->number = number;
    pthread_mutex_lock(&list->lock);
    watched->next = list->buckets[bucket].first;
    list->buckets[bucket].first = watched;
    atomic_fetch_add(&list->buckets[bucket].jobs, 1);
    pthread_mutex_unlock(&list->lock);
    return watched;
}

/* Nobody watches it any more. */
static void watched_free(struct watch_list *list, struct watched *watched)
{
    size_t bucket = bucket_of(watched->number);
    struct watched **at = &list->buckets[bucket].first;
    struct watched **announced = &list->announced;

    pthread_mutex_lock(&list->lock);
    while (*at != watched)
        at = &(*at)->next;
    *at = watched->next;
    atomic_fetch_sub(&list->buckets[bucket].jobs, 1);
    if (watched->news != 0) {
        while (*announced != watched)
            announced = &(*announced)->next_announced;
        *announced = watched->next_announced;
    }
    pthread_mutex_unlock(&list->lock);
    free(watched);
}

/* ---- watches ------------------------------------------------------------ */

static void append(struct watched *watched, struct watch *watch)
{
    struct watch **last = &watched->queues[watch->wants_rows].last;

    watch->watched = watched;
    watch->round = watched->round;
    watch->next = NULL;
    watch->previous = *last;
    if (*last != NULL)
        (*last)->next = watch;
    else
        watched->queues[watch->wants_rows].first = watch;
    *last = watch;
}

static void unlink_watch(struct watch_list *list, struct watch *watch)
{
    struct watched *watched = watch->watched;

    if (watch->next != NULL)
        watch->next->previous = watch->previous;
    else
        watched->queues[watch->wants_rows].last = watch->previous;
    if (watch->previous != NULL)
        watch->previous->next = watch->next;
    else
        watched->queues[watch->wants_rows].first = watch->next;
    watch->watched = NULL;
    list->rows_watches -= watch->wants_rows;
}

static void free_if_unwatched(struct watch_list *list,
                              struct watched *watched)
{
    if (watched->queues[0].first == NULL && watched->queues[1].first == NULL
        && !watched->is_calling)
        watched_free(list, watched);
}

enum error watch_add(struct watch_list *list, struct watch *watch)
{
    struct watched *watched = find(list, watch->number);

    if (watch->watched != NULL)
        return OK;
    if (watched == NULL)
        watched = watched_new(list, watch->number);
    if (watched == NULL)
        return ERR_MEMORY;
    append(watched, watch);
    list->rows_watches += watch->wants_rows;
    if (watch->wants_rows && !list->timer.is_set)
        http_timer_set(list->http, &list->timer, WATCH_ROWS_INTERVAL_S);
    return OK;
}

void watch_remove(struct watch_list *list, struct watch *watch)
{
    struct watched *watched = watch->watched;

    if (watched == NULL)
        return;
    unlink_watch(list, watch);
    free_if_unwatched(list, watched);
}

/* ---- telling ------------------------------------------------------------ */

/* Under lock. */
static void note(struct watch_list *list, struct watched *watched,
                 enum news news)
{
    if (watched->news == 0) {
        watched->next_announced = list->announced;
        list->announced = watched;
    }
    watched->news |= (unsigned)news;
}

static struct watched *take_announced(struct watch_list *list,
                                      unsigned *ret_news)
{
    struct watched *watched;

    pthread_mutex_lock(&list->lock);
    watched = list->announced;
    if (watched != NULL) {
        list->announced = watched->next_announced;
        *ret_news = watched->news;
        watched->news = 0;
    }
    pthread_mutex_unlock(&list->lock);
    return watched;
}

/* A call may set new watches, which come behind and have a later round, and
 * remove others. */
static void call_queue(struct watch_list *list, struct watched *watched,
                       bool wants_rows, uint64_t round, bool is_of_state)
{
    struct watch *watch;

    while ((watch = watched->queues[wants_rows].first) != NULL
           && watch->round <= round) {
        unlink_watch(list, watch);
        watch->is_of_state = is_of_state;
        watch->call(watch);
    }
}

static void call_watches(struct watch_list *list, struct watched *watched,
                         unsigned news)
{
    bool is_of_state = (news & NEWS_STATE) != 0;
    uint64_t round = watched->round++;

    watched->is_calling = true;
    call_queue(list, watched, true, round, is_of_state);
    if (is_of_state)
        call_queue(list, watched, false, round, true);
    watched->is_calling = false;
    free_if_unwatched(list, watched);
}

static void call_announced(struct watch_list *list)
{
    struct watched *watched;
    unsigned news = 0;

    while ((watched = take_announced(list, &news)) != NULL)
        call_watches(list, watched, news);
}

static void deliver(void *self)
{
    struct watch_list *list =
        MAGIC_CAST(self, struct watch_list, WATCH_LIST_MAGIC);

    pthread_mutex_lock(&list->lock);
    list->is_posted = false;
    pthread_mutex_unlock(&list->lock);
    call_announced(list);
}

void watch_announce(struct watch_list *list, int64_t number)
{
    struct watched *watched;
    bool post = false;

    if (atomic_load(&list->buckets[bucket_of(number)].jobs) == 0)
        return;
    pthread_mutex_lock(&list->lock);
    watched = find(list, number);
    if (watched != NULL) {
        note(list, watched, NEWS_STATE);
        post = !list->is_posted;
        list->is_posted = true;
    }
    pthread_mutex_unlock(&list->lock);
    if (post)
        http_post(list->http, &list->message);
}

/* ---- rows --------------------------------------------------------------- */

/* Whether a job has more rows than when it was looked at last. One that does
 * not run has none to tell of: its state changes. */
static bool has_new_rows(const struct watch_list *list,
                         struct watched *watched)
{
    struct live *live = pool_find(list->pool, watched->number);
    uint64_t rows = watched->rows, last;

    if (live == NULL)
        return false;
    recorder_extent(&live->recorder, &rows, &last);
    live_release(live);
    if (rows == watched->rows)
        return false;
    watched->rows = rows;
    return true;
}

static void look_at_bucket(struct watch_list *list, size_t bucket)
{
    struct watched *watched = list->buckets[bucket].first;

    for (; watched != NULL; watched = watched->next) {
        if (watched->queues[1].first == NULL || !has_new_rows(list, watched))
            continue;
        pthread_mutex_lock(&list->lock);
        note(list, watched, NEWS_ROWS);
        pthread_mutex_unlock(&list->lock);
    }
}

static void begin_round(struct watch_list *list)
{
    list->round_ns = clock_monotonic_ns();
    list->is_round_over = false;
    for (size_t i = 0; i < WATCH_BUCKETS; i++)
        if (atomic_load(&list->buckets[i].jobs) > 0)
            look_at_bucket(list, i);
    call_announced(list);
    http_timer_set(list->http, &list->timer, FIRST_LOOK_S);
}

/* The timer: begin a round, or see how far the last one is. */
static void look_at_rows(void *self)
{
    struct watch_list *list =
        MAGIC_CAST(self, struct watch_list, WATCH_LIST_MAGIC);
    double took_s;

    if (list->rows_watches == 0)
        return;
    if (list->is_round_over) {
        begin_round(list);
        return;
    }
    took_s = (double)(clock_monotonic_ns() - list->round_ns) / 1e9;
    list->is_round_over = http_backlog(list->http) == 0;
    http_timer_set(list->http, &list->timer,
                   list->is_round_over ? took_s : NEXT_LOOK_S);
}

/* ---- the list ----------------------------------------------------------- */

void watch_list_init(struct watch_list *list, struct http_server *http)
{
    *list = (struct watch_list){
        .magic = WATCH_LIST_MAGIC, .http = http, .is_round_over = true};
    pthread_mutex_init(&list->lock, NULL);
    list->message.call = deliver;
    list->message.argument = list;
    list->timer.call = look_at_rows;
    list->timer.argument = list;
}

void watch_list_fini(struct watch_list *list)
{
    /* The writer may announce still: the lock stays. */
    pthread_mutex_lock(&list->lock);
    list->announced = NULL;
    for (size_t i = 0; i < WATCH_BUCKETS; i++) {
        struct watched *watched = list->buckets[i].first, *next;

        list->buckets[i].first = NULL;
        atomic_store(&list->buckets[i].jobs, 0);
        for (; watched != NULL; watched = next) {
            next = watched->next;
            free(watched);
        }
    }
    pthread_mutex_unlock(&list->lock);
}
