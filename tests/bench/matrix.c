/*
 * matrix.c - products of matrices beside OpenBLAS, on one thread: what a
 * network 784-128-10 multiplies for a batch of 128 rows, and squares.
 *
 * Prints a line for each product: "sgemm dW 784-128 ours 170.20
 * openblas 212.05 GFLOP/s", the medians of interleaved runs. Run it with
 * OPENBLAS_NUM_THREADS=1; what kernel OpenBLAS chose is on the first line.
 */
#include <cblas.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "core/base/random.h"
#include "core/kernel/matrix.h"

enum { RUNS = 31, LARGEST = 512 * 784 };

static const struct product {
    const char *name;
    struct matrix_shape shape;
} products[] = {
    {"Y 784-128", {MATRIX_NT, 128, 128, 784}},
    {"Y 128-10", {MATRIX_NT, 128, 10, 128}},
    {"dW 784-128", {MATRIX_TN, 128, 784, 128}},
    {"dW 128-10", {MATRIX_TN, 10, 128, 128}},
    {"dX 128-10", {MATRIX_NN, 128, 128, 10}},
    {"square 512", {MATRIX_NN, 512, 512, 512}},
};

static double f64[3][LARGEST];
static float f32[3][LARGEST];
static _Alignas(MATRIX_ALIGNMENT) char workspace[MATRIX_WORKSPACE_MAX];

static void multiply_f64(struct matrix_shape s, size_t a_stride,
                         size_t b_stride)
{
    matrix_multiply_f64(s, (struct rows_f64){f64[0], a_stride, NULL},
                        (struct rows_f64){f64[1], b_stride, NULL}, false,
                        f64[2], s.n, workspace);
}

static void multiply_f32(struct matrix_shape s, size_t a_stride,
                         size_t b_stride)
{
    matrix_multiply_f32(s, (struct rows_f32){f32[0], a_stride, NULL},
                        (struct rows_f32){f32[1], b_stride, NULL}, false,
                        f32[2], s.n, workspace);
}

static void dgemm(struct matrix_shape s, size_t a_stride, size_t b_stride)
{
    cblas_dgemm(CblasRowMajor, s.form == MATRIX_TN ? CblasTrans : CblasNoTrans,
                s.form == MATRIX_NT ? CblasTrans : CblasNoTrans, (int)s.m,
                (int)s.n, (int)s.k, 1, f64[0], (int)a_stride, f64[1],
                (int)b_stride, 0, f64[2], (int)s.n);
}

static void sgemm(struct matrix_shape s, size_t a_stride, size_t b_stride)
{
    cblas_sgemm(CblasRowMajor, s.form == MATRIX_TN ? CblasTrans : CblasNoTrans,
                s.form == MATRIX_NT ? CblasTrans : CblasNoTrans, (int)s.m,
                (int)s.n, (int)s.k, 1, f32[0], (int)a_stride, f32[1],
                (int)b_stride, 0, f32[2], (int)s.n);
}

typedef void multiply_function(struct matrix_shape shape, size_t a_stride,
                               size_t b_stride);

/* What this thread had of the processor: others wait for it as well. */
static double processor_ns(void)
{
    struct timespec t;

    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

/* Billions of operations a second, in a run of about a millisecond. */
static double rate(multiply_function *multiply, struct matrix_shape s)
{
    size_t a_stride = s.form == MATRIX_TN ? s.m : s.k;
    size_t b_stride = s.form == MATRIX_NT ? s.k : s.n;
    double operations = 2.0 * (double)s.m * (double)s.n * (double)s.k;
    int times = 1 + (int)(1e8 / operations);
    double begin = processor_ns();

    for (int i = 0; i < times; i++)
        multiply(s, a_stride, b_stride);
    return operations * times / (processor_ns() - begin);
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

static void report(const char *kind, const struct product *product,
                   multiply_function *ours, multiply_function *theirs)
{
    double our_rates[RUNS], their_rates[RUNS];

    for (int run = 0; run < RUNS; run++) {
        our_rates[run] = rate(ours, product->shape);
        their_rates[run] = rate(theirs, product->shape);
    }
    printf("%s %s ours %.2f openblas %.2f GFLOP/s\n", kind, product->name,
           median(our_rates), median(their_rates));
}

int main(void)
{
    for (size_t matrix = 0; matrix < 2; matrix++)
        for (size_t i = 0; i < LARGEST; i++) {
            f64[matrix][i] = random_unit(matrix, RANDOM_START, i) - 0.5;
            f32[matrix][i] = (float)f64[matrix][i];
        }
    printf("OpenBLAS: %s\n", openblas_get_corename());
    for (size_t i = 0; i < sizeof products / sizeof *products; i++) {
        report("sgemm", &products[i], multiply_f32, sgemm);
        report("dgemm", &products[i], multiply_f64, dgemm);
    }
    return EXIT_SUCCESS;
}
