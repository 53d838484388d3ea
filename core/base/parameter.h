/*
 * parameter.h - one number that a user may set: name, default, range, sentence.
 *
 * Optimizers, schedules and stop rules are tables of these. Reading a spec,
 * GET /optimizers, the JSON Schema and the documentation follow from them.
 */
#ifndef CORE_BASE_PARAMETER_H
#define CORE_BASE_PARAMETER_H

#include <math.h>
#include <stdbool.h>
#include <stddef.h>

enum { PARAMETERS_MAX = 24 }; /* of one kind */

enum parameter_type {
    PARAMETER_NUMBER,
    PARAMETER_INTEGER,
    PARAMETER_FLAG,
    PARAMETER_CHOICE,  /* one of some names; its value is the name's index */
};

enum parameter_bound {
    CLOSED    = 0, /* [low, high] */
    OPEN_LOW  = 1, /* (low, high] */
    OPEN_HIGH = 2, /* [low, high) */
    OPEN      = 3, /* (low, high) */
};

/* No default: the parameter is off (null in JSON) until it is given. */
#define PARAMETER_OFF NAN

struct parameter {
    const char *name;      /* NULL ends a table */
    double initial;        /* the default; PARAMETER_OFF for none */
    double low, high;      /* legal range; infinite where unbounded */
    const char *sentence;  /* what it does, for people */
    enum parameter_bound bound;
    enum parameter_type type;
    const char *const *choices; /* of PARAMETER_CHOICE; NULL ends them */
};

/*
 * The rest of a row after its name: one of `names`, an array of texts that
 * NULL ends.
 */
#define PARAMETER_ONE_OF(names, initial, sentence)                            \
    initial, 0, sizeof(names) / sizeof *(names) - 2, sentence, CLOSED,        \
        PARAMETER_CHOICE, names

/* How many rows stand before the table's end. */
size_t parameter_count(const struct parameter *table);

/* Whether `value` may be given: finite, in range, whole if it must be. */
bool parameter_accepts(const struct parameter *parameter, double value);

/* The index of a choice's name, or -1. */
int parameter_choice(const struct parameter *parameter, const char *name);

/* Write the defaults of `table` to values[count]. */
void parameter_defaults(const struct parameter *table, double *values);

#endif
