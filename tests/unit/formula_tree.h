/*
 * formula_tree.h - random formulas: as text, and as a tree of their own.
 *
 * The text goes through the whole of core/expression; the tree is evaluated as
 * it stands, node by node and term by term (formula_exact.h).
 */
#ifndef TESTS_UNIT_FORMULA_TREE_H
#define TESTS_UNIT_FORMULA_TREE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    TREE_TEXT_BYTES = 4097,
    TREE_NODES_MAX = 600,
    TREE_LEVELS = 5,          /* of sums within sums */
    TREE_LENGTH_MAX = 300,    /* of the vectors x and c */
    TREE_ROWS_OF_A = 3,
    TREE_ROWS_MAX = 300,      /* of the dataset */
    TREE_LETS = 2,
};

/* The formula may use: variables x[n] and y, which is number n of the point;
 * constants c[n], A[3][n] and s; columns u and w of a dataset; indices among
 * data, the constant p[n] and the column q; vectors of let, h and g. */
enum tree_array { TREE_X, TREE_Y, TREE_C, TREE_A, TREE_S, TREE_U, TREE_W };

/* Where the index of a load stands: as it is, in p, in q. */
enum tree_lookup { TREE_DIRECT, TREE_IN_P, TREE_IN_Q };

/* The whole numbers in p and in q: element i, or row i, from 0. */
static inline size_t tree_pick(size_t n, size_t i)
{
    return 1 + (7 * i + 3) % n;
}

/* constant + sum of factor * counter, by the levels of the counters */
struct tree_form {
    int constant;
    unsigned terms;
    struct {
        int factor;
        unsigned level;
    } term[2];
};

enum tree_kind {
    TREE_NUMBER, TREE_FORM, TREE_LOAD, TREE_ADD, TREE_SUBTRACT, TREE_MULTIPLY,
    TREE_DIVIDE, TREE_POW, TREE_POWER, TREE_ATAN2, TREE_MIN, TREE_MAX,
    TREE_LESS, TREE_LESS_EQUAL, TREE_EQUAL, TREE_NOT_EQUAL, TREE_IF, TREE_SUM,
    TREE_PROD, TREE_NORM, TREE_FUNCTION, TREE_ELEMENT,
};

/* Functions of one number, by their places in tree_function_names. */
enum tree_function {
    TREE_NEGATE, TREE_ABS, TREE_SIGN, TREE_FLOOR, TREE_SQRT, TREE_EXP,
    TREE_EXPM1, TREE_LOG, TREE_LOG1P, TREE_CBRT, TREE_SIN, TREE_COS, TREE_TAN,
    TREE_ASIN, TREE_ACOS, TREE_ATAN, TREE_SINH, TREE_COSH, TREE_TANH, TREE_ERF,
    TREE_LOGISTIC, TREE_FUNCTIONS
};
extern const char *const tree_function_names[TREE_FUNCTIONS];

struct tree_node {
    enum tree_kind kind;
    unsigned child[3];
    double number;            /* of a number; the exponent of a power */
    enum tree_array array;    /* of a load */
    enum tree_lookup lookup;  /* of a load of x, and of an element */
    unsigned let;             /* of an element: of which vector */
    struct tree_form form[2]; /* a form; a load's indices; bounds of a sum */
    unsigned level;           /* of a sum's counter */
    enum tree_function function;
};

struct tree {
    char text[TREE_TEXT_BYTES];
    struct tree_node nodes[TREE_NODES_MAX];
    unsigned count, root;
    unsigned lets;            /* vectors of let: the element where the counter
                                 of level 0 is k has the value of body k */
    unsigned body[TREE_LETS];
    size_t size[TREE_LETS];
    size_t n;                 /* elements of x and of c */
    size_t rows;              /* of the dataset; 0: there is none */
};

/* The formula of that number: always the same. False: it became too long. */
bool tree_make(struct tree *tree, uint64_t number, size_t n, size_t rows);

#endif
