/* three.c - a table. */
#include "core/run/three.h"

extern int (*const three_functions[THREE])(int n);
int (*const three_functions[THREE])(int n) = {one_count};
