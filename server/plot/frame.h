/*
 * frame.h - what stands around a panel: title, legend, axes with their ticks.
 *
 *     title
 *     sentence
 *     ○ legend  ● legend
 *     ┌─────────────────────┐
 *   y │ panel               │ room on the right
 *     └─────────────────────┘
 *               x
 *
 * What there is no room for in a small picture is left out: the sentence
 * first, then the legend; the description has all of it.
 */
#ifndef SERVER_PLOT_FRAME_H
#define SERVER_PLOT_FRAME_H

#include "server/plot/axis.h"
#include "server/plot/canvas.h"

/* What stands before the text of an entry. */
enum sign {
    SIGN_RUN,         /* the line and the mark of a run */
    SIGN_DASHED,      /* a dashed line of its colour */
    SIGN_FAINT,       /* a thin one */
    SIGN_START,       /* a hollow circle */
    SIGN_END,         /* a filled one */
    SIGN_MINIMUM,     /* a plus */
    SIGN_ALARM,       /* a cross: not finite */
    SIGN_MISSING,     /* a patch of the colour of what is no number */
    SIGN_FORBIDDEN,   /* one of what constraints forbid */
    SIGN_EQUALITY,    /* the line on which they hold */
};

struct entry {
    enum sign sign;
    size_t run;
    const char *text;
};

enum { ENTRIES_MAX = 2 * PLOT_RUNS_MAX + 6 };

struct frame {
    struct axis x, y;        /* in: all but `from` and `to` */
    const char *x_name, *y_name;
    struct entry entries[ENTRIES_MAX];
    size_t entry_count;
    bool on_map;             /* runs have the map's colours */
    bool whole_x;            /* x counts: no ticks between whole numbers */
    bool grid;               /* lines through the panel at the ticks */
    bool has_zero;           /* the y axis is a log one whose low end stands
                                for zero */
    double right_room;       /* in  wanted beside the panel, in pixels */
    struct ticks x_ticks, y_ticks;   /* out */
};

void frame_add(struct frame *frame, enum sign sign, size_t run,
               const char *text);

/* Give panel and axes their places, and draw what lies around and below what
 * the figure draws. */
void frame_begin(struct canvas *canvas, struct frame *frame);

/* Draw the panel's edge and the labels. */
void frame_end(struct canvas *canvas, const struct frame *frame);

/* What is drawn between these two is cut off at the panel's edge. */
void frame_begin_panel(struct canvas *canvas);
void frame_end_panel(struct canvas *canvas);

#endif
