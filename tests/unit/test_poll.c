/* test_poll.c - long polls whose clients stay, and such that leave. */
#include "tests/unit/cmocka_all.h"

#include <string.h>
#include <unistd.h>

#include "server/api/poll.h"
#include "tests/unit/http_site.h"

#define ASK "GET /wait HTTP/1.1\r\nHost: localhost\r\nPrefer: wait=1\r\n\r\n"

enum { NUMBER = 7 };

static enum http_next again(struct http_request *request)
{
    poll_end(http_state(request));
    return http_reply_empty(request, 204);
}

static enum http_next wait_for_news(struct http_request *request)
{
    struct poll *poll;

    if (poll_begin(request, NUMBER, false, &poll) != OK
        || poll_watch(poll) != OK)
        return http_reply_empty(request, 500);
    return poll_wait(poll, again, poll);
}

static const struct http_route routes[] = {
    {HTTP_GET, "/wait", wait_for_news, "-"},
};

static struct api api;
static struct site site;

static int start(void **state)
{
    struct http_options options = site_options(routes, 1);

    (void)state;
    memset(&api, 0, sizeof api);
    site = (struct site){0};
    options.context = &api;
    site_start(&site, &options);
    watch_list_init(&api.watches, site.server);
    return 0;
}

static int stop(void **state)
{
    (void)state;
    site_stop(&site);
    watch_list_fini(&api.watches);
    site_close(&site);
    return 0;
}

static unsigned watched_jobs(void)
{
    unsigned jobs = 0;

    for (size_t i = 0; i < WATCH_BUCKETS; i++)
        jobs += atomic_load(&api.watches.buckets[i].jobs);
    return jobs;
}

static void wait_for_watched(unsigned expected)
{
    for (int ms = 0; watched_jobs() != expected; ms++) {
        assert_true(ms < 20000);
        usleep(1000);
    }
}

static void who_stays_is_told(void **state)
{
    struct client client = client_open(&site);
    struct answer answer;
    (void)state;

    client_text(&client, ASK);
    wait_for_watched(1);
    watch_announce(&api.watches, NUMBER);
    answer = client_read(&client, false);
    assert_int_equal(answer.status, 204);
    answer_free(&answer);
    client_close(&client);
    wait_for_watched(0);
}

/* When its time is over the connection may be seen to be broken before the
 * handler runs: its watch, in the request's memory, must go all the same. */
static void who_leaves_is_watching_no_more(void **state)
{
    (void)state;
    for (int i = 0; i < 20; i++) {
        struct client client = client_open(&site);

        client_text(&client, ASK);
        wait_for_watched(1);
        client_close(&client);
    }
    wait_for_watched(0);
    watch_announce(&api.watches, NUMBER);
    who_stays_is_told(state);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(who_stays_is_told, start, stop),
        cmocka_unit_test_setup_teardown(who_leaves_is_watching_no_more, start,
                                        stop),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
