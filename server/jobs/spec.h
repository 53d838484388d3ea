/*
 * spec.h - a job spec: JSON on one side, what the core runs on the other.
 *
 * Nothing here knows an optimizer, an objective or a stop rule by name: the
 * core's tables say what a spec may hold.
 */
#ifndef SERVER_JOBS_SPEC_H
#define SERVER_JOBS_SPEC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/base/fault.h"
#include "core/objective/objective.h"
#include "core/optimizer/optimizer.h"
#include "core/run/run.h"
#include "core/schedule/schedule.h"
#include "server/json/validate.h"
#include "server/json/writer.h"
#include "server/store/store.h"

enum {
    SPEC_BYTES_MAX = 1 << 20,      /* of the JSON text */
    SPEC_NAME_BYTES_MAX = 200,
    SPEC_TAG_BYTES_MAX = 64,
    SPEC_EVERY_MAX = 1000000000,   /* iterations between two rows */
    SPEC_TRACE_BYTES_LEAST = 1000, /* that a spec may allow its trace */
    SPEC_PRIORITY_MAX = 1000,      /* -1000 ... 1000 */
    SPEC_RETENTION_S_MAX = 1000000000, /* 31 years */
    SPEC_MEMORY_BYTES_MAX = 1 << 30, /* of a run, as spec_predict() says */
    SPEC_EPOCHS_DEFAULT = 100,     /* of a run over rows that names no limit */
    RECORDED_DIMENSION_MAX = 64,   /* x stands in every row up to here */
    RECORD_X_DIMENSION_MAX = 1024, /* and up to here, if that is asked for: a
                                      chunk then has 4 MiB of it */
};

#define SPEC_TRACE_BYTES_MOST INT64_C(1000000000000000)

/* Members of the root, and of one constraint, that are numbers. */
extern const struct parameter spec_retention[], spec_constraint_parameters[];

struct dataset_hold;
struct datasets;

enum { SPEC_HOLDS_MAX = 4 };

/* Where an ended job was at an iteration, and which ones it recorded. */
struct spec_point {
    uint64_t iteration;           /* the one that is asked for */
    const double *x;              /* NULL: it was not kept */
    bool is_recorded;             /* the iteration, if not its x */
    uint64_t rows, last, every;   /* recorded: 0, every, … and last */
    uint64_t x_every;             /* the same of x, where not all are kept */
};

/* Where the datasets and jobs that a spec names come from. */
struct spec_source {
    struct datasets *datasets;    /* NULL: built-in ones only */
    struct store_reader *reader;  /* the caller's own */
    bool takes_files;             /* {"file": "data.csv"}: the command line */
    double trace_bytes_max;       /* of any job's trace; 0: no limit */

    /* Fill in *point; what it holds lives in `arena`: trace_find_point().
     * NULL: jobs are not looked up, as in a stored spec, which has the numbers
     * of its start. Fails: ERR_STORAGE, ERR_CORRUPT, ERR_MEMORY. */
    enum error (*find_point)(struct store_reader *reader, int64_t number,
                             struct arena *arena, struct spec_point *point);
    bool draws_later;             /* the numbers of a random start are left to
                                     whoever reads the spec to run it */
    bool is_no_run;               /* start and optimizer may be left out: only
                                     the objective is evaluated */
};

#define SPEC_SEED_MAX (((int64_t)1 << 53) - 1)

/* Where the first iterate comes from. */
enum start_origin { START_DEFAULT, START_GIVEN, START_RANDOM };

/* Whether x is recorded in every row: auto is "as far as
 * RECORDED_DIMENSION_MAX allows". */
enum record_x { RECORD_X_AUTO, RECORD_X_YES, RECORD_X_NO };

struct spec {
    const char *name;                     /* NULL: none */
    const char *const *tags;
    size_t tag_count;
    int64_t priority;
    double retention_s;                   /* NaN: as the server does */
    int64_t seed;

    struct value objective_values[MEMBERS_MAX];
    struct objective objective;           /* objective.kind names its kind */

    enum start_origin origin;
    double start_low, start_high;         /* of START_RANDOM */
    const double *start;                  /* [n] whatever its origin; NULL:
                                             the objective draws it, it is to
                                             be drawn later, or it is left
                                             out, of no run */

    const struct optimizer_kind *optimizer; /* NULL: left out, of no run */
    double optimizer_parameters[PARAMETERS_MAX];
    bool steps;                           /* optimizer_steps() of the two */
    double wrap_parameters[WRAP_PARAMETERS];
    const double *low, *high;             /* [n] bounds, or NULL */
    struct schedule schedule;
    struct batching batching;             /* batch_rows 0: no rows, or they are
                                             taken all at once as one */
    bool float32;                         /* rows as float32 */
    double stop[STOP_RULES];
    const struct constraint *constraints; /* [constraint_count] */
    const char *const *constraint_texts;  /* [constraint_count] as given */
    size_t constraint_count;

    struct datasets *datasets;            /* of the holds */
    struct dataset_hold *holds[SPEC_HOLDS_MAX]; /* datasets that it names */
    size_t hold_count;

    int64_t every;                        /* record each every-th iteration */
    bool every_epoch;                     /* `every` is an epoch */
    int64_t trace_bytes_max;              /* `every` is such that they suffice;
                                             0: no limit was given */
    enum record_x record_x;
};

/*
 * Read a spec and build what it describes.
 *
 *   faults   out  everything that is wrong with it; its arena may be another
 *                 one, and must live until the faults have been read
 *   flaw     out  line > 0: the text is not JSON, and this is where
 *   ret      out  complete only on OK
 *
 * Fails   ERR_INVALID after a flaw or faults; ERR_MEMORY
 * Owns    everything lives in `arena`
 */
MUST_CHECK enum error spec_read(struct arena *arena, const char *text,
                                size_t bytes, struct faults *faults,
                                struct json_flaw *flaw, struct spec *ret);

/* The same for a spec that may name datasets: they are held until
 * spec_release(). Fails, beside that: ERR_CORRUPT, ERR_STORAGE. */
MUST_CHECK enum error spec_read_from(struct arena *arena, const char *text,
                                     size_t bytes,
                                     const struct spec_source *source,
                                     struct faults *faults,
                                     struct json_flaw *flaw,
                                     struct spec *ret);

/* Let go of its datasets: nothing of the spec is evaluated after that. A spec
 * that is all zero, or could not be read, can be released. */
void spec_release(struct spec *spec);

/* Write the full spec, every default filled in; spec_read() takes it again
 * and makes the same job of it. */
void spec_write(const struct spec *spec, struct json_writer *writer);

/* Write its objective alone, the same way: equal texts are equal objectives. */
void spec_write_objective(const struct spec *spec, struct json_writer *writer);

/* The run that the spec describes, without observer and cancel flag. */
struct run spec_run(const struct spec *spec);

/* What a run of the spec needs at most. */
struct spec_needs {
    double memory_bytes;       /* while it runs */
    double trace_rows;         /* recorded iterations, at most */
    double trace_bytes;        /* on disk, at most */
};
struct spec_needs spec_predict(const struct spec *spec);

#endif
