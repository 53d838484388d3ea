/* test_query_list.c - lists in a query, separated by commas. */
#include "tests/unit/cmocka_all.h"

#include <stdio.h>
#include <string.h>

#include "server/api/api.h"
#include "tests/unit/http_site.h"

static char seen[256];

/* What is in `list`, in brackets; with `short` there is no memory for it. */
static enum http_next list_items(struct http_request *request)
{
    struct faults *faults = http_query_faults(request);
    const char *rest = http_query(request, "list"), *item;
    struct arena *arena = http_arena(request);
    size_t limit = arena->limit_bytes;

    assert_non_null(faults);
    seen[0] = '\0';
    if (http_query(request, "short"))
        arena->limit_bytes = arena->used_bytes;
    while (query_next_item(request, faults, &rest, &item)) {
        strcat(seen, "[");
        strcat(seen, item);
        strcat(seen, "]");
    }
    arena->limit_bytes = limit;
    return faults->total > 0
               ? problem_reply_faults(request, PROBLEM_INVALID_PARAMETER,
                                      faults)
               : http_reply_empty(request, 204);
}

static const struct http_query_parameter queries[] = {
    {"list", "A list."}, {"short", "Memory is."}, {0},
};

static const struct http_route routes[] = {
    {HTTP_GET, "/list", list_items, "-", .queries = queries},
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

static unsigned ask(struct site *site, const char *query)
{
    char text[256];

    snprintf(text, sizeof text, "GET /list%s HTTP/1.1\r\n"
             "Host: localhost\r\n\r\n", query);
    return client_status(site, text, strlen(text));
}

static void items_are_between_commas_but_those_in_brackets(void **state)
{
    assert_int_equal(ask(*state, ""), 204);
    assert_string_equal(seen, "");
    assert_int_equal(ask(*state, "?list=a,,W[1,2],b"), 204);
    assert_string_equal(seen, "[a][][W[1,2]][b]");
}

static void a_list_does_not_end_where_memory_does(void **state)
{
    assert_int_equal(ask(*state, "?list=a,b&short=1"), 500);
    assert_string_equal(seen, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            items_are_between_commas_but_those_in_brackets, start, stop),
        cmocka_unit_test_setup_teardown(
            a_list_does_not_end_where_memory_does, start, stop),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
