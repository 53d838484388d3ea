/*
 * prune.c - how long the writer is held while a large trace is deleted.
 *
 *   prune FOLDER [MEGABYTES]
 *
 * Makes a store with one ended job whose trace has so many megabytes (1500),
 * deletes the job, and submits other jobs one after the other until nothing of
 * it is left. Prints the longest that one of them waited, the longest of as
 * many submits without anything to prune, and how long the pruning took.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/base/clock.h"
#include "server/store/store.h"

enum { CHUNK_BYTES = 21 * 1024 }; /* 512 rows of a problem of 2 variables */

static void need(enum error error, const char *what)
{
    if (error == OK)
        return;
    fprintf(stderr, "prune: %s: %s\n", what, error_sentence(error));
    exit(1);
}

static int64_t submit(struct store *store)
{
    struct store_job job = {
        .objective = "polynomial", .optimizer = "sgd", .dimension = 2,
        .max_iterations = 1000, .spec = "{}", .created_ms = clock_wall_ms(),
    };
    struct store_write write = {.verb = STORE_SUBMIT, .submit = &job};

    need(identifier_new(&job.id), "an id");
    need(store_write_wait(store, &write), "submit");
    return write.ret_number;
}

static void claim(struct store *store, int64_t number)
{
    struct store_write write = {
        .verb = STORE_CLAIM, .claim = {number, clock_wall_ms()}};

    need(store_write_wait(store, &write), "claim");
}

static void finish(struct store *store, int64_t number)
{
    struct store_write write = {
        .verb = STORE_FINISH,
        .finish = {.number = number, .now_ms = clock_wall_ms(),
                   .state = JOB_COMPLETED},
    };

    need(store_write_wait(store, &write), "finish");
}

static void delete(struct store *store, int64_t number)
{
    struct store_write write = {
        .verb = STORE_DELETE, .wish = {.number = number}};

    need(store_write_wait(store, &write), "delete");
}

static int64_t make_large(struct store *store, int64_t chunks)
{
    int64_t number = submit(store);
    char *columns = malloc(CHUNK_BYTES);

    if (columns == NULL)
        exit(1);
    memset(columns, 7, CHUNK_BYTES);
    claim(store, number);
    for (int64_t i = 0; i < chunks; i++) {
        struct store_chunk chunk = {number, 0, i, i * 512, i * 512 + 511, 512,
                                    columns, CHUNK_BYTES};
        struct store_write write = {
            .verb = STORE_RECORD, .record = {number, &chunk, 1},
        };
        need(store_write_wait(store, &write), "record");
    }
    free(columns);
    finish(store, number);
    return number;
}

/* Whether something of the trace is there still: its first chunk goes last. */
static bool is_left(struct store_reader *reader, int64_t number)
{
    struct store_chunk chunk;

    return store_last_chunk(reader, number, 0, &chunk) == OK;
}

static double ms_since(int64_t start_ns)
{
    return (double)(clock_monotonic_ns() - start_ns) / 1e6;
}

/* Submit until the trace is gone, or `count` times: the longest wait, in ms. */
static double longest_ms(struct store *store, struct store_reader *reader,
                         int64_t number, int64_t *count)
{
    double longest = 0;
    int64_t done = 0;

    while (number ? is_left(reader, number) : done < *count) {
        int64_t start_ns = clock_monotonic_ns();
        submit(store);
        double ms = ms_since(start_ns);
        longest = ms > longest ? ms : longest;
        done++;
    }
    *count = done;
    return longest;
}

int main(int argc, char **argv)
{
    char path[512], message[STORE_MESSAGE_BYTES];
    struct store_options options = {path, 1000};
    struct store_reader *reader;
    struct store *store;
    int64_t megabytes = argc > 2 ? atoll(argv[2]) : 1500, count = 0;

    if (argc < 2) {
        fputs("usage: prune FOLDER [MEGABYTES]\n", stderr);
        return 2;
    }
    snprintf(path, sizeof path, "%s/prune.db", argv[1]);
    need(store_open(&options, &store, message), message);
    need(store_reader_open(store, &reader), "reader");
    int64_t number = make_large(store, (megabytes << 20) / CHUNK_BYTES);
    int64_t start_ns = clock_monotonic_ns();
    delete(store, number);
    double deleted_ms = ms_since(start_ns);
    double pruning = longest_ms(store, reader, number, &count);
    double all_ms = ms_since(start_ns);
    double idle = longest_ms(store, reader, 0, &count);
    printf("a trace of %" PRId64 " MB: deleted in %.1f ms, pruned in %.0f ms; "
           "of %" PRId64 " submits meanwhile the longest took %.1f ms, of as "
           "many afterwards %.1f ms\n", megabytes, deleted_ms, all_ms, count,
           pruning, idle);
    store_reader_close(reader);
    store_close(store);
    return 0;
}
