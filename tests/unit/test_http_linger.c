/* test_http_linger.c - a body that is refused is read on until the answer has
 * arrived: so far, so long, and no further. */
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "server/base/clock.h"
#include "server/http/http.h"
#include "tests/unit/cmocka_all.h"
#include "tests/unit/http_site.h"

enum { BODY_MAX = 1000, BODY = 3000000, CHUNK = 10000 };

#define PATIENCE_NS INT64_C(20000000000)

/* More than a query has: refused by the request line alone. */
#define TEN "&&&&&&&&&&"
#define AMPERSANDS TEN TEN TEN TEN TEN TEN TEN

static enum http_next take(struct http_request *request)
{
    return http_reply_empty(request, 204);
}

static const struct http_parameter queries[] = {{"a", "-"}, {0}};

static const struct http_route routes[] = {
    {HTTP_POST, "/jobs", take, "-", .queries = queries,
     .body_bytes_max = BODY_MAX, .body_type = "application/json"},
    {HTTP_GET, "/jobs", take, "-"},
};

static struct http_options options_of(void)
{
    return site_options(routes, sizeof routes / sizeof *routes);
}

/* Send zeros; how many the server took before it closed. */
static size_t send_zeros(struct client *client, size_t count)
{
    static const char zeros[CHUNK];
    size_t sent = 0;

    while (sent < count) {
        size_t piece = count - sent < CHUNK ? count - sent : CHUNK;
        ssize_t done = send(client->fd, zeros, piece, MSG_NOSIGNAL);

        if (done <= 0)
            break;
        sent += (size_t)done;
    }
    return sent;
}

/*
 * A client that looks for the answer only when all is sent gets it, as urllib
 * and http.client do. (Before a body was read on, 26 of 30 got a reset.)
 */
static void whoever_sends_all_first_gets_the_answer(void **unused)
{
    static const struct {
        const char *line, *headers;
        unsigned status;
        const char *body;
    } cases[] = {
        {"POST /jobs", "Host: localhost\r\n", 413, "\"limit\":1000"},
        {"POST /jobs", "Host: localhost\r\nContent-Type: text/plain\r\n", 413,
         "too-large"},
        {"POST /jobs?b=1", "Host: localhost\r\n", 400, "\"parameter\":\"b\""},
        {"PUT /jobs", "Host: localhost\r\n", 405, "method-not-allowed"},
        {"POST /nowhere", "Host: localhost\r\n", 404, "not-found"},
        {"POST /jobs?" AMPERSANDS, "Host: localhost\r\n", 400,
         "invalid-parameter"},
        {"GET /jobs", "Host: localhost\r\n", 400, "malformed-request"},
        {"POST /%00", "Host: localhost\r\n", 400, "malformed-request"},
        {"POST /jobs", "Host: evil.example\r\n", 421, "misdirected-request"},
        {"POST /jobs", "Host: localhost\r\nOrigin: http://evil.example\r\n",
         403, "forbidden-origin"},
        {"BREW /jobs", "Host: localhost\r\n", 501, "unknown-method"},
        {"POST /jobs", "Host: localhost\r\nExpect: miracles\r\n", 417,
         "expectation-failed"},
    };
    struct http_options options = options_of();
    struct site site = {0};

    (void)unused;
    site_start(&site, &options);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        for (int round = 0; round < 5; round++) {
            struct client client = client_open(&site);
            struct answer answer;
            char head[512], value[256];

            snprintf(head, sizeof head, "%s HTTP/1.1\r\n%s"
                     "Content-Length: %d\r\n\r\n", cases[i].line,
                     cases[i].headers, BODY);
            client_text(&client, head);
            assert_int_equal(send_zeros(&client, BODY), BODY);
            answer = client_read(&client, false);
            if (answer.status != cases[i].status)
                fail_msg("%s: %u", head, answer.status);
            assert_true(answer.complete);
            assert_non_null(strstr(answer.body, cases[i].body));
            assert_string_equal(answer_header(&answer, "Connection", value),
                                "close");
            assert_string_equal(
                answer_header(&answer, "Content-Type", value),
                "application/problem+json");
            assert_non_null(answer_header(&answer, "Date", value));
            assert_non_null(answer_header(&answer, "Server-Timing", value));
            if (answer.status == 405)
                assert_string_equal(answer_header(&answer, "Allow", value),
                                    "GET, HEAD, POST, OPTIONS");
            assert_true(client_sees_end(&client));
            answer_free(&answer);
            client_close(&client);
        }
    site_close(&site);
}

static void chunks_are_read_on_too(void **unused)
{
    static char chunk[8 + CHUNK + 2] = "2710\r\n"; /* 10000 */
    struct http_options options = options_of();
    struct site site = {0};

    (void)unused;
    memset(chunk + 6, ' ', CHUNK);
    memcpy(chunk + 6 + CHUNK, "\r\n", 2);
    site_start(&site, &options);
    for (int round = 0; round < 10; round++) {
        struct client client = client_open(&site);
        struct answer answer;

        client_text(&client, "POST /jobs HTTP/1.1\r\nHost: localhost\r\n"
                    "Transfer-Encoding: chunked\r\n\r\n");
        for (int i = 0; i < BODY / CHUNK; i++)
            client_send(&client, chunk, 6 + CHUNK + 2);
        client_text(&client, "0\r\n\r\n");
        answer = client_read(&client, false);
        assert_int_equal(answer.status, 413);
        assert_non_null(strstr(answer.body, "\"limit\":1000"));
        assert_true(client_sees_end(&client));
        answer_free(&answer);
        client_close(&client);
    }
    site_close(&site);
}

/* The answer comes while most of the body is still to be sent. */
static void the_answer_does_not_wait_for_the_body(void **unused)
{
    struct http_options options = options_of();
    struct site site = {0};
    struct client client;
    struct answer answer;

    (void)unused;
    site_start(&site, &options);
    client = client_open(&site);
    client_text(&client, "POST /jobs HTTP/1.1\r\nHost: localhost\r\n"
                "Content-Length: 3000000\r\n\r\n{");
    answer = client_read(&client, false);
    assert_int_equal(answer.status, 413);
    answer_free(&answer);
    client_close(&client);
    client = client_open(&site);
    client_text(&client, "HEAD /jobs HTTP/1.1\r\nHost: localhost\r\n"
                "Content-Length: 3\r\n\r\nabc");
    answer = client_read(&client, true);
    assert_int_equal(answer.status, 400);
    assert_true(client_sees_end(&client)); /* no body follows */
    answer_free(&answer);
    client_close(&client);
    site_close(&site);
}

/* Who waits for 100 Continue is answered and left, without the linger's time:
 * here it is longer than the test waits. */
static void whoever_waits_to_be_asked_is_answered_at_once(void **unused)
{
    struct http_options options = options_of();
    struct site site = {0};
    struct client client;
    struct answer answer;

    (void)unused;
    options.linger_s = 3600;
    site_start(&site, &options);
    client = client_open(&site);
    client_text(&client, "POST /jobs HTTP/1.1\r\nHost: localhost\r\n"
                "Expect: 100-continue\r\nContent-Length: 3000000\r\n\r\n");
    answer = client_read(&client, false);
    assert_int_equal(answer.status, 413);
    assert_true(client_sees_end(&client));
    answer_free(&answer);
    client_close(&client);
    site_close(&site);
}

/* What it takes beyond its limit lies in the kernel's buffers: a few MB. */
static void no_more_is_read_than_the_limit(void **unused)
{
    enum { KERNEL_MAX = 12 << 20, ENDLESS = 400 << 20 };
    struct http_options options = options_of();
    struct site site = {0};
    struct client client;

    (void)unused;
    options.linger_bytes = 1 << 20;
    options.linger_s = 3600;
    site_start(&site, &options);
    client = client_open(&site);
    client_text(&client, "POST /jobs HTTP/1.1\r\nHost: localhost\r\n"
                "Content-Length: 419430400\r\n\r\n");
    assert_in_range(send_zeros(&client, ENDLESS), 1 << 20,
                    (1 << 20) + KERNEL_MAX);
    client_close(&client);
    site_close(&site);
}

/* It sends a byte now and then for ever; its time is over all the same. */
static void no_longer_is_read_than_the_limit(void **unused)
{
    struct http_options options = options_of();
    int64_t end_ns = clock_monotonic_ns() + PATIENCE_NS;
    struct site site = {0};
    struct client client;
    struct answer answer;
    bool is_cut = false;

    (void)unused;
    options.linger_s = 0.3;
    site_start(&site, &options);
    client = client_open(&site);
    client_text(&client, "POST /jobs HTTP/1.1\r\nHost: localhost\r\n"
                "Content-Length: 3000000\r\n\r\n");
    answer = client_read(&client, false);
    assert_int_equal(answer.status, 413);
    answer_free(&answer);
    while (!is_cut && clock_monotonic_ns() < end_ns) {
        is_cut = send(client.fd, "a", 1, MSG_NOSIGNAL) < 0;
        poll(NULL, 0, 20);
    }
    assert_true(is_cut);
    client_close(&client);
    site_close(&site);
}

/* A refusal that is read on holds no other client up, and no drain for long. */
static void others_are_served_meanwhile(void **unused)
{
    struct http_options options = options_of();
    struct site site = {.drain_s = 0.2};
    struct client client, other;
    struct answer answer;

    (void)unused;
    options.linger_s = 3600;
    site_start(&site, &options);
    client = client_open(&site);
    client_text(&client, "POST /jobs HTTP/1.1\r\nHost: localhost\r\n"
                "Content-Length: 3000000\r\n\r\n");
    other = client_open(&site);
    answer = client_ask(&other, "GET /jobs HTTP/1.1\r\nHost: localhost\r\n"
                        "\r\n");
    assert_int_equal(answer.status, 204);
    answer_free(&answer);
    client_close(&other);
    site_stop(&site);
    answer = client_read(&client, false);
    assert_int_equal(answer.status, 413);
    answer_free(&answer);
    client_close(&client);
    site_close(&site);
}

/* Long after its time a client sends on, and only then looks: until then no
 * send may fail, since most clients would give up there. */
static void a_body_that_comes_too_slowly_gets_its_408(void **unused)
{
    enum { BYTES = 60, PAUSE_MS = 20 };
    struct http_options options = options_of();
    struct site site = {0};
    struct client client;
    struct answer answer;

    (void)unused;
    options.body_timeout_s = 0.2;
    options.body_bytes_per_s_min = 1e12;
    site_start(&site, &options);
    client = client_open(&site);
    client_text(&client, "POST /jobs HTTP/1.1\r\nHost: localhost\r\n"
                "Content-Length: 900\r\n\r\n");
    for (int i = 0; i < BYTES; i++) {
        assert_int_equal(send(client.fd, "a", 1, MSG_NOSIGNAL), 1);
        poll(NULL, 0, PAUSE_MS);
    }
    answer = client_read(&client, false);
    assert_int_equal(answer.status, 408);
    answer_free(&answer);
    client_close(&client);
    site_close(&site);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whoever_sends_all_first_gets_the_answer),
        cmocka_unit_test(chunks_are_read_on_too),
        cmocka_unit_test(the_answer_does_not_wait_for_the_body),
        cmocka_unit_test(whoever_waits_to_be_asked_is_answered_at_once),
        cmocka_unit_test(no_more_is_read_than_the_limit),
        cmocka_unit_test(no_longer_is_read_than_the_limit),
        cmocka_unit_test(others_are_served_meanwhile),
        cmocka_unit_test(a_body_that_comes_too_slowly_gets_its_408),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
