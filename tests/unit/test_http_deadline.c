/* test_http_deadline.c - slow clients are cut, idle ones are not. */
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "server/base/clock.h"
#include "server/http/http.h"
#include "tests/unit/cmocka_all.h"
#include "tests/unit/http_site.h"

#define END " HTTP/1.1\r\nHost: localhost\r\n\r\n"

static enum http_next say_yes(struct http_request *request)
{
    struct buffer body;

    buffer_init(&body);
    buffer_text(&body, "yes");
    return http_reply(request, 200, "text/plain", &body);
}

static const struct http_route routes[] = {
    {HTTP_GET, "/ask", say_yes, "-"},
    {HTTP_POST, "/take", say_yes, "-", .body_bytes_max = 100000},
};

static void gives(struct client *client, const char *ask, const char *body)
{
    struct answer answer = client_ask(client, ask);

    assert_int_equal(answer.status, 200);
    assert_string_equal(answer.body, body);
    answer_free(&answer);
}

/* Send a byte every 50 ms until the server has had enough; whether it had
 * before 10 s were over. The status it sent goes to *ret_status. */
static bool drips_until_cut(struct client *client, unsigned *ret_status)
{
    int64_t end_ns = clock_monotonic_ns() + INT64_C(10000000000);
    struct answer answer = {0};

    while (clock_monotonic_ns() < end_ns) {
        struct timespec pause = {0, 50000000};
        char byte;

        if (recv(client->fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) >= 0) {
            answer = client_read(client, false);
            *ret_status = answer.status;
            answer_free(&answer);
            return true;
        }
        client_text(client, "a");
        nanosleep(&pause, NULL);
    }
    return false;
}

/* A client that drips never is inactive, so only an absolute deadline ends
 * it. The last two cases drip into a request line after an answer. */
static void a_client_that_drips_is_cut(void **unused)
{
    static const struct {
        const char *begin;
        unsigned status; /* 0: cut without an answer */
        bool after_answer;
    } cases[] = {
        {"GET /a", 0, false},
        {"GET / HTTP/1.1\r\nX: ", 408, false},
        {"POST /take HTTP/1.1\r\nHost: localhost\r\n"
         "Content-Length: 90000\r\n\r\n", 408, false},
        {"POST /take HTTP/1.1\r\nHost: localhost\r\n"
         "Transfer-Encoding: chunked\r\n\r\n10000\r\n", 408, false},
        {"GET /a", 0, true},
        {"GET / HTTP/1.1\r\nX: ", 408, true},
    };
    struct site site = {0};
    struct http_options all = site_options(routes, 2);

    (void)unused;
    all.header_timeout_s = 0.3;
    all.body_timeout_s = 0.3;
    all.body_bytes_per_s_min = 1e6;
    site_start(&site, &all);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct client client = client_open(&site);
        unsigned status = 0;

        if (cases[i].after_answer)
            gives(&client, "GET /ask" END, "yes");
        client_text(&client, cases[i].begin);
        if (!drips_until_cut(&client, &status))
            fail_msg("case %zu drips on", i);
        assert_int_equal(status, cases[i].status);
        client_close(&client);
    }
    site_close(&site);
}

/* Twice the header's time: what is idle is not late. */
static void an_idle_connection_outlives_the_headers_time(void **unused)
{
    struct site site = {0};
    struct http_options all = site_options(routes, 2);
    struct client client;

    (void)unused;
    all.header_timeout_s = 0.3;
    site_start(&site, &all);
    client = client_open(&site);
    gives(&client, "GET /ask" END, "yes");
    usleep(600000);
    client_text(&client, "GET /a");
    usleep(150000);
    gives(&client, "sk" END, "yes");
    client_close(&client);
    site_close(&site);
}

static void an_idle_connection_is_closed_in_the_end(void **unused)
{
    struct site site = {0};
    struct http_options all = site_options(routes, 2);
    struct client client;

    (void)unused;
    all.idle_timeout_s = 1;
    site_start(&site, &all);
    client = client_open(&site);
    gives(&client, "GET /ask" END, "yes");
    assert_true(client_sees_end(&client));
    client_close(&client);
    site_close(&site);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_client_that_drips_is_cut),
        cmocka_unit_test(an_idle_connection_outlives_the_headers_time),
        cmocka_unit_test(an_idle_connection_is_closed_in_the_end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
