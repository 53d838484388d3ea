/* test_http_left.c - clients that leave while their request is put aside. */
#include "tests/unit/cmocka_all.h"

#include <stdatomic.h>
#include <sys/socket.h>
#include <unistd.h>

#include "server/http/http.h"
#include "tests/unit/http_site.h"

#define ASK "GET /left HTTP/1.1\r\nHost: localhost\r\n\r\n"

static atomic_int looks, leavers, ended;

static void *look_after_client(void *argument)
{
    struct http_request *request = argument;

    while (!http_client_left(request)
           && atomic_fetch_add(&looks, 1) < 60)
        usleep(5000);
    if (http_client_left(request))
        atomic_fetch_add(&leavers, 1);
    http_wake(request);
    return NULL;
}

static void count_end(void *self)
{
    atomic_fetch_add((atomic_int *)self, 1);
}

static enum http_next reply(struct http_request *request)
{
    return http_reply_empty(request, 200);
}

/* Put aside while a thread looks whether its client is still there. */
static enum http_next until_left(struct http_request *request)
{
    struct http_end *end = ARENA_NEW(http_arena(request), struct http_end);
    pthread_t thread;

    if (end == NULL)
        return http_reply_empty(request, 500);
    *end = (struct http_end){.call = count_end, .self = &ended};
    http_on_end(request, end);
    if (pthread_create(&thread, NULL, look_after_client, request) != 0)
        return http_reply_empty(request, 500);
    pthread_detach(thread);
    return http_later(request, reply, NULL, 0);
}

static const struct http_route routes[] = {
    {HTTP_GET, "/left", until_left, "-"},
};

static int start(void **state)
{
    static struct site site;
    struct http_options options = site_options(routes, 1);

    site = (struct site){0};
    site_start(&site, &options);
    *state = &site;
    return 0;
}

static int stop(void **state)
{
    site_close(*state);
    return 0;
}

static void wait_for_count(atomic_int *count, int expected)
{
    for (int ms = 0; atomic_load(count) < expected; ms++) {
        assert_true(ms < 20000);
        usleep(1000);
    }
    assert_int_equal(atomic_load(count), expected);
}

/* Its handler may be taken up no more; what it took it gives back. */
static void a_client_that_leaves_is_missed(void **state)
{
    struct client client = client_open(*state);
    struct answer answer;

    atomic_store(&looks, 0);
    answer = client_ask(&client, ASK);
    assert_int_equal(answer.status, 200);
    answer_free(&answer);
    assert_int_equal(atomic_load(&leavers), 0);
    wait_for_count(&ended, 1);
    atomic_store(&looks, -100000);
    client_text(&client, ASK);
    while (atomic_load(&looks) < -99990)
        usleep(1000);
    client_close(&client);
    wait_for_count(&leavers, 1);
    wait_for_count(&ended, 2);
}

/* `printf … | nc -N` shuts its sending side down, and waits. */
static void a_client_that_sends_no_more_still_gets_its_answer(void **state)
{
    struct client client = client_open(*state);
    struct answer answer;
    int left = atomic_load(&leavers), before = atomic_load(&ended);

    atomic_store(&looks, 0);
    client_text(&client, ASK);
    shutdown(client.fd, SHUT_WR);
    answer = client_read(&client, true); /* no body follows it */
    assert_int_equal(answer.status, 102);
    answer_free(&answer);
    answer = client_read(&client, false);
    assert_int_equal(answer.status, 200);
    answer_free(&answer);
    client_close(&client);
    wait_for_count(&ended, before + 1);
    assert_int_equal(atomic_load(&leavers), left);
}

static void of_http_1_0_nothing_comes_between(void **state)
{
    struct client client = client_open(*state);
    struct answer answer;
    int left = atomic_load(&leavers), before = atomic_load(&ended);

    atomic_store(&looks, 0);
    client_text(&client, "GET /left HTTP/1.0\r\nHost: localhost\r\n\r\n");
    shutdown(client.fd, SHUT_WR);
    answer = client_read(&client, false);
    assert_int_equal(answer.status, 200);
    answer_free(&answer);
    client_close(&client);
    wait_for_count(&ended, before + 1);
    assert_int_equal(atomic_load(&leavers), left);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_client_that_leaves_is_missed, start,
                                        stop),
        cmocka_unit_test_setup_teardown(
            a_client_that_sends_no_more_still_gets_its_answer, start, stop),
        cmocka_unit_test_setup_teardown(of_http_1_0_nothing_comes_between,
                                        start, stop),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
