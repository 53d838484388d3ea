/*
 * lists.c - how long a list of jobs holds the loop, for each filter and sort.
 *
 *   lists FOLDER [JOBS [SLICES [FILTER]]]
 *
 * Makes a store of so many jobs (a million; 0: takes the one that an earlier
 * run made): names, two tags each, priorities, losses, nearly all ended. Asks
 * for a page of 50 in slices, as GET /jobs does, for every sort both ways,
 * alone and with every filter: one that many jobs pass, one that few do and
 * one that none does. Prints a line each: how many slices a page took (to its
 * end, or at most SLICES of them, which is said; 0: all), and milliseconds in
 * all and of the longest slice, which is how long the loop is held: of the
 * processor, and by the clock, others' work on the machine included. At the
 * end the same of all, and of slices in which nothing is done: what the machine
 * itself takes.
 */
#include <inttypes.h>
#include <math.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "server/base/clock.h"
#include "server/store/listing.h"

enum {
    SLICE_NS = 2000000,         /* as in api/jobs_list.c */
    LONG_MS = 5,
    IDLE_SLICES = 5000,         /* of the machine's own */
};

static const char jobs_sql[] =
    "PRAGMA synchronous = OFF; BEGIN;"
    "WITH RECURSIVE place (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM place"
    " WHERE i < %" PRId64 ")"
    "INSERT INTO job (id, state, priority, name, tags, objective, optimizer,"
    " dimension, max_iterations, created_ms, started_ms, finished_ms,"
    " outcome_class, outcome_reason, iterations, loss, gradient_norm,"
    " best_loss, best_iteration, trace_sha256) SELECT"
    " CAST(printf('%%016d', i) AS BLOB),"
    " iif(i %% 10000 = 0, 'queued', iif(i %% 50 = 0, 'failed', 'completed')),"
    " iif(i %% 10 = 0, i %% 7 - 3, 0), 'run ' || (i * 7919 %% 1000003),"
    " 'common' || char(10) || 'tag' || (i %% 1000),"
    " iif(i %% 3 = 0, 'quadratic', 'polynomial'),"
    " iif(i %% 2 = 0, 'adam', 'sgd'), 2, 1000, 1700000000000 + i,"
    " 1700000000000 + i, iif(i %% 10000 = 0, NULL, 1700000000009 + i),"
    " 'budget', 'max_iterations', i * 31 %% 1000,"
    " iif(i %% 40 = 0, NULL, (i * 7919 %% 1000003) / 1000.0), 0.5, 0.25, 7,"
    " printf('%%064d', i) FROM place;"
    "INSERT INTO job_tag SELECT 'common', created_ms, number FROM job;"
    "INSERT INTO job_tag SELECT 'tag' || (number %% 1000), created_ms, number"
    " FROM job;"
    "COMMIT";

/* Some filters; the names are the API's. */
static const struct {
    const char *name;
    struct store_query query;
} filters[] = {
    {"-", {0}},
    {"state=completed", {.states = 1u << JOB_COMPLETED}},
    {"state=queued,running", {.states = 1u << JOB_QUEUED | 1u << JOB_RUNNING}},
    {"state=canceled", {.states = 1u << JOB_CANCELED}},
    {"state=failed,canceled", {.states = 1u << JOB_FAILED
                                         | 1u << JOB_CANCELED}},
    {"tag=common", {.tag = "common"}},
    {"tag=tag7", {.tag = "tag7"}},
    {"tag=none", {.tag = "none"}},
    {"optimizer=adam", {.optimizer = "adam"}},
    {"optimizer=none", {.optimizer = "none"}},
    {"objective=none", {.objective = "none"}},
    {"q=run 99999", {.text = "run 99999"}},
    {"q=none", {.text = "none"}},
    {"created_after", {.created_after_ms = 1700000999000}},
    {"created_before", {.created_before_ms = 1700000000100}},
    {"tag=tag7 q=none", {.tag = "tag7", .text = "none"}},
    {"state=failed optimizer=none", {.states = 1u << JOB_FAILED,
                                     .optimizer = "none"}},
};

static void need(int good, const char *what)
{
    if (good)
        return;
    fprintf(stderr, "lists: %s\n", what);
    exit(1);
}

static void fill(const char *path, int64_t jobs)
{
    char *sql = sqlite3_mprintf(jobs_sql, jobs);
    sqlite3 *db;

    need(sqlite3_open(path, &db) == SQLITE_OK, "open");
    need(sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK,
         sqlite3_errmsg(db));
    sqlite3_close(db);
    sqlite3_free(sql);
}

static int64_t cpu_ns(void)
{
    struct timespec now;

    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

/* Of the slices of one query, or of all. */
struct slices {
    size_t count, long_count;   /* long: more than LONG_MS of the processor */
    double cpu_ms, longest_cpu_ms, longest_wall_ms;
};

static void count_slice(struct slices *slices, double cpu_ms, double wall_ms)
{
    slices->count++;
    slices->long_count += cpu_ms > LONG_MS;
    slices->cpu_ms += cpu_ms;
    slices->longest_cpu_ms = fmax(slices->longest_cpu_ms, cpu_ms);
    slices->longest_wall_ms = fmax(slices->longest_wall_ms, wall_ms);
}

/* A page of the query, counted in `all` too. */
static void measure(struct store_reader *reader, const char *name,
                    const struct store_query *query, size_t slices_max,
                    struct slices *all)
{
    struct store_page page = {0};
    struct slices slices = {0};
    struct arena arena;

    arena_init(&arena, 0);
    do {
        int64_t start_ns = clock_monotonic_ns(), start_cpu_ns = cpu_ns();
        need(store_list_slice(reader, query, start_ns + SLICE_NS, &arena,
                              &page) == OK, "list");
        double ms = (double)(cpu_ns() - start_cpu_ns) / 1e6;
        double wall_ms = (double)(clock_monotonic_ns() - start_ns) / 1e6;
        count_slice(&slices, ms, wall_ms);
        count_slice(all, ms, wall_ms);
    } while (page.walk != NULL && slices.count < slices_max);
    printf("%-28s %s%-11s %3zu jobs, %5zu slices%s, %8.1f ms, longest %6.2f "
           "ms, wall %6.2f ms\n", name, query->descending ? "-" : " ",
           store_sort_name(query->sort), page.count, slices.count,
           page.walk != NULL ? " (not all)" : "", slices.cpu_ms,
           slices.longest_cpu_ms, slices.longest_wall_ms);
    arena_fini(&arena);
}

/* `only`: the name of the only filter that is measured, or NULL. */
static struct slices measure_all(struct store_reader *reader,
                                 size_t slices_max, const char *only)
{
    struct slices all = {0};

    for (size_t i = 0; i < sizeof filters / sizeof *filters; i++) {
        if (only != NULL && strcmp(only, filters[i].name) != 0)
            continue;
        for (unsigned sort = 0; sort < 2 * STORE_SORTS; sort++) {
            struct store_query query = filters[i].query;
            query.sort = (enum store_sort)(sort / 2);
            query.descending = sort % 2;
            query.limit = 50;
            measure(reader, filters[i].name, &query, slices_max, &all);
        }
    }
    return all;
}

/* Slices in which nothing is done but to look at the clock. On a virtual
 * machine they are long too where the processor is given to others meanwhile:
 * that is counted as the thread's time. */
static struct slices measure_idle(void)
{
    struct slices idle = {0};

    for (int i = 0; i < IDLE_SLICES; i++) {
        int64_t start_ns = clock_monotonic_ns(), start_cpu_ns = cpu_ns();
        int64_t now_ns;
        do
            now_ns = clock_monotonic_ns();
        while (now_ns < start_ns + SLICE_NS);
        count_slice(&idle, (double)(cpu_ns() - start_cpu_ns) / 1e6,
                    (double)(now_ns - start_ns) / 1e6);
    }
    return idle;
}

static void print_slices(const char *what, const struct slices *slices)
{
    printf("%zu slices %s: %zu of more than %d ms; the longest took %.2f ms of "
           "the processor, by the clock %.2f ms\n", slices->count, what,
           slices->long_count, LONG_MS, slices->longest_cpu_ms,
           slices->longest_wall_ms);
}

int main(int argc, char **argv)
{
    char path[512], message[STORE_MESSAGE_BYTES] = "";
    struct store_options options = {.location = path, .queue_max = 100};
    int64_t jobs = argc > 2 ? atoll(argv[2]) : 1000000;
    size_t slices_max = argc > 3 ? (size_t)atoll(argv[3]) : 0;
    struct store_reader *reader;
    struct store *store;

    need(argc > 1, "usage: lists FOLDER [JOBS [SLICES [FILTER]]]");
    snprintf(path, sizeof path, "%s/lists.db", argv[1]);
    need(store_open(&options, &store, message) == OK, message);
    store_close(store);
    if (jobs > 0)
        fill(path, jobs);
    setvbuf(stdout, NULL, _IOLBF, 0);
    need(store_open(&options, &store, message) == OK, message);
    need(store_reader_open(store, &reader) == OK, "reader");
    struct slices all = measure_all(reader,
                                    slices_max > 0 ? slices_max : SIZE_MAX,
                                    argc > 4 ? argv[4] : NULL);
    struct slices idle = measure_idle();
    print_slices("of lists", &all);
    print_slices("of nothing", &idle);
    store_reader_close(reader);
    store_close(store);
    return 0;
}
