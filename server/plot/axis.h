/*
 * axis.h - numbers to pixels, and the ticks that people read.
 *
 * Ticks are whole multiples of 1, 2 or 5 times a power of ten, on a log axis
 * powers of ten; their labels are made of these whole numbers, not of doubles.
 */
#ifndef SERVER_PLOT_AXIS_H
#define SERVER_PLOT_AXIS_H

#include <stdbool.h>
#include <stddef.h>

struct axis {
    double low, high;    /* low < high; both > 0 on a log axis */
    bool is_log;
    double from, to;     /* the pixels of low and high */
};

/* The pixel of a number; beyond the ends as well. On a log axis what is not
 * positive, and NaN anywhere, is NaN. */
double axis_place(const struct axis *axis, double value);

/*
 * Make room between two finite numbers: an axis whose ends are equal, or
 * nearer than doubles can tell well, grows on both sides.
 */
void axis_widen(double *low, double *high);

enum { TICKS_MAX = 24, TICK_TEXT_BYTES = 40 };

struct tick {
    double value;
    char text[TICK_TEXT_BYTES];  /* "0.5", "2×10⁻⁷", "10³" */
};

struct ticks {
    struct tick items[TICKS_MAX];
    size_t count;
    char base[TICK_TEXT_BYTES];  /* "1000000": the labels are what is to be
                                    added to it; "" else */
};

/*
 * Choose the ticks of an axis.
 *
 *   most  in  how many there is room for, 2 … TICKS_MAX
 */
void axis_ticks(const struct axis *axis, size_t most, struct ticks *ret);

/* A finite number, rounded to where `size` has that many significant digits, 1
 * or 2; as it is where doubles have no such place. */
double axis_round(double value, double size, int digits);

/* A number for people, in at most 4 significant digits: "0.001235",
 * "2.5×10⁻⁷", "NaN". */
void axis_number(double value, char ret[TICK_TEXT_BYTES]);

#endif
