/* parameter.c - counts, checks and defaults of tables of parameters. */
#include "core/base/parameter.h"

#include <string.h>

size_t parameter_count(const struct parameter *table)
{
    size_t count = 0;

    while (table[count].name != NULL)
        count++;
    return count;
}

bool parameter_accepts(const struct parameter *parameter, double value)
{
    bool open_low = (parameter->bound & OPEN_LOW) != 0;
    bool open_high = (parameter->bound & OPEN_HIGH) != 0;

    if (!isfinite(value))
        return false;
    if (value < parameter->low || (open_low && value <= parameter->low))
        return false;
    if (value > parameter->high || (open_high && value >= parameter->high))
        return false;
    return parameter->type == PARAMETER_NUMBER || value == floor(value);
}

int parameter_choice(const struct parameter *parameter, const char *name)
{
    for (int i = 0; parameter->choices[i] != NULL; i++)
        if (strcmp(parameter->choices[i], name) == 0)
            return i;
    return -1;
}

void parameter_defaults(const struct parameter *table, double *values)
{
    for (size_t i = 0; table[i].name != NULL; i++)
        values[i] = table[i].initial;
}
