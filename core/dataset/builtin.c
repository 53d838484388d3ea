/* builtin.c - the list of datasets that need no file. */
#include "core/dataset/builtin.h"

#include <stdint.h>
#include <string.h>

enum { COLUMN_BYTES = 256, OTHER_BYTES = 16384 };

#define BUILTINS(ROW)                                                         \
    ROW(blobs)                                                                \
    ROW(circles)                                                              \
    ROW(digits)                                                               \
    ROW(friedman)                                                             \
    ROW(iris)                                                                 \
    ROW(regression)                                                           \
    ROW(spirals)                                                              \
    ROW(two_moons)                                                            \
    ROW(xor)

#define ROW(name) extern const struct builtin builtin_##name;
BUILTINS(ROW)
#undef ROW

const struct builtin *const builtins[] = {
#define ROW(name) &builtin_##name,
    BUILTINS(ROW)
#undef ROW
    NULL,
};

const struct builtin *builtin_find(const char *name)
{
    for (size_t i = 0; builtins[i] != NULL; i++)
        if (strcmp(builtins[i]->name, name) == 0)
            return builtins[i];
    return NULL;
}

/* Room for the cells and most of what stands behind them. */
static enum error reserve(struct sink_memory *memory,
                          const struct inline_column *columns, size_t count)
{
    memory->room = columns[0].count * count * sizeof(double)
                   + count * COLUMN_BYTES + OTHER_BYTES;
    memory->bytes = arena_array(memory->arena, memory->room, 1);
    return memory->bytes != NULL ? OK : ERR_MEMORY;
}

enum error builtin_make(const struct builtin *builtin,
                        const double *parameters, struct arena *arena,
                        const void **ret_bytes, size_t *ret_count)
{
    struct arena scratch;
    struct faults *faults;
    struct sink_memory memory = {.arena = arena};
    struct sink sink = {&memory, sink_memory_write};
    struct inline_column *columns;
    size_t count;
    uint64_t bytes;
    enum error error;

    arena_init(&scratch, 0);
    faults = ARENA_NEW(&scratch, struct faults);
    error = faults != NULL ? OK : ERR_MEMORY;
    if (error == OK) {
        faults_init(faults, &scratch);
        error = builtin->make(&scratch, parameters, &columns, &count);
    }
    if (error == OK)
        error = reserve(&memory, columns, count);
    if (error == OK)
        error = dataset_write_columns(columns, count, MISSING_ERROR,
                                      UINT64_MAX, &sink, "", faults, &bytes);
    arena_fini(&scratch);
    if (error != OK)
        return error;
    *ret_bytes = memory.bytes;
    *ret_count = memory.count;
    return OK;
}
