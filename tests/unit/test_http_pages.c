/* test_http_pages.c - pages of other origins, proxies, and the base path. */
#include <netinet/in.h>
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "server/http/network.h"
#include "server/http/problem.h"
#include "tests/unit/cmocka_all.h"
#include "tests/unit/http_site.h"

/* ---- addresses and origins ---------------------------------------------- */

static void a_network_is_an_address_with_or_without_a_length(void **unused)
{
    static const struct {
        const char *text;
        unsigned bits; /* 999: it is none */
    } cases[] = {
        {"127.0.0.1", 128},   {"10.0.0.0/8", 104}, {"0.0.0.0/0", 96},
        {"1.2.3.4/32", 128},  {"::1", 128},        {"::/0", 0},
        {"fd00::/8", 8},      {"2001:db8::/32", 32},
        {"10.0.0.1/8", 999},  {"1.2.3.4/33", 999}, {"::1/129", 999},
        {"1.2.3", 999},       {"", 999},           {"/8", 999},
        {"10.0.0.0/", 999},   {"10.0.0.0/8x", 999}, {"10.0.0.0/-1", 999},
        {"10.0.0.0/0008", 999}, {"[::1]", 999},    {"localhost", 999},
        {"1.2.3.4:80", 999},  {"fe80::1%lo", 999},
        {"1111:2222:3333:4444:5555:6666:7777:8888:9999:1111", 999},
    };

    (void)unused;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct http_network network = {.bits = 999};
        bool is_one = http_network_read(cases[i].text, &network);

        if (is_one != (cases[i].bits != 999) || network.bits != cases[i].bits)
            fail_msg("%s: %u bits", cases[i].text, network.bits);
    }
}

static bool lies_in(const char *address, const char *text)
{
    struct sockaddr_in four = {.sin_family = AF_INET};
    struct sockaddr_in6 six = {.sin6_family = AF_INET6};
    struct http_network network;

    assert_true(http_network_read(text, &network));
    if (inet_pton(AF_INET, address, &four.sin_addr) == 1)
        return network_holds(&network, 1, (struct sockaddr *)&four);
    assert_int_equal(inet_pton(AF_INET6, address, &six.sin6_addr), 1);
    return network_holds(&network, 1, (struct sockaddr *)&six);
}

static void an_address_lies_in_its_networks_alone(void **unused)
{
    struct sockaddr local = {.sa_family = AF_UNIX};
    struct http_network all;

    (void)unused;
    assert_true(lies_in("10.1.2.3", "10.0.0.0/8"));
    assert_false(lies_in("11.1.2.3", "10.0.0.0/8"));
    assert_true(lies_in("172.31.255.255", "172.16.0.0/12"));
    assert_false(lies_in("172.32.0.0", "172.16.0.0/12"));
    assert_true(lies_in("127.0.0.1", "127.0.0.1"));
    assert_false(lies_in("127.0.0.2", "127.0.0.1"));
    assert_true(lies_in("::ffff:10.1.2.3", "10.0.0.0/8"));
    assert_true(lies_in("9.9.9.9", "0.0.0.0/0"));
    assert_false(lies_in("2001:db8::1", "0.0.0.0/0"));
    assert_true(lies_in("2001:db8::1", "2001:db8::/32"));
    assert_true(lies_in("::1", "::1"));
    assert_false(lies_in("127.0.0.1", "::1"));
    assert_true(http_network_read("::/0", &all));
    assert_false(network_holds(&all, 1, &local));
}

static void an_origin_is_written_as_browsers_write_it(void **unused)
{
    static const struct {
        const char *text, *origin; /* NULL: it is none */
    } cases[] = {
        {"http://a.example", "http://a.example"},
        {"HTTPS://A.Example:443", "https://a.example"},
        {"https://a.example:80", "https://a.example:80"},
        {"http://a.example:80", "http://a.example"},
        {"http://[::1]:3000", "http://[::1]:3000"},
        {"http://[FD00::A]", "http://[fd00::a]"},
        {"http://localhost:03000", "http://localhost:3000"},
        {"null", NULL},             {"", NULL},
        {"*", NULL},                {"a.example", NULL},
        {"ftp://a.example", NULL},  {"http://", NULL},
        {"http://a.example/", NULL}, {"http://a b", NULL},
        {"http://a.example:", "http://a.example"},
        {"http://a.example:0", NULL}, {"http://a.example:65536", NULL},
        {"http://a.example:1x", NULL}, {"http://a.example:123456", NULL},
        {"http://user@a.example", NULL}, {"http://[::1", NULL},
        {"http://[]", NULL},        {"http://[::1]x", NULL},
        {"http://a.example, http://b.example", NULL},
    };

    (void)unused;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char origin[HTTP_ORIGIN_BYTES] = "";
        bool is_one = http_origin_read(cases[i].text, origin);

        if (is_one != (cases[i].origin != NULL)
            || (is_one && strcmp(origin, cases[i].origin) != 0))
            fail_msg("%s: %s", cases[i].text, origin);
    }
}

/* ---- what a page gets --------------------------------------------------- */

static enum http_next yes(struct http_request *request)
{
    struct buffer body;

    buffer_init(&body);
    buffer_text(&body, "yes");
    return http_reply_tagged(request, 200, "text/plain", "r1", &body);
}

static enum http_next next(struct http_request *request)
{
    struct buffer body;

    buffer_init(&body);
    buffer_text(&body, http_target_with(request, "cursor", "2"));
    return http_reply(request, 200, "text/plain", &body);
}

static const struct http_parameter queries[] = {
    {"cursor", "Where."}, {"limit", "How many."}, {0},
};

static const struct http_route routes[] = {
    {HTTP_GET, "/", yes, "-"},
    {HTTP_GET, "/jobs", next, "-", .queries = queries},
    {HTTP_POST, "/jobs", yes, "-", .body_bytes_max = 10},
    {HTTP_GET, "/jobs/{id}", yes, "-"},
};

static const char *const listed[] = {"https://pages.example",
                                     "http://localhost:3000", NULL};

static struct http_options options_of(const char *const *origins, bool any)
{
    struct http_options options =
        site_options(routes, sizeof routes / sizeof *routes);

    options.origins = origins;
    options.any_origin_reads = any;
    return options;
}

/* Ask for `line` with these headers, on a connection of its own. */
static struct answer ask(const struct site *site, const char *line,
                         const char *headers)
{
    struct client client = client_open(site);
    struct answer answer;
    char text[1024];

    snprintf(text, sizeof text, "%s HTTP/1.1\r\n%s\r\n", line, headers);
    answer = client_ask(&client, text);
    client_close(&client);
    return answer;
}

struct expected {
    const char *line, *headers;
    unsigned status;
    const char *allowed; /* Access-Control-Allow-Origin; NULL: none */
};

static void check(const struct site *site, const struct expected *cases,
                  size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct answer answer = ask(site, cases[i].line, cases[i].headers);
        char value[256];
        const char *allowed =
            answer_header(&answer, "Access-Control-Allow-Origin", value);

        if (answer.status != cases[i].status)
            fail_msg("%s, %s: %u", cases[i].line, cases[i].headers,
                     answer.status);
        if ((allowed == NULL) != (cases[i].allowed == NULL)
            || (allowed != NULL && strcmp(allowed, cases[i].allowed) != 0))
            fail_msg("%s, %s: allowed is %s", cases[i].line, cases[i].headers,
                     allowed);
        assert_string_equal(answer_header(&answer, "Vary", value), "Origin");
        assert_null(answer_header(&answer, "Access-Control-Allow-Credentials",
                                  value));
        answer_free(&answer);
    }
}

#define CHECK(site, cases) check(site, cases, sizeof cases / sizeof cases[0])
#define HOST "Host: localhost\r\n"
#define PAGE HOST "Origin: https://pages.example\r\n"
#define OTHER HOST "Origin: https://other.example\r\n"
#define ASKS "Access-Control-Request-Method: "

static void a_listed_origin_reads_and_writes(void **unused)
{
    static const char ours[] = "https://pages.example";
    static const struct expected cases[] = {
        {"GET /jobs", HOST, 200, NULL},
        {"GET /jobs", PAGE, 200, ours},
        {"GET /", PAGE "If-None-Match: \"r1\"\r\n", 304, ours},
        {"GET /", OTHER "If-None-Match: \"r1\"\r\n", 304, NULL},
        {"GET /nowhere", PAGE, 404, ours},
        {"PUT /jobs", PAGE, 405, ours},
        {"GET /jobs?x=1", PAGE, 400, ours},
        {"GET /%00", PAGE, 400, ours},
        {"POST /jobs", PAGE, 200, ours},
        {"POST /jobs", PAGE "Content-Length: 100\r\n", 413, ours},
        {"POST /jobs", PAGE "Expect: 100-continue\r\nContent-Length: 100\r\n",
         413, ours},
        {"OPTIONS /jobs", PAGE ASKS "POST\r\n", 204, ours},
        {"OPTIONS /jobs", PAGE, 204, ours},
        {"OPTIONS /jobs", HOST "Origin: HTTPS://PAGES.example:443\r\n" ASKS
         "POST\r\n", 204, ours},
        {"GET /jobs", OTHER, 200, NULL},
        {"HEAD /jobs/1", OTHER, 200, NULL},
        {"OPTIONS /jobs", OTHER, 204, NULL},
        {"OPTIONS /jobs", OTHER ASKS "POST\r\n", 403, NULL},
        {"OPTIONS /jobs", OTHER ASKS "GET\r\n", 403, NULL},
        {"POST /jobs", OTHER, 403, NULL},
        {"POST /jobs", OTHER "Content-Length: 100\r\n", 403, NULL},
        {"POST /jobs", HOST "Origin: http://pages.example\r\n", 403, NULL},
        {"POST /jobs", HOST "Origin: https://pages.example:8443\r\n", 403,
         NULL},
        {"POST /jobs", HOST "Origin: https://pages.example.evil.example\r\n",
         403, NULL},
        {"POST /jobs", HOST "Origin: https://a.pages.example\r\n", 403, NULL},
        {"POST /jobs", HOST "Origin: null\r\n", 403, NULL},
        {"POST /jobs", PAGE "Origin: https://pages.example\r\n", 403, NULL},
        {"POST /jobs", HOST "Origin: http://localhost\r\n", 200, NULL},
        {"POST /jobs", HOST "Origin: http://LOCALHOST:80\r\n", 200, NULL},
        {"POST /jobs", HOST "Origin: http://localhost:3000\r\n", 200,
         "http://localhost:3000"},
        {"POST /jobs", "Host: [::1]:8080\r\nOrigin: http://[::1]:8080\r\n",
         200, NULL},
        {"POST /jobs", "Host: [::1]:8080\r\nOrigin: http://[::1]\r\n", 403,
         NULL},
        {"POST /jobs", OTHER "Sec-Fetch-Site: same-origin\r\n", 200, NULL},
        {"POST /jobs", OTHER "Sec-Fetch-Site: same-site\r\n", 403, NULL},
        {"POST /jobs", HOST "Origin: null\r\nSec-Fetch-Site: same-origin\r\n",
         403, NULL},
    };
    struct http_options options = options_of(listed, false);
    struct site site = {0};

    (void)unused;
    site_start(&site, &options);
    CHECK(&site, cases);
    site_close(&site);
}

static void with_a_star_all_pages_read(void **unused)
{
    static const struct expected cases[] = {
        {"GET /jobs", OTHER, 200, "*"},
        {"HEAD /jobs/1", OTHER, 200, "*"},
        {"GET /nowhere", OTHER, 404, "*"},
        {"GET /jobs", HOST "Origin: null\r\n", 200, "*"},
        {"GET /jobs", HOST, 200, NULL},
        {"OPTIONS /jobs", OTHER ASKS "GET\r\n", 204, "*"},
        {"OPTIONS /jobs", OTHER ASKS "HEAD\r\n", 204, "*"},
        {"OPTIONS /jobs", OTHER ASKS "POST\r\n", 403, "*"},
        {"POST /jobs", OTHER, 403, NULL},
        {"GET /jobs", PAGE, 200, "https://pages.example"},
        {"POST /jobs", PAGE, 200, "https://pages.example"},
    };
    struct http_options options = options_of(listed, true);
    struct site site = {0};

    (void)unused;
    site_start(&site, &options);
    CHECK(&site, cases);
    site_close(&site);
}

static void header_is(const struct answer *answer, const char *name,
                      const char *expected)
{
    char value[256];
    const char *given = answer_header(answer, name, value);

    if (expected == NULL)
        assert_null(given);
    else
        assert_string_equal(given, expected);
}

static void a_preflight_says_what_may_be_sent(void **unused)
{
    static const char sent[] =
        "Content-Type, If-Match, If-None-Match, Prefer, Idempotency-Key, "
        "X-Request-Id, Authorization, Last-Event-ID";
    struct http_options options = options_of(listed, true);
    struct site site = {0};
    struct answer answer;

    (void)unused;
    site_start(&site, &options);
    answer = ask(&site, "OPTIONS /jobs", PAGE ASKS "POST\r\n");
    header_is(&answer, "Access-Control-Allow-Methods",
              "GET, HEAD, POST, OPTIONS");
    header_is(&answer, "Access-Control-Allow-Headers", sent);
    header_is(&answer, "Access-Control-Max-Age", "600");
    answer_free(&answer);
    answer = ask(&site, "OPTIONS /jobs", OTHER ASKS "GET\r\n");
    header_is(&answer, "Access-Control-Allow-Methods", "GET, HEAD, OPTIONS");
    answer_free(&answer);
    answer = ask(&site, "OPTIONS /jobs", HOST ASKS "GET\r\n");
    header_is(&answer, "Access-Control-Allow-Methods", NULL);
    answer_free(&answer);
    answer = ask(&site, "GET /jobs", PAGE);
    header_is(&answer, "Access-Control-Allow-Methods", NULL);
    header_is(&answer, "Access-Control-Expose-Headers",
              "Location, Link, ETag, Retry-After, X-Request-Id, "
              "Preference-Applied, Trace-Layout");
    answer_free(&answer);
    site_close(&site);
}

static void the_refusal_says_what_to_set(void **unused)
{
    struct http_options options = options_of(NULL, false);
    struct site site = {0};
    struct answer answer;

    (void)unused;
    site_start(&site, &options);
    answer = ask(&site, "POST /jobs", OTHER);
    assert_int_equal(answer.status, 403);
    header_is(&answer, "Vary", NULL); /* nothing is configured */
    assert_non_null(strstr(answer.body, "start the server with --cors-origins "
                                        "https://other.example"));
    answer_free(&answer);
    answer = ask(&site, "POST /jobs", HOST "Origin: null\r\n");
    assert_non_null(strstr(answer.body, "without an origin of its own"));
    answer_free(&answer);
    answer = ask(&site, "POST /jobs", HOST "Origin: http://\xff\xc3\"\r\n");
    assert_int_equal(answer.status, 403);
    assert_null(strchr(answer.body, '\xff'));
    answer_free(&answer);
    assert_non_null(strstr(PROBLEM_FORBIDDEN_ORIGIN->advice,
                           "--cors-origins"));
    site_close(&site);
}

/* ---- behind a proxy ----------------------------------------------------- */

#define FORWARDED "Host: inside\r\nX-Forwarded-Host: Pages.Example\r\n" \
                  "X-Forwarded-Proto: https\r\n"

static void a_proxy_that_is_named_is_believed(void **unused)
{
    static const struct expected cases[] = {
        {"POST /jobs", FORWARDED "Origin: https://pages.example\r\n", 200,
         NULL},
        {"POST /jobs", FORWARDED "Origin: https://pages.example:443\r\n", 200,
         NULL},
        {"POST /jobs", FORWARDED "Origin: http://pages.example\r\n", 403,
         NULL},
        {"POST /jobs", FORWARDED "Origin: https://pages.example:8443\r\n", 403,
         NULL},
        {"POST /jobs", FORWARDED "Origin: http://inside\r\n", 403, NULL},
        {"GET /jobs", FORWARDED, 200, NULL},
        {"POST /jobs", "Host: pages.example:81\r\n"
         "Origin: http://pages.example:81\r\n", 200, NULL},
        {"POST /jobs", "Host: inside\r\nX-Forwarded-Host: a.example, inside"
         "\r\nX-Forwarded-Proto: https, http\r\nOrigin: https://a.example\r\n",
         200, NULL},
        {"POST /jobs", "Host: a.example\r\nX-Forwarded-Proto: gopher\r\n"
         "X-Forwarded-Host: \r\nOrigin: https://a.example\r\n", 200, NULL},
        {"GET /jobs", "Host: inside\r\nX-Forwarded-Host: a/b\r\n", 421, NULL},
        {"GET /jobs", "Host: inside\r\nX-Forwarded-Host: \"\r\n", 421, NULL},
    };
    struct http_options options = options_of(listed + 1, false);
    struct http_network loopback;
    struct site site = {0};

    (void)unused;
    assert_true(http_network_read("127.0.0.0/8", &loopback));
    options.proxies = &loopback;
    options.proxy_count = 1;
    site_start(&site, &options);
    CHECK(&site, cases);
    site_close(&site);
}

static void with_hosts_a_proxy_forwards_for_these_only(void **unused)
{
    static const char *const hosts[] = {"pages.example", NULL};
    static const struct expected cases[] = {
        {"GET /jobs", FORWARDED, 200, NULL},
        {"GET /jobs", "Host: evil.example\r\n", 421, NULL},
        {"GET /jobs", "Host: localhost\r\nX-Forwarded-Host: evil.example\r\n",
         421, NULL},
    };
    struct http_options options = options_of(listed, false);
    struct http_network loopback;
    struct site site = {0};

    (void)unused;
    assert_true(http_network_read("127.0.0.1", &loopback));
    options.proxies = &loopback;
    options.proxy_count = 1;
    options.hosts = hosts;
    site_start(&site, &options);
    CHECK(&site, cases);
    site_close(&site);
}

static void nobody_else_is_believed(void **unused)
{
    static const struct expected cases[] = {
        {"GET /jobs", FORWARDED, 421, NULL},
        {"GET /jobs", "Host: localhost\r\nX-Forwarded-Host: evil.example\r\n",
         200, NULL},
        {"POST /jobs", HOST "X-Forwarded-Host: evil.example\r\n"
         "Origin: http://evil.example\r\n", 403, NULL},
    };
    struct http_options options = options_of(listed, false);
    struct http_network elsewhere;
    struct site site = {0};

    (void)unused;
    assert_true(http_network_read("10.0.0.0/8", &elsewhere));
    options.proxies = &elsewhere;
    options.proxy_count = 1;
    site_start(&site, &options);
    CHECK(&site, cases);
    site_close(&site);
}

/* ---- the base path ------------------------------------------------------ */

static void paths_are_taken_with_and_without_the_base(void **unused)
{
    static const struct {
        const char *line;
        unsigned status;
        const char *body; /* NULL: whatever */
    } cases[] = {
        {"GET /jobs?limit=3", 200, "/deep/er/jobs?limit=3&cursor=2"},
        {"GET /deep/er/jobs?limit=3", 200, "/deep/er/jobs?limit=3&cursor=2"},
        {"GET /deep/er/jobs", 200, "/deep/er/jobs?cursor=2"},
        {"GET /deep/er", 200, "yes"},
        {"GET /deep/er/", 200, "yes"},
        {"GET /deep/er?x=1", 400, NULL},
        {"GET /", 200, "yes"},
        {"GET /deep/er/jobs/1", 200, "yes"},
        {"GET /deep/er/jobs/%C3%BC", 200, "yes"},
        {"GET /deep", 404, NULL},
        {"GET /deep/erjobs", 404, NULL},
        {"GET /deep/er-jobs", 404, NULL},
        {"GET /deep/er/deep/er/jobs", 404, NULL},
        {"GET /deep/er//jobs", 404, NULL},
        {"GET /Deep/er/jobs", 404, NULL},
    };
    struct http_options options = options_of(NULL, false);
    struct site site = {0};

    (void)unused;
    options.base_path = "/deep/er";
    site_start(&site, &options);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct answer answer = ask(&site, cases[i].line, HOST);

        if (answer.status != cases[i].status)
            fail_msg("%s: %u", cases[i].line, answer.status);
        if (cases[i].body != NULL)
            assert_string_equal(answer.body, cases[i].body);
        answer_free(&answer);
    }
    site_close(&site);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_network_is_an_address_with_or_without_a_length),
        cmocka_unit_test(an_address_lies_in_its_networks_alone),
        cmocka_unit_test(an_origin_is_written_as_browsers_write_it),
        cmocka_unit_test(a_listed_origin_reads_and_writes),
        cmocka_unit_test(with_a_star_all_pages_read),
        cmocka_unit_test(a_preflight_says_what_may_be_sent),
        cmocka_unit_test(the_refusal_says_what_to_set),
        cmocka_unit_test(a_proxy_that_is_named_is_believed),
        cmocka_unit_test(with_hosts_a_proxy_forwards_for_these_only),
        cmocka_unit_test(nobody_else_is_believed),
        cmocka_unit_test(paths_are_taken_with_and_without_the_base),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
