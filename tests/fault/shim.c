/*
 * shim.c - calls of the C library that fail when a file says so.
 *
 * Preloaded into a server (LD_PRELOAD). The file whose name stands in
 * $FAULT_CONTROL is read every 2 ms:
 *
 *   generation 7
 *   read EIO
 *   memory ENOMEM thread=worker from=12 count=1
 *
 * The first line numbers what follows; each further line is a rule: which
 * calls fail (see `calls` below), with which error, and of those
 *
 *   thread=NAME   only the threads of that name
 *   from=N        only from the N-th on, counted since the rule was read; 1
 *   count=N       only so many of them; without it all
 *   every=N       only one in N of them; 1
 *   bytes=N       only allocations of just that size
 *
 * No rule: nothing fails. Once the rules hold, the file $FAULT_CONTROL.hits
 * has their generation, and how many calls failed, rule by rule:
 *
 *   generation 7
 *   read 311
 *   memory 1
 *
 * Of reads, writes and syncs only those of regular files fail: sockets, pipes
 * and what the kernel counts are no disk.
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

enum call { READ, WRITE, SYNC, OPEN, MEMORY, MAP, CALLS };

static const char *const calls[CALLS] = {
    [READ] = "read",        /* read pread */
    [WRITE] = "write",      /* write pwrite ftruncate */
    [SYNC] = "sync",        /* fsync fdatasync */
    [OPEN] = "open",        /* open openat */
    [MEMORY] = "memory",    /* malloc and its kin; mmap of memory */
    [MAP] = "map",          /* mmap of a file */
};

static const struct {
    const char *name;
    int number;
} errors[] = {
    {"EIO", EIO},       {"ENOSPC", ENOSPC}, {"ENOMEM", ENOMEM},
    {"EMFILE", EMFILE}, {"EACCES", EACCES}, {"ENOENT", ENOENT},
};

enum { RULES_MAX = 8, THREAD_BYTES = 16, TEXT_BYTES = 2048 };

struct rule {
    enum call call;
    int error;
    char thread[THREAD_BYTES];  /* "": any */
    uint64_t from, count, every;
    uint64_t bytes;             /* 0: any */
    _Atomic uint64_t seen, failed;
};

/* What one text of the control file says. It stays where it is for ever: a
 * call may be looking at it. */
struct rules {
    int64_t generation;
    size_t count;
    struct rule items[RULES_MAX];
};

static _Atomic(struct rules *) current;
static __thread bool is_ours __attribute__((tls_model("initial-exec")));

/* ---- whether a call fails ---------------------------------------------- */

static bool is_of_thread(const struct rule *rule)
{
    char name[THREAD_BYTES] = "";

    if (rule->thread[0] == '\0')
        return true;
    prctl(PR_GET_NAME, name);
    return strcmp(name, rule->thread) == 0;
}

static bool hits(struct rule *rule, size_t bytes)
{
    uint64_t number;

    if ((rule->bytes && rule->bytes != bytes) || !is_of_thread(rule))
        return false;
    number = atomic_fetch_add(&rule->seen, 1) + 1;
    if (number < rule->from || number - rule->from >= rule->count
        || (number - rule->from) % rule->every != 0)
        return false;
    atomic_fetch_add(&rule->failed, 1);
    return true;
}

/* Whether it fails, with errno. `bytes` is what an allocation asks for. */
static bool fails_of(enum call call, size_t bytes)
{
    struct rules *rules = atomic_load(&current);

    if (!rules || is_ours)
        return false;
    for (size_t i = 0; i < rules->count; i++)
        if (rules->items[i].call == call && hits(&rules->items[i], bytes)) {
            errno = rules->items[i].error;
            return true;
        }
    return false;
}

static bool fails(enum call call)
{
    return fails_of(call, 0);
}

/* The same for a call on a file. */
static bool fails_file(enum call call, int file)
{
    struct rules *rules = atomic_load(&current);
    struct stat status;

    return rules && rules->count > 0 && !is_ours
        && fstat(file, &status) == 0 && S_ISREG(status.st_mode)
        && fails(call);
}

/* ---- the control file -------------------------------------------------- */

static bool read_option(struct rule *rule, char *word)
{
    char *value = strchr(word, '=');
    struct {
        const char *name;
        uint64_t *to;
    } numbers[] = {{"from", &rule->from}, {"count", &rule->count},
                   {"every", &rule->every}, {"bytes", &rule->bytes}};

    if (!value)
        return false;
    *value++ = '\0';
    if (strcmp(word, "thread") == 0) {
        snprintf(rule->thread, sizeof rule->thread, "%s", value);
        return true;
    }
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        if (strcmp(word, numbers[i].name) == 0) {
            *numbers[i].to = strtoull(value, NULL, 10);
            return *numbers[i].to > 0;
        }
    return false;
}

static bool read_rule(struct rule *rule, char *line)
{
    char *rest, *word = strtok_r(line, " ", &rest);

    rule->from = rule->every = 1;
    rule->count = UINT64_MAX;
    rule->call = CALLS;
    for (unsigned i = 0; word && i < CALLS; i++)
        if (strcmp(word, calls[i]) == 0)
            rule->call = i;
    word = strtok_r(NULL, " ", &rest);
    for (size_t i = 0; word && i < sizeof errors / sizeof *errors; i++)
        if (strcmp(word, errors[i].name) == 0)
            rule->error = errors[i].number;
    if (rule->call == CALLS || rule->error == 0)
        return false;
    while ((word = strtok_r(NULL, " ", &rest)))
        if (!read_option(rule, word))
            return false;
    return true;
}

/* A test that says what is not understood shall not believe that it failed
 * something. */
static void read_rules(char *text, struct rules *rules)
{
    char *rest, *line = strtok_r(text, "\n", &rest);
    char *number = line ? strchr(line, ' ') : NULL;

    rules->generation = number ? strtoll(number, NULL, 10) : -1;
    while ((line = strtok_r(NULL, "\n", &rest))) {
        if (rules->count == RULES_MAX
            || !read_rule(&rules->items[rules->count++], line)) {
            dprintf(STDERR_FILENO, "shim: not a rule: %s\n", line);
            abort();
        }
    }
}

static void write_hits(const char *path, struct rules *rules)
{
    char text[TEXT_BYTES], part[4200];
    int file, at = snprintf(text, sizeof text, "generation %lld\n",
                            (long long)rules->generation);

    for (size_t i = 0; i < rules->count; i++)
        at += snprintf(text + at, sizeof text - (size_t)at, "%s %llu\n",
                       calls[rules->items[i].call],
                       (unsigned long long)rules->items[i].failed);
    snprintf(part, sizeof part, "%s.part", path);
    file = open(part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (file < 0)
        return;
    if (write(file, text, (size_t)at) == at)
        rename(part, path);
    close(file);
}

static uint64_t failed_in_all(const struct rules *rules)
{
    uint64_t sum = 0;

    for (size_t i = 0; i < rules->count; i++)
        sum += rules->items[i].failed;
    return sum;
}

static struct rules *new_rules(char *text)
{
    struct rules *rules = mmap(NULL, sizeof *rules, PROT_READ | PROT_WRITE,
                               MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    if (rules == MAP_FAILED)
        abort();
    read_rules(text, rules);
    return rules;
}

static void *watch(void *self)
{
    const char *control = self;
    char last[TEXT_BYTES] = "", text[TEXT_BYTES], path[4100];
    uint64_t told = 0;

    is_ours = true;
    prctl(PR_SET_NAME, "shim");
    snprintf(path, sizeof path, "%s.hits", control);
    for (;; nanosleep(&(struct timespec){.tv_nsec = 2000000}, NULL)) {
        struct rules *rules = atomic_load(&current);
        int file = open(control, O_RDONLY | O_CLOEXEC);
        ssize_t bytes = file < 0 ? 0 : read(file, text, sizeof text - 1);

        if (file >= 0)
            close(file);
        text[bytes < 0 ? 0 : bytes] = '\0';
        if (text[0] != '\0' && strcmp(text, last) != 0) {
            memcpy(last, text, sizeof last);
            rules = new_rules(text);
            atomic_store(&current, rules);
            told = UINT64_MAX;
        }
        if (rules && failed_in_all(rules) != told) {
            told = failed_in_all(rules);
            write_hits(path, rules);
        }
    }
    return NULL;
}

__attribute__((constructor)) static void begin(void)
{
    char *control = getenv("FAULT_CONTROL");
    sigset_t all, former;
    pthread_t thread;

    if (!control)
        return;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &former);
    if (pthread_create(&thread, NULL, watch, control) != 0)
        abort();
    pthread_sigmask(SIG_SETMASK, &former, NULL);
    pthread_detach(thread);
}

/* ---- the calls --------------------------------------------------------- */

/* Whoever else has the function: the C library, or a sanitizer. */
#define NEXT(name)                                                            \
    static __typeof__(name) *_Atomic known;                                   \
    __typeof__(name) *next = known;                                           \
    if (!next) {                                                              \
        void *found = dlsym(RTLD_NEXT, #name);                                \
        memcpy(&next, &found, sizeof next);                                   \
        known = next;                                                         \
    }

#define ON_FILE(type, name, call, parameters, arguments)                      \
    type name parameters                                                      \
    {                                                                         \
        NEXT(name);                                                           \
        return fails_file(call, file) ? -1 : next arguments;                  \
    }

ON_FILE(ssize_t, read, READ, (int file, void *to, size_t bytes),
        (file, to, bytes))
ON_FILE(ssize_t, pread, READ, (int file, void *to, size_t bytes, off_t at),
        (file, to, bytes, at))
ON_FILE(ssize_t, pread64, READ, (int file, void *to, size_t bytes, off64_t at),
        (file, to, bytes, at))
ON_FILE(ssize_t, write, WRITE, (int file, const void *from, size_t bytes),
        (file, from, bytes))
ON_FILE(ssize_t, pwrite, WRITE,
        (int file, const void *from, size_t bytes, off_t at),
        (file, from, bytes, at))
ON_FILE(ssize_t, pwrite64, WRITE,
        (int file, const void *from, size_t bytes, off64_t at),
        (file, from, bytes, at))
ON_FILE(int, ftruncate, WRITE, (int file, off_t bytes), (file, bytes))
ON_FILE(int, ftruncate64, WRITE, (int file, off64_t bytes), (file, bytes))
ON_FILE(int, fsync, SYNC, (int file), (file))
ON_FILE(int, fdatasync, SYNC, (int file), (file))

static mode_t mode_of(int flags, va_list *rest)
{
    return flags & (O_CREAT | O_TMPFILE) ? va_arg(*rest, mode_t) : 0;
}

#define OPENS(name)                                                           \
    int name(const char *path, int flags, ...)                                \
    {                                                                         \
        va_list rest;                                                         \
        NEXT(name);                                                           \
        va_start(rest, flags);                                                \
        mode_t mode = mode_of(flags, &rest);                                  \
        va_end(rest);                                                         \
        return fails(OPEN) ? -1 : next(path, flags, mode);                    \
    }

#define OPENS_AT(name)                                                        \
    int name(int folder, const char *path, int flags, ...)                    \
    {                                                                         \
        va_list rest;                                                         \
        NEXT(name);                                                           \
        va_start(rest, flags);                                                \
        mode_t mode = mode_of(flags, &rest);                                  \
        va_end(rest);                                                         \
        return fails(OPEN) ? -1 : next(folder, path, flags, mode);            \
    }

OPENS(open)
OPENS(open64)
OPENS_AT(openat)
OPENS_AT(openat64)

#define MAPS(name, offset)                                                    \
    void *name(void *at, size_t bytes, int access, int flags, int file,       \
               offset from)                                                   \
    {                                                                         \
        NEXT(name);                                                           \
        return fails(flags & MAP_ANONYMOUS ? MEMORY : MAP)                    \
                   ? MAP_FAILED                                               \
                   : next(at, bytes, access, flags, file, from);              \
    }

MAPS(mmap, off_t)
MAPS(mmap64, off64_t)

#define ALLOCATES(name, all, parameters, arguments)                           \
    void *name parameters                                                     \
    {                                                                         \
        NEXT(name);                                                           \
        return fails_of(MEMORY, all) ? NULL : next arguments;                 \
    }

ALLOCATES(malloc, bytes, (size_t bytes), (bytes))
ALLOCATES(calloc, count * bytes, (size_t count, size_t bytes), (count, bytes))
ALLOCATES(realloc, bytes, (void *from, size_t bytes), (from, bytes))
ALLOCATES(reallocarray, count * bytes,
          (void *from, size_t count, size_t bytes), (from, count, bytes))
ALLOCATES(aligned_alloc, bytes, (size_t boundary, size_t bytes),
          (boundary, bytes))

int posix_memalign(void **ret, size_t boundary, size_t bytes)
{
    NEXT(posix_memalign);
    return fails_of(MEMORY, bytes) ? ENOMEM : next(ret, boundary, bytes);
}
