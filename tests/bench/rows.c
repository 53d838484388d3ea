/*
 * rows.c - products with rows that come from memory, beside OpenBLAS, on one
 * thread: what a linear model does with a batch of 64 rows of a long table.
 *
 * Prints a line for each: "dgemv X w 32 ours 14.20 openblas 13.10 GB/s", what
 * was read of the table, the medians of interleaved runs. Run it with
 * OPENBLAS_NUM_THREADS=1. OpenBLAS reads the rows in order; "any order" is
 * ours with the rows in a random one, beside OpenBLAS's in order.
 */
#include <cblas.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>

#include "core/base/random.h"
#include "core/kernel/rows.h"

/* 64 MiB, which no cache here holds. */
enum { RUNS = 11, BATCH = 64, WIDEST = 1000, BYTES = 64 << 20,
       HUGE_PAGE = 2 << 20 };

static double *f64, w_f64[WIDEST], s_f64[BATCH];
static float *f32, w_f32[WIDEST], s_f32[BATCH];
static uint32_t order[BYTES / (32 * sizeof(double))];

/* One batch: rows `first` to first + BATCH - 1, or those that order[] names
 * there, each of n numbers. */
struct batch {
    size_t first, n;
    const uint32_t *index;
};

/* The rows of order[] behind those of a batch. */
static size_t more(struct batch b)
{
    return sizeof order / sizeof *order - b.first - BATCH;
}

static struct rows_f64 rows_f64(struct batch b)
{
    size_t at = b.index != NULL ? 0 : b.first * b.n;

    return (struct rows_f64){f64 + at, b.n,
                             b.index != NULL ? b.index + b.first : NULL,
                             more(b)};
}

static struct rows_f32 rows_f32(struct batch b)
{
    size_t at = b.index != NULL ? 0 : b.first * b.n;

    return (struct rows_f32){f32 + at, b.n,
                             b.index != NULL ? b.index + b.first : NULL, 0};
}

static void dot_f64(struct batch b)
{
    rows_dot_f64(rows_f64(b), BATCH, b.n, w_f64, s_f64);
}

static void add_f64(struct batch b)
{
    rows_add_f64(rows_f64(b), BATCH, b.n, s_f64, w_f64);
}

static void dot_f32(struct batch b)
{
    rows_dot_f32(rows_f32(b), BATCH, b.n, w_f32, s_f32);
}

static void add_f32(struct batch b)
{
    rows_add_f32(rows_f32(b), BATCH, b.n, s_f32, w_f32);
}

static void dgemv(struct batch b)
{
    cblas_dgemv(CblasRowMajor, CblasNoTrans, BATCH, (int)b.n, 1,
                f64 + b.first * b.n, (int)b.n, w_f64, 1, 0, s_f64, 1);
}

static void dgemv_t(struct batch b)
{
    cblas_dgemv(CblasRowMajor, CblasTrans, BATCH, (int)b.n, 1,
                f64 + b.first * b.n, (int)b.n, s_f64, 1, 1, w_f64, 1);
}

static void sgemv(struct batch b)
{
    cblas_sgemv(CblasRowMajor, CblasNoTrans, BATCH, (int)b.n, 1,
                f32 + b.first * b.n, (int)b.n, w_f32, 1, 0, s_f32, 1);
}

static void sgemv_t(struct batch b)
{
    cblas_sgemv(CblasRowMajor, CblasTrans, BATCH, (int)b.n, 1,
                f32 + b.first * b.n, (int)b.n, s_f32, 1, 1, w_f32, 1);
}

static const struct product {
    const char *name;
    size_t n, element_bytes;
    void (*ours)(struct batch b);
    void (*theirs)(struct batch b);
    const uint32_t *index;
} products[] = {
    {"dgemv X w 32", 32, sizeof(double), dot_f64, dgemv, NULL},
    {"dgemv X w any order", 32, sizeof(double), dot_f64, dgemv, order},
    {"dgemv X's 32", 32, sizeof(double), add_f64, dgemv_t, NULL},
    {"dgemv X w 1000", 1000, sizeof(double), dot_f64, dgemv, NULL},
    {"dgemv X's 1000", 1000, sizeof(double), add_f64, dgemv_t, NULL},
    {"sgemv X w 32", 32, sizeof(float), dot_f32, sgemv, NULL},
    {"sgemv X's 32", 32, sizeof(float), add_f32, sgemv_t, NULL},
};

/* What this thread had of the processor: others wait for it as well. */
static double processor_ns(void)
{
    struct timespec t;

    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

/* Gigabytes a second, over the whole table. */
static double rate(void (*multiply)(struct batch b), const struct product *p,
                   const uint32_t *index)
{
    size_t rows = BYTES / (p->n * p->element_bytes) / BATCH * BATCH;
    double begin = processor_ns();

    for (size_t first = 0; first < rows; first += BATCH)
        multiply((struct batch){first, p->n, index});
    return (double)(rows * p->n * p->element_bytes)
         / (processor_ns() - begin);
}

/* The first `rows` numbers in a random order. */
static void shuffle(size_t rows)
{
    for (size_t i = 0; i < rows; i++)
        order[i] = (uint32_t)i;
    for (size_t i = rows; i > 1; i--) {
        size_t j = random_bits(3, RANDOM_START, i) % i;
        uint32_t moved = order[i - 1];

        order[i - 1] = order[j];
        order[j] = moved;
    }
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

static double median(double rates[RUNS])
{
    qsort(rates, RUNS, sizeof *rates, compare);
    return rates[RUNS / 2];
}

/* As datasets lie in memory: in huge pages. */
static void *table(void)
{
    void *memory = aligned_alloc(HUGE_PAGE, BYTES);

    if (memory == NULL || madvise(memory, BYTES, MADV_HUGEPAGE) != 0) {
        perror("no huge pages");
        exit(EXIT_FAILURE);
    }
    return memory;
}

int main(void)
{
    f64 = table();
    f32 = table();
    for (size_t i = 0; i < BYTES / sizeof *f64; i++)
        f64[i] = (double)(i % 1000) / 1000 - 0.5;
    for (size_t i = 0; i < BYTES / sizeof *f32; i++)
        f32[i] = (float)(i % 1000) / 1000 - 0.5F;
    for (size_t i = 0; i < WIDEST; i++)
        w_f32[i] = (float)(w_f64[i] = random_unit(1, RANDOM_START, i));
    shuffle(BYTES / (32 * sizeof(double)));
    printf("OpenBLAS: %s\n", openblas_get_corename());
    for (size_t i = 0; i < sizeof products / sizeof *products; i++) {
        const struct product *p = &products[i];
        double ours[RUNS], theirs[RUNS];

        for (int run = 0; run < RUNS; run++) {
            ours[run] = rate(p->ours, p, p->index);
            theirs[run] = rate(p->theirs, p, NULL);
        }
        printf("%s ours %.2f openblas %.2f GB/s\n", p->name, median(ours),
               median(theirs));
    }
    free(f64);
    free(f32);
    return EXIT_SUCCESS;
}
