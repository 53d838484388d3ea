/* listing.c - the tables of filters and sorts. */
#include "server/store/listing.h"

#include "core/base/reason.h"

const struct store_filter store_filters[] = {
#define ROW(name, type, member, sql, sentence)                                \
    {name, type, offsetof(struct store_query, member), sql, sentence},
    STORE_FILTER_TABLE(ROW)
#undef ROW
    {0},
};

const char *const *store_filter_words(enum filter_type type)
{
    switch (type) {
    case FILTER_STATES:
        return job_state_names;
    case FILTER_CLASSES:
        return outcome_class_names;
    default:
        return NULL;
    }
}

const struct store_sort_row store_sorts[STORE_SORTS] = {
#define ROW(value, name, type) [value] = {name, type},
    STORE_SORT_TABLE(ROW)
#undef ROW
};
