/* test_http_turn.c - turns of the loop that take long are logged. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "server/http/http.h"
#include "server/http/state.h"
#include "server/http/turn.h"
#include "tests/unit/cmocka_all.h"
#include "tests/unit/http_site.h"

static enum http_next slow(struct http_request *request)
{
    usleep((TURN_SLOW_MS + 10) * 1000);
    return http_reply_empty(request, 204);
}

static enum http_more slow_piece(void *self, struct buffer *out)
{
    int *left = self;

    usleep((TURN_SLOW_MS + 10) * 1000);
    if ((*left)-- == 0)
        return HTTP_END;
    buffer_text(out, "piece");
    return HTTP_MORE;
}

static int pieces;

static enum http_next slow_stream(struct http_request *request)
{
    pieces = 1;
    return http_reply_stream(request, 200, "text/plain",
                             &(struct http_stream){.next = slow_piece,
                                                   .self = &pieces});
}

static const struct http_route routes[] = {
    {HTTP_GET, "/slow/{id}", slow},
    {HTTP_GET, "/stream", slow_stream},
};

/* Ask a server of its own; ret_log gets what it wrote to stderr. */
static void ask(const char *text, char ret_log[4096])
{
    struct http_options options = site_options(routes, 2);
    int kept = dup(STDERR_FILENO);
    FILE *file = tmpfile();
    struct site site;
    size_t count;

    assert_non_null(file);
    assert_true(dup2(fileno(file), STDERR_FILENO) >= 0);
    site_start(&site, &options);
    client_status(&site, text, strlen(text));
    site_close(&site);
    assert_true(dup2(kept, STDERR_FILENO) >= 0);
    close(kept);
    rewind(file);
    count = fread(ret_log, 1, 4095, file);
    ret_log[count] = '\0';
    fclose(file);
}

#define END " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"

static void a_slow_turn_names_its_route(void **unused)
{
    char log[4096];
    const char *line;

    (void)unused;
    ask("GET /slow/7" END, log);
    line = strstr(log, "level=warning event=slow_turn ms=");
    assert_non_null(line);
    assert_true(strtol(strstr(line, " ms=") + 4, NULL, 10) >= TURN_SLOW_MS);
    assert_non_null(strstr(line, " longest=/slow/{id} longest_ms="));
}

static void so_does_one_that_makes_a_piece_of_a_stream(void **unused)
{
    char log[4096];

    (void)unused;
    ask("GET /stream" END, log);
    assert_non_null(strstr(log, " longest=/stream longest_ms="));
}

static void the_longest_call_of_a_turn_is_kept(void **unused)
{
    struct turn turn;

    (void)unused;
    turn_begin(&turn);
    turn_note(&turn, "/one", turn.began_ns - 5000000);
    turn_note(&turn, "/two", turn.began_ns);
    assert_string_equal(turn.longest, "/one");
}

/* Those that came while the first was served stand in line for a turn each. */
static void who_waited_a_turn_is_suspended_no_more(void **unused)
{
    enum { CLIENTS = 4 };
    struct http_options options = site_options(routes, 2);
    struct client clients[CLIENTS];
    struct site site = {0};

    (void)unused;
    site_start(&site, &options);
    for (int i = 0; i < CLIENTS; i++) {
        clients[i] = client_open(&site);
        client_text(&clients[i], "GET /slow/7" END);
    }
    for (int i = 0; i < CLIENTS; i++) {
        struct answer answer = client_read(&clients[i], false);

        assert_int_equal(answer.status, 204);
        answer_free(&answer);
        client_close(&clients[i]);
    }
    site_stop(&site);
    assert_int_equal(site.server->suspended, 0);
    site_close(&site);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_waited_a_turn_is_suspended_no_more),
        cmocka_unit_test(a_slow_turn_names_its_route),
        cmocka_unit_test(so_does_one_that_makes_a_piece_of_a_stream),
        cmocka_unit_test(the_longest_call_of_a_turn_is_kept),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
