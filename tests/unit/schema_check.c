/* schema_check.c - the part of JSON Schema that ours use. */
#include "tests/unit/schema_check.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "core/base/random.h"
#include "tests/unit/cmocka_all.h"

enum { ITEMS_MADE_MAX = 3, TRIES = 1000 };

static const cJSON *find(const cJSON *object, const char *name)
{
    return cJSON_GetObjectItemCaseSensitive(object, name);
}

const cJSON *schema_resolve(const cJSON *root, const cJSON *schema)
{
    static const char begin[] = "#/$defs/";
    const cJSON *reference;

    while ((reference = find(schema, "$ref")) != NULL) {
        assert_int_equal(strncmp(reference->valuestring, begin,
                                 strlen(begin)), 0);
        schema = find(find(root, "$defs"),
                      reference->valuestring + strlen(begin));
        if (schema == NULL)
            fail_msg("there is no %s", reference->valuestring);
    }
    return schema;
}

/* ---- does it fit ------------------------------------------------------- */

static bool is_of_type(const cJSON *value, const char *type)
{
    if (strcmp(type, "null") == 0)
        return cJSON_IsNull(value);
    if (strcmp(type, "boolean") == 0)
        return cJSON_IsBool(value);
    if (strcmp(type, "number") == 0)
        return cJSON_IsNumber(value);
    if (strcmp(type, "array") == 0)
        return cJSON_IsArray(value);
    assert_string_equal(type, "object");
    return cJSON_IsObject(value);
}

static bool is_of_types(const cJSON *value, const cJSON *types)
{
    const cJSON *type;

    if (cJSON_IsString(types))
        return is_of_type(value, types->valuestring);
    cJSON_ArrayForEach(type, types)
        if (is_of_type(value, type->valuestring))
            return true;
    return false;
}

static bool is_one_of(const cJSON *value, const cJSON *choices)
{
    const cJSON *choice;

    cJSON_ArrayForEach(choice, choices)
        if (cJSON_Compare(value, choice, true))
            return true;
    return false;
}

static bool fits_any(const cJSON *root, const cJSON *schemas,
                     const cJSON *value)
{
    const cJSON *schema;

    cJSON_ArrayForEach(schema, schemas)
        if (schema_accepts(root, schema, value))
            return true;
    return false;
}

static bool has_members(const cJSON *value, const cJSON *names)
{
    const cJSON *name;

    cJSON_ArrayForEach(name, names)
        if (find(value, name->valuestring) == NULL)
            return false;
    return true;
}

/* "properties", and "additionalProperties" false beside it. */
static bool members_fit(const cJSON *root, const cJSON *schema,
                        const cJSON *value)
{
    const cJSON *properties = find(schema, "properties"), *member, *property;

    assert_true(cJSON_IsFalse(find(schema, "additionalProperties")));
    cJSON_ArrayForEach(member, value) {
        property = find(properties, member->string);
        if (property == NULL || !schema_accepts(root, property, member))
            return false;
    }
    return true;
}

static bool items_fit(const cJSON *root, const cJSON *schema,
                      const cJSON *value)
{
    const cJSON *item;

    cJSON_ArrayForEach(item, value)
        if (!schema_accepts(root, schema, item))
            return false;
    return true;
}

/* What a keyword is about: it says nothing of values of other types. */
enum about { ANY, NUMBERS, ARRAYS, OBJECTS, NOTHING };

static const struct {
    const char *keyword;
    enum about about;
} keywords[] = {
    {"type", ANY}, {"const", ANY}, {"enum", ANY}, {"anyOf", ANY},
    {"minimum", NUMBERS}, {"exclusiveMinimum", NUMBERS},
    {"maximum", NUMBERS}, {"exclusiveMaximum", NUMBERS},
    {"multipleOf", NUMBERS}, {"items", ARRAYS}, {"minItems", ARRAYS},
    {"maxItems", ARRAYS}, {"required", OBJECTS}, {"properties", OBJECTS},
    {"additionalProperties", NOTHING}, {"description", NOTHING},
    {"default", NOTHING}, {"title", NOTHING}, {"$schema", NOTHING},
    {"$comment", NOTHING}, {"$defs", NOTHING},
};

static enum about about_of(const char *keyword)
{
    for (size_t i = 0; i < sizeof keywords / sizeof *keywords; i++)
        if (strcmp(keywords[i].keyword, keyword) == 0)
            return keywords[i].about;
    fail_msg("%s: not a keyword that the test knows", keyword);
    return NOTHING;
}

static bool number_fits(const char *keyword, double limit, double x)
{
    if (strcmp(keyword, "minimum") == 0)
        return x >= limit;
    if (strcmp(keyword, "exclusiveMinimum") == 0)
        return x > limit;
    if (strcmp(keyword, "maximum") == 0)
        return x <= limit;
    if (strcmp(keyword, "exclusiveMaximum") == 0)
        return x < limit;
    assert_string_equal(keyword, "multipleOf");
    return fmod(x, limit) == 0;
}

static bool array_fits(const cJSON *root, const cJSON *rule,
                       const cJSON *value)
{
    if (strcmp(rule->string, "items") == 0)
        return items_fit(root, rule, value);
    if (strcmp(rule->string, "minItems") == 0)
        return cJSON_GetArraySize(value) >= rule->valuedouble;
    return cJSON_GetArraySize(value) <= rule->valuedouble;
}

static bool any_fits(const cJSON *root, const cJSON *rule, const cJSON *value)
{
    if (strcmp(rule->string, "type") == 0)
        return is_of_types(value, rule);
    if (strcmp(rule->string, "const") == 0)
        return cJSON_Compare(value, rule, true);
    if (strcmp(rule->string, "enum") == 0)
        return is_one_of(value, rule);
    return fits_any(root, rule, value);
}

static bool rule_accepts(const cJSON *root, const cJSON *schema,
                         const cJSON *rule, const cJSON *value)
{
    switch (about_of(rule->string)) {
    case ANY:
        return any_fits(root, rule, value);
    case NUMBERS:
        return !cJSON_IsNumber(value)
            || number_fits(rule->string, rule->valuedouble,
                           value->valuedouble);
    case ARRAYS:
        return !cJSON_IsArray(value) || array_fits(root, rule, value);
    case OBJECTS:
        if (!cJSON_IsObject(value))
            return true;
        return strcmp(rule->string, "required") == 0
                   ? has_members(value, rule)
                   : members_fit(root, schema, value);
    case NOTHING:
        break;
    }
    return true;
}

bool schema_accepts(const cJSON *root, const cJSON *schema, const cJSON *value)
{
    const cJSON *rule;

    schema = schema_resolve(root, schema);
    cJSON_ArrayForEach(rule, schema)
        if (!rule_accepts(root, schema, rule, value))
            return false;
    return true;
}

/* ---- what does fit ----------------------------------------------------- */

double dice_throw(struct dice *dice)
{
    return random_unit(dice->seed, RANDOM_START, dice->thrown++);
}

static int pick(struct dice *dice, int count)
{
    return (int)(dice_throw(dice) * count);
}

static double limit_of(const cJSON *schema, const char *closed,
                       const char *open, double otherwise)
{
    const cJSON *limit = find(schema, closed);

    if (limit == NULL)
        limit = find(schema, open);
    return limit != NULL ? limit->valuedouble : otherwise;
}

/* A limit itself, or a number between, near the lower one as often as not. */
static cJSON *make_number(const cJSON *root, const cJSON *schema,
                          struct dice *dice)
{
    double low = limit_of(schema, "minimum", "exclusiveMinimum", -1e3);
    double high = limit_of(schema, "maximum", "exclusiveMaximum", 1e3);

    for (int i = 0; i < TRIES; i++) {
        double u = dice_throw(dice), x = low + (high - low) * u * u * u * u;
        cJSON *number;

        if (u < 0.05)
            x = low;
        if (u > 0.95)
            x = high;
        if (find(schema, "multipleOf") != NULL)
            x = floor(x);
        number = cJSON_CreateNumber(x);
        if (schema_accepts(root, schema, number))
            return number;
        cJSON_Delete(number);
    }
    fail_msg("no number fits");
    return NULL;
}

static int compare_numbers(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

static cJSON *make_array(const cJSON *root, const cJSON *schema,
                         struct dice *dice)
{
    const cJSON *least = find(schema, "minItems"), *item;
    int count = pick(dice, ITEMS_MADE_MAX + 1), i = 0;
    double numbers[ITEMS_MADE_MAX];
    cJSON *array = cJSON_CreateArray();

    if (least != NULL && count < least->valueint)
        count = least->valueint;
    for (i = 0; i < count; i++)
        cJSON_AddItemToArray(array, schema_make(root, find(schema, "items"),
                                                dice));
    i = 0;
    cJSON_ArrayForEach(item, array)
        if (cJSON_IsNumber(item))
            numbers[i++] = item->valuedouble;
    if (count == 0 || i < count)
        return array;
    qsort(numbers, (size_t)count, sizeof *numbers, compare_numbers);
    cJSON_Delete(array);
    return cJSON_CreateDoubleArray(numbers, count);
}

static bool is_required(const cJSON *schema, const char *name)
{
    const cJSON *required;

    cJSON_ArrayForEach(required, find(schema, "required"))
        if (strcmp(required->valuestring, name) == 0)
            return true;
    return false;
}

static cJSON *make_object(const cJSON *root, const cJSON *schema,
                          struct dice *dice)
{
    cJSON *object = cJSON_CreateObject();
    const cJSON *property;

    cJSON_ArrayForEach(property, find(schema, "properties"))
        if (is_required(schema, property->string) || pick(dice, 2) == 0)
            cJSON_AddItemToObject(object, property->string,
                                  schema_make(root, property, dice));
    return object;
}

static cJSON *make_typed(const cJSON *root, const cJSON *schema,
                         struct dice *dice)
{
    const cJSON *type = find(schema, "type");
    const char *name;

    if (cJSON_IsArray(type))
        type = cJSON_GetArrayItem(type, pick(dice, cJSON_GetArraySize(type)));
    name = type->valuestring;
    if (strcmp(name, "null") == 0)
        return cJSON_CreateNull();
    if (strcmp(name, "boolean") == 0)
        return cJSON_CreateBool(pick(dice, 2));
    if (strcmp(name, "number") == 0)
        return make_number(root, schema, dice);
    if (strcmp(name, "array") == 0)
        return make_array(root, schema, dice);
    return make_object(root, schema, dice);
}

cJSON *schema_make(const cJSON *root, const cJSON *schema, struct dice *dice)
{
    const cJSON *choices;

    schema = schema_resolve(root, schema);
    choices = find(schema, "anyOf");
    if (choices != NULL)
        return schema_make(
            root, cJSON_GetArrayItem(choices,
                                     pick(dice, cJSON_GetArraySize(choices))),
            dice);
    if (find(schema, "const") != NULL)
        return cJSON_Duplicate(find(schema, "const"), true);
    choices = find(schema, "enum");
    if (choices != NULL)
        return cJSON_Duplicate(
            cJSON_GetArrayItem(choices,
                               pick(dice, cJSON_GetArraySize(choices))), true);
    return make_typed(root, schema, dice);
}
