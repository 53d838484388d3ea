/* run.c - core includes core. */
#include "core/base/table.h"

size_t run_length(void);

size_t run_length(void)
{
    return sizeof(struct table);
}
