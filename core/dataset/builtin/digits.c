/*
 * digits.c - 1797 handwritten digits of 8 x 8 pixels.
 *
 * digits.txt has a line each: 64 letters, a for 0 to q for 16, and the digit.
 */
#include <stddef.h>

#include "core/dataset/builtin/columns.h"

enum { ROWS = 1797, PIXELS = 64, LINE_BYTES = PIXELS + 2 };

__asm__(".pushsection .rodata\n"
        "digits_text:\n"
        "    .incbin \"core/dataset/builtin/digits.txt\"\n"
        ".popsection\n");

extern const char digits_text[ROWS][LINE_BYTES]
    __attribute__((visibility("hidden")));

static enum error make(struct arena *arena, const double *parameters,
                       struct inline_column **ret_columns,
                       size_t *ret_column_count)
{
    const char **names = arena_array(arena, PIXELS + 1, sizeof *names);
    struct inline_column *columns;
    (void)parameters;

    if (names == NULL)
        return ERR_MEMORY;
    for (size_t c = 0; c < PIXELS; c++) {
        names[c] = arena_format(arena, "p%zu", c);
        if (names[c] == NULL)
            return ERR_MEMORY;
    }
    names[PIXELS] = "digit";
    TRY(columns_new(arena, PIXELS + 1, ROWS, names, &columns));
    for (size_t i = 0; i < ROWS; i++) {
        for (size_t c = 0; c < PIXELS; c++)
            columns_numbers(columns, c)[i] = digits_text[i][c] - 'a';
        columns_numbers(columns, PIXELS)[i] = digits_text[i][PIXELS] - '0';
    }
    *ret_columns = columns;
    *ret_column_count = PIXELS + 1;
    return OK;
}

static const struct parameter parameters[] = {{0}};

const struct builtin builtin_digits = {
    .name = "digits", .target = "digit", .classes = true,
    .sentence = "1797 handwritten digits of 8 x 8 pixels, each 0 to 16.",
    .source = "E. Alpaydin, C. Kaynak 1998, Optical recognition of "
              "handwritten digits, test part; UCI Machine Learning "
              "Repository, as in scikit-learn 1.2.1",
    .licence = "CC BY 4.0",
    .parameters = parameters, .make = make,
};
