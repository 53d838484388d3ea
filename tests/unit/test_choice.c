/* test_choice.c - parameters that are one of some names, in a spec; and what a
 * line search changes in what a spec may hold. */
#include "tests/unit/cmocka_all.h"

#include <stdlib.h>
#include <string.h>

#include "server/base/buffer.h"
#include "server/jobs/spec.h"

struct bench {
    struct arena arena;
    struct faults faults;
    struct spec spec;
    enum error error;
};

/* A job with this optimizer, read. */
static struct bench *read_optimizer(const char *optimizer)
{
    struct bench *b = calloc(1, sizeof *b);
    struct json_flaw flaw;
    struct buffer text;

    assert_non_null(b);
    arena_init(&b->arena, 0);
    faults_init(&b->faults, &b->arena);
    buffer_init(&text);
    buffer_format(&text, "{\"objective\":{\"type\":\"function\",\"name\":"
                         "\"rosenbrock\"},\"optimizer\":%s}", optimizer);
    b->error = spec_read(&b->arena, text.bytes, text.count, &b->faults, &flaw,
                         &b->spec);
    buffer_fini(&text);
    return b;
}

static void bench_free(struct bench *b)
{
    arena_fini(&b->arena);
    free(b);
}

static void refuses(const char *optimizer, const char *pointer,
                    enum fault_code code, const char *suggestion,
                    const char *detail)
{
    struct bench *b = read_optimizer(optimizer);
    const struct fault *fault = &b->faults.items[0];

    assert_int_equal(b->error, ERR_INVALID);
    assert_int_equal(b->faults.total, 1);
    assert_string_equal(fault->pointer, pointer);
    assert_int_equal(fault->code, code);
    if (suggestion != NULL)
        assert_string_equal(fault->suggestion, suggestion);
    else
        assert_null(fault->suggestion);
    if (detail != NULL)
        assert_string_equal(fault->detail, detail);
    bench_free(b);
}

static void a_choice_is_read_by_name_and_written_by_name(void **unused)
{
    struct bench *b = read_optimizer("{\"type\":\"gradient_descent\","
                                     "\"line_search\":\"strong_wolfe\"}");
    struct json_writer writer;
    struct buffer text;
    char *written;
    size_t count;
    (void)unused;

    assert_int_equal(b->error, OK);
    assert_true(b->spec.optimizer_parameters[1] == 2);
    assert_false(b->spec.steps);
    buffer_init(&text);
    json_writer_init(&writer, &text);
    spec_write(&b->spec, &writer);
    written = buffer_steal(&text, &count);
    assert_non_null(written);
    assert_non_null(strstr(written, "\"line_search\":\"strong_wolfe\""));
    assert_null(strstr(written, "\"schedule\""));
    assert_null(strstr(written, "\"weight_decay\""));
    free(written);
    bench_free(b);
}

static void a_choice_left_out_is_its_default(void **unused)
{
    struct bench *b = read_optimizer("{\"type\":\"gradient_descent\","
                                     "\"schedule\":{\"type\":\"constant\"},"
                                     "\"clip_norm\":1}");
    (void)unused;

    assert_int_equal(b->error, OK);
    assert_true(b->spec.optimizer_parameters[1] == 0);
    assert_true(b->spec.steps);
    bench_free(b);
}

static void a_wrong_choice_is_told_the_right_ones(void **unused)
{
    (void)unused;
    refuses("{\"type\":\"gradient_descent\",\"line_search\":\"strong_wolf\"}",
            "/optimizer/line_search", FAULT_UNKNOWN_NAME, "strong_wolfe",
            "must be \"fixed\", \"backtracking\", \"strong_wolfe\", \"exact\" "
            "or \"barzilai_borwein\"");
    refuses("{\"type\":\"conjugate_gradient\",\"formula\":\"mine\"}",
            "/optimizer/formula", FAULT_UNKNOWN_NAME, NULL, NULL);
    refuses("{\"type\":\"conjugate_gradient\",\"formula\":2}",
            "/optimizer/formula", FAULT_WRONG_TYPE, NULL, NULL);
}

static void a_line_search_has_no_schedule_wrapper_or_bounds(void **unused)
{
    (void)unused;
    refuses("{\"type\":\"gradient_descent\",\"line_search\":\"exact\","
            "\"schedule\":{\"type\":\"constant\"}}",
            "/optimizer/schedule", FAULT_UNKNOWN_MEMBER, NULL, NULL);
    refuses("{\"type\":\"gradient_descent\",\"line_search\":\"exact\","
            "\"clip_norm\":1}",
            "/optimizer/clip_norm", FAULT_UNKNOWN_MEMBER, NULL, NULL);
    refuses("{\"type\":\"gradient_descent\",\"line_search\":\"exact\","
            "\"bounds\":{\"low\":0}}",
            "/optimizer/bounds", FAULT_CONFLICT, NULL,
            "gradient_descent takes no bounds");
    refuses("{\"type\":\"lbfgs\",\"bounds\":{\"low\":0}}",
            "/optimizer/bounds", FAULT_CONFLICT, NULL,
            "lbfgs takes no bounds");
}

static void lbfgsb_takes_bounds_and_maximize(void **unused)
{
    struct bench *b = read_optimizer("{\"type\":\"lbfgsb\",\"maximize\":true,"
                                     "\"bounds\":{\"low\":0,\"high\":[1,2]}}");
    (void)unused;

    assert_int_equal(b->error, OK);
    assert_true(b->spec.low[1] == 0 && b->spec.high[1] == 2);
    bench_free(b);
}

/* BFGS keeps an n by n matrix: of 1e5 variables 8e10 bytes, and said so before
 * the job is taken. */
static void the_memory_predicted_is_the_methods(void **unused)
{
    struct bench *b = read_optimizer("{\"type\":\"bfgs\"}");
    (void)unused;

    assert_int_equal(b->error, OK);
    b->spec.objective.n = 100000;
    assert_true(spec_predict(&b->spec).memory_bytes > 8e10);
    assert_true(spec_predict(&b->spec).memory_bytes < 8.1e10);
    bench_free(b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_choice_is_read_by_name_and_written_by_name),
        cmocka_unit_test(a_choice_left_out_is_its_default),
        cmocka_unit_test(a_wrong_choice_is_told_the_right_ones),
        cmocka_unit_test(a_line_search_has_no_schedule_wrapper_or_bounds),
        cmocka_unit_test(lbfgsb_takes_bounds_and_maximize),
        cmocka_unit_test(the_memory_predicted_is_the_methods),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
