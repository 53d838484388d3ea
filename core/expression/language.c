/* language.c - the tables of the language of formulas. */
#include "core/expression/language.h"

#include <math.h>
#include <string.h>

#define UNARY(name, operation, sentence)                                      \
    {name, "a", 1, 1, CALL_PLAIN, OPERATION_##operation, sentence}
#define BINARY(name, arguments, operation, sentence)                          \
    {name, arguments, 2, 2, CALL_PLAIN, OPERATION_##operation, sentence}

/* The same, for names that were not always there: who has one of them as the
 * name of a variable keeps it. */
#define NEW_UNARY(name, operation, sentence)                                  \
    {name, "a", 1, 1, CALL_PLAIN, OPERATION_##operation, sentence, true}
#define NEW_BINARY(name, operation, sentence)                                 \
    {name, "a, b", 2, 2, CALL_PLAIN, OPERATION_##operation, sentence, true}
#define MADE(name, arguments, count, operation, sentence)                     \
    {name, arguments, count, count, CALL_MADE, OPERATION_##operation,         \
     sentence, true}

const struct language_function language_functions[] = {
    UNARY("abs", ABS, "Absolute value; its derivative at 0 is taken as 0."),
    UNARY("acos", ACOS, "Arc cosine."),
    NEW_UNARY("acosh", ACOSH, "Inverse hyperbolic cosine."),
    UNARY("asin", ASIN, "Arc sine."),
    NEW_UNARY("asinh", ASINH, "Inverse hyperbolic sine."),
    UNARY("atan", ATAN, "Arc tangent."),
    BINARY("atan2", "y, x", ATAN2, "Angle of the point (x, y)."),
    NEW_UNARY("atanh", ATANH, "Inverse hyperbolic tangent."),
    UNARY("cbrt", CBRT, "Cube root, of negative numbers too."),
    NEW_UNARY("ceil", CEIL,
              "The next whole number above; its derivative is taken as 0."),
    {"clamp", "a, low, high", 3, 3, CALL_MADE, OPERATION_MIN,
     "a, but not below low nor above high.", true},
    UNARY("cos", COS, "Cosine."),
    UNARY("cosh", COSH, "Hyperbolic cosine."),
    MADE("cot", "a", 1, TAN, "1/tan(a)."),
    MADE("csc", "a", 1, SIN, "1/sin(a)."),
    {"dot", "a, b", 2, 2, CALL_DOT, OPERATION_SUM,
     "Sum of a*b over the elements of the vectors in them."},
    UNARY("erf", ERF, "Error function."),
    NEW_UNARY("erfc", ERFC, "1 - erf(a), exact where that is small."),
    UNARY("exp", EXP, "Exponential function."),
    UNARY("expm1", EXPM1, "exp(a) - 1, exact near 0."),
    UNARY("floor", FLOOR,
          "The next whole number below; its derivative is taken as 0."),
    NEW_UNARY("gamma", GAMMA, "Gamma function."),
    NEW_BINARY("hypot", HYPOT,
               "sqrt(a^2 + b^2), which does not overflow; its derivatives "
               "where both are 0 are taken as 0."),
    {"if", "c, a, b", 3, 3, CALL_PLAIN, OPERATION_CHOOSE,
     "a where c is not 0, else b; the branch not taken adds nothing to the "
     "gradient."},
    {"length", "v", 1, 1, CALL_LENGTH, OPERATION_NUMBER,
     "How many elements a vector, or rows a matrix, has."},
    NEW_UNARY("lgamma", LGAMMA, "Logarithm of |gamma(a)|."),
    UNARY("log", LOG, "Natural logarithm."),
    NEW_UNARY("log10", LOG10, "Logarithm to the base 10."),
    UNARY("log1p", LOG1P, "log(1 + a), exact near 0."),
    NEW_UNARY("log2", LOG2, "Logarithm to the base 2."),
    {"log_sum_exp", "a", 1, 1, CALL_LOG_SUM_EXP, OPERATION_GREATEST,
     "log(sum(exp(a))) over the elements of the vectors in a, which does not "
     "overflow."},
    UNARY("logistic", LOGISTIC, "1/(1 + exp(-a))."),
    {"max", "a, b, ...", 2, LANGUAGE_MANY, CALL_PLAIN, OPERATION_MAX,
     "The greatest; its derivative is that of the first greatest."},
    {"min", "a, b, ...", 2, LANGUAGE_MANY, CALL_PLAIN, OPERATION_MIN,
     "The least; its derivative is that of the first least."},
    NEW_BINARY("mod", MOD,
               "What is left of a over b, with the sign of b: a - "
               "b*floor(a/b)."),
    {"norm2", "a", 1, 1, CALL_NORM, OPERATION_SUM,
     "Square root of the sum of a^2 over the elements of the vectors in it; "
     "its derivative at 0 is taken as 0."},
    BINARY("pow", "a, b", POW,
           "a^b; where a is 0 its derivative by b is taken as 0."),
    {"prod", "i, low, high, a", 4, 4, CALL_OVER, OPERATION_PRODUCT,
     "Product of a over i = low ... high; 1 where there are none."},
    MADE("relu", "a", 1, MAX, "max(0, a); its derivative at 0 is 0."),
    NEW_UNARY("round", ROUND,
              "The nearest whole number, of two the even one; its derivative "
              "is taken as 0."),
    MADE("sec", "a", 1, COS, "1/cos(a)."),
    UNARY("sign", SIGN, "-1, 0 or 1; its derivative is taken as 0."),
    UNARY("sin", SIN, "Sine."),
    UNARY("sinh", SINH, "Hyperbolic sine."),
    NEW_UNARY("softplus", SOFTPLUS, "log(1 + exp(a)), which does not "
              "overflow."),
    UNARY("sqrt", SQRT, "Square root."),
    {"sum", "i, low, high, a", 4, 4, CALL_OVER, OPERATION_SUM,
     "Sum of a over i = low ... high; 0 where there are none. sum(a): over "
     "the elements of the vectors in a."},
    UNARY("tan", TAN, "Tangent."),
    UNARY("tanh", TANH, "Hyperbolic tangent."),
    {0},
};

const struct language_alias language_aliases[] = {
    {"absolute", "abs", false},   {"arccos", "acos", false},
    {"arccosh", "acosh", false},  {"arcsin", "asin", false},
    {"arcsinh", "asinh", false},  {"arctan", "atan", false},
    {"arctan2", "atan2", false},  {"arctanh", "atanh", false},
    {"clip", "clamp", false},     {"cosec", "csc", false},
    {"cotan", "cot", false},      {"fabs", "abs", false},
    {"lg", "log10", false},       {"ln", "log", false},
    {"loggamma", "lgamma", false}, {"maximum", "max", false},
    {"minimum", "min", false},    {"power", "pow", false},
    {"sgn", "sign", false},       {"sigmoid", "logistic", false},
    {"tgamma", "gamma", false},   {"where", "if", false},
    {"E", "e", true},             {"PI", "pi", true},
    {"Infinity", "inf", false},   {"infinity", "inf", false},
    {"\xcf\x80", "pi", false},    {"\xe2\x88\x9e", "inf", false},
    {0},
};

const struct language_operator language_operators[] = {
    {"or", 1, "left", "1 where one of both is not 0, else 0; derivative 0; "
                      "also ||."},
    {"and", 2, "left", "1 where both are not 0, else 0; derivative 0; "
                       "also &&."},
    {"not a", 3, "right", "1 where a is 0, else 0; derivative 0. !a binds as "
                          "-a."},
    {"<", 4, "none", "1 where it is true, else 0; derivative 0."},
    {"<=", 4, "none", "1 where it is true, else 0; derivative 0."},
    {">", 4, "none", "1 where it is true, else 0; derivative 0."},
    {">=", 4, "none", "1 where it is true, else 0; derivative 0."},
    {"==", 4, "none", "1 where it is true, else 0; derivative 0."},
    {"!=", 4, "none", "1 where it is true, else 0; derivative 0."},
    {"+", 5, "left", "Sum; also a sign."},
    {"-", 5, "left", "Difference."},
    {"*", 6, "left", "Product; it may be left out behind a number, as "
                      "in 2x, and between parentheses."},
    {"/", 6, "left", "Quotient."},
    {"%", 6, "left", "What is left of a division: mod(a, b)."},
    {"-a", 7, "right", "The negative: -x^2 is -(x^2)."},
    {"^", 8, "right", "Power: 2^3^2 is 2^(3^2), and 2^-1 a half; also **."},
    {0},
};

const struct language_constant language_constants[] = {
    {"e", 2.718281828459045, "Base of the natural logarithm."},
    {"inf", INFINITY, "Infinity.", true},
    {"pi", 3.141592653589793, "Circumference of a circle of diameter 1."},
    {0},
};

const char *const language_grammar[] = {
    "text       = [ name [ '(' name { ',' name } ')' ] '=' ]",
    "             { let } formula ;",
    "let        = 'let' name [ '[' name [ ',' whole ',' whole ] ']' ]",
    "             '=' formula ';' ;",
    "formula    = both { ( 'or' | '||' ) both } ;",
    "both       = opposite { ( 'and' | '&&' ) opposite } ;",
    "opposite   = 'not' opposite | compared ;",
    "compared   = sum [ comparison sum ] ;",
    "comparison = '<' | '<=' | '>' | '>=' | '==' | '!=' ;",
    "sum        = product { ( '+' | '-' ) product } ;",
    "product    = sign { ( '*' | '/' | '%' ) sign | power } ;",
    "sign       = ( '-' | '+' | '!' ) sign | power ;",
    "power      = primary [ ( '^' | '**' ) sign ] ;",
    "primary    = number | name [ indices ] | call | '(' formula ')' ;",
    "indices    = '[' whole [ ',' whole ] ']' ;",
    "call       = function '(' formula { ',' formula } ')'",
    "           | ( 'sum' | 'prod' ) '(' name ',' whole ',' whole ','",
    "             formula ')'",
    "           | ( 'sum' | 'norm2' | 'log_sum_exp' ) '(' formula ')'",
    "           | 'dot' '(' formula ',' formula ')'",
    "           | 'length' '(' name [ '[' whole ']' ] ')' ;",
    "whole      = formula ;",
    "number     = digits [ '.' [ digits ] ] [ exponent ]",
    "           | '.' digits [ exponent ] ;",
    "exponent   = ( 'e' | 'E' ) [ '+' | '-' ] digits ;",
    "name       = ( letter | '_' ) { letter | digit | '_' } ;",
    NULL,
};

const struct language_example language_examples[] = {
    {"6*x^2 + 9*y^2 - 12*x - 14*y + 3", "[\"x\", \"y\"]", NULL,
     "A quadratic function of two variables."},
    {"sum(i, 1, length(x) - 1, 100*(x[i+1] - x[i]^2)^2 + (1 - x[i])^2)",
     "{\"x\": 1000}", NULL, "Rosenbrock's function in any dimension."},
    {"norm2(x - c)^2/2 + 0.1*sum(abs(x))", "{\"x\": 3}",
     "{\"c\": [1, -2, 0.05]}", "Nearest to c, with a price on every step."},
    {"sum(i, 1, length(A), (dot(A[i], x) - b[i])^2)", "{\"x\": 2}",
     "{\"A\": [[1, 2], [3, 4], [5, 6]], \"b\": [1, 2, 3]}",
     "Least squares."},
    {"if(abs(x) <= d, x^2/2, d*(abs(x) - d/2))", "[\"x\"]", "{\"d\": 1.5}",
     "Huber's loss."},
    {"let h[j] = tanh(dot(W[j], x) + c[j]); sum(i, 1, 4, (dot(h, V[i]) - "
     "x[i])^2)", "{\"x\": 4, \"W\": [3, 4], \"c\": 3, \"V\": [4, 3]}", NULL,
     "A vector that is computed once and used four times, and matrices."},
    {"let z[k] = dot(W[k], x) + b[k]; log_sum_exp(z) - z[y[1]]",
     "{\"W\": [3, 2], \"b\": 3}", "{\"x\": [0.5, 2], \"y\": [3]}",
     "The loss of a softmax model of one row, whose class is 3."},
    {0},
};

const struct language_function *language_function_find(const char *name,
                                                       size_t bytes)
{
    for (size_t i = 0; language_functions[i].name != NULL; i++)
        if (strlen(language_functions[i].name) == bytes
            && memcmp(language_functions[i].name, name, bytes) == 0)
            return &language_functions[i];
    return NULL;
}

const struct language_constant *language_constant_find(const char *name,
                                                       size_t bytes)
{
    for (size_t i = 0; language_constants[i].name != NULL; i++)
        if (strlen(language_constants[i].name) == bytes
            && memcmp(language_constants[i].name, name, bytes) == 0)
            return &language_constants[i];
    return NULL;
}

const char *language_meaning(const char *name, size_t bytes,
                             bool is_prefixed)
{
    for (const struct language_alias *a = language_aliases; a->name; a++)
        if (strlen(a->name) == bytes && memcmp(a->name, name, bytes) == 0
            && (is_prefixed || !a->wants_prefix))
            return a->meaning;
    return NULL;
}

bool language_is_name(const char *name)
{
    static const char letters[] =
        "_abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
    size_t length = strlen(name);

    return length > 0 && length <= LANGUAGE_NAME_BYTES_MAX
           && strspn(name, letters) == length
           && !(name[0] >= '0' && name[0] <= '9');
}

const char *language_latin(const char *text, size_t bytes)
{
    /* In the order of Unicode, from U+0391 and U+03B1 on: at the eighteenth
     * place stands a sigma at the end of words, or nothing. */
    static const char *const names[][2] = {
        {"Alpha", "alpha"}, {"Beta", "beta"}, {"Gamma", "gamma"},
        {"Delta", "delta"}, {"Epsilon", "epsilon"}, {"Zeta", "zeta"},
        {"Eta", "eta"}, {"Theta", "theta"}, {"Iota", "iota"},
        {"Kappa", "kappa"}, {"Lambda", "lambda"}, {"Mu", "mu"}, {"Nu", "nu"},
        {"Xi", "xi"}, {"Omicron", "omicron"}, {"Pi", "pi"}, {"Rho", "rho"},
        {NULL, "sigma"}, {"Sigma", "sigma"}, {"Tau", "tau"},
        {"Upsilon", "upsilon"}, {"Phi", "phi"}, {"Chi", "chi"},
        {"Psi", "psi"}, {"Omega", "omega"},
    };
    unsigned char first = (unsigned char)text[0], second;
    unsigned code;

    if (bytes != 2 || (first != 0xce && first != 0xcf))
        return NULL;
    second = (unsigned char)text[1];
    code = (first & 0x1fu) << 6 | (second & 0x3fu);
    if (code >= 0x391 && code - 0x391 < sizeof names / sizeof *names)
        return names[code - 0x391][0];
    if (code >= 0x3b1 && code - 0x3b1 < sizeof names / sizeof *names)
        return names[code - 0x3b1][1];
    return NULL;
}

bool language_is_reserved(const char *name)
{
    const struct language_function *function =
        language_function_find(name, strlen(name));
    const struct language_constant *constant =
        language_constant_find(name, strlen(name));

    return (function != NULL && !function->yields)
        || (constant != NULL && !constant->yields);
}
