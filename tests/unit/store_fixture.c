/* store_fixture.c - a store in a folder of its own, and ways to use it. */
#include "tests/unit/store_fixture.h"

#include <dirent.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void fixture_open(struct fixture *fixture, size_t queue_max)
{
    struct store_options options = {fixture->path, queue_max,
                                    fixture->retention_ms};

    assert_int_equal(store_open(&options, &fixture->store, fixture->message),
                     OK);
    assert_int_equal(store_reader_open(fixture->store, &fixture->reader), OK);
}

void fixture_close(struct fixture *fixture)
{
    store_reader_close(fixture->reader);
    store_close(fixture->store);
    fixture->reader = NULL;
    fixture->store = NULL;
}

int fixture_setup(void **state)
{
    struct fixture *fixture = calloc(1, sizeof *fixture);

    assert_non_null(fixture);
    snprintf(fixture->folder, sizeof fixture->folder, "/tmp/store-XXXXXX");
    assert_non_null(mkdtemp(fixture->folder));
    snprintf(fixture->path, sizeof fixture->path, "%s/test.db",
             fixture->folder);
    arena_init(&fixture->arena, 0);
    fixture_open(fixture, 100000);
    *state = fixture;
    return 0;
}

int fixture_teardown(void **state)
{
    struct fixture *fixture = *state;
    DIR *folder = opendir(fixture->folder);

    fixture_close(fixture);
    arena_fini(&fixture->arena);
    assert_non_null(folder);
    for (struct dirent *entry; (entry = readdir(folder)) != NULL;)
        unlinkat(dirfd(folder), entry->d_name, 0);
    closedir(folder);
    rmdir(fixture->folder);
    free(fixture);
    return 0;
}

enum error fixture_try(struct fixture *fixture, const char *location)
{
    struct store_options options = {location, 100};
    struct store *store = NULL;
    enum error error;

    memset(fixture->message, 0, sizeof fixture->message);
    error = store_open(&options, &store, fixture->message);
    if (error == OK)
        store_close(store);
    else
        assert_int_not_equal(strlen(fixture->message), 0);
    return error;
}

struct store_job plain_job(void)
{
    struct store_job job = {
        .objective = "polynomial",
        .optimizer = "sgd",
        .dimension = 1,
        .max_iterations = 1000,
        .created_ms = 1700000000000,
        .loss = NAN,
        .best_loss = NAN,
        .spec = "{}",
    };

    assert_int_equal(identifier_new(&job.id), OK);
    return job;
}

int64_t submit(struct fixture *fixture, const struct store_job *job)
{
    struct store_write write = {.verb = STORE_SUBMIT, .submit = job};

    assert_int_equal(store_write_wait(fixture->store, &write), OK);
    return write.ret_number;
}

static struct store_write carried_out(struct fixture *fixture,
                                      struct store_write write)
{
    enum error error = store_write_wait(fixture->store, &write);

    assert_int_equal(error, write.error);
    return write;
}

struct store_write act(struct fixture *fixture, enum store_verb verb,
                       int64_t number)
{
    struct store_write write = {.verb = verb};

    switch (verb) {
    case STORE_CLAIM:
        write.claim = (struct store_move){number, INT64_C(1700000001000)};
        break;
    case STORE_REQUEUE:
        write.requeue = (struct store_requeue){
            .number = number, .now_ms = INT64_C(1700000001000)};
        break;
    case STORE_RECORD:
        write.record = (struct store_record){.number = number};
        break;
    case STORE_FINISH:
        return end(fixture, number, JOB_COMPLETED);
    case STORE_CANCEL: case STORE_DELETE: case STORE_DISCARD:
        write.wish = (struct store_wish){number, INT64_C(1700000001000), 0};
        break;
    default:
        fail_msg("act() is for verbs on a job that is there");
    }
    return carried_out(fixture, write);
}

struct store_write end(struct fixture *fixture, int64_t number,
                       enum job_state state)
{
    struct store_write write = {
        .verb = STORE_FINISH,
        .finish = {.number = number, .now_ms = 1700000002000,
                   .state = state, .loss = NAN, .best_loss = NAN,
                   .result = "{\"final\":true}"},
    };

    return carried_out(fixture, write);
}

struct store_write record(struct fixture *fixture, int64_t number,
                          unsigned level, int64_t chunk, const void *columns,
                          size_t bytes)
{
    struct store_chunk one = {number, level, chunk, chunk * 512,
                              chunk * 512 + 511, 512, columns, bytes};
    struct store_write write = {
        .verb = STORE_RECORD,
        .record = {number, &one, 1},
    };

    return carried_out(fixture, write);
}

bool has_chunk(struct fixture *fixture, int64_t number, unsigned level,
               int64_t chunk)
{
    struct store_chunk got;
    enum error error = store_read_chunk(fixture->reader, number, level, chunk,
                                        &fixture->arena, &got);

    assert_true(error == OK || error == ERR_MISSING);
    return error == OK;
}

void wait_for_pruned(struct fixture *fixture, int64_t number, unsigned level,
                     int64_t chunk)
{
    for (int i = 0; i < 20000; i++) {
        if (!has_chunk(fixture, number, level, chunk))
            return;
        usleep(1000);
    }
    fail_msg("chunk %" PRId64 " of job %" PRId64 " stays", chunk, number);
}

struct store_job look(struct fixture *fixture, int64_t number)
{
    struct store_job job = {0};

    assert_int_equal(store_get_number(fixture->reader, number,
                                      STORE_SPEC | STORE_RESULT,
                                      &fixture->arena, &job),
                     OK);
    return job;
}

int64_t make(struct fixture *fixture, enum job_state state, enum job_wish wish)
{
    struct store_job job = plain_job();
    int64_t number = submit(fixture, &job);

    if (state == JOB_CANCELED)
        assert_int_equal(act(fixture, STORE_CANCEL, number).error, OK);
    else if (state != JOB_QUEUED)
        assert_int_equal(act(fixture, STORE_CLAIM, number).error, OK);
    if (state == JOB_COMPLETED || state == JOB_FAILED)
        assert_int_equal(end(fixture, number, state).error, OK);
    if (wish != WISH_NONE)
        assert_int_equal(act(fixture, wish == WISH_CANCEL ? STORE_CANCEL
                                                          : STORE_DISCARD,
                             number).error, OK);
    return number;
}

void done_silently(struct store_write *write)
{
    (void)write;
}

void done_post(struct store_write *write)
{
    sem_post(write->context);
}

static void stand_still(struct store_write *write)
{
    struct halt *halt = write->context;

    sem_post(&halt->halted);
    sem_wait(&halt->released);
}

void halt_begin(struct fixture *fixture, struct halt *halt)
{
    halt->write = (struct store_write){
        .verb = STORE_CLAIM, /* of no job: it changes nothing */
        .claim = {.number = INT64_MAX},
        .done = stand_still,
        .context = halt,
    };
    sem_init(&halt->halted, 0, 0);
    sem_init(&halt->released, 0, 0);
    assert_int_equal(store_write(fixture->store, &halt->write, true), OK);
    sem_wait(&halt->halted);
}

void halt_end(struct halt *halt)
{
    sem_post(&halt->released);
}
