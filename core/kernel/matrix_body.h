/*
 * matrix_body.h - a product of matrices, for one precision and one kind of
 * CPU. It has no include guard: one include is one copy.
 *
 * Who includes it has defined
 *
 *     REAL, NAME(x)       the element; x with the precision's suffix
 *     TILE_ROWS           rows of a tile: 4, 6 or 12
 *     NAME(vector)        a type of WIDTH elements, and on it
 *     NAME(load) store    from and to anywhere
 *     NAME(spread)        one element to all places
 *     NAME(fused)         a b + c, rounded once
 *     NAME(sum)           a + b
 *
 * A tile of C is TILE_ROWS rows of two vectors, all in registers. It reads
 * the terms in their order from a panel of A, [k][rows], and a panel of B,
 * [k][columns], which lie one after the other in the workspace. Panels of B
 * are filled up with zeros to whole vectors, whose sums are not stored.
 */
#ifdef REAL

enum {
    NAME(WIDTH) = sizeof(NAME(vector)) / sizeof(REAL),
    NAME(PANEL) = 2 * NAME(WIDTH)
};

/* A part of C: rows `stride` elements apart, of so many columns. */
struct NAME(target) {
    REAL *at;
    size_t stride, columns;
    bool add;
};

/* ---- the tile ----------------------------------------------------------- */

/* A row of a tile of which C has not all columns. */
static __attribute__((noinline)) void
NAME(put_part)(const REAL *sums, REAL *c, size_t columns, bool add)
{
    for (size_t j = 0; j < columns; j++)
        c[j] = add ? c[j] + sums[j] : sums[j];
}

static inline __attribute__((always_inline)) void
NAME(put_row)(const NAME(vector) *sums, size_t vectors, REAL *c,
              size_t columns, bool add)
{
    if (columns == vectors * NAME(WIDTH)) {
#pragma GCC unroll 2
        for (size_t v = 0; v < vectors; v++) {
            REAL *at = c + v * NAME(WIDTH);

            NAME(store)(at, add ? NAME(sum)(NAME(load)(at), sums[v])
                                : sums[v]);
        }
    } else {
        REAL all[NAME(PANEL)];

#pragma GCC unroll 2
        for (size_t v = 0; v < vectors; v++)
            NAME(store)(all + v * NAME(WIDTH), sums[v]);
        NAME(put_part)(all, c, columns, add);
    }
}

/* `rows` and `vectors` are constants: each pair is a function below. */
static inline __attribute__((always_inline)) void
NAME(tile)(size_t rows, size_t vectors, size_t k, const REAL *restrict a,
           const REAL *restrict b, size_t b_step, struct NAME(target) c)
{
    NAME(vector) sums[TILE_ROWS][2];

#pragma GCC unroll 16
    for (size_t i = 0; i < rows; i++)
#pragma GCC unroll 2
        for (size_t v = 0; v < vectors; v++)
            sums[i][v] = NAME(spread)(0);
    for (; k > 0; k--, a += rows, b += b_step) {
        NAME(vector) b_0 = NAME(load)(b);
        NAME(vector) b_1 = NAME(load)(b + (vectors - 1) * NAME(WIDTH));

#pragma GCC unroll 16
        for (size_t i = 0; i < rows; i++) {
            NAME(vector) a_i = NAME(spread)(a[i]);

            sums[i][0] = NAME(fused)(a_i, b_0, sums[i][0]);
            if (vectors == 2)
                sums[i][1] = NAME(fused)(a_i, b_1, sums[i][1]);
        }
    }
#pragma GCC unroll 16
    for (size_t i = 0; i < rows; i++)
        NAME(put_row)(sums[i], vectors, c.at + i * c.stride, c.columns, c.add);
}

typedef void NAME(tile_function)(size_t k, const REAL *a, const REAL *b,
                                 size_t b_step, struct NAME(target) c);

#define TILE(rows, vectors)                                                   \
    static void NAME(tile_##rows##_##vectors)(size_t k, const REAL *a,        \
                                              const REAL *b, size_t b_step,   \
                                              struct NAME(target) c)          \
    {                                                                         \
        NAME(tile)(rows, vectors, k, a, b, b_step, c);                        \
    }
#define TILES_4(ROW) ROW(1) ROW(2) ROW(3) ROW(4)
#define TILES_6(ROW) TILES_4(ROW) ROW(5) ROW(6)
#define TILES_12(ROW)                                                         \
    TILES_6(ROW) ROW(7) ROW(8) ROW(9) ROW(10) ROW(11) ROW(12)
#define TILES__(rows, ROW) TILES_##rows(ROW)
#define TILES_(rows, ROW) TILES__(rows, ROW)
#define TILES(ROW) TILES_(TILE_ROWS, ROW)

#define ROW(rows) TILE(rows, 1) TILE(rows, 2)
TILES(ROW)
#undef ROW

static NAME(tile_function) *const NAME(tiles)[TILE_ROWS][2] = {
#define ROW(rows) {NAME(tile_##rows##_1), NAME(tile_##rows##_2)},
    TILES(ROW)
#undef ROW
};

/* ---- panels ------------------------------------------------------------- */

static size_t NAME(least)(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Columns that a panel of so many has in the workspace. */
static size_t NAME(filled)(size_t columns, size_t multiple)
{
    return (columns + multiple - 1) / multiple * multiple;
}

/* Four elements, or two, wherever they lie. */
typedef REAL NAME(four)
    __attribute__((vector_size(4 * sizeof(REAL)), aligned(sizeof(REAL)),
                   may_alias));
typedef REAL NAME(two)
    __attribute__((vector_size(2 * sizeof(REAL)), aligned(sizeof(REAL)),
                   may_alias));

/* Four terms of four rows, the rows becoming columns. */
static inline __attribute__((always_inline)) void
NAME(transpose_four)(REAL *to, size_t width, const REAL *const row[4],
                     size_t term)
{
    NAME(four) r[4], s[4];

#pragma GCC unroll 4
    for (size_t i = 0; i < 4; i++)
        r[i] = *(const NAME(four) *)(row[i] + term);
    s[0] = __builtin_shufflevector(r[0], r[1], 0, 4, 1, 5);
    s[1] = __builtin_shufflevector(r[2], r[3], 0, 4, 1, 5);
    s[2] = __builtin_shufflevector(r[0], r[1], 2, 6, 3, 7);
    s[3] = __builtin_shufflevector(r[2], r[3], 2, 6, 3, 7);
#pragma GCC unroll 2
    for (size_t i = 0; i < 2; i++, to += 2 * width) {
        *(NAME(four) *)to =
            __builtin_shufflevector(s[2 * i], s[2 * i + 1], 0, 1, 4, 5);
        *(NAME(four) *)(to + width) =
            __builtin_shufflevector(s[2 * i], s[2 * i + 1], 2, 3, 6, 7);
    }
}

/* The same of two rows. */
static inline __attribute__((always_inline)) void
NAME(transpose_two)(REAL *to, size_t width, const REAL *const row[2],
                    size_t term)
{
    NAME(four) r = *(const NAME(four) *)(row[0] + term);
    NAME(four) s = *(const NAME(four) *)(row[1] + term);

    *(NAME(two) *)to = __builtin_shufflevector(r, s, 0, 4);
    *(NAME(two) *)(to + width) = __builtin_shufflevector(r, s, 1, 5);
    *(NAME(two) *)(to + 2 * width) = __builtin_shufflevector(r, s, 2, 6);
    *(NAME(two) *)(to + 3 * width) = __builtin_shufflevector(r, s, 3, 7);
}

/* `height` rows, 4, 2 or 1 (a constant), become columns of a panel. */
static inline __attribute__((always_inline)) void
NAME(pack_some)(size_t height, REAL *to, size_t width, struct NAME(rows) X,
                size_t begin, size_t term, size_t terms)
{
    const REAL *row[4];
    size_t p = 0;

    for (size_t i = 0; i < height; i++)
        row[i] = NAME(rows_at)(X, begin + i) + term;
    for (; height > 1 && p + 4 <= terms; p += 4, to += 4 * width) {
        if (height == 4)
            NAME(transpose_four)(to, width, row, p);
        else
            NAME(transpose_two)(to, width, row, p);
    }
    for (; p < terms; p++, to += width)
        for (size_t i = 0; i < height; i++)
            to[i] = row[i][p];
}

/*
 * Panels of [terms][width] from rows that hold the terms: X is [count][k], of
 * which `terms` from `term` on are meant, and the rows from `begin` on.
 */
static void NAME(pack_rows)(REAL *to, size_t width, size_t multiple,
                            struct NAME(rows) X, size_t begin, size_t count,
                            size_t term, size_t terms)
{
    size_t end = begin + count, columns, filled;

    for (; begin < end; begin += columns, to += filled * terms) {
        size_t c = 0;

        columns = NAME(least)(end - begin, width);
        filled = NAME(filled)(columns, multiple);
        for (; c + 4 <= columns; c += 4)
            NAME(pack_some)(4, to + c, filled, X, begin + c, term, terms);
        for (; c + 2 <= columns; c += 2)
            NAME(pack_some)(2, to + c, filled, X, begin + c, term, terms);
        for (; c < columns; c++)
            NAME(pack_some)(1, to + c, filled, X, begin + c, term, terms);
        for (; c < filled; c++)
            for (size_t p = 0; p < terms; p++)
                to[p * filled + c] = 0;
    }
}

/*
 * The same from rows that are the terms: X is [k][count], of which the rows
 * from `term` on are meant, and the columns from `begin` on.
 */
static void NAME(pack_columns)(REAL *restrict to, size_t width,
                               size_t multiple, struct NAME(rows) X,
                               size_t begin, size_t count, size_t term,
                               size_t terms)
{
    size_t whole = count / width * width, rest = count - whole;
    size_t filled = NAME(filled)(rest, multiple);

    for (size_t p = 0; p < terms; p++) {
        const REAL *from = NAME(rows_at)(X, term + p) + begin;
        REAL *at = to + p * width;

        for (size_t j = 0; j < whole; j += width, at += terms * width)
            for (size_t i = 0; i < width; i++)
                at[i] = from[j + i];
        at = to + whole * terms + p * filled;
        for (size_t i = 0; i < filled; i++)
            at[i] = i < rest ? from[whole + i] : 0;
    }
}

/* ---- the product -------------------------------------------------------- */

/* A block of B: columns `begin` on, terms `term` on, as matrix_multiply_…()
 * has it and, where `packed` is not NULL, as panels. */
struct NAME(block) {
    struct NAME(rows) B;
    size_t begin, term, terms;
    const REAL *packed;
};

/* A panel of a block of B, which starts at column j of it.
 *
 * Returns its first row; the next is *ret_step elements on */
static const REAL *NAME(panel)(const struct NAME(block) *b, size_t j,
                               size_t vectors, size_t *ret_step)
{
    if (b->packed == NULL) {
        *ret_step = b->B.stride;
        return NAME(rows_at)(b->B, b->term) + b->begin + j;
    }
    *ret_step = vectors * NAME(WIDTH);
    return b->packed + j * b->terms;
}

/* All tiles of one block: `rows` of the packed A by the columns of B. A panel
 * of B stays in the nearest cache while those of A go by. */
static void NAME(multiply_block)(const REAL *a, size_t rows,
                                 const struct NAME(block) *b,
                                 struct NAME(target) c)
{
    for (size_t j = 0; j < c.columns; j += NAME(PANEL)) {
        size_t columns = NAME(least)(c.columns - j, NAME(PANEL)), step;
        size_t vectors = (columns + NAME(WIDTH) - 1) / NAME(WIDTH);
        const REAL *panel = NAME(panel)(b, j, vectors, &step);

        for (size_t i = 0; i < rows; i += TILE_ROWS) {
            size_t height = NAME(least)(rows - i, TILE_ROWS);
            struct NAME(target) part = {c.at + i * c.stride + j, c.stride,
                                        columns, c.add};

            NAME(tiles)[height - 1][vectors - 1](b->terms, a + i * b->terms,
                                                 panel, step, part);
        }
    }
}

/* Whether B is read where it lies: its rows are the terms, evenly apart, in
 * whole vectors, and read too few times to be worth a copy. */
static bool NAME(stays)(struct matrix_shape shape, struct NAME(rows) B)
{
    return shape.form != MATRIX_NT && B.index == NULL
        && shape.n % NAME(WIDTH) == 0 && shape.m <= 2 * TILE_ROWS;
}

/* One block of B with all rows of A. */
static void NAME(multiply_rows)(struct matrix_shape shape,
                                struct NAME(rows) A,
                                const struct NAME(block) *b, REAL *a,
                                struct NAME(target) c)
{
    size_t rows;

    for (size_t i = 0; i < shape.m; i += rows, c.at += rows * c.stride) {
        rows = NAME(least)(shape.m - i, MATRIX_BLOCK_ROWS);
        (shape.form == MATRIX_TN ? NAME(pack_columns) : NAME(pack_rows))(
            a, TILE_ROWS, 1, A, i, rows, b->term, b->terms);
        NAME(multiply_block)(a, rows, b, c);
    }
}

static void NAME(multiply)(struct matrix_shape shape, struct NAME(rows) A,
                           struct NAME(rows) B, bool add, REAL *C,
                           size_t stride, void *workspace)
{
    bool stays = NAME(stays)(shape, B);
    size_t columns;

    for (size_t j = 0; j < shape.n; j += columns) {
        columns = NAME(least)(shape.n - j, MATRIX_BLOCK_COLUMNS);
        for (size_t p = 0; p < shape.k; p += MATRIX_BLOCK) {
            size_t terms = NAME(least)(shape.k - p, MATRIX_BLOCK);
            struct NAME(block) b = {B, j, p, terms, stays ? NULL : workspace};
            struct NAME(target) c = {C + j, stride, columns, add || p > 0};
            REAL *a = workspace;

            if (!stays) {
                a += NAME(filled)(terms * NAME(filled)(columns, NAME(WIDTH)),
                                  MATRIX_ALIGNMENT / sizeof(REAL));
                (shape.form == MATRIX_NT ? NAME(pack_rows)
                                         : NAME(pack_columns))(
                    workspace, NAME(PANEL), NAME(WIDTH), B, j, columns, p,
                    terms);
            }
            NAME(multiply_rows)(shape, A, &b, a, c);
        }
    }
}

#undef TILE
#undef TILES
#undef TILES_
#undef TILES__
#undef TILES_4
#undef TILES_6
#undef TILES_12
#undef REAL
#undef NAME
#endif
