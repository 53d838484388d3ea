/* internal.h - what the files of datasets/ share. Nobody else includes it. */
#ifndef SERVER_DATASETS_INTERNAL_H
#define SERVER_DATASETS_INTERNAL_H

#include <pthread.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/arena.h"
#include "core/dataset/builtin.h"
#include "core/dataset/dataset.h"
#include "server/datasets/datasets.h"
#include "server/datasets/folder.h"
#include "server/errands/threads.h"

struct dataset_hold {
    struct dataset data;
    struct identifier id;      /* of an uploaded one */
    int64_t number;            /* store_dataset.number; 0: built in */
    const struct builtin *builtin; /* NULL: uploaded */
    struct arena arena;        /* of data */
    const void *bytes;         /* [count] mapped, or in the arena */
    size_t count, references;
    struct dataset_hold *next;
};

struct datasets {
    struct datasets_options options;
    struct folder folder;
    struct threads uploads, chores;
    pthread_mutex_t mutex;     /* guards all below */
    struct dataset_hold *holds; /* uploaded ones in use; built-in ones */
};

#endif
