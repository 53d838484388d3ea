# events.bats - server-sent events, and the long poll of a trace.
load helpers

teardown() {
    kill_server
}

# What every test here needs of a stream, in a file of this place.
stream_of() { # PATH [CURL-OPTION...]: to its end, into $events
    local path=$1
    shift
    events=$place/events
    curl -sSN --max-time 60 "$@" "$url$path" >"$events"
}

# The data of all events of a type, a line each.
data_of() {
    awk -v wanted="event: $1" '
        /^event: / { is = $0 == wanted }
        is && sub(/^data: /, "")' "$events"
}

types() {
    sed -n 's/^event: //p' "$events" | paste -sd ' '
}

last_id() {
    sed -n 's/^id: //p' "$events" | tail -1
}

# iterations: every one that was given, in order.
iterations() {
    data_of points | jq -r '.columns.iteration[]'
}

# ranges_join FROM: each begins where the last one ended.
ranges_join() {
    data_of points | jq -s -e --argjson from "$1" '
        reduce .[].range as $r ($from;
            if . == $r.from and $r.to > $r.from then $r.to else null end)
        != null' >"$place/joined" ||
        fail "$(data_of points | jq -c .range)"
}

# A trace of 50 iterations.
short() {
    finish '{"objective": {"type": "polynomial", "coefficients": [3, -12, 6]},
        "start": [-0.9], "stop": {"max_iterations": 49},
        "optimizer": {"type": "gradient_descent", "learning_rate": 0.03}}'
}

# A run of a few seconds of which every row can be given: a row takes long.
slow() {
    printf '{"objective": {"type": "function", "name": "rosenbrock"},
        "start": [-1.2, 1], "seed": 11,
        "optimizer": {"type": "adam", "learning_rate": 1e-6},
        "stop": {"max_iterations": %s}, "trace": {"every": %s}}' "$1" "$2"
}

@test "an ended job's stream is snapshot, points, end" {
    start_server --workers 1
    short
    stream_of "/jobs/$job/events?points=50" -D "$place/headers"
    header_is Content-Type text/event-stream
    header_is Cache-Control no-store
    assert_equal "$(head -1 "$events")" 'retry: 2000'
    assert_equal "$(types)" 'snapshot points end'
    assert_equal "$(iterations)" "$(seq 0 49)"
    assert_equal "$(last_id)" 49.end
    body=$(data_of points)
    json_is .job "$job" .range '{"from":0,"to":50}' .complete true \
        .sampling.exact true \
        '.columns | keys_unsorted | join(",")' iteration,loss,gradient_norm
    get "/jobs/$job"
    assert_equal "$(data_of end)" "{\"job\":\"$job\",${body#?}"
    assert_equal "$(data_of snapshot)" \
        "{\"job\":\"$job\",${body:1:-1},\"variables\":[\"x\"]}"
    json_is .links.events "/jobs/$job/events"
    stop_server
}

@test "a stream goes on where an id says, and is 204 after the end" {
    start_server --workers 1
    short
    stream_of "/jobs/$job/events" -H 'Last-Event-ID: 20'
    assert_equal "$(iterations)" "$(seq 21 49)"
    ranges_join 21
    stream_of "/jobs/$job/events?last_event_id=47"
    assert_equal "$(iterations)" "$(seq 48 49)"
    # A browser's header counts more than the address it began with.
    stream_of "/jobs/$job/events?last_event_id=3" -H 'Last-Event-ID: 48'
    assert_equal "$(iterations)" 49
    stream_of "/jobs/$job/events?last_event_id=49"
    assert_equal "$(types)" 'snapshot end'
    get "/jobs/$job/events?last_event_id=49.end"
    status_is 204
    get "/jobs/$job/events" -H "Last-Event-ID: $(last_id)"
    status_is 204
    for id in x 49.END 1,2 -2 49.end.; do
        get "/jobs/$job/events?last_event_id=$id"
        problem_is 400 invalid-parameter
        fault_is parameter last_event_id out_of_range
    done
    stop_server
}

@test "fields, dims and points choose what is given" {
    start_server --workers 1
    short
    stream_of "/jobs/$job/events?fields=loss,x.0,time_s&points=5"
    body=$(data_of points)
    json_is '.columns | keys_unsorted | join(",")' loss,x.0,time_s \
        '.columns.loss | length' 5 .sampling.exact false \
        .sampling.method minmax
    stream_of "/jobs/$job/events?dims=0"
    body=$(data_of points)
    json_is '.columns | keys_unsorted | join(",")' \
        iteration,loss,gradient_norm,x.0
    get "/jobs/$job/events?points=1001&fields=los"
    problem_is 400 invalid-parameter
    json_is '.errors | map(.parameter) | join(" ")' 'points fields' \
        '.errors[1].suggestion' loss
    get "/jobs/$job/events" -H 'Accept: text/html'
    problem_is 406 not-acceptable
    get /jobs/job_00000000000000000000000000/events
    problem_is 404 not-found
    head_of "/jobs/$job/events"
    status_is 200
    stop_server
}

@test "a job is followed from the queue to its cancellation" {
    start_server --workers 1
    create "$(crawl)"
    first=$job
    create "$(crawl)"
    curl -sSN --max-time 60 "$url/jobs/$job/events" >"$place/events" &
    events=$place/events
    eventually grep -q 'event: snapshot' "$events"
    assert_equal "$(data_of snapshot | jq -r .state)" queued
    post "/jobs/$first/cancel"
    eventually grep -q 'event: points' "$events"
    post "/jobs/$job/cancel"
    status_is 202
    wait $!
    [[ $(types) == 'snapshot '*state*points*' end' ]] || fail "$(types)"
    assert_equal "$(data_of state | jq -r .state | sed -n '1p;$p' |
        paste -sd ' ')" 'running canceled'
    assert_equal "$(data_of end | jq -r .state)" canceled
    ranges_join 0
    stop_server
}

@test "a job that is deleted ends its stream" {
    start_server --workers 0
    create "$(crawl)"
    curl -sSN --max-time 60 "$url/jobs/$job/events" >"$place/events" &
    events=$place/events
    eventually grep -q 'event: snapshot' "$events"
    delete "/jobs/$job?force=true"
    wait $!
    [[ $(types) == 'snapshot '*end ]] || fail "$(types)"
    assert_equal "$(data_of end)" "{\"job\":\"$job\",\"deleted\":true}"
    stop_server
}

@test "at most 20 frames a second are given, and none is lost" {
    start_server --workers 1
    create "$(slow 100000000 1)"
    timeout 3 curl -sSN "$url/jobs/$job/events?points=10" >"$place/events" ||
        true
    events=$place/events
    frames=$(data_of points | wc -l)
    ((frames >= 3 && frames <= 61)) || fail "$frames frames in 3 seconds"
    sed -i '$d' "$events" # the last one may be cut
    ranges_join 0
    stop_server
}

@test "SIGTERM ends streams, and a client goes on after the restart" {
    start_server --workers 1
    # Every row is in a frame: 1000 points are more than there are.
    create "$(slow 20000000 25000)"
    node "$BATS_TEST_DIRNAME/events.mjs" \
        "$url/jobs/$job/events?points=1000&fields=iteration,loss" \
        >"$place/lines" 2>"$place/complaints" &
    reader=$!
    eventually grep -q '"points"' "$place/lines"
    port=${url##*:}
    stop_server
    start_server --workers 1 --listen "127.0.0.1:$port"
    wait $reader || fail "$(cat "$place/complaints" "$place/lines")"
    assert_rows_are_the_trace
    stop_server
}

@test "kill -9 takes no row from a client, and gives none twice" {
    start_server --workers 1
    create "$(slow 20000000 25000)"
    node "$BATS_TEST_DIRNAME/events.mjs" \
        "$url/jobs/$job/events?points=1000&fields=iteration,loss" \
        >"$place/lines" 2>"$place/complaints" &
    reader=$!
    eventually grep -q '"points"' "$place/lines"
    port=${url##*:}
    kill_server
    start_server --workers 1 --listen "127.0.0.1:$port"
    wait $reader || fail "$(cat "$place/complaints" "$place/lines")"
    assert_rows_are_the_trace
    stop_server
}

# What the reader printed, put together, is the trace; and it came twice at
# least.
assert_rows_are_the_trace() {
    get "/jobs/$job/trace?limit=50000&fields=iteration,loss"
    jq -c '[.columns.iteration, .columns.loss]' <<<"$body" >"$place/trace"
    jq -s -c '[.[] | select(.type == "points").data.columns]
        | [(map(.iteration) | add), (map(.loss) | add)]' \
        <(sed '$d' "$place/lines") >"$place/given"
    cmp "$place/trace" "$place/given"
    assert_equal "$(sed '$d' "$place/lines" | tail -1 |
        jq -r '.type, .data.state' | paste -sd ' ')" 'end completed'
    (($(tail -1 "$place/lines" | jq .data) >= 3)) || fail 'one connection'
}

@test "who reads slowly gets longer ranges, with their extremes" {
    start_server --workers 1
    create "$(slow 8000000 1)"
    node "$BATS_TEST_DIRNAME/events.mjs" \
        "$url/jobs/$job/events?points=1000&fields=iteration,loss,x,time_s" \
        '' 3000 >"$place/lines"
    jq -s -e '[.[] | select(.type == "points").data]
        | (reduce .[].range as $r (0; if . == $r.from then $r.to else -1 end))
          == 8000001
        and all(.columns.iteration | length <= 1000)' "$place/lines" \
        >"$place/joined" || fail "$(jq -c .data.range "$place/lines")"
    stop_server
}

@test "one stream follows several jobs" {
    start_server --workers 1
    short
    a=$job
    create "$(slow 1000000 1000)"
    b=$job
    stream_of "/events?jobs=$a,$b&points=1000"
    assert_equal "$(grep -c '^event: end' "$events")" 2
    for job in "$a" "$b"; do
        get "/jobs/$job/trace?limit=50000"
        assert_equal "$(data_of points | jq -c --arg job "$job" \
            'select(.job == $job).columns.iteration[]' | paste -sd ,)" \
            "$(jq -r '.columns.iteration | map(tostring) | join(",")' \
                <<<"$body")"
    done
    # The id has the places of both.
    [[ $(last_id) =~ ^[0-9a-f]{8}:49.end,1000000.end$ ]] || fail "$(last_id)"
    get "/events?jobs=$a,$b" -H "Last-Event-ID: $(last_id)"
    status_is 204
    stream_of "/events?jobs=$a,$b" -H "Last-Event-ID: $(last_id | cut -c 1-9
        )49.end,999000"
    assert_equal "$(types)" 'snapshot snapshot points end'
    # An id of other jobs, or of another order.
    for jobs in "$b,$a" "$a"; do
        get "/events?jobs=$jobs" -H "Last-Event-ID: $(last_id)"
        problem_is 400 invalid-parameter
        fault_is parameter last_event_id out_of_range
    done
    get "/events?jobs=$a,$a,job_x"
    problem_is 400 invalid-parameter
    json_is '.errors | map(.code) | join(" ")' 'duplicate unknown_name'
    get /events
    fault_is parameter jobs required
    stop_server
}

# ---- the long poll of a trace ------------------------------------------------

@test "a trace with Prefer: wait answers when there are rows" {
    start_server --workers 1
    create "$(crawl)"
    first=$job
    create "$(crawl)"
    curl -sS -D "$place/headers" -H 'Prefer: wait=60' \
        "$url/jobs/$job/trace?after=-1&limit=2&fields=iteration" \
        >"$place/answer" &
    sleep 0.3
    [ ! -s "$place/answer" ] || fail "no wait: $(<"$place/answer")"
    post "/jobs/$first/cancel"
    wait $!
    body=$(<"$place/answer")
    json_is '.columns.iteration[0]' 0 .complete false
    header_is Preference-Applied wait=60
    # From there on: each answer has what is new.
    get "/jobs/$job/trace?after=0&limit=1&fields=iteration" \
        -H 'Prefer: wait=60'
    json_is '.columns.iteration[0]' 100000
    # The end of the job is news as well.
    curl -sS -H 'Prefer: wait=60' \
        "$url/jobs/$job/trace?after=900000000&fields=iteration" \
        >"$place/answer" &
    sleep 0.3
    post "/jobs/$job/cancel"
    wait $!
    body=$(<"$place/answer")
    json_is .complete true '.columns.iteration | length' 0
    stop_server
}

# resident: kilobytes of memory that the server has now.
resident() {
    awk '/^VmRSS/ { print $2 }' "/proc/$server/status"
}

@test "a long wait for rows takes no memory" {
    start_server --workers 1
    create '{"objective": {"type": "function", "name": "rosenbrock",
        "dimension": 1000}, "optimizer": {"type": "gradient_descent",
        "learning_rate": 1e-7}, "trace": {"x": false, "every": 1000},
        "stop": {"max_iterations": 1000000000, "gradient_tolerance": 0}}'
    get "/jobs/$job/trace?after=-1&limit=1" -H 'Prefer: wait=60'
    json_is '.columns.iteration' '[0]'
    before=$(resident)
    for i in {1..40}; do
        curl -sS -H 'Prefer: wait=6' "$url/jobs/$job/trace?after=900000000" \
            >"$place/answer.$i" &
        waits[i]=$!
    done
    wait "${waits[@]}"
    body=$(<"$place/answer.40")
    json_is .complete false '.columns.iteration | length' 0
    # Each of some 100 looks would take 10 kB, of 40 waits: 40 MB.
    [ "$(resident)" -lt $((before + 16000)) ] ||
        fail "from $before kB to $(resident)"
    post "/jobs/$job/cancel"
    stop_server
}

@test "nobody waits for rows that cannot come" {
    start_server --workers 1
    create "$(crawl)"
    get "/jobs/$job/trace?after=0&limit=1" -H 'Prefer: wait=60'
    began=$SECONDS
    for range in 'after=5&to=6' 'after=5&to=100'; do
        get "/jobs/$job/trace?$range" -H 'Prefer: wait=60'
        json_is .complete false '.columns.iteration | length' 0
    done
    [ $((SECONDS - began)) -lt 30 ] || fail "it waited"
    stop_server
}

@test "the wait for rows is over in time, and at the stop" {
    start_server --workers 0
    create "$(crawl)"
    get "/jobs/$job/trace?after=5" -H 'Prefer: wait=0.2'
    status_is 200
    json_is .available.count 0 .complete false
    curl -sS -H 'Prefer: wait=60' "$url/jobs/$job/trace?after=5" \
        >"$place/answer" &
    sleep 0.3
    stop_server
    wait $!
    body=$(<"$place/answer")
    json_is .available.count 0
}

# follow_queued QUERY: a stream of $job, which does not run, in the background
follow_queued() {
    curl -sN --max-time 60 -o "$place/$1" "$url/jobs/$job/events?$1" &
    streams+=($!)
    until grep -q "^event: snapshot" "$place/$1" 2>/dev/null; do
        sleep 0.05
    done
}

@test "a job is followed in at most 32 different ways, and that is said" {
    local points streams=()
    start_server --workers 0
    post /jobs '{"objective": {"type": "quadratic", "A": [[1]], "b": [0]},
        "start": [1], "optimizer": {"type": "gradient_descent"}}'
    job=$(jq -r .id <<<"$body")
    for points in $(seq 4 35); do
        follow_queued "points=$points"
    done
    get "/jobs/$job/events?points=36"
    problem_is 503 too-many-views
    assert_regex "$(jq -r .detail <<<"$body")" ' 32 ways at once$'
    follow_queued "points=35&fields=iteration,loss,gradient_norm"
    kill "${streams[0]}"
    wait "${streams[0]}" || true
    follow_again() {
        get "/jobs/$job/events?points=36" --max-time 1 || true
        [ "$status" = 200 ]
    }
    until follow_again; do sleep 0.1; done
    kill "${streams[@]:1}"
}

@test "a silent stream is pinged" {
    start_server --workers 0 --event-ping-s 1
    post /jobs '{"objective": {"type": "quadratic", "A": [[1]], "b": [0]},
        "start": [1], "optimizer": {"type": "gradient_descent"}}'
    job=$(jq -r .id <<<"$body")
    curl -sN --max-time 60 "$url/jobs/$job/events" 2>/dev/null |
        sed '/^: ping$/q' >"$place/pinged"
    assert_equal "$(tail -1 "$place/pinged")" ": ping"
    assert_equal "$(grep -c ^event: "$place/pinged")" 1
}

@test "a stream tells the names of the variables once" {
    start_server
    finish '{"objective": {"type": "expression", "expression": "a^2 + b^2",
            "variables": ["a", "b"]}, "start": [1, 2],
        "stop": {"max_iterations": 5},
        "optimizer": {"type": "gradient_descent", "learning_rate": 0.1}}'
    stream_of "/jobs/$job/events"
    assert_equal "$(data_of snapshot | jq -c .variables)" '["a","b"]'
    assert_equal "$(data_of points | jq -c 'has("variables")')" false
    assert_equal "$(data_of end | jq -c 'has("variables")')" false
}
