/*
 * idx.c - the format of MNIST: one array, big-endian, images or labels.
 *
 * Source  Y. LeCun, C. Cortes, "The MNIST database", file formats
 */
#include <string.h>

#include "core/dataset/matrix.h"

enum { MAGIC_BYTES = 4, TYPE = 2, DIMENSIONS = 3 };

static enum error fault_at(struct reader *reader, size_t place,
                           enum fault_code code, const char *detail)
{
    TRY(reader_fault(reader, 1, place, code, NULL, "%s", detail));
    return ERR_INVALID;
}

static bool find_scalar(unsigned char type, enum scalar *ret)
{
    static const struct {
        unsigned char type;
        enum scalar scalar;
    } scalars[] = {
        {0x08, SCALAR_UINT8}, {0x09, SCALAR_INT8},    {0x0b, SCALAR_INT16},
        {0x0c, SCALAR_INT32}, {0x0d, SCALAR_FLOAT32}, {0x0e, SCALAR_FLOAT64},
    };

    for (size_t i = 0; i < sizeof scalars / sizeof *scalars; i++)
        if (scalars[i].type == type) {
            *ret = scalars[i].scalar;
            return true;
        }
    return false;
}

static enum error begin(struct reader *reader, const char *bytes,
                        const char *end, bool last)
{
    struct matrix *matrix = ARENA_NEW(&reader->arena, struct matrix);
    const unsigned char *b = (const unsigned char *)bytes;
    size_t there = (size_t)(end - bytes);
    (void)last;

    if (matrix == NULL)
        return ERR_MEMORY;
    if (there < MAGIC_BYTES || b[0] != 0 || b[1] != 0)
        return fault_at(reader, 1, FAULT_SYNTAX,
                        "the file does not begin as an IDX file does, with "
                        "two zero bytes");
    if (!find_scalar(b[TYPE], &matrix->scalar))
        return fault_at(reader, TYPE + 1, FAULT_WRONG_TYPE,
                        "the type must be 0x08, 0x09, 0x0b, 0x0c, 0x0d or "
                        "0x0e");
    matrix->dimensions = b[DIMENSIONS];
    if (matrix->dimensions > MATRIX_DIMENSIONS_MAX)
        return fault_at(reader, DIMENSIONS + 1, FAULT_TOO_LARGE,
                        "the array has more than 32 dimensions");
    matrix->header_bytes = MAGIC_BYTES + 4 * matrix->dimensions;
    if (there < matrix->header_bytes)
        return fault_at(reader, there + 1, FAULT_WRONG_SIZE,
                        "the file ends within its header");
    for (size_t i = 0; i < matrix->dimensions; i++) {
        const unsigned char *at = b + MAGIC_BYTES + 4 * i;

        matrix->shape[i] = (uint64_t)at[0] << 24 | (uint64_t)at[1] << 16
                           | (uint64_t)at[2] << 8 | at[3];
    }
    matrix->big_endian = true;
    return matrix_begin(reader, matrix, MAGIC_BYTES + 1);
}

static const struct format_rules rules = {
    .begin = begin, .take = matrix_take, .end = matrix_end,
};

const struct format format_idx = {
    .name = "idx", .media_type = "application/x-idx",
    .suffixes = ".idx idx1-ubyte idx3-ubyte",
    .sentence = "The format of MNIST: images or labels, a row an item, the "
                "other dimensions in columns.",
    .rules = &rules,
};
