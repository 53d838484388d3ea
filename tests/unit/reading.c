/* reading.c - job specs for tests: read, written, run. */
#include "tests/unit/reading.h"

#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "server/jobs/result.h"
#include "tests/unit/cmocka_all.h"

struct reading *reading_of(const char *text, size_t bytes)
{
    struct reading *reading = calloc(1, sizeof *reading);
    char *copy = malloc(bytes ? bytes : 1); /* a sanitizer guards its end */

    assert_non_null(reading);
    assert_non_null(copy);
    memcpy(copy, text, bytes);
    arena_init(&reading->arena, 0);
    faults_init(&reading->faults, &reading->arena);
    reading->error = spec_read(&reading->arena, copy, bytes, &reading->faults,
                               &reading->flaw, &reading->spec);
    free(copy);
    return reading;
}

struct reading *reading_good(const char *text)
{
    struct reading *reading = reading_of(text, strlen(text));

    if (reading->flaw.line > 0)
        fail_msg("column %zu: %s in %s", reading->flaw.column,
                 reading->flaw.detail, text);
    if (reading->faults.total > 0)
        fail_msg("%s: %s in %s", reading->faults.items[0].pointer,
                 reading->faults.items[0].detail, text);
    assert_int_equal(reading->error, OK);
    return reading;
}

void reading_free(struct reading *reading)
{
    arena_fini(&reading->arena);
    free(reading);
}

char *reading_write(const struct reading *reading)
{
    struct json_writer writer;
    struct buffer out;
    char *text;

    buffer_init(&out);
    json_writer_init(&writer, &out);
    spec_write(&reading->spec, &writer);
    text = buffer_steal(&out, &(size_t){0});
    assert_non_null(text);
    return text;
}

struct run_result reading_run(struct reading *reading,
                              struct recorder *recorder)
{
    struct run run = spec_run(&reading->spec);
    struct run_result result;

    assert_int_equal(recorder_init(recorder, &reading->spec, NULL, NULL), OK);
    run.observe = recorder_observe;
    run.observer = recorder;
    run.show_at = &recorder->show_at;
    assert_int_equal(run_minimize(&run, &reading->arena, &result), OK);
    recorder->open->chunk->rows = atomic_load(&recorder->open->rows);
    return result;
}

struct cJSON *reading_result(struct reading *reading)
{
    struct recorder recorder;
    struct run_result result = reading_run(reading, &recorder);
    struct buffer out;
    cJSON *json;

    buffer_init(&out);
    result_write(&reading->spec, &result, 1, "", &out);
    buffer_append(&out, "", 1);
    assert_false(out.failed);
    json = cJSON_Parse(out.bytes);
    assert_non_null(json);
    buffer_fini(&out);
    recorder_fini(&recorder);
    return json;
}

void reading_sha256(struct reading *reading, char text[DIGEST_TEXT_BYTES])
{
    struct recorder recorder;
    struct digest *digest;

    reading_run(reading, &recorder);
    assert_int_equal(digest_new(&digest), OK);
    for (struct recorded_chunk *c = recorder.first; c; c = c->next)
        assert_int_equal(digest_add(digest, c->chunk), OK);
    assert_int_equal(digest_text(digest, text), OK);
    digest_free(digest);
    recorder_fini(&recorder);
}
