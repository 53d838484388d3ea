/* formula_bench.h - formulas for tests: compiled from text, evaluated. */
#ifndef TESTS_UNIT_FORMULA_BENCH_H
#define TESTS_UNIT_FORMULA_BENCH_H

#include "core/expression/expression.h"

enum { FORMULA_SYMBOLS = 9 };

/* A formula and the names in it. */
struct formula_bench {
    struct arena arena;
    struct symbol items[FORMULA_SYMBOLS];
    struct symbols symbols;
    struct expression *expression;
};

/* No names yet; formula_bench_fini() it. */
void formula_bench_init(struct formula_bench *bench);
void formula_bench_fini(struct formula_bench *bench);

/* Add a scalar variable (rows 0), a vector or a matrix; numbers of a constant;
 * a column of `rows` numbers, or of vectors [rows][width]. Names and numbers
 * must outlive the bench. */
void formula_bench_variable(struct formula_bench *bench, const char *name,
                            size_t rows);
void formula_bench_matrix(struct formula_bench *bench, const char *name,
                          size_t rows, size_t columns);
void formula_bench_constant(struct formula_bench *bench, const char *name,
                            const double *numbers, size_t rows,
                            size_t columns);
void formula_bench_column(struct formula_bench *bench, const char *name,
                          const double *numbers, size_t rows);
void formula_bench_vectors(struct formula_bench *bench, const char *name,
                           const double *numbers, size_t rows, size_t width);

/* Compile; a fault ends the test as failed. With columns: by rows. */
void formula_bench_compile(struct formula_bench *bench, const char *text);

#endif
