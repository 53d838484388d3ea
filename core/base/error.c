/* error.c - the names and sentences of the list of errors. */
#include "core/base/error.h"

#include <assert.h>

static const struct {
    const char *name, *sentence;
} texts[ERRORS] = {
#define ROW(value, name, sentence) [value] = {name, sentence},
    ERROR_TABLE(ROW)
#undef ROW
};

const char *error_name(enum error error)
{
    assert((unsigned)error < ERRORS);
    return texts[error].name;
}

const char *error_sentence(enum error error)
{
    assert((unsigned)error < ERRORS);
    return texts[error].sentence;
}
