/*
 * decimal.c - a decimal text to the double nearest to it.
 *
 * The text is w 10^q with a whole w of up to 19 digits. If w < 2^53 and
 * |q| <= 22, both are doubles and one multiplication or division rounds once
 * (Clinger). Else w is multiplied by the 128 leading bits of 5^q; the product
 * is w 5^q but for its lowest bits, and these decide the rounding only in
 * cases that can be told (Lemire). What is left, and a text of more than 19
 * digits where w and w + 1 round apart, is given to strtod().
 */
#include "core/base/decimal.h"

#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/decimal_table.h"

enum {
    DIGITS_MAX = 19,          /* of w: 10^19 < 2^64 */
    FRACTION_BITS = 52,
    EXPONENT_BIAS = 1023,
    EXPONENT_TOP = 0x7ff,
    EXACT_POWER_MAX = 22,     /* 10^22 is a double, 10^23 is none */
    TEXT_DIGITS_MAX = 780,    /* that can matter: 767, and a rest that is not
                                 zero */
    EXPONENT_MAX = 100000,    /* larger ones are all the same */
};

__extension__ typedef unsigned __int128 uint128;

static const double exact_powers[EXACT_POWER_MAX + 1] = {
    1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
    1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
};

static inline bool is_digit(char c)
{
    return (unsigned char)(c - '0') < 10;
}

/* The next eight bytes, the first one lowest. */
static inline uint64_t eight_bytes(const char *text)
{
    uint64_t bytes;

    memcpy(&bytes, text, sizeof bytes);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    bytes = __builtin_bswap64(bytes);
#endif
    return bytes;
}

/* How many of the eight bytes, from the lowest, are digits. */
static inline unsigned leading_digits(uint64_t bytes)
{
    uint64_t t = bytes ^ UINT64_C(0x3030303030303030); /* digits: 0 to 9 */
    uint64_t other = ((t + UINT64_C(0x7676767676767676)) | t)
                     & UINT64_C(0x8080808080808080);
    /* A carry out of a byte >= 0x8a spoils only bytes above it. */

    return other == 0 ? 8 : (unsigned)__builtin_ctzll(other) / 8;
}

/* Eight digits, the first one lowest, to their number: pairs, fours, all. */
static inline uint32_t eight_digits(uint64_t digits)
{
    digits = (digits & UINT64_C(0x0f0f0f0f0f0f0f0f)) * 2561 >> 8;
    digits = (digits & UINT64_C(0x00ff00ff00ff00ff)) * 6553601 >> 16;
    return (uint32_t)((digits & UINT64_C(0x0000ffff0000ffff))
                      * UINT64_C(42949672960001) >> 32);
}

/* Append the digits at `text` to w, which may overflow; returns their end. */
static inline const char *take_digits(const char *text, uint64_t *w)
{
    static const uint32_t tens[8] = {1,     10,     100,     1000,
                                     10000, 100000, 1000000, 10000000};
    for (;;) {
        uint64_t bytes = eight_bytes(text);
        unsigned count = leading_digits(bytes);

        if (count < 8) {
            if (count > 0) /* zeros before them: the digits move up */
                *w = *w * tens[count]
                     + eight_digits((bytes << (64 - 8 * count))
                                    | (UINT64_C(0x3030303030303030)
                                       >> (8 * count)));
            return text + count;
        }
        *w = *w * 100000000 + eight_digits(bytes);
        text += 8;
    }
}

static double from_bits(uint64_t fraction, int exponent)
{
    uint64_t bits = fraction | (uint64_t)exponent << FRACTION_BITS;
    double value;

    memcpy(&value, &bits, sizeof value);
    return value;
}

/* w 5^q to 128 bits, w with its highest bit set. */
static uint128 product(uint64_t w, int q)
{
    const struct power_of_five *five = &powers_of_five[q - FIVE_MIN];
    uint128 first = (uint128)w * five->high;
    const uint64_t rest = UINT64_MAX >> (FRACTION_BITS + 3);

    if (((uint64_t)(first >> 64) & rest) == rest)
        first += (uint64_t)((uint128)w * five->low >> 64);
    return first;
}

/* w 10^q rounded to a double; false when these bits do not decide it. */
static bool round_decimal(uint64_t w, int q, double *ret)
{
    int zeros, top, exponent;
    uint64_t high, low, m;
    uint128 p;

    if (w == 0 || q < FIVE_MIN) {
        *ret = 0;
        return true;
    }
    if (q > FIVE_MAX) {
        *ret = INFINITY;
        return true;
    }
    zeros = __builtin_clzll(w);
    p = product(w << zeros, q);
    high = (uint64_t)(p >> 64);
    low = (uint64_t)p;
    if (low == UINT64_MAX && (q < -27 || q > 55))
        return false;
    top = (int)(high >> 63);
    m = high >> (top + 64 - FRACTION_BITS - 3); /* with one bit to round */
    /* floor(log2(10^q)) = floor(q log2(5)) + q, for every q of the table */
    exponent = ((217706 * q) >> 16) + 63 + top - zeros + EXPONENT_BIAS;

    if (exponent <= 0) { /* subnormal, or becomes the smallest normal one */
        if (exponent <= -63) {
            *ret = 0;
            return true;
        }
        m >>= 1 - exponent;
        m = (m + (m & 1)) >> 1;
        *ret = from_bits(m & ((UINT64_C(1) << FRACTION_BITS) - 1),
                         m >> FRACTION_BITS != 0);
        return true;
    }
    /* Half way between two doubles, which only small powers can be: to even. */
    if (low <= 1 && q >= -4 && q <= 23 && (m & 3) == 1
        && m << (top + 64 - FRACTION_BITS - 3) == high)
        m &= ~UINT64_C(1);
    m = (m + (m & 1)) >> 1;
    if (m >> (FRACTION_BITS + 1) != 0) {
        m >>= 1;
        exponent++;
    }
    *ret = exponent >= EXPONENT_TOP
               ? INFINITY
               : from_bits(m & ((UINT64_C(1) << FRACTION_BITS) - 1), exponent);
    return true;
}

/* The parts of a number's text. */
struct parts {
    const char *whole, *whole_end;
    const char *fraction, *fraction_end; /* behind the point */
    int exponent;                        /* as written */
};

/* Digits that matter, as whole digits and an exponent, to strtod(). */
static double by_strtod(const struct parts *parts)
{
    char text[TEXT_DIGITS_MAX + 32], *at = text;
    const char *from[2] = {parts->whole, parts->fraction};
    const char *to[2] = {parts->whole_end, parts->fraction_end};
    long exponent = parts->exponent;
    bool rest = false;

    for (int part = 0; part < 2; part++)
        for (const char *c = from[part]; c < to[part]; c++) {
            exponent -= part;
            if (at == text && *c == '0')
                continue;
            if (at - text < TEXT_DIGITS_MAX) {
                *at++ = *c;
                continue;
            }
            rest |= *c != '0';
            exponent++;
        }
    if (at == text)
        return 0;
    if (rest) {
        *at++ = '1';
        exponent--;
    }
    *at++ = 'e';
    if (exponent < 0)
        *at++ = '-';
    exponent = labs(exponent) > EXPONENT_MAX ? EXPONENT_MAX : labs(exponent);
    for (long unit = EXPONENT_MAX; unit > 0; unit /= 10)
        *at++ = (char)('0' + exponent / unit % 10);
    *at = '\0';
    return strtod(text, NULL);
}

/* More than 19 digits, zeros in front perhaps: the first 19 and how many
 * follow. */
static double many_digits(const struct parts *parts)
{
    const char *from[2] = {parts->whole, parts->fraction};
    const char *to[2] = {parts->whole_end, parts->fraction_end};
    long exponent = parts->exponent;
    int digits = 0;
    uint64_t w = 0;
    bool rest = false;
    double below, above;

    for (int part = 0; part < 2; part++)
        for (const char *c = from[part]; c < to[part]; c++) {
            if (digits < DIGITS_MAX) {
                w = 10 * w + (uint64_t)(*c - '0');
                digits += w != 0;
                exponent -= part;
                continue;
            }
            rest |= *c != '0';
            exponent += 1 - part;
        }
    if (exponent < -EXPONENT_MAX)
        exponent = -EXPONENT_MAX;
    if (exponent > EXPONENT_MAX)
        exponent = EXPONENT_MAX;
    if (round_decimal(w, (int)exponent, &below)
        && (!rest || (round_decimal(w + 1, (int)exponent, &above)
                      && below == above)))
        return below;
    return by_strtod(parts);
}

/* The exponent behind e; NULL when there are no digits. */
static const char *read_exponent(const char *text, int *ret)
{
    bool negative = *text == '-';
    int exponent = 0;

    if (*text == '-' || *text == '+')
        text++;
    if (!is_digit(*text))
        return NULL;
    for (; is_digit(*text); text++)
        if (exponent < EXPONENT_MAX)
            exponent = 10 * exponent + (*text - '0');
    *ret = negative ? -exponent : exponent;
    return text;
}

static double value_of(const struct parts *parts, uint64_t w)
{
    ptrdiff_t places = parts->fraction_end - parts->fraction;
    ptrdiff_t digits = parts->whole_end - parts->whole + places;
    int q = (int)(parts->exponent - places);
    double value;

    if (digits > DIGITS_MAX)
        return many_digits(parts);
    if (w >> (FRACTION_BITS + 1) == 0 && q >= -EXACT_POWER_MAX
        && q <= EXACT_POWER_MAX)
        return q < 0 ? (double)w / exact_powers[-q]
                     : (double)w * exact_powers[q];
    if (round_decimal(w, q, &value))
        return value;
    return by_strtod(parts);
}

const char *decimal_read(const char *text, char point, struct decimal *ret)
{
    bool negative = *text == '-';
    struct parts parts = {0};
    uint64_t w = 0;
    double value;

    text += *text == '-' || *text == '+';
    parts.whole = text;
    text = parts.whole_end = take_digits(text, &w);
    ret->whole = true;
    if (*text == point) {
        parts.fraction = text + 1;
        text = parts.fraction_end = take_digits(text + 1, &w);
        ret->whole = false;
    }
    if (parts.whole_end == parts.whole
        && parts.fraction_end == parts.fraction)
        return NULL;
    if ((*text | 0x20) == 'e') {
        text = read_exponent(text + 1, &parts.exponent);
        if (text == NULL)
            return NULL;
        ret->whole = false;
    }
    if (ret->whole && text - parts.whole <= DIGITS_MAX)
        value = (double)w; /* rounded by the conversion */
    else
        value = value_of(&parts, w);
    ret->value = negative ? -value : value;
    return text;
}
