/* test_store_group.c - writes in groups: order, failures, a full queue. */
#include "tests/unit/store_fixture.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "server/store/queue.h"

enum { THREADS = 4, EACH = 250 };

struct client {
    struct fixture *fixture;
    struct store_job jobs[EACH];
    struct store_write writes[EACH];
    sem_t done;
    pthread_t thread;
};

static void *submit_many(void *self)
{
    struct client *client = self;

    for (size_t i = 0; i < EACH; i++) {
        client->jobs[i] = plain_job();
        client->writes[i] = (struct store_write){
            .verb = STORE_SUBMIT,
            .submit = &client->jobs[i],
            .done = done_post,
            .context = &client->done,
        };
        assert_int_equal(store_write(client->fixture->store,
                                     &client->writes[i], false), OK);
    }
    for (size_t i = 0; i < EACH; i++)
        sem_wait(&client->done);
    return NULL;
}

static void concurrent_submits_all_arrive_each_thread_in_order(void **state)
{
    struct fixture *f = *state;
    struct client *clients = calloc(THREADS, sizeof *clients);

    assert_non_null(clients);
    for (size_t t = 0; t < THREADS; t++) {
        clients[t].fixture = f;
        sem_init(&clients[t].done, 0, 0);
        pthread_create(&clients[t].thread, NULL, submit_many, &clients[t]);
    }
    for (size_t t = 0; t < THREADS; t++)
        pthread_join(clients[t].thread, NULL);
    for (size_t t = 0; t < THREADS; t++)
        for (size_t i = 0; i < EACH; i++) {
            struct store_write *write = &clients[t].writes[i];
            assert_int_equal(write->error, OK);
            if (i > 0)
                assert_true(write->ret_number > write[-1].ret_number);
            assert_memory_equal(look(f, write->ret_number).id.bytes,
                                write->submit->id.bytes, IDENTIFIER_BYTES);
        }
    free(clients);
}

/* One of five writes of a group breaks a CHECK of the table (a chunk of no
 * rows), one is refused by its job's state: the others stand. */
static void a_failed_write_does_not_take_its_group_along(void **state)
{
    struct fixture *f = *state;
    int64_t running = make(f, JOB_RUNNING, WISH_NONE);
    int64_t other = make(f, JOB_RUNNING, WISH_NONE);
    struct store_chunk good = {running, 0, 0, 0, 511, 512, "good", 4};
    struct store_chunk pair[2] = {{running, 0, 1, 512, 1023, 512, "half", 4},
                                  {running, 0, 2, 1024, 1024, 0, "bad", 3}};
    struct store_job job = plain_job();
    struct store_write writes[5] = {
        {.verb = STORE_SUBMIT, .submit = &job},
        {.verb = STORE_RECORD, .record = {running, &good, 1}},
        {.verb = STORE_RECORD, .record = {running, pair, 2}},
        {.verb = STORE_CLAIM, .claim = {.number = other}},
        {.verb = STORE_CANCEL, .wish = {.number = other}},
    };
    struct store_chunk got;
    struct halt halt;
    sem_t done;

    sem_init(&done, 0, 0);
    halt_begin(f, &halt);
    for (size_t i = 0; i < 5; i++) {
        writes[i].done = done_post;
        writes[i].context = &done;
        assert_int_equal(store_write(f->store, &writes[i], false), OK);
    }
    halt_end(&halt);
    for (size_t i = 0; i < 5; i++)
        sem_wait(&done);
    assert_int_equal(writes[0].error, OK);
    assert_int_equal(writes[1].error, OK);
    assert_int_equal(writes[2].error, ERR_STORAGE);
    assert_int_equal(writes[3].error, ERR_CONFLICT);
    assert_int_equal(writes[4].error, OK);
    assert_int_equal(look(f, writes[0].ret_number).state, JOB_QUEUED);
    assert_int_equal(look(f, other).requested, WISH_CANCEL);
    assert_int_equal(store_read_chunk(f->reader, running, 0, 0, &f->arena,
                                      &got), OK);
    /* Of the failed write nothing remains, not even its good half. */
    assert_int_equal(store_read_chunk(f->reader, running, 0, 1, &f->arena,
                                      &got), ERR_MISSING);
}

/* A limit on the size of files stands for a disk without space (EFBIG). */
static void a_full_disk_is_said_and_the_store_goes_on_after_it(void **state)
{
    struct fixture *f = *state;
    struct store_job job = plain_job();
    int64_t first = submit(f, &job);
    struct store_job large = plain_job();
    size_t bytes = 4 << 20;
    char *spec = calloc(1, bytes + 1);
    struct rlimit former, small;

    assert_non_null(spec);
    memset(spec, 'x', bytes);
    large.spec = spec;
    struct store_write write = {.verb = STORE_SUBMIT, .submit = &large};
    signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &former);
    small = former;
    small.rlim_cur = 1 << 20;
    setrlimit(RLIMIT_FSIZE, &small);
    assert_int_equal(store_write_wait(f->store, &write), ERR_DISK);
    setrlimit(RLIMIT_FSIZE, &former);
    assert_int_equal(look(f, first).state, JOB_QUEUED);
    assert_int_equal(store_write_wait(f->store, &write), OK);
    assert_int_equal(strlen(look(f, write.ret_number).spec), bytes);
    free(spec);
}

enum { PATIENT = 12, PATIENT_BYTES = 300 << 10 };

/* RECORDs that have no room together, each its own chunk. */
struct patient {
    struct store_write writes[PATIENT];
    struct store_chunk chunks[PATIENT];
    sem_t done;
};

static void hand_over_patient(struct fixture *f, struct patient *patient)
{
    int64_t running = make(f, JOB_RUNNING, WISH_NONE);
    static char columns[PATIENT_BYTES];

    sem_init(&patient->done, 0, 0);
    for (int i = 0; i < PATIENT; i++) {
        patient->chunks[i] = (struct store_chunk){
            running, 0, i, i * 512, i * 512 + 511, 512, columns,
            PATIENT_BYTES};
        patient->writes[i] = (struct store_write){
            .verb = STORE_RECORD,
            .record = {running, &patient->chunks[i], 1},
            .patient = true,
            .done = done_post,
            .context = &patient->done,
        };
        assert_int_equal(store_write(f->store, &patient->writes[i], true), OK);
    }
}

static void wait_until_waiting(struct fixture *f)
{
    for (int i = 0; i < 2000 && !store_is_waiting(f->store); i++)
        usleep(10000);
    assert_true(store_is_waiting(f->store));
}

static void limit_files(struct rlimit *former)
{
    struct rlimit small;

    signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, former);
    small = *former;
    small.rlim_cur = 1 << 20;
    setrlimit(RLIMIT_FSIZE, &small);
}

static void patient_writes_wait_for_space_and_others_do_not(void **state)
{
    static struct patient patient;
    struct fixture *f = *state;
    char sentence[STORE_MESSAGE_BYTES];
    struct rlimit former;
    struct store_chunk got;
    int value;

    limit_files(&former);
    hand_over_patient(f, &patient);
    wait_until_waiting(f);
    assert_int_equal(store_condition(f->store, sentence), STORE_DISK_FULL);
    assert_non_null(strstr(sentence, "the disk is full"));
    /* What is small finds its room all the while. */
    assert_int_equal(act(f, STORE_CANCEL,
                         patient.chunks[0].number).error, OK);
    sem_getvalue(&patient.done, &value);
    assert_in_range(value, 0, PATIENT - 1);
    setrlimit(RLIMIT_FSIZE, &former);
    for (int i = 0; i < PATIENT; i++)
        sem_wait(&patient.done);
    assert_false(store_is_waiting(f->store));
    for (int i = 0; i < PATIENT; i++) {
        assert_int_equal(patient.writes[i].error, OK);
        assert_int_equal(store_read_chunk(f->reader, patient.chunks[i].number,
                                          0, i, &f->arena, &got), OK);
    }
    for (int i = 0; i < 2000
         && store_condition(f->store, sentence) != STORE_SOUND; i++)
        usleep(10000);
    assert_int_equal(store_condition(f->store, sentence), STORE_SOUND);
}

static void patience_ends_when_it_is_told_to(void **state)
{
    static struct patient patient;
    struct fixture *f = *state;
    struct rlimit former;
    int failed = 0;

    limit_files(&former);
    hand_over_patient(f, &patient);
    wait_until_waiting(f);
    store_wait_no_more(f->store);
    for (int i = 0; i < PATIENT; i++)
        sem_wait(&patient.done);
    setrlimit(RLIMIT_FSIZE, &former);
    for (int i = 0; i < PATIENT; i++)
        failed += patient.writes[i].error == ERR_DISK;
    assert_in_range(failed, 1, PATIENT);
    assert_int_equal(patient.writes[PATIENT - 1].error, ERR_DISK);
}

static void a_full_queue_takes_what_is_urgent_only(void **state)
{
    struct fixture *f = *state;
    struct store_write writes[6];
    struct store_job jobs[6];
    struct halt halt;

    fixture_close(f);
    fixture_open(f, 3);
    halt_begin(f, &halt);
    for (size_t i = 0; i < 6; i++) {
        jobs[i] = plain_job();
        writes[i] = (struct store_write){.verb = STORE_SUBMIT,
                                         .submit = &jobs[i],
                                         .done = done_silently};
    }
    assert_int_equal(store_write(f->store, &writes[0], true), OK);
    for (size_t i = 1; i < 4; i++)
        assert_int_equal(store_write(f->store, &writes[i], false), OK);
    assert_int_equal(store_write(f->store, &writes[4], false), ERR_FULL);
    assert_int_equal(store_write(f->store, &writes[4], true), OK);
    halt_end(&halt);
    submit(f, &jobs[5]); /* returns when those before it are through */
    assert_int_equal(store_write(f->store, &writes[5], false), OK);
    fixture_close(f);
    assert_int_equal(writes[5].error, ERR_CONFLICT); /* the id was there */
    fixture_open(f, 3);
}

static void a_closed_queue_refuses_and_hands_out_the_rest(void **state)
{
    struct store_write *list;
    struct store_queue queue;
    struct store_write first = {0}, second = {0};

    (void)state;
    assert_int_equal(queue_init(&queue, 10), OK);
    assert_int_equal(queue_push(&queue, &first, false), OK);
    queue_close(&queue);
    assert_int_equal(queue_push(&queue, &second, true), ERR_CLOSING);
    assert_true(queue_take(&queue, INT64_MAX, &list));
    assert_ptr_equal(list, &first);
    assert_false(queue_take(&queue, INT64_MAX, &list));
    assert_null(list);
    queue_fini(&queue);
}

static void closing_carries_out_what_is_queued(void **state)
{
    struct fixture *f = *state;
    struct store_write writes[100];
    struct store_job jobs[100];

    for (size_t i = 0; i < 100; i++) {
        jobs[i] = plain_job();
        writes[i] = (struct store_write){.verb = STORE_SUBMIT,
                                         .submit = &jobs[i],
                                         .done = done_silently};
        assert_int_equal(store_write(f->store, &writes[i], false), OK);
    }
    fixture_close(f);
    fixture_open(f, 100);
    for (size_t i = 0; i < 100; i++) {
        assert_int_equal(writes[i].error, OK);
        look(f, writes[i].ret_number);
    }
}

struct pest {
    struct fixture *fixture;
    int64_t number;
    atomic_bool stop;
};

/* Read without a pause, which keeps passive checkpoints from ending. */
static void *read_for_ever(void *self)
{
    struct pest *pest = self;
    struct store_reader *reader = NULL;
    struct arena arena;
    struct store_job job;

    arena_init(&arena, 0);
    assert_int_equal(store_reader_open(pest->fixture->store, &reader), OK);
    while (!pest->stop) {
        assert_int_equal(store_get_number(reader, pest->number, STORE_SPEC,
                                          &arena, &job), OK);
        arena_fini(&arena);
    }
    store_reader_close(reader);
    return NULL;
}

/* 2500 chunks of 40 kB are 100 MB of trace; the WAL stays under 64 MiB: 32
 * where it is forced, 8 of a group, and what is written while it waits. */
static void the_wal_stays_small_under_a_reader_that_never_rests(void **state)
{
    struct fixture *f = *state;
    struct pest pest = {.fixture = f, .number = make(f, JOB_RUNNING, 0)};
    size_t bytes = 40000;
    char *columns = calloc(1, bytes), wal[96];
    pthread_t thread;
    off_t largest = 0;

    assert_non_null(columns);
    snprintf(wal, sizeof wal, "%s-wal", f->path);
    pthread_create(&thread, NULL, read_for_ever, &pest);
    for (int64_t i = 0; i < 2500; i++) {
        struct stat stat_wal;
        assert_int_equal(record(f, pest.number, 0, i, columns, bytes).error,
                         OK);
        assert_int_equal(stat(wal, &stat_wal), 0);
        if (stat_wal.st_size > largest)
            largest = stat_wal.st_size;
    }
    pest.stop = true;
    pthread_join(thread, NULL);
    assert_in_range(largest, 1, 64 << 20);
    free(columns);
}

#define WITH(test) \
    cmocka_unit_test_setup_teardown(test, fixture_setup, fixture_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH(concurrent_submits_all_arrive_each_thread_in_order),
        WITH(a_failed_write_does_not_take_its_group_along),
        WITH(a_full_disk_is_said_and_the_store_goes_on_after_it),
        WITH(patient_writes_wait_for_space_and_others_do_not),
        WITH(patience_ends_when_it_is_told_to),
        WITH(a_full_queue_takes_what_is_urgent_only),
        cmocka_unit_test(a_closed_queue_refuses_and_hands_out_the_rest),
        WITH(closing_carries_out_what_is_queued),
        WITH(the_wal_stays_small_under_a_reader_that_never_rests),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
