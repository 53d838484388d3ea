/*
 * straight.c - from a program to its straight form: which value is in which
 * register, and when.
 *
 * Registers are given out in the order of the code. Where none is left, the
 * value that is needed last goes to its place in the frame (Belady 1966), and
 * is read from there from then on.
 */
#include "core/expression/straight.h"

#include <assert.h>
#include <string.h>

enum {
    BEGIN_IN_REGISTERS = 2,        /* variables */
    NOWHERE = STRAIGHT_REGISTERS,  /* no register: it is in the frame */
    STEPS_MAX = 2 * STRAIGHT_INSTRUCTIONS_MAX + 2, /* the first, the last */
};

#define NEVER SIZE_MAX
#define NO_VALUE UINT32_MAX

struct maker {
    const struct program *program;
    struct straight *straight;
    struct straight_step steps[STEPS_MAX];
    size_t count, first;       /* where the program's values begin */
    bool variables_needed;     /* in the frame: those that began in registers */
    /* By the program's numbers of values, in the maker's arena. */
    unsigned *place;           /* in the straight frame */
    unsigned *in;              /* the register that it is in, or NOWHERE */
    size_t *last;              /* the instruction that needs it last */
    unsigned held[STRAIGHT_REGISTERS]; /* the value in each, or NO_VALUE */
};

/* ---- what can be made straight ----------------------------------------- */

static bool is_operation(const struct instruction *it)
{
    return it->code < OPERATIONS
        && straight_general((enum operation)it->code) != NULL;
}

/* Each variable has its derivative at one place: there is nothing to add. */
static bool is_straight(const struct program *program, size_t n)
{
    bool known[STRAIGHT_VARIABLES_MAX] = {false};

    if (program->pass_count > 0 || n > STRAIGHT_VARIABLES_MAX
        || program->code_count > STRAIGHT_INSTRUCTIONS_MAX)
        return false;
    for (size_t i = 0; i < program->code_count; i++) {
        const struct instruction *it = &program->code[i];

        if (it->code == CODE_DERIVATIVE && !known[it->b])
            known[it->b] = true;
        else if (it->code != CODE_LOAD_X && !is_operation(it))
            return false;
    }
    return true;
}

/* ---- registers --------------------------------------------------------- */

/* The values that an instruction reads. */
static unsigned reads(const struct instruction *it, unsigned values[3])
{
    values[0] = it->a, values[1] = it->b, values[2] = it->c;
    return it->code == CODE_DERIVATIVE ? 1
         : it->code == CODE_LOAD_X     ? 0
         : operation_arguments((enum operation)it->code);
}

static void find_last_reads(struct maker *m)
{
    const struct program *program = m->program;
    unsigned values[3];

    for (size_t i = 0; i < program->code_count; i++) {
        const struct instruction *it = &program->code[i];

        for (unsigned k = reads(it, values); k-- > 0;)
            m->last[values[k]] = it->code == CODE_DERIVATIVE ? NEVER : i;
    }
    m->last[program->value] = NEVER;
}

/* The next instruction behind `at` that reads the value. */
static size_t next_read(const struct maker *m, unsigned value, size_t at)
{
    const struct program *program = m->program;
    unsigned values[3];

    while (++at < program->code_count)
        if (is_operation(&program->code[at]))
            for (unsigned k = reads(&program->code[at], values); k-- > 0;)
                if (values[k] == value)
                    return at;
    return NEVER;
}

static void append(struct maker *m, struct straight_step step)
{
    assert(m->count < STEPS_MAX);
    m->steps[m->count++] = step;
}

/* Where an operand is: a register's place at the begin of the frame too. */
static uint16_t place_of(const struct maker *m, unsigned value)
{
    return (uint16_t)(m->in[value] != NOWHERE ? m->in[value]
                                              : m->place[value]);
}

/* Values that no instruction from `at` on reads leave their registers. */
static void let_go(struct maker *m, size_t at)
{
    for (unsigned r = 0; r < STRAIGHT_REGISTERS; r++)
        if (m->held[r] != NO_VALUE && m->last[m->held[r]] <= at)
            m->held[r] = NO_VALUE;
}

/* A variable, which has its place at the begin of the frame. */
static bool is_variable(const struct maker *m, unsigned value)
{
    return m->place[value] < m->first;
}

/* Make room in a register for what instruction `at` computes. */
static unsigned take_register(struct maker *m, size_t at)
{
    unsigned best = 0;
    size_t farthest = 0;

    for (unsigned r = 0; r < STRAIGHT_REGISTERS; r++) {
        size_t next;

        if (m->held[r] == NO_VALUE)
            return r;
        next = is_variable(m, m->held[r]) ? NEVER
                                          : next_read(m, m->held[r], at);
        if (next > farthest) {
            farthest = next;
            best = r;
        }
    }
    if (is_variable(m, m->held[best]))
        m->variables_needed = true;
    else
        append(m, (struct straight_step){
            .run = straight_store(best),
            .out = (uint16_t)m->place[m->held[best]]});
    m->in[m->held[best]] = NOWHERE;
    return best;
}

static void make_step(struct maker *m, size_t at)
{
    const struct instruction *it = &m->program->code[at];
    enum operation operation = (enum operation)it->code;
    struct straight_step step = {.out = (uint16_t)m->place[it->out]};
    bool binary = straight_binary(operation, 0, 0, 0) != NULL;
    unsigned out = NOWHERE;

    let_go(m, at);
    if (binary)
        out = take_register(m, at);
    step.a = place_of(m, it->a);
    step.b = place_of(m, it->b);
    step.c = place_of(m, it->c);
    step.run = binary ? straight_binary(operation, out, m->in[it->a],
                                        m->in[it->b])
                      : straight_general(operation);
    append(m, step);
    if (binary) {
        m->held[out] = it->out;
        m->in[it->out] = out;
    }
}

/* ---- the whole --------------------------------------------------------- */

/* Places: registers, x, the program's values, and a zero. The first variables
 * begin in registers. */
static void set_places(struct maker *m)
{
    const struct program *program = m->program;
    struct straight *straight = m->straight;
    size_t n = straight->n, first;

    first = STRAIGHT_REGISTERS + (n < BEGIN_IN_REGISTERS ? BEGIN_IN_REGISTERS
                                                         : n);
    m->first = first;
    for (unsigned r = 0; r < STRAIGHT_REGISTERS; r++)
        m->held[r] = NO_VALUE;
    for (size_t i = 0; i < program->v_count; i++) {
        m->place[i] = (unsigned)(first + i);
        m->in[i] = NOWHERE;
    }
    for (size_t i = 0; i < program->code_count; i++) {
        const struct instruction *it = &program->code[i];

        if (it->code != CODE_LOAD_X)
            continue;
        m->place[it->out] = STRAIGHT_REGISTERS + it->a;
        if (it->a >= BEGIN_IN_REGISTERS)
            continue;
        if (m->held[it->a] == NO_VALUE) {
            m->held[it->a] = it->out;
            m->in[it->out] = it->a;
        } else { /* loaded twice */
            m->variables_needed = true;
        }
    }
    for (size_t i = 0; i < n; i++)
        straight->derivatives[i] = (uint16_t)(first + program->v_count);
}

/* Where values are in the end, and the step that is the last. */
static void make_end(struct maker *m)
{
    const struct program *program = m->program;
    struct straight *straight = m->straight;
    uint16_t *derivatives = straight->derivatives;
    struct straight_step end = {0};

    for (size_t i = 0; i < program->code_count; i++)
        if (program->code[i].code == CODE_DERIVATIVE)
            derivatives[program->code[i].b] = place_of(m, program->code[i].a);
    straight->value = place_of(m, program->value);
    end.a = derivatives[0];
    end.b = derivatives[straight->n > 1];
    end.run = straight_end(end.a < NOWHERE ? end.a : NOWHERE,
                           end.b < NOWHERE ? end.b : NOWHERE);
    append(m, end);
}

static void make(struct maker *m)
{
    const struct program *program = m->program;

    append(m, (struct straight_step){.run = straight_begin()});
    set_places(m);
    find_last_reads(m);
    for (size_t i = 0; i < program->code_count; i++)
        if (is_operation(&program->code[i]))
            make_step(m, i);
    make_end(m);
}

/* The steps and the frame, in the arena. */
static enum error keep(const struct maker *m, struct arena *arena)
{
    const struct program *program = m->program;
    struct straight *straight = m->straight;
    struct straight_step *steps = arena_array(arena, m->count, sizeof *steps);

    straight->frame = arena_array(arena, m->first + program->v_count + 1,
                                  sizeof *straight->frame);
    if (steps == NULL || straight->frame == NULL)
        return ERR_MEMORY;
    memcpy(steps, m->steps, m->count * sizeof *steps);
    memcpy(straight->frame + m->first, program->v,
           program->v_count * sizeof *program->v);
    straight->steps = m->variables_needed ? steps : steps + 1;
    return OK;
}

enum error straight_make(const struct program *program, size_t n,
                         struct arena *arena, const struct straight **ret)
{
    size_t count = program->v_count + 1;
    struct maker m = {.program = program};
    struct arena scratch;
    enum error error = ERR_MEMORY;

    *ret = NULL;
    if (!is_straight(program, n))
        return OK;
    arena_init(&scratch, 0);
    m.straight = ARENA_NEW(arena, struct straight);
    m.place = arena_array(&scratch, count, sizeof *m.place);
    m.in = arena_array(&scratch, count, sizeof *m.in);
    m.last = arena_array(&scratch, count, sizeof *m.last);
    if (m.straight != NULL && m.place != NULL && m.in != NULL
        && m.last != NULL) {
        m.straight->n = n;
        make(&m);
        error = keep(&m, arena);
    }
    arena_fini(&scratch);
    if (error == OK)
        *ret = m.straight;
    return error;
}
