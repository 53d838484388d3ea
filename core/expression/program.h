/*
 * program.h - a planned formula: instructions, and passes over counters.
 *
 * Numbers live in one frame, v. The code of the root runs once; a pass runs
 * its code at each value of its counter. A pass with no other pass inside runs
 * by blocks: each instruction then works on a block of values at once, in
 * slots beside the frame.
 */
#ifndef CORE_EXPRESSION_PROGRAM_H
#define CORE_EXPRESSION_PROGRAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/expression/graph.h"

enum {
    BLOCK_MAX = 256,           /* values in a block */
    BLOCK_MIN = 32,            /* where there are many slots */
    BLOCK_CACHE_BYTES = 24576, /* slots should stay in the nearest cache */
};

/* What an instruction does: an operation of the table, v[out] = f(v[a], ...),
 * or one of these. */
enum code {
    CODE_LOAD = OPERATIONS,  /* v[out] = array a at index b */
    CODE_LOAD_X,             /* v[out] = x[a] */
    CODE_WHOLE,              /* v[out] = index b */
    CODE_SCATTER,            /* output out, at index b, += v[a] */
    CODE_STORE,              /* kept array out, at index b, = v[a] */
    CODE_ADD_TO,             /* kept array out, at index b, += v[a] */
    CODE_CLEAR,              /* kept array out: 0 in all b elements */
    CODE_DERIVATIVE,         /* derivative by x[b] += v[a] */
    CODE_PASS,               /* run pass a */

    /* of block a and v[number] */
    CODE_BLOCK_ADD_NUMBER,
    CODE_BLOCK_SUBTRACT_NUMBER,
    CODE_NUMBER_SUBTRACT_BLOCK,
    CODE_BLOCK_MULTIPLY_NUMBER,
    CODE_BLOCK_DIVIDE_NUMBER,
    CODE_NUMBER_DIVIDE_BLOCK,
};

struct instruction {
    unsigned code;
    unsigned out, a, b, c;
    unsigned number;
};

/* What the slots of a block are filled with, before its code runs. */
enum fill {
    FILL_SLICE,   /* they are neighbours in array `from`: nothing is copied */
    FILL_GATHER,  /* elements of array `from`, some way apart */
    FILL_LOOKUP,  /* elements of array `from`, wherever data say */
    FILL_WHOLE,   /* the values of an index */
    FILL_NUMBER,  /* v[from] in all; once for a pass */
};

struct slot_fill {
    enum fill fill;
    unsigned slot, from, index;
};

/* A sum or product over the pass's counter: v[out]. */
struct reduction {
    enum operation operation;
    unsigned slot;             /* of what is summed; in a pass by points its
                                  place in the frame */
    unsigned out;
};

/* The slot's numbers are added to an output, or put there. */
enum scatter_way {
    SCATTER_STEPS, SCATTER_LOOKUP, /* added: in equal steps, or not */
    SCATTER_STORE,
};

struct scatter {
    enum scatter_way way;
    unsigned slot, output, index; /* kept arrays behind OUTPUTS */
};

#define SLOT_WITHOUT_MEMORY UINT32_MAX /* the color of slices */

struct pass {
    unsigned counter;
    struct affine low, high;
    double starts, points;     /* for one run of the program, at most */
    struct instruction *code;
    size_t code_count;
    struct reduction *reductions;
    size_t reduction_count;
    double *lanes_of;          /* [reduction][16] while it runs */

    bool blocks;               /* what follows is of such a pass only */
    struct slot_fill *fills;
    size_t fill_count;
    struct scatter *scatters;
    size_t scatter_count;
    const double **slots;      /* [slot] where its block begins */
    double **memory;           /* [slot] the same where it is not a slice */
    unsigned *colors;          /* [slot] which part of the blocks' memory */
    size_t slot_count;
    size_t block;              /* values in a block, a multiple of 16 */
};

/* What a program adds to; behind these kept vectors, by the number of their
 * array. */
enum { OUTPUT_VALUES, OUTPUT_DERIVATIVES, OUTPUTS };

struct program {
    double *v;                 /* the frame; numbers are in it already */
    size_t v_count;
    struct instruction *code;  /* of the root */
    size_t code_count;
    struct pass *passes;
    size_t pass_count;
    const struct affine *indices;
    const struct lookup *lookups;
    const double **arrays;     /* [0] is set to x by program_run() */
    unsigned value;            /* v[value] is the root, unless it is
                                  scattered row by row */
    double points;             /* that all passes visit, at most */
    unsigned rows_counter;     /* of the dataset; COUNTERS_MAX: none */
    int64_t rows;              /* that it is to run over */
    int64_t at[COUNTERS_MAX];  /* values of the counters, while it runs */
    double *outputs[OUTPUTS];  /* while it runs */
    double **kept;             /* [arrays] those that are kept vectors */
};

/* A column of a dataset that programs use: their array of that number. */
struct used_column {
    unsigned array;
    const double *numbers;     /* [rows][width] */
    size_t width;
    double *gathered;          /* [EXPRESSION_CHUNK, or rows if they are less]
                                  [width] for rows that are no neighbours */
};

/* Run it at x. Outputs are added to; those that the program was not planned
 * for may be NULL. */
void program_run(struct program *program, const double *x, double *values,
                 double *derivatives);

#endif
