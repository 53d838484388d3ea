/* expression.h - what else is known of an objective that is a formula. */
#ifndef CORE_OBJECTIVE_EXPRESSION_H
#define CORE_OBJECTIVE_EXPRESSION_H

#include "core/expression/expression.h"
#include "core/objective/objective.h"

extern const struct objective_kind objective_expression;

/* The compiled formula of an objective of this kind. */
const struct expression *
objective_expression_of(const struct objective *objective);

#endif
