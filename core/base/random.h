/*
 * random.h - counter-based random numbers: a pure function of its arguments.
 *
 * Philox4x32-10: number i of stream s under a seed is computed, not stepped
 * to, so that any worker can make any part of the sequence.
 *
 * Source  Salmon, Moraes, Dror & Shaw 2011, "Parallel random numbers: as easy
 *         as 1, 2, 3", SC'11, sections 3 and 4
 */
#ifndef CORE_BASE_RANDOM_H
#define CORE_BASE_RANDOM_H

#include <stdint.h>

/* What a stream is for; one seed gives every purpose its own numbers. */
enum random_stream {
    RANDOM_START = 1,   /* the first iterate */
    RANDOM_SHUFFLE = 2, /* the order of rows: core/run/batches.c */
    RANDOM_WEIGHTS = 3, /* the start of a network: core/model/start.c */
    RANDOM_SPLIT = 16,    /* order and parts of a dataset's rows */
    RANDOM_GENERATE = 17, /* generated datasets */
};

/* One block of Philox4x32-10: four words of output for a counter and a key. */
void random_philox(const uint32_t counter[4], const uint32_t key[2],
                   uint32_t ret_block[4]);

/* 64 bits: number `index` of `stream` under `seed`. */
uint64_t random_bits(uint64_t seed, enum random_stream stream,
                     uint64_t index);

/* Uniform in [0, 1) in steps of 2^-53: number `index` of `stream`. */
double random_unit(uint64_t seed, enum random_stream stream, uint64_t index);

#endif
