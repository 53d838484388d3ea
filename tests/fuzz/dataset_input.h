/* dataset_input.h - what the fuzz targets of files do with an input. */
#ifndef TESTS_FUZZ_DATASET_INPUT_H
#define TESTS_FUZZ_DATASET_INPUT_H

#include <stddef.h>
#include <stdint.h>

/*
 * Read the bytes behind the first one as a file of the format; the first one
 * chooses the options and the size of the buffer. What was read is viewed,
 * every cell of it, and loaded for training. Aborts where something is not as
 * it is promised: a refusal without a fault, a fault without a place, a stored
 * form that cannot be viewed, a change to it that is not noticed.
 *
 * Returns whether the file was good.
 */
int dataset_input_run(const char *format, const uint8_t *bytes, size_t count);

#endif
