/* test_http_stream.c - streams that wait, the bells that wake them, timers. */
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "server/base/clock.h"
#include "server/http/http.h"
#include "tests/unit/cmocka_all.h"
#include "tests/unit/http_site.h"

#define END " HTTP/1.1\r\nHost: localhost\r\n\r\n"

enum { STREAMS_MAX = 600 };

/* ---- streams that give a letter a ring ---------------------------------- */

/* What the tests and the streams share. Every stream stands at the place of
 * its number, and gives as many letters as it was told to. */
static struct {
    struct http_bell *bells[STREAMS_MAX]; /* [begun] */
    atomic_int begun, closed, waits, letters;
    atomic_bool is_over, ignores_stop;
} all;

struct teller {
    struct http_server *server;
    struct http_bell *bell;
    int given;
    bool rings_itself;           /* once, before its first wait */
};

static enum http_more tell(void *self, struct buffer *out)
{
    struct teller *teller = self;

    if (teller->given < atomic_load(&all.letters)) {
        buffer_append(out, &"abcdefghij"[teller->given++ % 10], 1);
        return HTTP_MORE;
    }
    if (atomic_load(&all.is_over)
        || (http_is_stopping(teller->server)
            && !atomic_load(&all.ignores_stop)))
        return HTTP_END;
    if (teller->rings_itself) {
        teller->rings_itself = false;
        atomic_store(&all.letters, 3);
        http_bell_ring(teller->bell);
        http_bell_ring(teller->bell);
    }
    atomic_fetch_add(&all.waits, 1);
    return HTTP_WAIT;
}

static void close_teller(void *self)
{
    struct teller *teller = self;

    free(teller);
    atomic_fetch_add(&all.closed, 1);
}

/* The bell's reference is the test's: it may ring when the stream is over. */
static enum http_next begin(struct http_request *request, bool rings_itself,
                            bool is_rung)
{
    struct teller *teller = malloc(sizeof *teller);
    int number = atomic_load(&all.begun);

    *teller = (struct teller){
        .server = http_server_of(request), .rings_itself = rings_itself,
        .bell = http_bell_new(http_server_of(request)),
    };
    if (is_rung)
        http_bell_ring(teller->bell);
    all.bells[number] = teller->bell;
    atomic_store(&all.begun, number + 1);
    return http_reply_stream(request, 200, "text/plain", &(struct http_stream){
        .next = tell, .close = close_teller, .self = teller,
        .block_bytes = 2048, .bell = teller->bell,
    });
}

static enum http_next show(struct http_request *request)
{
    return begin(request, false, false);
}

static enum http_next show_early(struct http_request *request)
{
    return begin(request, true, false);
}

static enum http_next show_rung(struct http_request *request)
{
    atomic_store(&all.letters, 1);
    atomic_store(&all.is_over, true);
    return begin(request, false, true);
}

/* ---- timers -------------------------------------------------------------- */

struct clockwork {
    struct http_server *server;
    struct http_timer first, second, never, again;
    char order[8];
    atomic_int calls;
};

static struct clockwork works;

static void call_first(void *self)
{
    struct clockwork *w = self;

    strcat(w->order, "1");
    http_timer_clear(w->server, &w->never);
    atomic_fetch_add(&w->calls, 1);
}

static void call_second(void *self)
{
    struct clockwork *w = self;

    strcat(w->order, "2");
    atomic_fetch_add(&w->calls, 1);
}

static void call_never(void *self)
{
    strcat(((struct clockwork *)self)->order, "?");
}

/* Sets itself anew until it was called three times. */
static void call_again(void *self)
{
    struct clockwork *w = self;

    strcat(w->order, "a");
    if (strlen(w->order) < 5)
        http_timer_set(w->server, &w->again, 0.01);
    atomic_fetch_add(&w->calls, 1);
}

static enum http_next set_timers(struct http_request *request)
{
    struct clockwork *w = &works;

    *w = (struct clockwork){.server = http_server_of(request)};
    w->first = (struct http_timer){.call = call_first, .argument = w};
    w->second = (struct http_timer){.call = call_second, .argument = w};
    w->never = (struct http_timer){.call = call_never, .argument = w};
    w->again = (struct http_timer){.call = call_again, .argument = w};
    http_timer_set(w->server, &w->second, 0.01);
    http_timer_set(w->server, &w->never, 0.06);
    http_timer_set(w->server, &w->first, 0.03);
    http_timer_set(w->server, &w->second, 0.07); /* later than it was */
    http_timer_set(w->server, &w->again, 0.1);
    return http_reply_empty(request, 204);
}

/* ---- the server ---------------------------------------------------------- */

static const struct http_route routes[] = {
    {HTTP_GET, "/tell", show, "-"},
    {HTTP_GET, "/early", show_early, "-"},
    {HTTP_GET, "/rung", show_rung, "-"},
    {HTTP_GET, "/timers", set_timers, "-"},
};

static struct http_options options(void)
{
    return site_options(routes, sizeof routes / sizeof routes[0]);
}

static void forget(void)
{
    for (int i = 0; i < atomic_load(&all.begun); i++)
        http_bell_release(all.bells[i]);
    atomic_store(&all.begun, 0);
    atomic_store(&all.closed, 0);
    atomic_store(&all.waits, 0);
    atomic_store(&all.letters, 0);
    atomic_store(&all.is_over, false);
    atomic_store(&all.ignores_stop, false);
}

static int start(void **state)
{
    static struct site site;
    struct http_options chosen = options();

    site = (struct site){0};
    site_start(&site, &chosen);
    *state = &site;
    return 0;
}

static int stop(void **state)
{
    site_close(*state);
    forget();
    return 0;
}

/* Until a number is reached; the test's time runs out otherwise. */
static void until(const atomic_int *number, int reached)
{
    while (atomic_load(number) < reached)
        usleep(1000);
}

/* From this thread, which is none of the server's. */
static void ring(int number)
{
    http_bell_ring(all.bells[number]);
}

static void expect_body(struct client *client, const char *body)
{
    struct answer answer = client_read(client, false);

    assert_int_equal(answer.status, 200);
    assert_true(answer.complete);
    assert_string_equal(answer.body, body);
    answer_free(&answer);
}

/* ---- waiting and waking -------------------------------------------------- */

static void a_stream_waits_until_its_bell_rings(void **state)
{
    struct client client = client_open(*state);

    client_text(&client, "GET /tell" END);
    for (int letter = 1; letter <= 5; letter++) {
        until(&all.waits, letter);
        atomic_store(&all.letters, letter);
        ring(0);
    }
    until(&all.waits, 6);
    atomic_store(&all.is_over, true);
    ring(0);
    expect_body(&client, "abcde");
    until(&all.closed, 1);
    /* The connection is kept for the next request. */
    atomic_store(&all.letters, 2);
    client_text(&client, "GET /tell" END);
    expect_body(&client, "ab");
    client_close(&client);
}

static void a_ring_before_the_wait_is_not_lost(void **state)
{
    struct client client = client_open(*state);

    client_text(&client, "GET /early" END);
    until(&all.waits, 2); /* it gave three letters, and waits again */
    atomic_store(&all.is_over, true);
    ring(0);
    expect_body(&client, "abc");
    client_close(&client);
}

static void a_bell_may_ring_before_its_stream_begins(void **state)
{
    struct client client = client_open(*state);

    client_text(&client, "GET /rung" END);
    expect_body(&client, "a");
    client_close(&client);
}

static void rings_without_news_do_no_harm(void **state)
{
    struct client client = client_open(*state);

    client_text(&client, "GET /tell" END);
    until(&all.waits, 1);
    for (int i = 0; i < 1000; i++)
        ring(0);
    atomic_store(&all.letters, 10);
    ring(0);
    until(&all.waits, 2);
    atomic_store(&all.is_over, true);
    ring(0);
    expect_body(&client, "abcdefghij");
    client_close(&client);
}

static void http_1_0_gets_it_without_chunks(void **state)
{
    struct client client = client_open(*state);
    struct answer answer;
    char value[256], body[2], byte;
    size_t bytes = 0;

    client_text(&client, "GET /tell HTTP/1.0\r\nHost: localhost\r\n\r\n");
    until(&all.waits, 1);
    atomic_store(&all.letters, 2);
    atomic_store(&all.is_over, true);
    ring(0);
    answer = client_read(&client, false);
    assert_null(answer_header(&answer, "Transfer-Encoding", value));
    answer_free(&answer);
    while (recv(client.fd, &byte, 1, 0) == 1)
        body[bytes++ % sizeof body] = byte;
    assert_int_equal(bytes, 2 - client.count);
    assert_memory_equal(body, "ab" + client.count, bytes);
    client_close(&client);
}

/* ---- many ---------------------------------------------------------------- */

static void open_many(struct site *site, struct client *clients, int count)
{
    for (int i = 0; i < count; i++) {
        clients[i] = client_open(site);
        client_text(&clients[i], "GET /tell" END);
    }
    until(&all.waits, count);
}

/* More than one turn of the loop takes up. */
static void hundreds_are_woken_together(void **state)
{
    static struct client clients[STREAMS_MAX];

    open_many(*state, clients, STREAMS_MAX);
    for (int letter = 1; letter <= 3; letter++) {
        atomic_store(&all.letters, letter);
        for (int i = 0; i < STREAMS_MAX; i++)
            ring(i);
        until(&all.waits, STREAMS_MAX * (letter + 1));
    }
    atomic_store(&all.is_over, true);
    for (int i = 0; i < STREAMS_MAX; i++)
        ring(i);
    for (int i = 0; i < STREAMS_MAX; i++) {
        expect_body(&clients[i], "abc");
        client_close(&clients[i]);
    }
    until(&all.closed, STREAMS_MAX);
}

/* ---- ends ---------------------------------------------------------------- */

/* A suspended connection notices nothing; the first write after the client
 * has gone is answered with a reset, the second one fails. */
static void a_client_that_leaves_while_its_stream_waits(void **state)
{
    struct client client = client_open(*state);

    client_text(&client, "GET /tell" END);
    until(&all.waits, 1);
    client_close(&client);
    for (int letter = 1; atomic_load(&all.closed) == 0; letter++) {
        /* Each letter's stream has waited again, or is closed. */
        atomic_store(&all.letters, letter);
        ring(0);
        for (int ms = 0; ms < 20 && !atomic_load(&all.closed); ms++)
            usleep(1000);
        if (atomic_load(&all.letters) > 500)
            fail_msg("the stream lives on");
    }
    assert_int_equal(atomic_load(&all.closed), 1);
}

static void a_ring_after_the_end_does_nothing(void **state)
{
    struct client client = client_open(*state);

    atomic_store(&all.letters, 1);
    atomic_store(&all.is_over, true);
    client_text(&client, "GET /tell" END);
    expect_body(&client, "a");
    until(&all.closed, 1);
    for (int i = 0; i < 3; i++) {
        ring(0);
        usleep(2000);
    }
    site_stop(*state);
    ring(0); /* no loop takes it any more, but the server's close */
    client_close(&client);
    site_close(*state);
    assert_int_equal(atomic_load(&all.closed), 1);
}

static void the_stop_ends_streams_that_wait(void **state)
{
    static struct client clients[100];
    struct site *site = *state;

    open_many(site, clients, 100);
    atomic_store(&all.letters, 1); /* nobody rings: the stop asks */
    site_stop(site);
    for (int i = 0; i < 100; i++) {
        expect_body(&clients[i], "a");
        client_close(&clients[i]);
    }
    assert_int_equal(atomic_load(&all.closed), 100);
}

/* What waits on after the stop is ended with the drain, and neatly. */
static void the_stop_does_not_wait_for_streams_for_ever(void **unused)
{
    struct site site = {.drain_s = 0.2};
    struct http_options chosen = options();
    static struct client clients[20];

    (void)unused;
    site_start(&site, &chosen);
    atomic_store(&all.ignores_stop, true);
    open_many(&site, clients, 20);
    site_stop(&site);
    for (int i = 0; i < 20; i++) {
        expect_body(&clients[i], "");
        client_close(&clients[i]);
    }
    assert_int_equal(atomic_load(&all.closed), 20);
    site_close(&site);
    forget();
}

static void *ring_on(void *argument)
{
    (void)argument;
    while (!atomic_load(&all.is_over))
        for (int i = 0; i < atomic_load(&all.begun); i++)
            ring(i);
    return NULL;
}

/* Rings, letters and the end meet in every order. */
static void rings_from_another_thread_meet_everything(void **state)
{
    static struct client clients[20];
    pthread_t thread;

    open_many(*state, clients, 20);
    assert_int_equal(pthread_create(&thread, NULL, ring_on, NULL), 0);
    for (int letter = 1; letter <= 200; letter++) {
        atomic_store(&all.letters, letter);
        usleep(500);
    }
    atomic_store(&all.is_over, true);
    pthread_join(thread, NULL);
    for (int i = 0; i < 20; i++)
        ring(i);
    for (int i = 0; i < 20; i++) {
        struct answer answer = client_read(&clients[i], false);

        assert_true(answer.complete);
        assert_int_equal(answer.body_bytes, 200);
        answer_free(&answer);
        client_close(&clients[i]);
    }
}

/* MHD's timeout is for clients that do not read, not for us who wait. */
static void a_wait_is_longer_than_the_idle_timeout(void **unused)
{
    struct http_options chosen = options();
    struct site site = {0};
    struct client client;

    (void)unused;
    chosen.idle_timeout_s = 1;
    site_start(&site, &chosen);
    client = client_open(&site);
    client_text(&client, "GET /tell" END);
    until(&all.waits, 1);
    usleep(2500000);
    atomic_store(&all.letters, 1);
    ring(0);
    until(&all.waits, 2);
    usleep(1500000);
    atomic_store(&all.letters, 2);
    atomic_store(&all.is_over, true);
    ring(0);
    expect_body(&client, "ab");
    client_close(&client);
    site_close(&site);
    forget();
}

/* ---- timers -------------------------------------------------------------- */

static void timers_call_when_their_time_comes(void **state)
{
    struct client client = client_open(*state);
    struct answer answer = client_ask(&client, "GET /timers" END);
    int64_t began_ns = clock_monotonic_ns();

    assert_int_equal(answer.status, 204);
    until(&works.calls, 5);
    assert_true(clock_monotonic_ns() - began_ns > 100 * 1000000);
    site_stop(*state);
    assert_string_equal(works.order, "12aaa");
    answer_free(&answer);
    client_close(&client);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define ON_SERVER(test) cmocka_unit_test_setup_teardown(test, start, stop)
        ON_SERVER(a_stream_waits_until_its_bell_rings),
        ON_SERVER(a_ring_before_the_wait_is_not_lost),
        ON_SERVER(a_bell_may_ring_before_its_stream_begins),
        ON_SERVER(rings_without_news_do_no_harm),
        ON_SERVER(http_1_0_gets_it_without_chunks),
        ON_SERVER(hundreds_are_woken_together),
        ON_SERVER(a_client_that_leaves_while_its_stream_waits),
        ON_SERVER(a_ring_after_the_end_does_nothing),
        ON_SERVER(the_stop_ends_streams_that_wait),
        cmocka_unit_test(the_stop_does_not_wait_for_streams_for_ever),
        ON_SERVER(rings_from_another_thread_meet_everything),
        cmocka_unit_test(a_wait_is_longer_than_the_idle_timeout),
        ON_SERVER(timers_call_when_their_time_comes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
