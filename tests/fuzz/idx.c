/* idx.c - libFuzzer: files of this format, to rows for training. `make fuzz`. */
#include "tests/fuzz/dataset_input.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count)
{
    dataset_input_run("idx", bytes, count);
    return 0;
}
