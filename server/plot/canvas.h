/*
 * canvas.h - what the figures draw on, and what they share: colours, marks,
 * words that fit.
 */
#ifndef SERVER_PLOT_CANVAS_H
#define SERVER_PLOT_CANVAS_H

#include "server/plot/plot.h"
#include "server/plot/svg.h"

/* Text sizes in pixels. */
#define TITLE_SIZE 15.0
#define TEXT_SIZE 12.0

struct rectangle {
    double left, top, right, bottom;
};

struct canvas {
    struct svg svg;
    const struct plot *plot;
    struct arena *arena;
    struct rectangle panel;  /* what lies between the axes */
};

/* ---- colours: ink.c ----------------------------------------------------- */

/* Colours that a theme decides. */
enum ink {
    INK_NONE,
    INK_PAGE,
    INK_TEXT,
    INK_MUTED,   /* text of less weight */
    INK_GRID,
    INK_FRAME,
    INK_CURVE,
    INK_ALARM,   /* what is not finite */
    INK_RUN,     /* of run 0; the others follow */
    INKS = INK_RUN + PLOT_RUNS_MAX
};

/* "#rrggbb"; "none" of INK_NONE. */
const char *ink_colour(enum ink ink, bool dark);

/* Fill and stroke of the element just opened. */
void ink_set(struct canvas *canvas, enum ink fill, enum ink stroke);

/* The <style> by which the reader's system turns the page dark, or stops what
 * moves; nothing where neither can be. */
void ink_style(struct canvas *canvas);

/* The map's colours are the same on every page: lighter is lower. Paths lie on
 * it in bright colours with a dark casing. */
enum { INK_COLOUR_BYTES = sizeof "#000000" };
void ink_of_band(size_t band, size_t bands, char ret[INK_COLOUR_BYTES]);
extern const char ink_casing[];
extern const char ink_missing[];
extern const char ink_forbidden[];   /* what constraints forbid; see-through */
#define INK_FORBIDDEN_OPACITY ".3"
const char *ink_on_map(size_t run);

/* The dash pattern of a run; NULL: a solid line. */
const char *ink_dash(size_t run);

/* ---- marks: marks.c ----------------------------------------------------- */

/* The mark of a run around a point: a circle, a square, … `radius` in
 * pixels; path data of an element's attribute d. */
void mark_shape(struct svg *svg, size_t run, double x, double y,
                double radius);

/* A plus, for minima that are known; a cross, for what went wrong. */
void mark_plus(struct svg *svg, double x, double y, double radius);
void mark_cross(struct svg *svg, double x, double y, double radius);

/* ---- words: words.c ----------------------------------------------------- */

/* About how wide a text is: fonts differ. */
double words_width(const char *text, double size);

/* The text, or its beginning and "…": about `room` wide at most. In the
 * canvas's arena. */
const char *words_fit(struct canvas *canvas, const char *text, double size,
                      double room);

/* "adam on rosenbrock from (−1.2, 1), loss 24.2, to …", a whole sentence. */
const char *words_of_run(struct canvas *canvas, size_t run);

/* How a run ended in few words: "converged after 345 iterations". */
const char *words_of_end(struct canvas *canvas, const struct plot_run *run);

/* What a legend calls a run: no two the same. */
const char *words_label(struct canvas *canvas, size_t run);

/* The picture's title, and its description for those who do not see it. */
const char *words_title(struct canvas *canvas);
const char *words_description(struct canvas *canvas,
                              const struct plot_figure *figure);

#endif
