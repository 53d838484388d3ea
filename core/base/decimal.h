/* decimal.h - a decimal text to the double nearest to it. */
#ifndef CORE_BASE_DECIMAL_H
#define CORE_BASE_DECIMAL_H

#include <stdbool.h>

enum { DECIMAL_PADDING = 16 }; /* bytes behind a text that are read */

struct decimal {
    double value;  /* the nearest double, ties to even; infinite when it is
                      beyond them all */
    bool whole;    /* written without a point and an exponent */
};

/*
 * Read the number that a text begins with: sign, digits with a point, an
 * exponent. No blanks, no hexadecimals, no words: "inf" is no number.
 *
 *   text   in   DECIMAL_PADDING bytes behind its end can be read, and the
 *               first of them ends a number (a zero)
 *   point  in   '.' or ','
 *
 * Returns where the number ends; NULL when the text begins with none
 * Thread  any; no allocation
 * Source  Clinger 1990 for what fits 53 bits; Lemire 2021, "Number parsing at
 *         a gigabyte per second", Software: Practice and Experience 51(8),
 *         for the rest; strtod() for what 19 digits do not decide
 */
const char *decimal_read(const char *text, char point, struct decimal *ret);

#endif
