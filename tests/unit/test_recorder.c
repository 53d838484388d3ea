/* test_recorder.c - every iteration that is due is there, for any reader. */
#include "tests/unit/cmocka_all.h"

#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "tests/unit/reading.h"
#include "tests/unit/steps.h"

enum { ROWS = STORE_CHUNK_ROWS, DIMENSION = 3 };

static struct spec spec_every(int64_t every)
{
    struct spec spec = {.objective.n = DIMENSION, .every = every};

    spec.stop[STOP_TIME_LIMIT_S] = NAN;
    return spec;
}

static void begin(struct recorder *recorder, int64_t every)
{
    static struct spec spec; /* the recorder looks at it later */

    spec = spec_every(every);
    assert_int_equal(recorder_init(recorder, &spec, NULL, NULL), OK);
}

static void every_due_iteration_and_the_last_are_recorded(void **unused)
{
    static const uint64_t lasts[] = {0, 1, 6, 7, 8, 510, 511, 512, 513, 1023,
                                     1024, 3583, 3584, 3585, 3590};
    static const int64_t everies[] = {1, 7, 512, 1000000000};
    (void)unused;

    for (size_t e = 0; e < 4; e++) {
        for (size_t l = 0; l < sizeof lasts / sizeof *lasts; l++) {
            uint64_t every = (uint64_t)everies[e], last = lasts[l];
            uint64_t row = 0, rows, extent_last;
            struct recorder recorder;

            begin(&recorder, everies[e]);
            steps_record(&recorder, last);
            for (uint64_t k = 0; k <= last; k++) {
                struct arena arena;
                struct chunk *chunk;

                if (k % every != 0 && k != last)
                    continue;
                arena_init(&arena, 0);
                assert_int_equal(
                    recorder_copy_chunk(&recorder, (int64_t)(row / ROWS),
                                        &arena, &chunk), OK);
                assert_true(row % ROWS < chunk->rows);
                steps_check_row(chunk, row % ROWS, k);
                arena_fini(&arena);
                row++;
            }
            recorder_extent(&recorder, &rows, &extent_last);
            assert_int_equal(rows, row);
            assert_int_equal(extent_last, last);
            assert_int_equal(recorder.open->index, (row - 1) / ROWS);
            recorder_fini(&recorder);
        }
    }
}

/* Digests must not depend on which NaN a CPU makes. */
static void the_nans_of_the_last_row_are_the_one_quiet_nan(void **unused)
{
    const uint64_t quiet = 0x7ff8000000000000;
    struct recorder recorder;
    const struct chunk *chunk;
    (void)unused;

    begin(&recorder, 1000);
    for (uint64_t k = 0; k < 99; k++)
        steps_observe(&recorder, k, REASON_NONE);
    assert_int_equal(steps_observe(&recorder, 99, REASON_NONFINITE),
                     REASON_NONFINITE);
    chunk = recorder.open->chunk;
    assert_memory_equal(&chunk->scalars[COLUMN_LOSS][1], &quiet, 8);
    assert_true(chunk->x[1] == -INFINITY);
    assert_memory_equal(&chunk->x[ROWS + 1], &quiet, 8);
    recorder_fini(&recorder);
}

static void nothing_is_there_before_the_first_iteration(void **unused)
{
    struct recorder recorder;
    struct progress progress;
    struct arena arena;
    struct chunk *chunk;
    uint64_t rows = 9, last = 9;
    (void)unused;

    begin(&recorder, 1);
    arena_init(&arena, 0);
    recorder_extent(&recorder, &rows, &last);
    assert_int_equal(rows, 0);
    assert_int_equal(last, 0);
    assert_int_equal(recorder_copy_chunk(&recorder, 0, &arena, &chunk),
                     ERR_MISSING);
    recorder_progress(&recorder, &progress, NULL, NULL);
    assert_int_equal(progress.iteration, 0);
    assert_true(isnan(progress.loss) && isnan(progress.best_loss));
    arena_fini(&arena);
    recorder_fini(&recorder);
}

/* A column of some rows is what the whole chunk has there. */
static void a_column_is_copied_without_the_others(void **unused)
{
    struct recorder recorder;
    struct arena arena;
    struct chunk *chunk;
    double loss[100], x[100];
    (void)unused;

    begin(&recorder, 1);
    arena_init(&arena, 0);
    steps_record(&recorder, ROWS + 150);
    assert_int_equal(recorder_first_chunk(&recorder), 0);
    for (int64_t index = 0; index < 2; index++) {
        assert_int_equal(recorder_copy_chunk(&recorder, index, &arena,
                                             &chunk), OK);
        assert_int_equal(recorder_copy_column(&recorder, index, COLUMN_LOSS,
                                              0, 51, 100, loss), OK);
        assert_int_equal(recorder_copy_column(&recorder, index, COLUMNS, 1,
                                              51, 100, x), OK);
        assert_memory_equal(loss, chunk->scalars[COLUMN_LOSS] + 51,
                            sizeof loss);
        assert_memory_equal(x, chunk->x + STORE_CHUNK_ROWS + 51, sizeof x);
    }
    assert_int_equal(recorder_copy_column(&recorder, 0, COLUMN_EPOCH, 0, 0, 1,
                                          loss), OK);
    assert_true(chunk_is_absent(loss[0]));
    assert_int_equal(recorder_copy_column(&recorder, 1, COLUMN_LOSS, 0, 52,
                                          100, loss), ERR_MISSING);
    assert_int_equal(recorder_copy_column(&recorder, 2, COLUMN_LOSS, 0, 0, 1,
                                          loss), ERR_MISSING);
    arena_fini(&arena);
    recorder_fini(&recorder);
}

/* ---- a sink that stores at once ---------------------------------------- */

/* The chunk is stored before the next row is there. */
static enum error store_at_once(void *self, struct recorded_chunk *chunk)
{
    struct recorder *recorder = self;
    int64_t index = chunk->index;
    uint64_t rows, last;
    struct arena arena;
    struct chunk *copy;

    assert_int_equal(chunk->chunk->rows, ROWS);
    recorder_drop_first(recorder);
    recorder_extent(recorder, &rows, &last);
    assert_int_equal(rows, (index + 1) * ROWS);
    assert_int_equal(last, (rows - 1) * recorder->every);
    arena_init(&arena, 0);
    assert_int_equal(recorder_copy_chunk(recorder, index, &arena, &copy),
                     ERR_MISSING);
    assert_int_equal(recorder_copy_chunk(recorder, index + 1, &arena, &copy),
                     ERR_MISSING);
    arena_fini(&arena);
    return OK;
}

static void a_trace_stays_as_long_when_its_chunks_are_stored(void **unused)
{
    struct spec spec = spec_every(3);
    struct recorder recorder;
    uint64_t rows, last;
    (void)unused;

    assert_int_equal(recorder_init(&recorder, &spec, store_at_once, &recorder),
                     OK);
    steps_record(&recorder, 10000);
    recorder_extent(&recorder, &rows, &last);
    assert_int_equal(rows, 3335); /* 0, 3, ... 9999, and 10000 */
    assert_int_equal(last, 10000);
    recorder_fini(&recorder);
}

/* What stands in the memory that is taken again is not seen. */
static enum error note_memory(void *self, struct recorded_chunk *chunk)
{
    struct recorder *recorder = self;
    static const struct recorded_chunk *stored[2];

    steps_check_row(chunk->chunk, 0, (uint64_t)chunk->index * ROWS);
    steps_check_row(chunk->chunk, ROWS - 1,
                    (uint64_t)(chunk->index + 1) * ROWS - 1);
    assert_int_equal(chunk->encoded.count, 0);
    buffer_text(&chunk->encoded, "its stored form");
    if (chunk->index >= 2)
        assert_ptr_equal(chunk, stored[chunk->index % 2]);
    stored[chunk->index % 2] = chunk;
    recorder_drop_first(recorder);
    return OK;
}

static void the_memory_of_stored_chunks_is_taken_again(void **unused)
{
    struct spec spec = spec_every(1);
    struct recorder recorder;
    (void)unused;

    assert_int_equal(recorder_init(&recorder, &spec, note_memory, &recorder),
                     OK);
    steps_record(&recorder, 10 * ROWS);
    assert_int_equal(recorder.spare_count, 1);
    recorder_fini(&recorder);
}

static enum error refuse(void *unused, struct recorded_chunk *chunk)
{
    (void)unused;
    (void)chunk;
    return ERR_DISK;
}

static void a_sink_that_fails_ends_the_run(void **unused)
{
    struct spec spec = spec_every(1);
    struct recorder recorder;
    (void)unused;

    assert_int_equal(recorder_init(&recorder, &spec, refuse, NULL), OK);
    for (uint64_t k = 0; k < ROWS; k++)
        assert_int_equal(steps_observe(&recorder, k, REASON_NONE), REASON_NONE);
    assert_int_equal(steps_observe(&recorder, ROWS, REASON_NONE),
                     REASON_FAILED);
    assert_int_equal(recorder.error, ERR_DISK);
    recorder_fini(&recorder);
}

/* ---- readers beside the run -------------------------------------------- */

enum { LONG_RUN = 60000, WAITING_MAX = 8 };

/* A recorder whose full chunks are stored by a thread of its own. */
struct scene {
    struct recorder recorder;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    int64_t full, stored;      /* chunks */
    bool ended;
};

static enum error hand_over(void *self, struct recorded_chunk *chunk)
{
    struct scene *scene = self;

    pthread_mutex_lock(&scene->lock);
    assert_int_equal(chunk->index, scene->full);
    scene->full++;
    pthread_cond_broadcast(&scene->changed);
    while (scene->full - scene->stored > WAITING_MAX)
        pthread_cond_wait(&scene->changed, &scene->lock);
    pthread_mutex_unlock(&scene->lock);
    return OK;
}

static void *record_long(void *self)
{
    struct scene *scene = self;

    steps_record(&scene->recorder, LONG_RUN);
    pthread_mutex_lock(&scene->lock);
    scene->ended = true;
    pthread_cond_broadcast(&scene->changed);
    pthread_mutex_unlock(&scene->lock);
    return NULL;
}

/* A chunk counts as stored before it leaves the recorder. */
static void *store_chunks(void *self)
{
    struct scene *scene = self;

    pthread_mutex_lock(&scene->lock);
    while (!scene->ended || scene->stored < scene->full) {
        if (scene->stored == scene->full) {
            pthread_cond_wait(&scene->changed, &scene->lock);
            continue;
        }
        scene->stored++;
        pthread_mutex_unlock(&scene->lock);
        recorder_drop_first(&scene->recorder);
        pthread_mutex_lock(&scene->lock);
        pthread_cond_broadcast(&scene->changed);
    }
    pthread_mutex_unlock(&scene->lock);
    return NULL;
}

/* Look once: the chunk of the newest row is here with that row, or stored.
 * Returns how many rows there were. */
static uint64_t look(struct scene *scene)
{
    uint64_t rows, last, index;
    struct progress progress;
    double x[DIMENSION];
    struct arena arena;
    struct chunk *chunk;
    enum error error;

    recorder_extent(&scene->recorder, &rows, &last);
    if (rows == 0)
        return 0;
    assert_int_equal(last, rows - 1);
    index = last / ROWS;
    arena_init(&arena, 0);
    error = recorder_copy_chunk(&scene->recorder, (int64_t)index, &arena,
                                &chunk);
    if (error == OK) {
        assert_true(chunk->rows > last % ROWS);
        for (size_t row = 0; row < chunk->rows; row++)
            steps_check_row(chunk, row, index * ROWS + row);
    } else {
        assert_int_equal(error, ERR_MISSING);
        pthread_mutex_lock(&scene->lock);
        assert_true((int64_t)index < scene->stored);
        pthread_mutex_unlock(&scene->lock);
    }
    arena_fini(&arena);
    recorder_progress(&scene->recorder, &progress, x, NULL);
    for (size_t i = 0; i < DIMENSION; i++)
        assert_memory_equal(&x[i], &(double){steps_x(progress.iteration, i)},
                            sizeof *x);
    return rows;
}

static void readers_see_whole_rows_while_it_records(void **unused)
{
    struct scene *scene = calloc(1, sizeof *scene);
    struct spec spec = spec_every(1);
    uint64_t rows = 0, before;
    pthread_t recording, storing;
    (void)unused;

    assert_non_null(scene);
    pthread_mutex_init(&scene->lock, NULL);
    pthread_cond_init(&scene->changed, NULL);
    assert_int_equal(recorder_init(&scene->recorder, &spec, hand_over, scene),
                     OK);
    assert_int_equal(pthread_create(&recording, NULL, record_long, scene), 0);
    assert_int_equal(pthread_create(&storing, NULL, store_chunks, scene), 0);
    while (rows <= LONG_RUN) {
        before = rows;
        rows = look(scene);
        assert_true(rows >= before);
    }
    assert_int_equal(rows, LONG_RUN + 1);
    pthread_join(recording, NULL);
    pthread_join(storing, NULL);
    recorder_fini(&scene->recorder);
    pthread_cond_destroy(&scene->changed);
    pthread_mutex_destroy(&scene->lock);
    free(scene);
}

/* ---- time and progress ------------------------------------------------- */

static void the_time_limit_ends_a_run_and_is_its_last_row(void **unused)
{
    struct spec spec = spec_every(1000);
    struct recorder recorder;
    uint64_t rows, last, k = 0;
    (void)unused;

    spec.stop[STOP_TIME_LIMIT_S] = 1e-3;
    assert_int_equal(recorder_init(&recorder, &spec, NULL, NULL), OK);
    while (steps_observe(&recorder, k, REASON_NONE) != REASON_TIME_LIMIT)
        k++;
    assert_true(recorder.time_s >= 1e-3);
    recorder_extent(&recorder, &rows, &last);
    assert_int_equal(last, k);
    recorder_fini(&recorder);
}

static void a_run_that_ended_by_a_rule_did_not_run_out_of_time(void **unused)
{
    struct spec spec = spec_every(1);
    struct recorder recorder;
    (void)unused;

    spec.stop[STOP_TIME_LIMIT_S] = 1e-9; /* over before it is looked at */
    assert_int_equal(recorder_init(&recorder, &spec, NULL, NULL), OK);
    while (recorder_elapsed_s(&recorder) < 1e-9)
        ;
    assert_int_equal(steps_observe(&recorder, 0, REASON_TARGET_LOSS),
                     REASON_TARGET_LOSS);
    recorder_fini(&recorder);
}

static void the_times_of_rows_do_not_fall(void **unused)
{
    struct recorder recorder;
    double before = 0;
    (void)unused;

    begin(&recorder, 1);
    steps_record(&recorder, 5000);
    for (const struct recorded_chunk *c = recorder.first; c; c = c->next) {
        for (size_t row = 0; row < atomic_load(&c->rows); row++) {
            assert_true(c->chunk->scalars[COLUMN_TIME_S][row] >= before);
            before = c->chunk->scalars[COLUMN_TIME_S][row];
        }
    }
    assert_true(before == recorder.time_s);
    recorder_fini(&recorder);
}

static void the_progress_of_an_ended_run_is_its_last_iteration(void **unused)
{
    double x[DIMENSION], best_x[DIMENSION];
    struct recorder recorder;
    struct progress progress;
    (void)unused;

    begin(&recorder, 1000);
    steps_record(&recorder, 1234);
    recorder_progress(&recorder, &progress, x, best_x);
    assert_int_equal(progress.iteration, 1234);
    assert_true(progress.loss == 1 / 1235.0);
    assert_true(progress.gradient_norm == cos(1234));
    assert_int_equal(progress.best_iteration, 617);
    assert_true(progress.best_loss == -1234);
    assert_true(progress.elapsed_s == recorder.time_s);
    for (size_t i = 0; i < DIMENSION; i++) {
        assert_true(x[i] == steps_x(1234, i));
        assert_true(best_x[i] == -1234.0 - (double)i);
    }
    recorder_fini(&recorder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_due_iteration_and_the_last_are_recorded),
        cmocka_unit_test(the_nans_of_the_last_row_are_the_one_quiet_nan),
        cmocka_unit_test(nothing_is_there_before_the_first_iteration),
        cmocka_unit_test(a_column_is_copied_without_the_others),
        cmocka_unit_test(a_trace_stays_as_long_when_its_chunks_are_stored),
        cmocka_unit_test(the_memory_of_stored_chunks_is_taken_again),
        cmocka_unit_test(a_sink_that_fails_ends_the_run),
        cmocka_unit_test(readers_see_whole_rows_while_it_records),
        cmocka_unit_test(the_time_limit_ends_a_run_and_is_its_last_row),
        cmocka_unit_test(a_run_that_ended_by_a_rule_did_not_run_out_of_time),
        cmocka_unit_test(the_times_of_rows_do_not_fall),
        cmocka_unit_test(the_progress_of_an_ended_run_is_its_last_iteration),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
