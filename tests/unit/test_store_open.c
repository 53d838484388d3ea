/*
 * test_store_open.c - opening: new, old, newer, foreign, broken, taken files.
 *
 * The places in the file's header (user_version at 60, application_id at 68,
 * both big-endian) are from https://sqlite.org/fileformat2.html, section 1.3.
 */
#include "tests/unit/store_fixture.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "server/store/sqlite/migration.h"

enum { USER_VERSION = 60, APPLICATION_ID = 68 };

static uint32_t header_number(const char *path, off_t place)
{
    uint8_t bytes[4];
    int file = open(path, O_RDONLY);

    assert_int_equal(pread(file, bytes, 4, place), 4);
    close(file);
    return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 |
           (uint32_t)bytes[2] << 8 | bytes[3];
}

static void set_header_number(const char *path, off_t place, uint32_t number)
{
    uint8_t bytes[4] = {(uint8_t)(number >> 24), (uint8_t)(number >> 16),
                        (uint8_t)(number >> 8), (uint8_t)number};
    int file = open(path, O_WRONLY);

    assert_int_equal(pwrite(file, bytes, 4, place), 4);
    close(file);
}

static void write_file(const char *path, const void *bytes, size_t count)
{
    FILE *file = fopen(path, "w");

    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, count, file), count);
    fclose(file);
}

/* A path in the fixture's folder; in its arena. */
static const char *beside(struct fixture *f, const char *name)
{
    return arena_format(&f->arena, "%s/%s", f->folder, name);
}

static void copy_file(const char *from, const char *to)
{
    static const size_t most = 16 << 20;
    char *bytes = malloc(most);
    FILE *file = fopen(from, "r");

    assert_non_null(bytes);
    assert_non_null(file);
    size_t count = fread(bytes, 1, most, file);
    assert_int_not_equal(count, most);
    fclose(file);
    write_file(to, bytes, count);
    free(bytes);
}

static void a_new_file_is_stamped_with_its_version(void **state)
{
    struct fixture *f = *state;
    int64_t version = store_version(f->store);

    assert_true(version >= 1);
    fixture_close(f);
    assert_int_equal(header_number(f->path, USER_VERSION), version);
    assert_int_equal(header_number(f->path, APPLICATION_ID), 0x44534344);
}

/* Make a database as migration `newest` left it, and carry out `sql` in it. */
static void make_older(const char *path, size_t newest, const char *sql)
{
    char stamp[128];
    sqlite3 *db;

    snprintf(stamp, sizeof stamp, "PRAGMA application_id = 0x44534344;"
                                  "PRAGMA user_version = %zu", newest);
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    for (size_t i = 0; i < newest; i++)
        assert_int_equal(sqlite3_exec(db, sqlite_migrations[i].sql, NULL, NULL,
                                      NULL), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, stamp, NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
}

#define INSERT_JOB                                                            \
    "INSERT INTO job (id, state, requested, priority, objective, optimizer,"  \
    " dimension, max_iterations, created_ms, finished_ms) "

/* A database as the first migration left it, with a running job. */
static void an_older_database_is_brought_up_to_date(void **state)
{
    static const char job[] =
        INSERT_JOB "VALUES (zeroblob(16), 'running', 'cancel', 0,"
                   " 'polynomial', 'sgd', 1, 10, 1700000000000, NULL)";
    struct fixture *f = *state;
    const char *path = beside(f, "older.db");

    make_older(path, 1, job);
    fixture_close(f);
    uint32_t newest = header_number(f->path, USER_VERSION);
    assert_int_equal(rename(path, f->path), 0);
    fixture_open(f, 100);
    assert_int_equal(store_version(f->store), newest);
    assert_int_equal(look(f, 1).requested, WISH_CANCEL);
    assert_int_equal(act(f, STORE_DISCARD, 1).ret_wish, WISH_DELETE);
}

/* Migration 5 gives chunks other keys and numbers more bits: of the last job
 * that went before, and of the first that could not. */
static void older_traces_are_read_and_numbers_go_on(void **state)
{
    static const char rows[] =
        "UPDATE sqlite_sequence SET seq = 134217726;"
        INSERT_JOB "VALUES (zeroblob(16), 'completed', NULL, 0,"
                   " 'polynomial', 'sgd', 1, 10, 1, 2);"
        "INSERT INTO trace VALUES (134217727 << 36, 0, 511, 512, x'6f6c64'),"
        " ((134217727 << 36) + (15 << 32) + 2097151, 0, 511, 512, x'6c617374')";
    static const char sequence[] =
        "INSERT INTO sqlite_sequence VALUES ('job', 1);";
    struct fixture *f = *state;
    const char *path = beside(f, "older.db");
    struct store_job job = plain_job();
    struct store_chunk got;

    make_older(path, 4, arena_format(&f->arena, "%s%s", sequence, rows));
    fixture_close(f);
    assert_int_equal(rename(path, f->path), 0);
    fixture_open(f, 100);
    assert_int_equal(store_read_chunk(f->reader, 134217727, 0, 0, &f->arena,
                                      &got), OK);
    assert_memory_equal(got.columns, "old", 3);
    assert_int_equal(store_read_chunk(f->reader, 134217727, 15, 2097151,
                                      &f->arena, &got), OK);
    assert_memory_equal(got.columns, "last", 4);
    char byte = 0;
    struct store_piece piece = {0, 0, 1, 1, &byte};
    assert_int_equal(store_read_pieces(f->reader, 134217727, &piece, 1), OK);
    assert_true(piece.ret_found && byte == 'l');
    assert_int_equal(act(f, STORE_DELETE, 134217727).error, OK);
    wait_for_pruned(f, 134217727, 0, 0);
    wait_for_pruned(f, 134217727, 15, 2097151);
    assert_int_equal(submit(f, &job), 134217728);
    assert_int_equal(act(f, STORE_CLAIM, 134217728).error, OK);
    assert_int_equal(record(f, 134217728, 0, 0, "new", 3).error, OK);
    assert_int_equal(store_read_chunk(f->reader, 134217728, 0, 0, &f->arena,
                                      &got), OK);
    assert_memory_equal(got.columns, "new", 3);
}

/* Migration 9 counts the jobs that are there, and they are counted on. */
static void the_jobs_of_an_older_database_are_counted(void **state)
{
    static const char jobs[] =
        "INSERT INTO job (id, state, priority, objective, optimizer,"
        " dimension, max_iterations, created_ms, finished_ms, outcome_class) "
        "SELECT randomblob(16), column1, 0, 'polynomial', 'sgd', 1, 10, 1,"
        " iif(column1 IN ('queued', 'running'), NULL, 2), column2 "
        "FROM (VALUES ('queued', NULL), ('queued', NULL), ('running', NULL),"
        " ('completed', 'converged'), ('completed', 'converged'),"
        " ('completed', 'converged'), ('completed', 'diverged'),"
        " ('canceled', NULL), ('failed', NULL), ('failed', NULL))";
    struct fixture *f = *state;
    const char *path = beside(f, "older.db");
    struct store_counts counts;

    make_older(path, 8, jobs);
    fixture_close(f);
    assert_int_equal(rename(path, f->path), 0);
    fixture_open(f, 100);
    assert_int_equal(store_count(f->reader, &counts), OK);
    assert_int_equal(counts.states[JOB_QUEUED], 2);
    assert_int_equal(counts.states[JOB_RUNNING], 1);
    assert_int_equal(counts.states[JOB_COMPLETED], 4);
    assert_int_equal(counts.states[JOB_CANCELED], 1);
    assert_int_equal(counts.states[JOB_FAILED], 2);
    assert_int_equal(counts.classes[CONVERGED], 3);
    assert_int_equal(counts.classes[DIVERGED], 1);
    assert_int_equal(act(f, STORE_CLAIM, 1).error, OK);
    assert_int_equal(act(f, STORE_DELETE, 4).error, OK);
    assert_int_equal(store_count(f->reader, &counts), OK);
    assert_int_equal(counts.states[JOB_QUEUED], 1);
    assert_int_equal(counts.states[JOB_RUNNING], 2);
    assert_int_equal(counts.states[JOB_COMPLETED], 3);
    assert_int_equal(counts.classes[CONVERGED], 2);
}

/* The last number that a key has room for. */
static void numbers_end_at_38_bits(void **state)
{
    struct fixture *f = *state;
    struct store_job job = plain_job();
    struct store_write write = {.verb = STORE_SUBMIT, .submit = &job};
    struct store_chunk got;
    sqlite3 *db;

    fixture_close(f);
    assert_int_equal(sqlite3_open(f->path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, "UPDATE sqlite_sequence"
                                      " SET seq = (1 << 38) - 2"
                                      " WHERE name = 'job'",
                                  NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
    fixture_open(f, 100);
    int64_t number = submit(f, &job);
    assert_int_equal(number, STORE_JOBS_MAX);
    assert_int_equal(act(f, STORE_CLAIM, number).error, OK);
    assert_int_equal(record(f, number, STORE_LEVELS - 1, STORE_CHUNKS_MAX - 1,
                            "x", 1).error, OK);
    assert_int_equal(store_read_chunk(f->reader, number, STORE_LEVELS - 1,
                                      STORE_CHUNKS_MAX - 1, &f->arena, &got),
                     OK);
    job = plain_job();
    assert_int_equal(store_write_wait(f->store, &write), ERR_STORAGE);
}

static void an_empty_file_is_a_new_store(void **state)
{
    struct fixture *f = *state;

    write_file(beside(f, "empty.db"), "", 0);
    assert_int_equal(fixture_try(f, beside(f, "empty.db")), OK);
    assert_int_equal(fixture_try(f, beside(f, "empty.db")), OK);
}

static void jobs_outlast_a_restart(void **state)
{
    struct fixture *f = *state;
    struct store_job job = plain_job();

    job.name = "kept";
    int64_t number = submit(f, &job);
    assert_int_equal(act(f, STORE_CLAIM, number).error, OK);
    assert_int_equal(record(f, number, 0, 0, "abc", 3).error, OK);
    fixture_close(f);
    fixture_open(f, 10);
    struct store_job got = look(f, number);
    assert_string_equal(got.name, "kept");
    assert_int_equal(got.state, JOB_RUNNING);
    /* AUTOINCREMENT goes on. */
    job = plain_job();
    assert_int_equal(submit(f, &job), number + 1);
}

/* The files as they stand after a kill: nothing closed, the WAL not empty. */
static void what_is_done_outlasts_a_kill(void **state)
{
    struct fixture *f = *state;
    struct store_job jobs[50];
    int64_t numbers[50];

    for (size_t i = 0; i < 50; i++) {
        jobs[i] = plain_job();
        numbers[i] = submit(f, &jobs[i]);
    }
    assert_int_equal(act(f, STORE_CLAIM, numbers[0]).error, OK);
    assert_int_equal(record(f, numbers[0], 0, 0, "abc", 3).error, OK);
    copy_file(f->path, beside(f, "killed.db"));
    copy_file(beside(f, "test.db-wal"), beside(f, "killed.db-wal"));
    fixture_close(f);
    snprintf(f->path, sizeof f->path, "%s", beside(f, "killed.db"));
    fixture_open(f, 10);
    for (size_t i = 0; i < 50; i++)
        assert_memory_equal(look(f, numbers[i]).id.bytes, jobs[i].id.bytes,
                            IDENTIFIER_BYTES);
    assert_int_equal(look(f, numbers[0]).state, JOB_RUNNING);
    struct store_chunk chunk;
    assert_int_equal(store_read_chunk(f->reader, numbers[0], 0, 0, &f->arena,
                                      &chunk), OK);
    assert_memory_equal(chunk.columns, "abc", 3);
}

static void a_second_opener_is_refused_by_name(void **state)
{
    struct fixture *f = *state;
    const char *link = beside(f, "link.db");

    assert_int_equal(fixture_try(f, f->path), ERR_IN_USE);
    assert_non_null(strstr(f->message, f->path));
    assert_non_null(strstr(f->message, "in use"));
    assert_int_equal(symlink(f->path, link), 0);
    assert_int_equal(fixture_try(f, link), ERR_IN_USE);
    assert_non_null(strstr(f->message, arena_format(&f->arena, "pid %d since ",
                                                    (int)getpid())));
    /* The first is none the worse for it. */
    struct store_job job = plain_job();
    submit(f, &job);
}

/* Of a link that leads nowhere yet: the file that it is to lead to. */
static void a_dangling_link_and_its_file_are_one_store(void **state)
{
    struct fixture *f = *state;
    const char *link = beside(f, "dangling.db"), *real = beside(f, "real.db");

    fixture_close(f);
    assert_int_equal(symlink("real.db", link), 0);
    snprintf(f->path, sizeof f->path, "%s", link);
    fixture_open(f, 10);
    assert_int_equal(fixture_try(f, real), ERR_IN_USE);
    struct stat made;
    assert_int_equal(stat(real, &made), 0);
    assert_int_equal(made.st_mode & 0777, 0600);
}

static void what_must_exist_is_not_made(void **state)
{
    struct fixture *f = *state;
    const char *path = beside(f, "nowhere.db");
    struct store_options options = {.location = path, .queue_max = 1,
                                    .must_exist = true};
    struct store *store;

    assert_int_equal(store_open(&options, &store, f->message), ERR_MISSING);
    assert_non_null(strstr(f->message, "--create"));
    assert_int_not_equal(access(path, F_OK), 0);
}

/* Until it says this, up to 20 s: what it says is found out by a thread. */
static void wait_for_sentence(struct fixture *f, const char *part)
{
    char sentence[STORE_MESSAGE_BYTES];

    for (int i = 0; i < 2000; i++) {
        assert_int_equal(store_condition(f->store, sentence), STORE_DAMAGED);
        if (strstr(sentence, part) != NULL)
            return;
        usleep(10000);
    }
    fail_msg("not \"%s\": %s", part, sentence);
}

/* A page of a table, by the table that SQLite's dbstat makes. */
static int64_t page_of(const char *path, const char *table)
{
    sqlite3_stmt *row;
    sqlite3 *db;

    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(db,
                         "SELECT max(pageno) FROM dbstat WHERE name = ?1"
                         " AND pagetype = 'leaf'", -1, &row, NULL), SQLITE_OK);
    sqlite3_bind_text(row, 1, table, -1, SQLITE_STATIC);
    assert_int_equal(sqlite3_step(row), SQLITE_ROW);
    int64_t page = sqlite3_column_int64(row, 0);
    sqlite3_finalize(row);
    sqlite3_close(db);
    return page;
}

static void overwrite_page(const char *path, int64_t page)
{
    char garbage[8192];
    int file = open(path, O_WRONLY);

    memset(garbage, 0xa5, sizeof garbage);
    assert_int_equal(pwrite(file, garbage, sizeof garbage, (page - 1) * 8192),
                     sizeof garbage);
    close(file);
}

/* The page of the last chunks of a trace is overwritten. */
static void damage_is_named_with_its_table_and_page(void **state)
{
    struct fixture *f = *state;
    int64_t number = make(f, JOB_RUNNING, WISH_NONE), page;
    static char columns[20000];
    char sentence[STORE_MESSAGE_BYTES];
    struct store_chunk got;

    for (int64_t i = 0; i < 200; i++)
        assert_int_equal(record(f, number, 0, i, columns, sizeof columns)
                             .error, OK);
    assert_int_equal(end(f, number, JOB_COMPLETED).error, OK);
    fixture_close(f);
    page = page_of(f->path, "trace");
    overwrite_page(f->path, page);
    fixture_open(f, 10);
    assert_int_equal(look(f, number).state, JOB_COMPLETED);
    assert_int_equal(store_condition(f->store, sentence), STORE_SOUND);
    assert_string_equal(sentence, "");
    assert_int_equal(store_read_chunk(f->reader, number, 0, 199, &f->arena,
                                      &got), ERR_CORRUPT);
    wait_for_sentence(f, arena_format(&f->arena, "the table trace is damaged, "
                                      "page %lld of the file: ",
                                      (long long)page));
    assert_int_equal(look(f, number).state, JOB_COMPLETED);
}

/* Of an index: a list comes upon it, and it is the index that is named. */
static void a_damaged_index_is_named_by_its_table(void **state)
{
    struct fixture *f = *state;
    struct store_query query = {.sort = SORT_NAME, .limit = 10};
    struct store_page page = {0};

    for (int i = 0; i < 20; i++) {
        struct store_job job = plain_job();
        job.name = "a";
        submit(f, &job);
    }
    fixture_close(f);
    overwrite_page(f->path, page_of(f->path, "job_name"));
    fixture_open(f, 10);
    assert_int_equal(store_list(f->reader, &query, &f->arena, &page),
                     ERR_CORRUPT);
    wait_for_sentence(f, "the index job_name of the table job is damaged, "
                         "page ");
}

/* Closing does not wait for the check of a large table. */
static void a_store_is_closed_while_it_looks_for_damage(void **state)
{
    struct fixture *f = *state;
    int64_t number = make(f, JOB_RUNNING, WISH_NONE);
    static char columns[20000];
    struct store_chunk got;

    for (int64_t i = 0; i < 200; i++)
        assert_int_equal(record(f, number, 0, i, columns, sizeof columns)
                             .error, OK);
    fixture_close(f);
    overwrite_page(f->path, page_of(f->path, "trace"));
    fixture_open(f, 10);
    assert_int_equal(store_read_chunk(f->reader, number, 0, 199, &f->arena,
                                      &got), ERR_CORRUPT);
    fixture_close(f);
    fixture_open(f, 10);
    assert_int_equal(look(f, number).state, JOB_RUNNING);
}

static void a_second_process_is_refused(void **state)
{
    struct fixture *f = *state;
    int status = 0;
    pid_t child = fork();

    if (child == 0) {
        struct store_options options = {f->path, 10};
        char message[STORE_MESSAGE_BYTES];
        struct store *store;
        _exit(store_open(&options, &store, message) == ERR_IN_USE ? 0 : 1);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
}

static void a_newer_database_is_refused_and_left_alone(void **state)
{
    struct fixture *f = *state;

    fixture_close(f);
    set_header_number(f->path, USER_VERSION, 9999);
    assert_int_equal(fixture_try(f, f->path), ERR_NEWER);
    assert_non_null(strstr(f->message, "9999"));
    assert_int_equal(header_number(f->path, USER_VERSION), 9999);
}

static void another_programs_database_is_refused(void **state)
{
    struct fixture *f = *state;

    fixture_close(f);
    set_header_number(f->path, APPLICATION_ID, 0x0f055112); /* Fossil's */
    assert_int_equal(fixture_try(f, f->path), ERR_INVALID);
    assert_non_null(strstr(f->message, "another program"));
    set_header_number(f->path, APPLICATION_ID, 0);
    assert_int_equal(fixture_try(f, f->path), ERR_INVALID);
}

static void what_is_no_database_is_refused_and_left_alone(void **state)
{
    struct fixture *f = *state;
    const char *path = beside(f, "notes.txt");
    char garbage[20000];
    struct stat after;

    memset(garbage, 'g', sizeof garbage);
    write_file(path, garbage, sizeof garbage);
    assert_int_equal(fixture_try(f, path), ERR_CORRUPT);
    assert_non_null(strstr(f->message, path));
    assert_int_equal(stat(path, &after), 0);
    assert_int_equal(after.st_size, sizeof garbage);
}

static void a_place_that_cannot_be_is_refused(void **state)
{
    struct fixture *f = *state;

    assert_int_equal(fixture_try(f, "/nowhere/at/all.db"), ERR_SYSTEM);
    assert_non_null(strstr(f->message, "/nowhere/at/all.db"));
    assert_int_equal(fixture_try(f, f->folder), ERR_SYSTEM);
    assert_int_equal(fixture_try(f, ""), ERR_INVALID);
    assert_int_equal(fixture_try(f, "postgres://db/descent"), ERR_INVALID);
    assert_string_equal(f->message, "a store of the kind postgres:// is not "
                                    "supported by this build");
}

#define WITH(test) \
    cmocka_unit_test_setup_teardown(test, fixture_setup, fixture_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH(a_new_file_is_stamped_with_its_version),
        WITH(an_older_database_is_brought_up_to_date),
        WITH(older_traces_are_read_and_numbers_go_on),
        WITH(the_jobs_of_an_older_database_are_counted),
        WITH(numbers_end_at_38_bits),
        WITH(an_empty_file_is_a_new_store),
        WITH(jobs_outlast_a_restart),
        WITH(what_is_done_outlasts_a_kill),
        WITH(a_second_opener_is_refused_by_name),
        WITH(a_dangling_link_and_its_file_are_one_store),
        WITH(what_must_exist_is_not_made),
        WITH(damage_is_named_with_its_table_and_page),
        WITH(a_damaged_index_is_named_by_its_table),
        WITH(a_store_is_closed_while_it_looks_for_damage),
        WITH(a_second_process_is_refused),
        WITH(a_newer_database_is_refused_and_left_alone),
        WITH(another_programs_database_is_refused),
        WITH(what_is_no_database_is_refused_and_left_alone),
        WITH(a_place_that_cannot_be_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
