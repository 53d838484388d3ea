/* formula_bench.c - see formula_bench.h. */
#include "tests/unit/cmocka_all.h"

#include "tests/unit/formula_bench.h"

void formula_bench_init(struct formula_bench *bench)
{
    *bench = (struct formula_bench){0};
    arena_init(&bench->arena, 0);
    bench->symbols.items = bench->items;
}

void formula_bench_fini(struct formula_bench *bench)
{
    arena_fini(&bench->arena);
}

static struct symbol *add(struct formula_bench *bench, const char *name,
                          enum symbol_type type)
{
    struct symbol *symbol = &bench->items[bench->symbols.count++];

    assert_true(bench->symbols.count <= FORMULA_SYMBOLS);
    symbol->name = name;
    symbol->type = type;
    return symbol;
}

void formula_bench_variable(struct formula_bench *bench, const char *name,
                            size_t rows)
{
    formula_bench_matrix(bench, name, rows, 0);
}

void formula_bench_matrix(struct formula_bench *bench, const char *name,
                          size_t rows, size_t columns)
{
    struct symbol *symbol = add(bench, name, SYMBOL_VARIABLE);

    symbol->rows = rows;
    symbol->columns = columns;
    symbol->offset = bench->symbols.n;
    bench->symbols.n += symbol_size(symbol);
}

void formula_bench_constant(struct formula_bench *bench, const char *name,
                            const double *numbers, size_t rows, size_t columns)
{
    struct symbol *symbol = add(bench, name, SYMBOL_CONSTANT);

    symbol->numbers = numbers;
    symbol->rows = rows;
    symbol->columns = columns;
}

void formula_bench_column(struct formula_bench *bench, const char *name,
                          const double *numbers, size_t rows)
{
    formula_bench_vectors(bench, name, numbers, rows, 0);
}

void formula_bench_vectors(struct formula_bench *bench, const char *name,
                           const double *numbers, size_t rows, size_t width)
{
    struct symbol *symbol = add(bench, name, SYMBOL_COLUMN);

    symbol->numbers = numbers;
    symbol->rows = width;
    bench->symbols.dataset_rows = rows;
}

void formula_bench_compile(struct formula_bench *bench, const char *text)
{
    struct faults faults;
    enum error error;

    faults_init(&faults, &bench->arena);
    error = bench->symbols.dataset_rows > 0
        ? expression_compile_rows(&bench->arena, text, &bench->symbols,
                                  "/formula", &faults, &bench->expression)
        : expression_compile(&bench->arena, text, &bench->symbols,
                             "/expression", &faults, &bench->expression);
    if (error != OK)
        fail_msg("%s: %s", text,
                 faults.total > 0 ? faults.items[0].detail
                                  : error_sentence(error));
}
