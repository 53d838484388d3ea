/*
 * quadratic.c - the objective "quadratic": f(x) = 1/2 x'Ax + b'x + c.
 *
 * A is symmetric, so the gradient is Ax + b, and f = 1/2 x'(Ax) + b'x + c
 * comes with it.
 */
#include <string.h>

#include "core/kernel/vector.h"
#include "core/objective/objective.h"

enum { SIDE_MAX = 4096 }; /* of A */

enum { MATRIX, LINEAR, CONSTANT };

extern const struct objective_kind objective_quadratic;

static const struct value zero = {.number = 0};

static const struct member members[] = {
    [MATRIX]   = {"A", MEMBER_MATRIX, "Symmetric n x n matrix.",
                  .is_needed = true},
    [LINEAR]   = {"b", MEMBER_VECTOR, "n numbers; zeros if left out."},
    [CONSTANT] = {"c", MEMBER_NUMBER, "The constant; 0 if left out.",
                  &zero},
    {0},
};

struct quadratic {
    const double *A;  /* [n][n] row-major */
    const double *b;  /* [n] */
    double c;
    double *Ax;       /* [n] scratch, for calls without a gradient */
};

static double evaluate(void *data, const double *x, size_t n, double *g)
{
    const struct quadratic *q = data;
    double *Ax = g != NULL ? g : q->Ax;
    double f;

    for (size_t i = 0; i < n; i++)
        Ax[i] = vector_dot(q->A + i * n, x, n);
    f = 0.5 * vector_dot(x, Ax, n) + vector_dot(q->b, x, n) + q->c;
    if (g != NULL)
        for (size_t i = 0; i < n; i++)
            g[i] += q->b[i];
    return f;
}

/*
 * The same for two variables, where loops and the way through memory cost more
 * than what they do. Rows stand for columns: A is symmetric.
 */
static double2 evaluate_two(const void *data, double2 x, double *ret_loss)
{
    const struct quadratic *q = data;
    double2 b = *(const double2 *)q->b, column0 = *(const double2 *)q->A;
    double2 column1 = *(const double2 *)(q->A + 2);
    double2 Ax = column0 * x[0] + column1 * x[1];
    double2 xAx = x * Ax, bx = b * x;

    *ret_loss = 0.5 * (xAx[0] + xAx[1]) + (bx[0] + bx[1]) + q->c;
    return Ax + b;
}

static double evaluate_2(void *data, const double *x, size_t n, double *g)
{
    double loss;
    double2 gradient = evaluate_two(data, *(const double2 *)x, &loss);

    (void)n;
    if (g != NULL)
        *(double2 *)g = gradient;
    return loss;
}

static void check_symmetry(const struct value *A, const char *place,
                           struct faults *faults)
{
    size_t n = A->rows;

    for (size_t i = 0; i < n; i++) {
        for (size_t j = 0; j < i; j++) {
            double below = A->numbers[i * n + j], above = A->numbers[j * n + i];

            if (below == above)
                continue;
            fault_add(faults,
                      pointer_index(faults, pointer_index(faults, place, i), j),
                      FAULT_NOT_SYMMETRIC, NULL,
                      "A[%zu][%zu] is %.17g and A[%zu][%zu] is %.17g: "
                      "they must be equal", i, j, below, j, i, above);
            if (faults->total >= FAULTS_KEPT)
                return; /* who reads a hundred needs no count of the rest */
        }
    }
}

static void check_matrix(const struct value *A, const char *pointer,
                         struct faults *faults)
{
    const char *place = pointer_member(faults, pointer, "A");

    if (!A->given)
        fault_add(faults, place, FAULT_REQUIRED, NULL,
                  "the matrix A is required");
    else if (A->rows == 0 || A->rows != A->columns)
        fault_add(faults, place, FAULT_WRONG_SIZE, NULL,
                  "A has %zu rows and %zu columns: it must be square and not "
                  "empty", A->rows, A->columns);
    else if (A->rows > SIDE_MAX)
        fault_add(faults, place, FAULT_TOO_LARGE, NULL,
                  "A has %zu rows; at most %d are possible", A->rows, SIDE_MAX);
    else
        check_symmetry(A, place, faults);
}

static void check(const struct value *values, const char *pointer,
                  struct faults *faults)
{
    const struct value *A = &values[MATRIX], *b = &values[LINEAR];

    check_matrix(A, pointer, faults);
    if (A->given && b->given && b->rows != A->rows)
        fault_add(faults, pointer_member(faults, pointer, "b"),
                  FAULT_WRONG_SIZE, NULL,
                  "b has %zu numbers and A has %zu rows: they must agree",
                  b->rows, A->rows);
}

static enum error build(struct arena *arena, const struct value *values,
                        const char *pointer, struct faults *faults,
                        struct objective *ret)
{
    size_t before = faults->total, n = values[MATRIX].rows;
    struct quadratic *q;
    double *A, *b;

    check(values, pointer, faults);
    if (faults->total > before)
        return ERR_INVALID;
    q = ARENA_NEW(arena, struct quadratic);
    A = arena_array(arena, n * n, sizeof *A);
    b = arena_array(arena, n, sizeof *b);
    if (q == NULL || A == NULL || b == NULL)
        return ERR_MEMORY;
    q->Ax = arena_array(arena, n, sizeof *q->Ax);
    if (q->Ax == NULL)
        return ERR_MEMORY;
    memcpy(A, values[MATRIX].numbers, n * n * sizeof *A);
    if (values[LINEAR].given)
        memcpy(b, values[LINEAR].numbers, n * sizeof *b);
    q->A = A;
    q->b = b;
    q->c = values[CONSTANT].number;
    *ret = (struct objective){.kind = &objective_quadratic, .n = n, .data = q,
                              .evaluate = n == 2 ? evaluate_2 : evaluate,
                              .evaluate_two = n == 2 ? evaluate_two : NULL};
    return OK;
}

const struct objective_kind objective_quadratic = {
    .name = "quadratic",
    .formula = "x'Ax/2 + b'x + c",
    .sentence = "A bowl, a saddle or a hill: everything about descent on it is "
                "known exactly.",
    .members = members,
    .build = build,
};
