/*
 * plot.h - a picture of one job or several, as SVG.
 *
 * Data in, text out: nothing here knows HTTP or a store, and the same data is
 * the same bytes. What a picture looks like follows from its figure, a row of
 * the table plot_figures; adding one is a file that exports a row.
 */
#ifndef SERVER_PLOT_PLOT_H
#define SERVER_PLOT_PLOT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/landscape/grid.h"
#include "server/base/buffer.h"

enum {
    PLOT_RUNS_MAX = 8,       /* that colours, dashes and marks tell apart */
    PLOT_SIDE_MIN = 200,     /* pixels */
    PLOT_SIDE_MAX = 4000,
    PLOT_WIDTH = 800,        /* what stands for them where left out */
    PLOT_HEIGHT = 560,
};

enum plot_theme { PLOT_AUTO, PLOT_LIGHT, PLOT_DARK, PLOT_THEMES };
enum plot_scale { PLOT_FITTING, PLOT_LOG, PLOT_LINEAR, PLOT_SCALES };

/* "auto", "light", "dark"; the theme of that name, or PLOT_THEMES. Of scales
 * "log" and "linear"; "fitting" has no name. */
enum plot_theme plot_theme_find(const char *name);
enum plot_scale plot_scale_find(const char *name);

struct plot_options {
    unsigned width, height;  /* PLOT_SIDE_MIN … PLOT_SIDE_MAX */
    enum plot_theme theme;   /* auto: as the reader's system says */
    enum plot_scale scale;   /* of the loss, or of the levels; fitting: log
                                where it can be */
    bool animate;
};

/* One that may be asked for by name. */
struct plot_option {
    const char *name;        /* NULL ends the table */
    const char *sentence;
};
extern const struct plot_option plot_options[];
extern const struct plot_options plot_options_default;

/* Set the option in row `option` of the table. Returns NULL, or what it must
 * be: "must be light, dark or auto". */
const char *plot_option_set(struct plot_options *options, size_t option,
                            const char *text);

/* Numbers along the iterations. */
struct plot_series {
    const double *at;        /* [count] rising */
    const double *value;     /* [count] any doubles */
    size_t count;
};

/* One job, its rows thinned by the caller. */
struct plot_run {
    const char *name;        /* NULL: none */
    const char *objective, *optimizer;   /* "function", "adam" */
    const char *what;        /* the objective for people: "rosenbrock" */
    const char *state;       /* "completed" */
    bool has_ended;
    const char *outcome_class, *outcome_reason; /* NULL: by no rule */
    size_t n;                /* dimension */
    bool uphill;             /* it maximizes */
    uint64_t iterations;
    struct plot_series loss; /* of every row that was kept */
    const struct spot *path; /* [loss.count] of one or two variables; NULL: x
                                was not recorded, or they are more */
    struct plot_series training, validation; /* of models; count 0: none */
    bool has_best;
    uint64_t best_iteration;
    double best_loss;
};

struct plot {
    struct plot_options options;
    const struct plot_run *runs; /* [run_count] */
    size_t run_count;            /* 1 … PLOT_RUNS_MAX */
    bool one_objective;          /* all runs have the same */
    const char *variables[PLANE_DIMS_MAX]; /* their names, or NULL */
    const struct grid *grid;     /* finished, of one or two dimensions; NULL
                                    where the figure needs none */
    const struct spot *minima;   /* known ones */
    size_t minima_count;

    /* Of two variables: the greatest g of the constraints g <= 0, NULL without
     * any; and h of each constraint h = 0. [grid cells] */
    const double *inequality;
    const double *const *equalities; /* [equality_count] */
    size_t equality_count;
};

struct canvas;

struct plot_figure {
    const char *name;
    const char *sentence;
    unsigned grid_dims;      /* of the grid that it needs; 0: none */

    /* Whether it can show these runs; `grid` is not looked at. */
    bool (*suits)(const struct plot *plot);

    void (*draw)(struct canvas *canvas);
};

/* In the order of choice; NULL ends it. The last one suits all. */
extern const struct plot_figure *const plot_figures[];

/* The first figure that suits. */
const struct plot_figure *plot_choose(const struct plot *plot);

/*
 * Write the picture.
 *
 *   arena  in   scratch memory
 *   out    out  appended to; `failed` without memory
 *
 * Thread  any
 * Cost    a few milliseconds
 */
void plot_write(const struct plot *plot, struct arena *arena,
                struct buffer *out);

#endif
