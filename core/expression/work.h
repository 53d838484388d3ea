/* work.h - how long a program runs, at most, before it has run. */
#ifndef CORE_EXPRESSION_WORK_H
#define CORE_EXPRESSION_WORK_H

#include "core/expression/program.h"

/* What one run costs at most, in units of about half a nanosecond. */
double work_of_program(const struct program *program);

#endif
