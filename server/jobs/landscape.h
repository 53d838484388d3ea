/*
 * landscape.h - the loss around a job's path, or around a start: what pictures
 * and GET /jobs/{id}/landscape are made of.
 *
 * It is made a piece at a time: reading the spec, its data and the path,
 * finding the plane and the box, evaluating cells. No piece but evaluating once
 * takes more than some milliseconds.
 */
#ifndef SERVER_JOBS_LANDSCAPE_H
#define SERVER_JOBS_LANDSCAPE_H

#include <stdatomic.h>

#include "core/function/function.h"
#include "core/landscape/box.h"
#include "core/landscape/grid.h"
#include "core/landscape/principal.h"
#include "server/jobs/job_path.h"
#include "server/jobs/job_points.h"
#include "server/jobs/spec.h"
#include "server/jobs/spec_parts.h"

enum {
    LANDSCAPE_SIDE = 200,              /* cells, where it is left out */
    LANDSCAPE_DIMS_GIVEN_MAX = 8,      /* kept, to name what is too many */
    LANDSCAPE_MINIMA_MAX = GRID_MINIMA_MAX + FUNCTION_MINIMA_MAX,
};

/* Bounds are within this, to both sides: their squares are doubles. */
#define LANDSCAPE_BOUND_MAX 1e150

/* The point that the plane goes through. */
enum landscape_at {
    LANDSCAPE_BEST, LANDSCAPE_LAST, LANDSCAPE_START, LANDSCAPE_ITERATION,
    LANDSCAPE_DEFAULT,   /* the best, or the start where there is none */
};

/* What is asked for. Texts and numbers outlive the landscape. */
struct landscape_wish {
    enum plane_kind plane;
    const char *dims[LANDSCAPE_DIMS_GIVEN_MAX]; /* names or numbers */
    size_t dim_count;                  /* 0: the first two variables */
    enum landscape_at at;
    uint64_t iteration;                /* of LANDSCAPE_ITERATION */
    double bounds[2 * PLANE_DIMS_MAX]; /* x0, x1, y0, y1 */
    size_t bound_count;                /* 0: a box is found */
    size_t nx, ny;                     /* 0: LANDSCAPE_SIDE */
};

/* Whose landscape. */
struct landscape_source {
    struct store *store;
    struct datasets *datasets;
    struct pool *pool;
    int64_t number;                    /* the job's; 0: `text` is the spec */
    const char *text;                  /* [bytes] JSON; only its objective
                                          counts, its start, and its bounds */
    size_t bytes;
    double bytes_max;                  /* memory that its data may take */
    const atomic_bool *cancel;
};

/* A minimum that was found on the grid, or is known of the function. */
struct landscape_minimum {
    struct spot spot;
    double loss;
    bool is_known, is_local;           /* is_local: known, but another one is
                                          lower */
    double distance;                   /* of a known one from the plane */
};

struct landscape {
    /* Set, once landscape_step() says that there is no more. */
    struct spec spec;
    struct spec_parts parts;
    struct plane plane;
    struct principal principal;        /* of PLANE_PATH */
    size_t principal_rows;             /* of the path, that it is made of */
    double *at;                        /* [n] */
    double at_iteration;               /* NaN: of no job */
    struct grid grid;
    struct job_path path;              /* count 0: there is none */
    struct spot *spots;                /* [path.count] where it is */
    size_t outside;                    /* of them, outside the box */
    struct landscape_minimum minima[LANDSCAPE_MINIMA_MAX];
    size_t minima_count;

    /* landscape.c's from here on */
    struct landscape_source source;
    struct landscape_wish wish;
    struct faults *faults;
    struct json_flaw *flaw;
    struct arena *arena;
    struct store_reader *reader;
    size_t stage;
    struct kept_point points[KEPT_PLACES];
    bool has_points;
    bool uphill, is_unbounded;
    double *start;                     /* [n]; NULL: none is known */
    size_t block;                      /* cells at a time */
    struct grid_minimum found[GRID_MINIMA_MAX];
    size_t found_count, refined;
};

/*
 * Begin a landscape; landscape_fini() it.
 *
 *   arena   in   where all of it lives
 *   faults  out  what is wrong, of the query too: it may hold faults already;
 *                then the spec and what depends on it are looked at, and no
 *                more is done
 *   flaw    out  line > 0: the text is not JSON
 */
void landscape_init(struct landscape *landscape,
                    const struct landscape_source *source,
                    const struct landscape_wish *wish, struct arena *arena,
                    struct faults *faults, struct json_flaw *flaw);
void landscape_fini(struct landscape *landscape);

/*
 * Do the next piece.
 *
 *   ret_more  out  there are more
 *
 * Fails   ERR_INVALID after faults, or a flaw; ERR_TOO_BIG its data takes more
 *         than bytes_max; ERR_MISSING the job is gone; ERR_CORRUPT,
 *         ERR_STORAGE, ERR_MEMORY
 * Thread  one at a time, any
 */
MUST_CHECK enum error landscape_step(struct landscape *landscape,
                                     bool *ret_more);

/* Cells that are evaluated of all; 0 of 0 before it is known. */
void landscape_progress(const struct landscape *landscape, size_t *ret_done,
                        size_t *ret_cells);

#endif
