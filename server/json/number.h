/*
 * number.h - doubles as text: the shortest digits that read back the same.
 *
 * Source  R. Giulietti 2020, "The Schubfach way to render doubles"
 */
#ifndef SERVER_JSON_NUMBER_H
#define SERVER_JSON_NUMBER_H

#include <stddef.h>
#include <stdint.h>

enum { NUMBER_TEXT_BYTES = 32 };

/*
 * Write a finite double; not terminated. Among the shortest decimal texts that
 * read back to the same double it is the one closest to it. Written as
 * JavaScript does: 0.001, 100, 1e21, 1.5e-7; -0 is "-0".
 *
 * Returns the number of bytes, at most 25.
 * Thread  any
 */
size_t number_write(double value, char text[NUMBER_TEXT_BYTES]);

/* Write a whole number; not terminated. Returns the number of bytes. */
size_t number_write_integer(int64_t value, char text[NUMBER_TEXT_BYTES]);

/*
 * Write any double as CSV does here: number_write(), or NaN, Infinity,
 * -Infinity.
 */
size_t number_write_csv(double value, char text[NUMBER_TEXT_BYTES]);

/* The word for a double that JSON cannot hold: "nan", "+inf", "-inf". */
const char *number_nonfinite_word(double value);

#endif
