/* expression.c - text to program, and its use. */
#include "core/expression/expression.h"

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

static enum error plan_one(struct compiler *c, bool gradient,
                           struct program **ret)
{
    size_t count = 0, room = c->derivatives.count + 1;
    struct sink *sinks = arena_array(c->scratch, room, sizeof *sinks);
    unsigned root = c->parsed.root;
    const struct affine first = {0};

    if (sinks == NULL)
        return ERR_MEMORY;
    if (c->rows_scope != 0) {
        sinks[count++] = (struct sink){OUTPUT_VALUES, output_index(c, &first),
                                       root, c->rows_scope};
        root = PLAN_NO_ROOT;
    }
    for (size_t i = 0; gradient && i < c->derivatives.count; i++) {
        struct derivative d = c->derivatives.items[i];
        struct affine index = c->graph.indices[d.index];

        sinks[count++] = (struct sink){
            OUTPUT_DERIVATIVES,
            c->rows_scope != 0 ? output_index(c, &index) : d.index, d.node,
            d.scope};
    }
    if (c->graph.out_of_memory)
        return ERR_MEMORY;
    return plan_program(&c->graph, root, sinks, count, c->scratch, c->arena,
                        ret);
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
static enum error check_work(const struct expression *e, const char *pointer,
                             struct faults *faults)
{
    double points = e->gradient->points;

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

static enum error compile(struct compiler *c, const char *text,
                          const struct symbols *symbols, const char *pointer,
                          struct faults *faults)
{
    struct expression *e = c->expression;

    TRY(parser_parse(&c->graph, text, symbols,
                     c->rows_scope != 0 ? c->rows_counter : COUNTERS_MAX,
                     pointer, faults, &c->parsed));
    TRY(adjoint_build(&c->graph, c->parsed.root, c->rows_scope,
                      &c->derivatives));
    TRY(plan_one(c, false, &e->value));
    TRY(plan_one(c, true, &e->gradient));
    e->work = work_of_program(e->gradient);
    TRY(check_work(e, pointer, faults));
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
                              const char *pointer, struct faults *faults,
                              struct expression **ret)
{
    struct arena scratch;
    struct compiler c = {.arena = arena, .scratch = &scratch};
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
    return compile_any(arena, text, symbols, 0, pointer, faults, ret);
}

enum error expression_compile_rows(struct arena *arena, const char *text,
                                   const struct symbols *symbols,
                                   const char *pointer, struct faults *faults,
                                   struct expression **ret)
{
    return compile_any(arena, text, symbols, symbols->dataset_rows, pointer,
                       faults, ret);
}

double expression_evaluate(struct expression *expression, const double *x,
                           double *g)
{
    struct program *program = g != NULL ? expression->gradient
                                        : expression->value;

    if (g != NULL)
        memset(g, 0, expression->n * sizeof *g);
    program_run(program, x, NULL, g);
    return program->v[program->value];
}

void expression_evaluate_rows(struct expression *expression, const double *x,
                              double *values, double *jacobian)
{
    size_t rows = expression->rows;

    memset(values, 0, rows * sizeof *values);
    if (jacobian != NULL)
        memset(jacobian, 0, rows * expression->n * sizeof *jacobian);
    program_run(jacobian != NULL ? expression->gradient : expression->value,
                x, values, jacobian);
}
