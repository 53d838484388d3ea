/* file.h - a dataset from a file, for the command line. */
#ifndef SERVER_DATASETS_FILE_H
#define SERVER_DATASETS_FILE_H

#include "core/base/arena.h"
#include "core/base/fault.h"
#include "core/dataset/reader.h"

/*
 * Read a file, whose name says its format, into memory.
 *
 *   pointer  in   place of the name in the spec, for faults
 *
 * Fails   ERR_INVALID after at least one fault; ERR_MEMORY
 * Owns    all of it lives in `arena`
 */
MUST_CHECK enum error dataset_file_read(const char *path,
                                        const struct reader_options *options,
                                        struct arena *arena,
                                        const char *pointer,
                                        struct faults *faults,
                                        const struct dataset **ret);

#endif
