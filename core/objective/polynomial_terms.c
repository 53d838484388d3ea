/*
 * polynomial_terms.c - polynomials in several variables, as sums of terms.
 *
 * The terms are compiled to a flat table: each a coefficient and a run of
 * factors x_v^e. A term's partial derivatives are products of the factors
 * beside one, taken from the left and from the right, so that nothing is
 * divided by a variable that may be zero.
 */
#include "core/objective/polynomial_terms.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/suggest.h"
#include "core/kernel/math.h"

enum {
    TERMS_MAX = 10000,
    VARIABLES_MAX = 1000,
    NAME_BYTES_MAX = 64,
};

struct factor {
    size_t variable;
    uint64_t exponent; /* > 0 */
};

struct monomial {
    double coefficient;
    const struct factor *factors;
    size_t count;
};

struct multivariate {
    const struct monomial *terms;
    size_t count;
    double *power, *slope; /* [factors of a term] scratch: x^e, e x^(e-1) */
};

/* The value of one term; its part of the gradient is added to g. */
static double evaluate_term(const struct multivariate *p,
                            const struct monomial *term, const double *x,
                            double *g)
{
    double left = term->coefficient, right = 1;

    for (size_t k = 0; k < term->count; k++) {
        const struct factor *factor = &term->factors[k];
        double base = x[factor->variable];
        double lower = math_pow_int(base, factor->exponent - 1);

        p->slope[k] = left * ((double)factor->exponent * lower);
        p->power[k] = lower * base;
        left *= p->power[k];
    }
    if (g != NULL) {
        for (size_t k = term->count; k-- > 0;) {
            g[term->factors[k].variable] += p->slope[k] * right;
            right *= p->power[k];
        }
    }
    return left;
}

static double evaluate(void *data, const double *x, size_t n, double *g)
{
    const struct multivariate *p = data;
    double f = 0;

    if (g != NULL)
        for (size_t i = 0; i < n; i++)
            g[i] = 0;
    for (size_t k = 0; k < p->count; k++)
        f += evaluate_term(p, &p->terms[k], x, g);
    return f;
}

/* One variable's name and where it stands, to look names up by bisection. */
struct entry {
    const char *name;
    size_t index;
};

static int compare_entries(const void *a, const void *b)
{
    const struct entry *x = a, *y = b;
    int order = strcmp(x->name, y->name);

    return order != 0 ? order : (x->index > y->index) - (x->index < y->index);
}

static int compare_name(const void *name, const void *entry)
{
    return strcmp(name, ((const struct entry *)entry)->name);
}

static bool is_identifier(const char *name)
{
    static const char letters[] =
        "_abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
    size_t length = strlen(name);

    return length > 0 && length <= NAME_BYTES_MAX
           && strspn(name, letters) == length
           && !(name[0] >= '0' && name[0] <= '9');
}

/* Add a fault for each variable that is misnamed or there twice, and sort
 * entries[variables->rows]. */
static void check_variables(const struct value *variables, const char *place,
                            struct entry *entries, struct faults *faults)
{
    for (size_t i = 0; i < variables->rows; i++) {
        entries[i] = (struct entry){variables->names[i], i};
        if (!is_identifier(variables->names[i]))
            fault_add(faults, pointer_index(faults, place, i),
                      FAULT_OUT_OF_RANGE, NULL,
                      "a variable is a letter or _, then letters, digits or "
                      "_, at most %d in all", NAME_BYTES_MAX);
    }
    qsort(entries, variables->rows, sizeof *entries, compare_entries);
    for (size_t i = 1; i < variables->rows; i++)
        if (strcmp(entries[i - 1].name, entries[i].name) == 0)
            fault_add(faults, pointer_index(faults, place, entries[i].index),
                      FAULT_DUPLICATE, NULL, "there is already a variable %s",
                      entries[i].name);
}

static void add_unknown_variable(const struct value *variables,
                                 const char *name, const char *place,
                                 struct faults *faults)
{
    struct suggestion near = {.word = name};

    if (faults->total < FAULTS_KEPT) /* a search whose result is not lost */
        for (size_t i = 0; i < variables->rows; i++)
            suggest_offer(&near, variables->names[i]);
    fault_add(faults, place, FAULT_UNKNOWN_NAME, near.best,
              "%s is not among the variables", name);
}

/* Check the powers of term i; `place` is that of the terms. */
static void check_powers(const struct value *terms, size_t i,
                         const struct value *variables,
                         const struct entry *entries, const char *place,
                         struct faults *faults)
{
    for (size_t k = 0; k < terms->terms[i].power_count; k++) {
        const struct power *power = &terms->terms[i].powers[k];
        bool known = bsearch(power->variable, entries, variables->rows,
                             sizeof *entries, compare_name) != NULL;
        const char *at;

        if (known && power->exponent <= POLYNOMIAL_EXPONENT_MAX)
            continue;
        at = pointer_member(faults, pointer_index(faults, place, i), "powers");
        at = pointer_member(faults, at, power->variable);
        if (!known)
            add_unknown_variable(variables, power->variable, at, faults);
        if (power->exponent > POLYNOMIAL_EXPONENT_MAX)
            fault_add(faults, at, FAULT_OUT_OF_RANGE, NULL,
                      "%u is not in [0, %d]", power->exponent,
                      POLYNOMIAL_EXPONENT_MAX);
    }
}

static void check_count(const struct value *list, size_t most,
                        const char *place, struct faults *faults)
{
    if (list->rows == 0)
        fault_add(faults, place, FAULT_WRONG_SIZE, NULL,
                  "at least one is needed");
    else if (list->rows > most)
        fault_add(faults, place, FAULT_TOO_LARGE, NULL,
                  "there are %zu; at most %zu are possible", list->rows, most);
}

static void check(const struct value *variables, const struct value *terms,
                  struct entry *entries, const char *pointer,
                  struct faults *faults)
{
    const char *place = pointer_member(faults, pointer, "terms");

    check_variables(variables, pointer_member(faults, pointer, "variables"),
                    entries, faults);
    for (size_t i = 0; i < terms->rows && faults->total < FAULTS_KEPT; i++)
        check_powers(terms, i, variables, entries, place, faults);
}

/* How many factors x^e with e > 0 the terms have, and the most in one. */
static size_t count_factors(const struct value *terms, size_t *ret_most)
{
    size_t total = 0, most = 0;

    for (size_t i = 0; i < terms->rows; i++) {
        size_t count = 0;

        for (size_t k = 0; k < terms->terms[i].power_count; k++)
            count += terms->terms[i].powers[k].exponent > 0;
        total += count;
        most = count > most ? count : most;
    }
    *ret_most = most;
    return total;
}

/* Write the term's factors to `at`; where they end. */
static struct factor *compile_term(const struct term *term,
                                   const struct entry *entries, size_t n,
                                   struct factor *at, struct monomial *ret)
{
    ret->coefficient = term->coefficient;
    ret->factors = at;
    for (size_t k = 0; k < term->power_count; k++) {
        const struct power *power = &term->powers[k];
        const struct entry *entry;

        if (power->exponent == 0)
            continue;
        entry = bsearch(power->variable, entries, n, sizeof *entries,
                        compare_name);
        *at++ = (struct factor){entry->index, power->exponent};
    }
    ret->count = (size_t)(at - ret->factors);
    return at;
}

static enum error compile(struct arena *arena, const struct value *terms,
                          const struct entry *entries, size_t n,
                          struct objective *ret)
{
    size_t most;
    size_t total = count_factors(terms, &most);
    struct multivariate *p = ARENA_NEW(arena, struct multivariate);
    struct monomial *table = arena_array(arena, terms->rows, sizeof *table);
    struct factor *at = arena_array(arena, total, sizeof *at);

    if (p == NULL || table == NULL || at == NULL)
        return ERR_MEMORY;
    p->power = arena_array(arena, most, sizeof *p->power);
    p->slope = arena_array(arena, most, sizeof *p->slope);
    if (p->power == NULL || p->slope == NULL)
        return ERR_MEMORY;
    for (size_t i = 0; i < terms->rows; i++)
        at = compile_term(&terms->terms[i], entries, n, at, &table[i]);
    p->terms = table;
    p->count = terms->rows;
    *ret = (struct objective){.n = n, .data = p, .evaluate = evaluate};
    return OK;
}

/* Names for constraints and results; one that no formula can spell is no use
 * there, but no fault either. */
static const struct symbols *name_variables(struct arena *arena,
                                            const struct value *variables)
{
    struct symbols *symbols = ARENA_NEW(arena, struct symbols);
    struct symbol *items = arena_array(arena, variables->rows, sizeof *items);

    if (symbols == NULL || items == NULL)
        return NULL;
    for (size_t i = 0; i < variables->rows; i++)
        items[i] = (struct symbol){.name = variables->names[i],
                                   .type = SYMBOL_VARIABLE, .offset = i};
    *symbols = (struct symbols){.items = items, .count = variables->rows,
                                .n = variables->rows};
    return symbols;
}

enum error polynomial_terms_build(struct arena *arena,
                                  const struct value *variables,
                                  const struct value *terms,
                                  const char *pointer, struct faults *faults,
                                  struct objective *ret)
{
    size_t before = faults->total;
    struct entry *entries;

    check_count(variables, VARIABLES_MAX,
                pointer_member(faults, pointer, "variables"), faults);
    check_count(terms, TERMS_MAX, pointer_member(faults, pointer, "terms"),
                faults);
    if (faults->total > before)
        return ERR_INVALID;
    entries = arena_array(arena, variables->rows, sizeof *entries);
    if (entries == NULL)
        return ERR_MEMORY;
    check(variables, terms, entries, pointer, faults);
    if (faults->total > before)
        return ERR_INVALID;
    TRY(compile(arena, terms, entries, variables->rows, ret));
    ret->symbols = name_variables(arena, variables);
    return ret->symbols == NULL ? ERR_MEMORY : OK;
}
