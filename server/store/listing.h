/*
 * listing.h - what a list of jobs can be filtered and sorted by.
 *
 * A filter or a sort is one row: its name in the API, its type, of a filter its
 * SQL and its sentence. Reading a request, the query, the check of a cursor and
 * the documentation follow from the rows. Along which indexes a sort walks says
 * sqlite/list.c.
 */
#ifndef SERVER_STORE_LISTING_H
#define SERVER_STORE_LISTING_H

#include <stddef.h>

#include "server/store/store.h"

enum filter_type {
    FILTER_STATES,  /* unsigned: a set of states */
    FILTER_CLASSES, /* unsigned: a set of classes of outcome */
    FILTER_TEXT,    /* const char *: equal to it */
    FILTER_PART,    /* const char *: contains it, in any case */
    FILTER_TIME,    /* int64_t: wall milliseconds */
};

/* (name, type, member of struct store_query, SQL with a question mark,
 * sentence) */
#define STORE_FILTER_TABLE(ROW)                                               \
    ROW("state", FILTER_STATES, states, "job.state",                          \
        "Only jobs in these states.")                    \
    ROW("outcome", FILTER_CLASSES, classes, "job.outcome_class",              \
        "Only completed jobs with these outcomes.")                           \
    ROW("tag", FILTER_TEXT, tag,                                              \
        "EXISTS (SELECT 1 FROM job_tag WHERE job_tag.tag = ? AND"             \
        " job_tag.created_ms = job.created_ms AND"                            \
        " job_tag.number = job.number)",                                      \
        "Only jobs with this tag.")                                           \
    ROW("optimizer", FILTER_TEXT, optimizer, "job.optimizer = ?",             \
        "Only jobs with this optimizer.")                                     \
    ROW("objective", FILTER_TEXT, objective, "job.objective = ?",             \
        "Only jobs with this kind of objective.")                             \
    ROW("q", FILTER_PART, text, "job.name LIKE ? ESCAPE '\\'",                \
        "Only jobs whose name contains this, whatever the case.")             \
    ROW("created_after", FILTER_TIME, created_after_ms,                       \
        "job.created_ms > ?",                                                 \
        "Only jobs created after this RFC 3339 time.")                        \
    ROW("created_before", FILTER_TIME, created_before_ms,                     \
        "job.created_ms < ?",                                                 \
        "Only jobs created before this RFC 3339 time.")

struct store_filter {
    const char *name;
    enum filter_type type;
    size_t place;            /* in struct store_query */
    const char *sql;
    const char *sentence;
};

/* NULL ends it. */
extern const struct store_filter store_filters[];

/* The words of a type that is a set, word k of bit k; NULL ends them. NULL for
 * other types. */
const char *const *store_filter_words(enum filter_type type);

/* (value of enum store_sort, name, type of its values) */
#define STORE_SORT_TABLE(ROW)                                                 \
    ROW(SORT_CREATED, "created_at", VALUE_INTEGER)                            \
    ROW(SORT_NAME, "name", VALUE_TEXT)                                        \
    ROW(SORT_PRIORITY, "priority", VALUE_INTEGER)                             \
    ROW(SORT_ITERATIONS, "iterations", VALUE_INTEGER)                         \
    ROW(SORT_LOSS, "loss", VALUE_REAL)

enum value_type { VALUE_NULL, VALUE_INTEGER, VALUE_REAL, VALUE_TEXT };

struct store_sort_row {
    const char *name;
    enum value_type type;
};

extern const struct store_sort_row store_sorts[STORE_SORTS];

#endif
