/*
 * fault.h - what is wrong with a user's input: all of it, each with its place.
 *
 * Whoever reads a spec adds faults and goes on reading; at the end the caller
 * looks at `total`. A fault's place is a JSON pointer (RFC 6901), the line and
 * column of a file, or both for a formula.
 */
#ifndef CORE_BASE_FAULT_H
#define CORE_BASE_FAULT_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base/arena.h"

/*     value                 code, as in the answer's `errors[].code` */
#define FAULT_TABLE(ROW)                                                      \
    ROW(FAULT_REQUIRED,       "required")                                     \
    ROW(FAULT_UNKNOWN_MEMBER, "unknown_member")                               \
    ROW(FAULT_UNKNOWN_NAME,   "unknown_name")                                 \
    ROW(FAULT_WRONG_TYPE,     "wrong_type")                                   \
    ROW(FAULT_OUT_OF_RANGE,   "out_of_range")                                 \
    ROW(FAULT_WRONG_SIZE,     "wrong_size")                                   \
    ROW(FAULT_TOO_LARGE,      "too_large")                                    \
    ROW(FAULT_NOT_SYMMETRIC,  "not_symmetric")                                \
    ROW(FAULT_DUPLICATE,      "duplicate")                                    \
    ROW(FAULT_CONFLICT,       "conflict")                                     \
    ROW(FAULT_SYNTAX,         "syntax")

enum fault_code {
#define ROW(value, code) value,
    FAULT_TABLE(ROW)
#undef ROW
    FAULT_CODES
};

enum { FAULTS_KEPT = 100 }; /* more are counted, not kept */

struct fault {
    const char *pointer;    /* "/optimizer/learning_rate"; "" is the whole */
    enum fault_code code;
    const char *detail;     /* a sentence with the legal range */
    const char *suggestion; /* a near name, or NULL */
    size_t line, column;    /* from 1, the column of a file in bytes, that of
                               a formula in characters; 0: it is in JSON, at
                               `pointer` */
};

struct faults {
    struct arena *arena;       /* holds every string below */
    struct fault items[FAULTS_KEPT];
    size_t total;              /* may exceed FAULTS_KEPT */
    bool out_of_memory;        /* a text was lost: answer 500, not 422 */
};

/* Prepare an empty collection whose texts live in `arena`. */
void faults_init(struct faults *faults, struct arena *arena);

/* How many faults are in `items`. */
size_t faults_kept(const struct faults *faults);

/*
 * Add one fault. Texts are copied; `suggestion` may be NULL.
 *
 * Thread  one at a time
 */
void fault_add(struct faults *faults, const char *pointer,
               enum fault_code code, const char *suggestion,
               const char *format, ...)
    __attribute__((format(printf, 5, 6)));

/* The same for a fault in a file, whose pointer is "", or in a text of several
 * lines at `pointer`. */
void fault_add_at(struct faults *faults, const char *pointer, size_t line,
                  size_t column, enum fault_code code, const char *suggestion,
                  const char *format, ...)
    __attribute__((format(printf, 7, 8)));

/* The code's name, as on the wire: "out_of_range". */
const char *fault_code_name(enum fault_code code);

/*
 * `base` with one more step: pointer_member("/a", "b/c") is "/a/b~1c",
 * pointer_index("/a", 3) is "/a/3". "" when the arena is used up, which the
 * next fault_add() reports.
 */
const char *pointer_member(struct faults *faults, const char *base,
                           const char *name);
const char *pointer_index(struct faults *faults, const char *base,
                          size_t index);

#endif
