/* recorder.c - rows into chunks, with as little as possible per iteration. */
#include "server/jobs/recorder.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "server/base/clock.h"

/*
 * Reading the clock costs as much as a small iteration. So it is read at each
 * iteration only while one takes long; else after a stride of iterations, the
 * others carrying the last reading. The stride doubles while it takes less
 * than half of CLOCK_COARSE_S, and is 1 again when it takes all of that:
 * time_s is exact to about 16 µs.
 */
enum { CLOCK_STRIDE_MAX = 256 };
#define CLOCK_COARSE_S 16e-6

/* Copying a long x for whoever asks about the progress must not cost more
 * than the run: at most this often. */
#define PROGRESS_INTERVAL_S 0.1

/* ---- memory of chunks -------------------------------------------------- */

/* Where every chunk is kept, new memory comes at each row, and small pages
 * cost more than the row: slabs of huge ones. */
enum { HUGE_PAGE_BYTES = 2 << 20, SLAB_BYTES = 32 << 20, LINE_BYTES = 64 };

struct slab {
    struct slab *older;
    size_t used, bytes;
};

static size_t whole_lines(size_t bytes)
{
    return (bytes + LINE_BYTES - 1) / LINE_BYTES * LINE_BYTES;
}

static struct slab *slab_new(size_t bytes, struct slab *older)
{
    struct slab *slab;

    bytes += whole_lines(sizeof *slab);
    if (bytes < SLAB_BYTES)
        bytes = SLAB_BYTES;
    bytes = (bytes + HUGE_PAGE_BYTES - 1) / HUGE_PAGE_BYTES * HUGE_PAGE_BYTES;
    slab = aligned_alloc(HUGE_PAGE_BYTES, bytes);
    if (!slab)
        return NULL;
    madvise(slab, bytes, MADV_HUGEPAGE); /* advice: small pages do as well */
    *slab = (struct slab){older, whole_lines(sizeof *slab), bytes};
    return slab;
}

static void *slab_take(struct recorder *recorder, size_t bytes)
{
    struct slab *slab = recorder->slabs;
    void *place;

    bytes = whole_lines(bytes);
    if (!slab || slab->bytes - slab->used < bytes) {
        slab = slab_new(bytes, slab);
        if (!slab)
            return NULL;
        recorder->slabs = slab;
    }
    place = (char *)slab + slab->used;
    slab->used += bytes;
    return place;
}

/*
 * Elsewhere a chunk is freed by the writer's thread as often as one is begun,
 * and the system would clear its pages anew each time, which took a tenth of
 * the run's. So a few are kept, and the last that was dropped comes first: it
 * may be in the cache still.
 */
enum { SPARE_BYTES = 4 << 20 };

static void chunk_free(struct recorded_chunk *chunk)
{
    buffer_fini(&chunk->encoded);
    free(chunk);
}

static void chunks_free(struct recorded_chunk *first)
{
    struct recorded_chunk *next;

    for (; first; first = next) {
        next = first->next;
        chunk_free(first);
    }
}

static struct recorded_chunk *chunk_allocate(struct recorder *recorder)
{
    size_t head = whole_lines(sizeof(struct recorded_chunk));
    size_t bytes = head + chunk_bytes(recorder->form);
    struct recorded_chunk *made = recorder->full ? malloc(bytes)
                                                 : slab_take(recorder, bytes);

    if (!made)
        return NULL;
    made->chunk = (struct chunk *)(void *)((char *)made + head);
    made->chunk->form = recorder->form;
    buffer_init(&made->encoded);
    return made;
}

static struct recorded_chunk *spare_take(struct recorder *recorder)
{
    struct recorded_chunk *spare;

    pthread_mutex_lock(&recorder->lock);
    spare = recorder->spares;
    if (spare) {
        recorder->spares = spare->next;
        recorder->spare_count--;
    }
    pthread_mutex_unlock(&recorder->lock);
    return spare;
}

/* Under the lock. Returns whether there was room for it. */
static bool spare_put(struct recorder *recorder, struct recorded_chunk *chunk)
{
    size_t bytes = chunk_bytes(recorder->form) + chunk->encoded.capacity;

    if ((recorder->spare_count + 1) * bytes > SPARE_BYTES)
        return false;
    chunk->next = recorder->spares;
    recorder->spares = chunk;
    recorder->spare_count++;
    return true;
}

static struct recorded_chunk *chunk_new(struct recorder *recorder,
                                        int64_t index)
{
    struct recorded_chunk *made = spare_take(recorder);

    if (!made)
        made = chunk_allocate(recorder);
    if (!made)
        return NULL;
    made->next = NULL;
    made->index = index;
    atomic_store_explicit(&made->rows, 0, memory_order_relaxed);
    made->chunk->rows = 0;
    buffer_clear(&made->encoded);
    return made;
}

/* ---- the run's thread -------------------------------------------------- */

/* Where the objective's metrics stand. */
static void set_metrics(struct recorder *recorder, const struct spec *spec)
{
    const struct by_rows *by_rows = spec->objective.by_rows;

    recorder->an_epoch = 1;
    if (spec->batching.batch_rows == 0)
        return;
    recorder->metric_count = by_rows->metric_count;
    for (size_t i = 0; i < by_rows->metric_count; i++)
        recorder->metrics[i] = column_find(by_rows->metrics[i].name);
}

/* How long an epoch is, and how far rows of the trace are apart. */
static void set_epoch(struct recorder *recorder)
{
    const struct spec *spec = recorder->spec;

    if (spec->batching.batch_rows > 0)
        recorder->an_epoch = batches_in_epoch(&spec->batching,
                                              spec->objective.by_rows->count);
    if (spec->every_epoch)
        recorder->every = recorder->an_epoch;
}

enum error recorder_init(struct recorder *recorder, const struct spec *spec,
                         enum error (*full)(void *sink,
                                            struct recorded_chunk *chunk),
                         void *sink)
{
    double limit_s = spec->stop[STOP_TIME_LIMIT_S];

    *recorder = (struct recorder){
        .clock_stride = 1,
        .form = chunk_form_of(spec),
        .spec = spec,
        .every = (uint64_t)spec->every,
        .time_limit_s = isnan(limit_s) ? INFINITY : limit_s,
        .full = full,
        .sink = sink,
        .progress = {.loss = NAN, .gradient_norm = NAN, .best_loss = NAN},
    };
    set_metrics(recorder, spec);
    set_epoch(recorder);
    pthread_mutex_init(&recorder->lock, NULL);
    recorder->x = calloc(recorder->form.n, sizeof(double));
    recorder->best_x = calloc(recorder->form.n, sizeof(double));
    recorder->first = recorder->open = chunk_new(recorder, 0);
    if (!recorder->x || !recorder->best_x || !recorder->open)
        return ERR_MEMORY;
    return OK;
}

void recorder_fini(struct recorder *recorder)
{
    struct slab *older;

    if (recorder->full) {
        chunks_free(recorder->first);
        chunks_free(recorder->spares);
    }
    for (struct slab *slab = recorder->slabs; slab; slab = older) {
        older = slab->older;
        free(slab);
    }
    free(recorder->x);
    free(recorder->best_x);
    pthread_mutex_destroy(&recorder->lock);
}

double recorder_elapsed_s(const struct recorder *recorder)
{
    return (double)(clock_monotonic_ns() - recorder->began_ns) / 1e9;
}

static void show_progress(struct recorder *recorder,
                          const struct iteration *it)
{
    size_t n = recorder->form.n;

    pthread_mutex_lock(&recorder->lock);
    recorder->progress = (struct progress){
        .iteration = it->iteration,
        .loss = it->loss,
        .gradient_norm = it->gradient_norm,
        .elapsed_s = recorder->time_s,
        .best_iteration = it->best_iteration,
        .best_loss = it->best_loss,
        .constrained = it->has_constraints,
        .violation = it->violation,
        .best_violation = it->best_violation,
    };
    memcpy(recorder->x, it->x, n * sizeof(double));
    memcpy(recorder->best_x, it->best_x, n * sizeof(double));
    pthread_mutex_unlock(&recorder->lock);
}

static void read_clock(struct recorder *recorder, const struct iteration *it,
                       bool last)
{
    double before = recorder->time_s, stride_s;

    recorder->time_s = recorder_elapsed_s(recorder);
    stride_s = recorder->time_s - before;
    if (stride_s >= CLOCK_COARSE_S)
        recorder->clock_stride = 1;
    else if (stride_s < CLOCK_COARSE_S / 2
             && recorder->clock_stride < CLOCK_STRIDE_MAX)
        recorder->clock_stride *= 2;
    recorder->clock_due = it->iteration + recorder->clock_stride;
    if (last || it->iteration == 0
        || recorder->form.n <= RECORDED_DIMENSION_MAX
        || recorder->time_s
               > recorder->progress.elapsed_s + PROGRESS_INTERVAL_S)
        show_progress(recorder, it);
}

static enum error next_chunk(struct recorder *recorder)
{
    struct recorded_chunk *full = recorder->open;
    struct recorded_chunk *next = chunk_new(recorder, full->index + 1);

    if (!next)
        return ERR_MEMORY;
    full->chunk->rows = STORE_CHUNK_ROWS;
    pthread_mutex_lock(&recorder->lock);
    full->next = next;
    pthread_mutex_unlock(&recorder->lock);
    recorder->open = next;
    return recorder->full ? recorder->full(recorder->sink, full) : OK;
}

static enum error record_row(struct recorder *recorder,
                             const struct iteration *it, enum reason reason)
{
    size_t rows = atomic_load_explicit(&recorder->open->rows,
                                       memory_order_relaxed);

    /* A full chunk is handed on when the next row comes, not before: the last
     * one is stored together with the result. */
    if (rows == STORE_CHUNK_ROWS) {
        TRY(next_chunk(recorder));
        rows = 0;
    }
    chunk_write_row(recorder->open->chunk, rows, it, recorder->time_s);
    if (recorder->metric_count > 0)
        chunk_write_metrics(recorder->open->chunk, rows, it,
                            recorder->metrics, recorder->metric_count);
    /* A trial that is not finite is no number that nobody asked for. */
    if (reason == REASON_NONFINITE || !isfinite(it->loss)
        || (it->has_gradient && !isfinite(it->gradient_norm)))
        chunk_plain_nans(recorder->open->chunk, rows);
    atomic_store_explicit(&recorder->open->rows, rows + 1,
                          memory_order_release);
    return OK;
}

enum reason recorder_observe(void *self, const struct iteration *it,
                             enum reason reason)
{
    struct recorder *recorder = self;

    if (it->iteration == 0) {
        recorder->began_ns = clock_monotonic_ns();
        set_epoch(recorder);
    }
    if (it->iteration >= recorder->clock_due || reason != REASON_NONE) {
        read_clock(recorder, it, reason != REASON_NONE);
        if (reason == REASON_NONE
            && recorder->time_s >= recorder->time_limit_s) {
            reason = REASON_TIME_LIMIT;
            if (recorder->metric_count > 0 && it->metrics == NULL)
                return reason; /* it comes again, with its metrics */
        }
    }
    /* The last iteration may come twice: the second time with its reason. */
    if ((it->iteration == recorder->due || reason != REASON_NONE)
        && (recorder->due == 0 || it->iteration > recorder->last)) {
        recorder->last = it->iteration;
        recorder->due = it->iteration + recorder->every;
        recorder->error = record_row(recorder, it, reason);
        if (recorder->error != OK)
            return REASON_FAILED;
    }
    recorder->show_at = recorder->due < recorder->clock_due
                            ? recorder->due : recorder->clock_due;
    return reason;
}

/* ---- readers ----------------------------------------------------------- */

void recorder_drop_first(struct recorder *recorder)
{
    struct recorded_chunk *first;
    bool is_kept;

    pthread_mutex_lock(&recorder->lock);
    first = recorder->first;
    assert(first && first->next);
    recorder->first = first->next;
    is_kept = spare_put(recorder, first);
    pthread_mutex_unlock(&recorder->lock);
    if (!is_kept)
        chunk_free(first);
}

void recorder_extent(struct recorder *recorder, uint64_t *ret_rows,
                     uint64_t *ret_last)
{
    struct recorded_chunk *last;
    size_t rows;

    *ret_rows = *ret_last = 0;
    pthread_mutex_lock(&recorder->lock);
    last = recorder->first;
    while (last && last->next
           && atomic_load_explicit(&last->next->rows, memory_order_acquire))
        last = last->next;
    if (last) {
        rows = atomic_load_explicit(&last->rows, memory_order_acquire);
        *ret_rows = (uint64_t)last->index * STORE_CHUNK_ROWS + rows;
        if (rows > 0)
            *ret_last =
                (uint64_t)last->chunk->scalars[COLUMN_ITERATION][rows - 1];
        else if (last->index > 0) /* what is before it is stored, in step */
            *ret_last = (*ret_rows - 1) * recorder->every;
    }
    pthread_mutex_unlock(&recorder->lock);
}

static struct chunk *copy_rows(const struct chunk *from, size_t rows,
                               struct arena *arena)
{
    struct chunk *to = arena_array(arena, 1, chunk_bytes(from->form));

    if (!to)
        return NULL;
    to->form = from->form;
    to->rows = rows;
    for (enum column c = 0; c < COLUMNS; c++)
        if (column_is_in(from->form.columns, c))
            memcpy(chunk_column(to, c), chunk_column_of(from, c),
                   rows * sizeof(double));
    if (from->form.x == CHUNK_X_ROWS)
        for (size_t i = 0; i < from->form.n; i++)
            memcpy(to->x + i * STORE_CHUNK_ROWS,
                   from->x + i * STORE_CHUNK_ROWS, rows * sizeof(double));
    else if (from->form.x == CHUNK_X_FIRST)
        memcpy(to->x, from->x, from->form.n * sizeof(double));
    return to;
}

/* Under the lock: a chunk and its published rows, or NULL. */
static const struct chunk *find_chunk(struct recorder *recorder,
                                      int64_t index, size_t *ret_rows)
{
    struct recorded_chunk *found = recorder->first;

    while (found && found->index != index)
        found = found->next;
    if (!found)
        return NULL;
    *ret_rows = atomic_load_explicit(&found->rows, memory_order_acquire);
    return *ret_rows > 0 ? found->chunk : NULL;
}

enum error recorder_copy_chunk(struct recorder *recorder, int64_t index,
                               struct arena *arena, struct chunk **ret)
{
    const struct chunk *found;
    enum error error = ERR_MISSING;
    size_t rows;

    pthread_mutex_lock(&recorder->lock);
    found = find_chunk(recorder, index, &rows);
    if (found) {
        *ret = copy_rows(found, rows, arena);
        error = *ret ? OK : ERR_MEMORY;
    }
    pthread_mutex_unlock(&recorder->lock);
    return error;
}

static void copy_column(const struct chunk *from, enum column scalar,
                        size_t dimension, size_t first, size_t count,
                        double *ret)
{
    bool is_scalar = scalar < COLUMNS;

    if (is_scalar && column_is_in(from->form.columns, scalar))
        memcpy(ret, chunk_column_of(from, scalar) + first,
               count * sizeof *ret);
    else if (!is_scalar && from->form.x == CHUNK_X_ROWS)
        memcpy(ret, from->x + dimension * STORE_CHUNK_ROWS + first,
               count * sizeof *ret);
    else
        for (size_t i = 0; i < count; i++)
            ret[i] = !is_scalar && from->form.x == CHUNK_X_FIRST
                             && first + i == 0
                         ? from->x[dimension] : chunk_absent();
}

enum error recorder_copy_column(struct recorder *recorder, int64_t index,
                                enum column scalar, size_t dimension,
                                size_t first, size_t count, double *ret)
{
    const struct chunk *found;
    bool has;
    size_t rows;

    pthread_mutex_lock(&recorder->lock);
    found = find_chunk(recorder, index, &rows);
    has = found && first + count <= rows;
    if (has)
        copy_column(found, scalar, dimension, first, count, ret);
    pthread_mutex_unlock(&recorder->lock);
    return has ? OK : ERR_MISSING;
}

int64_t recorder_first_chunk(struct recorder *recorder)
{
    int64_t index;

    pthread_mutex_lock(&recorder->lock);
    index = recorder->first ? recorder->first->index : 0;
    pthread_mutex_unlock(&recorder->lock);
    return index;
}

void recorder_progress(struct recorder *recorder, struct progress *ret,
                       double *x, double *best_x)
{
    size_t n = recorder->form.n;

    pthread_mutex_lock(&recorder->lock);
    *ret = recorder->progress;
    if (x)
        memcpy(x, recorder->x, n * sizeof(double));
    if (best_x)
        memcpy(best_x, recorder->best_x, n * sizeof(double));
    pthread_mutex_unlock(&recorder->lock);
}
