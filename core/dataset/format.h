/*
 * format.h - what a format does to be read: the reader gathers the bytes, the
 * format takes whole records of them.
 *
 * Adding a format is: write NAME.c exporting one `const struct format` with
 * its rules, and add its name to the list in format.c and to the formats of
 * the stored form in store.c.
 */
#ifndef CORE_DATASET_FORMAT_H
#define CORE_DATASET_FORMAT_H

#include "core/dataset/reader.h"
#include "core/dataset/table.h"

enum {
    BUFFER_BYTES = 1 << 18,    /* and more for a first line that is longer:
                                  from these is found out what they are */
    BUFFER_PADDING = 64,       /* zeros behind what is in the buffer */
};

struct reader {
    const struct format *format;
    struct reader_options options;
    struct faults *faults;
    struct arena arena;        /* names, options, the format's state */
    struct table table;
    void *state;               /* of the format; NULL before `begin` */

    unsigned char *buffer;     /* [room + BUFFER_PADDING] */
    size_t used, room;
    uint64_t offset;           /* in the file, of the buffer */
    uint64_t line;             /* in which the buffer begins, from 1 */
    size_t checked;            /* bytes of the buffer that are good UTF-8 */
    bool starts_missing[256];  /* bytes with which a missing word begins */
    bool empty_is_missing;
    char point;                /* '.' or ',': of numbers */
    bool point_is_open;        /* the first number with a point decides */
    unsigned pass;             /* from 0 */
    bool begun, ended;
    enum error error;          /* that ended the reading */
};

struct format_rules {
    bool is_text;              /* UTF-8, checked by the reader, without NUL */

    /*
     * Look at the first bytes, a line of text at least, all of them if
     * `last`; prepare the table and the state. Once, in the first pass.
     */
    enum error (*begin)(struct reader *reader, const char *bytes,
                        const char *end, bool last);

    /* Each pass begins so; NULL: there is nothing to do. */
    enum error (*restart)(struct reader *reader);

    /*
     * Take whole records from at … end, behind which zeros stand; all that is
     * left if `last`. reader->line is that of `at`, and moves with it.
     *
     *   ret_at   out   the first byte not taken
     *
     * Fails   ERR_INVALID when nothing can be read beyond a fault
     */
    enum error (*take)(struct reader *reader, const char *at, const char *end,
                       bool last, const char **ret_at);

    /* Behind the last record; NULL: there is nothing to do. */
    enum error (*end)(struct reader *reader);

    /* Free what is not in the reader's arena; NULL: all is. */
    void (*fini)(struct reader *reader);
};

extern const struct format format_csv, format_tsv, format_libsvm,
    format_ndjson, format_npy, format_idx;

/* Add a fault; ERR_INVALID when there are so many that reading on is vain. */
MUST_CHECK enum error reader_fault(struct reader *reader, uint64_t line,
                                   size_t column, enum fault_code code,
                                   const char *suggestion,
                                   const char *format, ...)
    __attribute__((format(printf, 6, 7)));

/* Whether a text is one of the words for a missing value. */
bool reader_is_missing(const struct reader *reader, const char *text,
                       size_t bytes);

/*
 * A cell without a value, at its place: sets it and follows the policy.
 *
 *   ret_drops   out   set when the row is to be left out
 */
MUST_CHECK enum error reader_missing(struct reader *reader, size_t column,
                                     uint64_t line, size_t place,
                                     bool *ret_drops);

/* A text of a cell: missing, a number, or a word. `text` has padding as
 * decimal_read() needs. A number in quotes is one as well. */
MUST_CHECK enum error reader_cell(struct reader *reader, size_t column,
                                  const char *text, size_t bytes,
                                  uint64_t line, size_t place,
                                  bool *ret_drops);

#endif
