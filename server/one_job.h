/*
 * one_job.h - a job that the command line runs itself: no server, no database.
 *
 * The same spec reader, run and recorder as a worker's; the chunks stay in
 * memory.
 */
#ifndef SERVER_ONE_JOB_H
#define SERVER_ONE_JOB_H

#include "core/base/arena.h"
#include "core/base/fault.h"
#include "core/run/run.h"
#include "server/jobs/digest.h"
#include "server/jobs/recorder.h"
#include "server/jobs/spec.h"

struct one_job {
    const char *file;              /* "-" is stdin */
    struct arena arena;
    struct faults *faults;
    struct spec spec;
    struct recorder recorder;      /* every chunk of the trace, from `first` */
    struct run_result result;
    char sha256[DIGEST_TEXT_BYTES];
};

/*
 * Read the spec in a file and run it to its end.
 *
 * Returns the exit status: 0, or another one after a sentence on stderr;
 *         one_job_fini() in every case
 */
int one_job_run(struct one_job *job, const char *file);
void one_job_fini(struct one_job *job);

/* Say on stderr why it went no further; returns the exit status. */
int one_job_fail(const struct one_job *job, enum error error);

/* The same where the system refused to read or write `what`: errno says why.
 * Returns `status`. */
int one_job_fail_system(const char *what, int status);

#endif
