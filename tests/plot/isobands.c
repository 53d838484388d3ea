/*
 * isobands.c - the rings of contour.h as JSON, for oracle.mjs.
 *
 *   stdin   nx ny count, then the levels, then the grid's rows; nan, inf, -inf
 *   stdout  a line for each level: [[[x, y], …], …]
 */
#include <stdio.h>
#include <stdlib.h>

#include "server/plot/contour.h"

static double *read_numbers(struct arena *arena, size_t count)
{
    double *numbers = arena_array(arena, count, sizeof *numbers);

    for (size_t i = 0; numbers && i < count; i++)
        if (scanf("%lf", &numbers[i]) != 1)
            return NULL;
    return numbers;
}

static void print_ring(void *self, const struct contour_point *points,
                       size_t count)
{
    size_t *rings = self;

    printf("%s[", (*rings)++ > 0 ? "," : "");
    for (size_t i = 0; i < count; i++)
        printf("%s[%.17g,%.17g]", i > 0 ? "," : "", points[i].x, points[i].y);
    printf("]");
}

int main(void)
{
    struct arena arena;
    struct contour contour;
    size_t nx, ny, count;
    double *levels, *values;

    arena_init(&arena, 0);
    if (scanf("%zu %zu %zu", &nx, &ny, &count) != 3)
        return 1;
    levels = read_numbers(&arena, count);
    values = read_numbers(&arena, nx * ny);
    if (!levels || !values || contour_init(&contour, nx, ny, &arena) != OK)
        return 1;
    for (size_t k = 0; k < count; k++) {
        size_t rings = 0;

        printf("[");
        contour_trace(&contour, values, levels[k], print_ring, &rings);
        printf("]\n");
    }
    arena_fini(&arena);
    return 0;
}
