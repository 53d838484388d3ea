/* decimal_table.h - powers of five to 128 bits, for decimal.c alone. */
#ifndef CORE_BASE_DECIMAL_TABLE_H
#define CORE_BASE_DECIMAL_TABLE_H

#include <stdint.h>

enum {
    FIVE_MIN = -342,  /* below, 19 digits are less than half of 2^-1074 */
    FIVE_MAX = 308,   /* above, one digit is more than any double */
    POWERS_OF_FIVE = FIVE_MAX - FIVE_MIN + 1,
};

struct power_of_five {
    uint64_t high, low;
};

/* Entry q - FIVE_MIN: the 128 leading bits of 5^q, the highest of them set. */
extern const struct power_of_five powers_of_five[POWERS_OF_FIVE];

#endif
