/*
 * reader.h - from a file to a dataset: bytes come in pieces of any size, the
 * stored form goes out through a callback; memory is bounded whatever the
 * size.
 *
 *     reader_new(...)
 *     for every piece: reader_push()          keep the bytes as well
 *     reader_end()
 *     while (reader_wants_again()) {          the columns were not what they
 *         reader_again()                      seemed: the same bytes again
 *         for every piece: reader_push()
 *         reader_end()
 *     }
 *     reader_bytes() is how long the stored form is: cut the file there
 *
 * What the bytes are is found out from the first 256 KiB: most files are read
 * once. A reader asks at most twice for them again. It takes about 1 MB of a
 * usual file; most where a row is 4 MiB long and where there are many columns,
 * of about 150 bytes each.
 */
#ifndef CORE_DATASET_READER_H
#define CORE_DATASET_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/base/fault.h"
#include "core/dataset/dataset.h"

enum {
    RECORD_BYTES_MAX = 4 << 20,  /* one row of a text file */
    NAME_BYTES_MAX = 256,        /* of a column */
    WORD_BYTES_MAX = 256,        /* of a category; longer ones are text */
    MISSING_WORDS_MAX = 32,
};

enum missing_policy {
    MISSING_ERROR,    /* a missing value is a fault */
    MISSING_KEEP,     /* stored as missing: the job says what becomes of it */
    MISSING_MEAN,     /* the mean of its column stands for it */
    MISSING_DROP,     /* its row is left out */
    MISSING_POLICIES
};

/* "error", "keep", "mean", "drop". */
extern const char *const missing_policy_names[MISSING_POLICIES + 1];
const char *missing_policy_name(enum missing_policy policy);

/* What a user may say about a file. */
struct reader_options {
    char delimiter;             /* '\0': find out; else as in read_as */
    char decimal;               /* '\0': find out */
    int header;                 /* -1: find out; else 0 or 1 */
    unsigned base;              /* of LIBSVM's indices: 1, or 0 */
    enum missing_policy missing;
    const char *const *missing_words; /* [missing_word_count]; NULL: those of
                                         API: "", ?, NA, N/A, NaN, nan, null */
    size_t missing_word_count;
    size_t buffer_bytes;        /* 0: 256 KiB; tests have small ones, in which
                                   rows are cut everywhere */
};

/* Nothing is said. */
#define READER_OPTIONS_NONE ((struct reader_options){.header = -1, .base = 1})

/* One member of the query: `delimiter`, `decimal`, `header`, `base`,
 * `missing`, `missing_words`. */
struct reader_option {
    const char *name;           /* NULL ends the table */
    const char *legal;          /* "comma, semicolon, tab or blanks" */
    const char *sentence;
};
extern const struct reader_option reader_option_table[];

/*
 * Set the option called `name` from its text: delimiter=semicolon (or ;),
 * decimal=comma (or ,), header=true, base=0, missing=keep,
 * missing_words=,?,-999 (the empty word is one as well).
 *
 *   pointer   in   its place, for faults: "/delimiter"
 *
 * Fails   ERR_MISSING when there is no such option: no fault is added;
 *         ERR_INVALID after a fault; ERR_MEMORY
 */
MUST_CHECK enum error reader_option_set(struct reader_options *options,
                                        struct arena *arena, const char *name,
                                        const char *text, const char *pointer,
                                        struct faults *faults);

/* A format of files: csv tsv libsvm ndjson npy idx, a row each. */
struct format {
    const char *name;           /* "csv" */
    const char *media_type;     /* "text/csv" */
    const char *suffixes;       /* of files' names: ".csv .data .txt" */
    const char *sentence;
    const struct format_rules *rules; /* of the reader alone */
};

/* In order of name; NULL ends it. */
extern const struct format *const formats[];

/* The format of a media type without its parameters, of a name, of a file's
 * name by its suffix; or NULL. */
const struct format *format_by_media_type(const char *media_type);
const struct format *format_by_name(const char *name);
const struct format *format_by_file(const char *file_name);

/*
 * Where the stored form goes: count bytes at an offset. Offsets may come in
 * any order and again; what is never written is zero (a hole).
 *
 * Fails   as the callback likes; the reader hands the error on
 */
struct sink {
    void *context;
    enum error (*write)(void *context, uint64_t offset, const void *bytes,
                        size_t count);
};

struct reader;

/*
 * Prepare to read a file.
 *
 *   options   -   in   copied
 *   bytes_max -   in   most bytes of the stored form; more is ERR_TOO_BIG
 *   faults    -   out  what is wrong with the file: line and column, pointer
 *                      ""; binary files have one line, and a column a byte
 *
 * Fails   ERR_MEMORY
 * Owns    the caller: reader_free()
 * Thread  one at a time
 */
MUST_CHECK enum error reader_new(const struct format *format,
                                 const struct reader_options *options,
                                 uint64_t bytes_max, const struct sink *sink,
                                 struct faults *faults,
                                 struct reader **ret);
void reader_free(struct reader *reader);

/*
 * Take the next bytes. Returns at once after a fault that ends the reading.
 *
 * Fails   ERR_INVALID: nothing can be read beyond a fault that was added;
 *         ERR_TOO_BIG after a fault that says which limit; ERR_MEMORY; what
 *         the sink failed with
 */
MUST_CHECK enum error reader_push(struct reader *reader, const void *bytes,
                                  size_t count);

/* The bytes end here. Fails as reader_push(): ERR_INVALID when any fault was
 * found, which is known only now where the reading went on behind it. */
MUST_CHECK enum error reader_end(struct reader *reader);

/* After reader_end() gave OK: whether the same bytes are wanted once more. */
bool reader_wants_again(const struct reader *reader);
MUST_CHECK enum error reader_again(struct reader *reader);

/* When all is read: the length of the stored form. */
uint64_t reader_bytes(const struct reader *reader);

/* One column of data that come without a file: {"columns": {"x": [1, 2]}}. */
struct inline_column {
    const char *name;
    size_t count;
    const double *numbers;      /* [count]; NAN is missing. Of a column that
                                   has words: used where the word is NULL */
    const char *const *words;   /* [count], or NULL: the column has no words */
};

/*
 * The same road for data that are in memory: to a stored form.
 *
 *   columns   [column_count]  in
 *   pointer   -               in   of the columns, for faults:
 *                                  "/objective/dataset/columns"
 *   ret_bytes -               out  the length of the stored form
 *
 * Fails   ERR_INVALID after at least one fault; ERR_TOO_BIG after a fault;
 *         ERR_MEMORY; what the sink failed with
 */
MUST_CHECK enum error dataset_write_columns(
    const struct inline_column *columns, size_t column_count,
    enum missing_policy missing, uint64_t bytes_max, const struct sink *sink,
    const char *pointer, struct faults *faults, uint64_t *ret_bytes);

/*
 * A sink into memory of an arena, for what is small: the context is a
 * struct sink_memory.
 */
struct sink_memory {
    struct arena *arena;
    unsigned char *bytes;       /* aligned to 64 */
    size_t count, room;
};
enum error sink_memory_write(void *context, uint64_t offset,
                             const void *bytes, size_t count);

#endif
