/*
 * number.c - doubles as text, by Schubfach ("pigeonhole").
 *
 * A double v = c 2^q stands for all reals that round to it: an interval of
 * width 2^q around v (3/4 of that above a power of two, where the neighbour
 * below is nearer), with its ends when c is even. Take the k with
 *
 *     10^k <= width < 10^(k+1)
 *
 * Then the interval holds a multiple of 10^k, and at most one multiple of
 * 10^(k+1). If it holds the latter, that is the shortest (its zeros are cut
 * off); if not, the nearer one of v's two neighbours among the multiples of
 * 10^k is. So only four numbers need to be compared with the interval's ends.
 *
 * All are compared in units of 10^k / 4, in which v is 4c 2^q 10^-k. Of these
 * products the whole part is kept, with bit 0 set when there is a fraction:
 * such numbers compare with even ones as the exact products do.
 * number_table.py proves that 128 bits of 10^-k are enough for that.
 *
 * Source  R. Giulietti 2020, "The Schubfach way to render doubles", section 9
 */
#include "server/json/number.h"

#include <assert.h>
#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "server/json/number_table.h"

enum {
    FRACTION_BITS = 52,
    EXPONENT_MASK = 0x7ff,
    Q_MIN = -1074,           /* of the smallest double, 2^-1074 */
    PLAIN_DIGITS_MAX = 21,   /* more digits before the point: 1e21 */
    PLAIN_ZEROS_MAX = 5,     /* more zeros behind it: 1e-7 */
};

static const double whole_max = 0x1p53;

__extension__ typedef unsigned __int128 uint128;

/* digits 10^exponent */
struct decimal {
    uint64_t digits;
    int exponent;
};

/* floor(log10(2^q)) and floor(log10(3/4 2^q)) for every q of a double, and
 * floor(log2(10^p)) for every p of the table; number_table.py checks them. */
static int floor_log10_power2(int q)
{
    return (q * 1262611) >> 22;
}

static int floor_log10_three_quarters_power2(int q)
{
    return (q * 1262611 - 524031) >> 22;
}

static int floor_log2_power10(int p)
{
    return (p * 1741647) >> 19;
}

/* n g / 2^128, with bit 0 set when there is a fraction. n < 2^60, so that g's
 * rounding adds less than 2^60 to the 128 bits of the fraction. */
static uint64_t scale(uint64_t n, const struct number_power *g)
{
    uint128 low = (uint128)n * g->low;
    uint128 high = (uint128)n * g->high + (uint64_t)(low >> 64);
    bool has_fraction = ((uint64_t)high | (uint64_t)low >> 60) != 0;

    return (uint64_t)(high >> 64) | has_fraction;
}

/* The shortest decimal in the interval of c 2^q, and the closest of these. */
static struct decimal shortest(uint64_t c, int q, bool is_power2)
{
    int k = is_power2 ? floor_log10_three_quarters_power2(q)
                      : floor_log10_power2(q);
    int shift = q + floor_log2_power10(-k) + 1; /* 1 to 4 */
    const struct number_power *g = &number_powers[-k - NUMBER_POWER_MIN];
    uint64_t open = c & 1; /* the ends are not in the interval */
    uint64_t from = scale((4 * c - (is_power2 ? 1 : 2)) << shift, g) + open;
    uint64_t v = scale(4 * c << shift, g);
    uint64_t to = scale((4 * c + 2) << shift, g) - open;
    uint64_t below = v / 4, tens = v / 40;
    bool down = from <= 40 * tens, up = 40 * (tens + 1) <= to;

    if (down != up)
        return (struct decimal){tens + up, k + 1};
    down = from <= 4 * below;
    up = 4 * (below + 1) <= to;
    if (down == up) { /* the nearer one; the even one of two as near */
        uint64_t middle = 4 * below + 2;

        up = v > middle || (v == middle && below % 2 == 1);
    }
    return (struct decimal){below + up, k};
}

/* Write `value` in decimal to the bytes before `end`; returns the first. */
static char *write_before(char *end, uint64_t value)
{
    static const char pairs[] =
        "00010203040506070809101112131415161718192021222324"
        "25262728293031323334353637383940414243444546474849"
        "50515253545556575859606162636465666768697071727374"
        "75767778798081828384858687888990919293949596979899";

    while (value >= 100) {
        end -= 2;
        memcpy(end, pairs + 2 * (value % 100), 2);
        value /= 100;
    }
    if (value < 10) {
        *--end = (char)('0' + value);
        return end;
    }
    end -= 2;
    memcpy(end, pairs + 2 * value, 2);
    return end;
}

static size_t write_whole(uint64_t value, char *text)
{
    char digits[20], *end = digits + sizeof digits;
    char *start = write_before(end, value);
    size_t count = (size_t)(end - start);

    memcpy(text, start, count);
    return count;
}

/* Write d.ddde-7: the form of very large and very small numbers. */
static char *write_scientific(const char *digits, int count, int exponent,
                              char *text)
{
    *text++ = digits[0];
    if (count > 1) {
        *text++ = '.';
        memcpy(text, digits + 1, (size_t)count - 1);
        text += count - 1;
    }
    *text++ = 'e';
    if (exponent < 0)
        *text++ = '-';
    return text + write_whole((uint64_t)(exponent < 0 ? -exponent : exponent),
                              text);
}

/* Write digits[count] with the point behind `before` of them, as JavaScript's
 * Number::toString (ECMA-262, 6.1.6.1.20) does. */
static char *write_placed(const char *digits, int count, int before,
                          char *text)
{
    if (before > PLAIN_DIGITS_MAX || before < -PLAIN_ZEROS_MAX)
        return write_scientific(digits, count, before - 1, text);
    if (before <= 0) {
        memcpy(text, "0.00000", 7);
        memcpy(text + 2 - before, digits, (size_t)count);
        return text + 2 - before + count;
    }
    if (before < count) {
        memcpy(text, digits, (size_t)before);
        text[before] = '.';
        memcpy(text + before + 1, digits + before, (size_t)(count - before));
        return text + count + 1;
    }
    memcpy(text, digits, (size_t)count);
    memset(text + count, '0', (size_t)(before - count));
    return text + before;
}

static char *write_decimal(struct decimal decimal, char *text)
{
    char digits[20], *end = digits + sizeof digits;
    char *start = write_before(end, decimal.digits);
    int before = (int)(end - start) + decimal.exponent;

    while (end[-1] == '0')
        end--;
    return write_placed(start, (int)(end - start), before, text);
}

size_t number_write(double value, char text[NUMBER_TEXT_BYTES])
{
    double magnitude = fabs(value);
    char *at = text;
    uint64_t bits, fraction;
    int exponent;

    assert(isfinite(value));
    if (signbit(value))
        *at++ = '-';
    if (magnitude < whole_max && magnitude == (double)(int64_t)magnitude)
        return (size_t)(at - text) + write_whole((uint64_t)magnitude, at);

    memcpy(&bits, &magnitude, sizeof bits);
    fraction = bits & ((UINT64_C(1) << FRACTION_BITS) - 1);
    exponent = (int)(bits >> FRACTION_BITS) & EXPONENT_MASK;
    if (exponent == 0) /* subnormal */
        at = write_decimal(shortest(fraction, Q_MIN, false), at);
    else
        at = write_decimal(shortest(fraction | UINT64_C(1) << FRACTION_BITS,
                                    exponent - 1 + Q_MIN,
                                    fraction == 0 && exponent > 1), at);
    return (size_t)(at - text);
}

size_t number_write_integer(int64_t value, char text[NUMBER_TEXT_BYTES])
{
    size_t sign = value < 0;

    if (value < 0)
        text[0] = '-';
    return sign + write_whole(value < 0 ? -(uint64_t)value : (uint64_t)value,
                              text + sign);
}

size_t number_write_csv(double value, char text[NUMBER_TEXT_BYTES])
{
    const char *word;

    if (isfinite(value))
        return number_write(value, text);
    word = isnan(value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity";
    memcpy(text, word, strlen(word));
    return strlen(word);
}

const char *number_nonfinite_word(double value)
{
    return isnan(value) ? "nan" : value > 0 ? "+inf" : "-inf";
}
