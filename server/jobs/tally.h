/* tally.h - what is known of one column over some rows, without the rows. */
#ifndef SERVER_JOBS_TALLY_H
#define SERVER_JOBS_TALLY_H

#include <stddef.h>

/* Rows are numbers of rows of the trace, as doubles: exact up to 2^53. An
 * absent number is chunk_absent(). */
struct tally {
    double present;        /* how many numbers there are; others are absent */
    double nonfinite;      /* how many of them are not finite */
    double mean;           /* of all of them: not finite where one is not */
    double least, greatest;          /* of the finite ones */
    double least_row, greatest_row;
    double nonfinite_row;            /* the first */
};

/* Of no rows. */
struct tally tally_empty(void);

/*
 * Tally a column. Where the least or greatest stands in several rows, the
 * first of them counts, here and in sums.
 *
 *   numbers  [count]  in   count is at least 1
 *   row      -        in   the first one's; they follow one another
 *
 * Cost    O(count), about 0.3 ns a finite number with AVX2
 */
struct tally tally_of(const double *numbers, size_t count, double row);

/* The counts and the mean of the same; its extremes may be missing. */
struct tally tally_means_of(const double *numbers, size_t count);

/* The mean of two means, of so many numbers each, more than none: of equal ones
 * the same, and of whole numbers as exact as their sum is. */
double tally_mean(double mean, double count, double other, double others);

/* Add what comes after; or only its extremes and its first number that is not
 * finite, without its counts and its mean. */
void tally_add(struct tally *tally, const struct tally *more);
void tally_add_extremes(struct tally *tally, const struct tally *more);

#endif
