/*
 * number.c - how fast doubles become text: number_write() beside printf's
 * %.17g, on random bit patterns, on the unit interval and on whole numbers.
 *
 * Prints the medians of interleaved runs and their ratio.
 */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/random.h"
#include "server/base/clock.h"
#include "server/json/number.h"

enum { NUMBERS = 100000, RUNS = 11 };

static size_t write_printf(double value, char text[NUMBER_TEXT_BYTES])
{
    return (size_t)snprintf(text, NUMBER_TEXT_BYTES, "%.17g", value);
}

/* Nanoseconds a number; the bytes written are summed so that they count. */
static double measure(size_t (*write)(double, char[NUMBER_TEXT_BYTES]),
                      const double *numbers, size_t *bytes)
{
    int64_t start = clock_monotonic_ns();
    char text[NUMBER_TEXT_BYTES];

    for (size_t i = 0; i < NUMBERS; i++)
        *bytes += write(numbers[i], text);
    return (double)(clock_monotonic_ns() - start) / NUMBERS;
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

static void report(const char *name, const double *numbers)
{
    double ours[RUNS], theirs[RUNS];
    size_t bytes = 0;

    for (size_t i = 0; i < RUNS; i++) {
        ours[i] = measure(number_write, numbers, &bytes);
        theirs[i] = measure(write_printf, numbers, &bytes);
    }
    qsort(ours, RUNS, sizeof *ours, compare);
    qsort(theirs, RUNS, sizeof *theirs, compare);
    printf("%-13s  number_write %6.1f ns  %%.17g %6.1f ns  ratio %4.1f"
           "  (%zu bytes)\n", name, ours[RUNS / 2], theirs[RUNS / 2],
           theirs[RUNS / 2] / ours[RUNS / 2], bytes);
}

int main(void)
{
    static double any[NUMBERS], unit[NUMBERS], whole[NUMBERS];

    for (uint64_t i = 0, count = 0; count < NUMBERS; i++) {
        uint64_t bits = random_bits(1, RANDOM_START, i);

        memcpy(&any[count], &bits, sizeof bits);
        count += isfinite(any[count]) != 0;
    }
    for (size_t i = 0; i < NUMBERS; i++) {
        unit[i] = random_unit(2, RANDOM_START, i);
        whole[i] = (double)(i % 2000);
    }
    report("random bits", any);
    report("0 to 1", unit);
    report("whole numbers", whole);
    return EXIT_SUCCESS;
}
