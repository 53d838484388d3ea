/*
 * test_nelder_mead.c - nelder_mead from every start of scipy/minimize.json
 * whose function is in our catalogue, as a job.
 *
 * It is to come to a loss not worse than the best of SciPy's methods by more
 * than 1e-8 (relative where that is above 1) from nine starts in ten; where
 * those methods end in different valleys, the best is sometimes luck. The
 * misses are printed.
 *
 * The truth folder names functions in its own way. Ours is the one that has
 * its values at its samples.
 */
#include "tests/unit/cmocka_all.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "core/function/function.h"
#include "tests/unit/reading.h"
#include "tests/unit/truth_folder.h"

enum { DIMENSION = 12, TEXT_BYTES = 1024 };

static const cJSON *member(const cJSON *object, const char *name)
{
    const cJSON *found = cJSON_GetObjectItemCaseSensitive(object, name);

    if (found == NULL)
        fail_msg("the record has no member %s", name);
    return found;
}

static struct reading *read_job(const char *function, const cJSON *x0)
{
    char text[TEXT_BYTES];
    double x[DIMENSION];
    unsigned n = truth_numbers(x0, x, DIMENSION);
    int at = snprintf(text, sizeof text,
                      "{\"objective\":{\"type\":\"function\",\"name\":\"%s\","
                      "\"dimension\":%u},\"optimizer\":{\"type\":"
                      "\"nelder_mead\"},\"stop\":{\"max_iterations\":20000},"
                      "\"start\":[", function, n);

    for (unsigned i = 0; i < n; i++)
        at += snprintf(text + at, sizeof text - (size_t)at, "%s%.17g",
                       i > 0 ? "," : "", x[i]);
    at += snprintf(text + at, sizeof text - (size_t)at, "]}");
    return reading_of(text, (size_t)at);
}

static bool has_value(const struct objective *o, const cJSON *at,
                      const cJSON *f)
{
    double x[DIMENSION], value, exact = truth_number(f);

    truth_numbers(at, x, DIMENSION);
    value = o->evaluate(o->data, x, o->n, NULL);
    return fabs(value - exact) <= 1e-9 * fmax(1, fabs(exact));
}

static bool is_function(const struct objective *o, const cJSON *row)
{
    const cJSON *sample;

    cJSON_ArrayForEach(sample, member(row, "samples"))
        if (!has_value(o, member(sample, "x"), member(sample, "f")))
            return false;
    return true;
}

/* The record of a function in named.json or mgh.json. */
static const cJSON *find_row(const cJSON *const files[2], const char *id)
{
    const cJSON *row;

    for (size_t i = 0; i < 2; i++)
        cJSON_ArrayForEach(row, member(files[i], "functions"))
            if (strcmp(member(row, "id")->valuestring, id) == 0)
                return row;
    fail_msg("there is no function %s", id);
    return NULL;
}

/* The run as a job on our function, or NULL. */
static struct reading *job_of(const cJSON *run, const cJSON *row)
{
    for (size_t i = 0; functions[i] != NULL; i++) {
        struct reading *r = read_job(functions[i]->name, member(run, "x0"));

        if (r->error == OK && is_function(&r->spec.objective, row))
            return r;
        reading_free(r);
    }
    return NULL;
}

/* Whether the job comes to SciPy's best. */
static bool reaches(struct reading *job, const cJSON *run)
{
    double best = truth_number(member(run, "best_f"));
    struct run what = spec_run(&job->spec);
    struct run_result result;

    assert_int_equal(run_minimize(&what, &job->arena, &result), OK);
    if (result.best.loss - best <= 1e-8 * fmax(1, fabs(best)))
        return true;
    printf("# minimize.json: nelder_mead misses %s: %.10g, SciPy's best "
           "%.10g (%s after %llu)\n", member(run, "id")->valuestring,
           result.best.loss, best, reason_texts[result.reason].name,
           (unsigned long long)result.iterations);
    return false;
}

static void nelder_mead_reaches_scipys_best(void **unused)
{
    cJSON *truth = truth_read("scipy/minimize.json");
    cJSON *named = truth_read("functions/named.json");
    cJSON *mgh = truth_read("functions/mgh.json");
    const cJSON *const files[2] = {named, mgh};
    unsigned starts = 0, reached = 0;
    const cJSON *run;
    (void)unused;

    if (truth == NULL || named == NULL || mgh == NULL)
        return;
    cJSON_ArrayForEach(run, member(truth, "runs")) {
        const char *id = member(run, "function")->valuestring;
        struct reading *job = job_of(run, find_row(files, id));

        if (job == NULL) {
            printf("# minimize.json: %s is not in the catalogue\n",
                   member(run, "id")->valuestring);
            continue;
        }
        starts++;
        reached += reaches(job, run);
        reading_free(job);
    }
    printf("# minimize.json: nelder_mead reaches SciPy's best from %u of %u "
           "starts\n", reached, starts);
    assert_true(starts > 0 && 10 * reached >= 9 * starts);
    cJSON_Delete(truth);
    cJSON_Delete(named);
    cJSON_Delete(mgh);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nelder_mead_reaches_scipys_best),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
