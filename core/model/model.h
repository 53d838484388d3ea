/*
 * model.h - models that learn from rows: what there is, and what is known of
 * one that was trained.
 *
 * Adding a model is: write NAME.c exporting one `const struct model_kind`, and
 * add its name to the list in model.c. The spec's reader, GET /models and the
 * test of gradients follow from the table. What is minimised is
 *
 *     mean (or sum) over rows of weight * loss + l1 |w|_1 + l2/2 |w|^2,
 *
 * w all weights without intercepts (biases). Where w is 0 the subgradient of
 * |w| is taken as 0: rules that follow gradients then leave weights near zero,
 * not at it; `proximal_cd` and `saga` find the zeros.
 */
#ifndef CORE_MODEL_MODEL_H
#define CORE_MODEL_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/base/parameter.h"
#include "core/dataset/rows.h"
#include "core/loss/loss.h"
#include "core/objective/objective.h"

enum {
    MODEL_PARAMETERS_MAX = 8,
    MODEL_WIDTH_MAX = 65536,     /* outputs of a layer */
    TENSORS_MAX = 34,            /* of one model */
};

struct transform;

/* What a model says of a row. */
enum head {
    HEAD_REGRESSION, HEAD_LOGISTIC, HEAD_MARGIN, HEAD_SOFTMAX,
    HEADS,                       /* none is said: see kind->head */
};

struct head_kind {
    const char *name;            /* "softmax" */
    bool of_classes;             /* else of a number */
    bool of_many;                /* one output a class; else there is one */
    bool tells_probabilities;
    const struct loss *const *losses; /* those it takes, the first one where
                                    none is named; NULL ends them */
};
extern const struct head_kind heads[HEADS];

struct model_kind {
    const char *name;            /* "mlp" */
    const char *formula, *sentence, *source;
    const struct parameter *parameters; /* or NULL */
    const struct parameter *lists;      /* "hidden"; or NULL */
    bool is_layered;             /* tensors are W1, b1, W2, ..., and there may
                                    be hidden layers */

    /* Which head it has by its parameters; HEADS: regression where the target
     * is a column of numbers or the loss one of theirs, else softmax. */
    enum head (*head)(const double *parameters);
};

/* Every model, in order of name; NULL ends it. */
extern const struct model_kind *const model_kinds[];

/* The model called `name`, or NULL. */
const struct model_kind *model_kind_find(const char *name);

/* Rows of the parameters of a layered model. */
enum { MLP_ACTIVATION, MLP_INITIALIZATION, MLP_DROPOUT, MLP_HEAD };
enum initialization { INITIALIZE_HE, INITIALIZE_GLOROT, INITIALIZE_TORCH };

/* One of the models as a spec names it. */
struct model_choice {
    const struct model_kind *kind;
    double parameters[MODEL_PARAMETERS_MAX];
    const double *hidden;        /* [hidden_count] whole numbers */
    size_t hidden_count;
};

/* All that a model is, but for its rows. */
struct model_design {
    struct model_choice choice;
    enum head head;
    const struct loss *loss;     /* one of the head's */
    double loss_parameter;
    double l1, l2;               /* >= 0 */
    bool intercept;              /* there are biases */
    bool is_sum;                 /* not mean */
    bool is_balanced;            /* rows weigh so that classes count alike */
    const double *class_weights; /* [classes] what a row of each class weighs;
                                    NULL: 1, or what balances them */
    size_t features;
    size_t classes;              /* of the target; 0: it is a number */
    const char *const *class_names; /* [classes] */
    double target_mean, target_deviation; /* what a target was standardized
                                    by; 0 and 1: by nothing */
    size_t rows, validation_rows;
    uint64_t entries;            /* of the training rows: those of sparse ones,
                                    or all; at most */
};

/*
 * Make an objective of a design. Its rows are attached later.
 *
 * Fails   ERR_MEMORY; ERR_TOO_BIG with more than DIMENSION_MAX parameters
 * Owns    everything lives in `arena`, the design's texts with the caller
 */
MUST_CHECK enum error model_build(const struct model_design *design,
                                  struct arena *arena, struct objective *ret);

/*
 * Give a model its rows and allocate what evaluations need. Rows of float32
 * are computed in float32.
 *
 *   training    in  count = design->rows, or fewer
 *   validation  in  count = design->validation_rows; NULL: none
 *   seed        in  of the job, for dropout
 *   cancel      in  as of struct loading; NULL: nobody cancels
 *
 * Fails   ERR_MEMORY
 * Owns    the arrays of the rows stay the caller's
 * Cost    model_load_bytes() of the arena
 */
MUST_CHECK enum error model_attach(const struct objective *objective,
                                   const struct rows *training,
                                   const struct rows *validation,
                                   uint64_t seed, const atomic_bool *cancel,
                                   struct arena *arena);
size_t model_load_bytes(const struct objective *objective);

/* The design of a model; NULL for objectives of other kinds. */
const struct model_design *model_design_of(const struct objective *objective);

/* How rows become features, as it was fitted by objective->load; NULL before,
 * and for objectives of other kinds. */
const struct transform *model_transform(const struct objective *objective);

/* ---- what it learned --------------------------------------------------- */

/* A part of x with a name and a shape. */
struct tensor {
    char name[8];                /* "W1" */
    size_t first;                /* in x; row-major */
    size_t dimensions;           /* 1 or 2 */
    size_t shape[2];
};

/* The parts of x, in its order: ret [TENSORS_MAX]. Returns how many. */
size_t model_tensors(const struct objective *objective, struct tensor *ret);

/* How well one class is told from the others; what cannot be had is NaN. */
struct class_metrics {
    double precision;            /* true positives / all it was said of */
    double recall;               /* true positives / all it is */
    double f1;                   /* their harmonic mean */
    uint64_t rows;               /* it is */
};

/* What is told of a trained model over some rows, which all count alike. */
struct model_report {
    size_t classes;              /* 0: the target is a number */
    uint64_t rows;
    double loss;                 /* as in the objective, without penalties */
    double accuracy;
    const uint64_t *confusion;   /* [classes][classes] rows of class i taken
                                    for class j */
    const struct class_metrics *by_class; /* [classes] */
    double roc_auc;              /* of two classes; else NaN */
    double rmse, r_squared;      /* of numbers, in their units; else NaN */
};

/*
 * Report on the training part at x, or on the validation part.
 *
 * Fails   ERR_MEMORY; ERR_MISSING where there is no validation part;
 *         ERR_CLOSING when the run was canceled: the numbers would be cut short
 * Owns    everything lives in `arena`
 * Cost    one pass over the rows; O(rows log rows) for two classes
 */
MUST_CHECK enum error model_metrics_final(const struct objective *objective,
                                          const double *x, bool validation,
                                          struct arena *arena,
                                          struct model_report *ret);

/* Of the arena, at most, for the larger part. */
size_t model_report_bytes(const struct objective *objective);

/*
 * What a model says of rows, which are prepared as the training rows were.
 *
 *   x            [n]                in
 *   value        [rows->count]      out  the number, in its units, or the
 *                                        class from 0; NAN: a score is no
 *                                        number, and says no class
 *   probability  [rows->count][classes] out  of each class; NULL: not wanted.
 *                                        NaN of heads that tell none
 *
 * Fails   ERR_MEMORY
 * Owns    scratch space lives in `arena`
 */
MUST_CHECK enum error model_predict(const struct objective *objective,
                                    const double *x, const struct rows *rows,
                                    struct arena *arena, double *value,
                                    double *probability);

#endif
