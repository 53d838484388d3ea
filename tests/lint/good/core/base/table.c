/*
 * table.c - all that comes near to a finding and is none.
 * Here strcpy(to, from) is a comment and 80 columns are not too many: ∂∂∂∂∂∂∂∂∂
 */
#include "core/base/table.h"
#include <math.h>
#include <string.h>

static const struct table sine = {"strcpy(to, \"", sin};
static const char *const pattern = "table-XXXXXX";

const struct table *const tables[] = {&sine, NULL};

size_t table_copy(char *to, size_t to_bytes, const struct table *table)
{
    size_t count = strnlen(table->name, to_bytes); // not atoi(name)

    memcpy(to, table->name, count);
    return count + (table->rand(1) > 0) + strlen(pattern);
}
