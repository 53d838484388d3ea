/*
 * svg.h - a picture as SVG text, element by element.
 *
 * The writer closes what it opened and escapes what it is given. Lengths are
 * pixels, rounded to tenths and written in whole numbers, so that the same
 * picture is the same bytes whatever the locale or the C library.
 */
#ifndef SERVER_PLOT_SVG_H
#define SERVER_PLOT_SVG_H

#include <stdbool.h>
#include <stddef.h>

#include "server/base/buffer.h"

enum { SVG_DEPTH_MAX = 16 };

struct svg {
    struct buffer *out;
    const char *open[SVG_DEPTH_MAX]; /* elements not closed yet */
    size_t depth;
    bool in_tag;                /* attributes may still come */
    long x, y;                  /* of the pen, in tenths of a pixel */
    char last;                  /* the path's last command; 0: none yet */
};

/* A point of a picture in tenths of a pixel. */
struct svg_point {
    long x, y;
};

void svg_init(struct svg *svg, struct buffer *out);

/* Open an element: its attributes, then its content, then svg_end(). The name
 * must live until then. */
void svg_begin(struct svg *svg, const char *name);
void svg_end(struct svg *svg);

/* An attribute of the element just opened; the value is escaped. */
void svg_set(struct svg *svg, const char *name, const char *value);
/* One in pixels; not NaN. */
void svg_set_length(struct svg *svg, const char *name, double pixels);

/* Numbers from 0 to 1 with ";" between, in ten-thousandths: times and parts of
 * an animation. */
void svg_set_parts(struct svg *svg, const char *name, const double *parts,
                   size_t count);

/* Points with ";" between, as "x,y" in pixels: an animation's places. */
void svg_set_points(struct svg *svg, const char *name,
                    const struct svg_point *points, size_t count);

/* Text inside an element, escaped: what XML cannot hold (control characters)
 * becomes U+FFFD. */
void svg_text(struct svg *svg, const char *text);

/* A whole element with text: <text x= y=>. */
void svg_label(struct svg *svg, double x, double y, const char *text);

/* Pixels to tenths. */
long svg_tenths(double pixels);

/*
 * The attribute `name` as path data: lines through points. Of several paths in
 * one attribute each begins with svg_path_move().
 */
void svg_path_begin(struct svg *svg, const char *name);
void svg_path_move(struct svg *svg, struct svg_point to);
void svg_path_line(struct svg *svg, struct svg_point to);
void svg_path_close(struct svg *svg);
void svg_path_end(struct svg *svg);

#endif
