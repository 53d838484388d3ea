/*
 * thin.c - how many of 30 planted spikes are left of 100 000 steps in 500
 * points, by method, and how long it takes.
 *
 * Prints a table: of each curve of planted.h the mean over many seeds, the
 * least of any seed over all curves, and the median processor time.
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "core/base/random.h"
#include "server/thin/thin.h"
#include "tests/unit/planted.h"

enum { POINTS = 500, SEEDS = 40 };

/* ---- what others do ----------------------------------------------------- */

static int compare_places(const void *a, const void *b)
{
    size_t x = *(const size_t *)a, y = *(const size_t *)b;

    return (x > y) - (x < y);
}

static size_t pick_random(uint64_t seed, size_t *picks)
{
    for (size_t i = 0; i < POINTS; i++)
        picks[i] = random_bits(seed, RANDOM_START, (1 << 24) + i)
                 % PLANTED_STEPS;
    qsort(picks, POINTS, sizeof *picks, compare_places);
    return POINTS;
}

static size_t pick_first_of_bucket(uint64_t seed, size_t *picks)
{
    (void)seed;
    for (size_t i = 0; i < POINTS; i++)
        picks[i] = i * PLANTED_STEPS / POINTS;
    return POINTS;
}

/* ---- all of them -------------------------------------------------------- */

struct row {
    const char *name;
    const struct thin_method *method;       /* NULL: others */
    size_t (*others)(uint64_t seed, size_t *picks);
};

static struct planted planted;

static size_t pick(const struct row *row, uint64_t seed, size_t *picks)
{
    const struct thin_curve curve = {planted.axis, planted.value,
                                     PLANTED_STEPS, false};
    struct arena scratch;
    size_t count = 0;

    if (row->others)
        return row->others(seed, picks);
    arena_init(&scratch, 0);
    if (thin_pick(row->method, &curve, POINTS, &scratch, picks, &count) != OK)
        exit(1);
    arena_fini(&scratch);
    /* A mean stands for no row: no spike's height is left. */
    return row->method->averages ? 0 : count;
}

/* Of this thread's processor time: others work on the machine too. */
static double now_ms(void)
{
    struct timespec t;

    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

static void report(const struct row *row)
{
    size_t picks[POINTS], least = PLANTED_SPIKES;
    double ms[PLANTED_CURVES * SEEDS];

    printf("%-16s", row->name);
    for (unsigned c = 0; c < PLANTED_CURVES; c++) {
        size_t sum = 0;

        for (uint64_t seed = 0; seed < SEEDS; seed++) {
            size_t kept, count;
            double start;

            planted_draw(seed, c, &planted);
            start = now_ms();
            count = pick(row, seed, picks);
            ms[c * SEEDS + seed] = now_ms() - start;
            kept = planted_kept(&planted, picks, count);
            sum += kept;
            least = kept < least ? kept : least;
        }
        printf(" %11.2f", (double)sum / SEEDS);
    }
    qsort(ms, PLANTED_CURVES * SEEDS, sizeof *ms, compare);
    printf(" %6zu %8.3f\n", least, ms[PLANTED_CURVES * SEEDS / 2]);
}

int main(void)
{
    static const struct row others[] = {
        {.name = "first of bucket", .others = pick_first_of_bucket},
        {.name = "random", .others = pick_random},
    };

    printf("%-16s %11s %11s %11s %11s %6s %8s\n", "method", "noise",
           "falling", "oscillating", "smooth", "least", "ms");
    for (size_t i = 0; i < 2; i++)
        report(&others[i]);
    for (size_t m = 0; thin_methods[m]; m++)
        report(&(struct row){.name = thin_methods[m]->name,
                             .method = thin_methods[m]});
    return 0;
}
