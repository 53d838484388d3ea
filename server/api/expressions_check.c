/*
 * expressions_check.c - POST /expressions/check: what a formula was understood
 * as, and its gradient at some points beside finite differences.
 *
 * All of it is one slice of an errand, so the work is bounded beforehand.
 */
#include "server/api/expressions.h"

#include <assert.h>
#include <float.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "core/expression/heading.h"
#include "core/objective/expression.h"
#include "server/api/errand_request.h"
#include "server/jobs/spec_tables.h"
#include "server/json/number.h"
#include "server/json/reader.h"

enum {
    POINTS_MAX = 100,
    WORK_LEAST = 10,     /* of one evaluation: of writing it down, too */
    FIELD_BYTES = 64,
};

/* Of all evaluations for one request: some 50 ms. */
#define WORK_MAX 1e8

struct check {
    struct errand_request work;     /* first: it is cast to this struct */
    struct http_request *request;
    struct faults *faults;
    struct json_flaw flaw;
    struct buffer body;             /* the answer */
    enum error error;
    struct value values[MEMBERS_MAX];
    struct objective objective;     /* n is 0 after a fault */
    const double *points[POINTS_MAX];
    size_t count;
    double *x, *gradient, *difference;  /* [n] */
};

/* ---- reading ----------------------------------------------------------- */

static void read_points(struct json_reader *reader, struct json_value value,
                        struct check *check)
{
    struct json_value element = {.node = NULL};
    size_t n = check->objective.n, unused;

    if (!json_array_open(reader, value, POINTS_MAX, &unused))
        return;
    while (json_array_next(reader, value, &element)) {
        const double **point = &check->points[check->count];
        size_t count;

        if (!json_read_numbers(reader, element, DIMENSION_MAX, point, &count))
            continue;
        check->count++;
        if (n > 0 && count != n)
            fault_add(reader->faults, element.pointer, FAULT_WRONG_SIZE, NULL,
                      "%zu number%s given, but the expression has %zu "
                      "variable%s", count, count == 1 ? "" : "s", n,
                      n == 1 ? "" : "s");
    }
}

/* Each point takes an evaluation with the gradient and two for each variable's
 * difference. */
static void check_work(struct json_reader *reader, struct json_value points,
                       const struct check *check)
{
    double n = (double)check->objective.n, work;

    if (check->objective.n == 0)
        return;
    work = fmax(objective_expression_of(&check->objective)->work, WORK_LEAST);
    work *= (double)check->count * (2 * n + 3);
    if (work > WORK_MAX)
        fault_add(reader->faults, points.pointer, FAULT_TOO_LARGE, NULL,
                  "%zu point%s of %zu variables take%s about %.0e operations; "
                  "at most %.0e are possible here", check->count,
                  check->count == 1 ? "" : "s", check->objective.n,
                  check->count == 1 ? "s" : "", work, WORK_MAX);
}

static struct value *find_value(struct check *check, const char *name)
{
    const struct member *members = objective_expression.members;

    for (size_t i = 0; members[i].name; i++)
        if (!strcmp(members[i].name, name))
            return &check->values[i];
    return NULL;
}

/* Who writes f(x, y) = ... need not give the variables once more. */
static void take_heading(struct json_reader *reader, struct check *check)
{
    struct value *variables = find_value(check, "variables");
    const struct value *formula = find_value(check, "expression");

    assert(variables && formula);
    if (variables->given || !formula->given)
        return;
    if (heading_variables(reader->arena, formula->text, &variables->symbols,
                          &variables->rows) == ERR_MEMORY)
        reader->faults->out_of_memory = true;
    variables->given = variables->symbols != NULL;
}

static enum error build(struct json_reader *reader, const char *pointer,
                        struct check *check)
{
    take_heading(reader, check);
    return objective_expression.build(reader->arena, check->values, pointer,
                                      reader->faults, &check->objective);
}

static void read_root(struct json_reader *reader, struct check *check)
{
    const struct member *members = objective_expression.members;
    struct json_value root = json_reader_root(reader), points;
    struct json_object object;

    if (!json_object_open(reader, root, &object))
        return;
    if (members_read(reader, &object, members, check->values)
        && build(reader, root.pointer, check) == ERR_MEMORY)
        reader->faults->out_of_memory = true;
    if (json_object_take(&object, "points", &points)) {
        read_points(reader, points, check);
        check_work(reader, points, check);
    }
    json_object_close(&object);
}

static enum error check_read(struct check *check)
{
    struct arena *arena = http_arena(check->request);
    struct faults *faults = check->faults;
    struct json_reader reader;
    const char *body;
    size_t bytes;

    body = http_body(check->request, &bytes);
    TRY(json_reader_init(&reader, body ? body : "", bytes, faults,
                         &check->flaw));
    reader.arena = arena;
    read_root(&reader, check);
    json_reader_fini(&reader);
    if (faults->out_of_memory)
        return ERR_MEMORY;
    if (faults->total > 0)
        return ERR_INVALID;
    check->x = arena_array(arena, check->objective.n, sizeof(double));
    check->gradient = arena_array(arena, check->objective.n, sizeof(double));
    check->difference = arena_array(arena, check->objective.n, sizeof(double));
    return check->x && check->gradient && check->difference ? OK : ERR_MEMORY;
}

/* ---- evaluating -------------------------------------------------------- */

static double evaluate(const struct check *check, const double *x, double *g)
{
    const struct objective *o = &check->objective;

    return o->evaluate(o->data, x, o->n, g);
}

/* Central differences; a step of the cube root of the rounding unit is where
 * their two errors are alike. */
static void differentiate(struct check *check, const double *point)
{
    double *x = check->x;

    memcpy(x, point, check->objective.n * sizeof *x);
    for (size_t i = 0; i < check->objective.n; i++) {
        double step = cbrt(DBL_EPSILON) * fmax(1, fabs(point[i]));
        double above = point[i] + step, below = point[i] - step;
        double rise;

        x[i] = above;
        rise = evaluate(check, x, NULL);
        x[i] = below;
        rise -= evaluate(check, x, NULL);
        x[i] = point[i];
        check->difference[i] = rise / (above - below);
    }
}

/* ---- writing ----------------------------------------------------------- */

static void write_nonfinite(struct json_writer *writer, const char *field,
                            double value)
{
    if (isfinite(value))
        return;
    json_object_begin(writer);
    json_member_text(writer, "field", field);
    json_member_text(writer, "value", number_nonfinite_word(value));
    json_object_end(writer);
}

static void write_all_nonfinite(struct json_writer *writer,
                                const struct check *check, double loss)
{
    const struct {
        const char *name;
        const double *numbers;
    } columns[] = {{"gradient", check->gradient},
                   {"finite_difference", check->difference}};
    char field[FIELD_BYTES];

    json_key(writer, "nonfinite");
    json_array_begin(writer);
    write_nonfinite(writer, "loss", loss);
    for (size_t k = 0; k < 2; k++)
        for (size_t i = 0; i < check->objective.n; i++) {
            snprintf(field, sizeof field, "%s.%zu", columns[k].name, i);
            write_nonfinite(writer, field, columns[k].numbers[i]);
        }
    json_array_end(writer);
}

static void write_point(struct json_writer *writer, struct check *check,
                        const double *point)
{
    size_t n = check->objective.n;
    double loss = evaluate(check, point, check->gradient);

    differentiate(check, point);
    json_object_begin(writer);
    json_key(writer, "x");
    json_numbers(writer, point, n);
    json_member_number(writer, "loss", loss);
    json_key(writer, "gradient");
    json_numbers(writer, check->gradient, n);
    json_key(writer, "finite_difference");
    json_numbers(writer, check->difference, n);
    write_all_nonfinite(writer, check, loss);
    json_object_end(writer);
}

static void write_variables(struct json_writer *writer,
                            const struct symbols *symbols)
{
    json_key(writer, "variables");
    json_array_begin(writer);
    for (size_t i = 0; i < symbols->count; i++) {
        const struct symbol *symbol = &symbols->items[i];

        if (symbol->type != SYMBOL_VARIABLE)
            continue;
        json_object_begin(writer);
        json_member_text(writer, "name", symbol->name);
        json_member_integer(writer, "size", (int64_t)symbol_size(symbol));
        if (symbol->columns > 0) {
            json_key(writer, "shape");
            json_array_begin(writer);
            json_integer(writer, (int64_t)symbol->rows);
            json_integer(writer, (int64_t)symbol->columns);
            json_array_end(writer);
        }
        json_object_end(writer);
    }
    json_array_end(writer);
}

static void write_answer(struct check *check)
{
    struct json_writer writer;

    json_writer_init(&writer, &check->body);
    json_object_begin(&writer);
    json_member_text(&writer, "form",
                     objective_expression_of(&check->objective)->form);
    json_member_integer(&writer, "dimension", (int64_t)check->objective.n);
    write_variables(&writer, check->objective.symbols);
    json_key(&writer, "points");
    json_array_begin(&writer);
    for (size_t i = 0; i < check->count; i++)
        write_point(&writer, check, check->points[i]);
    json_array_end(&writer);
    json_object_end(&writer);
}

/* ---- the errand --------------------------------------------------------- */

/* On the errands' thread: a body of 1 MiB, and evaluations of 50 ms. */
static bool step(struct errand_request *work)
{
    struct check *check = (struct check *)work;

    check->error = check_read(check);
    if (check->error == OK)
        write_answer(check);
    return false;
}

static void end(struct errand_request *work)
{
    buffer_fini(&((struct check *)work)->body);
}

static enum http_next reply(struct http_request *request)
{
    struct check *check = http_state(request);

    http_drop_body(request);
    if (check->error != OK)
        return api_reply_invalid(request, PROBLEM_INVALID_EXPRESSION,
                                 check->error, check->faults, &check->flaw);
    return http_reply(request, 200, TYPE_JSON, &check->body);
}

enum http_next expressions_check(struct http_request *request)
{
    struct check *check = ARENA_NEW(http_arena(request), struct check);
    struct faults *faults = http_query_faults(request);

    if (!check || !faults)
        return problem_reply_error(request, ERR_MEMORY);
    check->request = request;
    check->faults = faults;
    buffer_init(&check->body);
    check->work.step = step;
    check->work.reply = reply;
    check->work.end = end;
    return errand_request_begin(request, &check->work);
}
