/*
 * reader.h - reading a JSON document that somebody else wrote.
 *
 * The reader keeps the JSON pointer of every value, and collects every fault
 * instead of stopping at the first. A function that asks for a value of one
 * type adds a fault when there is another, and returns false.
 *
 *     struct json_object object;
 *     json_object_open(reader, value, &object);
 *     if (json_object_take(&object, "seed", &member))
 *         json_read_integer(reader, member, 0, SEED_MAX, &seed);
 *     json_object_close(&object);     // what nobody took is unknown
 */
#ifndef SERVER_JSON_READER_H
#define SERVER_JSON_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/base/fault.h"
#include "server/json/validate.h"

struct cJSON; /* known to json/ only */

/* Where a member of this name belongs, for those who put it elsewhere. */
struct json_place {
    const char *name;      /* "lr"; NULL ends a table */
    const char *pointer;   /* "/optimizer/learning_rate" */
};

struct json_reader {
    struct faults *faults;
    struct arena *arena;   /* holds pointers, texts and numbers read */
    struct cJSON *tree;
    const struct json_place *places; /* the document's; NULL at first */
    void *user;            /* the caller's, from init to fini; NULL at first */
};

/*
 * A value and its place. Where there is no such value `node` is NULL: what
 * asks for its content then returns false and adds no fault (whoever needed
 * it has added one).
 */
struct json_value {
    const struct cJSON *node;
    const char *pointer;
    size_t index; /* among its siblings, during a walk */
};

enum json_type {
    JSON_NULL, JSON_FLAG, JSON_NUMBER, JSON_TEXT, JSON_ARRAY, JSON_OBJECT
};

/*
 * Validate and parse a text. Duplicate members anywhere are flaws too, with
 * the place of the second one; so is \u0000, where cJSON ends a string.
 *
 *   faults   out  collects what the json_read functions find; its arena holds
 *                 what they return
 *   ret_flaw out  set when the text is not JSON
 *
 * Fails   ERR_INVALID (see ret_flaw), ERR_MEMORY
 * Owns    the reader; json_reader_fini() frees the tree, not the arena
 */
MUST_CHECK enum error json_reader_init(struct json_reader *reader,
                                       const char *text, size_t bytes,
                                       struct faults *faults,
                                       struct json_flaw *ret_flaw);
void json_reader_fini(struct json_reader *reader);

/* The document's root, at pointer "". */
struct json_value json_reader_root(const struct json_reader *reader);

enum json_type json_value_type(struct json_value value);
bool json_value_is_null(struct json_value value);

/* An object being read. Members that nobody asks for are unknown members. */
enum {
    JSON_OBJECT_NAMES = 64,
    JSON_NAMES_LISTED_MAX = 12, /* so many members are all named in a fault */
};

struct json_object {
    struct json_reader *reader;
    struct json_value value;               /* node NULL: it was no object */
    const char *asked[JSON_OBJECT_NAMES];  /* names asked for: suggestions */
    size_t asked_count;
};

/* Begin to read `value` as an object; false and a fault when it is none (the
 * functions below then find nothing, and add no further faults). */
bool json_object_open(struct json_reader *reader, struct json_value value,
                      struct json_object *ret_object);

/* Ask for a member; false when it is absent (*ret_value then has no node).
 * `name` must outlive `object`. */
bool json_object_take(struct json_object *object, const char *name,
                      struct json_value *ret_value);

/* As json_object_take(), and a fault "required" when it is absent. */
bool json_object_need(struct json_object *object, const char *name,
                      struct json_value *ret_value);

/* Add "unknown_member" for every member nobody asked for, with the nearest
 * name that was asked for as its suggestion, or the place that the reader
 * knows for it. */
void json_object_close(struct json_object *object);

/* Walk over the members of an object whose names are data: start with
 * {.node = NULL} in *member; false at the end. */
bool json_object_next(struct json_reader *reader, struct json_value object,
                      const char **ret_name, struct json_value *member);

/* A whole number from low to high, and within 2^53 of zero, as far as doubles
 * are exact: 1e3 and 1.0 are whole. (2^53 + 1 reads as 2^53, as in every reader
 * that keeps numbers in doubles.) */
bool json_read_integer(struct json_reader *reader, struct json_value value,
                       int64_t low, int64_t high, int64_t *ret);
/* A finite number. */
bool json_read_number(struct json_reader *reader, struct json_value value,
                      double *ret);
bool json_read_flag(struct json_reader *reader, struct json_value value,
                    bool *ret);
/* A text of at most `bytes_max` bytes, in the arena or the tree: it lives as
 * long as both. */
bool json_read_text(struct json_reader *reader, struct json_value value,
                    size_t bytes_max, const char **ret);

/* How many elements an array has; false and a fault when it is none, or has
 * more than count_max. */
bool json_array_open(struct json_reader *reader, struct json_value value,
                     size_t count_max, size_t *ret_count);
/* Walk: start with {.node = NULL} in *element; false at the end. */
bool json_array_next(struct json_reader *reader, struct json_value array,
                     struct json_value *element);

/* An array of finite numbers, in the arena. */
bool json_read_numbers(struct json_reader *reader, struct json_value value,
                       size_t count_max, const double **ret_numbers,
                       size_t *ret_count);
/* An array of arrays of finite numbers of one length, row-major; at most
 * count_max numbers in all, and as many rows. */
bool json_read_matrix(struct json_reader *reader, struct json_value value,
                      size_t count_max, const double **ret_numbers,
                      size_t *ret_rows, size_t *ret_columns);
/* An array of texts. */
bool json_read_texts(struct json_reader *reader, struct json_value value,
                     size_t count_max, size_t bytes_max,
                     const char *const **ret_texts, size_t *ret_count);

#endif
