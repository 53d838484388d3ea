/* file.c - a dataset from a file, for the command line. */
#include "server/datasets/file.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

enum { BLOCK_BYTES = 64 * 1024 };

#define STORED_BYTES_MAX (UINT64_C(1) << 36)

static enum error push_all(struct reader *reader, FILE *file)
{
    char block[BLOCK_BYTES];
    size_t count;

    rewind(file);
    while ((count = fread(block, 1, sizeof block, file)) > 0)
        TRY(reader_push(reader, block, count));
    return ferror(file) ? ERR_SYSTEM : reader_end(reader);
}

static enum error read_all(struct reader *reader, FILE *file)
{
    TRY(push_all(reader, file));
    while (reader_wants_again(reader)) {
        TRY(reader_again(reader));
        TRY(push_all(reader, file));
    }
    return OK;
}

static enum error read_open(FILE *file, const struct format *format,
                            const struct reader_options *options,
                            struct arena *arena, struct faults *faults,
                            const struct dataset **ret)
{
    struct sink_memory memory = {.arena = arena};
    const struct sink sink = {&memory, sink_memory_write};
    struct dataset *data = ARENA_NEW(arena, struct dataset);
    struct reader *reader;
    enum error error;

    if (data == NULL)
        return ERR_MEMORY;
    TRY(reader_new(format, options, STORED_BYTES_MAX, &sink, faults,
                   &reader));
    error = read_all(reader, file);
    if (error == OK)
        error = dataset_view(arena, memory.bytes,
                             (size_t)reader_bytes(reader), data);
    reader_free(reader);
    if (error == OK)
        *ret = data;
    return error;
}

enum error dataset_file_read(const char *path,
                             const struct reader_options *options,
                             struct arena *arena, const char *pointer,
                             struct faults *faults,
                             const struct dataset **ret)
{
    const struct format *format = format_by_file(path);
    FILE *file = fopen(path, "rb");
    size_t before = faults->total;
    enum error error;

    if (file == NULL) {
        fault_add(faults, pointer, FAULT_UNKNOWN_NAME, NULL, "%s: %s", path,
                  strerror(errno));
        return ERR_INVALID;
    }
    if (format == NULL)
        format = format_by_name("csv");
    error = read_open(file, format, options, arena, faults, ret);
    fclose(file);
    if (error == OK || error == ERR_MEMORY)
        return error;
    if (faults->total == before)
        fault_add(faults, pointer, FAULT_SYNTAX, NULL, "%s: %s", path,
                  error_sentence(error));
    return ERR_INVALID;
}
