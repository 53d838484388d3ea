/* prepare.c - checks what a job asks of a dataset, and says what it takes. */
#include "core/dataset/prepare.h"

#include <math.h>
#include <string.h>

#include "core/base/suggest.h"
#include "core/dataset/prepare_parts.h"

/* Two blocks, and where a load is. */
enum { FILL_SCRATCH_BYTES = (1 << 20) + 2048, CLASSES_MIN = 2 };

/* ---- columns by name ------------------------------------------------------*/

/* The column called `name`; column_count after a fault. */
static size_t find(struct plan *plan, const char *name, const char *pointer)
{
    const struct dataset *data = plan->request->data;
    size_t column = dataset_column(data, name);
    struct suggestion near = {.word = name};

    if (column < data->column_count)
        return column;
    for (size_t c = 0; c < data->column_count; c++)
        suggest_offer(&near, data->columns[c].name);
    fault_add(plan->faults, pointer, FAULT_UNKNOWN_NAME, near.best,
              "the dataset has no column \"%s\"", name);
    return column;
}

/* Mark the columns of a list. */
static void mark(struct plan *plan, const char *list, const char *const *names,
                 size_t count, bool *marks)
{
    const char *pointer = plan_member(plan, list);

    for (size_t i = 0; i < count; i++) {
        const char *place = pointer_index(plan->faults, pointer, i);
        size_t column = find(plan, names[i], place);

        if (column == plan->request->data->column_count)
            continue;
        if (marks[column])
            fault_add(plan->faults, place, FAULT_DUPLICATE, NULL,
                      "\"%s\" stands twice", names[i]);
        marks[column] = true;
    }
}

/* ---- target ---------------------------------------------------------------*/

static void check_class_target(struct plan *plan, const struct column *column,
                               const char *pointer)
{
    size_t count = column->distinct;

    if (column->kind == COLUMN_NUMBER)
        fault_add(plan->faults, pointer, FAULT_WRONG_TYPE, NULL,
                  "\"%s\" has numbers with fractions; classes are words or "
                  "integers", column->name);
    else if (column->kind == COLUMN_INTEGER && column->integers == NULL)
        fault_add(plan->faults, pointer, FAULT_TOO_LARGE, NULL,
                  "\"%s\" has more than %d different values, the most that "
                  "are taken for classes", column->name, DISTINCT_MAX);
    else if (column->kind < COLUMN_TEXT && count < CLASSES_MIN)
        fault_add(plan->faults, pointer, FAULT_WRONG_SIZE, NULL,
                  "\"%s\" has %zu class; at least two are needed",
                  column->name, count);
}

static void check_target(struct plan *plan)
{
    const struct preparation_request *request = plan->request;
    const char *pointer = plan_member(plan, "target");
    const struct column *column;
    size_t target;

    plan->parts->target[0] = request->data->column_count;
    if (request->target == NULL) {
        fault_add(plan->faults, pointer, FAULT_REQUIRED, NULL,
                  "the target is missing: the name of the column to be "
                  "learned");
        return;
    }
    target = plan->parts->target[0] = find(plan, request->target, pointer);
    if (target == request->data->column_count)
        return;
    column = &request->data->columns[target];
    if (column->kind == COLUMN_TEXT)
        fault_add(plan->faults, pointer, FAULT_WRONG_TYPE, NULL,
                  "\"%s\" holds text, which cannot be learned", column->name);
    else if (request->classes)
        check_class_target(plan, column, pointer);
    else if (column->kind == COLUMN_CATEGORY)
        fault_add(plan->faults, pointer, FAULT_WRONG_TYPE, NULL,
                  "\"%s\" holds words; this model learns a number",
                  column->name);
    if (column->missing > 0 && isnan(column->fill)
        && request->missing == MISSING_MEAN)
        fault_add(plan->faults, plan_member(plan, "missing"), FAULT_CONFLICT,
                  "drop", "the target \"%s\" has %llu missing values, for "
                  "which no mean can stand", column->name,
                  (unsigned long long)column->missing);
    if (request->classes && request->standardize_target)
        fault_add(plan->faults, plan_member(plan, "standardize_target"),
                  FAULT_CONFLICT, NULL, "classes are no numbers to "
                  "standardize");
}

/* ---- features -------------------------------------------------------------*/

/* Whether a column may be meant by a target that was not found: then it is no
 * feature, and what would be wrong with it as one is not told. */
static bool may_be_target(const struct plan *plan)
{
    return plan->request->features == NULL
           && plan->parts->target[0] == plan->request->data->column_count;
}

static void check_feature(struct plan *plan, size_t c)
{
    const struct column *column = &plan->request->data->columns[c];
    const char *features = plan_member(plan, "features");

    if (c == plan->parts->target[0]) {
        fault_add(plan->faults, features, FAULT_CONFLICT, NULL,
                  "\"%s\" is the target and cannot be a feature",
                  column->name);
        return;
    }
    if (column->kind == COLUMN_TEXT)
        fault_add(plan->faults, features, FAULT_WRONG_TYPE, NULL,
                  "\"%s\" holds text, which is no feature: list the features "
                  "without it", column->name);
    else if (column->kind == COLUMN_CATEGORY && !plan->is_hot[c]
             && !may_be_target(plan))
        fault_add(plan->faults, plan_member(plan, "one_hot"), FAULT_REQUIRED,
                  column->name, "\"%s\" holds words: name it in one_hot, or "
                  "leave it out of the features", column->name);
    else if (plan->is_hot[c] && column->distinct == 0)
        fault_add(plan->faults, plan_member(plan, "one_hot"), FAULT_WRONG_TYPE,
                  NULL, "\"%s\" has no list of values: one_hot takes words, "
                  "or integers of at most %d values", column->name,
                  DISTINCT_MAX);
    plan_check_missing(plan, column);
}

static void choose_features(struct plan *plan)
{
    const struct preparation_request *request = plan->request;
    size_t columns = request->data->column_count;

    mark(plan, "one_hot", request->one_hot, request->one_hot_count,
         plan->is_hot);
    if (request->features != NULL)
        mark(plan, "features", request->features, request->feature_count,
             plan->is_feature);
    for (size_t c = 0; c < columns; c++) {
        if (request->features == NULL)
            plan->is_feature[c] = c != plan->parts->target[0];
        if (plan->is_feature[c])
            check_feature(plan, c);
        else if (plan->is_hot[c])
            fault_add(plan->faults, plan_member(plan, "one_hot"),
                      FAULT_CONFLICT, NULL, "\"%s\" is no feature",
                      request->data->columns[c].name);
    }
}

static void refuse_of_sparse(struct plan *plan)
{
    const struct preparation_request *request = plan->request;

    if (request->features != NULL)
        fault_add(plan->faults, plan_member(plan, "features"), FAULT_CONFLICT,
                  NULL, "the features of a sparse dataset have no names: all "
                  "of them are taken");
    if (request->one_hot_count > 0)
        fault_add(plan->faults, plan_member(plan, "one_hot"), FAULT_CONFLICT,
                  NULL, "the features of a sparse dataset are numbers");
    if (request->standardize)
        fault_add(plan->faults, plan_member(plan, "standardize"),
                  FAULT_CONFLICT, NULL, "standardizing would fill the zeros "
                  "of a sparse dataset");
}

static enum error make_sources(struct plan *plan)
{
    const struct dataset *data = plan->request->data;
    struct preparation_parts *parts = plan->parts;
    size_t features = 0;

    parts->sources = arena_array(plan->arena, data->column_count,
                                 sizeof *parts->sources);
    if (parts->sources == NULL)
        return ERR_MEMORY;
    for (size_t c = 0; c < data->column_count; c++) {
        struct source *source = &parts->sources[parts->source_count];
        size_t distinct = data->columns[c].distinct;
        size_t count = plan->is_hot[c] && distinct > 0 ? distinct : 1;

        if (!plan->is_feature[c])
            continue;
        parts->source_count++;
        *source = (struct source){
            .column = {c, 0}, .first = features, .count = count,
            .hot = plan->is_hot[c], .values = {data->ranks[c], NULL},
        };
        features += count;
    }
    plan->ret->features = features;
    if (features == 0 && plan->request->feature_count == 0)
        fault_add(plan->faults, plan_member(plan, "features"), FAULT_REQUIRED,
                  NULL, "there is no feature: at least one is needed");
    return OK;
}

/* ---- rows and memory ------------------------------------------------------*/

static void split(struct plan *plan)
{
    double fraction = plan->request->validation_fraction;
    uint64_t rows = plan->request->data->rows, kept;
    const char *pointer = plan_member(plan, "validation_fraction");

    if (!(fraction >= 0 && fraction < 1)) {
        fault_add(plan->faults, pointer, FAULT_OUT_OF_RANGE, NULL,
                  "%g is not in [0, 1)", fraction);
        return;
    }
    kept = (uint64_t)(fraction * (double)rows + 0.5);
    if (fraction > 0 && (kept == 0 || kept >= rows))
        fault_add(plan->faults, pointer, FAULT_OUT_OF_RANGE, NULL,
                  "%g of %llu rows leaves %s without a row", fraction,
                  (unsigned long long)rows,
                  kept == 0 ? "validation" : "training");
    plan->parts->validation_rows = kept;
    plan->ret->training_rows = rows - kept;
    plan->ret->validation_rows = plan->request->validation != NULL
                                     ? plan->request->validation->rows : kept;
}

/* *sum += a * b; false when that overflows. */
static bool add_product(uint64_t *sum, uint64_t a, uint64_t b)
{
    uint64_t product;

    return !__builtin_mul_overflow(a, b, &product)
           && !__builtin_add_overflow(*sum, product, sum);
}

static void predict_memory(struct plan *plan)
{
    struct preparation *ret = plan->ret;
    const struct dataset *other = plan->request->validation;
    uint64_t rows = ret->training_rows + ret->validation_rows;
    uint64_t number = plan->request->float32 ? 4 : 8;
    uint64_t sum = FILL_SCRATCH_BYTES;
    bool good = add_product(&sum, rows, 16) /* target, order, part */
                && add_product(&sum, ret->features, 16 * sizeof(double));

    ret->nonzeros = plan->request->data->nonzeros
                    + (other != NULL ? other->nonzeros : 0);
    if (plan->request->data->sparse)
        good = good && add_product(&sum, ret->nonzeros, number + 4)
               && add_product(&sum, rows + 2, 8);
    else
        good = good && !__builtin_mul_overflow(rows, ret->features, &rows)
               && add_product(&sum, rows, number);
    if (!good || sum > SIZE_MAX / 2) {
        fault_add(plan->faults, plan_member(plan, "dataset"),
                  FAULT_TOO_LARGE, NULL, "rows times features are more than "
                  "a computer holds");
        sum = SIZE_MAX / 2;
    }
    ret->memory_bytes = sum;
}

/* ---- the transform, as far as it is known ---------------------------------*/

static enum error name_classes(struct plan *plan, struct transform *ret)
{
    const struct column *column =
        &plan->request->data->columns[plan->parts->target[0]];
    const char **classes;

    ret->target = column->name;
    ret->target_scale = 1;
    if (!plan->request->classes)
        return OK;
    classes = arena_array(plan->arena, column->distinct, sizeof *classes);
    if (classes == NULL)
        return ERR_MEMORY;
    for (size_t i = 0; i < column->distinct; i++) {
        classes[i] = column->kind == COLUMN_CATEGORY
                         ? column->words[i]
                         : arena_format(plan->arena, "%.0f",
                                        column->integers[i]);
        if (classes[i] == NULL)
            return ERR_MEMORY;
    }
    ret->classes = classes;
    ret->class_count = column->distinct;
    ret->classes_are_words = column->kind == COLUMN_CATEGORY;
    return OK;
}

static enum error name_features(struct plan *plan, struct transform *ret)
{
    const struct dataset *data = plan->request->data;
    struct transform_feature *features;

    ret->feature_count = plan->ret->features;
    if (data->sparse)
        return OK;
    features = arena_array(plan->arena, plan->ret->features,
                           sizeof *features);
    if (features == NULL)
        return ERR_MEMORY;
    for (size_t s = 0; s < plan->parts->source_count; s++) {
        const struct source *source = &plan->parts->sources[s];
        const struct column *column = &data->columns[source->column[0]];

        for (size_t i = 0; i < source->count; i++)
            features[source->first + i] = (struct transform_feature){
                .column = column->name,
                .word = source->hot && column->kind == COLUMN_CATEGORY
                            ? column->words[i] : NULL,
                .integer = source->hot && column->kind == COLUMN_INTEGER
                               ? column->integers[i] : NAN,
                .fill = NAN, .mean = 0, .scale = 1,
            };
    }
    ret->features = features;
    return OK;
}

static enum error make_plan(struct plan *plan)
{
    const struct preparation_request *request = plan->request;
    struct preparation_parts *parts = plan->parts;
    struct preparation *ret = plan->ret;

    parts->data[0] = request->data;
    parts->data[1] = request->validation;
    parts->is_class = request->classes;
    parts->standardize = request->standardize;
    parts->standardize_target = request->standardize_target;
    parts->float32 = request->float32;
    parts->shuffle = request->shuffle;
    parts->drops = request->missing == MISSING_DROP;
    parts->fills = request->missing == MISSING_MEAN;
    check_target(plan);
    if (plan->faults->total == plan->faults_before)
        plan_check_missing(plan, &request->data->columns[parts->target[0]]);
    if (request->data->sparse) {
        refuse_of_sparse(plan);
        ret->features = request->data->features;
    } else {
        choose_features(plan);
        TRY(make_sources(plan));
    }
    split(plan);
    if (plan->faults->total > plan->faults_before)
        return ERR_INVALID;
    parts->classes[0] = request->data->ranks[parts->target[0]];
    TRY(plan_match_validation(plan));
    predict_memory(plan);
    ret->layout = request->data->sparse
                      ? (request->float32 ? ROWS_SPARSE32 : ROWS_SPARSE64)
                      : (request->float32 ? ROWS_DENSE32 : ROWS_DENSE64);
    ret->parts = parts;
    TRY(name_classes(plan, &ret->transform));
    TRY(name_features(plan, &ret->transform));
    return plan->faults->total > plan->faults_before ? ERR_INVALID : OK;
}

enum error prepare_plan(struct arena *arena,
                        const struct preparation_request *request,
                        struct faults *faults, struct preparation *ret)
{
    struct preparation made = {0};
    size_t columns = request->data->column_count;
    struct plan plan = {
        .arena = arena, .request = request, .faults = faults, .ret = &made,
        .parts = ARENA_NEW(arena, struct preparation_parts),
        .is_feature = arena_array(arena, columns, sizeof(bool)),
        .is_hot = arena_array(arena, columns, sizeof(bool)),
        .faults_before = faults->total,
    };
    enum error error;

    if (plan.parts == NULL || plan.is_feature == NULL || plan.is_hot == NULL)
        return ERR_MEMORY;
    error = make_plan(&plan);
    if (error == OK)
        *ret = made;
    return error;
}
