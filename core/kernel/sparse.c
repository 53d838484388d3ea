/*
 * sparse.c - products with sparse rows.
 *
 * Not cloned: what it waits for is w[column], which no wider vector brings
 * sooner.
 */
#include "core/kernel/sparse.h"

#include "core/kernel/lanes.h"
#include "core/kernel/rows.h"

/* How many rows later the entries are wanted that are asked for now. */
enum { ROWS_AHEAD = 8 };

#define REAL double
#define NAME(x) x##_f64
#include "core/kernel/sparse_body.h"

#define REAL float
#define NAME(x) x##_f32
#include "core/kernel/sparse_body.h"
