/* test_http_sink.c - bodies taken piece by piece. */
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/fault.h"
#include "server/http/http.h"
#include "server/api/problems.h"
#include "server/http/problem.h"
#include "tests/unit/cmocka_all.h"
#include "tests/unit/http_site.h"

enum { LIMIT = 50 * 1000 * 1000, ROOM = 40000, BLOCK = 1000 * 1000 };

#define POST(path) "POST " path " HTTP/1.1\r\nHost: localhost\r\n"

/* A consumer on a thread: it empties what was taken, in its own time. */
struct tray {
    struct http_request *request;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t moved;
    size_t full, total, pieces;
    bool is_waited_for, is_over, is_slow;
    uint64_t sum;
};

static atomic_int begun, ended;

static void *empty_the_tray(void *argument)
{
    struct tray *tray = argument;

    if (tray->is_slow) /* longer than a client may take for its bytes */
        usleep(1500000);
    pthread_mutex_lock(&tray->lock);
    while (!tray->is_over) {
        if (tray->full > 0) {
            tray->full = 0;
            if (tray->is_waited_for)
                http_wake(tray->request);
            tray->is_waited_for = false;
        }
        pthread_cond_wait(&tray->moved, &tray->lock);
    }
    pthread_mutex_unlock(&tray->lock);
    return NULL;
}

static uint64_t limit(void *context)
{
    (void)context;
    return LIMIT;
}

static bool begin(struct http_request *request)
{
    struct tray *tray = calloc(1, sizeof *tray);

    assert_non_null(tray);
    if (http_query(request, "refuse") != NULL) {
        free(tray);
        http_refuse_body(request, &(struct http_refusal){
            .problem = PROBLEM_QUEUE_FULL, .detail = "not now"});
        return false;
    }
    tray->request = request;
    tray->is_slow = http_query(request, "slow") != NULL;
    pthread_mutex_init(&tray->lock, NULL);
    pthread_cond_init(&tray->moved, NULL);
    assert_int_equal(pthread_create(&tray->thread, NULL, empty_the_tray,
                                    tray), 0);
    http_set_sink_state(request, tray);
    atomic_fetch_add(&begun, 1);
    return true;
}

static void refuse_at(struct http_request *request, size_t line)
{
    struct faults *faults = arena_array(http_arena(request), 1,
                                        sizeof *faults);

    assert_non_null(faults);
    faults_init(faults, http_arena(request));
    fault_add_at(faults, "", line, 7, FAULT_SYNTAX, NULL, "not a number");
    http_refuse_body(request, &(struct http_refusal){
        .problem = PROBLEM_INVALID_SPEC, .faults = faults});
}

static size_t take(struct http_request *request, const char *bytes,
                   size_t count)
{
    struct tray *tray = http_sink_state(request);
    size_t taken;

    pthread_mutex_lock(&tray->lock);
    taken = ROOM - tray->full < count ? ROOM - tray->full : count;
    for (size_t i = 0; i < taken; i++) {
        tray->total++;
        tray->sum += tray->total * (unsigned char)bytes[i];
    }
    tray->full += taken;
    tray->pieces++;
    tray->is_waited_for = taken < count;
    pthread_cond_signal(&tray->moved);
    pthread_mutex_unlock(&tray->lock);
    if (http_query(request, "fault") != NULL && tray->total > 100000
        && http_body_is_coming(request))
        refuse_at(request, 3);
    return taken;
}

static void end(struct http_request *request)
{
    struct tray *tray = http_sink_state(request);

    pthread_mutex_lock(&tray->lock);
    tray->is_over = true;
    pthread_cond_signal(&tray->moved);
    pthread_mutex_unlock(&tray->lock);
    pthread_join(tray->thread, NULL);
    pthread_mutex_destroy(&tray->lock);
    pthread_cond_destroy(&tray->moved);
    free(tray);
    atomic_fetch_add(&ended, 1);
}

static enum http_next total(struct http_request *request)
{
    struct tray *tray = http_sink_state(request);
    struct buffer body;

    buffer_init(&body);
    if (tray == NULL)
        buffer_text(&body, "nothing");
    else
        buffer_format(&body, "%zu %llu", tray->total,
                      (unsigned long long)tray->sum);
    return http_reply(request, 200, "text/plain", &body);
}

static const struct http_sink sink = {limit, "gzip", begin, take, end};

static const struct http_parameter queries[] = {
    {"refuse", "-"}, {"fault", "-"}, {"slow", "-"}, {0},
};

static const struct http_route routes[] = {
    {HTTP_POST, "/sink", total, "-", queries,
     .body_type = "text/csv, application/x-npy", .sink = &sink},
};

static int start(void **state)
{
    static struct site site;
    struct http_options options = site_options(routes, 1);

    options.body_timeout_s = 1;
    options.body_bytes_per_s_min = 1e6;
    site = (struct site){.drain_s = 0.2};
    site_start(&site, &options);
    atomic_store(&begun, 0);
    atomic_store(&ended, 0);
    *state = &site;
    return 0;
}

static int stop(void **state)
{
    site_close(*state);
    assert_int_equal(atomic_load(&begun), atomic_load(&ended));
    return 0;
}

/* A client that has sent a header with a body of `announced` bytes to come. */
static struct client announce(const struct site *site, const char *query,
                              size_t announced)
{
    struct client client = client_open(site);
    char head[256];

    snprintf(head, sizeof head, "POST /sink%s HTTP/1.1\r\nHost: localhost\r\n"
             "Content-Type: text/csv\r\nContent-Length: %zu\r\n\r\n", query,
             announced);
    client_text(&client, head);
    return client;
}

static char *block_of_bytes(void)
{
    char *block = malloc(BLOCK);

    assert_non_null(block);
    for (size_t i = 0; i < BLOCK; i++)
        block[i] = (char)(i * 2654435761u >> 24); /* Knuth's constant */
    return block;
}

/* sum of position * byte over `blocks` times the block */
static uint64_t sum_of(const char *block, size_t blocks)
{
    uint64_t sum = 0, at = 0;

    for (size_t b = 0; b < blocks; b++)
        for (size_t i = 0; i < BLOCK; i++)
            sum += ++at * (unsigned char)block[i];
    return sum;
}

static void expect_total(struct client *client, const char *block,
                         size_t blocks)
{
    struct answer answer = client_read(client, false);
    char text[64];

    snprintf(text, sizeof text, "%zu %llu", blocks * BLOCK,
             (unsigned long long)sum_of(block, blocks));
    assert_int_equal(answer.status, 200);
    assert_string_equal(answer.body, text);
    answer_free(&answer);
}

/* Through a tray of 40 000 bytes that a thread empties. */
static void every_byte_comes_once_and_in_order(void **state)
{
    struct client client = announce(*state, "", 20 * BLOCK);
    char *block = block_of_bytes();

    for (int i = 0; i < 20; i++)
        client_send(&client, block, BLOCK);
    expect_total(&client, block, 20);
    client_close(&client);
    free(block);
}

static void a_chunked_body_comes_too(void **state)
{
    struct client client = client_open(*state);
    char *block = block_of_bytes();

    client_text(&client, POST("/sink") "Content-Encoding: gzip\r\n"
                "Transfer-Encoding: chunked\r\n\r\n");
    for (int i = 0; i < 5; i++) {
        client_text(&client, "f4240\r\n"); /* BLOCK */
        client_send(&client, block, BLOCK);
        client_text(&client, "\r\n");
    }
    client_text(&client, "0\r\n\r\n");
    expect_total(&client, block, 5);
    assert_true(client_sees_end(&client));
    client_close(&client);
    free(block);
}

static void a_kept_connection_takes_a_second_body(void **state)
{
    struct client client = announce(*state, "", BLOCK);
    char *block = block_of_bytes();
    char head[] = POST("/sink") "Content-Length: 1000000\r\n\r\n";

    client_send(&client, block, BLOCK);
    expect_total(&client, block, 1);
    client_text(&client, head);
    client_send(&client, block, BLOCK);
    expect_total(&client, block, 1);
    client_close(&client);
    free(block);
}

static void without_a_body_the_handler_sees_no_state(void **state)
{
    struct client client = announce(*state, "", 0);
    struct answer answer = client_read(&client, false);

    assert_int_equal(answer.status, 200);
    assert_string_equal(answer.body, "nothing");
    answer_free(&answer);
    client_close(&client);
}

/* The answer comes while 49 of the 50 MB have not been sent. */
static void a_fault_in_the_middle_is_answered_at_once(void **state)
{
    struct client client = announce(*state, "?fault=1", LIMIT);
    char *block = block_of_bytes();
    struct answer answer;

    client_send(&client, block, 200000);
    answer = client_read(&client, false);
    assert_int_equal(answer.status, 422);
    assert_non_null(strstr(answer.body,
                           "\"errors\":[{\"line\":3,\"column\":7,"
                           "\"code\":\"syntax\",\"detail\":"));
    assert_null(strstr(answer.body, "pointer"));
    answer_free(&answer);
    assert_true(client_sees_end(&client));
    client_close(&client);
    free(block);
}

static void a_sink_may_refuse_before_the_body(void **state)
{
    struct client client = announce(*state, "?refuse=1", LIMIT);
    struct answer answer = client_read(&client, false);

    assert_int_equal(answer.status, 503);
    assert_non_null(strstr(answer.body, "not now"));
    answer_free(&answer);
    assert_true(client_sees_end(&client));
    client_close(&client);
    assert_int_equal(atomic_load(&begun), 0);
}

static void the_limit_counts_announced_and_chunked_bytes(void **state)
{
    struct client client = announce(*state, "", LIMIT + 1);
    struct answer answer = client_read(&client, false);
    char *block = block_of_bytes();

    assert_int_equal(answer.status, 413);
    assert_non_null(strstr(answer.body, "\"limit\":50000000"));
    answer_free(&answer);
    client_close(&client);
    client = client_open(*state);
    client_text(&client, POST("/sink") "Transfer-Encoding: chunked\r\n\r\n");
    for (int i = 0; i < 51; i++) {
        client_text(&client, "f4240\r\n");
        client_send(&client, block, BLOCK);
        client_text(&client, "\r\n");
    }
    answer = client_read(&client, false);
    assert_int_equal(answer.status, 413);
    assert_non_null(strstr(answer.body, "\"limit\":50000000"));
    answer_free(&answer);
    client_close(&client);
    free(block);
}

static void types_and_codings_are_those_of_the_route(void **state)
{
    static const struct { const char *headers; unsigned status; } cases[] = {
        {"Content-Type: text/csv; charset=utf-8\r\n", 200},
        {"Content-Type: application/x-npy\r\n", 200},
        {"Content-Type: application/x-www-form-urlencoded\r\n", 200},
        {"Content-Type: application/x-np\r\n", 415},
        {"Content-Type: text/plain\r\n", 415},
        {"Content-Encoding: gzip\r\n", 200},
        {"Content-Encoding: GZIP\r\n", 200},
        {"Content-Encoding: identity\r\n", 200},
        {"Content-Encoding: br\r\n", 415},
        {"Content-Encoding: gzip, gzip\r\n", 415},
    };
    char text[256];

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        int bytes = snprintf(text, sizeof text, POST("/sink")
                             "%sContent-Length: 1\r\n\r\nx",
                             cases[i].headers);
        assert_int_equal(client_status(*state, text, (size_t)bytes),
                         cases[i].status);
    }
}

/* One has begun, and all have ended. */
static bool all_have_ended(void)
{
    for (int i = 0; i < 2000; i++) {
        if (atomic_load(&begun) > 0
            && atomic_load(&begun) == atomic_load(&ended))
            return true;
        usleep(10000);
    }
    return false;
}

static void a_client_that_goes_away_ends_the_request(void **state)
{
    struct client client = announce(*state, "", LIMIT);
    char *block = block_of_bytes();

    client_send(&client, block, BLOCK);
    client_close(&client);
    assert_true(all_have_ended());
    assert_int_equal(atomic_load(&begun), 1);
    free(block);
}

/* 1 s, and 1 s more for a megabyte: the announced 50 MB buy nothing. */
static void a_client_that_stops_sending_is_refused(void **state)
{
    struct client client = announce(*state, "", LIMIT);
    struct answer answer;

    client_text(&client, "some");
    answer = client_read(&client, false);
    assert_int_equal(answer.status, 408);
    answer_free(&answer);
    client_close(&client);
    assert_true(all_have_ended());
}

/* 100 kB buy 1.1 s, and the tray stays full for 1.5: it is not their fault. */
static void time_in_which_a_client_is_held_up_is_not_its_own(void **state)
{
    struct client client = announce(*state, "?slow=1", BLOCK);
    char *block = block_of_bytes();

    client_send(&client, block, BLOCK);
    expect_total(&client, block, 1);
    client_close(&client);
    free(block);
}

static void the_stop_ends_what_is_coming(void **state)
{
    struct client client = announce(*state, "", LIMIT);

    client_text(&client, "some");
    while (atomic_load(&begun) == 0)
        usleep(1000);
    site_stop(*state);
    assert_true(client_sees_end(&client));
    client_close(&client);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, start, stop)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(every_byte_comes_once_and_in_order),
        TEST(a_chunked_body_comes_too),
        TEST(a_kept_connection_takes_a_second_body),
        TEST(without_a_body_the_handler_sees_no_state),
        TEST(a_fault_in_the_middle_is_answered_at_once),
        TEST(a_sink_may_refuse_before_the_body),
        TEST(the_limit_counts_announced_and_chunked_bytes),
        TEST(types_and_codings_are_those_of_the_route),
        TEST(a_client_that_goes_away_ends_the_request),
        TEST(a_client_that_stops_sending_is_refused),
        TEST(time_in_which_a_client_is_held_up_is_not_its_own),
        TEST(the_stop_ends_what_is_coming),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
