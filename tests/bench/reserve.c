/*
 * reserve.c - how much room in the log a deletion takes, to size the reserve.
 *
 *   reserve FOLDER [JOBS]
 *
 * Makes a store with so many ended jobs (20000), each with 32 tags of its own
 * and a name, so that no two rows of an index lie together, and a few of them
 * with traces of 8 MB; deletes 200 of them from all over, one at a time, and
 * prints the largest transaction that the log then holds: of the deletions, and
 * of the slices in which traces are deleted afterwards. RESERVE_LOG_BYTES of
 * server/store/sqlite/reserve.h must be more than both.
 *
 * The log is read as https://sqlite.org/fileformat2.html#walformat says: a
 * frame that ends a transaction has the database's size in its header.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "server/base/clock.h"
#include "server/store/store.h"

enum {
    DELETED = 200,
    TRACES_EVERY = 20,           /* of the deleted, one has a trace */
    CHUNK_BYTES = 64 * 1024,
    CHUNKS = 128,
    HEADER_BYTES = 32, FRAME_HEADER_BYTES = 24, PAGE_BYTES = 8192,
    FRAME_BYTES = FRAME_HEADER_BYTES + PAGE_BYTES,
};

static void need(enum error error, const char *what)
{
    if (error == OK)
        return;
    fprintf(stderr, "reserve: %s: %s\n", what, error_sentence(error));
    exit(1);
}

/* ---- jobs --------------------------------------------------------------- */

struct texts {
    char tags[STORE_TAGS_MAX][32], name[32];
};

/* A number that says nothing of its neighbours'. Source: splitmix64. */
static uint64_t scatter(uint64_t at)
{
    at = (at + UINT64_C(0x9e3779b97f4a7c15)) * UINT64_C(0xbf58476d1ce4e5b9);
    return (at ^ (at >> 27)) * UINT64_C(0x94d049bb133111eb);
}

static void describe(struct store_job *job, struct texts *texts, uint64_t at)
{
    job->tag_count = STORE_TAGS_MAX;
    for (size_t i = 0; i < STORE_TAGS_MAX; i++) {
        snprintf(texts->tags[i], sizeof texts->tags[i], "%016" PRIx64,
                 scatter(at * STORE_TAGS_MAX + i));
        job->tags[i] = texts->tags[i];
    }
    snprintf(texts->name, sizeof texts->name, "%016" PRIx64, scatter(~at));
    job->name = texts->name;
    job->priority = (int64_t)(scatter(at) % 1000);
}

static int64_t submit(struct store *store, uint64_t at)
{
    struct texts texts;
    struct store_job job = {
        .objective = "polynomial", .optimizer = "sgd", .dimension = 2,
        .max_iterations = 1000, .spec = "{}", .created_ms = clock_wall_ms(),
        .retention_ms = INT64_C(1) << 40,
    };
    struct store_write write = {.verb = STORE_SUBMIT, .submit = &job};

    describe(&job, &texts, at);
    need(identifier_new(&job.id), "an id");
    need(store_write_wait(store, &write), "submit");
    return write.ret_number;
}

static void claim(struct store *store, int64_t number)
{
    struct store_write write = {
        .verb = STORE_CLAIM, .move = {number, clock_wall_ms()}};

    need(store_write_wait(store, &write), "claim");
}

static void finish(struct store *store, int64_t number)
{
    struct store_write write = {
        .verb = STORE_FINISH,
        .finish = {.number = number, .now_ms = clock_wall_ms(),
                   .state = JOB_COMPLETED, .result = "{}",
                   .iterations =
                       (int64_t)(scatter((uint64_t)number) % 1000000),
                   .loss = (double)(scatter((uint64_t)number) % 1000003)},
    };

    need(store_write_wait(store, &write), "finish");
}

static void delete(struct store *store, int64_t number)
{
    struct store_write write = {
        .verb = STORE_DELETE, .wish = {.number = number}};

    need(store_write_wait(store, &write), "delete");
}

static void record(struct store *store, int64_t number)
{
    static char columns[CHUNK_BYTES];

    for (int64_t i = 0; i < CHUNKS; i++) {
        struct store_chunk chunk = {number, 0, i, i * 512, i * 512 + 511, 512,
                                    columns, CHUNK_BYTES};
        struct store_write write = {
            .verb = STORE_RECORD, .record = {number, &chunk, 1}};

        need(store_write_wait(store, &write), "record");
    }
}

static bool has_trace(int64_t number, int64_t step)
{
    return number % (step * TRACES_EVERY) == 0;
}

static void make(struct store *store, int64_t jobs)
{
    for (int64_t i = 1; i <= jobs; i++) {
        int64_t number = submit(store, (uint64_t)i);
        claim(store, number);
        if (has_trace(number, jobs / DELETED))
            record(store, number);
        finish(store, number);
    }
}

/* ---- the log ------------------------------------------------------------ */

/* The frames of the largest transaction in a log, from its start on. */
static long largest(const char *path)
{
    unsigned char header[HEADER_BYTES], frame[FRAME_HEADER_BYTES];
    char name[600];
    long frames = 0, most = 0;
    FILE *file;

    snprintf(name, sizeof name, "%s-wal", path);
    file = fopen(name, "rb");
    if (file == NULL || fread(header, sizeof header, 1, file) != 1) {
        if (file != NULL)
            fclose(file);
        return 0;
    }
    while (fread(frame, sizeof frame, 1, file) == 1
           && memcmp(frame + 8, header + 16, 8) == 0) { /* the same salts */
        frames++;
        if (memcmp(frame + 4, "\0\0\0", 4) != 0) {
            most = frames > most ? frames : most;
            frames = 0;
        }
        fseek(file, PAGE_BYTES, SEEK_CUR);
    }
    fclose(file);
    return most;
}

/* Wait for what is pruned: nothing tells of it but the chunks. */
static void wait_for_pruned(struct store_reader *reader, int64_t number)
{
    struct store_chunk chunk;

    while (store_last_chunk(reader, number, 0, &chunk) == OK)
        usleep(1000);
}

static long measure(const char *path, const struct store_options *options,
                    int64_t number, bool trace)
{
    char message[STORE_MESSAGE_BYTES];
    struct store_reader *reader;
    struct store *store;

    need(store_open(options, &store, message), message); /* an empty log */
    need(store_reader_open(store, &reader), "reader");
    delete(store, number);
    if (trace)
        wait_for_pruned(reader, number);
    long frames = largest(path);
    store_reader_close(reader);
    store_close(store);
    return frames;
}

int main(int argc, char **argv)
{
    char path[512], message[STORE_MESSAGE_BYTES];
    struct store_options options = {path, 1000};
    int64_t jobs = argc > 2 ? atoll(argv[2]) : 20000;
    long most[2] = {0, 0};
    struct store *store;

    if (argc < 2 || jobs < DELETED * TRACES_EVERY) {
        fputs("usage: reserve FOLDER [JOBS], 4000 or more\n", stderr);
        return 2;
    }
    snprintf(path, sizeof path, "%s/reserve.db", argv[1]);
    need(store_open(&options, &store, message), message);
    make(store, jobs);
    store_close(store);
    for (int64_t i = 1; i <= DELETED; i++) {
        int64_t number = i * (jobs / DELETED);
        bool trace = has_trace(number, jobs / DELETED);
        long frames = measure(path, &options, number, trace);
        most[trace] = frames > most[trace] ? frames : most[trace];
    }
    printf("%" PRId64 " jobs with 32 tags: a deletion took at most %ld KiB of "
           "the log, with the slices of a trace of %d MiB at most %ld KiB\n",
           jobs, most[0] * FRAME_BYTES / 1024,
           CHUNKS * CHUNK_BYTES >> 20, most[1] * FRAME_BYTES / 1024);
    return 0;
}
