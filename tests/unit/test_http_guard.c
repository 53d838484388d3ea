/* test_http_guard.c - the gate: raw bytes in, the right refusal out. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/http/problem_reply.h"
#include "tests/unit/cmocka_all.h"
#include "tests/unit/http_site.h"

enum { BODY_MAX = 1000 };

static enum http_next echo(struct http_request *request)
{
    struct buffer body;
    size_t bytes;
    const char *text = http_body(request, &bytes);

    buffer_init(&body);
    buffer_append(&body, text, bytes);
    return http_reply(request, 200, "application/json", &body);
}

/* Takes "limit", which is "1" or a fault. */
static enum http_next list(struct http_request *request)
{
    struct faults *faults = http_query_faults(request);
    const char *limit = http_query(request, "limit");

    assert_non_null(faults);
    if (limit != NULL && strcmp(limit, "1") != 0)
        fault_add(faults, "?limit", FAULT_OUT_OF_RANGE, NULL, "not 1");
    return faults->total == 0
         ? echo(request)
         : problem_reply_faults(request, PROBLEM_INVALID_PARAMETER, faults);
}

static const struct http_parameter queries[] = {
    {"limit", "How many."}, {"state", "Which."}, {0},
};

static const struct http_route routes[] = {
    {HTTP_GET, "/", echo, "The root."},
    {HTTP_GET, "/jobs", list, "List.", .queries = queries,
     .adds_faults = true},
    {HTTP_GET, "/other", echo, "Does not look.", .queries = queries},
    {HTTP_POST, "/jobs", echo, "Create.", .body_bytes_max = BODY_MAX,
     .body_type = "application/json"},
    {HTTP_POST, "/data", echo, "Upload.", .body_bytes_max = BODY_MAX},
    {HTTP_GET, "/jobs/{id}", echo, "One."},
};

static struct site site;

static int start(void **unused)
{
    static const char *const hosts[] = {"gradient.example", NULL};
    struct http_options options =
        site_options(routes, sizeof routes / sizeof *routes);

    (void)unused;
    options.hosts = hosts;
    site_start(&site, &options);
    return 0;
}

static int stop(void **unused)
{
    (void)unused;
    site_close(&site);
    return 0;
}

#define GET "GET / HTTP/1.1\r\nHost: localhost\r\n"
#define POST "POST /jobs HTTP/1.1\r\nHost: localhost\r\n"

struct refused {
    const char *what;
    const char *bytes;
    unsigned status;
    size_t count;          /* 0: strlen(bytes) */
};

static void check(const struct refused *cases, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        size_t bytes = cases[i].count != 0 ? cases[i].count
                                           : strlen(cases[i].bytes);
        struct client client = client_open(&site);
        struct answer answer;

        client_send(&client, cases[i].bytes, bytes);
        answer = client_read(&client, false);
        if (answer.status != cases[i].status)
            fail_msg("%s: %u, not %u", cases[i].what, answer.status,
                     cases[i].status);
        if (answer.status >= 400 && !client_sees_end(&client))
            fail_msg("%s: the connection stays open", cases[i].what);
        answer_free(&answer);
        client_close(&client);
    }
}

#define CHECK(cases) check(cases, sizeof cases / sizeof cases[0])

static void good_requests_pass(void **unused)
{
    static const struct refused cases[] = {
        {"1.1", GET "\r\n", 200},
        {"1.0 without Host", "GET / HTTP/1.0\r\n\r\n", 200},
        {"tabs and no blank after the colon",
         "GET / HTTP/1.1\r\nHost:localhost\r\nX:\ta\tb\t\r\nY:\r\n\r\n", 200},
        {"Host with port",
         "GET / HTTP/1.1\r\nHost: LOCALHOST:8080\r\n\r\n", 200},
        {"Host of the option",
         "GET / HTTP/1.1\r\nHost: gradient.example\r\n\r\n", 200},
        {"Host in IPv6", "GET / HTTP/1.1\r\nHost: [::1]:80\r\n\r\n", 200},
        {"empty body", POST "Content-Length: 0\r\n\r\n", 200},
        {"JSON", POST "Content-Type: application/json; charset=utf-8\r\n"
         "Content-Length: 2\r\n\r\n{}", 200},
        {"as curl -d sends it",
         POST "Content-Type: application/x-www-form-urlencoded\r\n"
         "Content-Length: 2\r\n\r\n{}", 200},
        {"no type", POST "Content-Length: 2\r\n\r\n{}", 200},
        {"any type where none is asked for",
         "POST /data HTTP/1.1\r\nHost: localhost\r\nContent-Type: a/b\r\n"
         "Content-Length: 2\r\n\r\n{}", 200},
        {"chunks", POST "Transfer-Encoding: chunked\r\n\r\n"
         "1\r\n{\r\n1\r\n}\r\n0\r\n\r\n", 200},
        {"our Origin", POST "Origin: http://localhost\r\n"
         "Content-Length: 2\r\n\r\n{}", 200},
        {"a foreign Origin that only reads",
         GET "Origin: http://evil.example\r\n\r\n", 200},
    };

    (void)unused;
    CHECK(cases);
}

static void a_bad_request_line_is_refused(void **unused)
{
    static const struct refused cases[] = {
        {"%00", "GET /%00 HTTP/1.1\r\nHost: localhost\r\n\r\n", 400},
        {"%0a", "GET /%0a HTTP/1.1\r\nHost: localhost\r\n\r\n", 400},
        {"%zz", "GET /%zz HTTP/1.1\r\nHost: localhost\r\n\r\n", 400},
        {"cut escape", "GET /%4 HTTP/1.1\r\nHost: localhost\r\n\r\n", 400},
        {"bad UTF-8", "GET /%ff HTTP/1.1\r\nHost: localhost\r\n"
         "Content-Length: 1\r\n\r\nx", 400},
        {"blank", "GET /a b HTTP/1.1\r\nHost: localhost\r\n\r\n", 400},
        {"two blanks", "GET  / HTTP/1.1\r\nHost: localhost\r\n\r\n", 400},
        {"NUL", "GET /\0x HTTP/1.1\r\nHost: localhost\r\n\r\n", 400,
         sizeof "GET /\0x HTTP/1.1\r\nHost: localhost\r\n\r\n" - 1},
        {"#", "GET /#a HTTP/1.1\r\nHost: localhost\r\n\r\n", 400},
        {"raw UTF-8", "GET /\xc3\xbc HTTP/1.1\r\nHost: localhost\r\n\r\n",
         400},
        /* RFC 9112, section 3.2.2: the target's host counts, not Host. */
        {"absolute, of another", "GET http://evil.example/ HTTP/1.1\r\n"
         "Host: localhost\r\n\r\n", 421},
        {"absolute, of a user", "GET http://me@localhost/ HTTP/1.1\r\n"
         "Host: localhost\r\n\r\n", 421},
        {"absolute, of nobody", "GET http:/// HTTP/1.1\r\n"
         "Host: localhost\r\n\r\n", 421},
        {"absolute, without Host", "GET http://localhost/ HTTP/1.1\r\n\r\n",
         400},
        {"ftp", "GET ftp://localhost/ HTTP/1.1\r\nHost: localhost\r\n\r\n",
         400},
        {"star", "GET * HTTP/1.1\r\nHost: localhost\r\n\r\n", 400},
        {"**", "OPTIONS ** HTTP/1.1\r\nHost: localhost\r\n\r\n", 400},
        {"1.2", "GET / HTTP/1.2\r\nHost: localhost\r\n\r\n", 505},
        {"2.0", "GET / HTTP/2.0\r\nHost: localhost\r\n\r\n", 505},
        {"no version", "GET /\r\nHost: localhost\r\n\r\n", 400},
        {"FOO", "FOO / HTTP/1.1\r\nHost: localhost\r\n\r\n", 501},
        {"get", "get / HTTP/1.1\r\nHost: localhost\r\n\r\n", 501},
        {"TRACE", "TRACE / HTTP/1.1\r\nHost: localhost\r\n\r\n", 501},
    };

    (void)unused;
    CHECK(cases);
}

static void a_bad_header_is_refused(void **unused)
{
    static const struct refused cases[] = {
        {"blank before the colon", GET "X : a\r\n\r\n", 400},
        {"no name", GET ": a\r\n\r\n", 400},
        {"no colon", GET "nonsense\r\n\r\n", 400},
        {"control byte", GET "X: a\x01" "b\r\n\r\n", 400},
        {"CR alone", GET "X: a\rb\r\n\r\n", 400},
        {"DEL", GET "X: a\x7f\r\n\r\n", 400},
        {"NUL in a value", GET "X: a\0b\r\n\r\n", 400,
         sizeof GET "X: a\0b\r\n\r\n" - 1},
        {"NUL in a name", GET "X\0y: b\r\n\r\n", 400,
         sizeof GET "X\0y: b\r\n\r\n" - 1},
        {"NUL in the last value's end", GET "X: a\0\r\n\r\n", 400,
         sizeof GET "X: a\0\r\n\r\n" - 1},
        {"folded", GET "X: a\r\n b\r\n\r\n", 400},
        {"folded first", "GET / HTTP/1.1\r\n Host: localhost\r\n\r\n", 400},
        {"folded last", GET "X: a\r\n\tContent-Length: 5\r\n\r\n", 400},
        {"LF alone", "GET / HTTP/1.1\nHost: localhost\n\n", 400},
        {"bracket in a name", GET "X(y): a\r\n\r\n", 400},
    };

    (void)unused;
    CHECK(cases);
}

static void framing_that_can_be_read_two_ways_is_refused(void **unused)
{
    static const struct refused cases[] = {
        {"two lengths", POST "Content-Length: 2\r\nContent-Length: 3\r\n\r\n"
         "{}", 400},
        {"two equal lengths",
         POST "Content-Length: 2\r\ncontent-length: 2\r\n\r\n{}", 400},
        {"20 digits", POST "Content-Length: 00000000000000000002\r\n\r\n{}",
         400},
        {"CL and TE", POST "Content-Length: 2\r\nTransfer-Encoding: chunked"
         "\r\n\r\n0\r\n\r\n", 400},
        {"TE and CL", POST "Transfer-Encoding: chunked\r\nContent-Length: 2"
         "\r\n\r\n0\r\n\r\n", 400},
        {"two TE", POST "Transfer-Encoding: chunked\r\n"
         "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400},
        {"gzip", POST "Transfer-Encoding: gzip\r\n\r\n", 501},
        {"gzip, chunked", POST "Transfer-Encoding: gzip, chunked\r\n\r\n"
         "0\r\n\r\n", 400},
        {"chunked and a blank", POST "Transfer-Encoding: chunked \r\n\r\n"
         "0\r\n\r\n", 400},
        {"chunked on 1.0", "POST /jobs HTTP/1.0\r\nHost: localhost\r\n"
         "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400},
        {"bad chunk", POST "Transfer-Encoding: chunked\r\n\r\nzz\r\n\r\n",
         400},
        {"no Host", "GET / HTTP/1.1\r\n\r\n", 400},
        {"no header at all but one", "GET / HTTP/1.1\r\nX: a\r\n\r\n", 400},
        {"two Hosts", "GET / HTTP/1.1\r\nHost: localhost\r\n"
         "Host: localhost\r\n\r\n", 400},
    };

    (void)unused;
    CHECK(cases);
}

/* MHD refuses these itself, before it asks us, and says its header twice (a
 * fault of 0.9.75). What counts is the status and that nothing follows. */
static void a_length_that_is_no_number_is_refused(void **unused)
{
    static const char *const lengths[] = {"+2", "2, 2", "0x2", "", "-1",
                                          "99999999999999999999", "2 "};

    (void)unused;
    for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
        struct client client = client_open(&site);
        struct answer answer;
        char text[256];

        snprintf(text, sizeof text, POST "Content-Length: %s\r\n\r\n{}" GET
                 "\r\n", lengths[i]);
        answer = client_ask(&client, text);
        assert_true(answer.status == 400 || answer.status == 413);
        answer_free(&answer);
        while (!client_sees_end(&client)) {
            assert_null(strstr(client.bytes, "HTTP/1.1 200"));
            client.count = 0;
        }
        client_close(&client);
    }
}

static void requests_for_or_from_elsewhere_are_refused(void **unused)
{
    static const struct refused cases[] = {
        {"foreign Host", "GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n", 421},
        {"Host with a bad port",
         "GET / HTTP/1.1\r\nHost: localhost:80x\r\n\r\n", 421},
        {"empty Host", "GET / HTTP/1.1\r\nHost:\r\n\r\n", 421},
        {"foreign Origin", POST "Origin: http://evil.example\r\n"
         "Content-Length: 2\r\n\r\n{}", 403},
        {"another port", POST "Origin: http://localhost:3000\r\n"
         "Content-Length: 2\r\n\r\n{}", 403},
        {"null Origin", POST "Origin: null\r\nContent-Length: 2\r\n\r\n{}",
         403},
        {"Expect", POST "Expect: 200-ok\r\nContent-Length: 2\r\n\r\n{}", 417},
    };

    (void)unused;
    CHECK(cases);
}

static void a_body_that_does_not_belong_is_refused(void **unused)
{
    static const struct refused cases[] = {
        {"text/plain", POST "Content-Type: text/plain\r\n"
         "Content-Length: 2\r\n\r\n{}", 415},
        {"other charset",
         POST "Content-Type: application/json; charset=latin1\r\n"
         "Content-Length: 2\r\n\r\n{}", 415},
        {"packed", POST "Content-Type: application/json\r\n"
         "Content-Encoding: gzip\r\nContent-Length: 2\r\n\r\n{}", 415},
        {"on GET", GET "Content-Length: 2\r\n\r\n{}", 400},
        {"on GET in chunks", GET "Transfer-Encoding: chunked\r\n\r\n"
         "0\r\n\r\n", 400},
        {"on an unknown place", "POST /x HTTP/1.1\r\nHost: localhost\r\n"
         "Content-Length: 2\r\n\r\n{}", 404},
        {"too large", POST "Content-Length: 1001\r\n\r\n{}", 413},
        {"too large by far", POST "Content-Length: 9223372036854775807\r\n"
         "\r\n{}", 413},
    };

    (void)unused;
    CHECK(cases);
}

/* 413 comes instead of "100 Continue", so nothing of the body is sent. */
static void an_oversize_body_is_refused_before_it_is_sent(void **unused)
{
    struct client client = client_open(&site);

    (void)unused;
    client_text(&client, POST "Expect: 100-continue\r\n"
                "Content-Length: 1001\r\n\r\n");
    struct answer answer = client_read(&client, false);

    assert_int_equal(answer.status, 413);
    assert_memory_equal(answer.head, "HTTP/1.1 413", 12);
    assert_non_null(strstr(answer.body, "\"limit\":1000"));
    answer_free(&answer);
    client_close(&client);
}

static void a_body_that_fits_is_asked_for(void **unused)
{
    struct client client = client_open(&site);

    (void)unused;
    client_text(&client, POST "Expect: 100-continue\r\n"
                "Content-Length: 2\r\n\r\n");
    struct answer answer = client_ask(&client, "{}");

    assert_int_equal(answer.status, 200);
    assert_string_equal(answer.body, "{}");
    answer_free(&answer);
    client_close(&client);
}

/* 30 chunks of 40 bytes are 1200, over the limit of 1000. */
static void an_oversize_chunked_body_is_refused(void **unused)
{
    static const char chunk[] =
        "28\r\n1234567890123456789012345678901234567890\r\n";
    struct client client = client_open(&site);

    (void)unused;
    client_text(&client, POST "Transfer-Encoding: chunked\r\n\r\n");
    for (int i = 0; i < 30; i++)
        client_text(&client, chunk);
    struct answer answer = client_read(&client, false);

    assert_int_equal(answer.status, 413);
    assert_non_null(strstr(answer.body, "\"limit\":1000"));
    assert_true(client_sees_end(&client));
    answer_free(&answer);
    client_close(&client);
}

/* A target or header of `count` bytes or lines between `before` and `after`. */
static unsigned status_of_long(const char *before, const char *piece,
                               size_t count, const char *after)
{
    size_t bytes = strlen(piece) * count;
    char *text = malloc(strlen(before) + bytes + strlen(after) + 1), *end;
    unsigned status;

    assert_non_null(text);
    end = stpcpy(text, before);
    for (size_t i = 0; i < count; i++)
        end = stpcpy(end, piece);
    end = stpcpy(end, after);
    status = client_status(&site, text, (size_t)(end - text));
    free(text);
    return status;
}

static void long_targets_and_headers_are_refused(void **unused)
{
    static const char end[] = " HTTP/1.1\r\nHost: localhost\r\n\r\n";

    (void)unused;
    assert_int_equal(status_of_long("GET /?", "&", 8000, end), 400);
    assert_int_equal(status_of_long("GET /?", "&", 63, end), 200);
    assert_int_equal(status_of_long("GET /", "a", 8191, end), 404);
    assert_int_equal(status_of_long("GET /", "a", 8192, end), 414);
    assert_int_equal(status_of_long("GET /", "a", 30000, end), 414);
    assert_int_equal(status_of_long(GET, "X: a\r\n", 63, "\r\n"), 200);
    assert_int_equal(status_of_long(GET, "X: a\r\n", 64, "\r\n"), 431);
    assert_int_equal(status_of_long(GET "X: ", "a", 9000, "\r\n\r\n"), 200);
    assert_int_equal(status_of_long(GET "X: ", "a", 15000, "\r\n\r\n"), 431);
    assert_int_equal(status_of_long(GET "X: ", "a", 40000, "\r\n\r\n"), 431);
}

/* What looks like a second request behind a refused one is never answered. */
static void nothing_is_read_behind_a_refusal(void **unused)
{
    struct client client = client_open(&site);

    (void)unused;
    client_text(&client, POST "Content-Length: 2\r\nTransfer-Encoding: chunked"
                "\r\n\r\n0\r\n\r\n" GET "\r\n");
    struct answer answer = client_read(&client, false);

    assert_int_equal(answer.status, 400);
    assert_true(client_sees_end(&client));
    answer_free(&answer);
    client_close(&client);
}

static void every_fault_of_a_query_is_named(void **unused)
{
    struct client client = client_open(&site);
    struct answer answer;

    (void)unused;
    answer = client_ask(&client, "GET /jobs?limt=1&state=a&limit=2&state=b "
                        "HTTP/1.1\r\nHost: localhost\r\n\r\n");
    assert_int_equal(answer.status, 400);
    assert_non_null(strstr(answer.body, "/problems/invalid-parameter"));
    assert_non_null(strstr(answer.body, "\"detail\":\"3 faults\""));
    assert_non_null(strstr(answer.body, "\"parameter\":\"limt\""));
    assert_non_null(strstr(answer.body, "\"suggestion\":\"limit\""));
    assert_non_null(strstr(answer.body, "\"code\":\"duplicate\""));
    assert_non_null(strstr(answer.body, "\"code\":\"out_of_range\""));
    answer_free(&answer);
    answer = client_ask(&client, "GET /other?limt=1&limit=2 HTTP/1.1\r\n"
                        "Host: localhost\r\n\r\n");
    assert_int_equal(answer.status, 400); /* before its handler */
    assert_non_null(strstr(answer.body, "\"detail\":\"1 fault\""));
    answer_free(&answer);
    answer = client_ask(&client, "GET /jobs/1?limit=1&x=2 HTTP/1.1\r\n"
                        "Host: localhost\r\n\r\n"); /* it takes none */
    assert_int_equal(answer.status, 400);
    assert_non_null(strstr(answer.body, "\"detail\":\"2 faults\""));
    answer_free(&answer);
    answer = client_ask(&client, GET "\r\n"); /* the connection was kept */
    assert_int_equal(answer.status, 200);
    answer_free(&answer);
    client_close(&client);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(good_requests_pass),
        cmocka_unit_test(a_bad_request_line_is_refused),
        cmocka_unit_test(a_bad_header_is_refused),
        cmocka_unit_test(framing_that_can_be_read_two_ways_is_refused),
        cmocka_unit_test(a_length_that_is_no_number_is_refused),
        cmocka_unit_test(requests_for_or_from_elsewhere_are_refused),
        cmocka_unit_test(a_body_that_does_not_belong_is_refused),
        cmocka_unit_test(an_oversize_body_is_refused_before_it_is_sent),
        cmocka_unit_test(a_body_that_fits_is_asked_for),
        cmocka_unit_test(an_oversize_chunked_body_is_refused),
        cmocka_unit_test(long_targets_and_headers_are_refused),
        cmocka_unit_test(nothing_is_read_behind_a_refusal),
        cmocka_unit_test(every_fault_of_a_query_is_named),
    };

    return cmocka_run_group_tests(tests, start, stop);
}
