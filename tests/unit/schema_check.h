/*
 * schema_check.h - the part of JSON Schema that ours use: does a value fit,
 * and values that do.
 */
#ifndef TESTS_UNIT_SCHEMA_CHECK_H
#define TESTS_UNIT_SCHEMA_CHECK_H

#include <stdbool.h>
#include <stdint.h>

struct cJSON;

/* The schema that `schema` is or refers to: "$ref" into the root's "$defs". */
const struct cJSON *schema_resolve(const struct cJSON *root,
                                   const struct cJSON *schema);

/* Whether `value` fits. A keyword that is not known here fails the test. */
bool schema_accepts(const struct cJSON *root, const struct cJSON *schema,
                    const struct cJSON *value);

/* Numbers that decide what schema_make() makes: the same from the same. */
struct dice {
    uint64_t seed, thrown;
};

/* A number in [0, 1). */
double dice_throw(struct dice *dice);

/*
 * A value that fits, each optional member there in every second. Arrays of
 * numbers rise. Owns: the caller, cJSON_Delete().
 */
struct cJSON *schema_make(const struct cJSON *root,
                          const struct cJSON *schema, struct dice *dice);

#endif
