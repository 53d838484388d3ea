/* event_types.c - when each type of event is due, and what it says. */
#include "server/api/event_types.h"

static const struct feed *feed_of(const struct event_job *job)
{
    return job->follower.feed;
}

static bool is_over(const struct event_job *job)
{
    return job_has_ended(feed_of(job)->job.state) || feed_of(job)->is_gone;
}

static enum error write_document(struct event_job *job, struct buffer *out)
{
    feed_write_document(job->follower.feed, out);
    job->revision = feed_of(job)->job.revision;
    return out->failed ? ERR_MEMORY : OK;
}

/* ---- snapshot: the job, when the stream begins -------------------------- */

static bool snapshot_is_due(const struct event_job *job)
{
    return !job->has_snapshot && !feed_of(job)->is_gone;
}

static enum error snapshot_write(struct event_job *job, struct buffer *out)
{
    job->has_snapshot = true;
    job->has_best = feed_of(job)->has_best; /* it stands in the document */
    job->best_iteration = feed_of(job)->best_iteration;
    job->revision = feed_of(job)->job.revision;
    return feed_write_snapshot(job->follower.feed, out);
}

/* ---- state: the job, when it has changed -------------------------------- */

static bool state_is_due(const struct event_job *job)
{
    return job->revision != feed_of(job)->job.revision
        && !feed_of(job)->is_gone;
}

/* ---- points: rows since the last ones ----------------------------------- */

static bool points_are_due(const struct event_job *job)
{
    const struct trace *trace = &feed_of(job)->trace;

    return !feed_of(job)->is_gone && trace->rows > 0
        && (int64_t)trace->last > job->position.after;
}

static enum error points_write(struct event_job *job, struct buffer *out)
{
    uint64_t last;

    TRY(feed_write_points(&job->follower, job->position.after, out, &last));
    job->position.after = (int64_t)last;
    return OK;
}

/* ---- best: a better iteration than before ------------------------------- */

static bool best_is_due(const struct event_job *job)
{
    const struct feed *feed = feed_of(job);

    return feed->has_best && !feed->is_gone
        && (!job->has_best || job->best_iteration != feed->best_iteration);
}

static enum error best_write(struct event_job *job, struct buffer *out)
{
    const struct feed *feed = feed_of(job);
    struct json_writer writer;

    json_writer_init(&writer, out);
    json_object_begin(&writer);
    json_member_text(&writer, "job", feed->id);
    json_member_integer(&writer, "iteration", (int64_t)feed->best_iteration);
    json_member_number(&writer, "loss", feed->best_loss);
    json_object_end(&writer);
    job->has_best = true;
    job->best_iteration = feed->best_iteration;
    return OK;
}

/* ---- end: nothing will come any more ------------------------------------ */

/* After all points: of a long trace without levels they come in pieces. */
static bool end_is_due(const struct event_job *job)
{
    return is_over(job) && !job->position.is_over && !points_are_due(job);
}

static enum error end_write(struct event_job *job, struct buffer *out)
{
    struct feed *feed = job->follower.feed;

    job->position.is_over = true;
    if (!feed->is_gone)
        return write_document(job, out);
    buffer_format(out, "{\"job\":\"%s\",\"deleted\":true}", feed->id);
    return OK;
}

/* ---- the table ---------------------------------------------------------- */

static const struct event_type snapshot = {
    "snapshot", "The job, when the stream begins, and its variables' names.",
    snapshot_is_due, snapshot_write,
};
static const struct event_type state = {
    "state", "The job, when its state, or what is wished of it, has changed.",
    state_is_due, write_document,
};
static const struct event_type points = {
    "points", "Rows of the trace since the last ones, extremes kept.",
    points_are_due, points_write,
};
static const struct event_type best = {
    "best", "An iteration that is better than those before.",
    best_is_due, best_write,
};
static const struct event_type end = {
    "end", "The job, when it has ended and all its rows were given; or that "
    "it was deleted.",
    end_is_due, end_write,
};

const struct event_type *const event_types[] = {
    &snapshot, &state, &points, &best, &end, NULL,
};
