/* evaluate.c - running a program. */
#include <math.h>
#include <string.h>

#include "core/expression/graph.h"
#include "core/expression/program.h"
#include "core/expression/reductions.h"
#include "core/kernel/lanes.h"
#include "core/kernel/math.h"

/* ---- indices ----------------------------------------------------------- */

/* Of a form with lookups: each as a number, the rest as it is. */
__attribute__((noinline))
static int64_t lookup_value(const struct program *p, const struct affine *a)
{
    struct affine rest = *a;
    uint64_t value = 0;

    while (affine_has_lookup(&rest)) {
        unsigned k = rest.term[--rest.terms].counter - COUNTERS_MAX;
        const struct lookup *lookup = &p->lookups[k];
        double at = p->arrays[lookup->array][affine_value(&lookup->index,
                                                          p->at)];

        value += (uint64_t)rest.term[rest.terms].factor
               * (uint64_t)(int64_t)at;
    }
    return (int64_t)(value + (uint64_t)affine_value(&rest, p->at));
}

/* Where the counters are now. */
static inline int64_t index_value(const struct program *p, unsigned index)
{
    const struct affine *a = &p->indices[index];

    return affine_has_lookup(a) ? lookup_value(p, a)
                                : affine_value(a, p->at);
}

/* ---- blocks ------------------------------------------------------------ */

#define FOR_EACH(result)                                                      \
    for (size_t k = 0; k < n; k++)                                            \
        out[k] = result;                                                      \
    break;
#define LOOP_1(result)                                                        \
    for (size_t k = 0; k < n; k++) {                                          \
        double a = pa[k];                                                     \
                                                                              \
        out[k] = result;                                                      \
    }                                                                         \
    break;
#define LOOP_2(result)                                                        \
    for (size_t k = 0; k < n; k++) {                                          \
        double a = pa[k], b = pb[k];                                          \
                                                                              \
        out[k] = result;                                                      \
    }                                                                         \
    break;
#define LOOP_3(result)                                                        \
    for (size_t k = 0; k < n; k++) {                                          \
        double a = pa[k], b = pb[k], c = pc[k];                               \
                                                                              \
        out[k] = result;                                                      \
    }                                                                         \
    break;
#define BLOCK_1(function) math_##function##_block(out, pa, n);
#define BLOCK_2(function) math_##function##_block(out, pa, pb, n);

/* Slots that are written never hold what is read at the same time. */
CLONES static void run_block(const struct pass *pass, const double *v,
                             size_t n)
{
    const double *const *slots = pass->slots;

    for (size_t i = 0; i < pass->code_count; i++) {
        const struct instruction *it = &pass->code[i];
        double *restrict out = pass->memory[it->out];
        const double *pa = slots[it->a], *pb = slots[it->b];
        const double *pc = slots[it->c];
        double number = v[it->number];

        switch (it->code) {
#define ROW(value, count, result)                                             \
        case OPERATION_##value:                                               \
            LOOP_##count(result)
            OPERATION_TABLE(ROW)
#undef ROW
#define ROW(value, count, function)                                           \
        case OPERATION_##value:                                               \
            BLOCK_##count(function)                                           \
            break;
            OPERATION_FUNCTIONS(ROW)
#undef ROW
        case CODE_BLOCK_ADD_NUMBER:
            FOR_EACH(pa[k] + number)
        case CODE_BLOCK_SUBTRACT_NUMBER:
            FOR_EACH(pa[k] - number)
        case CODE_NUMBER_SUBTRACT_BLOCK:
            FOR_EACH(number - pa[k])
        case CODE_BLOCK_MULTIPLY_NUMBER:
            FOR_EACH(pa[k] * number)
        case CODE_BLOCK_DIVIDE_NUMBER:
            FOR_EACH(pa[k] / number)
        case CODE_NUMBER_DIVIDE_BLOCK:
            FOR_EACH(number / pa[k])
        default:
            break;
        }
    }
}

/* A slot with elements whose places are among the data. */
static void fill_lookup(struct program *p, const struct pass *pass,
                        const struct slot_fill *fill, double *slot, size_t n)
{
    int64_t *at = &p->at[pass->counter], first = *at;

    for (size_t k = 0; k < n; k++, ++*at)
        slot[k] = p->arrays[fill->from][index_value(p, fill->index)];
    *at = first;
}

/* Fill slots for the block that begins at the counter's present value. */
static void fill_slots(struct program *p, const struct pass *pass, size_t n)
{
    for (size_t i = 0; i < pass->fill_count; i++) {
        const struct slot_fill *fill = &pass->fills[i];
        int64_t first, step;
        double *slot;

        if (fill->fill == FILL_NUMBER)
            continue;
        first = index_value(p, fill->index);
        if (fill->fill == FILL_SLICE) {
            pass->slots[fill->slot] = p->arrays[fill->from] + first;
            continue;
        }
        slot = pass->memory[fill->slot];
        if (fill->fill == FILL_LOOKUP) {
            fill_lookup(p, pass, fill, slot, n);
            continue;
        }
        step = affine_factor(&p->indices[fill->index], pass->counter);
        for (size_t k = 0; k < n; k++, first += step)
            slot[k] = fill->fill == FILL_WHOLE ? (double)first
                                               : p->arrays[fill->from][first];
    }
}

static void fill_numbers(const struct program *p, const struct pass *pass,
                         size_t n)
{
    for (size_t i = 0; i < pass->fill_count; i++)
        if (pass->fills[i].fill == FILL_NUMBER) {
            double *slot = pass->memory[pass->fills[i].slot];

            for (size_t k = 0; k < n; k++)
                slot[k] = p->v[pass->fills[i].from];
        }
}

static double *output_of(const struct program *p,
                         const struct scatter *scatter)
{
    return scatter->output < OUTPUTS ? p->outputs[scatter->output]
                                     : p->kept[scatter->output - OUTPUTS];
}

/* A slot added wherever data say. */
static void scatter_lookup(struct program *p, const struct pass *pass,
                           const struct scatter *scatter, size_t n)
{
    int64_t *at = &p->at[pass->counter], first = *at;
    const double *slot = pass->slots[scatter->slot];
    double *out = output_of(p, scatter);

    for (size_t k = 0; k < n; k++, ++*at)
        out[index_value(p, scatter->index)] += slot[k];
    *at = first;
}

static void scatter_slots(struct program *p, const struct pass *pass, size_t n)
{
    for (size_t i = 0; i < pass->scatter_count; i++) {
        const struct scatter *scatter = &pass->scatters[i];
        int64_t step = affine_factor(&p->indices[scatter->index],
                                     pass->counter);
        const double *slot = pass->slots[scatter->slot];
        double *out;

        if (scatter->way == SCATTER_LOOKUP) {
            scatter_lookup(p, pass, scatter, n);
            continue;
        }
        out = output_of(p, scatter) + index_value(p, scatter->index);
        if (scatter->way == SCATTER_STORE)
            memcpy(out, slot, n * sizeof *out);
        else if (step == 1)
            for (size_t k = 0; k < n; k++)
                out[k] += slot[k];
        else
            for (size_t k = 0; k < n; k++)
                out[(int64_t)k * step] += slot[k];
    }
}

static void run_blocks(struct program *p, const struct pass *pass, int64_t low,
                       int64_t high)
{
    int64_t *at = &p->at[pass->counter];

    reductions_begin(pass);
    for (*at = low; *at <= high; *at += (int64_t)pass->block) {
        size_t left = (size_t)(high - *at) + 1;
        size_t n = left < pass->block ? left : pass->block;

        if (*at == low) /* later blocks are no longer */
            fill_numbers(p, pass, n);
        fill_slots(p, pass, n);
        run_block(pass, p->v, n);
        reductions_add_block(pass, n);
        scatter_slots(p, pass, n);
    }
    reductions_end(p, pass);
}

/* ---- points ------------------------------------------------------------ */

__attribute__((noinline))
static void fill_kept(const struct program *p, const struct instruction *it)
{
    double *out = p->kept[it->out];

    if (it->code == CODE_STORE)
        out[index_value(p, it->b)] = p->v[it->a];
    else if (it->code == CODE_ADD_TO)
        out[index_value(p, it->b)] += p->v[it->a];
    else
        memset(out, 0, it->b * sizeof *out);
}

static void run_pass(struct program *p, const struct pass *pass);

#define CALL_1(function) math_##function(a)
#define CALL_2(function) math_##function(a, b)

/* Calls itself through run_pass(), once for each pass within a pass: at most
 * COUNTER_DEPTH_MAX + 1 deep. */
static void run_code(struct program *p, const struct instruction *code,
                     size_t count)
{
    double *v = p->v, *derivatives = p->outputs[OUTPUT_DERIVATIVES];
    const double *x = p->arrays[ARRAY_X];

    for (size_t i = 0; i < count; i++) {
        const struct instruction *it = &code[i];
        double a, b, c;

        switch (it->code) {
#define ROW(value, arguments, result)                                         \
        case OPERATION_##value:                                               \
            a = v[it->a], b = v[it->b], c = v[it->c];                         \
            (void)a, (void)b, (void)c;                                        \
            v[it->out] = result;                                              \
            break;
            OPERATION_TABLE(ROW)
#undef ROW
#define ROW(value, arguments, function)                                       \
        case OPERATION_##value:                                               \
            a = v[it->a], b = v[it->b];                                       \
            (void)b;                                                          \
            v[it->out] = CALL_##arguments(function);                          \
            break;
            OPERATION_FUNCTIONS(ROW)
#undef ROW
        case CODE_LOAD:
            v[it->out] = p->arrays[it->a][index_value(p, it->b)];
            break;
        case CODE_LOAD_X:
            v[it->out] = x[it->a];
            break;
        case CODE_WHOLE:
            v[it->out] = (double)index_value(p, it->b);
            break;
        case CODE_SCATTER:
            p->outputs[it->out][index_value(p, it->b)] += v[it->a];
            break;
        case CODE_DERIVATIVE:
            derivatives[it->b] += v[it->a];
            break;
        case CODE_PASS:
            run_pass(p, &p->passes[it->a]);
            break;
        case CODE_STORE:
        case CODE_ADD_TO:
        case CODE_CLEAR:
            fill_kept(p, it);
            break;
        default:
            break;
        }
    }
}

static void run_points(struct program *p, const struct pass *pass, int64_t low,
                       int64_t high)
{
    reductions_begin(pass);
    for (int64_t value = low; value <= high; value++) {
        p->at[pass->counter] = value;
        run_code(p, pass->code, pass->code_count);
        reductions_add_point(p, pass, (size_t)(value - low));
    }
    reductions_end(p, pass);
}

static void run_pass(struct program *p, const struct pass *pass)
{
    int64_t low = affine_value(&pass->low, p->at);
    int64_t high = pass->counter == p->rows_counter
                       ? p->rows - 1 : affine_value(&pass->high, p->at);

    if (pass->blocks)
        run_blocks(p, pass, low, high);
    else
        run_points(p, pass, low, high);
}

void program_run(struct program *program, const double *x, double *values,
                 double *derivatives)
{
    program->arrays[ARRAY_X] = x;
    program->outputs[OUTPUT_VALUES] = values;
    program->outputs[OUTPUT_DERIVATIVES] = derivatives;
    run_code(program, program->code, program->code_count);
}
