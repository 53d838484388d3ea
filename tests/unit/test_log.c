/* test_log.c - one event is one line, whatever its values hold. */
#include "tests/unit/cmocka_all.h"

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
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
