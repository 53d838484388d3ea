/* axis.c - places on an axis, its ticks and their labels. */
#include "server/plot/axis.h"

#include <assert.h>
#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/decimal.h"
#include "core/kernel/math.h"

enum {
    EXPONENT_MIN = -323,      /* of the smallest double, 5e-324 */
    EXPONENT_MAX = 308,
    DIGITS_MAX = 6,           /* of a label; more: a base is taken off */
    PLAIN_PLACE_MIN = -4,     /* 0.0001; what is less is 10⁻⁵ */
    PLAIN_PLACE_MAX = 5,      /* 999999 */
    BASE_DIGITS_MAX = 15,     /* of a base without a power of ten */
    LOG_PLAIN_MIN = -3,       /* a log axis within 0.001 … 10000 is plain */
    LOG_PLAIN_MAX = 4,
};

/* Nearer than this part of themselves, two numbers are one place. */
static const double least_width = 1e-12;

double axis_place(const struct axis *axis, double value)
{
    double low = axis->low, high = axis->high, part;

    if (axis->is_log) {
        if (!(value > 0))
            return NAN;
        low = math_log(low);
        high = math_log(high);
        value = math_log(value);
    }
    /* Halves do not overflow. */
    part = (value / 2 - low / 2) / (high / 2 - low / 2);
    return axis->from + part * (axis->to - axis->from);
}

void axis_widen(double *low, double *high)
{
    double size = fmax(fabs(*low), fabs(*high)), room;

    if (*high / 2 - *low / 2 > least_width * size)
        return;
    room = size > 0 ? fmax(size * 0.05, 5e-324) : 1;
    *low = fmax(*low - room, -DBL_MAX);
    *high = fmin(*high + room, DBL_MAX);
}

/* ---- whole numbers times powers of ten ---------------------------------- */

/* number * 10^exponent, the nearest double. */
static double scaled(long long number, int exponent)
{
    char text[48 + DECIMAL_PADDING] = "";
    struct decimal read = {.value = 0};

    snprintf(text, sizeof text, "%llde%d", number, exponent);
    return decimal_read(text, '.', &read) ? read.value : 0;
}

/* The greatest k with 10^k <= value, which is positive and finite. */
static int floor_log10(double value)
{
    int k = (int)floor(math_log(value) / 2.302585092994046);

    if (k < EXPONENT_MIN)
        k = EXPONENT_MIN;
    while (k > EXPONENT_MIN && scaled(1, k) > value)
        k--;
    while (k < EXPONENT_MAX && scaled(1, k + 1) <= value)
        k++;
    return k;
}

static void append(char ret[TICK_TEXT_BYTES], const char *text)
{
    size_t used = strlen(ret), bytes = strlen(text);

    if (used + bytes < TICK_TEXT_BYTES)
        memcpy(ret + used, text, bytes + 1);
}

/* "10⁻⁷" */
static void append_power(char ret[TICK_TEXT_BYTES], int exponent)
{
    static const char *const raised[] = {"⁰", "¹", "²", "³", "⁴",
                                         "⁵", "⁶", "⁷", "⁸", "⁹"};
    char digits[16];

    append(ret, "10");
    snprintf(digits, sizeof digits, "%d", exponent);
    for (const char *c = digits; *c; c++)
        append(ret, *c == '-' ? "⁻" : raised[*c - '0']);
}

/* The digits of a number that is not negative, with a point before the last
 * `decimals` of them. */
static void append_decimal(char ret[TICK_TEXT_BYTES], long long number,
                           int decimals)
{
    char digits[32], text[40];
    int count, whole;

    count = snprintf(digits, sizeof digits, "%0*lld", decimals + 1, number);
    whole = count - decimals;
    if (decimals > 0)
        snprintf(text, sizeof text, "%.*s.%s", whole, digits, digits + whole);
    else
        snprintf(text, sizeof text, "%s", digits);
    append(ret, text);
}

static int digit_count(long long number)
{
    int count = 1;

    for (number /= 10; number != 0; number /= 10)
        count++;
    return count;
}

/* Whether number * 10^exponent is written without a power of ten. */
static bool is_plain(long long number, int exponent)
{
    int place = digit_count(number) + exponent - 1; /* of the first digit */

    return place >= PLAIN_PLACE_MIN && place <= PLAIN_PLACE_MAX;
}

/* "-0.25"; or, not plain, "-2.5×10⁻⁷". */
static void write_scaled(long long number, int exponent, bool plain,
                         char ret[TICK_TEXT_BYTES])
{
    ret[0] = '\0';
    if (number < 0)
        append(ret, "−");
    number = llabs(number);
    if (number == 0 || plain) {
        for (; exponent > 0 && number != 0; exponent--)
            number *= 10;
        append_decimal(ret, number, number == 0 || exponent > 0 ? 0
                                                                : -exponent);
        return;
    }
    for (; number % 10 == 0; exponent++)
        number /= 10;
    if (number != 1) {
        append_decimal(ret, number, digit_count(number) - 1);
        append(ret, "×");
    }
    append_power(ret, exponent + digit_count(number) - 1);
}

/* ---- ticks of a linear axis --------------------------------------------- */

/* Ticks first … last times unit * 10^exponent. */
struct steps {
    int unit, exponent;      /* unit is 1, 2 or 5 */
    long long first, last;
};

static void place_steps(const struct axis *axis, struct steps *steps)
{
    double step = scaled(steps->unit, steps->exponent);

    steps->first = (long long)ceil(axis->low / step - 1e-6);
    steps->last = (long long)floor(axis->high / step + 1e-6);
}

/* The shortest steps of which there are at most `most`. */
static struct steps choose_steps(const struct axis *axis, size_t most)
{
    static const int units[] = {1, 2, 5};
    double least = axis->high / (double)most - axis->low / (double)most;
    struct steps steps = {
        .exponent = floor_log10(fmax(least, scaled(1, EXPONENT_MIN)))};

    for (;; steps.exponent++)
        for (size_t i = 0; i < 3; i++) {
            steps.unit = units[i];
            if (scaled(steps.unit, steps.exponent) < least)
                continue;
            place_steps(axis, &steps);
            if (steps.last - steps.first < (long long)most)
                return steps;
        }
}

static long long farther(long long a, long long b)
{
    return llabs(a) > llabs(b) ? a : b;
}

static void write_base(long long number, int exponent,
                       char ret[TICK_TEXT_BYTES])
{
    for (; number % 10 == 0 && exponent < 0; exponent++)
        number /= 10;
    write_scaled(number, exponent,
                 exponent >= -BASE_DIGITS_MAX && exponent <= 0
                     && digit_count(number) <= BASE_DIGITS_MAX, ret);
}

static void choose_linear(const struct axis *axis, size_t most,
                          struct ticks *ret)
{
    struct steps steps = choose_steps(axis, most);
    int unit = steps.unit, exponent = steps.exponent;
    long long base = 0, greatest = farther(steps.first, steps.last) * unit;
    bool plain;

    if (digit_count(greatest) > DIGITS_MAX) {
        base = steps.first;
        write_base(base * unit, exponent, ret->base);
        greatest = (steps.last - base) * unit;
    }
    plain = is_plain(greatest, exponent);
    for (long long i = steps.first; i <= steps.last; i++) {
        struct tick *tick = &ret->items[ret->count++];

        tick->value = scaled(i * unit, exponent);
        write_scaled((i - base) * unit, exponent, plain, tick->text);
    }
}

/* ---- ticks of a log axis ------------------------------------------------ */

static void add_log_tick(const struct axis *axis, int unit, int exponent,
                         bool plain, struct ticks *ret)
{
    double value = scaled(unit, exponent);
    struct tick *tick = &ret->items[ret->count];

    if (ret->count == TICKS_MAX || value < axis->low * (1 - 1e-9)
        || value > axis->high * (1 + 1e-9))
        return;
    tick->value = value;
    write_scaled(unit, exponent, plain, tick->text);
    ret->count++;
}

static int floor_divide(int a, int b)
{
    return a / b - (a % b != 0 && (a < 0) != (b < 0));
}

/* Powers of ten so far apart that there are at most `most`. */
static void choose_decades(const struct axis *axis, int first, int last,
                           size_t most, struct ticks *ret)
{
    static const int strides[] = {1, 2, 3, 4, 5, 10, 20, 50, 100, 200, 500};
    bool plain = first >= LOG_PLAIN_MIN && last <= LOG_PLAIN_MAX;
    size_t s = 0;
    int k;

    while (s + 1 < sizeof strides / sizeof *strides
           && (size_t)(floor_divide(last, strides[s])
                       - floor_divide(first - 1, strides[s])) > most)
        s++;
    k = (floor_divide(first - 1, strides[s]) + 1) * strides[s];
    for (; k <= last; k += strides[s])
        add_log_tick(axis, 1, k, plain, ret);
}

/* 1, 2 and 5 times powers of ten: where less than two decades are seen. */
static void choose_parts(const struct axis *axis, int first, int last,
                         struct ticks *ret)
{
    static const int units[] = {1, 2, 5};
    bool plain = first >= LOG_PLAIN_MIN && last <= LOG_PLAIN_MAX;

    for (int k = first; k <= last; k++)
        for (size_t i = 0; i < 3; i++)
            add_log_tick(axis, units[i], k, plain, ret);
}

static void choose_log(const struct axis *axis, size_t most,
                       struct ticks *ret)
{
    int first = floor_log10(axis->low), last = floor_log10(axis->high);

    if (scaled(1, first) < axis->low)
        first++;
    if (last > first) {
        choose_decades(axis, first, last, most, ret);
        if (ret->count >= 2 && last - first > 1)
            return;
    }
    ret->count = 0;
    choose_parts(axis, first - 1, last, ret);
    if (ret->count >= 3 && ret->count <= most)
        return;
    ret->count = 0;
    if (last > first)
        choose_decades(axis, first, last, most, ret);
    else
        choose_linear(axis, most, ret);
}

void axis_ticks(const struct axis *axis, size_t most, struct ticks *ret)
{
    assert(most >= 2 && most <= TICKS_MAX);
    assert(axis->low < axis->high);
    *ret = (struct ticks){.count = 0};
    if (axis->is_log)
        choose_log(axis, most, ret);
    else
        choose_linear(axis, most, ret);
}

/* ---- numbers alone ------------------------------------------------------ */

enum { NUMBER_DIGITS = 4 };

/* The exponent of the last of so many digits of a size above zero. */
static int last_place(double size, int digits)
{
    int exponent = floor_log10(size) - digits + 1;

    return exponent < EXPONENT_MIN ? EXPONENT_MIN : exponent;
}

double axis_round(double value, double size, int digits)
{
    int exponent = last_place(size, digits);
    double places = value / scaled(1, exponent);

    return fabs(places) < 0x1p53 ? scaled(llround(places), exponent) : value;
}

void axis_number(double value, char ret[TICK_TEXT_BYTES])
{
    int exponent;
    long long digits;

    if (!isfinite(value)) {
        snprintf(ret, TICK_TEXT_BYTES, "%s", isnan(value) ? "not a number"
                                           : value > 0 ? "∞" : "−∞");
        return;
    }
    if (value == 0) {
        snprintf(ret, TICK_TEXT_BYTES, "0");
        return;
    }
    exponent = last_place(fabs(value), NUMBER_DIGITS);
    digits = llround(value / scaled(1, exponent));
    for (; digits % 10 == 0 && digits != 0; exponent++)
        digits /= 10;
    write_scaled(digits, exponent, is_plain(digits, exponent), ret);
}
