/* marks.c - shapes that tell runs apart without colour. */
#include <assert.h>

#include "server/plot/canvas.h"

enum { CORNERS_MAX = 10 };

/* Corners around (0, 0), the radius being 1; none: a circle. */
static const struct {
    size_t count;
    double corners[CORNERS_MAX][2];
} shapes[PLOT_RUNS_MAX] = {
    [0] = {0, {{0}}},
    [1] = {4, {{-.9, -.9}, {.9, -.9}, {.9, .9}, {-.9, .9}}},
    [2] = {3, {{0, -1.2}, {1.15, .8}, {-1.15, .8}}},
    [3] = {4, {{0, -1.3}, {1.3, 0}, {0, 1.3}, {-1.3, 0}}},
    [4] = {3, {{0, 1.2}, {-1.15, -.8}, {1.15, -.8}}},
    [5] = {5, {{0, -1.2}, {1.14, -.37}, {.71, .97}, {-.71, .97},
               {-1.14, -.37}}},
    [6] = {6, {{-1.2, 0}, {-.6, -1.04}, {.6, -1.04}, {1.2, 0}, {.6, 1.04},
               {-.6, 1.04}}},
    [7] = {10, {{0, -1.45}, {.36, -.49}, {1.38, -.45}, {.58, .19},
                {.85, 1.17}, {0, .6}, {-.85, 1.17}, {-.58, .19},
                {-1.38, -.45}, {-.36, -.49}}},
};

static struct svg_point at(double x, double y)
{
    return (struct svg_point){svg_tenths(x), svg_tenths(y)};
}

/* Four quarters; arcs are not among what svg.h writes, and a polygon of so
 * many corners is round enough for its few pixels. */
static void circle(struct svg *svg, double x, double y, double radius)
{
    static const double corners[12][2] = {
        {1, 0}, {.866, .5}, {.5, .866}, {0, 1}, {-.5, .866}, {-.866, .5},
        {-1, 0}, {-.866, -.5}, {-.5, -.866}, {0, -1}, {.5, -.866},
        {.866, -.5},
    };

    svg_path_move(svg, at(x + radius, y));
    for (int i = 1; i < 12; i++)
        svg_path_line(svg, at(x + radius * corners[i][0],
                              y + radius * corners[i][1]));
    svg_path_close(svg);
}

void mark_shape(struct svg *svg, size_t run, double x, double y,
                double radius)
{
    assert(run < PLOT_RUNS_MAX);
    if (shapes[run].count == 0) {
        circle(svg, x, y, radius);
        return;
    }
    for (size_t i = 0; i < shapes[run].count; i++) {
        struct svg_point corner = at(x + radius * shapes[run].corners[i][0],
                                     y + radius * shapes[run].corners[i][1]);

        if (i == 0)
            svg_path_move(svg, corner);
        else
            svg_path_line(svg, corner);
    }
    svg_path_close(svg);
}

void mark_plus(struct svg *svg, double x, double y, double radius)
{
    svg_path_move(svg, at(x - radius, y));
    svg_path_line(svg, at(x + radius, y));
    svg_path_move(svg, at(x, y - radius));
    svg_path_line(svg, at(x, y + radius));
}

void mark_cross(struct svg *svg, double x, double y, double radius)
{
    svg_path_move(svg, at(x - radius, y - radius));
    svg_path_line(svg, at(x + radius, y + radius));
    svg_path_move(svg, at(x - radius, y + radius));
    svg_path_line(svg, at(x + radius, y - radius));
}
