/*
 * safetensors.h - tensors as a file that other programs read: the length of a
 * header in 8 little-endian bytes, the header (JSON: of each tensor its dtype,
 * shape and place), then the numbers, little-endian float64.
 *
 * Source: https://github.com/huggingface/safetensors, "Format".
 */
#ifndef SERVER_JOBS_SAFETENSORS_H
#define SERVER_JOBS_SAFETENSORS_H

#include "server/base/buffer.h"
#include "server/jobs/kept_result.h"

#define TYPE_OCTETS "application/octet-stream"

/* Append the tensors of a model at one of its points; of other jobs the one
 * tensor "x". */
void safetensors_write(const struct kept_result *kept, enum kept_place place,
                       const char *job, struct buffer *out);

#endif
