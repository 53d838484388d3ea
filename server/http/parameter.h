/*
 * parameter.h - one parameter of a request: its type, range, default, sentence.
 *
 * Routes have tables of these, for their query and for the captures of their
 * path. Reading and checking a request, its faults, the documentation and the
 * answer of GET /openapi.json follow from the rows.
 */
#ifndef SERVER_HTTP_PARAMETER_H
#define SERVER_HTTP_PARAMETER_H

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/arena.h"
#include "core/base/fault.h"
#include "server/base/identifier.h"

enum http_type {
    HTTP_TEXT,     /* value.text */
    HTTP_INTEGER,  /* value.integer */
    HTTP_NUMBER,   /* value.number */
    HTTP_BOOLEAN,  /* true or false: value.flag */
    HTTP_CHOICE,   /* one of some names: value.choice, its index */
    HTTP_LIST,     /* items between commas: value.items[count], as texts, and
                      value.numbers or value.choices[count] by their type. A
                      comma in brackets, as of W[2,3], is its item's */
    HTTP_TIME,     /* of RFC 3339: value.integer, milliseconds since 1970 */
    HTTP_ID,       /* job_…: value.id; whether there is such a thing, and
                      whether an item of a list is an id, says the handler */
};

/* No default: value.is_given is false, and 0 stands in the value. */
#define HTTP_NONE NAN

struct http_parameter {
    const char *name;        /* NULL ends a table */
    const char *sentence;    /* what it is for; range, choices and default
                                follow from the row */
    enum http_type type;
    double low, high;        /* legal range of a number, a whole one, or the
                                numbers of a list */
    double initial;          /* the default of a number, a flag (0 or 1) or a
                                choice (its index); HTTP_NONE */
    const char *const *choices;  /* the names of a choice, or of the items of
                                a list of choices; of other types words that
                                are taken as well. NULL ends them */
    const void *const *kinds;    /* the same as a table of structs whose first
                                member is their name */
    const char *prefix;      /* of ids: "job" */
    enum http_type items;    /* of a list */
    size_t items_max;        /* of a list; 0: any number */
    bool is_required;        /* of a list: at least one item */
};

struct http_value {
    const char *text;        /* as it was sent; NULL: the default */
    bool is_given;           /* it was sent, right or wrong */
    bool is_wrong;           /* and has a fault; what else stands here is the
                                default */
    bool flag;
    int choice;              /* -1: it is none */
    int64_t integer;
    double number;
    struct identifier id;
    bool is_id;
    const char *const *items;
    const double *numbers;
    const int *choices;
    size_t count;
};

/* The name of a row's choice, or NULL behind the last. */
const char *parameter_choice_name(const struct http_parameter *row,
                                  size_t index);

/* What stands for a parameter that was not sent. */
struct http_value parameter_default(const struct http_parameter *row);

/*
 * Read the value of a parameter. One that is wrong is the default, but for
 * `text` and `is_given`.
 *
 *   place   in   of faults: "?limit"
 *   faults  out  what is wrong; NULL: nobody wants to know
 *   ret     out  its texts and arrays live in `arena`, or as long as `text`
 *
 * Fails   ERR_MEMORY
 */
MUST_CHECK enum error parameter_read(const struct http_parameter *row,
                                     const char *text, struct arena *arena,
                                     const char *place, struct faults *faults,
                                     struct http_value *ret);

/* The fault of a required parameter that was not sent, or is empty. */
void parameter_refuse_missing(const struct http_parameter *row,
                              const char *place, struct faults *faults);

#endif
