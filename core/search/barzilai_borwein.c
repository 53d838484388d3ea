/* barzilai_borwein.c - a step from the curvature along the last move. */
#include "core/search/search.h"

/* A step outside of these comes from a curvature that is all rounding. */
#define STEP_MIN 1e-30
#define STEP_MAX 1e30

double search_barzilai_borwein(double ss, double sy, double yy, bool is_even,
                               double otherwise)
{
    double step = is_even ? ss / sy : sy / yy;

    return sy > 0 && step >= STEP_MIN && step <= STEP_MAX ? step : otherwise;
}
