/* test_http_server.c - the loop: keep-alive, many clients, every reply. */
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "server/api/problems.h"
#include "server/http/http.h"
#include "server/http/problem.h"
#include "tests/unit/cmocka_all.h"
#include "tests/unit/http_site.h"

static const char text[] = "{\"hello\":\"world\"}";

static enum http_next hello(struct http_request *request)
{
    struct buffer body;

    buffer_init(&body);
    buffer_text(&body, text);
    return http_reply(request, 200, "application/json", &body);
}

static enum http_next tagged(struct http_request *request)
{
    struct buffer body;

    buffer_init(&body);
    buffer_text(&body, text);
    return http_reply_tagged(request, 200, "application/json", "r7", &body);
}

/* Says what the request's accessors give. */
static enum http_next show(struct http_request *request)
{
    const char *limit = http_query(request, "limit");
    const char *header = http_header(request, "X-List");
    struct buffer body;

    buffer_init(&body);
    buffer_format(&body, "%s|%s|%s|%s", http_capture(request, 0),
                  http_capture(request, 1), limit != NULL ? limit : "-",
                  header != NULL ? header : "-");
    http_reply_header(request, "Cache-Control", "max-age=60");
    http_reply_header(request, "X-Extra", "yes");
    return http_reply(request, 200, "text/plain", &body);
}

/* The way to the next page. */
static enum http_next next_page(struct http_request *request)
{
    struct buffer body;

    buffer_init(&body);
    buffer_text(&body, http_target_with(request, "cursor", "a/b=&"));
    return http_reply(request, 200, "text/plain", &body);
}

/* Dear to make, so it asks first. */
static enum http_next unchanged(struct http_request *request)
{
    return http_reply_unchanged(request, "r7") ? HTTP_DONE : hello(request);
}

static enum http_next full(struct http_request *request)
{
    return problem_reply_error(request, ERR_FULL);
}

static enum http_next accepted(struct http_request *request)
{
    return http_reply_empty(request, 202);
}

/* A header that would split the answer must not get out. */
static enum http_next split(struct http_request *request)
{
    http_reply_header(request, "X-Name", "a\r\nX-Evil: b");
    return hello(request);
}

static enum http_next broken(struct http_request *request)
{
    struct buffer body;

    buffer_init(&body);
    body.failed = true;
    return http_reply(request, 200, "text/plain", &body);
}

static const struct http_parameter queries[] = {
    {"limit", "How many."}, {"cursor", "Where."}, {0},
};

static const struct http_route routes[] = {
    {HTTP_GET, "/hello", hello, "Hello."},
    {HTTP_GET, "/tagged", tagged, "Tagged."},
    {HTTP_GET, "/show/{a}/with/{b}", show, "Show.", .queries = queries},
    {HTTP_GET, "/next/{a}", next_page, "Next.", .queries = queries},
    {HTTP_GET, "/unchanged", unchanged, "Asks first."},
    {HTTP_GET, "/full", full, "Fails."},
    {HTTP_GET, "/split", split, "Splits."},
    {HTTP_GET, "/broken", broken, "Has no memory."},
    {HTTP_POST, "/hello", accepted, "Accepts."},
    {HTTP_DELETE, "/hello", accepted, "Accepts."},
};

static struct site site;

static int start(void **unused)
{
    struct http_options options = site_options(
        routes, sizeof routes / sizeof routes[0]);

    (void)unused;
    site_start(&site, &options);
    return 0;
}

static int stop(void **unused)
{
    (void)unused;
    site_close(&site);
    return 0;
}

#define END " HTTP/1.1\r\nHost: localhost\r\n\r\n"

static void a_connection_is_kept_over_many_requests(void **unused)
{
    struct client client = client_open(&site);

    (void)unused;
    for (int i = 0; i < 1000; i++) {
        struct answer answer = client_ask(&client, "GET /hello" END);

        assert_int_equal(answer.status, 200);
        assert_string_equal(answer.body, text);
        answer_free(&answer);
    }
    client_close(&client);
}

static void refusals_without_a_body_keep_the_connection(void **unused)
{
    struct client client = client_open(&site);
    struct answer answer = client_ask(&client, "GET /nowhere" END);

    (void)unused;
    assert_int_equal(answer.status, 404);
    answer_free(&answer);
    answer = client_ask(&client, "GET /hello" END);
    assert_int_equal(answer.status, 200);
    answer_free(&answer);
    client_close(&client);
}

static void pipelined_requests_are_answered_in_order(void **unused)
{
    struct client client = client_open(&site);

    (void)unused;
    client_text(&client, "GET /hello" END "GET /show/1/with/2" END
                "GET /nowhere" END "GET /show/3/with/4?limit=5" END);
    static const struct {
        unsigned status;
        const char *body;
    } answers[] = {
        {200, text}, {200, "1|2|-|-"}, {404, NULL}, {200, "3|4|5|-"},
    };
    for (size_t i = 0; i < 4; i++) {
        struct answer answer = client_read(&client, false);

        assert_int_equal(answer.status, answers[i].status);
        if (answers[i].body != NULL)
            assert_string_equal(answer.body, answers[i].body);
        answer_free(&answer);
    }
    client_close(&client);
}

/* 128 is the number at which MHD's own loop stalls. */
static void many_clients_at_once_are_served(void **unused)
{
    static const int counts[] = {128, 200};

    (void)unused;
    for (size_t k = 0; k < 2; k++) {
        struct client clients[200];

        for (int i = 0; i < counts[k]; i++)
            clients[i] = client_open(&site);
        for (int round = 0; round < 5; round++) {
            for (int i = 0; i < counts[k]; i++)
                client_text(&clients[i], "GET /hello" END);
            for (int i = 0; i < counts[k]; i++) {
                struct answer answer = client_read(&clients[i], false);

                assert_int_equal(answer.status, 200);
                answer_free(&answer);
            }
        }
        for (int i = 0; i < counts[k]; i++)
            client_close(&clients[i]);
    }
}

static void head_is_get_without_the_body(void **unused)
{
    struct client client = client_open(&site);
    struct answer answer = client_ask(&client, "HEAD /hello" END);
    char value[256];

    (void)unused;
    assert_int_equal(answer.status, 200);
    assert_string_equal(answer_header(&answer, "Content-Length", value), "17");
    answer_free(&answer);
    answer = client_ask(&client, "GET /hello" END);
    assert_string_equal(answer.body, text);
    answer_free(&answer);
    client_close(&client);
}

static void options_and_405_say_what_is_allowed(void **unused)
{
    static const struct {
        const char *ask;
        unsigned status;
        const char *allow; /* NULL: no such header */
    } cases[] = {
        {"OPTIONS /hello" END, 204, "GET, HEAD, POST, DELETE, OPTIONS"},
        {"OPTIONS /tagged" END, 204, "GET, HEAD, OPTIONS"},
        {"OPTIONS /nowhere" END, 404, NULL},
        {"PUT /hello" END, 405, "GET, HEAD, POST, DELETE, OPTIONS"},
        {"POST /tagged" END, 405, "GET, HEAD, OPTIONS"},
        {"GET /hello/" END, 404, NULL},
        {"GET /" END, 404, NULL},
        {"GET //hello" END, 404, NULL},
        {"GET /show//with/b" END, 404, NULL},
        {"GET /1/2/3/4/5/6/7/8/9" END, 404, NULL},
        {"POST /hello" END, 202, NULL},
    };
    struct client client = client_open(&site);

    (void)unused;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct answer answer = client_ask(&client, cases[i].ask);
        char value[256];
        const char *allow = answer_header(&answer, "Allow", value);

        if (answer.status != cases[i].status)
            fail_msg("%s: %u", cases[i].ask, answer.status);
        if (cases[i].allow == NULL)
            assert_null(allow);
        else
            assert_string_equal(allow, cases[i].allow);
        answer_free(&answer);
    }
    client_close(&client);
}

static void captures_queries_and_headers_are_decoded(void **unused)
{
    struct client client = client_open(&site);
    struct answer answer = client_ask(
        &client, "GET /show/a%2Fb/with/%C3%BC?limit=x+%26%3D HTTP/1.1\r\n"
        "Host: localhost\r\nX-List: one\r\nx-list: two \r\n\r\n");

    (void)unused;
    assert_string_equal(answer.body, "a/b|\xc3\xbc|x &=|one, two ");
    answer_free(&answer);
    client_close(&client);
}

static void every_answer_has_the_security_headers(void **unused)
{
    static const char *const asks[] = {
        "GET /hello" END, "GET /nowhere" END, "POST /hello" END,
        "GET /full" END, "GET /%00" END,
    };

    (void)unused;
    for (size_t i = 0; i < sizeof asks / sizeof asks[0]; i++) {
        struct client client = client_open(&site);
        struct answer answer = client_ask(&client, asks[i]);
        char value[256];

        assert_string_equal(
            answer_header(&answer, "X-Content-Type-Options", value),
            "nosniff");
        assert_string_equal(
            answer_header(&answer, "Content-Security-Policy", value),
            "default-src 'none'; frame-ancestors 'none'");
        assert_string_equal(answer_header(&answer, "Cache-Control", value),
                            "no-store");
        assert_non_null(answer_header(&answer, "X-Request-Id", value));
        assert_memory_equal(answer_header(&answer, "Server-Timing", value),
                            "total;dur=", 10);
        answer_free(&answer);
        client_close(&client);
    }
}

static void a_handlers_header_replaces_the_usual_one(void **unused)
{
    struct client client = client_open(&site);
    struct answer answer = client_ask(&client, "GET /show/a/with/b" END);
    char value[256];

    (void)unused;
    assert_string_equal(answer_header(&answer, "Cache-Control", value),
                        "max-age=60");
    assert_null(strstr(answer.head, "no-store"));
    assert_string_equal(answer_header(&answer, "X-Extra", value), "yes");
    answer_free(&answer);
    client_close(&client);
}

static void a_sane_request_id_is_taken_and_another_replaced(void **unused)
{
    static const struct {
        const char *id;
        bool is_taken;
    } cases[] = {
        {"my-id.7_A", true}, {"a b", false}, {"a\"b", false}, {"", false},
        {"0123456789012345678901234567890123456789012345678901234567890123",
         true},
        {"01234567890123456789012345678901234567890123456789012345678901234",
         false},
    };
    struct client client = client_open(&site);

    (void)unused;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char ask[256], value[256];
        struct answer answer;

        snprintf(ask, sizeof ask, "GET /nowhere HTTP/1.1\r\nHost: localhost"
                 "\r\nX-Request-Id: %s\r\n\r\n", cases[i].id);
        answer = client_ask(&client, ask);
        assert_non_null(answer_header(&answer, "X-Request-Id", value));
        assert_int_equal(strcmp(value, cases[i].id) == 0, cases[i].is_taken);
        assert_non_null(strstr(answer.body, value));
        answer_free(&answer);
    }
    client_close(&client);
}

static void if_none_match_gives_304_with_the_length_of_200(void **unused)
{
    struct client client = client_open(&site);
    struct answer answer = client_ask(&client, "GET /tagged" END);
    char value[256];

    (void)unused;
    assert_int_equal(answer.status, 200);
    assert_string_equal(answer_header(&answer, "ETag", value), "\"r7\"");
    answer_free(&answer);
    answer = client_ask(&client, "GET /tagged HTTP/1.1\r\nHost: localhost\r\n"
                        "If-None-Match: \"r6\", \"r7\"\r\n\r\n");
    assert_int_equal(answer.status, 304);
    assert_string_equal(answer_header(&answer, "ETag", value), "\"r7\"");
    assert_string_equal(answer_header(&answer, "Content-Length", value), "17");
    answer_free(&answer);
    answer = client_ask(&client, "GET /tagged HTTP/1.1\r\nHost: localhost\r\n"
                        "If-None-Match: \"r6\"\r\n\r\n");
    assert_int_equal(answer.status, 200);
    assert_string_equal(answer.body, text);
    answer_free(&answer);
    client_close(&client);
}

static void a_304_before_the_body_is_made_says_no_length(void **unused)
{
    struct client client = client_open(&site);
    struct answer answer = client_ask(&client, "GET /unchanged" END);
    char value[256];

    (void)unused;
    assert_string_equal(answer.body, text);
    assert_string_equal(answer_header(&answer, "ETag", value), "\"r7\"");
    answer_free(&answer);
    answer = client_ask(&client, "GET /unchanged HTTP/1.1\r\n"
                        "Host: localhost\r\nIf-None-Match: \"r7\"\r\n\r\n");
    assert_int_equal(answer.status, 304);
    assert_string_equal(answer_header(&answer, "ETag", value), "\"r7\"");
    assert_null(answer_header(&answer, "Content-Length", value));
    assert_true(client_sees_end(&client));
    answer_free(&answer);
    client_close(&client);
}

static void a_link_has_one_parameter_changed(void **unused)
{
    static const struct {
        const char *ask, *link;
    } cases[] = {
        {"GET /next/%41" END, "/next/%41?cursor=a%2Fb%3D%26"},
        {"GET /next/a?limit=5" END, "/next/a?limit=5&cursor=a%2Fb%3D%26"},
        {"GET /next/a?cursor=x&limit=+%C3%BC" END,
         "/next/a?cursor=a%2Fb%3D%26&limit=%20%C3%BC"},
    };
    struct client client = client_open(&site);

    (void)unused;
    for (size_t i = 0; i < 3; i++) {
        struct answer answer = client_ask(&client, cases[i].ask);

        assert_string_equal(answer.body, cases[i].link);
        answer_free(&answer);
    }
    client_close(&client);
}

static void errors_are_problems_and_say_when_to_come_again(void **unused)
{
    struct client client = client_open(&site);
    struct answer answer = client_ask(&client, "GET /full" END);
    char value[256];

    (void)unused;
    assert_int_equal(answer.status, 503);
    assert_string_equal(answer_header(&answer, "Content-Type", value),
                        "application/problem+json");
    assert_string_equal(answer_header(&answer, "Retry-After", value), "1");
    assert_non_null(strstr(answer.body, "\"type\":\"/problems/queue-full\""));
    assert_non_null(strstr(answer.body, "\"status\":503"));
    answer_free(&answer);
    client_close(&client);
}

static void what_cannot_be_said_becomes_a_500(void **unused)
{
    static const char *const asks[] = {"GET /split" END, "GET /broken" END};
    struct client client = client_open(&site);

    (void)unused;
    for (size_t i = 0; i < 2; i++) {
        struct answer answer = client_ask(&client, asks[i]);

        assert_int_equal(answer.status, 500);
        assert_null(strstr(answer.head, "X-Evil"));
        assert_non_null(strstr(answer.body, "/problems/internal"));
        answer_free(&answer);
    }
    client_close(&client);
}

struct note {
    struct http_message message;
    atomic_int *count;
    int order;
    bool in_order;
};

static void take_note(void *argument)
{
    struct note *note = argument;

    note->in_order = atomic_load(note->count) == note->order;
    atomic_fetch_add(note->count, 1);
}

static void messages_are_called_in_the_order_of_posting(void **unused)
{
    static struct note notes[1000];
    atomic_int count = 0;

    (void)unused;
    for (int i = 0; i < 1000; i++) {
        notes[i] = (struct note){
            .message = {.call = take_note, .argument = &notes[i]},
            .count = &count, .order = i,
        };
        http_post(site.server, &notes[i].message);
    }
    while (atomic_load(&count) < 1000)
        usleep(1000);
    for (int i = 0; i < 1000; i++)
        assert_true(notes[i].in_order);
}

static void an_address_in_use_is_told_in_a_sentence(void **unused)
{
    struct http_options options = site_options(routes, 1);
    char message[HTTP_MESSAGE_BYTES], expected[HTTP_MESSAGE_BYTES];
    struct http_server *server;

    (void)unused;
    options.port = http_port(site.server);
    snprintf(expected, sizeof expected, "cannot listen on 127.0.0.1 port %u: "
             "Address already in use", options.port);
    assert_int_equal(http_open(&options, &server, message), ERR_SYSTEM);
    assert_string_equal(message, expected);
    options.address = "localhost";
    assert_int_equal(http_open(&options, &server, message), ERR_SYSTEM);
    assert_non_null(strstr(message, "this is no numeric address"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_connection_is_kept_over_many_requests),
        cmocka_unit_test(refusals_without_a_body_keep_the_connection),
        cmocka_unit_test(pipelined_requests_are_answered_in_order),
        cmocka_unit_test(many_clients_at_once_are_served),
        cmocka_unit_test(head_is_get_without_the_body),
        cmocka_unit_test(options_and_405_say_what_is_allowed),
        cmocka_unit_test(captures_queries_and_headers_are_decoded),
        cmocka_unit_test(every_answer_has_the_security_headers),
        cmocka_unit_test(a_handlers_header_replaces_the_usual_one),
        cmocka_unit_test(a_sane_request_id_is_taken_and_another_replaced),
        cmocka_unit_test(if_none_match_gives_304_with_the_length_of_200),
        cmocka_unit_test(a_304_before_the_body_is_made_says_no_length),
        cmocka_unit_test(a_link_has_one_parameter_changed),
        cmocka_unit_test(errors_are_problems_and_say_when_to_come_again),
        cmocka_unit_test(what_cannot_be_said_becomes_a_500),
        cmocka_unit_test(messages_are_called_in_the_order_of_posting),
        cmocka_unit_test(an_address_in_use_is_told_in_a_sentence),
    };

    return cmocka_run_group_tests(tests, start, stop);
}
