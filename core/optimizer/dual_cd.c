/*
 * dual_cd.c - coordinate descent in the dual: one row at a time.
 *
 * Divided by l2, what is minimised is 1/2 |w|^2 + sum_i C_i loss(y_i w.x_i),
 * C_i = scale weight_i / l2, and its dual has a number a_i for each row:
 *
 *     w = sum_i a_i y_i x_i
 *     hinge          max sum a_i - |w|^2/2,                    0 <= a_i <= C_i
 *     squared_hinge  max sum a_i - |w|^2/2 - sum a_i^2/(4 C_i),  0 <= a_i
 *     log            max -|w|^2/2 - sum (a_i log a_i
 *                        + (C_i - a_i) log(C_i - a_i) - C_i log C_i),
 *                                                              0 < a_i < C_i
 *
 * Each visit maximises by one a_i and moves w along its row. Rows of the two
 * hinges that stay at a bound are left out until all others have settled.
 * Whatever the a_i are, the dual lies below the loss: the gap between them says
 * how far the loss is from its minimum at most.
 *
 * Source  Hsieh, Chang, Lin, Keerthi & Sundararajan 2008, ICML, Algorithm 3;
 *         Yu, Huang & Lin 2011, Machine Learning 85, Algorithms 4 and 5
 */
#include <math.h>
#include <string.h>

#include "core/base/random.h"
#include "core/kernel/math.h"
#include "core/kernel/rows.h"
#include "core/kernel/sparse.h"
#include "core/kernel/vector.h"
#include "core/model/linear_model.h"
#include "core/objective/objective.h"
#include "core/optimizer/optimizer.h"

enum { PASSES, GAP_TOLERANCE };

static const struct parameter parameters[] = {
    [PASSES]        = {"passes", 3, 1, 1e6,
                       "How often as many rows are visited as there are, "
                       "between two looks at the loss.", CLOSED,
                       PARAMETER_INTEGER},
    [GAP_TOLERANCE] = {"gap_tolerance", 1e-10, 0, 1,
                       "It has converged where the duality gap is at most "
                       "this share of the loss.", CLOSED, PARAMETER_NUMBER},
    {0},
};

enum { ACTIVE, HIGH, LOW, SETTLED, SWEEP, IS_KNOWN, SCALARS };
enum {
    CANCEL_ROWS = 256,        /* are visited between two looks at the flag */
    AHEAD = 6,                /* rows whose entries are asked for early, */
    AHEAD_STATE = 16,         /* and what is remembered of them earlier */
    NEWTON_MAX = 100,         /* steps for one a_i of the log loss */
    WORDS = 4,                /* of one block of random numbers */
    RANDOM_ORDER = 0x100,     /* keeps these numbers apart from dropout's */
};

/* Where a_i of the log loss starts, as a share of C_i and at most. */
#define LOG_SHARE 1e-3
#define LOG_MOST 1e-8

/* The first spread of gradients at which the visited rows have settled; each
 * time they have, a tenth of it is asked for. */
#define SETTLED_FIRST 0.1
#define SETTLED_LEAST 1e-15

/* The loss of float32 rows is no better than this, whatever is asked for. */
#define GAP_OF_FLOATS 1e-6

enum formula { OF_HINGE, OF_SQUARED, OF_LOG };

/* What is remembered of a row, side by side: rows are visited in any order,
 * and each line of memory that is asked for takes its time. */
struct dual {
    double a;                 /* a_i */
    double rest;              /* C_i - a_i without its rounding, of log */
    double C, square;         /* C_i, |x_i|^2 */
    double y;                 /* 1 or -1 */
    double first, count;      /* of a sparse row's entries */
    double unused;            /* fills the line */
};

enum { ROW_SCALARS = sizeof(struct dual) / sizeof(double) + 1 };

/* What lies in the method's state. */
struct memory {
    const struct linear_model *linear;
    const struct rows *rows;
    enum formula formula;
    size_t count;             /* of rows */
    uint64_t seed;
    double *w;                /* [n] */
    double *scalars;          /* [SCALARS] */
    struct dual *duals;       /* [count] */
    double *order;            /* [count] those visited stand first */
};

static enum formula formula_of(const struct linear_model *linear)
{
    if (strcmp(linear->loss->name, "log") == 0)
        return OF_LOG;
    return strcmp(linear->loss->name, "hinge") == 0 ? OF_HINGE : OF_SQUARED;
}

static struct memory memory_of(const struct method *m)
{
    const struct linear_model *linear = m->objective->linear;
    size_t count = linear->rows->count;

    return (struct memory){
        .linear = linear, .rows = linear->rows, .count = count,
        .formula = formula_of(linear), .seed = m->seed, .w = m->state,
        .scalars = m->state + m->n, .duals = (struct dual *)m->row_state,
        .order = m->row_state + (ROW_SCALARS - 1) * count,
    };
}

/* ---- the start --------------------------------------------------------- */

static void visit_all(const struct memory *k)
{
    k->scalars[ACTIVE] = (double)k->count;
    k->scalars[HIGH] = INFINITY;
    k->scalars[LOW] = -INFINITY;
}

static bool is_sparse(const struct memory *k)
{
    return k->rows->layout == ROWS_SPARSE64;
}

static double dot(const struct memory *k, const struct dual *dual, size_t i)
{
    size_t first = (size_t)dual->first;

    return is_sparse(k) ? sparse_dot_one_f64(k->rows->indices + first,
                                             k->rows->values64 + first,
                                             (size_t)dual->count, k->w)
                        : linear_dot(k->rows, i, k->w);
}

/* w += a x_i */
static void add(const struct memory *k, const struct dual *dual, size_t i,
                double a)
{
    size_t first = (size_t)dual->first;

    if (is_sparse(k))
        sparse_add_one_f64(k->w, a, k->rows->indices + first,
                           k->rows->values64 + first, (size_t)dual->count);
    else
        linear_add(k->rows, i, a, k->w);
}

/* All a_i are 0, or nearly: w with them. False when canceled. */
static bool begin(const struct memory *k)
{
    for (size_t i = 0; i < k->count; i++) {
        struct dual *dual = &k->duals[i];

        if (i % CANCEL_ROWS == 0 && linear_is_canceled(k->linear))
            return false;
        dual->C = linear_weight(k->linear, i) / k->linear->l2;
        dual->y = linear_target(k->linear, i);
        dual->square = linear_square(k->rows, i);
        k->order[i] = (double)i;
        if (is_sparse(k)) {
            dual->first = (double)k->rows->offsets[i];
            dual->count = (double)k->rows->offsets[i + 1] - dual->first;
        }
        if (k->formula != OF_LOG || dual->C == 0)
            continue;
        dual->a = fmin(LOG_SHARE * dual->C, LOG_MOST);
        dual->rest = dual->C - dual->a;
        add(k, dual, i, dual->a * dual->y);
    }
    visit_all(k);
    k->scalars[SETTLED] = k->formula == OF_LOG ? 0.1 * SETTLED_FIRST
                                               : SETTLED_FIRST;
    k->scalars[IS_KNOWN] = 1;
    return true;
}

/* ---- one row ----------------------------------------------------------- */

/* Of a sweep: greatest and least projected gradient, Newton's steps made. */
struct sweep {
    double high, low;
    size_t steps;
};

/* Visit row i of a hinge; whether to leave it out from now on. */
static bool visit_hinge(const struct memory *k, size_t i, struct sweep *sweep)
{
    struct dual *dual = &k->duals[i];
    double a = dual->a, next;
    double D = k->formula == OF_SQUARED ? 0.5 / dual->C : 0;
    double most = k->formula == OF_SQUARED ? INFINITY : dual->C;
    double slope = dual->y * dot(k, dual, i) - 1 + D * a;
    double projected = slope;

    if (a == 0) {
        if (slope > k->scalars[HIGH])
            return true;
        projected = fmin(slope, 0);
    } else if (a == most) {
        if (slope < k->scalars[LOW])
            return true;
        projected = fmax(slope, 0);
    }
    sweep->high = fmax(sweep->high, projected);
    sweep->low = fmin(sweep->low, projected);
    if (projected == 0)
        return false;
    next = a - slope / (dual->square + D);
    next = next > 0 ? fmin(next, most) : 0;
    dual->a = next;
    add(k, dual, i, (next - a) * dual->y);
    return false;
}

/*
 * The z in (0, C/2] where q (z - a) + b + log(z / (C - z)) is 0: Newton's
 * steps from `from`, and a tenth of z where one leads below 0.
 */
static double solve_log(double a, double C, double q, double b, double near,
                        size_t *steps)
{
    double z = C - a < 0.5 * C ? 0.1 * a : a;

    for (int i = 0; i < NEWTON_MAX; i++) {
        double slope = q * (z - a) + b + math_log(z / (C - z));
        double next;

        if (fabs(slope) < near)
            break;
        next = z - slope / (q + C / (z * (C - z)));
        next = next > 0 ? next : 0.1 * z;
        ++*steps;
        if (next == z)
            break;
        z = next;
    }
    return z;
}

/* Visit row i of the log loss. Of a_i and C_i - a_i the one is sought that is
 * the smaller at the end: its digits are those that matter. */
static void visit_log(const struct memory *k, size_t i, struct sweep *sweep)
{
    struct dual *dual = &k->duals[i];
    double C = dual->C, q = dual->square, b = dual->y * dot(k, dual, i);
    bool is_a = 0.5 * q * (dual->rest - dual->a) + b >= 0;
    double *small = is_a ? &dual->a : &dual->rest;
    double *other = is_a ? &dual->rest : &dual->a;
    double before = *small;
    double z = solve_log(before, C, q, is_a ? b : -b, k->scalars[SETTLED],
                         &sweep->steps);

    if (z == before)
        return;
    *small = z;
    *other = C - z;
    add(k, dual, i, (is_a ? z - before : before - z) * dual->y);
}

/* ---- sweeps ------------------------------------------------------------ */

static void swap(double *order, size_t i, size_t j)
{
    double kept = order[i];

    order[i] = order[j];
    order[j] = kept;
}

/* The visited rows in an order that is drawn by the seed and the number of the
 * sweep. */
static void shuffle(const struct memory *k, size_t count)
{
    uint64_t number = (uint64_t)k->scalars[SWEEP]++;
    uint32_t key[2] = {(uint32_t)k->seed, (uint32_t)(k->seed >> 32)};
    uint32_t words[WORDS];

    for (size_t i = 0; i < count; i++) {
        uint32_t counter[WORDS] = {(uint32_t)(i / WORDS), (uint32_t)number,
                                   (uint32_t)(number >> 32), RANDOM_ORDER};

        if (i % WORDS == 0)
            random_philox(counter, key, words);
        swap(k->order, i, i + (words[i % WORDS] * (count - i) >> 32));
    }
}

/* What comes next of the gradients' spread. */
static void learn(const struct memory *k, const struct sweep *sweep)
{
    double *s = k->scalars, next = fmax(0.1 * s[SETTLED], SETTLED_LEAST);

    if (k->formula == OF_LOG) {
        if ((double)sweep->steps <= 0.1 * s[ACTIVE])
            s[SETTLED] = next;
        return;
    }
    if (sweep->high - sweep->low <= s[SETTLED] || s[ACTIVE] == 0) {
        if (s[ACTIVE] == (double)k->count)
            s[SETTLED] = next;
        visit_all(k);
        return;
    }
    s[HIGH] = sweep->high > 0 ? sweep->high : INFINITY;
    s[LOW] = sweep->low < 0 ? sweep->low : -INFINITY;
}

/* Ask for what comes at place s of the order and later. */
static void ask_for(const struct memory *k, size_t s, size_t count)
{
    const struct dual *dual;

    if (s + AHEAD_STATE < count)
        __builtin_prefetch(&k->duals[(size_t)k->order[s + AHEAD_STATE]], 1);
    if (s + AHEAD >= count)
        return;
    if (!is_sparse(k)) {
        linear_prefetch(k->rows, (size_t)k->order[s + AHEAD]);
        return;
    }
    dual = &k->duals[(size_t)k->order[s + AHEAD]];
    rows_prefetch(k->rows->indices + (size_t)dual->first,
                  (size_t)dual->count * sizeof(uint32_t));
    rows_prefetch(k->rows->values64 + (size_t)dual->first,
                  (size_t)dual->count * sizeof(double));
}

/* Visit each of the active rows; false when the run is canceled. */
static bool sweep_once(const struct memory *k)
{
    struct sweep sweep = {-INFINITY, INFINITY, 0};
    size_t count = (size_t)k->scalars[ACTIVE];

    shuffle(k, count);
    for (size_t s = 0; s < count; s++) {
        size_t i = (size_t)k->order[s];

        if (s % CANCEL_ROWS == 0 && linear_is_canceled(k->linear))
            return false;
        ask_for(k, s, count);
        if (k->duals[i].C > 0 && k->formula == OF_LOG)
            visit_log(k, i, &sweep);
        else if (k->duals[i].C == 0 || visit_hinge(k, i, &sweep))
            swap(k->order, s--, --count);
    }
    k->scalars[ACTIVE] = (double)count;
    learn(k, &sweep);
    return true;
}

/* ---- the gap ----------------------------------------------------------- */

/* The dual's value for row i, but for |w|^2. */
static double value_of(const struct memory *k, size_t i)
{
    double a = k->duals[i].a, rest = k->duals[i].rest, C = k->duals[i].C;

    if (C == 0)
        return 0;
    if (k->formula == OF_LOG)
        return -a * math_log(a / C) - rest * math_log(rest / C);
    return k->formula == OF_SQUARED ? a - 0.25 * a * a / C : a;
}

/* The dual: no w has a loss below it. */
static double dual_loss(const struct memory *k, size_t n)
{
    double lanes[VECTOR_LANES] = {0};

    for (size_t i = 0; i < k->count; i++)
        lanes[i % VECTOR_LANES] += value_of(k, i);
    return k->linear->l2 * (vector_sum(lanes, VECTOR_LANES)
                            - 0.5 * vector_dot(k->w, k->w, n));
}

static bool has_converged(const struct memory *k, const struct method *m)
{
    bool is_float = k->rows->layout == ROWS_DENSE32
                 || k->rows->layout == ROWS_SPARSE32;
    double tolerance = fmax(m->p[GAP_TOLERANCE], is_float ? GAP_OF_FLOATS : 0);

    return k->scalars[IS_KNOWN] != 0
        && m->loss - dual_loss(k, m->n) <= tolerance * fabs(m->loss);
}

static enum reason advance(struct method *m)
{
    struct memory k = memory_of(m);
    double visits = m->p[PASSES] * (double)k.count;
    double *g = k.w + m->n + SCALARS, loss;
    bool stop;

    if (has_converged(&k, m))
        return REASON_LOSS_TOLERANCE;
    if (m->evaluations_left < 1)
        return REASON_MAX_EVALUATIONS;
    if (k.scalars[IS_KNOWN] == 0 && !begin(&k))
        return REASON_CANCELED;
    for (double done = 0; done < visits;) {
        done += fmax(k.scalars[ACTIVE], 1);
        if (!sweep_once(&k))
            return REASON_CANCELED;
    }
    loss = m->evaluate(m, k.w, g, &stop);
    if (stop)
        return REASON_CANCELED;
    memcpy(m->x, k.w, m->n * sizeof *m->x);
    memcpy(m->g, g, m->n * sizeof *m->g);
    m->loss = loss;
    m->step_length = 1;
    return REASON_NONE;
}

/* w, the scalars, and the gradient at a trial. */
static size_t memory_size(size_t n, const double *p)
{
    (void)p;
    return 2 * n + SCALARS;
}

static void check_objective(const struct objective *objective,
                            const char *pointer, struct faults *faults)
{
    const struct linear_model *linear = objective->linear;
    const char *place = pointer_member(faults, pointer, "type");

    if (linear->loss->target != LOSS_OF_CLASSES)
        fault_add(faults, place, FAULT_CONFLICT, NULL,
                  "dual_cd needs the loss log, hinge or squared_hinge, but "
                  "here it is %s", linear->loss->name);
    if (!(linear->l2 > 0) || linear->l1 > 0)
        fault_add(faults, place, FAULT_CONFLICT, NULL,
                  "dual_cd needs l2 above 0 and no l1: proximal_cd takes l1");
    if (linear->intercept)
        fault_add(faults, place, FAULT_CONFLICT, NULL,
                  "dual_cd needs \"intercept\": false in the objective; a "
                  "feature that is 1 in every row is one that l2 penalises");
}

const struct optimizer_kind optimizer_dual_cd = {
    .name = "dual_cd",
    .formula = "for rows i in a drawn order: a_i = argmax dual(a), w = sum_i "
               "a_i y_i x_i",
    .sentence = "Two classes with l2 and many rows, above all sparse ones: "
                "LIBLINEAR's way, with the duality gap as evidence. It begins "
                "at w = 0, whatever the start.",
    .source = "Hsieh, Chang, Lin, Keerthi & Sundararajan 2008, ICML; Yu, Huang "
              "& Lin 2011, Machine Learning 85, 41-75",
    .parameters = parameters,
    .memory = memory_size,
    .row_scalars = ROW_SCALARS,
    .needs_linear = true,
    .check_objective = check_objective,
    .advance = advance,
};
