/*
 * test_rules.c - every first-order rule against PyTorch, Keras and authors.
 *
 * Each record of the reference trajectories becomes a job spec, written out as
 * JSON and read as any job's; the run is compared step by step. A record
 * without a rule of ours, or with a parameter that we do not have, fails.
 */
#include "tests/unit/cmocka_all.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "server/jobs/spec.h"
#include "tests/unit/truth_folder.h"

enum { STEPS_MAX = 50, DIMENSION = 2, NAMES_MAX = 32 };

/* ---- what a file of records looks like --------------------------------- */

/* One file, and what it calls things. */
struct source {
    const char *path, *dialect;
    const char *iterates;      /* [steps + 1] */
    const char *average;       /* after the last step; not in every record */
    const char *all;           /* every parameter; NULL: not in the file */
    double tolerance;          /* of records that name none */
    const char *why;           /* ... and why they name none */
};

static const struct source torch = {
    .path = "trajectories/torch_optim.json", .dialect = "torch",
    .iterates = "x", .average = "ax_final", .all = "effective_params",
};
static const struct source keras = {
    .path = "trajectories/keras_optim.json", .dialect = "keras",
    .iterates = "x", .average = "ema_final", .all = "effective_params",
    .tolerance = 1e-10, .why = "Keras' word alone",
};
static const struct source authors = {
    .path = "trajectories/authors_optim.json", .dialect = "paper",
    .iterates = "y", .average = "x_eval_final",
    .tolerance = 1e-12, .why = "the authors' own check, if any, "
                               "is at 3e-16",
};

static const struct {
    const char *theirs, *ours;
} rules[] = {
    {"SGD", "sgd"}, {"ASGD", "asgd"}, {"Rprop", "rprop"},
    {"Adagrad", "adagrad"}, {"Adadelta", "adadelta"}, {"RMSprop", "rmsprop"},
    {"Adam", "adam"}, {"AdamW", "adamw"}, {"Adamax", "adamax"},
    {"NAdam", "nadam"}, {"Nadam", "nadam"}, {"RAdam", "radam"},
    {"Lion", "lion"}, {"Ftrl", "ftrl"}, {"Lamb", "lamb"},
    {"Adafactor", "adafactor"}, {"SGDScheduleFree", "schedule_free_sgd"},
    {"AdamWScheduleFree", "schedule_free_adamw"},
    {"RAdamScheduleFree", "schedule_free_radam"}, {"Prodigy", "prodigy"},
};

/* Parameters that have another name with us; pairs become two. A name that
 * two rules use differently stands with the rule it means. NULL: the rule
 * takes no other value than the one that the records have. */
static const struct {
    const char *theirs, *ours[2], *rule;
} names[] = {
    {"lr", {"learning_rate"}, NULL},
    {"eps", {"epsilon"}, NULL},
    {"rho", {"decay"}, NULL},
    {"alpha", {"alpha"}, "asgd"},
    {"alpha", {"decay"}, NULL},
    {"lambd", {"lambda"}, NULL},
    {"betas", {"beta1", "beta2"}, NULL},
    {"etas", {"eta_minus", "eta_plus"}, NULL},
    {"step_sizes", {"step_min", "step_max"}, NULL},
    {"initial_accumulator_value", {"initial_accumulator"}, NULL},
    {"beta_1", {"beta1"}, NULL},
    {"beta_2", {"beta2"}, NULL},
    {"clipnorm", {"clip_norm"}, NULL},
    {"clipvalue", {"clip_value"}, NULL},
    {"ema_momentum", {"ema_decay"}, NULL},
    {"l1_regularization_strength", {"l1_strength"}, NULL},
    {"l2_regularization_strength", {"l2_strength"}, NULL},
    {"l2_shrinkage_regularization_strength", {"l2_shrinkage"}, NULL},
    {"beta_2_decay", {"beta2_decay"}, NULL},
    {"epsilon_1", {"epsilon1"}, NULL},
    {"epsilon_2", {"epsilon2"}, NULL},
    {"relative_step", {NULL}, NULL},   /* has no effect in Keras */
    {"name", {NULL}, NULL},
    {"use_ema", {NULL}, NULL},         /* says whether ema_momentum counts */
};

#define EXPRESSION(text, variables)                                           \
    "{\"type\":\"expression\",\"expression\":\"" text "\","                   \
    "\"variables\":[" variables "]}"

/* The reference functions in every form that we have, last as the formula that
 * the files have. */
static const struct {
    const char *id, *objective;
} problems[] = {
    {"poly1", "{\"type\":\"polynomial\",\"coefficients\":[3,-12,6]}"},
    {"seed001", "{\"type\":\"polynomial\",\"coefficients\":[8,-4,0.5]}"},
    {"seed002", "{\"type\":\"polynomial\",\"coefficients\":[0,0,0.5]}"},
    {"quad2", "{\"type\":\"quadratic\",\"A\":[[12,0],[0,18]],"
              "\"b\":[-12,-14],\"c\":3}"},
    {"quad2", "{\"type\":\"polynomial\",\"variables\":[\"x\",\"y\"],\"terms\":"
              "[{\"coefficient\":6,\"powers\":{\"x\":2}},"
              "{\"coefficient\":9,\"powers\":{\"y\":2}},"
              "{\"coefficient\":-12,\"powers\":{\"x\":1}},"
              "{\"coefficient\":-14,\"powers\":{\"y\":1}},"
              "{\"coefficient\":3}]}"},
    {"rosen2", "{\"type\":\"function\",\"name\":\"rosenbrock\","
               "\"dimension\":2}"},
    {"poly1", EXPRESSION("6*x1^2-12*x1+3", "\"x1\"")},
    {"seed001", EXPRESSION("0.5*(x1-4)^2", "\"x1\"")},
    {"seed002", EXPRESSION("0.5*x1^2", "\"x1\"")},
    {"quad2", EXPRESSION("6*x1^2+9*x2^2-12*x1-14*x2+3",
                         "\"x1\",\"x2\"")},
    {"rosen2", EXPRESSION("100*(x2-x1^2)^2+(1-x1)^2", "\"x1\",\"x2\"")},
};

static const cJSON *maybe(const cJSON *object, const char *name)
{
    return cJSON_GetObjectItemCaseSensitive(object, name);
}

static const cJSON *item(const cJSON *object, const char *name)
{
    const cJSON *found = maybe(object, name);

    if (found == NULL)
        fail_msg("the record has no member %s", name);
    return found;
}

static const char *rule_of(const char *theirs)
{
    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++)
        if (strcmp(rules[i].theirs, theirs) == 0)
            return rules[i].ours;
    fail_msg("no rule of ours is %s", theirs);
    return NULL;
}

/* ---- from a record to a spec ------------------------------------------- */

static void add_parameter(cJSON *optimizer, const cJSON *parameter,
                          const char *rule)
{
    const char *const same[2] = {parameter->string}, *const *ours = same;

    if (cJSON_IsNull(parameter))
        return;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(names[i].theirs, parameter->string) == 0
            && (names[i].rule == NULL || strcmp(names[i].rule, rule) == 0)) {
            ours = names[i].ours;
            break;
        }
    for (int i = 0; i < 2 && ours[i] != NULL; i++) {
        const cJSON *value = cJSON_IsArray(parameter)
                                 ? cJSON_GetArrayItem(parameter, i)
                                 : parameter;

        cJSON_AddItemToObject(optimizer, ours[i],
                              cJSON_Duplicate(value, true));
    }
}

/* `given` holds the parameters: all, or those that differ from the peer's
 * defaults, and then ours must be the same. */
static char *spec_text(const struct source *source, const cJSON *record,
                       const cJSON *given, const char *objective)
{
    const char *rule = rule_of(item(record, "optimizer")->valuestring);
    bool averages = cJSON_IsTrue(maybe(given, "use_ema"));
    cJSON *spec = cJSON_CreateObject(), *optimizer, *stop;
    char *text;

    cJSON_AddItemToObject(spec, "objective", cJSON_Parse(objective));
    cJSON_AddItemToObject(spec, "start",
                          cJSON_Duplicate(item(record, "x0"), true));
    optimizer = cJSON_AddObjectToObject(spec, "optimizer");
    cJSON_AddStringToObject(optimizer, "type", rule);
    cJSON_AddStringToObject(optimizer, "dialect", source->dialect);
    for (const cJSON *p = given->child; p != NULL; p = p->next)
        if (strcmp(p->string, "ema_momentum") != 0 || averages)
            add_parameter(optimizer, p, rule);
    stop = cJSON_AddObjectToObject(spec, "stop");
    cJSON_AddItemToObject(stop, "max_iterations",
                          cJSON_Duplicate(item(record, "steps"), true));
    cJSON_AddNumberToObject(stop, "divergence_loss", 1e308);
    text = cJSON_PrintUnformatted(spec);
    assert_non_null(text);
    cJSON_Delete(spec);
    return text;
}

/* ---- running and comparing --------------------------------------------- */

struct walk {
    double x[STEPS_MAX + 1][DIMENSION], average[DIMENSION];
    size_t n, count;
    bool has_average;
};

static enum reason observe(void *self, const struct iteration *it,
                           enum reason reason)
{
    struct walk *walk = self;

    assert_true(walk->count <= STEPS_MAX);
    memcpy(walk->x[walk->count++], it->x, walk->n * sizeof *it->x);
    return reason;
}

/* Run a spec as a job would. */
static struct walk run_spec(const char *id, const char *text)
{
    struct walk walk = {0};
    struct faults faults;
    struct json_flaw flaw;
    struct run_result result;
    struct arena arena;
    struct spec spec;
    struct run run;

    arena_init(&arena, 0);
    faults_init(&faults, &arena);
    if (spec_read(&arena, text, strlen(text), &faults, &flaw, &spec) != OK)
        fail_msg("%s: %s: %s in %s", id,
                 faults.total > 0 ? faults.items[0].pointer : "the text",
                 faults.total > 0 ? faults.items[0].detail : flaw.detail,
                 text);
    run = spec_run(&spec);
    run.observe = observe;
    run.observer = &walk;
    walk.n = spec.objective.n;
    assert_true(walk.n <= DIMENSION);
    assert_int_equal(run_minimize(&run, &arena, &result), OK);
    assert_int_equal(result.reason, REASON_MAX_ITERATIONS);
    if (result.average != NULL) {
        walk.has_average = true;
        memcpy(walk.average, result.average, walk.n * sizeof *result.average);
    }
    arena_fini(&arena);
    return walk;
}

/* |x - right| <= tolerance * max(1, |right|), in every coordinate. */
static void compare(const char *id, const char *what, size_t step,
                    const double *x, const cJSON *row, double tolerance)
{
    double right[DIMENSION];
    unsigned n = truth_numbers(row, right, DIMENSION);

    for (unsigned i = 0; i < n; i++)
        if (!(fabs(x[i] - right[i]) <= tolerance * fmax(1, fabs(right[i]))))
            fail_msg("%s: %s %zu is %.17g, not %.17g", id, what, step, x[i],
                     right[i]);
}

/* The record's own tolerance, or the file's. */
static double tolerance_of(const struct source *source, const cJSON *record)
{
    const cJSON *tolerance = maybe(maybe(record, "check"), "tol");

    if (tolerance != NULL)
        return truth_number(tolerance);
    assert_true(source->tolerance > 0);
    return source->tolerance;
}

/* Run one record on one form of its function, and compare. */
static void run_form(const struct source *source, const cJSON *record,
                     const cJSON *given, const char *objective)
{
    const char *id = item(record, "id")->valuestring;
    const cJSON *average = maybe(record, source->average);
    double tolerance = tolerance_of(source, record);
    char *text = spec_text(source, record, given, objective);
    struct walk walk = run_spec(id, text);
    size_t k = 0;

    free(text);
    for (const cJSON *row = item(record, source->iterates)->child;
         row != NULL; row = row->next, k++)
        compare(id, "iterate", k, walk.x[k], row, tolerance);
    assert_int_equal(k, walk.count);
    if (average != NULL) /* Prodigy averages nothing: its last iterate */
        compare(id, "average of", k - 1,
                walk.has_average ? walk.average : walk.x[k - 1], average,
                tolerance);
}

static void run_record(const struct source *source, const cJSON *record)
{
    const char *function = item(record, "function")->valuestring;
    bool known = false;

    for (size_t i = 0; i < sizeof problems / sizeof *problems; i++) {
        if (strcmp(problems[i].id, function) != 0)
            continue;
        run_form(source, record, item(record, "params"),
                 problems[i].objective);
        if (source->all != NULL)
            run_form(source, record, item(record, source->all),
                     problems[i].objective);
        known = true;
    }
    if (!known)
        fail_msg("%s: no such function here",
                 item(record, "id")->valuestring);
}

/* ---- the files --------------------------------------------------------- */

/* How the records of one optimizer fared. */
struct tally {
    const char *name;
    unsigned records, passed, left_out, without_tolerance;
};

static struct tally *tally_of(struct tally *tallies, const char *name)
{
    for (size_t i = 0; i < NAMES_MAX; i++) {
        if (tallies[i].name == NULL)
            tallies[i].name = name;
        if (strcmp(tallies[i].name, name) == 0)
            return &tallies[i];
    }
    fail_msg("more than %d optimizers", NAMES_MAX);
    return NULL;
}

static void print_tally(const struct source *source, const struct tally *t)
{
    if (t->left_out > 0) {
        printf("# %s: %s: %u records left out: marked do_not_match\n",
               source->path, t->name, t->left_out);
        return;
    }
    printf("# %s: %s (%s): %u of %u records passed", source->path,
           rule_of(t->name), source->dialect, t->passed, t->records);
    if (t->without_tolerance > 0)
        printf(", %u at %g, as they name no tolerance: %s",
               t->without_tolerance, source->tolerance, source->why);
    printf("\n");
}

static void follow(const struct source *source, unsigned expected)
{
    cJSON *truth = truth_read(source->path);
    struct tally tallies[NAMES_MAX] = {0};
    unsigned passed = 0;

    if (truth == NULL)
        return;
    for (const cJSON *r = item(truth, "trajectories")->child; r != NULL;
         r = r->next) {
        struct tally *t = tally_of(tallies,
                                   item(r, "optimizer")->valuestring);

        t->records++;
        if (maybe(r, "do_not_match") != NULL) {
            t->left_out++;
            continue;
        }
        run_record(source, r);
        t->without_tolerance += maybe(maybe(r, "check"), "tol") == NULL;
        t->passed++;
        passed++;
    }
    for (size_t i = 0; i < NAMES_MAX && tallies[i].name != NULL; i++)
        print_tally(source, &tallies[i]);
    assert_int_equal(passed, expected);
    cJSON_Delete(truth);
}

static void pytorchs_rules_walk_pytorchs_paths(void **unused)
{
    (void)unused;
    follow(&torch, 138);
}

static void keras_rules_walk_keras_paths(void **unused)
{
    (void)unused;
    follow(&keras, 40);
}

static void the_authors_rules_walk_their_paths(void **unused)
{
    (void)unused;
    follow(&authors, 10);
}

/* The corrected rule is another one: the records of PyTorch's bug must not
 * fit. */
static void nadam_does_not_have_pytorchs_bug(void **unused)
{
    cJSON *truth = truth_read(torch.path);
    unsigned found = 0;
    (void)unused;

    if (truth == NULL)
        return;
    for (const cJSON *r = item(truth, "trajectories")->child; r != NULL;
         r = r->next) {
        static const char text[] =
            "{\"objective\":{\"type\":\"polynomial\","
            "\"coefficients\":[3,-12,6]},\"start\":[-0.9],"
            "\"optimizer\":{\"type\":\"nadam\",\"learning_rate\":0.1},"
            "\"stop\":{\"max_iterations\":50}}";
        struct walk walk;
        double last;

        if (strcmp(item(r, "id")->valuestring, "poly1/NAdam-bug/138") != 0)
            continue;
        walk = run_spec("nadam", text);
        truth_numbers(cJSON_GetArrayItem(item(r, "x"), 20), &last, 1);
        assert_true(fabs(walk.x[20][0] - last) > 1e-4);
        found++;
    }
    assert_int_equal(found, 1);
    cJSON_Delete(truth);
}

/* The momentum example: from 1 on x^2/2 at rate 0.1 and momentum 0.9 the first
 * steps are 0.1 and 0.18. At a constant rate PyTorch's dialect walks the same
 * path. Ten steps of numbers of size 1: some 1e-15. */
static void the_momentum_example_steps_0_1_and_0_18(void **unused)
{
    static const char *const dialects[] = {"keras", "torch"};
    cJSON *truth = truth_read(keras.path);
    const cJSON *right;
    (void)unused;

    if (truth == NULL)
        return;
    right = item(item(truth, "seed002_example"), "float64");
    for (size_t d = 0; d < 2; d++) {
        double x[STEPS_MAX], move[STEPS_MAX];
        unsigned count = truth_numbers(item(right, "var"), x, STEPS_MAX);
        struct walk walk;
        char text[512];

        snprintf(text, sizeof text,
                 "{\"objective\":%s,\"start\":[1],\"optimizer\":{\"type\":"
                 "\"sgd\",\"dialect\":\"%s\",\"learning_rate\":0.1,"
                 "\"momentum\":0.9},\"stop\":{\"max_iterations\":%u}}",
                 problems[2].objective, dialects[d], count - 1);
        walk = run_spec("seed002_example", text);
        assert_int_equal(walk.count, count);
        truth_numbers(item(right, "step"), move, STEPS_MAX);
        for (unsigned k = 0; k < count; k++)
            assert_true(fabs(walk.x[k][0] - x[k]) <= 2e-15);
        for (unsigned k = 0; k + 1 < count; k++)
            assert_true(fabs(walk.x[k][0] - walk.x[k + 1][0] - move[k])
                        <= 2e-15);
        assert_true(fabs(1 - walk.x[1][0] - 0.1) <= 2e-15);
        assert_true(fabs(walk.x[1][0] - walk.x[2][0] - 0.18) <= 2e-15);
    }
    printf("# %s: seed002_example (keras, torch) passed\n", keras.path);
    cJSON_Delete(truth);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pytorchs_rules_walk_pytorchs_paths),
        cmocka_unit_test(keras_rules_walk_keras_paths),
        cmocka_unit_test(the_authors_rules_walk_their_paths),
        cmocka_unit_test(nadam_does_not_have_pytorchs_bug),
        cmocka_unit_test(the_momentum_example_steps_0_1_and_0_18),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
