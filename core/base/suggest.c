/*
 * suggest.c - "did you mean": the nearest of some names to a misspelt one.
 *
 * The distance is the optimal string alignment: the fewest insertions,
 * deletions, replacements and swaps of neighbours, no place edited twice. A
 * capital is as good as its small letter.
 */
#include "core/base/suggest.h"

#include <stdbool.h>
#include <string.h>

enum { WORD_BYTES_MAX = 64 };

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

static char small(char letter)
{
    return letter >= 'A' && letter <= 'Z' ? (char)(letter - 'A' + 'a') : letter;
}

/* The distance of a[m] and b[n], both at most WORD_BYTES_MAX. */
static size_t distance(const char *a, size_t m, const char *b, size_t n)
{
    size_t rows[3][WORD_BYTES_MAX + 1];
    size_t *before = rows[0], *above = rows[1], *row = rows[2];

    for (size_t j = 0; j <= n; j++)
        above[j] = j;
    for (size_t i = 1; i <= m; i++) {
        size_t *oldest = before;

        row[0] = i;
        for (size_t j = 1; j <= n; j++) {
            row[j] = least(above[j - 1]
                               + (small(a[i - 1]) != small(b[j - 1])),
                           least(above[j], row[j - 1]) + 1);
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                row[j] = least(row[j], before[j - 2] + 1);
        }
        before = above;
        above = row;
        row = oldest;
    }
    return above[n];
}

static bool is_word(const char *a, const char *b)
{
    while (*a != '\0' && small(*a) == *b)
        a++, b++;
    return *a == *b;
}

/* What others call it. */
static bool is_alias(const char *word, const char *candidate)
{
    static const char *const aliases[][2] = {
        {"lr", "learning_rate"},     {"step_size", "learning_rate"},
        {"eps", "epsilon"},          {"betas", "beta1"},
        {"rho", "decay"},            {"alpha", "decay"},
        {"gamma", "factor"},         {"l2", "weight_decay"},
        {"clipnorm", "clip_norm"},   {"clipvalue", "clip_value"},
        {"gd", "gradient_descent"},  {"x0", "start"},
        {"maxiter", "max_iterations"}, {"epochs", "max_epochs"},
        {"ln", "log"},               {"arctan", "atan"},
        {"arcsin", "asin"},          {"arccos", "acos"},
        {"sigmoid", "logistic"},     {"norm", "norm2"},
        {"fabs", "abs"},             {"product", "prod"},
        {"len", "length"},           {"max_iter", "max_iterations"},
        {"tol", "tolerance"},        {"ineq", "inequality"},
        {"eq", "equality"},          {"eta", "learning_rate"},
        {"alpha", "learning_rate"},  {"iterations", "max_iterations"},
        {"steps", "max_iterations"}, {"n_iter", "max_iterations"},
        {"gtol", "gradient_tolerance"}, {"ftol", "loss_tolerance"},
        {"xtol", "step_tolerance"},  {"timeout", "time_limit_s"},
        {"momentum", "sgd"},         {"nesterov", "sgd"},
        {"nag", "sgd"},              {"cg", "conjugate_gradient"},
        {"lm", "levenberg_marquardt"}, {"newton", "newton_cg"},
        {"simplex", "nelder_mead"},  {"data", "dataset"},
        {"model", "formula"},        {"expression", "formula"},
        {"equation", "formula"},     {"formula", "expression"},
    };

    for (size_t i = 0; i < sizeof aliases / sizeof *aliases; i++)
        if (is_word(word, aliases[i][0])
            && strcmp(aliases[i][1], candidate) == 0)
            return true;
    return false;
}

/* How many letters both begin with. */
static size_t common(const char *a, const char *b)
{
    size_t count = 0;

    while (a[count] != '\0' && small(a[count]) == small(b[count]))
        count++;
    return count;
}

/* Of two at the same distance the one that begins more alike: sin is nearer to
 * "sinn" than sign. */
static bool is_nearer(const struct suggestion *suggestion,
                      const char *candidate, size_t edits)
{
    if (suggestion->best == NULL || edits != suggestion->distance)
        return suggestion->best == NULL || edits < suggestion->distance;
    return common(suggestion->word, candidate)
           > common(suggestion->word, suggestion->best);
}

void suggest_offer(struct suggestion *suggestion, const char *candidate)
{
    size_t m, n, edits, edits_max;

    if (suggestion->word == NULL)
        return;
    if (is_alias(suggestion->word, candidate)) {
        suggestion->best = candidate;
        suggestion->distance = 0;
        return;
    }
    m = strlen(suggestion->word);
    n = strlen(candidate);
    if (m > WORD_BYTES_MAX || n > WORD_BYTES_MAX)
        return;
    edits_max = m / 3;
    edits = distance(suggestion->word, m, candidate, n);
    if (edits > edits_max)
        return;
    if (is_nearer(suggestion, candidate, edits)) {
        suggestion->best = candidate;
        suggestion->distance = edits;
    }
}
