# old_traces.bats - a long trace as an older version recorded it: without
# levels. Answers are whole, or say what to do.
load helpers

ROWS=1100001

# $old: that trace; $new: the same with its levels; $broken: one whose third
# chunk is lost; $damaged: one whose first chunk is no chunk any more.
setup_file() {
    local spec='{"objective": {"type": "quadratic", "A": [[1]], "b": [0]},
        "start": [1], "optimizer": {"type": "sgd", "learning_rate": 1e-6},
        "stop": {"max_iterations": 1100000}}'
    start_server --workers 1
    finish "$spec"
    export old=$job
    finish "${spec/1100000/2000}"
    export broken=$job
    finish "${spec/1100000/2000}"
    export damaged=$job
    stop_server
    sqlite3 "$place/jobs.db" 'DELETE FROM trace WHERE (id >> 21) & 15 > 0'
    sqlite3 "$place/jobs.db" 'DELETE FROM trace
        WHERE id >> 25 = 2 AND id & 2097151 = 2;
        UPDATE trace SET columns = zeroblob(99)
        WHERE id >> 25 = 3 AND id & 2097151 = 0'
    start_server --workers 1
    finish "$spec"
    export new=$job
}

teardown_file() {
    stop_server
}

setup() {
    url=$(sed -n 's/.*event=started url=\([^ ]*\).*/\1/p' \
        "$BATS_FILE_TMPDIR/log")
}

@test "points of too many rows are a fault that says which way there is" {
    get "/jobs/$new/trace?points=100"
    status_is 200
    get "/jobs/$old/trace?points=100"
    problem_is 400 invalid-parameter
    fault_is parameter points too_large
    [[ $body == *"at most 1048576 rows"*"$ROWS"*"from and to"* ]] ||
        fail "$body"
    get "/jobs/$old/trace?points=100&from=100000&fields=iteration,loss"
    status_is 200
    json_is .sampling.points 100 '.columns.iteration[0]' 100000 \
        '.columns.iteration[-1]' 1100000
    get "/jobs/$old/trace?limit=2&from=1099999&fields=iteration"
    json_is '.columns.iteration | tojson' '[1099999,1100000]'
}

@test "several traces name the one that is too long" {
    get "/traces?jobs=$new,$old&points=100"
    problem_is 400 invalid-parameter
    fault_is parameter points too_large
    [[ $body == *"$old: this trace was recorded before"* ]] || fail "$body"
    get "/traces?jobs=$new,$old&points=100&from=500000&fields=iteration"
    status_is 200
    json_is '[.items[].columns.iteration[0]] | tojson' '[500000,500000]'
}

@test "a stream gives all of it, in pieces, and ends" {
    curl -sSN --max-time 60 "$url/jobs/$old/events?points=4&fields=iteration" \
        >"$place/events"
    assert_equal "$(grep '^event: ' "$place/events" | tail -1)" 'event: end'
    assert_equal "$(grep '^id: ' "$place/events" | tail -1)" 'id: 1100000.end'
    body=$(sed -n 's/^data: //p' "$place/events" | jq -cs \
        '[.[] | select(.range)]')
    json_true 'length == 34' '.[0].range.from == 0' \
        '.[-1].range.to == 1100001' \
        '[.[:-1][].range.to] == [.[1:][].range.from]' \
        'all(.[]; .columns.iteration[0] == .range.from
            and .columns.iteration[-1] == .range.to - 1)'
    curl -sSN --max-time 60 -H 'Last-Event-ID: 1099990' \
        "$url/jobs/$old/events?points=4&fields=iteration" >"$place/events"
    assert_equal "$(grep -c '^event: points' "$place/events")" 1
    assert_equal "$(grep '^event: ' "$place/events" | tail -1)" 'event: end'
}

@test "a summary and a picture are refused with a reason" {
    get "/jobs/$old/trace/summary"
    problem_is 422 too-costly
    [[ $body == *"GET /jobs/{id}/trace"* ]] || fail "$body"
    get "/jobs/$old/plot.svg"
    problem_is 422 too-costly
    [[ $body == *"recorded before there were levels"* ]] || fail "$body"
    get "/jobs/$new/trace/summary"
    json_is .columns.loss.count "$ROWS"
}

@test "a landscape has its path, evenly to the last row" {
    get "/jobs/$old/landscape?nx=3"
    status_is 200
    json_true '.path.recorded == 1100001' '.path.iteration | length == 4096' \
        '.path.iteration[:2049] == [range(2049)]' \
        '.path.iteration[-1] == 1100000' \
        '.path.iteration[-1] - .path.iteration[-2] <= 537'
}

# The job is there: it is not "no such job", and nobody keeps the answer.
@test "rows that are lost are damage, in every format" {
    local accept
    for accept in application/json application/x-ndjson text/csv \
        application/octet-stream; do
        get "/jobs/$broken/trace?from=1100&to=1200&limit=50" \
            -H "Accept: $accept"
        problem_is 503 storage-damaged
        [[ $(header Cache-Control) != *immutable* ]] ||
            fail "$(header Cache-Control)"
        get "/jobs/$broken/trace?from=0&to=900&limit=50" -H "Accept: $accept"
        status_is 200
        [[ $(header Cache-Control) == *immutable* ]]
    done
    get "/jobs/$broken/trace?points=50"
    problem_is 503 storage-damaged
}

@test "a damaged trace takes its sparkline from a list, and nothing else" {
    get "/jobs/$damaged/trace?limit=1"
    problem_is 503 storage-damaged
    get '/jobs?sparkline=20'
    status_is 200
    json_is '.items | length' 4 \
        ".items[] | select(.id == \"$damaged\").sparkline" null
    json_true ".items[] | select(.id == \"$new\").sparkline.loss | length > 10"
    grep -q 'event=trace_damaged job_number=3$' "$BATS_FILE_TMPDIR/log"
}
