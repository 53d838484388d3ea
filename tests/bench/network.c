/*
 * network.c - steps of a network 784-128-10 in float32, batches of 128 rows,
 * made of the kernels alone: forward, softmax and its loss, backward, descent.
 * Beside it the same step with OpenBLAS's sgemm for the products.
 *
 * Prints "step in order ours 3250.10 openblas 3100.20 steps/s" and the same
 * for rows in a random order, which OpenBLAS needs copied together first:
 * medians of interleaved runs. Run it with OPENBLAS_NUM_THREADS=1.
 */
#include <cblas.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>

#include "core/base/random.h"
#include "core/kernel/activation.h"
#include "core/kernel/matrix.h"
#include "core/kernel/softmax.h"

/* As many rows as Fashion-MNIST has. */
enum { RUNS = 7, ROWS = 60000, INPUTS = 784, HIDDEN = 128, CLASSES = 10,
       BATCH = 128, HUGE_PAGE = 2 << 20 };

static float *table;
static uint32_t order[ROWS], label[ROWS];
static double weight[BATCH], loss[BATCH];
static _Alignas(MATRIX_ALIGNMENT) char workspace[MATRIX_WORKSPACE_MAX];

static float W_1[HIDDEN * INPUTS], W_2[CLASSES * HIDDEN];
static float dW_1[HIDDEN * INPUTS], dW_2[CLASSES * HIDDEN];
static float hidden[BATCH * HIDDEN], d_hidden[BATCH * HIDDEN];
static float scores[BATCH * CLASSES], gathered[BATCH * INPUTS];

typedef void multiply_function(struct matrix_shape s, struct rows_f32 A,
                               struct rows_f32 B, float *C);

static void ours(struct matrix_shape s, struct rows_f32 A, struct rows_f32 B,
                 float *C)
{
    matrix_multiply_f32(s, A, B, false, C, s.n, workspace);
}

static void openblas(struct matrix_shape s, struct rows_f32 A,
                     struct rows_f32 B, float *C)
{
    cblas_sgemm(CblasRowMajor, s.form == MATRIX_TN ? CblasTrans : CblasNoTrans,
                s.form == MATRIX_NT ? CblasTrans : CblasNoTrans, (int)s.m,
                (int)s.n, (int)s.k, 1, A.first, (int)A.stride, B.first,
                (int)B.stride, 0, C, (int)s.n);
}

/* The rows of a batch side by side. */
static struct rows_f32 copied(struct rows_f32 X)
{
    for (size_t i = 0; i < BATCH; i++)
        memcpy(gathered + i * INPUTS, rows_at_f32(X, i),
               INPUTS * sizeof *gathered);
    return (struct rows_f32){.first = gathered, .stride = INPUTS};
}

static void step(multiply_function *multiply, struct rows_f32 X,
                 const uint32_t *y)
{
    struct rows_f32 first = {.first = W_1, .stride = INPUTS};
    struct rows_f32 last = {.first = W_2, .stride = HIDDEN};
    struct rows_f32 active = {.first = hidden, .stride = HIDDEN};
    struct rows_f32 d_scores = {.first = scores, .stride = CLASSES};
    struct rows_f32 d_active = {.first = d_hidden, .stride = HIDDEN};

    if (multiply == openblas && X.index != NULL)
        X = copied(X);
    multiply((struct matrix_shape){MATRIX_NT, BATCH, HIDDEN, INPUTS}, X, first,
             hidden);
    activation_apply_f32(ACTIVATION_RELU, hidden, BATCH * HIDDEN, hidden);
    multiply((struct matrix_shape){MATRIX_NT, BATCH, CLASSES, HIDDEN}, active,
             last, scores);
    softmax_loss_f32(scores, CLASSES, BATCH, CLASSES, y, weight, loss);
    multiply((struct matrix_shape){MATRIX_TN, CLASSES, HIDDEN, BATCH},
             d_scores, active, dW_2);
    multiply((struct matrix_shape){MATRIX_NN, BATCH, HIDDEN, CLASSES},
             d_scores, last, d_hidden);
    activation_gradient_f32(ACTIVATION_RELU, NULL, hidden, BATCH * HIDDEN,
                            d_hidden);
    multiply((struct matrix_shape){MATRIX_TN, HIDDEN, INPUTS, BATCH}, d_active,
             X, dW_1);
    rows_add_one_f32(W_1, -0.01F, dW_1, HIDDEN * INPUTS);
    rows_add_one_f32(W_2, -0.01F, dW_2, CLASSES * HIDDEN);
}

/* What this thread had of the processor: others wait for it as well. */
static double processor_s(void)
{
    struct timespec t;

    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* Steps a second, over one epoch. */
static double rate(multiply_function *multiply, bool in_order)
{
    double begin = processor_s();

    for (size_t at = 0; at + BATCH <= ROWS; at += BATCH) {
        struct rows_f32 X = {.first = in_order ? table + at * INPUTS : table,
                             .stride = INPUTS,
                             .index = in_order ? NULL : order + at};

        step(multiply, X, label + at);
    }
    return ROWS / BATCH / (processor_s() - begin);
}

/* A table in huge pages, as datasets have; the rows' labels, and an order. */
static void prepare(void)
{
    size_t count = (size_t)ROWS * INPUTS, bytes = count * sizeof *table;

    bytes = (bytes + HUGE_PAGE - 1) / HUGE_PAGE * HUGE_PAGE;
    table = aligned_alloc(HUGE_PAGE, bytes);
    if (table == NULL || madvise(table, bytes, MADV_HUGEPAGE) != 0) {
        perror("no huge pages");
        exit(EXIT_FAILURE);
    }
    for (size_t i = 0; i < count; i++)
        table[i] = (float)(i % 255) / 255;
    for (size_t i = 0; i < ROWS; i++) {
        order[i] = (uint32_t)i;
        label[i] = (uint32_t)(i % CLASSES);
    }
    for (size_t i = ROWS; i > 1; i--) {
        size_t j = random_bits(3, RANDOM_START, i) % i;
        uint32_t moved = order[i - 1];

        order[i - 1] = order[j];
        order[j] = moved;
    }
    for (size_t i = 0; i < BATCH; i++)
        weight[i] = 1.0 / BATCH;
    for (size_t i = 0; i < HIDDEN * INPUTS; i++)
        W_1[i] = (float)random_unit(1, RANDOM_START, i) * 0.1F - 0.05F;
    for (size_t i = 0; i < CLASSES * HIDDEN; i++)
        W_2[i] = (float)random_unit(2, RANDOM_START, i) * 0.2F - 0.1F;
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

int main(void)
{
    prepare();
    printf("OpenBLAS: %s\n", openblas_get_corename());
    for (int in_order = 1; in_order >= 0; in_order--) {
        double our_rates[RUNS], their_rates[RUNS];

        for (int run = 0; run < RUNS; run++) {
            our_rates[run] = rate(ours, in_order == 1);
            their_rates[run] = rate(openblas, in_order == 1);
        }
        printf("step %s ours %.2f openblas %.2f steps/s\n",
               in_order == 1 ? "in order" : "any order", median(our_rates),
               median(their_rates));
    }
    free(table);
    return EXIT_SUCCESS;
}
