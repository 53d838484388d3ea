/*
 * trace.c - a trace of 10 million iterations into the store, and windows of it
 * out again.
 *
 *   trace FOLDER [ITERATIONS [record]]
 *
 * Prints a line for each figure; with `record` those of recording alone, for a
 * profiler. The database is made in FOLDER, which should be on a disk, and
 * deleted.
 *
 *   NAME record        how many iterations a second reach the store; how much
 *                      processor time the worker and the writer took for each
 *   NAME bytes         of the database's file an iteration, and of what of it
 *                      the levels take
 *   NAME levels        what the levels cost, in percent of the processor time
 *                      of all the run
 *   window ROWS        1000 points of a window of so many rows: open, axis and
 *                      loss of all candidates, then all columns of 1000 picks
 *   beside             the same run beside four threads that only count, and
 *                      beside four that read windows of it without pause: both
 *                      take their share of the processors; the largest
 *                      write-ahead log
 */
#include <math.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <dirent.h>

#include "core/base/random.h"
#include "server/base/clock.h"
#include "server/jobs/pool.h"
#include "server/jobs/pyramid.h"
#include "server/jobs/window.h"

enum { READERS = 4, POINTS = 1000, WINDOWS = 101, DIMENSION = 2,
       WINDOW_COLUMNS = COLUMNS_ALWAYS + DIMENSION };

static const struct {
    const char *name, *objective;
} runs[] = {
    /* Smooth: every column falls for all the run. */
    {"descent", "{\"type\":\"quadratic\",\"A\":[[12,1],[1,18]],"
                "\"b\":[-12,-14]},\"start\":[4,4],\"optimizer\":"
                "{\"type\":\"gradient_descent\",\"learning_rate\":1e-7}"},
    /* Jumps about in the valley for all the run. */
    {"adam", "{\"type\":\"function\",\"name\":\"rosenbrock\"},\"optimizer\":"
             "{\"type\":\"adam\",\"learning_rate\":0.05}"},
};

struct bench {
    char path[4096];
    char spec[1024];
    int64_t iterations;
    struct store *store;
    struct store_reader *reader;
    struct pool *pool;
    int64_t number;          /* the job's */
    double wall_s;
    double worker_ns, writer_ns; /* of the processor, an iteration */
    int64_t wal_bytes;       /* at its largest */
};

static _Noreturn void die(const char *what)
{
    fprintf(stderr, "trace: %s\n", what);
    exit(EXIT_FAILURE);
}

static void must(enum error error, const char *what)
{
    if (error != OK)
        die(what);
}

/* ---- a run ------------------------------------------------------------- */

static int64_t file_bytes(const char *path, const char *end)
{
    char name[4200];
    struct stat status;

    snprintf(name, sizeof name, "%s%s", path, end);
    return stat(name, &status) == 0 ? (int64_t)status.st_size : 0;
}

static void delete_files(const struct bench *bench)
{
    static const char *const ends[] = {"", "-wal", "-shm", "-lock"};
    char name[4200];

    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        snprintf(name, sizeof name, "%s%s", bench->path, ends[i]);
        unlink(name);
    }
}

static void bench_open(struct bench *bench, const char *objective)
{
    struct store_options options = {bench->path, 1000};
    char message[STORE_MESSAGE_BYTES];
    struct store_job job = {
        .objective = "-", .optimizer = "-", .dimension = DIMENSION,
        .max_iterations = bench->iterations, .loss = NAN,
        .gradient_norm = NAN, .best_loss = NAN, .spec = bench->spec,
        .created_ms = 1};
    struct store_write write = {.verb = STORE_SUBMIT, .submit = &job};

    delete_files(bench);
    snprintf(bench->spec, sizeof bench->spec,
             "{\"objective\":%s,\"stop\":{\"max_iterations\":%lld}}",
             objective, (long long)bench->iterations);
    if (store_open(&options, &bench->store, message) != OK)
        die(message);
    must(store_reader_open(bench->store, &bench->reader), "no reader");
    must(identifier_new(&job.id), "no identifier");
    must(store_write_wait(bench->store, &write), "not submitted");
    bench->number = write.ret_number;
}

static void bench_close(struct bench *bench)
{
    pool_stop(bench->pool);
    store_reader_close(bench->reader);
    store_close(bench->store);
    pool_close(bench->pool);
}

/* The first word of a file of a thread; "" where there is none any more. */
static void read_word(const char *thread, const char *name, char word[32])
{
    char path[320];
    FILE *file;

    snprintf(path, sizeof path, "/proc/self/task/%s/%s", thread, name);
    word[0] = '\0';
    file = fopen(path, "r");
    if (!file)
        return;
    if (fscanf(file, "%31s", word) != 1)
        word[0] = '\0';
    fclose(file);
}

/* A worker has the name of the program. */
#define WORKER "trace"

/* Processor time so far of threads of that name, but the main one. */
static double threads_ns(const char *name)
{
    DIR *tasks = opendir("/proc/self/task");
    char word[32];
    double sum = 0;

    if (!tasks)
        die("/proc cannot be read");
    for (struct dirent *task; (task = readdir(tasks)) != NULL;) {
        if (strtol(task->d_name, NULL, 10) == (long)getpid())
            continue;
        read_word(task->d_name, "comm", word);
        if (strcmp(word, name) != 0)
            continue;
        read_word(task->d_name, "schedstat", word);
        sum += strtod(word, NULL);
    }
    closedir(tasks);
    return sum;
}

static void wait_for_end(struct bench *bench)
{
    struct store_job job;
    struct arena arena;
    int64_t wal;

    arena_init(&arena, 0);
    do {
        usleep(2000);
        arena_reset(&arena);
        wal = file_bytes(bench->path, "-wal");
        if (wal > bench->wal_bytes)
            bench->wal_bytes = wal;
        must(store_get_number(bench->reader, bench->number, STORE_ROW, &arena,
                              &job), "the job is gone");
    } while (!job_has_ended(job.state));
    if (job.iterations != bench->iterations)
        die("the run ended early");
    arena_fini(&arena);
}

/* What a run took that has just ended. */
static void set_times(struct bench *bench, int64_t began_ns, double writer_ns)
{
    bench->wall_s = (double)(clock_monotonic_ns() - began_ns) / 1e9;
    bench->worker_ns = threads_ns(WORKER) / (double)bench->iterations;
    bench->writer_ns = (threads_ns("writer") - writer_ns)
                     / (double)bench->iterations;
}

static void bench_run(struct bench *bench)
{
    struct pool_options options = {.store = bench->store, .workers = 1};
    double writer_ns = threads_ns("writer");
    int64_t began_ns = clock_monotonic_ns();

    bench->wal_bytes = 0;
    must(pool_open(&options, &bench->pool), "no pool");
    wait_for_end(bench);
    set_times(bench, began_ns, writer_ns);
}

/* ---- levels ------------------------------------------------------------ */

static double processor_ns(void)
{
    struct timespec t;

    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static int64_t level_bytes(struct bench *bench, unsigned level)
{
    struct store_chunk chunk;
    struct arena arena;
    int64_t bytes = 0;

    arena_init(&arena, 0);
    for (int64_t i = 0; store_read_chunk(bench->reader, bench->number, level,
                                         i, &arena, &chunk) == OK; i++) {
        bytes += (int64_t)chunk.columns_bytes;
        arena_reset(&arena);
    }
    arena_fini(&arena);
    return bytes;
}

/* The worker's part of them once more: build and encode, of the first tenth of
 * the rows. Nanoseconds a row. */
static double build_ns(struct bench *bench)
{
    const struct chunk *chunk;
    struct pyramid *pyramid;
    struct pyramid_chunks made;
    struct trace trace;
    struct buffer out;
    struct arena arena;
    double sum = 0, began;

    arena_init(&arena, 0);
    buffer_init(&out);
    must(trace_open(NULL, bench->reader, bench->number, &trace), "no trace");
    must(pyramid_new(trace.form, &pyramid), "no pyramid");
    for (uint64_t row = 0; row < trace.rows / 10; row += STORE_CHUNK_ROWS) {
        arena_reset(&arena);
        buffer_clear(&out);
        made.count = 0;
        must(trace_chunk(&trace, row, &arena, &chunk), "no chunk");
        began = processor_ns();
        must(pyramid_add(pyramid, chunk, &out, &made), "no level");
        sum += processor_ns() - began;
    }
    pyramid_free(pyramid);
    buffer_fini(&out);
    arena_fini(&arena);
    return sum / (double)(trace.rows / 10);
}

/* What the writer takes for their bytes is its share of them. */
static void print_levels(struct bench *bench, const char *name)
{
    double rows = 0, levels = 0, built = build_ns(bench), writer;
    double all = bench->worker_ns + bench->writer_ns;

    rows = (double)level_bytes(bench, 0);
    for (unsigned level = 1; level < PYRAMID_LEVELS; level++)
        levels += (double)level_bytes(bench, level);
    writer = bench->writer_ns * levels / (rows + levels);
    printf("%s bytes %.2f an iteration: rows %.2f, levels %.2f\n", name,
           (double)file_bytes(bench->path, "") / (double)bench->iterations,
           rows / (double)bench->iterations,
           levels / (double)bench->iterations);
    printf("%s levels %.1f %% of the run: worker %.1f of %.1f ns, "
           "writer %.1f of %.1f ns\n", name,
           100 * (built + writer) / all, built, bench->worker_ns, writer,
           bench->writer_ns);
}

/* ---- windows ----------------------------------------------------------- */

static void columns_of(struct trace_column columns[WINDOW_COLUMNS])
{
    for (size_t c = 0; c < WINDOW_COLUMNS; c++)
        columns[c] = c < COLUMNS_ALWAYS
            ? (struct trace_column){(enum column)c, 0}
            : (struct trace_column){COLUMNS, c - COLUMNS_ALWAYS};
}

/* As a request does it, but for the thinning: every 1000th candidate. */
static size_t read_window(const struct trace *trace, uint64_t row,
                          uint64_t end)
{
    static const struct trace_column drawn[] = {{COLUMN_ITERATION, 0},
                                                {COLUMN_LOSS, 0}};
    struct trace_column columns[WINDOW_COLUMNS];
    double *numbers, picked[POINTS * WINDOW_COLUMNS];
    size_t picks[POINTS], count, points;
    struct window *window;
    struct arena arena;

    arena_init(&arena, 0);
    columns_of(columns);
    must(window_open(trace, row, end, POINTS, WINDOW_ROWS, &arena, &window),
         "no window");
    count = window_count(window);
    numbers = calloc(2 * count, sizeof *numbers);
    if (!numbers)
        die("out of memory");
    must(window_columns(window, drawn, 2, numbers), "no axis and column");
    points = count < POINTS ? count : POINTS;
    for (size_t i = 0; i < points; i++)
        picks[i] = i * count / points;
    must(window_pick(window, picks, points, columns, WINDOW_COLUMNS, picked),
         "no picks");
    free(numbers);
    arena_fini(&arena);
    return count;
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

/* Windows anywhere in the trace, after one that warms up. */
static void print_window(const struct trace *trace, uint64_t rows)
{
    double ms[WINDOWS];
    size_t candidates = 0;

    for (uint64_t i = 0; i <= WINDOWS; i++) {
        uint64_t row = random_bits(rows, RANDOM_START, i)
                     % (trace->rows - rows + 1);
        int64_t began_ns = clock_monotonic_ns();

        candidates += read_window(trace, row, row + rows);
        if (i > 0)
            ms[i - 1] = (double)(clock_monotonic_ns() - began_ns) / 1e6;
    }
    qsort(ms, WINDOWS, sizeof *ms, compare);
    printf("window %llu: median %.3f ms, 90th %.3f, of %zu candidates\n",
           (unsigned long long)rows, ms[WINDOWS / 2], ms[WINDOWS * 9 / 10],
           candidates / (WINDOWS + 1));
}

static void print_windows(struct bench *bench)
{
    struct trace trace;

    must(trace_open(NULL, bench->reader, bench->number, &trace), "no trace");
    for (uint64_t rows = 1000; rows <= trace.rows; rows *= 10) {
        print_window(&trace, rows);
        if (3 * rows <= trace.rows)
            print_window(&trace, 3 * rows);
    }
}

/* ---- readers ----------------------------------------------------------- */

struct other {
    struct bench *bench;
    pthread_t thread;
    atomic_bool ended;
    uint64_t windows;
};

/* What any busy thread takes from a run: its share of the processors. */
static void *count_without_pause(void *self)
{
    struct other *other = self;
    volatile uint64_t count = 0;

    while (!atomic_load_explicit(&other->ended, memory_order_relaxed))
        count++;
    return NULL;
}

static void *read_without_pause(void *self)
{
    struct other *other = self;
    struct bench *bench = other->bench;
    struct store_reader *reader;
    struct trace trace;
    uint64_t i = 0;

    must(store_reader_open(bench->store, &reader), "no reader");
    while (!atomic_load(&other->ended)) {
        must(trace_open(bench->pool, reader, bench->number, &trace),
             "no trace");
        if (trace.rows > 0)
            read_window(&trace, trace.rows / (2 + i++ % 7), trace.rows);
        other->windows++;
    }
    store_reader_close(reader);
    return NULL;
}

/* Run beside such threads. Returns how many windows they read. */
static uint64_t run_beside(struct bench *bench, const char *objective,
                           void *(*work)(void *))
{
    struct pool_options options = {.workers = 1};
    struct other others[READERS] = {0};
    uint64_t windows = 0;
    double writer_ns;
    int64_t began_ns;

    bench_open(bench, objective);
    options.store = bench->store;
    writer_ns = threads_ns("writer");
    bench->wal_bytes = 0;
    must(pool_open(&options, &bench->pool), "no pool");
    began_ns = clock_monotonic_ns();
    for (size_t i = 0; i < READERS; i++) {
        others[i].bench = bench;
        if (pthread_create(&others[i].thread, NULL, work, &others[i]) != 0)
            die("no thread");
        pthread_setname_np(others[i].thread, "other");
    }
    wait_for_end(bench);
    set_times(bench, began_ns, writer_ns);
    for (size_t i = 0; i < READERS; i++) {
        atomic_store(&others[i].ended, true);
        pthread_join(others[i].thread, NULL);
        windows += others[i].windows;
    }
    bench_close(bench);
    delete_files(bench);
    return windows;
}

static void print_run(const struct bench *bench, const char *beside)
{
    printf("beside %s: %.2f s, processor %.0f + %.0f ns an iteration, "
           "WAL %.1f MB\n", beside, bench->wall_s, bench->worker_ns,
           bench->writer_ns, (double)bench->wal_bytes / 1e6);
    fflush(stdout);
}

static void print_beside(struct bench *bench, const char *objective)
{
    uint64_t windows;

    print_run(bench, "nothing");
    run_beside(bench, objective, count_without_pause);
    print_run(bench, "four that count");
    windows = run_beside(bench, objective, read_without_pause);
    print_run(bench, "four that read");
    printf("read meanwhile: %.0f windows/s\n",
           (double)windows / bench->wall_s);
}

int main(int count, char *arguments[])
{
    static struct bench bench;
    bool record_only = count == 4 && strcmp(arguments[3], "record") == 0;

    bench.iterations = count > 2 ? strtoll(arguments[2], NULL, 10) : 10000000;
    if (count < 2 || count > 3 + record_only || bench.iterations < 100000) {
        fprintf(stderr,
                "trace: usage: trace FOLDER [ITERATIONS [record]]\n");
        return 2;
    }
    snprintf(bench.path, sizeof bench.path, "%s/trace.db", arguments[1]);
    for (size_t i = sizeof runs / sizeof *runs; i-- > 0;) {
        bench_open(&bench, runs[i].objective);
        bench_run(&bench);
        printf("%s record %.2f M iterations/s, WAL %.1f MB\n", runs[i].name,
               (double)bench.iterations / bench.wall_s / 1e6,
               (double)bench.wal_bytes / 1e6);
        print_levels(&bench, runs[i].name);
        if (!record_only)
            print_windows(&bench);
        bench_close(&bench);
        delete_files(&bench);
        fflush(stdout);
    }
    if (!record_only)
        print_beside(&bench, runs[0].objective);
    return EXIT_SUCCESS;
}
