/* test_watch.c - watches: who is called, when, and how often. */
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "server/api/watch.h"
#include "server/base/clock.h"
#include "tests/unit/cmocka_all.h"
#include "tests/unit/http_site.h"
#include "tests/unit/pool_fixture.h"

enum { WATCHES_MAX = 2000 };

/* One who watches; what is done to it is done on the loop's thread. */
struct watcher {
    struct watch watch;
    atomic_int calls;
    atomic_bool comes_again;      /* watches again in its call */
    struct watcher *removes;      /* in its call; or NULL */
};

static struct watch_list list;
static struct watcher watchers[WATCHES_MAX];

static void called(struct watch *watch)
{
    struct watcher *watcher = watch->context;

    assert_null(watch->watched);
    if (watcher->comes_again)
        assert_int_equal(watch_add(&list, watch), OK);
    if (watcher->removes)
        watch_remove(&list, &watcher->removes->watch);
    atomic_fetch_add(&watcher->calls, 1);
}

/* ---- doing things on the loop's thread ----------------------------------- */

struct errand {
    struct http_message message;
    int first, count;
    bool removes;
    atomic_bool is_done;
};

static void run_errand(void *self)
{
    struct errand *errand = self;

    for (int i = errand->first; i < errand->first + errand->count; i++)
        if (errand->removes)
            watch_remove(&list, &watchers[i].watch);
        else
            assert_int_equal(watch_add(&list, &watchers[i].watch), OK);
    atomic_store(&errand->is_done, true);
}

static void on_loop(int first, int count, bool removes)
{
    struct errand errand = {
        .first = first, .count = count, .removes = removes};

    errand.message.call = run_errand;
    errand.message.argument = &errand;
    http_post(list.http, &errand.message);
    while (!atomic_load(&errand.is_done))
        usleep(200);
}

/* What was posted before is over when this returns. */
static void until_told(void)
{
    on_loop(0, 0, false);
}

static void watch_jobs(int first, int count, int64_t number, bool rows)
{
    for (int i = first; i < first + count; i++) {
        watchers[i].watch = (struct watch){
            .number = number, .wants_rows = rows, .call = called,
            .context = &watchers[i]};
        atomic_store(&watchers[i].calls, 0);
        watchers[i].comes_again = false;
        watchers[i].removes = NULL;
    }
    on_loop(first, count, false);
}

static int calls(int i)
{
    return atomic_load(&watchers[i].calls);
}

/* ---- the server ---------------------------------------------------------- */

static const struct http_route routes[] = {{HTTP_GET, "/", NULL, "-"}};

static int start(void **state)
{
    static struct site site;
    struct http_options options = site_options(routes, 1);

    site = (struct site){0};
    site_start(&site, &options);
    watch_list_init(&list, site.server);
    *state = &site;
    return 0;
}

static int stop(void **state)
{
    site_stop(*state);
    watch_list_fini(&list);
    watch_announce(&list, 1); /* to nobody */
    site_close(*state);
    return 0;
}

/* ---- changes of state ---------------------------------------------------- */

static void who_watches_a_job_is_called_once(void **state)
{
    (void)state;
    watch_jobs(0, 3, 7, false);
    watch_jobs(3, 1, 8, false);
    watch_jobs(4, 1, 7 + WATCH_BUCKETS, false); /* the same bucket */
    watch_announce(&list, 7);
    until_told();
    for (int i = 0; i < 3; i++)
        assert_int_equal(calls(i), 1);
    assert_int_equal(calls(3), 0);
    assert_int_equal(calls(4), 0);
    watch_announce(&list, 7); /* nobody watches it any more */
    watch_announce(&list, 7 + WATCH_BUCKETS);
    until_told();
    assert_int_equal(calls(0), 1);
    assert_int_equal(calls(4), 1);
    on_loop(3, 1, true);
    watch_announce(&list, 8);
    until_told();
    assert_int_equal(calls(3), 0);
}

/* Every announcement is followed by a look; many may be followed by one. */
static void announcements_in_a_row_are_told_of_together(void **state)
{
    (void)state;
    watch_jobs(0, 1, 1, false);
    watchers[0].comes_again = true;
    for (int i = 0; i < 10000; i++)
        watch_announce(&list, 1);
    until_told();
    assert_in_range(calls(0), 1, 10000);
    watch_announce(&list, 1);
    until_told();
    on_loop(0, 1, true);
}

static void a_call_may_remove_others(void **state)
{
    (void)state;
    watch_jobs(0, 3, 1, false);
    watch_jobs(3, 1, 2, false);
    watchers[0].removes = &watchers[1];
    watchers[2].removes = &watchers[3];
    watch_announce(&list, 1);
    watch_announce(&list, 2);
    until_told();
    assert_int_equal(calls(0), 1);
    assert_int_equal(calls(1), 0);
    assert_int_equal(calls(2), 1);
    assert_in_range(calls(3), 0, 1); /* whichever was told of first */
}

/* ---- from other threads -------------------------------------------------- */

static atomic_bool is_over;

static void *announce_on(void *argument)
{
    int64_t offset = *(int64_t *)argument;

    while (!atomic_load(&is_over))
        for (int64_t number = 0; number < 20; number++)
            watch_announce(&list, number + offset);
    return NULL;
}

/* Announcements from threads meet watches that come, go and come again. */
static void announcements_meet_everything(void **state)
{
    int64_t offsets[] = {0, WATCH_BUCKETS};
    pthread_t threads[2];

    (void)state;
    atomic_store(&is_over, false);
    for (int i = 0; i < 2; i++)
        pthread_create(&threads[i], NULL, announce_on, &offsets[i]);
    for (int round = 0; round < 20; round++) {
        for (int i = 0; i < 40; i++) {
            watch_jobs(i, 1, i, false);
            watchers[i].comes_again = i % 3 == 0;
        }
        on_loop(0, 40, true);
    }
    atomic_store(&is_over, true);
    for (int i = 0; i < 2; i++)
        pthread_join(threads[i], NULL);
    until_told();
    watch_jobs(0, 40, 5, false);
    watch_announce(&list, 5);
    until_told();
    for (int i = 0; i < 40; i++)
        assert_int_equal(calls(i), 1);
}

/* ---- rows ---------------------------------------------------------------- */

/* A job that runs until it is canceled: see crawl in tests/api. */
static const char crawl[] =
    "{\"objective\":{\"type\":\"quadratic\",\"A\":[[1]],\"b\":[0]},"
    "\"start\":[1],\"optimizer\":{\"type\":\"gradient_descent\","
    "\"learning_rate\":1e-12},\"stop\":{\"max_iterations\":1000000000},"
    "\"trace\":{\"every\":1000}}";

static void rows_are_told_of_20_times_a_second_at_most(void **state)
{
    struct pool_fixture *f = pool_fixture_new();
    int64_t number, began_ns;
    double seconds;

    (void)state;
    pool_fixture_start(f, 1);
    list.pool = f->pool;
    number = pool_submit(f, crawl);
    pool_wait_rows(f, number, 1);
    began_ns = clock_monotonic_ns();
    watch_jobs(0, 2, number, true);
    watch_jobs(2, 1, number, false);
    watchers[0].comes_again = true;
    while (calls(0) < 6)
        usleep(1000);
    seconds = (double)(clock_monotonic_ns() - began_ns) / 1e9;
    assert_true(calls(0) <= seconds / WATCH_ROWS_INTERVAL_S + 1);
    assert_int_equal(calls(1), 1);
    assert_int_equal(calls(2), 0); /* its state has not changed */
    watch_announce(&list, number);
    until_told();
    assert_int_equal(calls(2), 1);
    on_loop(0, 1, true);
    until_told();
    pool_ask_cancel(f, number);
    pool_wait_end(f, number);
    on_loop(0, 0, false);
    pool_fixture_free(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define ON_SERVER(test) cmocka_unit_test_setup_teardown(test, start, stop)
        ON_SERVER(who_watches_a_job_is_called_once),
        ON_SERVER(announcements_in_a_row_are_told_of_together),
        ON_SERVER(a_call_may_remove_others),
        ON_SERVER(announcements_meet_everything),
        ON_SERVER(rows_are_told_of_20_times_a_second_at_most),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
