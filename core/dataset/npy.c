/*
 * npy.c - NumPy's format, versions 1 to 3: one array of numbers.
 *
 * The header is a Python dictionary in text; of Python only strings, numbers,
 * True, False and tuples are read, and nothing is ever unpickled.
 *
 * Source  numpy.lib.format, "NPY format"
 */
#include <stdlib.h>
#include <string.h>

#include "core/dataset/matrix.h"

enum {
    MAGIC_BYTES = 6,
    HEADER_BYTES_MAX = 1 << 16,
    DESCRIPTION_BYTES_MAX = 8,
};

/* A place in the header's text. */
struct text {
    const char *file;          /* where the file begins */
    const char *at, *end;
};

static const struct {
    const char *name;          /* behind the byte order */
    enum scalar scalar;
} scalars[] = {
    {"f8", SCALAR_FLOAT64}, {"f4", SCALAR_FLOAT32}, {"i1", SCALAR_INT8},
    {"i2", SCALAR_INT16},   {"i4", SCALAR_INT32},   {"i8", SCALAR_INT64},
    {"u1", SCALAR_UINT8},   {"u2", SCALAR_UINT16},  {"u4", SCALAR_UINT32},
    {"u8", SCALAR_UINT64},  {"b1", SCALAR_BOOL},
};

static enum error fault_at(struct reader *reader, const struct text *text,
                           enum fault_code code, const char *suggestion,
                           const char *detail)
{
    TRY(reader_fault(reader, 1, (size_t)(text->at - text->file) + 1, code,
                     suggestion, "%s", detail));
    return ERR_INVALID;
}

static enum error bad_header(struct reader *reader, const struct text *text)
{
    return fault_at(reader, text, FAULT_SYNTAX, NULL,
                    "the header must be {'descr': '<f8', 'fortran_order': "
                    "False, 'shape': (2, 3), }");
}

static void skip_spaces(struct text *text)
{
    while (text->at < text->end && (*text->at == ' ' || *text->at == '\n'))
        text->at++;
}

/* Whether the text goes on with `word`: then move over it. */
static bool accept(struct text *text, const char *word)
{
    size_t bytes = strlen(word);

    skip_spaces(text);
    if ((size_t)(text->end - text->at) < bytes
        || memcmp(text->at, word, bytes) != 0)
        return false;
    text->at += bytes;
    return true;
}

static bool accept_key(struct text *text, const char *key)
{
    return accept(text, key) && accept(text, ":");
}

static enum error read_description(struct reader *reader, struct text *text,
                                   struct matrix *matrix)
{
    struct text start;
    char order, name[DESCRIPTION_BYTES_MAX] = "";
    size_t bytes = 0;

    skip_spaces(text);
    start = *text;
    if (text->at < text->end && *text->at == '[')
        return fault_at(reader, text, FAULT_WRONG_TYPE, NULL,
                        "an array of records is not read: save its columns "
                        "as one array of numbers");
    if (!accept(text, "'"))
        return bad_header(reader, text);
    while (text->at + bytes < text->end && text->at[bytes] != '\''
           && bytes < DESCRIPTION_BYTES_MAX - 1)
        bytes++;
    memcpy(name, text->at, bytes);
    text->at += bytes;
    order = name[0];
    if (bytes >= 2 && name[1] == 'O')
        return fault_at(reader, &start, FAULT_WRONG_TYPE, NULL,
                        "an array of pickled objects is never read: save it "
                        "as numbers, with astype(float)");
    if (accept(text, "'") && memchr("<>|=", order, 4) != NULL)
        for (size_t i = 0; i < sizeof scalars / sizeof *scalars; i++)
            if (strcmp(scalars[i].name, name + 1) == 0) {
                matrix->scalar = scalars[i].scalar;
                matrix->big_endian = order == '>';
                return OK;
            }
    return fault_at(reader, &start, FAULT_WRONG_TYPE, "<f8",
                    "the type must be f4, f8, i1 to i8, u1 to u8 or b1");
}

static enum error read_shape(struct reader *reader, struct text *text,
                             struct matrix *matrix)
{
    if (!accept(text, "("))
        return bad_header(reader, text);
    while (!accept(text, ")")) {
        uint64_t size = 0;
        const char *start = text->at;

        if (matrix->dimensions == MATRIX_DIMENSIONS_MAX)
            return fault_at(reader, text, FAULT_TOO_LARGE, NULL,
                            "the array has more than 32 dimensions");
        for (; text->at < text->end && *text->at >= '0' && *text->at <= '9';
             text->at++)
            if (__builtin_mul_overflow(size, 10, &size)
                || __builtin_add_overflow(size, (uint64_t)(*text->at - '0'),
                                          &size))
                return fault_at(reader, text, FAULT_TOO_LARGE, NULL,
                                "the shape is larger than what is stored");
        if (text->at == start)
            return bad_header(reader, text);
        matrix->shape[matrix->dimensions++] = size;
        accept(text, "L"); /* Python 2 wrote so */
        if (!accept(text, ",") && (text->at >= text->end || *text->at != ')'))
            return bad_header(reader, text);
    }
    return OK;
}

/* The dictionary; its three members in any order. */
static enum error read_header(struct reader *reader, struct text *text,
                              struct matrix *matrix, size_t *ret_shape_place)
{
    unsigned found = 0;

    if (!accept(text, "{"))
        return bad_header(reader, text);
    while (!accept(text, "}")) {
        if (accept_key(text, "'descr'") && (found & 1) == 0) {
            TRY(read_description(reader, text, matrix));
            found |= 1;
        } else if (accept_key(text, "'fortran_order'") && (found & 2) == 0) {
            matrix->column_major = accept(text, "True");
            if (!matrix->column_major && !accept(text, "False"))
                return bad_header(reader, text);
            found |= 2;
        } else if (accept_key(text, "'shape'") && (found & 4) == 0) {
            skip_spaces(text);
            *ret_shape_place = (size_t)(text->at - text->file) + 1;
            TRY(read_shape(reader, text, matrix));
            found |= 4;
        } else {
            return bad_header(reader, text);
        }
        if (!accept(text, ",") && (text->at >= text->end || *text->at != '}'))
            return bad_header(reader, text);
    }
    return found == 7 ? OK : bad_header(reader, text);
}

static enum error begin(struct reader *reader, const char *bytes,
                        const char *end, bool last)
{
    struct matrix *matrix = ARENA_NEW(&reader->arena, struct matrix);
    struct text text = {bytes, bytes, end};
    const unsigned char *b = (const unsigned char *)bytes;
    size_t start, length, shape_place = 1;
    (void)last;

    if (matrix == NULL)
        return ERR_MEMORY;
    if (end - bytes < MAGIC_BYTES + 4
        || memcmp(bytes, "\x93NUMPY", MAGIC_BYTES) != 0)
        return fault_at(reader, &text, FAULT_SYNTAX, NULL,
                        "the file does not begin as an .npy file does");
    text.at += MAGIC_BYTES;
    if (b[6] < 1 || b[6] > 3)
        return fault_at(reader, &text, FAULT_OUT_OF_RANGE, NULL,
                        "the version must be 1, 2 or 3");
    start = b[6] == 1 ? 10 : 12;
    text.at = bytes + 8;
    length = b[8] | (size_t)b[9] << 8;
    if (b[6] > 1 && end - bytes >= 12)
        length |= (size_t)b[10] << 16 | (size_t)b[11] << 24;
    if (length > HEADER_BYTES_MAX)
        return fault_at(reader, &text, FAULT_TOO_LARGE, NULL,
                        "the header is longer than 65536 bytes");
    if (start + length > (size_t)(end - bytes))
        return fault_at(reader, &text, FAULT_WRONG_SIZE, NULL,
                        "the file ends within its header");
    text.at = bytes + start;
    text.end = text.at + length;
    matrix->header_bytes = start + length;
    TRY(read_header(reader, &text, matrix, &shape_place));
    return matrix_begin(reader, matrix, shape_place);
}

static const struct format_rules rules = {
    .begin = begin, .take = matrix_take, .end = matrix_end,
};

const struct format format_npy = {
    .name = "npy", .media_type = "application/x-npy", .suffixes = ".npy",
    .sentence = "NumPy's file of one array of numbers: a row an item, the "
                "other dimensions in columns.",
    .rules = &rules,
};
