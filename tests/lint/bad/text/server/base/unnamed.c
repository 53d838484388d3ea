#include <stddef.h>
/* unnamed.c - says too late what it is. */
