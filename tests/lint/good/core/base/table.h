/* table.h - a header that includes what it uses. */
#pragma once
#include <stddef.h>

struct table {
    const char *name;
    double (*rand)(double x);
};

extern const struct table *const tables[];
size_t table_copy(char *to, size_t to_bytes, const struct table *table);
