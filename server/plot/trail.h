/*
 * trail.h - where a run went, in pixels: as lines, as dots, and in motion.
 *
 * Where a run leaves the picture its line goes to the edge in the right
 * direction; what is not finite ends it.
 */
#ifndef SERVER_PLOT_TRAIL_H
#define SERVER_PLOT_TRAIL_H

#include "server/plot/axis.h"
#include "server/plot/canvas.h"

/* A place in pixels; NaN: nowhere. */
struct place {
    double x, y;
};

struct trail {
    size_t run;
    bool on_map;                  /* it has the map's colours */
    const struct place *places;   /* [count] one a row */
    const double *at;             /* [count] the iterations */
    size_t count;
    double tolerance;             /* of its lines, in tenths of a pixel; 0: what
                                     does for a path */

    /* made by trail_make() */
    bool *is_new;                 /* [count] the step to this row has not been
                                     made before, as far as can be seen: a swing
                                     for ever is drawn once */
    struct svg_point *points;     /* of the lines, simplified */
    size_t *begins;               /* [lines + 1] where each begins in points */
    size_t lines;
    size_t dots;                  /* new rows inside of the panel */
    double spread;                /* pixels from dot to dot, on average */
};

/*
 * Make the lines of a trail.
 *
 *   trail  in/out  run, places, at and count are given
 *
 * False: without memory; the picture has failed
 */
bool trail_make(struct canvas *canvas, struct trail *trail);

struct frame;

/* Where a row of a run stands in a figure. */
typedef struct place trail_place(const struct frame *frame,
                                 const struct plot_run *run, size_t row);

/*
 * Make the trails of all runs of a figure that draws paths.
 *
 *   on_map    in   they have the map's colours
 *   trails    out  [run_count]
 *   ret_last  out  the greatest iteration of all: the clock's last
 *
 * False: without memory; the picture has failed
 */
bool trail_make_all(struct canvas *canvas, const struct frame *frame,
                    trail_place *place, bool on_map, struct trail *trails,
                    double *ret_last);

/* Open an element with a trail's lines: attributes may follow, svg_end(). */
void trail_write(struct canvas *canvas, const struct trail *trail);

/* What stands between these two is pale where the picture moves, as the moving
 * trail is drawn over it. */
void trail_begin_ghost(struct canvas *canvas);
void trail_end_ghost(struct canvas *canvas);

/* Draw all lines, in the run's colour and dashes. */
void trail_draw(struct canvas *canvas, const struct trail *trail);

/* Draw a dot at each new row inside of the panel, where they can be told from
 * one another. */
void trail_draw_dots(struct canvas *canvas, const struct trail *trail);

/* Draw the mark of the run at a place inside of the panel, hollow or filled;
 * nothing elsewhere. */
void trail_draw_mark(struct canvas *canvas, const struct trail *trail,
                     struct place place, bool filled);

/* Whether the last row of any run lies in the plot's box. */
bool trail_any_end(const struct plot *plot);

/* ---- motion: motion.c --------------------------------------------------- */

/*
 * Draw the line of a trail again, as it grows, with a mark that goes along in
 * steps. All trails of a picture share a clock, on which an iteration takes the
 * less time the later it is. Does nothing where no picture is to move.
 *
 *   last  in  the clock's last iteration: the greatest of all trails
 */
void motion_draw(struct canvas *canvas, const struct trail *trail,
                 double last);

#endif
