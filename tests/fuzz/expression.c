/* expression.c - libFuzzer: formulas, from text to gradient. `make fuzz`. */
#include "tests/fuzz/expression_input.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count)
{
    expression_input_run(bytes, count);
    return 0;
}
