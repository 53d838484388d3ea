/* test_http_later.c - requests put aside, streams, and the stop. */
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "server/http/http.h"
#include "tests/unit/cmocka_all.h"
#include "tests/unit/http_site.h"

#define END " HTTP/1.1\r\nHost: localhost\r\n\r\n"

static enum http_next say(struct http_request *request, const char *text)
{
    struct buffer body;

    buffer_init(&body);
    buffer_text(&body, text);
    return http_reply(request, 200, "text/plain", &body);
}

static enum http_next say_why(struct http_request *request)
{
    return say(request, http_was_woken(request) ? "woken"
                        : http_is_stopping(http_server_of(request))
                        ? "stopped" : "late");
}

/*
 * A request whose wake and deadline meet. The waker may touch the request only
 * before its `resume` has run, so both hold a lock around that.
 */
struct race {
    pthread_mutex_t lock;
    struct http_request *request; /* NULL: `resume` has run */
    atomic_int resumes, wakes, stop;
};

/* ---- handlers ----------------------------------------------------------- */

static void *wake_at_once(void *request)
{
    http_wake(request);
    return NULL;
}

/* Woken by another thread, maybe before http_later() is called. */
static enum http_next by_thread(struct http_request *request)
{
    pthread_t thread;

    if (pthread_create(&thread, NULL, wake_at_once, request) != 0)
        return say(request, "no thread");
    pthread_detach(thread);
    return http_later(request, say_why, NULL, 0);
}

/* Woken before it is put aside, for certain. */
static enum http_next early(struct http_request *request)
{
    http_wake(request);
    http_wake(request);
    return http_later(request, say_why, NULL, 0);
}

static enum http_next by_time(struct http_request *request)
{
    return http_later(request, say_why, NULL, 0.05);
}

/* Put aside ten times, woken each time. */
static enum http_next again(struct http_request *request)
{
    int *left = http_state(request);

    if (left == NULL) {
        left = ARENA_NEW(http_arena(request), int);
        *left = 10;
    } else if (!http_was_woken(request)) {
        return say(request, "not woken");
    }
    if ((*left)-- == 0)
        return say(request, "ten times");
    http_wake(request);
    return http_later(request, again, left, 0);
}

static enum http_next for_long(struct http_request *request)
{
    return http_later(request, say_why, NULL, 600);
}

/* As a write: neither the stop nor time takes it up, only its wake. */
static enum http_next write_slowly(struct http_request *request)
{
    struct race *slow = http_context(request);

    pthread_mutex_lock(&slow->lock);
    slow->request = request;
    pthread_mutex_unlock(&slow->lock);
    return http_later(request, say_why, NULL, 0);
}

/* Does not listen to the stop: puts itself aside again, for an hour. */
static enum http_next stubborn(struct http_request *request)
{
    return http_later(request, stubborn, NULL, 3600);
}

static enum http_next end_race(struct http_request *request)
{
    struct race *race = http_state(request);

    pthread_mutex_lock(&race->lock);
    race->request = NULL;
    pthread_mutex_unlock(&race->lock);
    atomic_fetch_add(&race->resumes, 1);
    if (http_was_woken(request))
        atomic_fetch_add(&race->wakes, 1);
    return say(request, "over");
}

static enum http_next race(struct http_request *request)
{
    struct race *race = http_context(request);

    pthread_mutex_lock(&race->lock);
    race->request = request;
    pthread_mutex_unlock(&race->lock);
    return http_later(request, end_race, race, 0.0005);
}

static void *wake_in_a_race(void *argument)
{
    struct race *race = argument;
    unsigned number = 1;

    while (!atomic_load(&race->stop)) {
        struct timespec pause = {0, 0};

        number = number * 1664525u + 1013904223u; /* Knuth's constants */
        pause.tv_nsec = 700000 + (long)(number >> 12) % 600000;
        nanosleep(&pause, NULL);
        pthread_mutex_lock(&race->lock);
        if (race->request != NULL)
            http_wake(race->request);
        pthread_mutex_unlock(&race->lock);
    }
    return NULL;
}

/* ---- streams ------------------------------------------------------------ */

enum { STREAM_BYTES = 5 * 1000 * 1000 };

struct counting {
    size_t made, end;
    bool fails;
    atomic_int *closed;
};

static enum http_more count_on(void *self, struct buffer *out)
{
    struct counting *counting = self;

    while (counting->made < counting->end && out->count < 60000)
        buffer_append(out, &"0123456789"[counting->made++ % 10], 1);
    if (counting->made < counting->end)
        return HTTP_MORE;
    return counting->fails ? HTTP_CUT : HTTP_END;
}

static void close_counting(void *self)
{
    struct counting *counting = self;

    atomic_fetch_add(counting->closed, 1);
    free(counting);
}

static atomic_int closed;

static enum http_next stream(struct http_request *request, size_t end,
                             bool fails)
{
    struct counting *counting = malloc(sizeof *counting);

    *counting = (struct counting){
        .end = end, .fails = fails, .closed = &closed,
    };
    return http_reply_stream(request, 200, "text/plain", &(struct http_stream){
        .next = count_on, .close = close_counting, .self = counting,
    });
}

static enum http_next five_megabytes(struct http_request *request)
{
    return stream(request, STREAM_BYTES, false);
}

static enum http_next breaking(struct http_request *request)
{
    return stream(request, 200000, true);
}

static enum http_next endless(struct http_request *request)
{
    return stream(request, SIZE_MAX, false);
}

static enum http_next take(struct http_request *request)
{
    return say(request, "taken");
}

/* ---- the server --------------------------------------------------------- */

static const struct http_route routes[] = {
    {HTTP_GET, "/thread", by_thread, "-"},
    {HTTP_GET, "/early", early, "-"},
    {HTTP_GET, "/time", by_time, "-"},
    {HTTP_GET, "/again", again, "-"},
    {HTTP_GET, "/long", for_long, "-"},
    {HTTP_GET, "/write", write_slowly, "-"},
    {HTTP_GET, "/stubborn", stubborn, "-"},
    {HTTP_GET, "/race", race, "-"},
    {HTTP_GET, "/stream", five_megabytes, "-"},
    {HTTP_GET, "/breaking", breaking, "-"},
    {HTTP_GET, "/endless", endless, "-"},
    {HTTP_POST, "/take", take, "-", .body_bytes_max = 100000},
};

static struct race the_race = {.lock = PTHREAD_MUTEX_INITIALIZER};

static struct http_options options(void)
{
    struct http_options options = site_options(
        routes, sizeof routes / sizeof routes[0]);

    options.context = &the_race;
    return options;
}

static int start(void **state)
{
    static struct site site;
    struct http_options all = options();

    site = (struct site){0};
    site_start(&site, &all);
    atomic_store(&closed, 0);
    *state = &site;
    return 0;
}

static int stop(void **state)
{
    site_close(*state);
    return 0;
}

static void gives(struct client *client, const char *ask, const char *body)
{
    struct answer answer = client_ask(client, ask);

    assert_int_equal(answer.status, 200);
    assert_string_equal(answer.body, body);
    answer_free(&answer);
}

/* ---- tests -------------------------------------------------------------- */

static void a_request_put_aside_is_woken(void **state)
{
    struct client client = client_open(*state);

    for (int i = 0; i < 100; i++) {
        gives(&client, "GET /thread" END, "woken");
        gives(&client, "GET /early" END, "woken");
        gives(&client, "GET /again" END, "ten times");
    }
    client_close(&client);
}

static void a_request_put_aside_has_a_deadline(void **state)
{
    struct client clients[20];

    for (int i = 0; i < 20; i++) {
        clients[i] = client_open(*state);
        client_text(&clients[i], "GET /time" END);
    }
    for (int i = 0; i < 20; i++) {
        struct answer answer = client_read(&clients[i], false);

        assert_string_equal(answer.body, "late");
        answer_free(&answer);
        client_close(&clients[i]);
    }
}

static void a_wake_and_a_deadline_that_meet_resume_once(void **state)
{
    enum { ROUNDS = 1500 };
    struct client client = client_open(*state);
    pthread_t waker;
    int wakes;

    assert_int_equal(pthread_create(&waker, NULL, wake_in_a_race, &the_race),
                     0);
    for (int i = 0; i < ROUNDS; i++)
        gives(&client, "GET /race" END, "over");
    atomic_store(&the_race.stop, 1);
    pthread_join(waker, NULL);
    wakes = atomic_load(&the_race.wakes);
    assert_int_equal(atomic_load(&the_race.resumes), ROUNDS);
    printf("# %d of %d were woken in time\n", wakes, ROUNDS);
    client_close(&client);
}

static void a_stream_of_megabytes_arrives_whole(void **state)
{
    struct client client = client_open(*state);

    for (int round = 0; round < 2; round++) {
        struct answer answer = client_ask(&client, "GET /stream" END);

        assert_true(answer.complete);
        assert_int_equal(answer.body_bytes, STREAM_BYTES);
        for (size_t i = 0; i < STREAM_BYTES; i++)
            if (answer.body[i] != (char)('0' + i % 10))
                fail_msg("byte %zu", i);
        answer_free(&answer);
    }
    client_close(&client);
    site_stop(*state);
    assert_int_equal(atomic_load(&closed), 2);
}

static void head_of_a_stream_makes_nothing(void **state)
{
    struct client client = client_open(*state);
    struct answer answer = client_ask(&client, "HEAD /endless" END);

    assert_int_equal(answer.status, 200);
    assert_true(client_sees_end(&client)); /* not one byte of a body */
    answer_free(&answer);
    client_close(&client);
    site_stop(*state);
    assert_int_equal(atomic_load(&closed), 1);
}

static void an_error_in_a_stream_cuts_the_connection(void **state)
{
    struct client client = client_open(*state);
    struct answer answer = client_ask(&client, "GET /breaking" END);

    assert_int_equal(answer.status, 200);
    assert_false(answer.complete);
    answer_free(&answer);
    client_close(&client);
    site_stop(*state);
    assert_int_equal(atomic_load(&closed), 1);
}

static void a_client_that_leaves_ends_its_stream(void **state)
{
    struct client client = client_open(*state);

    client_text(&client, "GET /endless" END);
    usleep(50000);
    client_close(&client);
    while (atomic_load(&closed) == 0) /* or the test's time runs out */
        usleep(1000);
}

/* ---- the stop ----------------------------------------------------------- */

static void *wake_after_the_stop(void *argument)
{
    struct site *site = argument;

    while (!http_is_stopping(site->server))
        usleep(1000);
    usleep(100000);
    pthread_mutex_lock(&the_race.lock);
    http_wake(the_race.request);
    pthread_mutex_unlock(&the_race.lock);
    return NULL;
}

static void a_write_that_ends_after_the_stop_is_answered(void **state)
{
    struct site *site = *state;
    struct client client = client_open(site);
    struct answer answer;
    pthread_t waker;

    client_text(&client, "GET /write" END);
    usleep(50000);
    pthread_create(&waker, NULL, wake_after_the_stop, site);
    site_stop(site);
    pthread_join(waker, NULL);
    answer = client_read(&client, false);
    assert_string_equal(answer.body, "woken");
    answer_free(&answer);
    client_close(&client);
}

static void the_stop_answers_what_is_put_aside(void **state)
{
    struct site *site = *state;
    struct client clients[50], idle = client_open(site);

    gives(&idle, "GET /early" END, "woken");
    for (int i = 0; i < 50; i++) {
        clients[i] = client_open(site);
        client_text(&clients[i], "GET /long" END);
    }
    gives(&idle, "GET /time" END, "late"); /* by now the 50 are put aside */
    site_stop(site);
    for (int i = 0; i < 50; i++) {
        struct answer answer = client_read(&clients[i], false);
        char value[256];

        assert_string_equal(answer.body, "stopped");
        assert_string_equal(answer_header(&answer, "Connection", value),
                            "close");
        answer_free(&answer);
        client_close(&clients[i]);
    }
    assert_true(client_sees_end(&idle));
    client_close(&idle);
}

/* What neither ends by itself nor hears the stop is ended after drain_s: a
 * request put aside gets 503, a stream is cut, an upload too. */
static void the_stop_does_not_wait_for_ever(void **unused)
{
    struct site site = {.drain_s = 0.3};
    struct http_options all = options();
    struct client clients[4];
    struct answer answer;

    (void)unused;
    site_start(&site, &all);
    for (int i = 0; i < 4; i++)
        clients[i] = client_open(&site);
    client_text(&clients[0], "GET /stubborn" END);
    client_text(&clients[1], "GET /endless" END);
    client_text(&clients[2], "POST /take HTTP/1.1\r\nHost: localhost\r\n"
                "Content-Length: 10\r\n\r\nabc");
    client_text(&clients[3], "GET /ha");
    usleep(50000);
    site_stop(&site);
    answer = client_read(&clients[0], false);
    assert_int_equal(answer.status, 503);
    assert_non_null(strstr(answer.body, "/problems/shutting-down"));
    answer_free(&answer);
    answer = client_read(&clients[1], false);
    assert_false(answer.complete);
    answer_free(&answer);
    assert_true(client_sees_end(&clients[2]));
    assert_true(client_sees_end(&clients[3]));
    for (int i = 0; i < 4; i++)
        client_close(&clients[i]);
    site_close(&site);
}

/* Its `resume` takes back what still points to the request, as a watch. */
static void without_time_to_drain_a_request_is_resumed(void **unused)
{
    struct site site = {.drain_s = 1e-9};
    struct http_options all = options();
    struct client client, idle;
    struct answer answer;

    (void)unused;
    site_start(&site, &all);
    client = client_open(&site);
    idle = client_open(&site);
    client_text(&client, "GET /long" END);
    gives(&idle, "GET /time" END, "late"); /* by now /long is put aside */
    site_stop(&site);
    answer = client_read(&client, false);
    assert_string_equal(answer.body, "stopped");
    answer_free(&answer);
    client_close(&client);
    client_close(&idle);
    site_close(&site);
}

static void count_call(void *argument)
{
    atomic_fetch_add((atomic_int *)argument, 1);
}

static void a_message_after_the_loop_is_delivered_at_the_close(void **unused)
{
    atomic_int calls = 0;
    struct http_message message = {.call = count_call, .argument = &calls};
    struct http_options all = options();
    struct site site = {0};

    (void)unused;
    site_start(&site, &all);
    site_stop(&site);
    http_post(site.server, &message);
    assert_int_equal(atomic_load(&calls), 0);
    site_close(&site);
    assert_int_equal(atomic_load(&calls), 1);
}

static void a_server_that_never_ran_can_be_closed(void **unused)
{
    struct http_options all = options();
    char message[HTTP_MESSAGE_BYTES];
    struct http_server *server;

    (void)unused;
    assert_int_equal(http_open(&all, &server, message), OK);
    http_close(server);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define ON_SERVER(test) cmocka_unit_test_setup_teardown(test, start, stop)
        ON_SERVER(a_request_put_aside_is_woken),
        ON_SERVER(a_request_put_aside_has_a_deadline),
        ON_SERVER(a_wake_and_a_deadline_that_meet_resume_once),
        ON_SERVER(a_stream_of_megabytes_arrives_whole),
        ON_SERVER(head_of_a_stream_makes_nothing),
        ON_SERVER(an_error_in_a_stream_cuts_the_connection),
        ON_SERVER(a_client_that_leaves_ends_its_stream),
        ON_SERVER(a_write_that_ends_after_the_stop_is_answered),
        ON_SERVER(the_stop_answers_what_is_put_aside),
        cmocka_unit_test(the_stop_does_not_wait_for_ever),
        cmocka_unit_test(without_time_to_drain_a_request_is_resumed),
        cmocka_unit_test(a_message_after_the_loop_is_delivered_at_the_close),
        cmocka_unit_test(a_server_that_never_ran_can_be_closed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
