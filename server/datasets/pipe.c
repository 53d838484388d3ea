/* pipe.c - bytes from the loop to a thread: a ring behind a lock. */
#include "server/datasets/pipe.h"

#include <stdlib.h>
#include <string.h>

enum error pipe_init(struct pipe *pipe, size_t capacity)
{
    *pipe = (struct pipe){.capacity = capacity, .bytes = malloc(capacity)};
    if (pipe->bytes == NULL)
        return ERR_MEMORY;
    if (pthread_mutex_init(&pipe->mutex, NULL) != 0) {
        free(pipe->bytes);
        return ERR_SYSTEM;
    }
    if (pthread_cond_init(&pipe->moved, NULL) != 0) {
        pthread_mutex_destroy(&pipe->mutex);
        free(pipe->bytes);
        return ERR_SYSTEM;
    }
    return OK;
}

void pipe_fini(struct pipe *pipe)
{
    pthread_cond_destroy(&pipe->moved);
    pthread_mutex_destroy(&pipe->mutex);
    free(pipe->bytes);
}

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Into the ring, which has room for it. */
static void put(struct pipe *pipe, const char *bytes, size_t count)
{
    size_t end = (pipe->first + pipe->count) % pipe->capacity;
    size_t straight = least(count, pipe->capacity - end);

    memcpy(pipe->bytes + end, bytes, straight);
    memcpy(pipe->bytes, bytes + straight, count - straight);
    pipe->count += count;
}

size_t pipe_put(struct pipe *pipe, const void *bytes, size_t count)
{
    size_t taken = count;

    pthread_mutex_lock(&pipe->mutex);
    if (!pipe->is_closed) {
        taken = least(count, pipe->capacity - pipe->count);
        put(pipe, bytes, taken);
        pipe->putter_waits = taken < count;
        pthread_cond_signal(&pipe->moved);
    }
    pthread_mutex_unlock(&pipe->mutex);
    return taken;
}

static void set(struct pipe *pipe, bool *flag)
{
    pthread_mutex_lock(&pipe->mutex);
    *flag = true;
    pthread_cond_signal(&pipe->moved);
    pthread_mutex_unlock(&pipe->mutex);
}

void pipe_end(struct pipe *pipe)
{
    set(pipe, &pipe->is_ended);
}

void pipe_break(struct pipe *pipe)
{
    set(pipe, &pipe->is_broken);
}

void pipe_close(struct pipe *pipe)
{
    set(pipe, &pipe->is_closed);
}

static size_t take(struct pipe *pipe, char *bytes, size_t room)
{
    size_t count = least(room, pipe->count);
    size_t straight = least(count, pipe->capacity - pipe->first);

    memcpy(bytes, pipe->bytes + pipe->first, straight);
    memcpy(bytes + straight, pipe->bytes, count - straight);
    pipe->first = (pipe->first + count) % pipe->capacity;
    pipe->count -= count;
    return count;
}

enum error pipe_take(struct pipe *pipe, void *bytes, size_t room,
                     size_t *ret_count, bool *ret_has_room)
{
    enum error error = OK;

    pthread_mutex_lock(&pipe->mutex);
    while (pipe->count == 0 && !pipe->is_ended && !pipe->is_broken)
        pthread_cond_wait(&pipe->moved, &pipe->mutex);
    *ret_count = take(pipe, bytes, room);
    /* Told at half, so that the two change places seldom. */
    *ret_has_room = pipe->putter_waits && pipe->count <= pipe->capacity / 2;
    if (*ret_has_room)
        pipe->putter_waits = false;
    if (pipe->is_broken)
        error = ERR_CLOSING;
    pthread_mutex_unlock(&pipe->mutex);
    return error;
}
