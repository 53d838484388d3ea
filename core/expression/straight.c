/*
 * straight.c - from a program to its straight form: which value is in which
 * register, and when.
 *
 * Registers are given out in the order of the code. Where none is left, the
 * value that is needed last goes to its place in the frame (Belady 1966), and
 * is read from there from then on.
 */
#include "core/expression/straight_items.h"

#include <assert.h>
#include <string.h>

enum {
    BEGIN_IN_REGISTERS = 2,        /* variables */
    NOWHERE = STRAIGHT_REGISTERS,  /* no register: it is in the frame */
    VARIABLES_GO = 6,              /* items sooner than other values: they need
                                      no step that stores them; measured */
    STEPS_MAX = 2 * STRAIGHT_INSTRUCTIONS_MAX + 2, /* the first, the last */
};

#define NEVER SIZE_MAX
#define NO_VALUE UINT32_MAX

struct maker {
    const struct program *program;
    struct straight *straight;
    struct straight_item items[STRAIGHT_INSTRUCTIONS_MAX];
    size_t item_count;
    struct straight_step steps[STEPS_MAX];
    size_t count;
    size_t first;              /* place of the program's first value */
    bool variables_needed;     /* in the frame: those that began in registers */
    /* By the program's numbers of values, in the maker's arena. */
    unsigned *place;           /* in the straight frame */
    unsigned *in;              /* the register that it is in, or NOWHERE */
    unsigned *reads;           /* for straight_items() */
    size_t *item_of;
    size_t *last;              /* the item that reads it last, or NEVER */
    unsigned held[STRAIGHT_REGISTERS]; /* the value in each, or NO_VALUE */
};

/* ---- registers --------------------------------------------------------- */

static void find_last_reads(struct maker *m)
{
    const struct program *program = m->program;

    for (size_t i = 0; i < m->item_count; i++)
        for (unsigned k = 0; k < m->items[i].count; k++)
            m->last[m->items[i].operands[k]] = i;
    for (size_t i = 0; i < program->code_count; i++)
        if (program->code[i].code == CODE_DERIVATIVE)
            m->last[program->code[i].a] = NEVER;
    m->last[program->value] = NEVER;
}

/* The next item behind `at` that reads the value. */
static size_t next_read(const struct maker *m, unsigned value, size_t at)
{
    while (++at < m->item_count)
        for (unsigned k = 0; k < m->items[at].count; k++)
            if (m->items[at].operands[k] == value)
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

/* Values that no item behind `at` reads leave their registers. */
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

/* Make room in a register for what item `at` computes. */
static unsigned take_register(struct maker *m, size_t at)
{
    unsigned best = 0;
    size_t farthest = 0;

    for (unsigned r = 0; r < STRAIGHT_REGISTERS; r++) {
        size_t next;

        if (m->held[r] == NO_VALUE)
            return r;
        next = next_read(m, m->held[r], at);
        if (is_variable(m, m->held[r]) && next != NEVER)
            next += VARIABLES_GO;
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

/* The step's function and its operands' places. */
static void set_operands(const struct maker *m,
                         const struct straight_item *item, unsigned out,
                         struct straight_step *step)
{
    unsigned operands[3] = {item->operands[0], item->operands[1],
                            item->operands[2]};
    uint16_t *places[] = {&step->a, &step->b, &step->c};
    unsigned in[3];

    if (item->product != STRAIGHT_NO_PRODUCT
        && m->in[operands[0]] > m->in[operands[1]]) {
        operands[0] = item->operands[1];
        operands[1] = item->operands[0];
    }
    for (unsigned k = 0; k < item->count; k++) {
        in[k] = m->in[operands[k]];
        *places[k] = place_of(m, operands[k]);
    }
    step->run = item->product != STRAIGHT_NO_PRODUCT
                    ? straight_product(item->product, out, in[0], in[1], in[2])
              : out != NOWHERE
                    ? straight_binary(item->operation, out, in[0], in[1])
                    : straight_general(item->operation);
}

static void make_step(struct maker *m, size_t at)
{
    const struct straight_item *item = &m->items[at];
    struct straight_step step = {.out = (uint16_t)m->place[item->out]};
    unsigned out = NOWHERE;

    let_go(m, at);
    if (straight_binary(item->operation, 0, 0, 0) != NULL)
        out = take_register(m, at);
    set_operands(m, item, out, &step);
    append(m, step);
    if (out != NOWHERE) {
        m->held[out] = item->out;
        m->in[item->out] = out;
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
    end.c = place_of(m, program->value);
    end.a = derivatives[0];
    end.b = derivatives[straight->n > 1];
    end.run = straight_end(end.a < NOWHERE ? end.a : NOWHERE,
                           end.b < NOWHERE ? end.b : NOWHERE);
    append(m, end);
}

static void make(struct maker *m)
{
    append(m, (struct straight_step){.run = straight_begin()});
    set_places(m);
    m->item_count = straight_items(m->program, m->reads, m->item_of, m->items);
    find_last_reads(m);
    for (size_t i = 0; i < m->item_count; i++)
        if (m->items[i].count > 0)
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

static enum error make_in(struct maker *m, struct arena *scratch,
                          struct arena *arena)
{
    size_t count = m->program->v_count + 1;

    m->place = arena_array(scratch, count, sizeof *m->place);
    m->in = arena_array(scratch, count, sizeof *m->in);
    m->reads = arena_array(scratch, count, sizeof *m->reads);
    m->item_of = arena_array(scratch, count, sizeof *m->item_of);
    m->last = arena_array(scratch, count, sizeof *m->last);
    if (m->place == NULL || m->in == NULL || m->reads == NULL
        || m->item_of == NULL || m->last == NULL)
        return ERR_MEMORY;
    make(m);
    return keep(m, arena);
}

enum error straight_make(const struct program *program, size_t n,
                         struct arena *arena, const struct straight **ret)
{
    struct straight *straight;
    struct arena scratch;
    struct maker *m;
    enum error error = ERR_MEMORY;

    *ret = NULL;
    if (!straight_can(program, n))
        return OK;
    arena_init(&scratch, 0);
    m = ARENA_NEW(&scratch, struct maker);
    straight = ARENA_NEW(arena, struct straight);
    if (m != NULL && straight != NULL) {
        m->program = program;
        m->straight = straight;
        straight->n = n;
        error = make_in(m, &scratch, arena);
    }
    arena_fini(&scratch);
    if (error == OK)
        *ret = straight;
    return error;
}
