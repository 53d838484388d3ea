/* number_table.h - powers of ten to 128 bits, for number.c alone. */
#ifndef SERVER_JSON_NUMBER_TABLE_H
#define SERVER_JSON_NUMBER_TABLE_H

#include <stdint.h>

/* A double needs 10^-292 to 10^324. */
enum {
    NUMBER_POWER_MIN = -292,
    NUMBER_POWER_MAX = 324,
    NUMBER_POWERS = NUMBER_POWER_MAX - NUMBER_POWER_MIN + 1,
};

struct number_power {
    uint64_t high, low;
};

/*
 * Entry p - NUMBER_POWER_MIN is g with 2^127 <= g < 2^128 and
 *
 *     10^p = g 2^(floor(log2 10^p) - 127), g rounded up to a whole number
 */
extern const struct number_power number_powers[NUMBER_POWERS];

#endif
