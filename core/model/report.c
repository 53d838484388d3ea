/* report.c - what is told of a trained model, and what it says of rows. */
#include <math.h>
#include <stdlib.h>

#include "core/kernel/math.h"
#include "core/kernel/softmax.h"
#include "core/model/model_data.h"

/* ---- scores ------------------------------------------------------------ */

/* The block of rows from `first` on. */
static struct block rows_from(const struct rows *rows, size_t first)
{
    size_t left = rows->count - first;

    return (struct block){
        .rows = rows, .first = first,
        .count = left < NETWORK_BLOCK ? left : NETWORK_BLOCK,
    };
}

/* Scores of all rows [count][outputs], in `arena`; NULL without memory. */
static double *score_rows(struct model *model, const struct rows *rows,
                          const double *x, struct arena *arena)
{
    size_t outputs = network_last(&model->network)->outputs;
    double *ret = arena_array(arena, rows->count * outputs + 1, sizeof *ret);

    network_prepare(&model->network, x);
    for (size_t first = 0; ret != NULL && first < rows->count;
         first += NETWORK_BLOCK) {
        struct block block = rows_from(rows, first);
        const double *scores = network_scores(&model->network, &block, x);

        for (size_t i = 0; i < block.count * outputs; i++)
            ret[first * outputs + i] = scores[i];
    }
    return ret;
}

/* ---- predicting -------------------------------------------------------- */

/* The number a score means, in the units of the data. */
static double number_of(const struct model_design *design, double score)
{
    double value = design->loss->is_log_link ? math_exp(score) : score;

    return design->target_mean + design->target_deviation * value;
}

static void set_probabilities(const struct model *model, double *scores,
                              size_t count, double *ret)
{
    const struct head_kind *head = &heads[model->design.head];
    size_t classes = model->design.classes;

    if (head->of_many)
        softmax_f64(scores, classes, count, classes, NULL);
    for (size_t i = 0; i < count; i++) {
        double p = head->tells_probabilities ? math_logistic(scores[i]) : NAN;

        for (size_t k = 0; head->of_many && k < classes; k++)
            ret[i * classes + k] = scores[i * classes + k];
        if (head->of_many)
            continue;
        ret[2 * i] = head->tells_probabilities ? math_logistic(-scores[i])
                                               : NAN;
        ret[2 * i + 1] = p;
    }
}

/* Scores that are no numbers (infinity less infinity) say no class. */
static void leave_undecided(const struct model *model, const double *scores,
                            size_t count, double *value)
{
    size_t outputs = network_last(&model->network)->outputs;

    for (size_t i = 0; i < count * outputs; i++)
        if (isnan(scores[i]))
            value[i / outputs] = NAN;
}

enum error model_predict(const struct objective *objective, const double *x,
                         const struct rows *rows, struct arena *arena,
                         double *value, double *probability)
{
    struct model *model = objective->model;
    bool of_classes = heads[model->design.head].of_classes;
    double *scores;

    if (model->network.workspace == NULL) /* a model without rows of its own */
        TRY(network_allocate(&model->network, arena));
    scores = score_rows(model, rows, x, arena);
    if (scores == NULL)
        return ERR_MEMORY;
    head_decide(model, scores, rows->count, value);
    for (size_t i = 0; !of_classes && i < rows->count; i++)
        value[i] = number_of(&model->design, scores[i]);
    if (of_classes)
        leave_undecided(model, scores, rows->count, value);
    if (of_classes && probability != NULL)
        set_probabilities(model, scores, rows->count, probability);
    return OK;
}

/* ---- reporting --------------------------------------------------------- */

static double divide(uint64_t a, uint64_t b)
{
    return b > 0 ? (double)a / (double)b : NAN;
}

static void set_class(const uint64_t *confusion, size_t classes, size_t k,
                      struct class_metrics *ret)
{
    uint64_t said = 0, is = 0, right = confusion[k * classes + k];

    for (size_t j = 0; j < classes; j++) {
        is += confusion[k * classes + j];
        said += confusion[j * classes + k];
    }
    *ret = (struct class_metrics){
        .precision = divide(right, said), .recall = divide(right, is),
        .f1 = divide(2 * right, said + is), .rows = is,
    };
}

static enum error set_classes(const struct model *model,
                              const struct rows *rows, const double *value,
                              struct arena *arena, struct model_report *ret)
{
    size_t classes = model->design.classes, right = 0;
    uint64_t *confusion = arena_array(arena, classes * classes,
                                      sizeof *confusion);
    struct class_metrics *by_class = arena_array(arena, classes,
                                                 sizeof *by_class);

    if (confusion == NULL || by_class == NULL)
        return ERR_MEMORY;
    for (size_t i = 0; i < rows->count; i++) {
        size_t is = (size_t)rows->target[i], said = (size_t)value[i];

        confusion[is * classes + said]++;
        right += is == said;
    }
    for (size_t k = 0; k < classes; k++)
        set_class(confusion, classes, k, &by_class[k]);
    ret->accuracy = divide(right, rows->count);
    ret->confusion = confusion;
    ret->by_class = by_class;
    return OK;
}

/* A row for the ranking of two classes. */
struct ranked {
    double score;
    bool is_second;
};

static int compare(const void *a, const void *b)
{
    double x = ((const struct ranked *)a)->score;
    double y = ((const struct ranked *)b)->score;

    return (x > y) - (x < y);
}

/* The share of pairs, one row of each class, that the scores order rightly;
 * equal scores count half. Scores that are no numbers order nothing. */
static double area(struct ranked *rows, size_t count)
{
    double wins = 0, firsts = 0, seconds = 0;

    for (size_t i = 0; i < count; i++)
        if (isnan(rows[i].score))
            return NAN;
    qsort(rows, count, sizeof *rows, compare);
    for (size_t i = 0, end; i < count; i = end) {
        double first = 0, second = 0;

        for (end = i; end < count && rows[end].score == rows[i].score; end++)
            *(rows[end].is_second ? &second : &first) += 1;
        wins += second * (firsts + 0.5 * first);
        firsts += first;
        seconds += second;
    }
    return firsts > 0 && seconds > 0 ? wins / (firsts * seconds) : NAN;
}

static enum error set_area(const struct model *model, const struct rows *rows,
                           const double *scores, struct arena *arena,
                           double *ret)
{
    struct ranked *ranked = arena_array(arena, rows->count, sizeof *ranked);
    bool of_many = heads[model->design.head].of_many;

    if (ranked == NULL)
        return ERR_MEMORY;
    for (size_t i = 0; i < rows->count; i++)
        ranked[i] = (struct ranked){
            .score = of_many ? scores[2 * i + 1] - scores[2 * i] : scores[i],
            .is_second = rows->target[i] == 1,
        };
    *ret = area(ranked, rows->count);
    return OK;
}

static void set_errors(const struct model *model, const struct rows *rows,
                       const double *scores, double squares,
                       struct model_report *ret)
{
    double sum = 0;

    for (size_t i = 0; i < rows->count; i++) {
        double said = model->design.loss->is_log_link ? math_exp(scores[i])
                                                      : scores[i];

        sum += (said - rows->target[i]) * (said - rows->target[i]);
    }
    ret->rmse = model->design.target_deviation
              * sqrt(sum / (double)rows->count);
    ret->r_squared = 1 - sum / squares;
}

size_t model_report_bytes(const struct objective *objective)
{
    const struct model *model = objective->model;
    const struct model_design *d = &model->design;
    size_t rows = d->rows > d->validation_rows ? d->rows : d->validation_rows;
    size_t outputs = network_last(&model->network)->outputs;
    size_t row_bytes = (outputs + 1) * sizeof(double);

    if (d->classes == 2)
        row_bytes += sizeof(struct ranked);
    return rows * row_bytes + d->classes * d->classes * sizeof(uint64_t)
         + d->classes * sizeof(struct class_metrics) + 5 * 64;
}

enum error model_metrics_final(const struct objective *objective,
                               const double *x, bool validation,
                               struct arena *arena, struct model_report *ret)
{
    struct model *model = objective->model;
    const struct rows *rows = validation ? &model->validation
                                         : &model->training;
    struct batch all = {.count = rows->count};
    double *scores, *value;

    *ret = (struct model_report){
        .classes = model->design.classes, .rows = rows->count,
        .accuracy = NAN, .roc_auc = NAN, .rmse = NAN, .r_squared = NAN,
    };
    if (rows->count == 0)
        return ERR_MISSING;
    if (model_is_canceled(model))
        return ERR_CLOSING;
    scores = score_rows(model, rows, x, arena);
    value = arena_array(arena, rows->count, sizeof *value);
    if (scores == NULL || value == NULL)
        return ERR_MEMORY;
    ret->loss = model_evaluate(model, rows, &all, false, x, NULL);
    head_decide(model, scores, rows->count, value);
    if (ret->classes == 0)
        set_errors(model, rows, scores, model->total_squares[validation], ret);
    if (ret->classes > 0)
        TRY(set_classes(model, rows, value, arena, ret));
    if (ret->classes == 2)
        TRY(set_area(model, rows, scores, arena, &ret->roc_auc));
    return model_is_canceled(model) ? ERR_CLOSING : OK;
}
