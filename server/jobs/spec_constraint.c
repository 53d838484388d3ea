/* spec_constraint.c - constraints of a spec, from formulas to functions. */
#include "server/jobs/spec_constraint.h"

#include <string.h>

#include "core/expression/expression.h"
#include "core/optimizer/check.h"
#include "server/jobs/spec_tables.h"

/* Of all formulas: those of 4096 bytes take some 15 ms each to compile. */
enum { FORMULAS_BYTES_MAX = 4 * EXPRESSION_BYTES_MAX };

/* A kind for kind_read(): its name comes first. */
struct constraint_kind {
    const char *name;
    enum constraint_type type;
};

static const struct constraint_kind inequality = {"inequality",
                                                  CONSTRAINT_INEQUALITY};
static const struct constraint_kind equality = {"equality",
                                                CONSTRAINT_EQUALITY};
static const struct constraint_kind *const kinds[] = {&equality, &inequality,
                                                      NULL};

const struct parameter spec_constraint_parameters[] = {
    {"tolerance", 1e-8, 0, 1e6,
     "A violation up to here is none.", CLOSED, PARAMETER_NUMBER},
    {0},
};

/* ---- one of them ------------------------------------------------------- */

static double evaluate(void *data, const double *x, size_t n, double *g)
{
    (void)n;
    return expression_evaluate(data, x, g);
}

/* The objective's names, or a vector x where it has none. */
static const struct symbols *names_of(struct arena *arena,
                                      const struct objective *objective)
{
    struct symbols *symbols;
    struct symbol *x;

    if (objective->symbols)
        return objective->symbols;
    symbols = ARENA_NEW(arena, struct symbols);
    x = ARENA_NEW(arena, struct symbol);
    if (!symbols || !x)
        return NULL;
    *x = (struct symbol){
        .name = "x", .type = SYMBOL_VARIABLE, .rows = objective->n};
    *symbols = (struct symbols){.items = x, .count = 1, .n = objective->n};
    return symbols;
}

static void compile(struct json_reader *reader, const struct spec *spec,
                    const struct symbols *symbols, const char *text,
                    const char *pointer, struct constraint *ret)
{
    struct expression *expression;
    enum error error;

    if (spec->objective.n == 0)
        return; /* faulty: its names are not known */
    error = expression_compile(reader->arena, text, symbols, pointer,
                               reader->faults, &expression);
    if (error == ERR_MEMORY)
        reader->faults->out_of_memory = true;
    if (error != OK)
        return;
    if (expression->comparison) {
        fault_add(reader->faults, pointer, FAULT_WRONG_TYPE, NULL,
                  "a comparison is 1 or 0, and a constraint is a value, that "
                  "must be <= 0 or = 0: for x <= 1 write x - 1, for x >= 1 "
                  "write 1 - x, for x == 1 write x - 1 with type "
                  "\"equality\"");
        return;
    }
    ret->data = expression;
    ret->evaluate = evaluate;
}

static void read_one(struct json_reader *reader, struct json_value value,
                     const struct spec *spec, const struct symbols *symbols,
                     size_t *bytes, struct constraint *ret,
                     const char **ret_text)
{
    const struct constraint_kind *kind;
    struct json_object object;
    struct json_value member;

    if (!json_object_open(reader, value, &object))
        return;
    kind = kind_read(reader, &object, (const void *const *)kinds);
    if (kind)
        ret->type = kind->type;
    parameters_read(reader, &object, spec_constraint_parameters,
                    &ret->tolerance);
    if (json_object_need(&object, "expression", &member)
        && json_read_text(reader, member, EXPRESSION_BYTES_MAX, ret_text)) {
        *bytes += strlen(*ret_text);
        if (*bytes <= FORMULAS_BYTES_MAX)
            compile(reader, spec, symbols, *ret_text, member.pointer, ret);
    }
    json_object_close(&object);
}

/* ---- all of them ------------------------------------------------------- */

/* Nobody is served while they are compiled, nobody can cancel while they are
 * evaluated one after the other: there are limits for all together. */
static void check_work(struct json_reader *reader, const char *pointer,
                       const struct spec *spec, size_t bytes)
{
    double work = 0;

    if (bytes > FORMULAS_BYTES_MAX)
        fault_add(reader->faults, pointer, FAULT_TOO_LARGE, NULL,
                  "all formulas together have %zu bytes; at most %d are "
                  "possible", bytes, FORMULAS_BYTES_MAX);

    for (size_t i = 0; i < spec->constraint_count; i++) {
        const struct expression *expression = spec->constraints[i].data;

        work += expression ? expression->work : 0;
    }
    if (work > EXPRESSION_WORK_MAX)
        fault_add(reader->faults, pointer, FAULT_TOO_LARGE, NULL,
                  "all their gradients take about %.1e operations; %.0e are "
                  "allowed", work, EXPRESSION_WORK_MAX);
}

void spec_constraints_read(struct json_reader *reader,
                           struct json_object *root, struct spec *spec)
{
    const struct symbols *symbols;
    struct json_value array, element = {.node = NULL};
    struct constraint *constraints;
    const char **texts;
    size_t count, bytes = 0;

    if (!json_object_take(root, "constraints", &array)
        || json_value_is_null(array)
        || !json_array_open(reader, array, CONSTRAINTS_MAX, &count)
        || count == 0)
        return;
    constraints = arena_array(reader->arena, count, sizeof *constraints);
    texts = arena_array(reader->arena, count, sizeof *texts);
    symbols = names_of(reader->arena, &spec->objective);
    if (!constraints || !texts || !symbols) {
        reader->faults->out_of_memory = true;
        return;
    }
    while (json_array_next(reader, array, &element))
        read_one(reader, element, spec, symbols, &bytes,
                 &constraints[element.index], &texts[element.index]);
    spec->constraints = constraints;
    spec->constraint_texts = texts;
    spec->constraint_count = count;
    if (spec->optimizer)
        optimizer_check_constraints(spec->optimizer, constraints, count,
                                    spec->objective.n, array.pointer,
                                    reader->faults);
    check_work(reader, array.pointer, spec, bytes);
}

void spec_constraints_write(struct json_writer *writer,
                            const struct spec *spec)
{
    if (spec->constraint_count == 0)
        return;
    json_key(writer, "constraints");
    json_array_begin(writer);
    for (size_t i = 0; i < spec->constraint_count; i++) {
        const struct constraint *c = &spec->constraints[i];

        json_object_begin(writer);
        json_member_text(writer, "type", constraint_type_name(c->type));
        json_member_text(writer, "expression", spec->constraint_texts[i]);
        parameters_write(writer, spec_constraint_parameters, &c->tolerance);
        json_object_end(writer);
    }
    json_array_end(writer);
}
