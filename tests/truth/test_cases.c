/*
 * test_cases.c - specs that users of such software reported elsewhere, from
 * JSON spec to JSON result as `descentd solve` makes it: each must end as it is
 * right, or say that it has not converged where that is allowed.
 *
 * ../shared/cases/cases.json has them: its "about" says how an expectation is
 * judged, and each case says why it is right.
 */
#include "tests/unit/cmocka_all.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "tests/unit/reading.h"
#include "tests/unit/truth_folder.h"

#define X_TOLERANCE 1e-4    /* of max(1, |x|) */
#define X_SMALL 1e-3        /* below it: of |x| */
#define LOSS_TOLERANCE 1e-6 /* of max(1, |loss|), unless the case says */
#define ERROR_TOLERANCE 1e-6 /* of standard errors, which have 8 digits */

/* Cases that still end wrong, and why: one that ends right must leave. */
static const struct {
    const char *id, *why;
} open[] = {
    {NULL, NULL},
};

/* What is wrong with a result; the first thing found. */
struct verdict {
    bool wrong;
    char text[200];
};

static void find_wrong(struct verdict *v, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void find_wrong(struct verdict *v, const char *format, ...)
{
    va_list arguments;

    if (v->wrong)
        return;
    v->wrong = true;
    va_start(arguments, format);
    vsnprintf(v->text, sizeof v->text, format, arguments);
    va_end(arguments);
}

/* A number of the result; null is NaN. */
static double number_of(const cJSON *object, const char *member)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, member);

    return cJSON_IsNumber(item) ? item->valuedouble : NAN;
}

static const char *text_of(const cJSON *object, const char *member)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, member);

    assert_true(cJSON_IsString(item));
    return item->valuestring;
}

/* ---- expectations ------------------------------------------------------ */

static void judge_x(struct verdict *v, const cJSON *result,
                    const cJSON *expect, const cJSON *wanted)
{
    const cJSON *x = cJSON_GetObjectItemCaseSensitive(result, "x");
    const cJSON *value = x->child;

    (void)expect;
    assert_int_equal(cJSON_GetArraySize(x), cJSON_GetArraySize(wanted));
    for (const cJSON *c = wanted->child; c; c = c->next, value = value->next) {
        double size = fabs(c->valuedouble);
        double scale = size > 0 && size < X_SMALL ? size : fmax(1, size);

        if (!(fabs(value->valuedouble - c->valuedouble)
              <= X_TOLERANCE * scale) || !cJSON_IsNumber(value))
            find_wrong(v, "x has %.9g in the place of %.9g",
                       cJSON_IsNumber(value) ? value->valuedouble : NAN,
                       c->valuedouble);
    }
}

static bool is_near(double value, double wanted, const cJSON *expect)
{
    double tolerance = number_of(expect, "tol");

    if (isnan(tolerance))
        tolerance = LOSS_TOLERANCE;
    return fabs(value - wanted) <= tolerance * fmax(1, fabs(wanted));
}

static void judge_loss(struct verdict *v, const cJSON *result,
                       const cJSON *expect, const cJSON *wanted)
{
    double loss = number_of(result, "loss");

    if (!is_near(loss, wanted->valuedouble, expect))
        find_wrong(v, "the loss is %.9g, not %.9g", loss,
                   wanted->valuedouble);
}

static void judge_loss_at_most(struct verdict *v, const cJSON *result,
                               const cJSON *expect, const cJSON *wanted)
{
    double loss = number_of(result, "loss");

    (void)expect;
    if (!(loss <= wanted->valuedouble))
        find_wrong(v, "the loss is %.9g, above %.9g", loss,
                   wanted->valuedouble);
}

static void judge_loss_in(struct verdict *v, const cJSON *result,
                          const cJSON *expect, const cJSON *wanted)
{
    double loss = number_of(result, "loss");

    for (const cJSON *c = wanted->child; c; c = c->next)
        if (is_near(loss, c->valuedouble, expect))
            return;
    find_wrong(v, "the loss is %.9g, none of those that are right", loss);
}

static void judge_word(struct verdict *v, const cJSON *result,
                       const cJSON *expect, const cJSON *wanted)
{
    const cJSON *outcome = cJSON_GetObjectItemCaseSensitive(result, "outcome");
    const char *word = text_of(outcome, wanted->string);

    (void)expect;
    if (strcmp(word, wanted->valuestring) != 0)
        find_wrong(v, "the %s is %s, not %s", wanted->string, word,
                   wanted->valuestring);
}

static void judge_df(struct verdict *v, const cJSON *result,
                     const cJSON *expect, const cJSON *wanted)
{
    double df = number_of(result, "degrees_of_freedom");

    (void)expect;
    if (!(df == wanted->valuedouble))
        find_wrong(v, "%g degrees of freedom, not %g", df,
                   wanted->valuedouble);
}

static void judge_se(struct verdict *v, const cJSON *result,
                     const cJSON *expect, const cJSON *wanted)
{
    const cJSON *errors = cJSON_GetObjectItemCaseSensitive(result,
                                                           "standard_errors");

    (void)expect;
    for (const cJSON *c = wanted->child; c; c = c->next) {
        double error = number_of(errors, c->string);

        if (!(fabs(error - c->valuedouble)
              <= ERROR_TOLERANCE * c->valuedouble))
            find_wrong(v, "the standard error of %s is %.9g, not %.9g",
                       c->string, error, c->valuedouble);
    }
}

static void judge_se_not_zero(struct verdict *v, const cJSON *result,
                              const cJSON *expect, const cJSON *wanted)
{
    const cJSON *errors = cJSON_GetObjectItemCaseSensitive(result,
                                                           "standard_errors");

    (void)expect;
    for (const cJSON *c = wanted->child; c; c = c->next)
        if (number_of(errors, c->valuestring) == 0)
            find_wrong(v, "the standard error of %s is 0", c->valuestring);
}

static void judge_finite(struct verdict *v, const cJSON *result,
                         const cJSON *expect, const cJSON *wanted)
{
    const cJSON *x = cJSON_GetObjectItemCaseSensitive(result, "x");

    (void)expect, (void)wanted;
    if (isnan(number_of(result, "loss")))
        find_wrong(v, "the loss is not finite");
    for (const cJSON *value = x->child; value; value = value->next)
        if (!cJSON_IsNumber(value))
            find_wrong(v, "x is not finite");
}

/* Says how others are judged, and is nothing to judge. */
static void judge_nothing(struct verdict *v, const cJSON *result,
                          const cJSON *expect, const cJSON *wanted)
{
    (void)v, (void)result, (void)expect, (void)wanted;
}

static const struct {
    const char *member;
    void (*judge)(struct verdict *v, const cJSON *result, const cJSON *expect,
                  const cJSON *wanted);
} expectations[] = {
    {"x", judge_x},
    {"loss", judge_loss},
    {"loss_at_most", judge_loss_at_most},
    {"loss_in", judge_loss_in},
    {"class", judge_word},
    {"reason", judge_word},
    {"df", judge_df},
    {"se", judge_se},
    {"se_not_zero", judge_se_not_zero},
    {"finite", judge_finite},
    {"tol", judge_nothing},
    {"or_not_converged", judge_nothing},
};

enum { EXPECTATIONS = sizeof expectations / sizeof *expectations };

static void judge(struct verdict *v, const cJSON *result, const cJSON *expect)
{
    const cJSON *outcome = cJSON_GetObjectItemCaseSensitive(result, "outcome");
    size_t i;

    if (cJSON_HasObjectItem(expect, "or_not_converged")
        && strcmp(text_of(outcome, "class"), "converged") != 0)
        return;
    for (const cJSON *e = expect->child; e; e = e->next) {
        for (i = 0; i < EXPECTATIONS; i++)
            if (strcmp(e->string, expectations[i].member) == 0)
                break;
        if (i == EXPECTATIONS)
            fail_msg("nothing judges \"%s\"", e->string);
        expectations[i].judge(v, result, expect, e);
    }
}

/* ---- cases ------------------------------------------------------------- */

/* Run a case and print what came of it. */
static struct verdict verdict_of(const cJSON *c)
{
    const char *id = text_of(c, "id");
    char *spec = cJSON_PrintUnformatted(
        cJSON_GetObjectItemCaseSensitive(c, "spec"));
    struct reading *r = reading_of(spec, strlen(spec));
    struct verdict v = {0};

    if (r->error != OK) {
        find_wrong(&v, "refused: %s: %s", r->faults.items[0].pointer,
                   r->faults.items[0].detail);
        printf("# case %-40s %-5s %s\n", id, "wrong", v.text);
    } else {
        cJSON *result = reading_result(r);
        const cJSON *outcome = cJSON_GetObjectItemCaseSensitive(result,
                                                                "outcome");

        judge(&v, result, cJSON_GetObjectItemCaseSensitive(c, "expect"));
        printf("# case %-40s %-5s %s/%s at %g, loss %.9g%s%s\n", id,
               v.wrong ? "wrong" : "right", text_of(outcome, "class"),
               text_of(outcome, "reason"), number_of(result, "iterations"),
               number_of(result, "loss"), v.wrong ? ": " : "", v.text);
        cJSON_Delete(result);
    }
    reading_free(r);
    free(spec);
    return v;
}

static const char *why_open(const char *id)
{
    for (size_t i = 0; open[i].id; i++)
        if (strcmp(open[i].id, id) == 0)
            return open[i].why;
    return NULL;
}

static bool has_case(const cJSON *cases, const char *id)
{
    for (const cJSON *c = cases->child; c; c = c->next)
        if (strcmp(text_of(c, "id"), id) == 0)
            return true;
    return false;
}

static void reported_specs_end_right(void **unused)
{
    cJSON *file = truth_read_case("cases.json");
    const cJSON *cases;
    unsigned right = 0, count = 0, surprises = 0;

    (void)unused;
    if (!file)
        skip();
    cases = cJSON_GetObjectItemCaseSensitive(file, "cases");
    for (const cJSON *c = cases->child; c; c = c->next) {
        const char *id = text_of(c, "id"), *why = why_open(id);
        struct verdict v = verdict_of(c);

        count++;
        right += !v.wrong;
        if (v.wrong != (why != NULL)) {
            surprises++;
            print_error("%s %s\n", id, v.wrong
                ? "ends wrong" : "ends right: it leaves the table open[]");
        }
    }
    for (size_t i = 0; open[i].id; i++)
        if (!has_case(cases, open[i].id))
            fail_msg("there is no case %s: it leaves the table open[]",
                     open[i].id);
    printf("# cases: %u of %u end right\n", right, count);
    assert_true(count > 0);
    assert_int_equal(surprises, 0);
    cJSON_Delete(file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reported_specs_end_right),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
