/* symbols.h - the names that a formula may use, and what stands behind them. */
#ifndef CORE_EXPRESSION_SYMBOLS_H
#define CORE_EXPRESSION_SYMBOLS_H

#include <stddef.h>

enum symbol_type {
    SYMBOL_VARIABLE,   /* a part of x */
    SYMBOL_CONSTANT,   /* numbers that the user gave */
    SYMBOL_COLUMN,     /* of a dataset: a number in each row, or a vector */
    SYMBOL_LET,        /* of the formula itself; among no symbols but its own */
};

/* A number has no rows, a vector has no columns; of a column it is what stands
 * in one row of the dataset. */
struct symbol {
    const char *name;
    enum symbol_type type;
    size_t rows, columns;
    size_t offset;           /* of a variable: where it begins in x */
    const double *numbers;   /* of constants row-major, of a column those of
                                one row of the dataset after the other; all
                                finite */
};

struct symbols {
    const struct symbol *items;
    size_t count;
    size_t n;                /* of all variables together: the dimension */
    size_t dataset_rows;     /* of the columns; 0: there are none */
};

/* How many numbers the symbol holds: 1, rows, or rows * columns. */
static inline size_t symbol_size(const struct symbol *symbol)
{
    return (symbol->rows ? symbol->rows : 1)
         * (symbol->columns ? symbol->columns : 1);
}

#endif
