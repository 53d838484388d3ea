/* test_log.c - one event is one line, whatever its values hold. */
#include "tests/unit/cmocka_all.h"

#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "server/base/clock.h"
#include "server/base/log.h"

/* Assert what the line holds after its time. */
static void assert_line(const struct log_line *line, const char *expected)
{
    size_t skip = strlen("time=") + TIME_TEXT_BYTES; /* with the blank */
    size_t count = strlen(expected);

    assert_memory_equal(line->bytes, "time=20", 7);
    assert_int_equal(line->count, skip + count);
    assert_memory_equal(line->bytes + skip, expected, count);
}

static void a_line_holds_time_level_event_and_pairs(void **unused)
{
    struct log_line line;

    (void)unused;
    log_begin(&line, LOG_INFO, "request");
    log_text(&line, "route", "/jobs/{id}");
    log_integer(&line, "status", -200);
    log_seconds(&line, "seconds", 0.25);
    log_text(&line, "nothing", NULL);
    assert_line(&line, "level=info event=request route=/jobs/{id} "
                       "status=-200 seconds=0.250000");
}

static void levels_are_words(void **unused)
{
    static const char *const lines[] = {
        [LOG_DEBUG] = "level=debug event=e",
        [LOG_INFO] = "level=info event=e",
        [LOG_WARNING] = "level=warning event=e",
        [LOG_ERROR] = "level=error event=e",
    };

    (void)unused;
    for (enum log_level level = LOG_DEBUG; level <= LOG_ERROR; level++) {
        struct log_line line;

        log_begin(&line, level, "e");
        assert_line(&line, lines[level]);
    }
}

static void odd_values_are_quoted_and_escaped(void **unused)
{
    struct log_line line;

    (void)unused;
    log_begin(&line, LOG_ERROR, "e");
    log_text(&line, "a", "two words");
    log_text(&line, "b", "");
    log_text(&line, "c", "\"\\");
    log_text(&line, "d", "x\nlevel=info\r\t\x1b[2J\x7f");
    log_text(&line, "e", "\xc3\xa4");
    assert_line(&line, "level=error event=e a=\"two words\" b=\"\" "
                       "c=\"\\\"\\\\\" "
                       "d=\"x\\nlevel=info\\r\\t\\x1b[2J\\x7f\" "
                       "e=\"\\xc3\\xa4\"");
}

/* Every length around the limit, in values that need 1 and 4 bytes a byte. */
static void a_long_value_is_cut_and_its_quote_closed(void **unused)
{
    static const char fills[] = {'x', '\x01', ' '};
    char value[LOG_LINE_BYTES + 1];

    (void)unused;
    for (size_t i = 0; i < sizeof fills; i++)
        for (size_t count = 400; count <= LOG_LINE_BYTES; count++) {
            struct log_line line;

            memset(value, fills[i], count);
            value[count] = '\0';
            log_begin(&line, LOG_INFO, "e");
            log_text(&line, "value", value);
            log_text(&line, "after", value);
            assert_true(line.count < LOG_LINE_BYTES);
            assert_null(memchr(line.bytes, '\x01', line.count));
            if (fills[i] != 'x')
                assert_int_equal(line.bytes[line.count - 1], '"');
        }
}

static void a_cut_value_ends_in_dots(void **unused)
{
    char value[LOG_LINE_BYTES + 1];
    struct log_line line;

    (void)unused;
    memset(value, 'x', LOG_LINE_BYTES);
    value[LOG_LINE_BYTES] = '\0';
    log_begin(&line, LOG_INFO, "e");
    log_text(&line, "value", value);
    log_text(&line, "after", "y");
    assert_memory_equal(line.bytes + line.count - 5, "xx...", 5);
}

/* Take what stderr gets while log_event() runs. */
static size_t capture(char *bytes, size_t size, const char *key)
{
    int ends[2], kept = dup(STDERR_FILENO);
    ssize_t count;

    assert_int_equal(pipe(ends), 0);
    assert_true(dup2(ends[1], STDERR_FILENO) >= 0);
    log_event(LOG_WARNING, "started", key, "http://127.0.0.1:8080");
    assert_true(dup2(kept, STDERR_FILENO) >= 0);
    count = read(ends[0], bytes, size);
    close(ends[0]);
    close(ends[1]);
    close(kept);
    assert_true(count > 0);
    return (size_t)count;
}

static void an_event_is_one_line_on_stderr(void **unused)
{
    static const char with[] =
        "level=warning event=started url=http://127.0.0.1:8080\n";
    static const char without[] = "level=warning event=started\n";
    size_t skip = strlen("time=") + TIME_TEXT_BYTES;
    char bytes[512];

    (void)unused;
    assert_int_equal(capture(bytes, sizeof bytes, "url"),
                     skip + sizeof with - 1);
    assert_memory_equal(bytes + skip, with, sizeof with - 1);
    assert_int_equal(capture(bytes, sizeof bytes, NULL),
                     skip + sizeof without - 1);
    assert_memory_equal(bytes + skip, without, sizeof without - 1);
}

static void an_endless_number_of_seconds_fits(void **unused)
{
    struct log_line line;

    (void)unused;
    log_begin(&line, LOG_INFO, "e");
    log_seconds(&line, "a", -1.7976931348623157e308);
    assert_memory_equal(line.bytes + line.count - 7, ".000000", 7);
}

/* ---- a reader that is behind ------------------------------------------- */

enum { LINES = 30000 };

/* stderr as a pipe; returns its end to read from, and what stderr was. */
static int make_pipe(int *ret_stderr)
{
    int ends[2];

    assert_int_equal(pipe(ends), 0);
    *ret_stderr = dup(STDERR_FILENO);
    assert_true(*ret_stderr >= 0);
    assert_int_equal(dup2(ends[1], STDERR_FILENO), STDERR_FILENO);
    close(ends[1]);
    return ends[0];
}

static void put_back(int fd)
{
    assert_int_equal(dup2(fd, STDERR_FILENO), STDERR_FILENO);
    close(fd);
}

static void write_lines(void *unused)
{
    (void)unused;
    for (int i = 0; i < LINES; i++)
        log_event(LOG_INFO, "line", "text", "as long as such lines usually "
                                            "are, or a little longer");
}

/* How many lines wait in the pipe, and how many are said to be lost. */
static size_t read_lines(int fd, int64_t *ret_dropped)
{
    static char text[4 << 20];
    size_t count = 0, lines = 0;
    ssize_t got = 1;
    char *said;

    while (got > 0 && count + 1 < sizeof text) {
        struct pollfd in = {.fd = fd, .events = POLLIN};

        if (poll(&in, 1, 0) < 1)
            break;
        got = read(fd, text + count, sizeof text - 1 - count);
        count += got > 0 ? (size_t)got : 0;
    }
    text[count] = '\0';
    assert_true(count == 0 || text[count - 1] == '\n'); /* no half lines */
    for (char *line = text; *line; line = strchr(line, '\n') + 1)
        lines += strstr(line, "event=line") < strchr(line, '\n')
              && strstr(line, "event=line") != NULL;
    said = strstr(text, "level=warning event=log_lines_dropped lines=");
    *ret_dropped = said ? strtoll(strstr(said, " lines=") + 7, NULL, 10) : 0;
    return lines;
}

static void what_nobody_reads_is_dropped_counted_and_said(void **unused)
{
    int real, fd = make_pipe(&real);
    int64_t before, dropped, none;
    size_t lines, more;

    (void)unused;
    before = clock_monotonic_ns();
    write_lines(NULL);
    assert_true(clock_monotonic_ns() - before < INT64_C(5000000000));
    lines = read_lines(fd, &none);
    assert_true(lines > 100 && lines < LINES);
    assert_int_equal(none, 0); /* there was no room to say so */
    log_event(LOG_INFO, "line", NULL, NULL);
    more = read_lines(fd, &dropped);
    assert_int_equal(more, 1);
    assert_int_equal((int64_t)lines + dropped, LINES);
    log_event(LOG_INFO, "line", NULL, NULL); /* it is said once */
    assert_int_equal(read_lines(fd, &dropped), 1);
    assert_int_equal(dropped, 0);
    put_back(real);
    close(fd);
}

static void *write_as_thread(void *unused)
{
    write_lines(unused);
    return NULL;
}

/* Writers at once: no line is torn, none waits, all are accounted for. */
static void writers_at_once_wait_for_nobody(void **unused)
{
    enum { WRITERS = 4 };
    int real, fd = make_pipe(&real);
    pthread_t writers[WRITERS];
    int64_t dropped, none;
    size_t lines;

    (void)unused;
    for (int i = 0; i < WRITERS; i++)
        assert_int_equal(pthread_create(&writers[i], NULL, write_as_thread,
                                        NULL), 0);
    for (int i = 0; i < WRITERS; i++)
        pthread_join(writers[i], NULL);
    lines = read_lines(fd, &none);
    log_event(LOG_INFO, "end", NULL, NULL);
    assert_int_equal(read_lines(fd, &dropped), 0);
    assert_int_equal((int64_t)lines + dropped, WRITERS * LINES);
    put_back(real);
    close(fd);
}

/* Lines that come many at once go in pieces, each of whole lines. */
static void a_long_text_goes_line_by_line(void **unused)
{
    enum { COPIES = 1000 };
    static const char line[] = "time=0 level=info event=line n=1\n";
    static char text[COPIES * (sizeof line - 1) + 1];
    int real, fd = make_pipe(&real);
    int64_t dropped;

    (void)unused;
    for (size_t i = 0; i < COPIES; i++)
        memcpy(text + i * (sizeof line - 1), line, sizeof line - 1);
    log_write(text, sizeof text - 1);
    assert_int_equal(read_lines(fd, &dropped), COPIES);
    assert_int_equal(dropped, 0);
    put_back(real);
    close(fd);
}

static void lines_below_the_level_are_not_written(void **unused)
{
    int real, fd = make_pipe(&real);
    enum log_level level;
    int64_t dropped;

    (void)unused;
    assert_true(log_level_read("warning", &level));
    assert_false(log_level_read("loud", &level));
    log_configure(level);
    log_event(LOG_INFO, "line", NULL, NULL);
    assert_int_equal(read_lines(fd, &dropped), 0);
    log_event(LOG_WARNING, "line", NULL, NULL);
    assert_int_equal(read_lines(fd, &dropped), 1);
    assert_true(log_takes(LOG_ERROR) && !log_takes(LOG_INFO));
    log_configure(LOG_DEBUG);
    put_back(real);
    close(fd);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_line_holds_time_level_event_and_pairs),
        cmocka_unit_test(levels_are_words),
        cmocka_unit_test(odd_values_are_quoted_and_escaped),
        cmocka_unit_test(a_long_value_is_cut_and_its_quote_closed),
        cmocka_unit_test(a_cut_value_ends_in_dots),
        cmocka_unit_test(an_endless_number_of_seconds_fits),
        cmocka_unit_test(an_event_is_one_line_on_stderr),
        cmocka_unit_test(what_nobody_reads_is_dropped_counted_and_said),
        cmocka_unit_test(writers_at_once_wait_for_nobody),
        cmocka_unit_test(a_long_text_goes_line_by_line),
        cmocka_unit_test(lines_below_the_level_are_not_written),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
