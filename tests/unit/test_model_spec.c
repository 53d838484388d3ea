/* test_model_spec.c - models as specs have them: what is built, what runs,
 * what is refused. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "core/model/model.h"
#include "tests/unit/cmocka_all.h"
#include "tests/unit/reading.h"

#define WORDS                                                                 \
    "{\"columns\":{\"a\":[1,2,3,4,5,6,7,8],\"b\":[2,0,1,5,2,2,0,1],"          \
    "\"c\":[\"no\",\"yes\",\"no\",\"yes\",\"yes\",\"no\",\"yes\",\"no\"],"    \
    "\"n\":[0.5,1,2,3.5,-1,2,2,1],\"i\":[1,2,1,2,1,2,1,2],"                  \
    "\"k\":[\"x\",\"y\",\"z\",\"x\",\"y\",\"z\",\"x\",\"y\"]}}"
#define MODEL(members)                                                        \
    "{\"objective\":{\"type\":\"model\"," members "},"                        \
    "\"optimizer\":{\"type\":\"sgd\"}}"
#define OF(target, model)                                                     \
    "\"dataset\":" WORDS ",\"features\":[\"a\",\"b\"],\"target\":\"" target   \
    "\",\"model\":" model
#define LOGISTIC "{\"type\":\"logistic\"}"

/* ---- what is refused --------------------------------------------------- */

static const struct {
    const char *text, *pointer;
    enum fault_code code;
    const char *suggestion;
} refused[] = {
    {MODEL("\"model\":" LOGISTIC), "/objective/dataset", FAULT_REQUIRED, NULL},
    {MODEL("\"dataset\":\"iris\""), "/objective/model", FAULT_REQUIRED, NULL},
    {MODEL("\"dataset\":\"irsi\",\"model\":" LOGISTIC), "/objective/dataset",
     FAULT_UNKNOWN_NAME, "iris"},
    {MODEL("\"dataset\":" WORDS ",\"model\":" LOGISTIC), "/objective/target",
     FAULT_REQUIRED, NULL},
    {MODEL(OF("c", "{\"type\":\"logistc\"}")), "/objective/model/type",
     FAULT_UNKNOWN_NAME, "logistic"},
    {MODEL(OF("c", "{\"type\":\"logistic\",\"hidden\":[2]}")),
     "/objective/model/hidden", FAULT_UNKNOWN_MEMBER, NULL},
    {MODEL(OF("c", "{\"type\":\"mlp\",\"hidden\":[2,0.5]}")),
     "/objective/model/hidden/1", FAULT_OUT_OF_RANGE, NULL},
    {MODEL(OF("c", "{\"type\":\"mlp\",\"activation\":\"rellu\"}")),
     "/objective/model/activation", FAULT_UNKNOWN_NAME, "relu"},
    {MODEL(OF("c", "{\"type\":\"mlp\",\"dropout\":1}")),
     "/objective/model/dropout", FAULT_OUT_OF_RANGE, NULL},
    {MODEL(OF("c", LOGISTIC) ",\"loss\":\"hing\""), "/objective/loss",
     FAULT_UNKNOWN_NAME, "hinge"},
    {MODEL(OF("c", LOGISTIC) ",\"loss\":\"hinge\""), "/objective/loss",
     FAULT_CONFLICT, NULL},
    {MODEL(OF("n", "{\"type\":\"linear\"}") ",\"loss\":\"quantile\","
           "\"quantile\":1"), "/objective/quantile", FAULT_OUT_OF_RANGE, NULL},
    {MODEL(OF("n", "{\"type\":\"linear\"}") ",\"loss\":\"huber\","
           "\"loss_scale\":0"), "/objective/loss_scale", FAULT_OUT_OF_RANGE,
     NULL},
    {MODEL(OF("n", "{\"type\":\"linear\"}") ",\"loss\":\"poisson\""),
     "/objective/target", FAULT_CONFLICT, NULL},
    {MODEL(OF("n", "{\"type\":\"linear\"}")
           ",\"class_weights\":\"balanced\""), "/objective/class_weights",
     FAULT_CONFLICT, NULL},
    {MODEL(OF("c", LOGISTIC) ",\"class_weights\":\"balancd\""),
     "/objective/class_weights", FAULT_UNKNOWN_NAME, "balanced"},
    {MODEL(OF("c", LOGISTIC) ",\"class_weights\":{\"none such\":2}"),
     "/objective/class_weights/none such", FAULT_UNKNOWN_NAME, NULL},
    {MODEL(OF("c", LOGISTIC) ",\"class_weights\":{\"u\":-1}"),
     "/objective/class_weights/u", FAULT_OUT_OF_RANGE, NULL},
    {MODEL(OF("k", LOGISTIC)), "/objective/target", FAULT_CONFLICT, NULL},
    {MODEL(OF("c", LOGISTIC) ",\"l2\":-1"), "/objective/l2",
     FAULT_OUT_OF_RANGE, NULL},
    {MODEL(OF("c", LOGISTIC) ",\"reduction\":\"men\""), "/objective/reduction",
     FAULT_UNKNOWN_NAME, "mean"},
    {MODEL(OF("c", LOGISTIC) ",\"validation_fraction\":1"),
     "/objective/validation_fraction", FAULT_OUT_OF_RANGE, NULL},
    {"{\"objective\":{\"type\":\"model\"," OF("c", "{\"type\":\"mlp\","
     "\"hidden\":[2],\"dropout\":0.5}") "},\"optimizer\":{\"type\":"
     "\"lbfgs\"}}", "/optimizer/type", FAULT_CONFLICT, NULL},
    {"{\"objective\":{\"type\":\"model\"," OF("c", LOGISTIC) "},"
     "\"optimizer\":{\"type\":\"dual_cd\"}}", "/optimizer/type",
     FAULT_CONFLICT, NULL},
    {"{\"objective\":{\"type\":\"polynomial\",\"coefficients\":[1,2]},"
     "\"start\":[1],\"optimizer\":{\"type\":\"svrg\"}}",
     "/optimizer/type", FAULT_CONFLICT, NULL},
    {MODEL(OF("c", LOGISTIC) ",\"validation_fraction\":0.2,\"validation\":"
           "\"iris\""), "/objective/validation_fraction", FAULT_CONFLICT,
     NULL},
    {MODEL(OF("c", "{\"type\":\"mlp\",\"hidden\":[60000,60000]}")),
     "/objective/model", FAULT_TOO_LARGE, NULL},
};

static void what_is_wrong_is_named_with_its_place(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        struct reading *r = reading_of(refused[i].text,
                                       strlen(refused[i].text));
        bool found = false;

        if (r->error != ERR_INVALID)
            fail_msg("accepted: %s", refused[i].text);
        for (size_t k = 0; k < faults_kept(&r->faults); k++) {
            const struct fault *fault = &r->faults.items[k];

            found |= strcmp(fault->pointer, refused[i].pointer) == 0
                  && fault->code == refused[i].code
                  && (refused[i].suggestion == NULL
                      || (fault->suggestion != NULL
                          && strcmp(fault->suggestion, refused[i].suggestion)
                                 == 0));
        }
        if (!found)
            fail_msg("%s: %s: %s", refused[i].text,
                     r->faults.items[0].pointer, r->faults.items[0].detail);
        reading_free(r);
    }
}

static void all_faults_are_told_at_once(void **unused)
{
    static const char text[] =
        MODEL(OF("n", "{\"type\":\"linear\"}") ",\"loss\":\"log\","
              "\"class_weights\":\"balanced\",\"one_hot\":[\"q\"]");
    struct reading *r = reading_of(text, strlen(text));

    (void)unused;
    assert_int_equal(r->error, ERR_INVALID);
    assert_int_equal(r->faults.total, 3);
    reading_free(r);
}

/* ---- what is built ----------------------------------------------------- */

/* Which head a network has when none is said. */
static void a_head_is_found_out(void **unused)
{
    static const struct {
        const char *text;
        enum head head;
    } cases[] = {
        {MODEL(OF("c", "{\"type\":\"mlp\",\"hidden\":[2]}")), HEAD_SOFTMAX},
        {MODEL(OF("n", "{\"type\":\"mlp\",\"hidden\":[2]}")),
         HEAD_REGRESSION},
        {MODEL(OF("i", "{\"type\":\"mlp\"}")), HEAD_SOFTMAX},
        {MODEL(OF("i", "{\"type\":\"mlp\"}") ",\"loss\":\"huber\""),
         HEAD_REGRESSION},
        {MODEL(OF("c", "{\"type\":\"mlp\",\"head\":\"logistic\"}")),
         HEAD_LOGISTIC},
    };

    (void)unused;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct reading *r = reading_good(cases[i].text);

        assert_int_equal(model_design_of(&r->spec.objective)->head,
                         cases[i].head);
        reading_free(r);
    }
}

/* ---- what runs --------------------------------------------------------- */

/* The outcome of a spec's objective with these members. */
static double loss_of(const char *objective, const char *rest)
{
    char text[2048];
    struct recorder recorder;
    struct run_result result;
    struct reading *r;

    snprintf(text, sizeof text,
             "{\"objective\":{\"type\":\"model\",\"dataset\":\"iris\",%s},"
             "\"seed\":4,\"stop\":{\"max_epochs\":30},%s}", objective, rest);
    r = reading_good(text);
    result = reading_run(r, &recorder);
    recorder_fini(&recorder);
    reading_free(r);
    return result.loss;
}

/* iris by softmax with l2 = 0.01: 0.22428890289472198 is f* of
 * truth/convex, iris/softmax_l2/lambda=0.01. */
static void a_built_in_set_is_learned(void **unused)
{
    double loss = loss_of("\"model\":{\"type\":\"softmax\"},\"l2\":0.01",
                          "\"optimizer\":{\"type\":\"newton_cg\"}");

    (void)unused;
    assert_true(fabs(loss / 0.22428890289472198 - 1) < 1e-9);
}

/* float32 has seven digits; the order of the rows changes the last bits. */
static void other_ways_to_lie_in_memory_say_the_same(void **unused)
{
    static const char objective[] =
        "\"model\":{\"type\":\"mlp\",\"hidden\":[5],\"activation\":\"tanh\"},"
        "\"standardize\":true,\"class_weights\":\"balanced\"";
    static const char how[] = "\"optimizer\":{\"type\":\"adam\"}";
    double wide = loss_of(objective, how);
    double narrow = loss_of(objective, "\"precision\":\"float32\","
                                       "\"optimizer\":{\"type\":\"adam\"}");
    double moved = loss_of(objective, "\"shuffle\":\"blocks\","
                                      "\"optimizer\":{\"type\":\"adam\"}");

    (void)unused;
    assert_true(narrow != wide && fabs(narrow / wide - 1) < 1e-5);
    assert_true(fabs(moved / wide - 1) < 1e-12);
}

/* Each row of the rarer class weighs more: 50 and 100 rows of iris. */
static void balanced_classes_weigh_alike(void **unused)
{
    static const char text[] =
        "{\"objective\":{\"type\":\"model\",\"dataset\":{\"columns\":{"
        "\"a\":[1,1,1,1],\"c\":[\"u\",\"u\",\"u\",\"v\"]}},\"target\":\"c\","
        "\"model\":{\"type\":\"logistic\"},\"class_weights\":\"balanced\"},"
        "\"start\":[0,0],\"optimizer\":{\"type\":\"sgd\"},"
        "\"stop\":{\"max_epochs\":3}}";
    struct recorder recorder;
    struct reading *r = reading_good(text);
    struct run_result result = reading_run(r, &recorder);

    (void)unused;
    /* Both classes weigh 2: at 0 the gradient is 0, and x stays. */
    assert_true(result.x[0] == 0 && result.x[1] == 0);
    assert_true(fabs(result.loss - 0.6931471805599453) < 1e-15);
    recorder_fini(&recorder);
    reading_free(r);
}

/* Three rows of u weigh 1, one of v 3: at 0 the gradient is 0, as above. */
static void classes_weigh_what_they_are_told(void **unused)
{
    static const char text[] =
        "{\"objective\":{\"type\":\"model\",\"dataset\":{\"columns\":{"
        "\"a\":[1,1,1,1],\"c\":[\"u\",\"u\",\"u\",\"v\"]}},\"target\":\"c\","
        "\"model\":{\"type\":\"logistic\"},\"class_weights\":{\"v\":3}},"
        "\"start\":[0,0],\"optimizer\":{\"type\":\"sgd\"},"
        "\"stop\":{\"max_epochs\":3}}";
    struct recorder recorder;
    struct reading *r = reading_good(text);
    struct run_result result = reading_run(r, &recorder);

    (void)unused;
    assert_true(result.x[0] == 0 && result.x[1] == 0);
    assert_true(fabs(result.loss - 1.5 * 0.6931471805599453) < 1e-15);
    recorder_fini(&recorder);
    reading_free(r);
}

/* ---- loading ----------------------------------------------------------- */

static void rows_are_loaded_a_piece_at_a_time(void **unused)
{
    const char *text = MODEL("\"dataset\":{\"generated\":\"regression\","
                             "\"rows\":20000,\"features\":50},"
                             "\"model\":{\"type\":\"linear\"}");
    atomic_bool cancel = false;
    const struct loading how = {.cancel = &cancel};
    bool more = true;

    (void)unused;
    for (size_t canceled_at = 1; canceled_at <= 16; canceled_at += 15) {
        struct reading *r = reading_good(text);
        struct objective *objective = &r->spec.objective;
        size_t pieces = 0;

        for (more = true; more; pieces++) {
            atomic_store(&cancel, pieces == canceled_at);
            assert_int_equal(objective->load(objective->data, &how, &r->arena,
                                             &more), OK);
        }
        assert_int_equal(pieces, canceled_at + 1);
        reading_free(r);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_wrong_is_named_with_its_place),
        cmocka_unit_test(all_faults_are_told_at_once),
        cmocka_unit_test(a_head_is_found_out),
        cmocka_unit_test(a_built_in_set_is_learned),
        cmocka_unit_test(other_ways_to_lie_in_memory_say_the_same),
        cmocka_unit_test(balanced_classes_weigh_alike),
        cmocka_unit_test(classes_weigh_what_they_are_told),
        cmocka_unit_test(rows_are_loaded_a_piece_at_a_time),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
