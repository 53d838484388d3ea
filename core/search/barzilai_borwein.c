/* barzilai_borwein.c - the step that the last move's curvature asks for. */
#include "core/search/search.h"

/* Beyond these the curvature is rounding. */
#define STEP_MIN 1e-30
#define STEP_MAX 1e30

double search_barzilai_borwein(double ss, double sy, double yy, bool is_even,
                               double otherwise)
{
    double step = is_even ? ss / sy : sy / yy;

    return sy > 0 && step >= STEP_MIN && step <= STEP_MAX ? step : otherwise;
}
