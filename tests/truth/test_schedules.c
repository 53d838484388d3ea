/*
 * test_schedules.c - the learning rates of PyTorch and Keras, step by step.
 *
 * Each record becomes a job spec, and the job's trace is compared: row k + 1
 * holds the rate of update k + 1, which the record calls lr[k].
 */
#include "tests/unit/cmocka_all.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "core/run/run.h"
#include "server/jobs/spec.h"
#include "tests/unit/truth_folder.h"

enum { STEPS_MAX = 128, NAMES_MAX = 32, N_MAX = 2 };

/* A double keeps 1.1e-16 of a number, and no closed form here has more than
 * ten roundings; the records' own errors (check.rel) come on top. */
#define TOLERANCE 2e-15

/* ---- their words for ours ---------------------------------------------- */

/* `ours` NULL: said elsewhere. With `text` the member is that text, and means
 * `ours` = number. */
struct word {
    const char *theirs, *ours, *text;
    double number;
};

enum { WORDS_MAX = 8 };

static const struct translation {
    const char *theirs, *ours;
    struct word words[WORDS_MAX];
} translations[] = {
    {"StepLR", "step", {{"step_size", "steps"}, {"gamma", "factor"}}},
    {"MultiStepLR", "multistep",
     {{"milestones", "milestones"}, {"gamma", "factor"}}},
    {"ConstantLR", "constant",
     {{"factor", "factor"}, {"total_iters", "steps"}}},
    {"LinearLR", "linear",
     {{"start_factor", "start_factor"}, {"end_factor", "end_factor"},
      {"total_iters", "steps"}}},
    {"ExponentialLR", "exponential", {{"gamma", "factor"}}},
    {"PolynomialLR", "polynomial",
     {{"total_iters", "steps"}, {"power", "power"}}},
    {"CosineAnnealingLR", "cosine",
     {{"T_max", "steps"}, {"eta_min", "min_rate"}}},
    {"CosineAnnealingWarmRestarts", "cosine_restarts",
     {{"T_0", "first_steps"}, {"T_mult", "multiplier"},
      {"eta_min", "min_rate"}}},
    {"OneCycleLR", "one_cycle",
     {{"max_lr", NULL}, {"total_steps", "steps"},
      {"anneal_strategy", "linear", "linear", 1},
      {"three_phase", "three_phase"}}},
    {"CyclicLR", "cyclic",
     {{"base_lr", "low_rate"}, {"max_lr", NULL}, {"step_size_up", "up_steps"},
      {"step_size_down", "down_steps"}, {"gamma", "factor_per_step"},
      {"mode", "factor_per_cycle", "triangular2", 0.5},
      {"mode", "factor_per_cycle", "exp_range", 1}}},
    {"ReduceLROnPlateau", "reduce_on_plateau",
     {{"factor", "factor"}, {"patience", "patience"},
      {"cooldown", "cooldown"}, {"min_lr", "min_rate"}}},
    {"SequentialLR", "sequential",
     {{"schedulers", NULL}, {"milestones", "milestones"}}},
    {"ChainedScheduler", "chained", {{"schedulers", NULL}}},
    {"LambdaLR", "inverse_time",
     {{"lr_lambda", "decay", "1/(1+0.1*epoch)", 0.1}}},
    {"MultiplicativeLR", "exponential",
     {{"lr_lambda", "factor", "0.95", 0.95}}},
    {"ExponentialDecay", "exponential",
     {{"initial_learning_rate", NULL}, {"decay_steps", "steps"},
      {"decay_rate", "factor"}, {"staircase", "staircase"}}},
    {"PiecewiseConstantDecay", "piecewise",
     {{"boundaries", "boundaries"}, {"values", "values"}}},
    {"PolynomialDecay", "polynomial",
     {{"initial_learning_rate", NULL}, {"decay_steps", "steps"},
      {"end_learning_rate", "end_rate"}, {"power", "power"}}},
    {"InverseTimeDecay", "inverse_time",
     {{"initial_learning_rate", NULL}, {"decay_steps", "steps"},
      {"decay_rate", "decay"}}},
    {"CosineDecay", "cosine",
     {{"initial_learning_rate", NULL}, {"decay_steps", "steps"},
      {"alpha", "min_factor"}, {"warmup_target", NULL},
      {"warmup_steps", NULL}}},
    {"CosineDecayRestarts", "cosine_restarts",
     {{"initial_learning_rate", NULL}, {"first_decay_steps", "first_steps"},
      {"t_mul", "multiplier"}, {"m_mul", "decay"}, {"alpha", "min_factor"}}},
};

static const cJSON *find(const cJSON *object, const char *name)
{
    return cJSON_GetObjectItemCaseSensitive(object, name);
}

static const cJSON *item(const cJSON *object, const char *name)
{
    const cJSON *found = find(object, name);

    if (found == NULL)
        fail_msg("the record has no member %s", name);
    return found;
}

static const struct translation *translation_of(const char *theirs)
{
    for (size_t i = 0; i < sizeof translations / sizeof *translations; i++)
        if (strcmp(translations[i].theirs, theirs) == 0)
            return &translations[i];
    fail_msg("no schedule of ours is known for %s", theirs);
    return NULL;
}

/* One of their members, as one of ours in `schedule`. */
static void translate(const struct translation *t, const cJSON *theirs,
                      cJSON *schedule)
{
    for (const struct word *w = t->words; w->theirs != NULL; w++) {
        if (strcmp(w->theirs, theirs->string) != 0)
            continue;
        if (w->text != NULL && strcmp(w->text, theirs->valuestring) != 0)
            continue;
        if (w->ours == NULL)
            return;
        if (strcmp(w->ours, "linear") == 0)
            cJSON_AddTrueToObject(schedule, w->ours);
        else if (w->text != NULL)
            cJSON_AddNumberToObject(schedule, w->ours, w->number);
        else
            cJSON_AddItemToObject(schedule, w->ours,
                                  cJSON_Duplicate(theirs, true));
        return;
    }
    fail_msg("%s: no word of ours is known for %s", t->theirs, theirs->string);
}

static cJSON *schedule_for(const char *theirs, const cJSON *params);

/* [["LinearLR", {...}], ...] */
static cJSON *schedules_for(const cJSON *pairs)
{
    cJSON *schedules = cJSON_CreateArray();
    const cJSON *pair;

    cJSON_ArrayForEach(pair, pairs)
        cJSON_AddItemToArray(schedules,
                             schedule_for(cJSON_GetArrayItem(pair, 0)
                                              ->valuestring,
                                          cJSON_GetArrayItem(pair, 1)));
    return schedules;
}

static cJSON *schedule_for(const char *theirs, const cJSON *params)
{
    const struct translation *t = translation_of(theirs);
    const cJSON *warmup = find(params, "warmup_steps"), *p;
    cJSON *schedule = cJSON_CreateObject(), *outer;

    cJSON_AddStringToObject(schedule, "type", t->ours);
    cJSON_ArrayForEach(p, params)
        translate(t, p, schedule);
    if (find(params, "schedulers") != NULL)
        cJSON_AddItemToObject(schedule, "schedules",
                              schedules_for(find(params, "schedulers")));
    if (strcmp(theirs, "CosineDecay") == 0)
        cJSON_AddFalseToObject(schedule, "oscillate");
    if (warmup == NULL)
        return schedule;
    outer = cJSON_CreateObject();
    cJSON_AddStringToObject(outer, "type", "warmup");
    cJSON_AddNumberToObject(outer, "steps", truth_number(warmup));
    cJSON_AddNumberToObject(
        outer, "start_factor",
        truth_number(item(params, "initial_learning_rate"))
            / truth_number(item(params, "warmup_target")));
    cJSON_AddItemToObject(outer, "schedule", schedule);
    return outer;
}

/* ---- the job ----------------------------------------------------------- */

struct trace {
    double rate[STEPS_MAX + 1], x[STEPS_MAX + 1][N_MAX];
    size_t count, n;
};

static enum reason record(void *self, const struct iteration *it,
                          enum reason reason)
{
    struct trace *trace = self;

    assert_true(trace->count <= STEPS_MAX);
    trace->rate[trace->count] = it->learning_rate;
    memcpy(trace->x[trace->count++], it->x, trace->n * sizeof *it->x);
    return reason;
}

/* An objective that has the losses of a record, whatever x is. */
struct metrics {
    double loss[STEPS_MAX];
    size_t count, next;
};

static double evaluate_metrics(void *data, const double *x, size_t n,
                               double *g)
{
    struct metrics *metrics = data;
    size_t k = metrics->next++;

    (void)x;
    memset(g, 0, n * sizeof *g);
    return metrics->loss[k < metrics->count ? k : metrics->count - 1];
}

/*
 * Run the spec to its end.
 *
 *   spec      in  freed
 *   metrics   in  the losses that its objective is to have; NULL: its own
 */
static void run_spec(cJSON *spec, struct metrics *metrics,
                     struct trace *ret_trace)
{
    char *text = cJSON_PrintUnformatted(spec);
    struct arena arena;
    struct faults faults;
    struct json_flaw flaw;
    struct spec read;
    struct run_result result;
    struct run run;

    arena_init(&arena, 0);
    faults_init(&faults, &arena);
    if (spec_read(&arena, text, strlen(text), &faults, &flaw, &read) != OK)
        fail_msg("%s: %s: %s", text, faults.items[0].pointer,
                 faults.items[0].detail);
    if (metrics != NULL) {
        read.objective.evaluate = evaluate_metrics;
        read.objective.data = metrics;
    }
    *ret_trace = (struct trace){.n = read.objective.n};
    run = spec_run(&read);
    run.observe = record;
    run.observer = ret_trace;
    assert_int_equal(run_minimize(&run, &arena, &result), OK);
    arena_fini(&arena);
    cJSON_free(text);
    cJSON_Delete(spec);
}

static cJSON *spec_new(const char *objective, const cJSON *start,
                       const char *rule, double rate, cJSON *schedule,
                       double steps)
{
    cJSON *spec = cJSON_CreateObject(), *optimizer, *stop;

    cJSON_AddItemToObject(spec, "objective", cJSON_Parse(objective));
    cJSON_AddItemToObject(spec, "start",
                          start != NULL ? cJSON_Duplicate(start, true)
                                        : cJSON_Parse("[0]"));
    optimizer = cJSON_AddObjectToObject(spec, "optimizer");
    cJSON_AddStringToObject(optimizer, "type", rule);
    cJSON_AddNumberToObject(optimizer, "learning_rate", rate);
    cJSON_AddItemToObject(optimizer, "schedule", schedule);
    stop = cJSON_AddObjectToObject(spec, "stop");
    cJSON_AddNumberToObject(stop, "max_iterations", steps);
    return spec;
}

/* ---- comparing --------------------------------------------------------- */

/* How the records of one of their schedules fared. */
struct tally {
    const char *theirs, *ours;
    unsigned records;
    double worst;              /* |rate - lr| / base */
};

static struct tally *tally_of(struct tally *tallies, const char *theirs)
{
    for (size_t i = 0; i < NAMES_MAX; i++) {
        if (tallies[i].theirs == NULL)
            tallies[i].theirs = theirs;
        if (strcmp(tallies[i].theirs, theirs) == 0)
            return &tallies[i];
    }
    fail_msg("more than %d schedules", NAMES_MAX);
    return NULL;
}

static void print_tallies(const char *file, const struct tally *tallies)
{
    for (size_t i = 0; i < NAMES_MAX && tallies[i].theirs != NULL; i++)
        printf("# %s: %-27s = %-17s %u of %u passed, worst %.1e of the base\n",
               file, tallies[i].theirs, tallies[i].ours, tallies[i].records,
               tallies[i].records, tallies[i].worst);
}

static double tolerance_of(const cJSON *record)
{
    const cJSON *check = find(record, "check");

    return TOLERANCE + (check != NULL ? truth_number(item(check, "rel")) : 0);
}

static void compare_rates(const struct trace *trace, const cJSON *record,
                          double base, struct tally *tally)
{
    double lr[STEPS_MAX], tolerance = tolerance_of(record);
    unsigned count = truth_numbers(item(record, "lr"), lr, STEPS_MAX);

    assert_int_equal(trace->count, count + 1);
    for (unsigned k = 0; k < count; k++) {
        double error = fabs(trace->rate[k + 1] - lr[k]) / base;

        tally->worst = fmax(tally->worst, error);
        if (!(error <= tolerance))
            fail_msg("%s: lr[%u] = %.17g, not %.17g",
                     item(record, "schedule")->valuestring, k,
                     trace->rate[k + 1], lr[k]);
    }
    tally->records++;
}

/* The greatest rate, as which ours take learning_rate. */
static double base_of(const cJSON *record)
{
    const cJSON *params = item(record, "params");
    static const char *const names[] = {
        "warmup_target", "max_lr", "initial_learning_rate"};

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (find(params, names[i]) != NULL)
            return truth_number(find(params, names[i]));
    return find(record, "base_lr") != NULL
               ? truth_number(find(record, "base_lr")) : 0.1;
}

static void compare_record(const cJSON *record, struct tally *tallies)
{
    const char *theirs = item(record, "schedule")->valuestring;
    const cJSON *losses = find(record, "metrics");
    struct tally *tally = tally_of(tallies, theirs);
    double base = base_of(record);
    struct metrics metrics = {{0}};
    struct trace trace;

    if (losses != NULL)
        metrics.count = truth_numbers(losses, metrics.loss, STEPS_MAX);
    run_spec(spec_new("{\"type\": \"polynomial\", \"coefficients\": [0, 1]}",
                      NULL, "gradient_descent", base,
                      schedule_for(theirs, item(record, "params")),
                      cJSON_GetArraySize(item(record, "lr"))),
             losses != NULL ? &metrics : NULL, &trace);
    compare_rates(&trace, record, base, tally);
    tally->ours = find(item(record, "params"), "warmup_steps") != NULL
                      ? "cosine, warmup" : translation_of(theirs)->ours;
}

static void compare_file(const char *path, const char *file, int records)
{
    cJSON *truth = truth_read(path);
    struct tally tallies[NAMES_MAX] = {{0}};
    const cJSON *one;

    if (truth == NULL)
        return;
    assert_int_equal(cJSON_GetArraySize(item(truth, "schedules")), records);
    cJSON_ArrayForEach(one, item(truth, "schedules"))
        compare_record(one, tallies);
    print_tallies(file, tallies);
    cJSON_Delete(truth);
}

static void every_rate_is_pytorchs(void **unused)
{
    (void)unused;
    compare_file("schedulers/torch_lr_schedulers.json", "torch_lr_schedulers",
                 23);
    printf("# torch_lr_schedulers: left out: the momentum that OneCycleLR "
           "cycles; a schedule moves the rate only\n");
}

static void every_rate_is_keras(void **unused)
{
    (void)unused;
    compare_file("trajectories/keras_optim.json", "keras_optim.schedules", 8);
}

/* ---- whole runs -------------------------------------------------------- */

/* Their words for the rules of these records. */
static const char *const rules[][2] = {
    {"SGD", "sgd"}, {"Adam", "adam"}, {"RMSprop", "rmsprop"},
};

static const char *const objectives[][2] = {
    {"poly1", "{\"type\": \"polynomial\", \"coefficients\": [3, -12, 6]}"},
    {"quad2", "{\"type\": \"quadratic\", \"A\": [[12, 0], [0, 18]], "
              "\"b\": [-12, -14], \"c\": 3}"},
};

static const char *ours_of(const char *const (*table)[2], size_t rows,
                           const char *theirs)
{
    for (size_t i = 0; i < rows; i++)
        if (strcmp(table[i][0], theirs) == 0)
            return table[i][1];
    fail_msg("no word of ours is known for %s", theirs);
    return NULL;
}

/* PyTorch's own iterates are up to check.rel from exact arithmetic; rounding
 * of 50 steps of a contraction, in our order, adds as much again. */
#define X_TOLERANCE 1e-13

static void compare_iterates(const struct trace *trace, const cJSON *run)
{
    size_t k = 0;
    const cJSON *row;

    cJSON_ArrayForEach(row, item(run, "x")) {
        double x[N_MAX];
        unsigned n = truth_numbers(row, x, N_MAX);

        assert_int_equal(n, trace->n);
        for (unsigned i = 0; i < n; i++)
            if (!(fabs(trace->x[k][i] - x[i])
                  <= X_TOLERANCE * fmax(1, fabs(x[i]))))
                fail_msg("%s: x[%zu] = %.17g, not %.17g",
                         item(run, "id")->valuestring, k, trace->x[k][i],
                         x[i]);
        k++;
    }
    assert_int_equal(k, trace->count);
}

static void every_scheduled_trajectory_is_pytorchs(void **unused)
{
    cJSON *truth = truth_read("schedulers/torch_lr_schedulers.json"), *spec;
    struct tally tally = {0};
    struct trace trace;
    const cJSON *run;
    (void)unused;

    if (truth == NULL)
        return;
    cJSON_ArrayForEach(run, item(truth, "trajectories")) {
        const cJSON *params = item(run, "params");
        double rate = truth_number(item(params, "lr"));

        spec = spec_new(ours_of(objectives, 2,
                                item(run, "function")->valuestring),
                        item(run, "x0"),
                        ours_of(rules, 3, item(run, "optimizer")->valuestring),
                        rate,
                        schedule_for(item(run, "schedule")->valuestring,
                                     item(run, "schedule_params")),
                        truth_number(item(run, "steps")));
        if (find(params, "momentum") != NULL)
            cJSON_AddNumberToObject(
                cJSON_GetObjectItemCaseSensitive(spec, "optimizer"),
                "momentum", truth_number(find(params, "momentum")));
        run_spec(spec, NULL, &trace);
        compare_rates(&trace, run, rate, &tally);
        compare_iterates(&trace, run);
    }
    assert_int_equal(tally.records, 8);
    printf("# torch_lr_schedulers: trajectories: %u of %u passed, worst rate "
           "%.1e of the base\n", tally.records, tally.records, tally.worst);
    cJSON_Delete(truth);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_rate_is_pytorchs),
        cmocka_unit_test(every_rate_is_keras),
        cmocka_unit_test(every_scheduled_trajectory_is_pytorchs),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
