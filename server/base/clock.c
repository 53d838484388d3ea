/*
 * clock.c - the two clocks, and UTC dates computed from days.
 *
 * A date is counted in eras of 400 years (146097 days each, always), whose
 * years begin on March 1, so that a leap day is the last day of its year.
 *
 * Source  H. Hinnant, "chrono-Compatible Low-Level Date Algorithms",
 *         days_from_civil and civil_from_days
 */
#include "server/base/clock.h"

#include <stddef.h>
#include <string.h>
#include <time.h>

enum {
    SECOND_MS = 1000,
    DAY_MS = 24 * 60 * 60 * SECOND_MS,
    ERA_YEARS = 400,
    ERA_DAYS = 146097,
    EPOCH_DAYS = 719468, /* from 0000-03-01 to 1970-01-01 */
};

static const int64_t first_ms = INT64_C(-62167219200000);
static const int64_t last_ms = INT64_C(253402300799999);

struct date {
    int64_t year;
    int64_t month; /* 1 to 12 */
    int64_t day;   /* 1 to 31 */
};

int64_t clock_wall_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * SECOND_MS + now.tv_nsec / 1000000;
}

int64_t clock_monotonic_ns(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

/* a / b towards minus infinity, b > 0. */
static int64_t floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

/* Days from 1970-01-01 to a date. */
static int64_t days_from_date(struct date date)
{
    int64_t year = date.year - (date.month <= 2);
    int64_t era = floor_div(year, ERA_YEARS);
    int64_t year_of_era = year - era * ERA_YEARS;
    int64_t month_from_march = (date.month + 9) % 12;
    int64_t day_of_year = (153 * month_from_march + 2) / 5 + date.day - 1;
    int64_t day_of_era = year_of_era * 365 + year_of_era / 4
                         - year_of_era / 100 + day_of_year;

    return era * ERA_DAYS + day_of_era - EPOCH_DAYS;
}

static struct date date_from_days(int64_t days)
{
    int64_t from_march = days + EPOCH_DAYS;
    int64_t era = floor_div(from_march, ERA_DAYS);
    int64_t day_of_era = from_march - era * ERA_DAYS;
    int64_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524
                           - day_of_era / 146096) / 365;
    int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4
                                        - year_of_era / 100);
    int64_t month_from_march = (5 * day_of_year + 2) / 153;
    int64_t month = (month_from_march + 2) % 12 + 1;

    return (struct date){
        .year = year_of_era + era * ERA_YEARS + (month <= 2),
        .month = month,
        .day = day_of_year - (153 * month_from_march + 2) / 5 + 1,
    };
}

static int64_t days_of_month(int64_t year, int64_t month)
{
    static const int64_t days[] = {31, 28, 31, 30, 31, 30,
                                   31, 31, 30, 31, 30, 31};
    bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);

    return days[month - 1] + (month == 2 && leap);
}

/* The parts of a time text: where, how long, and what stands after. */
enum { YEAR, MONTH, DAY, HOUR, MINUTE, SECOND, FIELDS };

static const struct {
    size_t at, digits;
    char after; /* '\0': time_parse() sees to what follows */
} fields[FIELDS] = {
    [YEAR]   = {0, 4, '-'},  [MONTH]  = {5, 2, '-'},  [DAY]    = {8, 2, 'T'},
    [HOUR]   = {11, 2, ':'}, [MINUTE] = {14, 2, ':'}, [SECOND] = {17, 2, '\0'},
};

static void write_digits(char *text, size_t digits, int64_t value)
{
    while (digits > 0) {
        text[--digits] = (char)('0' + value % 10);
        value /= 10;
    }
}

void time_format(int64_t wall_ms, char text[TIME_TEXT_BYTES])
{
    int64_t ms = wall_ms < first_ms ? first_ms
                 : wall_ms > last_ms ? last_ms : wall_ms;
    int64_t days = floor_div(ms, DAY_MS);
    int64_t of_day = ms - days * DAY_MS;
    struct date date = date_from_days(days);
    int64_t values[FIELDS] = {
        [YEAR] = date.year, [MONTH] = date.month, [DAY] = date.day,
        [HOUR] = of_day / 3600000, [MINUTE] = of_day / 60000 % 60,
        [SECOND] = of_day / 1000 % 60,
    };

    memcpy(text, "0000-00-00T00:00:00.000Z", TIME_TEXT_BYTES);
    for (size_t i = 0; i < FIELDS; i++)
        write_digits(text + fields[i].at, fields[i].digits, values[i]);
    write_digits(text + 20, 3, of_day % 1000);
}

/* Read `digits` digits, not one byte past a terminator; false without them. */
static bool read_digits(const char *text, size_t digits, int64_t *ret)
{
    int64_t value = 0;

    for (size_t i = 0; i < digits; i++) {
        if (text[i] < '0' || text[i] > '9')
            return false;
        value = value * 10 + (text[i] - '0');
    }
    *ret = value;
    return true;
}

/* Read nothing, or ".123"; returns how many bytes it has. SIZE_MAX: it is
 * none. */
static size_t read_fraction(const char *text, int64_t *ret_ms)
{
    int64_t ms = 0, weight = 100;
    size_t digits = 0;

    *ret_ms = 0;
    if (*text != '.')
        return 0;
    for (text++; text[digits] >= '0' && text[digits] <= '9'; digits++) {
        ms += (text[digits] - '0') * weight;
        weight /= 10;
    }
    *ret_ms = ms;
    return digits < 1 || digits > 9 ? SIZE_MAX : digits + 1;
}

/* Read "Z", "+01:00" or "-00:30" to the end of the text. (A + that was not
 * escaped is a blank once it has been in a query.) */
static bool read_zone(const char *text, int64_t *ret_minutes)
{
    int64_t hours, minutes;

    *ret_minutes = 0;
    if (*text == 'Z' || *text == 'z')
        return text[1] == '\0';
    if (*text == '\0' || !strchr("+- ", *text)
        || !read_digits(text + 1, 2, &hours) || text[3] != ':'
        || !read_digits(text + 4, 2, &minutes)
        || text[6] != '\0' || hours > 23 || minutes > 59)
        return false;
    *ret_minutes = (*text == '-' ? -1 : 1) * (60 * hours + minutes);
    return true;
}

/* Whether `byte` is what stands after a field; 't' is as good as 'T'. */
static bool is_after(char byte, char after)
{
    return byte == after || (after == 'T' && (byte == 't' || byte == ' '));
}

bool time_parse(const char *text, int64_t *ret_wall_ms)
{
    int64_t v[FIELDS], ms, zone_minutes, days;
    size_t fraction;

    for (size_t i = 0; i < FIELDS; i++) {
        const char *at = text + fields[i].at;

        if (!read_digits(at, fields[i].digits, &v[i]))
            return false;
        if (fields[i].after != '\0'
            && !is_after(at[fields[i].digits], fields[i].after))
            return false;
    }
    fraction = read_fraction(text + 19, &ms);
    if (fraction == SIZE_MAX
        || !read_zone(text + 19 + fraction, &zone_minutes))
        return false;
    if (v[MONTH] < 1 || v[MONTH] > 12 || v[DAY] < 1
        || v[DAY] > days_of_month(v[YEAR], v[MONTH])
        || v[HOUR] > 23 || v[MINUTE] > 59 || v[SECOND] > 59)
        return false;
    days = days_from_date((struct date){v[YEAR], v[MONTH], v[DAY]});
    *ret_wall_ms = days * DAY_MS + v[HOUR] * 3600000
                   + (v[MINUTE] - zone_minutes) * 60000
                   + v[SECOND] * SECOND_MS + ms;
    return true;
}
