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

static const char *state_word(unsigned word)
{
    return job_state_name((enum job_state)word);
}

static const char *class_word(unsigned word)
{
    return outcome_class_name((enum outcome_class)word);
}

const struct store_words *store_filter_words(enum filter_type type)
{
    static const struct store_words
        states = {"state", JOB_STATES, state_word},
        classes = {"outcome", OUTCOME_CLASSES, class_word};

    switch (type) {
    case FILTER_STATES:
        return &states;
    case FILTER_CLASSES:
        return &classes;
    default:
        return NULL;
    }
}

const struct store_sort_row store_sorts[STORE_SORTS] = {
#define ROW(value, name, type) [value] = {name, type},
    STORE_SORT_TABLE(ROW)
#undef ROW
};
