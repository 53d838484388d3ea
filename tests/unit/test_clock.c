/* test_clock.c - times as text: known dates, every day, and what is no time. */
#include "tests/unit/cmocka_all.h"

#include <string.h>

#include "server/base/clock.h"

/* Milliseconds by Python's datetime, which counts days its own way. */
static const struct {
    int64_t ms;
    const char *text;
} known[] = {
    {0, "1970-01-01T00:00:00.000Z"},
    {-1, "1969-12-31T23:59:59.999Z"},
    {951782400000, "2000-02-29T00:00:00.000Z"},
    {1000000000123, "2001-09-09T01:46:40.123Z"},
    {1709251199000, "2024-02-29T23:59:59.000Z"},
    {2147483647000, "2038-01-19T03:14:07.000Z"},
    {4107542400000, "2100-03-01T00:00:00.000Z"},
    {-2203891200000, "1900-03-01T00:00:00.000Z"},
    {-62135596800000, "0001-01-01T00:00:00.000Z"},
    {253402300799000, "9999-12-31T23:59:59.000Z"},
};

static void known_times_have_their_text(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        char text[TIME_TEXT_BYTES];
        int64_t ms = 0;

        time_format(known[i].ms, text);
        assert_string_equal(text, known[i].text);
        assert_true(time_parse(text, &ms));
        assert_true(ms == known[i].ms);
    }
}

/* From 1900 to 2400, past every rule of leap years; the odd step visits
 * different times of day. */
static void half_a_millennium_goes_round(void **unused)
{
    char text[TIME_TEXT_BYTES], before[TIME_TEXT_BYTES] = "";

    (void)unused;
    for (int64_t ms = -2208988800000; ms < 13569465600000; ms += 80000007) {
        int64_t back = 0;

        time_format(ms, text);
        if (!time_parse(text, &back) || back != ms)
            fail_msg("%lld became %s", (long long)ms, text);
        if (strcmp(before, text) >= 0)
            fail_msg("%s does not sort after %s", text, before);
        memcpy(before, text, sizeof text);
    }
}

static void times_past_the_form_are_its_ends(void **unused)
{
    char text[TIME_TEXT_BYTES];

    (void)unused;
    time_format(INT64_MIN, text);
    assert_string_equal(text, "0000-01-01T00:00:00.000Z");
    time_format(INT64_MAX, text);
    assert_string_equal(text, "9999-12-31T23:59:59.999Z");
}

static void a_fraction_may_have_one_to_nine_digits(void **unused)
{
    int64_t ms = 0;

    (void)unused;
    assert_true(time_parse("1970-01-01T00:00:01Z", &ms));
    assert_int_equal(ms, 1000);
    assert_true(time_parse("1970-01-01T00:00:00.5Z", &ms));
    assert_int_equal(ms, 500);
    assert_true(time_parse("1970-01-01T00:00:00.012999999Z", &ms));
    assert_int_equal(ms, 12);
}

/* As Python's isoformat() writes them, and RFC 3339, section 5.8. */
static void a_time_may_be_of_any_zone(void **unused)
{
    static const struct { const char *text, *in_utc; } cases[] = {
        {"2026-01-31T12:00:00.123456+00:00", "2026-01-31T12:00:00.123Z"},
        {"2026-01-31 12:00:00Z", "2026-01-31T12:00:00.000Z"},
        {"2026-01-31T12:00:00+01:00", "2026-01-31T11:00:00.000Z"},
        {"2026-01-01T00:30:00+01:00", "2025-12-31T23:30:00.000Z"},
        {"2026-01-31T12:00:00 01:00", "2026-01-31T11:00:00.000Z"},
        {"1996-12-19T16:39:57-08:00", "1996-12-20T00:39:57.000Z"},
        {"1937-01-01T12:00:27.87+00:20", "1937-01-01T11:40:27.870Z"},
        {"1985-04-12t23:20:50.52z", "1985-04-12T23:20:50.520Z"},
    };

    (void)unused;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[TIME_TEXT_BYTES];
        int64_t ms = 0;

        assert_true(time_parse(cases[i].text, &ms));
        time_format(ms, text);
        assert_string_equal(text, cases[i].in_utc);
    }
}

static void what_is_no_time_is_refused(void **unused)
{
    static const char *const wrong[] = {
        "", "2026", "2026-01-31", "2026-01-31T12:00:00",
        "2026-01-31T12:00:00.Z", "2026-01-31T12:00:00.0000000001Z",
        "2026-01-31T12:00:00.000Zx", "2026-01-31_12:00:00Z",
        "2026-01-31T12:00:00+1:00", "2026-01-31T12:00:00+0100",
        "2026-01-31T12:00:00+24:00", "2026-01-31T12:00:00+01:60",
        "2026-01-31T12:00:00+01:00Z", "2026-01-31T12:00:00.+01:00",
        "2026-01-31T12:00:00+", "2026-01-31T12:00:00-01",
        "2026-02-29T00:00:00Z", "1900-02-29T00:00:00Z",
        "2026-04-31T00:00:00Z", "2026-00-01T00:00:00Z",
        "2026-13-01T00:00:00Z", "2026-01-00T00:00:00Z",
        "2026-01-31T24:00:00Z", "2026-01-31T23:60:00Z",
        "2026-01-31T23:59:60Z", "+026-01-31T23:59:00Z",
        "2026-1-31T23:59:00Z", "2026/01/31T23:59:00Z",
    };

    (void)unused;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        int64_t ms = 42;

        if (time_parse(wrong[i], &ms))
            fail_msg("\"%s\" was taken for a time", wrong[i]);
        assert_int_equal(ms, 42);
    }
}

/* 2020-01-01: this program is younger. */
static void the_clocks_run(void **unused)
{
    int64_t first = clock_monotonic_ns(), second;

    (void)unused;
    assert_true(clock_wall_ms() > 1577836800000);
    do
        second = clock_monotonic_ns();
    while (second == first);
    assert_true(second > first);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_times_have_their_text),
        cmocka_unit_test(half_a_millennium_goes_round),
        cmocka_unit_test(times_past_the_form_are_its_ends),
        cmocka_unit_test(a_fraction_may_have_one_to_nine_digits),
        cmocka_unit_test(a_time_may_be_of_any_zone),
        cmocka_unit_test(what_is_no_time_is_refused),
        cmocka_unit_test(the_clocks_run),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
