/*
 * test_schema.c - a rule's JSON Schema accepts exactly what a job spec may say
 * of it: values made from the schema, and each of their parts spoilt.
 */
#include "tests/unit/cmocka_all.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "core/optimizer/optimizer.h"
#include "core/schedule/schedule.h"
#include "server/api/schema.h"
#include "server/base/buffer.h"
#include "server/jobs/spec.h"
#include "tests/unit/schema_check.h"

enum {
    TEXT_BYTES = 1 << 16,
    ROUNDS = 6,                /* values made of each rule and schedule */
};

/* What was compared with what spec_read() says. */
struct counts {
    unsigned accepted, refused;
    unsigned conditional;      /* refused for a reason no schema can give */
};

struct trial {
    const cJSON *schema;       /* of a rule */
    cJSON *optimizer;          /* the member as it is now */
    struct counts *counts;
};

static const cJSON *find(const cJSON *object, const char *name)
{
    return cJSON_GetObjectItemCaseSensitive(object, name);
}

static cJSON *schema_of(const char *name)
{
    struct json_writer writer;
    struct buffer buffer;
    cJSON *schema;
    size_t bytes;
    char *text;

    buffer_init(&buffer);
    json_writer_init(&writer, &buffer);
    schema_write_optimizer(&writer, name);
    text = buffer_steal(&buffer, &bytes);
    assert_non_null(text);
    schema = cJSON_Parse(text);
    assert_non_null(schema);
    free(text);
    return schema;
}

/* Whether all faults are of the two kinds that the schema leaves out. */
static bool is_conditional(const struct faults *faults)
{
    for (size_t i = 0; i < faults_kept(faults); i++)
        if (faults->items[i].code != FAULT_CONFLICT
            && faults->items[i].code != FAULT_WRONG_SIZE)
            return false;
    return true;
}

/* Whether the schema accepts the text: cJSON may print a number's neighbour,
 * so what is printed is judged. */
static bool fits_schema(const cJSON *schema, const char *text)
{
    cJSON *value = cJSON_Parse(text);
    bool fits;

    assert_non_null(value);
    fits = schema_accepts(schema, schema, value);
    cJSON_Delete(value);
    return fits;
}

/* A spec is written with every member that there is: all must be known. */
static void check_written(const struct trial *trial, const struct spec *spec)
{
    struct json_writer writer;
    struct buffer buffer;
    cJSON *written;
    size_t bytes;
    char *text;

    buffer_init(&buffer);
    json_writer_init(&writer, &buffer);
    spec_write(spec, &writer);
    text = buffer_steal(&buffer, &bytes);
    assert_non_null(text);
    written = cJSON_Parse(text);
    if (!schema_accepts(trial->schema, trial->schema,
                        find(written, "optimizer")))
        fail_msg("written, but not accepted by the schema: %s", text);
    cJSON_Delete(written);
    free(text);
}

/* One in two variables that an optimizer of this type takes. */
static const char *objective_for(const cJSON *type)
{
    const struct optimizer_kind *kind =
        cJSON_IsString(type) ? optimizer_kind_find(type->valuestring, NULL)
                             : NULL;

    if (kind != NULL && (kind->needs_linear || kind->needs_rows))
        return "{\"type\":\"model\",\"dataset\":{\"columns\":{\"a\":[1,2,3],"
               "\"b\":[2,0,1],\"y\":[0,1,1]}},\"target\":\"y\","
               "\"model\":{\"type\":\"logistic\"},\"l2\":1,"
               "\"intercept\":false}";
    return "{\"type\":\"fit\",\"formula\":\"a + b\",\"dataset\":{\"columns\":"
           "{\"y\":[1,2]}},\"target\":\"y\",\"parameters\":[\"a\",\"b\"]}";
}

/* The schema and the reader of specs say the same of the optimizer. */
static void compare(struct trial *trial)
{
    static char member[TEXT_BYTES], text[TEXT_BYTES + 256];
    struct arena arena;
    struct faults faults;
    struct json_flaw flaw;
    struct spec spec;
    enum error error;
    bool fits;

    assert_true(cJSON_PrintPreallocated(trial->optimizer, member,
                                        sizeof member, false));
    fits = fits_schema(trial->schema, member);
    snprintf(text, sizeof text,
             "{\"objective\":%s,\"start\":[0,0],\"optimizer\":%s}",
             objective_for(cJSON_GetObjectItem(trial->optimizer, "type")),
             member);
    arena_init(&arena, 0);
    faults_init(&faults, &arena);
    error = spec_read(&arena, text, strlen(text), &faults, &flaw, &spec);
    assert_int_equal(flaw.line, 0);
    if (!fits && error == OK)
        fail_msg("accepted, but not by the schema: %s", member);
    if (fits && error != OK && !is_conditional(&faults))
        fail_msg("the schema accepts %s: %s: %s", member,
                 faults.items[0].pointer, faults.items[0].detail);
    if (error == OK)
        check_written(trial, &spec);
    trial->counts->accepted += error == OK;
    trial->counts->refused += !fits;
    trial->counts->conditional += fits && error != OK;
    arena_fini(&arena);
}

/* ---- spoiling ---------------------------------------------------------- */

/* Compare with another value in the place of `node`. */
static void try_instead(struct trial *trial, cJSON *node, cJSON *value)
{
    cJSON kept = *node;

    node->type = value->type;
    node->child = value->child;
    node->valuestring = value->valuestring;
    node->valuedouble = value->valuedouble;
    node->valueint = value->valueint;
    compare(trial);
    *node = kept;
    cJSON_Delete(value);
}

static void try_number(struct trial *trial, cJSON *node, double x)
{
    try_instead(trial, node, cJSON_CreateNumber(x));
}

static void try_other_types(struct trial *trial, cJSON *node)
{
    try_instead(trial, node, cJSON_CreateNull());
    try_instead(trial, node, cJSON_CreateTrue());
    try_instead(trial, node, cJSON_CreateString("nosuch"));
    try_instead(trial, node, cJSON_CreateArray());
    try_instead(trial, node, cJSON_CreateObject());
    try_number(trial, node, 0);
    try_number(trial, node, 1.5);
}

/* At each limit, just below and just above it. */
static void try_limits(struct trial *trial, const cJSON *schema, cJSON *node)
{
    static const char *const limits[] = {
        "minimum", "exclusiveMinimum", "maximum", "exclusiveMaximum"};

    for (size_t i = 0; i < 4; i++) {
        const cJSON *limit = find(schema, limits[i]);
        double x = limit != NULL ? limit->valuedouble : 0;
        double step = find(schema, "multipleOf") != NULL
                          ? 1 : 1e-9 * fmax(1, fabs(x));

        if (limit == NULL)
            continue;
        try_number(trial, node, x);
        try_number(trial, node, x - step);
        try_number(trial, node, x + step);
        try_number(trial, node, x + step / 2);
    }
}

static void spoil(struct trial *trial, const cJSON *schema, cJSON *node);

static void spoil_object(struct trial *trial, const cJSON *schema,
                         cJSON *object)
{
    int count = cJSON_GetArraySize(object);

    cJSON_AddNullToObject(object, "nosuch");
    compare(trial);
    cJSON_DeleteItemFromObject(object, "nosuch");
    for (int i = 0; i < count; i++) {
        /* The first goes, and comes back as the last. */
        cJSON *member = cJSON_DetachItemFromArray(object, 0);

        compare(trial);
        cJSON_AddItemToArray(object, member);
        spoil(trial, find(find(schema, "properties"), member->string),
              member);
    }
}

/* Spoil a value that fits, and each of its parts, in every way known here. */
static void spoil(struct trial *trial, const cJSON *schema, cJSON *node)
{
    const cJSON *choice;
    cJSON *item;

    schema = schema_resolve(trial->schema, schema);
    cJSON_ArrayForEach(choice, find(schema, "anyOf"))
        if (schema_accepts(trial->schema, choice, node)) {
            spoil(trial, choice, node);
            return;
        }
    try_other_types(trial, node);
    try_limits(trial, schema, node);
    if (cJSON_IsObject(node))
        spoil_object(trial, schema, node);
    if (cJSON_IsArray(node))
        cJSON_ArrayForEach(item, node)
            spoil(trial, find(schema, "items"), item);
}

/* ---- tests ------------------------------------------------------------- */

static void a_schema_accepts_what_specs_may_say(void **unused)
{
    struct dice dice = {.seed = 1};
    const char *last = "";
    (void)unused;

    for (size_t i = 0; optimizer_kinds[i] != NULL; i++) {
        const char *name = optimizer_kinds[i]->name;
        struct counts counts = {0};
        cJSON *schema;

        if (strcmp(name, last) == 0)
            continue;
        last = name;
        schema = schema_of(name);
        for (int round = 0; round < ROUNDS; round++) {
            struct trial trial = {schema, schema_make(schema, schema, &dice),
                                  &counts};

            compare(&trial);
            spoil(&trial, schema, trial.optimizer);
            cJSON_Delete(trial.optimizer);
        }
        cJSON_Delete(schema);
        if (counts.accepted == 0 || counts.refused == 0)
            fail_msg("%s: %u accepted, %u refused", name, counts.accepted,
                     counts.refused);
    }
}

static void a_schema_knows_every_dialect(void **unused)
{
    (void)unused;
    for (size_t i = 0; optimizer_kinds[i] != NULL; i++) {
        const struct optimizer_kind *kind = optimizer_kinds[i];
        struct counts counts = {0};
        cJSON *schema = schema_of(kind->name);
        struct trial trial = {schema, cJSON_CreateObject(), &counts};

        cJSON_AddStringToObject(trial.optimizer, "type", kind->name);
        if (kind->needs_bounds)
            cJSON_AddItemToObject(trial.optimizer, "bounds",
                                  cJSON_Parse("{\"low\":-1,\"high\":[2,3]}"));
        compare(&trial);
        if (kind->dialect != NULL) {
            cJSON_AddStringToObject(trial.optimizer, "dialect",
                                    kind->dialect);
            compare(&trial);
            assert_int_equal(counts.accepted, 2);
        }
        assert_int_equal(counts.refused + counts.conditional, 0);
        cJSON_Delete(trial.optimizer);
        cJSON_Delete(schema);
    }
}

/* gradient_descent with this schedule. */
static cJSON *optimizer_with(cJSON *schedule)
{
    cJSON *optimizer = cJSON_CreateObject();

    cJSON_AddStringToObject(optimizer, "type", "gradient_descent");
    cJSON_AddItemToObject(optimizer, "schedule", schedule);
    return optimizer;
}

static void a_schema_accepts_what_schedules_may_say(void **unused)
{
    cJSON *schema = schema_of("gradient_descent");
    struct dice dice = {.seed = 2};
    (void)unused;

    for (size_t i = 0; schedule_kinds[i] != NULL; i++) {
        const char *name = schedule_kinds[i]->name;
        const cJSON *definition = find(find(schema, "$defs"), name);
        struct counts counts = {0};

        assert_non_null(definition);
        for (int round = 0; round < ROUNDS; round++) {
            struct trial trial = {
                schema,
                optimizer_with(schema_make(schema, definition, &dice)),
                &counts};

            compare(&trial);
            spoil(&trial, definition,
                  cJSON_GetObjectItem(trial.optimizer, "schedule"));
            cJSON_Delete(trial.optimizer);
        }
        if (counts.accepted == 0 || counts.refused == 0)
            fail_msg("%s: %u accepted, %u refused", name, counts.accepted,
                     counts.refused);
    }
    cJSON_Delete(schema);
}

/* One schedule by its JSON; ' stands for its quotes. */
static void check_schedule(const char *text, bool accepted)
{
    cJSON *schema = schema_of("gradient_descent");
    char quoted[TEXT_BYTES];
    struct counts counts = {0};
    struct trial trial = {.schema = schema, .counts = &counts};
    size_t i;

    for (i = 0; text[i] != '\0'; i++)
        quoted[i] = text[i] == '\'' ? '"' : text[i];
    quoted[i] = '\0';
    trial.optimizer = optimizer_with(cJSON_Parse(quoted));
    compare(&trial);
    assert_int_equal(counts.accepted, accepted);
    assert_int_equal(counts.refused, !accepted);
    cJSON_Delete(trial.optimizer);
    cJSON_Delete(schema);
}

#define WRAP(inside) "{'type':'warmup','schedule':" inside "}"
#define JOIN(inside) "{'type':'chained','schedules':[" inside "]}"
#define PLATEAU "{'type':'reduce_on_plateau'}"
#define STEP "{'type':'step'}"

static void a_schema_knows_how_deep_schedules_go(void **unused)
{
    (void)unused;
    check_schedule(WRAP(WRAP(WRAP(STEP))), true);
    check_schedule(WRAP(WRAP(WRAP("{'type':'warmup'}"))), true);
    check_schedule(WRAP(WRAP(WRAP(WRAP(STEP)))), false);
    check_schedule(JOIN(JOIN(JOIN(STEP "," STEP))), true);
    check_schedule(JOIN(JOIN(JOIN(JOIN(STEP)))), false);
    check_schedule(PLATEAU, true);
    check_schedule(WRAP(PLATEAU), false);
    check_schedule(JOIN(STEP "," WRAP(PLATEAU)), false);
    check_schedule(JOIN(""), false);
}

/* A schedule with a list of `count` items: BEFORE 1 AFTER, BEFORE 2 AFTER. */
static void check_long(const char *begin, const char *before,
                       const char *after, int count, bool accepted)
{
    struct buffer buffer;
    size_t bytes;
    char *text;

    buffer_init(&buffer);
    buffer_text(&buffer, begin);
    for (int i = 1; i <= count; i++)
        buffer_format(&buffer, "%s%s%d%s", i > 1 ? "," : "", before, i,
                      after);
    buffer_text(&buffer, "]}");
    text = buffer_steal(&buffer, &bytes);
    assert_non_null(text);
    check_schedule(text, accepted);
    free(text);
}

static void a_schema_knows_how_long_lists_get(void **unused)
{
    static const char many[] = "{'type':'multistep','milestones':[";
    static const char joined[] = "{'type':'chained','schedules':[";
    static const char item[] = "{'type':'step','steps':";
    (void)unused;

    check_long(many, "", "", SCHEDULE_NUMBERS_MAX, true);
    check_long(many, "", "", SCHEDULE_NUMBERS_MAX + 1, false);
    check_long(joined, item, "}", SCHEDULE_CHILDREN_MAX, true);
    check_long(joined, item, "}", SCHEDULE_CHILDREN_MAX + 1, false);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_schema_accepts_what_specs_may_say),
        cmocka_unit_test(a_schema_knows_every_dialect),
        cmocka_unit_test(a_schema_accepts_what_schedules_may_say),
        cmocka_unit_test(a_schema_knows_how_deep_schedules_go),
        cmocka_unit_test(a_schema_knows_how_long_lists_get),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
