/* expression.c - text to program, and its use. */
#include "core/expression/expression.h"

#include <assert.h>
#include <string.h>

#include "core/expression/adjoint.h"
#include "core/expression/graph_internal.h"
#include "core/expression/parser.h"
#include "core/expression/plan.h"
#include "core/expression/program.h"
#include "core/expression/work.h"

/* Everything that compiling needs and the expression does not. */
struct compiler {
    struct arena *arena, *scratch;
    struct graph graph;
    uint64_t rows_scope;       /* the rows' counter as a bit; 0: no rows */
    unsigned rows_counter;
    size_t rows;
    bool only_sums;            /* no Jacobian is wanted */
    struct parsed parsed;
    struct derivatives derivatives;
    struct expression *expression;
};

/* The index of row r's number in column j of the output: j * rows + r. */
static unsigned output_index(struct compiler *c, const struct affine *column)
{
    struct affine row = affine_counter(c->rows_counter), index = {0};
    struct affine rows = {.constant = (int64_t)c->rows};

    /* The parser has seen to it that the product is in range. */
    if (!affine_multiply(column, &rows, &index)
        || !affine_add(&index, &row, 1, &index))
        return 0;
    return graph_index(&c->graph, &index);
}

/* The sinks of derivatives behind those that are there. */
static void add_derivatives(struct compiler *c,
                            const struct derivatives *derivatives,
                            bool by_rows, struct plan_sink *sinks,
                            size_t *count)
{
    for (size_t i = 0; i < derivatives->count; i++) {
        struct derivative d = derivatives->items[i];
        struct affine index = c->graph.indices[d.index];

        sinks[(*count)++] = (struct plan_sink){
            OUTPUT_DERIVATIVES, by_rows ? output_index(c, &index) : d.index,
            d.node, d.scope};
    }
}

/*
 * A program of the value, and of derivatives unless they are NULL.
 *
 *   apart  in  of each row the derivatives for themselves: a Jacobian
 */
static enum error plan_one(struct compiler *c,
                           const struct derivatives *derivatives, bool apart,
                           struct program **ret)
{
    size_t count = 0;
    struct plan_sink *sinks = arena_array(
        c->scratch, (derivatives ? derivatives->count : 0) + 1, sizeof *sinks);
    bool has_rows = c->rows_scope != 0;
    const struct affine first = {0};

    if (sinks == NULL)
        return ERR_MEMORY;
    if (has_rows)
        sinks[count++] = (struct plan_sink){
            OUTPUT_VALUES, output_index(c, &first), c->parsed.root,
            c->rows_scope,
        };
    if (derivatives != NULL)
        add_derivatives(c, derivatives, has_rows && apart, sinks, &count);
    if (c->graph.out_of_memory)
        return ERR_MEMORY;
    TRY(plan_program(&c->graph, has_rows ? PLAN_NO_ROOT : c->parsed.root,
                     sinks, count, c->scratch, c->arena, ret));
    (*ret)->rows_counter = has_rows ? c->rows_counter : COUNTERS_MAX;
    (*ret)->rows = (int64_t)c->rows;
    return OK;
}

/* The sum over the rows of slope * value, and its derivatives. */
static enum error plan_pull_back(struct compiler *c)
{
    struct affine row = affine_counter(c->rows_counter);
    struct derivatives derivatives;
    unsigned slope, product, sum;

    c->expression->slopes = graph_kept_array(&c->graph, c->rows);
    slope = graph_load(&c->graph, c->expression->slopes, &row);
    product = graph_binary(&c->graph, OPERATION_MULTIPLY, slope,
                           c->parsed.root);
    sum = graph_over(&c->graph, OPERATION_SUM, c->rows_counter, product);
    if (c->graph.out_of_memory)
        return ERR_MEMORY;
    TRY(adjoint_build(&c->graph, sum, 0, &derivatives));
    return plan_one(c, &derivatives, false, &c->expression->pull_back);
}

/* The columns that the formula uses. */
static enum error find_columns(struct compiler *c)
{
    struct expression *e = c->expression;
    size_t chunk = c->rows < EXPRESSION_CHUNK ? c->rows : EXPRESSION_CHUNK;

    e->columns = arena_array(c->arena, c->graph.array_count,
                             sizeof *e->columns);
    if (e->columns == NULL)
        return ERR_MEMORY;
    for (size_t i = 0; i < c->graph.array_count; i++) {
        const struct array *array = &c->graph.arrays[i];
        struct used_column *column = &e->columns[e->column_count];

        if (array->width == 0)
            continue;
        *column = (struct used_column){(unsigned)i, array->numbers,
                                       array->width, NULL};
        column->gathered = arena_array(c->arena, chunk * array->width,
                                       sizeof *column->gathered);
        if (column->gathered == NULL)
            return ERR_MEMORY;
        e->column_count++;
    }
    return OK;
}

static bool is_linear(const struct compiler *c)
{
    const struct node *nodes = c->graph.nodes;

    for (size_t i = 0; i < c->derivatives.count; i++)
        if (nodes[c->derivatives.items[i].node].varies)
            return false;
    for (size_t id = 0; id <= c->parsed.root; id++)
        if (nodes[id].varies && operation_is_step(nodes[id].operation))
            return false;
    return true;
}

/* One evaluation must not take long: nobody can cancel within it. */
static enum error check_work(struct expression *e, const char *pointer,
                             struct faults *faults)
{
    const struct program *program = e->gradient ? e->gradient : e->pull_back;
    double points = program->points;

    e->work = work_of_program(program);
    if (points > EXPRESSION_POINTS_MAX)
        fault_add(faults, pointer, FAULT_TOO_LARGE, NULL,
                  "its sums run over %.0f points for one gradient; %.0f are "
                  "allowed", points, EXPRESSION_POINTS_MAX);
    else if (e->work > EXPRESSION_WORK_MAX)
        fault_add(faults, pointer, FAULT_TOO_LARGE, NULL,
                  "one gradient takes about %.1e operations; %.0e are "
                  "allowed (a function counts for 16 or 32)", e->work,
                  EXPRESSION_WORK_MAX);
    else
        return OK;
    return ERR_INVALID;
}

static enum error straighten(struct expression *e, struct arena *arena)
{
    TRY(straight_make(e->value, e->n, arena, &e->straight_value));
    return straight_make(e->gradient, e->n, arena, &e->straight_gradient);
}

static enum error compile(struct compiler *c, const char *text,
                          const struct symbols *symbols, const char *pointer,
                          struct faults *faults)
{
    struct expression *e = c->expression;
    bool has_rows = c->rows_scope != 0;

    TRY(parser_parse(&c->graph, text, symbols,
                     has_rows ? c->rows_counter : COUNTERS_MAX, pointer,
                     faults, &c->parsed));
    TRY(adjoint_build(&c->graph, c->parsed.root, c->rows_scope,
                      &c->derivatives));
    TRY(plan_one(c, NULL, false, &e->value));
    if (!c->only_sums)
        TRY(plan_one(c, &c->derivatives, true, &e->gradient));
    if (has_rows)
        TRY(find_columns(c));
    if (has_rows)
        TRY(plan_pull_back(c));
    TRY(check_work(e, pointer, faults));
    if (!has_rows)
        TRY(straighten(e, c->arena));
    e->form = arena_text(c->arena, c->parsed.form, strlen(c->parsed.form));
    e->linear = is_linear(c);
    e->comparison =
        operation_is_comparison(c->graph.nodes[c->parsed.root].operation);
    return e->form == NULL ? ERR_MEMORY : OK;
}

/* Rows of the dataset are counted from 0. */
static bool set_rows(struct compiler *c, size_t rows)
{
    struct affine first = {0}, last = {.constant = (int64_t)rows - 1};

    c->rows = rows;
    if (!graph_counter(&c->graph, &first, &last, 0, &c->rows_counter))
        return false;
    c->rows_scope = UINT64_C(1) << c->rows_counter;
    return true;
}

static enum error compile_any(struct arena *arena, const char *text,
                              const struct symbols *symbols, size_t rows,
                              bool only_sums, const char *pointer,
                              struct faults *faults, struct expression **ret)
{
    struct arena scratch;
    struct compiler c = {.arena = arena, .scratch = &scratch,
                         .only_sums = only_sums};
    enum error error;

    c.expression = ARENA_NEW(arena, struct expression);
    if (c.expression == NULL)
        return ERR_MEMORY;
    *c.expression = (struct expression){.n = symbols->n, .rows = rows};
    arena_init(&scratch, 0);
    error = graph_init(&c.graph, &scratch, symbols->n);
    if (error == OK && rows > 0 && !set_rows(&c, rows))
        error = ERR_MEMORY;
    if (error == OK)
        error = compile(&c, text, symbols, pointer, faults);
    arena_fini(&scratch);
    if (error == OK)
        *ret = c.expression;
    return error;
}

enum error expression_compile(struct arena *arena, const char *text,
                              const struct symbols *symbols,
                              const char *pointer, struct faults *faults,
                              struct expression **ret)
{
    return compile_any(arena, text, symbols, 0, false, pointer, faults, ret);
}

enum error expression_compile_rows(struct arena *arena, const char *text,
                                   const struct symbols *symbols,
                                   const char *pointer, struct faults *faults,
                                   struct expression **ret)
{
    return compile_any(arena, text, symbols, symbols->dataset_rows, false,
                       pointer, faults, ret);
}

enum error expression_compile_sums(struct arena *arena, const char *text,
                                   const struct symbols *symbols,
                                   const char *pointer, struct faults *faults,
                                   struct expression **ret)
{
    return compile_any(arena, text, symbols, symbols->dataset_rows, true,
                       pointer, faults, ret);
}

double expression_evaluate(struct expression *expression, const double *x,
                           double *g)
{
    const struct straight *straight = g != NULL
        ? expression->straight_gradient : expression->straight_value;
    struct program *program = g != NULL ? expression->gradient
                                        : expression->value;

    if (straight != NULL)
        return straight_run(straight, x, g);
    if (g != NULL)
        memset(g, 0, expression->n * sizeof *g);
    program_run(program, x, NULL, g);
    return program->v[program->value];
}

/* ---- rows -------------------------------------------------------------- */

/* Let the program run over count rows from number `at` of the set on. */
static void select_rows(const struct expression *e, struct program *program,
                        const struct row_set *set, size_t at, size_t count)
{
    program->rows = (int64_t)count;
    for (size_t i = 0; i < e->column_count; i++) {
        const struct used_column *column = &e->columns[i];
        size_t width = column->width;

        program->arrays[column->array] = column->gathered;
        if (set->rows == NULL)
            program->arrays[column->array] =
                column->numbers + (set->first + at) * width;
        else
            for (size_t k = 0; k < count; k++)
                memcpy(column->gathered + k * width,
                       column->numbers + set->rows[at + k] * width,
                       width * sizeof(double));
    }
}

/* In chunks, always the same: so sums have the same bits for any set. */
static void run_rows(const struct expression *e, struct program *program,
                     const double *x, const struct row_set *set,
                     const double *slopes, double *values, double *g)
{
    assert(set->count <= e->rows);
    memset(values, 0, set->count * sizeof *values);
    for (size_t at = 0; at < set->count; at += EXPRESSION_CHUNK) {
        size_t left = set->count - at;
        size_t count = left < EXPRESSION_CHUNK ? left : EXPRESSION_CHUNK;

        select_rows(e, program, set, at, count);
        if (slopes != NULL)
            program->arrays[e->slopes] = slopes + at;
        program_run(program, x, values + at, g);
    }
}

void expression_values(struct expression *expression, const double *x,
                       const struct row_set *set, double *values)
{
    run_rows(expression, expression->value, x, set, NULL, values, NULL);
}

void expression_pull_back(struct expression *expression, const double *x,
                          const struct row_set *set, const double *slopes,
                          double *values, double *g)
{
    memset(g, 0, expression->n * sizeof *g);
    run_rows(expression, expression->pull_back, x, set, slopes, values, g);
}

void expression_evaluate_rows(struct expression *expression, const double *x,
                              double *values, double *jacobian)
{
    size_t rows = expression->rows;
    const struct row_set all = {.count = rows};
    struct program *program = jacobian != NULL ? expression->gradient
                                               : expression->value;

    memset(values, 0, rows * sizeof *values);
    if (jacobian != NULL)
        memset(jacobian, 0, rows * expression->n * sizeof *jacobian);
    select_rows(expression, program, &all, 0, rows);
    program_run(program, x, values, jacobian);
}
