/*
 * picture.h - a job as pictures know it: its rows, thinned, what it minimises,
 * and the landscape around its path.
 */
#ifndef SERVER_JOBS_PICTURE_H
#define SERVER_JOBS_PICTURE_H

#include "core/landscape/grid.h"
#include "server/jobs/spec.h"
#include "server/plot/plot.h"

enum { PICTURE_ROWS_MAX = 4000 };   /* of all jobs, once thinned */

/* Rows of a trace, or those that a window of it kept; a column that the trace
 * does not have is NULL, a number that a row does not have is absent
 * (chunk_absent()). */
struct picture_rows {
    size_t count;
    const double *iteration, *loss, *training, *validation; /* [count] */
    const double *x[PLANE_DIMS_MAX];                        /* [count] */
};

/* How many rows are kept of a run, and how many of them are the first of its
 * trace, one by one, where it has more. */
struct picture_share {
    size_t rows, first;
};

/* The same for each run: `first` is half of all where paths of one or two
 * variables are drawn, as a run moves most where it begins. The plot's runs
 * are counted and compared (one_objective), the run's `n` is set. */
struct picture_share picture_share_of(const struct plot *plot,
                                      const struct plot_run *run);

/*
 * Set the series and the path of a run whose other members are set.
 *
 *   rows  in  the first share->first of the trace are among them
 *
 * Fails   ERR_MEMORY
 * Owns    everything lives in `arena`
 */
MUST_CHECK enum error picture_take_rows(struct plot_run *run,
                                        const struct picture_rows *rows,
                                        const struct picture_share *share,
                                        struct arena *arena);

/* Set what follows from the spec: objective, optimizer, what, n. */
void picture_take_spec(struct plot_run *run, const struct spec *spec);

/*
 * Whether two specs have the same objective.
 *
 * Fails   ERR_MEMORY
 */
MUST_CHECK enum error picture_compare(const struct spec *a,
                                      const struct spec *b, bool *ret_same);

/* The names of the variables of a spec of one or two. */
MUST_CHECK enum error picture_take_variables(struct plot *plot,
                                             const struct spec *spec,
                                             struct arena *arena);

/*
 * Prepare the grid of a picture of one or two variables: its box holds every
 * path and the known minima, which the plot gets as well.
 *
 *   plot  in/out  options and runs are set
 *   spec  -       of the objective that all runs share; outlives the grid
 *
 * Fails   ERR_MEMORY
 * Owns    everything lives in `arena`
 */
MUST_CHECK enum error picture_prepare_grid(struct plot *plot,
                                           const struct spec *spec,
                                           struct arena *arena,
                                           struct grid *ret);

/* Whether there are constraints to be shown: in two variables, and the same for
 * each of specs [plot->run_count]. */
bool picture_shows_constraints(const struct plot *plot,
                               const struct spec *specs);

/*
 * Evaluate constraint `index` of a spec of two variables on the grid, for the
 * plot to show: all of them, one after the other.
 *
 * Fails   ERR_MEMORY
 * Owns    everything lives in `arena`
 */
MUST_CHECK enum error picture_add_constraint(struct plot *plot,
                                             const struct spec *spec,
                                             size_t index,
                                             const struct grid *grid,
                                             struct arena *arena);

#endif
