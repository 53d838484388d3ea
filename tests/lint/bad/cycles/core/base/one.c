/* one.c - needs two.c, which needs it. */
#include "core/base/one.h"

int two_count(int n);

int one_count(int n)
{
    return n > 0 ? two_count(n - 1) : 0;
}
