/*
 * libsvm.c - LIBSVM's format: a label and the features that are not zero.
 *
 *     +1 qid:3 1:0.5 7:2   # a comment
 *
 * The first pass counts line ends and colons, which bounds the arrays; the
 * second one reads, and writes each array where it will lie.
 *
 * Source  Chang & Lin, README of LIBSVM
 */
#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/decimal.h"
#include "core/dataset/format.h"

enum {
    ENTRIES = 1 << 14,         /* that go out at once */
    LABEL = 0, QUERY = 1,      /* columns */
};

#define INDEX_MAX UINT64_C(0x7fffffff)

struct libsvm {
    uint64_t line_ends, colons; /* of the whole file, at most */
    uint64_t features;          /* the largest index, with base 0 plus one */
    bool has_query;
    size_t used, offsets_used;  /* of the arrays below */
    uint32_t indices[ENTRIES];
    double values[ENTRIES];
    uint64_t offsets[ENTRIES];
};

struct line {
    const char *start, *at;
    uint64_t number;
};

static bool is_space(char c)
{
    return c == ' ' || c == '\t';
}

static bool ends_line(char c)
{
    return c == '\n' || c == '\r' || c == '#' || c == '\0';
}

static const char *skip_spaces(const char *at)
{
    while (is_space(*at))
        at++;
    return at;
}

static const char *end_of_line(const char *at)
{
    while (*at != '\n' && *at != '\r' && *at != '\0')
        at++;
    return at;
}

static enum error fault_at(struct reader *reader, const struct line *line,
                           enum fault_code code, const char *suggestion,
                           const char *detail)
{
    return reader_fault(reader, line->number,
                        (size_t)(line->at - line->start) + 1, code, suggestion,
                        "%s", detail);
}

/* ---- the first pass -------------------------------------------------------*/

typedef unsigned char bytes16 __attribute__((vector_size(16)));

/* How often two bytes are among at … end, together a pass over memory. */
static void count_bytes(const char *at, const char *end, char a, char b,
                        uint64_t *ret_a, uint64_t *ret_b)
{
    enum { ROUNDS = 255 };
    const bytes16 as = (bytes16){0} + (unsigned char)a;
    const bytes16 bs = (bytes16){0} + (unsigned char)b;

    while (end - at >= 16) {
        bytes16 sum_a = {0}, sum_b = {0}, part;

        for (int i = 0; i < ROUNDS && end - at >= 16; i++, at += 16) {
            memcpy(&part, at, sizeof part);
            sum_a -= (bytes16)(part == as); /* -1 where equal */
            sum_b -= (bytes16)(part == bs);
        }
        for (int i = 0; i < 16; i++) {
            *ret_a += sum_a[i];
            *ret_b += sum_b[i];
        }
    }
    for (; at < end; at++) {
        *ret_a += *at == a;
        *ret_b += *at == b;
    }
}

static void count(struct libsvm *libsvm, const char *at, const char *end)
{
    uint64_t returns = 0, none = 0;

    count_bytes(at, end, '\n', ':', &libsvm->line_ends, &libsvm->colons);
    if (memchr(at, '\r', (size_t)(end - at)) != NULL)
        count_bytes(at, end, '\r', '\0', &returns, &none);
    libsvm->line_ends += returns;
}

static enum error begin(struct reader *reader, const char *bytes,
                        const char *end, bool last)
{
    struct libsvm *libsvm = ARENA_NEW(&reader->arena, struct libsvm);
    struct table *table = &reader->table;
    const char *at = bytes;
    (void)last;

    if (libsvm == NULL)
        return ERR_MEMORY;
    while (at < end && (ends_line(*at) || is_space(*at)))
        at = *at == '#' ? end_of_line(at) : at + 1;
    if (at >= end) {
        TRY(reader_fault(reader, 1, 1, FAULT_REQUIRED, NULL,
                         "the file is empty: at least one row is needed"));
        return ERR_INVALID;
    }
    while (at < end && !ends_line(*at) && !libsvm->has_query)
        libsvm->has_query = strncmp(at++, "qid:", 4) == 0;
    table->sparse = true;
    table->read_as.base = reader->options.base;
    TRY(table_init(table, libsvm->has_query ? 2 : 1));
    table->columns[LABEL].name = "label";
    if (libsvm->has_query)
        table->columns[QUERY].name = "qid";
    reader->state = libsvm;
    return OK;
}

/* Where the arrays will lie, from what was counted. */
static enum error place_arrays(struct reader *reader, struct libsvm *libsvm)
{
    struct table *table = &reader->table;
    uint64_t rows = libsvm->line_ends + 1, entries = libsvm->colons;

    if (rows > DATASET_ROWS_MAX) {
        TRY(reader_fault(reader, rows, 1, FAULT_TOO_LARGE, NULL,
                         "there are more than %u rows", DATASET_ROWS_MAX));
        return ERR_INVALID;
    }
    table->offsets_at = stored_align(STORED_CELLS
                                     + rows * table->column_count * 8);
    table->indices_at = stored_align(table->offsets_at + (rows + 1) * 8);
    table->values_at = stored_align(table->indices_at + entries * 4);
    table->numbers_end = stored_align(table->values_at + entries * 8);
    return OK;
}

static enum error restart(struct reader *reader)
{
    struct libsvm *libsvm = reader->state;

    libsvm->used = libsvm->offsets_used = 0;
    libsvm->features = 0;
    return reader->pass > 0 ? place_arrays(reader, libsvm) : OK;
}

/* ---- the second pass ------------------------------------------------------*/

static enum error flush(struct reader *reader, struct libsvm *libsvm)
{
    struct table *table = &reader->table;
    uint64_t first = table->nonzeros - libsvm->used;

    if (table->writes) {
        TRY(table_write(table, table->indices_at + first * 4, libsvm->indices,
                        libsvm->used * sizeof *libsvm->indices));
        TRY(table_write(table, table->values_at + first * 8, libsvm->values,
                        libsvm->used * sizeof *libsvm->values));
    }
    libsvm->used = 0;
    return OK;
}

static enum error flush_offsets(struct reader *reader, struct libsvm *libsvm)
{
    struct table *table = &reader->table;
    uint64_t rows = table->rows + table->block_used;
    uint64_t first = rows - libsvm->offsets_used;

    if (table->writes)
        TRY(table_write(table, table->offsets_at + first * 8, libsvm->offsets,
                        libsvm->offsets_used * sizeof *libsvm->offsets));
    libsvm->offsets_used = 0;
    return OK;
}

/* A number that stands alone; false after a fault. */
static enum error take_number(struct reader *reader, struct line *line,
                              const char *what, double *ret_value,
                              bool *ret_good)
{
    struct decimal number;
    const char *at = line->at, *end;

    *ret_good = true;
    if ((unsigned char)(*at - '0') < 10 && (is_space(at[1]) || at[1] == '\n')) {
        *ret_value = *at - '0';
        line->at = at + 1;
        return OK;
    }
    end = decimal_read(at, '.', &number);
    if (end != NULL && (is_space(*end) || ends_line(*end))
        && isfinite(number.value)) {
        *ret_value = number.value;
        line->at = end;
        return OK;
    }
    *ret_good = false;
    if (end != NULL && !isfinite(number.value))
        return fault_at(reader, line, FAULT_OUT_OF_RANGE, NULL,
                        "the number is beyond the largest one, 1.8e308");
    return reader_fault(reader, line->number,
                        (size_t)(at - line->start) + 1, FAULT_SYNTAX, NULL,
                        "%s must be a number, and a blank or the line's end "
                        "must follow it", what);
}

/* label, and qid:n; ret_good false after a fault. */
static enum error take_label(struct reader *reader, struct line *line,
                             bool *ret_good)
{
    struct libsvm *libsvm = reader->state;
    struct table *table = &reader->table;
    const char *digits = line->at;
    double value = 0;

    while ((unsigned char)(*digits - '0') < 10)
        digits++;
    *ret_good = false;
    if (digits > line->at && *digits == ':')
        return fault_at(reader, line, FAULT_REQUIRED, NULL,
                        "a label must stand before the first feature");
    TRY(take_number(reader, line, "the label", &value, ret_good));
    if (!*ret_good)
        return OK;
    table_number(table, LABEL, value, value == floor(value));
    line->at = skip_spaces(line->at);
    if ((strncmp(line->at, "qid:", 4) == 0) != libsvm->has_query) {
        *ret_good = false;
        return fault_at(reader, line, FAULT_CONFLICT, NULL,
                        "qid must stand on every line, behind the label, or "
                        "on none");
    }
    if (!libsvm->has_query)
        return OK;
    line->at += 4;
    TRY(take_number(reader, line, "qid", &value, ret_good));
    table_number(table, QUERY, value, value == floor(value));
    return OK;
}

/* What is wrong with the index, if anything is. */
static enum error check_index(struct reader *reader, struct line *line,
                              const char *end, uint64_t index, uint64_t least,
                              bool *ret_good)
{
    uint64_t base = reader->options.base;

    *ret_good = false;
    if (end == line->at || *end != ':')
        return fault_at(reader, line, FAULT_SYNTAX, NULL,
                        "a feature is index:value, with a whole number as "
                        "index");
    if (index > INDEX_MAX || end - line->at > 10)
        return fault_at(reader, line, FAULT_OUT_OF_RANGE, NULL,
                        "an index is at most 2147483647");
    if (index < base)
        return fault_at(reader, line, FAULT_OUT_OF_RANGE, "base=0",
                        "indices begin at 1; base=0 takes those from 0");
    if (index < least)
        return reader_fault(reader, line->number,
                            (size_t)(line->at - line->start) + 1,
                            FAULT_CONFLICT, NULL, "the indices of a line "
                            "ascend: %" PRIu64 " stands behind %" PRIu64,
                            index, least - 1);
    *ret_good = true;
    return OK;
}

/* index:value index:value …; ret_good false after a fault. */
static enum error take_features(struct reader *reader, struct line *line,
                                bool *ret_good)
{
    struct libsvm *libsvm = reader->state;
    uint64_t base = reader->options.base, least = base;
    double value = 0;

    for (;;) {
        const char *end;
        uint64_t index = 0;

        line->at = end = skip_spaces(line->at);
        if (ends_line(*end))
            break;
        for (; (unsigned char)(*end - '0') < 10; end++)
            index = index * 10 + (uint64_t)(*end - '0');
        if (end == line->at || *end != ':' || index < least
            || index > INDEX_MAX || end - line->at > 10) {
            TRY(check_index(reader, line, end, index, least, ret_good));
            return OK;
        }
        least = index + 1;
        line->at = end + 1;
        TRY(take_number(reader, line, "the value", &value, ret_good));
        if (!*ret_good)
            return OK;
        if (value == 0)
            continue;
        libsvm->indices[libsvm->used] = (uint32_t)(index - base);
        libsvm->values[libsvm->used++] = value;
        reader->table.nonzeros++;
        if (libsvm->used == ENTRIES)
            TRY(flush(reader, libsvm));
    }
    if (least - base > libsvm->features)
        libsvm->features = least - base;
    return OK;
}

static enum error take_line(struct reader *reader, struct line *line)
{
    struct libsvm *libsvm = reader->state;
    uint64_t before = reader->table.nonzeros;
    bool good = true;

    line->at = skip_spaces(line->at);
    if (ends_line(*line->at))
        return OK;
    TRY(take_label(reader, line, &good));
    if (good)
        TRY(take_features(reader, line, &good));
    if (!good)
        return OK;
    libsvm->offsets[libsvm->offsets_used++] = before;
    TRY(table_commit(&reader->table));
    return libsvm->offsets_used == ENTRIES ? flush_offsets(reader, libsvm)
                                           : OK;
}

static enum error take(struct reader *reader, const char *at, const char *end,
                       bool last, const char **ret_at)
{
    if (reader->pass == 0) {
        count(reader->state, at, end);
        *ret_at = end;
        return OK;
    }
    if (!last) { /* lines that end here */
        const char *stop = memrchr(at, '\n', (size_t)(end - at));

        if (stop == NULL)
            stop = memrchr(at, '\r', (size_t)(end - at));
        end = stop == NULL ? at : stop + 1;
    }
    while (at < end) {
        struct line line = {at, at, reader->line};

        TRY(take_line(reader, &line));
        at = end_of_line(line.at);
        at += (*at == '\r' && at[1] == '\n') ? 2 : at < end;
        reader->line++;
    }
    *ret_at = at;
    return OK;
}

static enum error end(struct reader *reader)
{
    struct libsvm *libsvm = reader->state;
    struct table *table = &reader->table;

    if (reader->pass == 0) {
        table->wants_again = true;
        return OK;
    }
    TRY(flush(reader, libsvm));
    libsvm->offsets[libsvm->offsets_used++] = table->nonzeros;
    table->features = (size_t)libsvm->features;
    if (table->writes)
        TRY(table_write(table, table->offsets_at
                                   + (table->rows + table->block_used + 1
                                      - libsvm->offsets_used) * 8,
                        libsvm->offsets,
                        libsvm->offsets_used * sizeof *libsvm->offsets));
    if (libsvm->features > 0 || reader->faults->total > 0)
        return OK;
    return reader_fault(reader, reader->line, 1, FAULT_REQUIRED, NULL,
                        "no line has a feature");
}

static const struct format_rules rules = {
    .is_text = true, .begin = begin, .restart = restart, .take = take,
    .end = end,
};

const struct format format_libsvm = {
    .name = "libsvm", .media_type = "application/x-libsvm",
    .suffixes = ".svm .libsvm .svmlight",
    .sentence = "A label and index:value for each feature that is not zero, "
                "a row a line.",
    .rules = &rules,
};
