# restart.bats - the end of a process, wanted or not, loses nothing.
load helpers

# A job that takes about two seconds on this machine with this build, so that
# it can be interrupted; and its digest when nobody interrupts it.
setup_file() {
    local rate spec
    spec='{"objective": {"type": "function", "name": "rosenbrock"},
        "start": {"random": {"low": -2, "high": 2}}, "seed": 11,
        "optimizer": {"type": "adam", "learning_rate": 1e-6},
        "stop": {"max_iterations": %d}, "trace": {"every": 1000}}'
    # shellcheck disable=SC2059 # the formats are ours
    rate=$(printf "$spec" 100000 | "$descentd" solve - |
        jq '.iterations / .elapsed_s | floor')
    # shellcheck disable=SC2059
    undisturbed=$(printf "$spec" $((2 * rate)))
    digest=$("$descentd" solve - <<<"$undisturbed" | jq -r .trace_sha256)
    export undisturbed digest
}

teardown() {
    kill_server
}

begun() {
    create "$undisturbed"
    wait_for_state running
    eventually moves
    json_is .state running .attempt 1
}

in_database() { # COLUMNS
    sqlite3 -readonly "$database" "SELECT $1 FROM job ORDER BY number"
}

digest_is() {
    get "/jobs/$job/result"
    json_is .trace_sha256 "$1" .final true
}

@test "SIGTERM puts the running job back, and it ends as if undisturbed" {
    start_server --workers 1
    begun
    stop_server
    run in_database 'state, attempt'
    assert_output 'queued|2'
    start_server --workers 1
    wait_for_state completed
    json_is .attempt 2
    digest_is "$digest"
    stop_server
}

@test "kill -9 leaves the running job to the next start" {
    start_server --workers 1
    begun
    kill_server
    run in_database 'state, attempt'
    assert_output 'running|1'
    start_server --workers 0
    get "/jobs/$job"
    json_is .state queued .attempt 2 .started_at null .progress null
    # Whole chunks that were stored before the kill are shown meanwhile.
    get "/jobs/$job/trace"
    json_true '.available.count % 512 == 0'
    kill_server
    start_server --workers 1
    wait_for_state completed
    json_is .attempt 2
    digest_is "$digest"
    stop_server
}

@test "kill -9 loses no job that was acknowledged" {
    local poster
    start_server --workers 2
    parabola 0.03 >"$place/job.json"
    seq 2000 | xargs -P 2 -I '{}' sh -c 'curl -sS --max-time 20 -w "\n" \
        --data-binary "@$1" "$2/jobs" >>"$3.{}" 2>/dev/null' \
        sh "$place/job.json" "$url" "$place/answer" 3>&- &
    poster=$!
    some_answers() {
        [ "$(cat "$place"/answer.* 2>/dev/null | grep -c '^{.*}$')" -ge 25 ]
    }
    eventually some_answers
    kill_server
    kill "$poster"
    wait "$poster" || true
    cat "$place"/answer.* | grep '^{.*}$' |
        grep -o '"id":"job_[^"]*"' | cut -d '"' -f 4 | sort >"$place/taken"
    start_server --workers 2
    all_over() {
        get '/jobs?state=queued,running'
        [[ $body == '{"items":[],'* ]]
    }
    eventually all_over
    get '/jobs?state=completed&limit=500'
    run comm -23 "$place/taken" <(grep -o '"id":"[^"]*"' <<<"$body" |
        cut -d '"' -f 4 | sort)
    assert_output '' # none that was taken is missing
    stop_server
}

# A trigger that keeps jobs in the table holds the end of the job up, as long
# as it takes to kill the server between the answer and the end.
@test "kill -9 after a forced delete: the job is gone at the next start" {
    start_server --workers 1
    finish "$(parabola 0.03)"
    stop_server
    sqlite3 "$database" "CREATE TRIGGER keep BEFORE DELETE ON job
        BEGIN SELECT RAISE(ABORT, 'not yet'); END"
    start_server --workers 1
    create "$(crawl)"
    wait_for_state running
    delete "/jobs/$job?force=true"
    status_is 202
    get "/jobs/$job"
    json_is .state running .requested cancel
    kill_server
    run in_database 'state, requested'
    assert_output $'completed|\nrunning|cancel'
    sqlite3 "$database" 'DROP TRIGGER keep'
    start_server --workers 1
    get "/jobs/$job"
    problem_is 404 not-found
    run in_database state
    assert_output completed # the other one
    stop_server
    # What a stop leaves to be pruned is noted for the next start.
    run sqlite3 "$database" "SELECT (SELECT count(*) FROM job_spec WHERE
        number NOT IN (SELECT number FROM prune)), (SELECT count(*) FROM
        job_result), (SELECT count(*) FROM trace WHERE id >> 25 NOT IN
        (SELECT number FROM prune))"
    assert_output '1|1|1'
}

# A canceled job whose worker did not get to its end: what it stored is shown.
@test "kill -9 after a cancel: the job is canceled, and keeps its rows" {
    start_server --workers 1
    finish "$(parabola 0.03)"
    stop_server
    sqlite3 "$database" "CREATE TRIGGER keep BEFORE UPDATE ON job
        WHEN NEW.state = 'canceled'
        BEGIN SELECT RAISE(ABORT, 'not yet'); END"
    start_server --workers 1
    local spec
    spec=$(crawl)
    create "${spec/100000\}/100\}}" # a row each 100 iterations
    wait_for_state running
    stored() {
        [ "$(sqlite3 -readonly "$database" 'SELECT count(*) FROM trace
            WHERE id >> 25 = (SELECT max(number) FROM job)')" -ge 4 ]
    }
    eventually stored
    request POST "/jobs/$job/cancel"
    status_is 202
    kill_server
    sqlite3 "$database" 'DROP TRIGGER keep'
    start_server --workers 1
    get "/jobs/$job"
    json_is .state canceled .current.loss null .best.iteration null
    local last=$(($(jq .progress.iteration <<<"$body")))
    ((last >= (4 * 512 - 1) * 100))
    get "/jobs/$job/trace?limit=1"
    json_is .available.last "$last" .complete true
    get "/jobs/$job/trace?after=$((last - 1))"
    json_is '.columns.iteration[0]' "$last" .next null
    get "/jobs/$job/result"
    json_is .final true .iterations "$last"
    delete "/jobs/$job"
    status_is 204
    stop_server
}

@test "SIGTERM after a forced delete: the job is gone" {
    start_server --workers 1
    create "$(crawl)"
    wait_for_state running
    delete "/jobs/$job?force=true"
    status_is 202
    stop_server
    run in_database state
    assert_output ''
}

@test "a long poll in flight is answered before the server stops" {
    start_server --workers 1
    create "$(crawl)"
    wait_for_state running
    local tag poll
    tag=$(header ETag)
    curl -sSv --max-time 90 -o "$place/polled" -w '%{http_code}' \
        -H "If-None-Match: $tag" -H 'Prefer: wait=60' "$url/jobs/$job" \
        >"$place/code" 2>"$place/said" 3>&- &
    poll=$!
    eventually grep -q '^> Prefer' "$place/said"
    get /livez # one thread answers: the poll, which came before, is there
    stop_server
    wait "$poll"
    run cat "$place/code"
    assert_output --regexp '^(200|304)$'
}

@test "ended jobs, their traces and their documents survive" {
    start_server --workers 1
    finish "$(parabola 0.03 '"name": "kept", "tags": ["a", "b"]')"
    local document trace result
    document=$body
    csv
    trace=$body
    get "/jobs/$job/result"
    result=$body
    stop_server
    start_server --workers 1
    get "/jobs/$job"
    assert_equal "$body" "$document"
    csv
    assert_equal "$body" "$trace"
    get "/jobs/$job/result"
    assert_equal "$body" "$result"
    stop_server
}

@test "jobs of higher priority run first, then in their order" {
    local priority
    start_server --workers 0
    for priority in 0 5 0 -1 9; do
        create "$(parabola 0.03 '"priority": '"$priority")"
    done
    stop_server
    start_server --workers 1
    wait_for_state completed
    all_over() {
        get '/jobs?state=completed&sort=created_at'
        json_is '.items | length' 5
    }
    eventually all_over
    # When they began, as milliseconds; of equal ones the order is unknown.
    assert_equal "$(in_database 'started_ms' |
        awk '{ t[NR] = $1 } END {
            print (t[5] <= t[2] && t[2] <= t[1] && t[1] <= t[3] \
                   && t[3] <= t[4]) }')" 1
    stop_server
}

@test "a second process on the same database is refused" {
    start_server --workers 0
    run timeout 20 "$descentd" serve --listen 127.0.0.1:0 --store "$database"
    assert_failure 2
    local pid
    pid=$(<"$place/pid")
    assert_output --regexp "^descentd: $(realpath "$database") is in use by\
 another process: pid $pid since 20[-0-9]+T[0-9:.]+Z\$"
    run cat "$database-lock"
    assert_output --regexp "^pid $pid since 20"
    assert_equal "$(stat -c %a "$database" "$database-wal" "$database-lock" |
        sort -u)" 600
    run timeout 20 "$descentd" migrate --store "$database"
    assert_failure 2
    assert_output --partial 'in use by another process'
    get /livez
    status_is 200
    stop_server
}

@test "a newer database is refused, and left as it is" {
    start_server
    stop_server
    local before
    sqlite3 "$database" 'PRAGMA user_version = 999'
    before=$(md5sum <"$database")
    run timeout 20 "$descentd" serve --listen 127.0.0.1:0 --store "$database"
    assert_failure 2
    assert_output --regexp '^descentd: .* was made by a newer descentd: .*999'
    assert_equal "${#lines[@]}" 1
    assert_equal "$(md5sum <"$database")" "$before"
}

@test "what is no database of ours is refused, and left as it is" {
    database=$place/other
    sqlite3 "$database" 'CREATE TABLE t(x)'
    run timeout 20 "$descentd" serve --listen 127.0.0.1:0 --store "$database"
    assert_failure 2
    assert_output --regexp '^descentd: .* is a database of another program$'
    yes text | head -5000 >"$database"
    run timeout 20 "$descentd" serve --listen 127.0.0.1:0 --store "$database"
    assert_failure 2
    assert_output --regexp '^descentd: .*not a database'
    assert_equal "$(head -1 "$database")" text
}

@test "a database in no folder is refused" {
    run timeout 20 "$descentd" serve --listen 127.0.0.1:0 \
        --store "$place/nowhere/jobs.db"
    assert_failure 2
    assert_output --regexp '^descentd: cannot open .*nowhere'
    assert_equal "${#lines[@]}" 1
}

@test "SIGHUP drains as SIGTERM does" {
    start_server --workers 1
    create "$(crawl)"
    wait_for_state running
    kill -HUP "$server"
    eventually server_has_ended
    assert_equal "$(<"$place/status")" 0
    grep -q 'event=stopping signal=Hangup' "$log"
    grep -q "event=job_requeued job=$job" "$log"
}

# answer_has STATUS PATH TEXT
answer_has() {
    get "$2"
    [ "$status" = "$1" ] && [[ $body == *"$3"* ]]
}

@test "a database damaged in the middle says where, and what is whole is read" {
    local page
    start_server
    finish '{"objective": {"type": "function", "name": "rosenbrock",
            "dimension": 20},
        "optimizer": {"type": "adam", "learning_rate": 1e-5},
        "stop": {"max_iterations": 5000}}'
    stop_server
    page=$(sqlite3 "$database" "SELECT pageno FROM dbstat
        WHERE name = 'trace' AND pagetype = 'leaf' ORDER BY path LIMIT 1")
    head -c 8192 /dev/zero | tr '\0' '\245' |
        dd of="$database" bs=8192 seek=$((page - 1)) conv=notrunc status=none
    start_server
    answer_has 200 /readyz ready
    get "/jobs/$job/trace?limit=10000"
    problem_is 503 storage-damaged
    eventually answer_has 503 /readyz \
        "the table trace is damaged, page $page of the file" || fail "$body"
    problem_is 503 storage-damaged
    local why=$body
    get /queue # tells the same, in an answer that is none
    status_is 200
    json_is .ready false '.problem | [.type, .title, .status, .detail] | @json' \
        "$(jq -r '[.type, .title, .status, .detail] | @json' <<<"$why")"
    answer_has 503 "/jobs/$job/trace?limit=10000" "page $page of the file" ||
        fail "$body"
    grep -q "event=store_damage_found .*table=trace page=$page offset=$(((page - 1) * 8192)) " "$log"
    answer_has 200 "/jobs/$job" '"state":"completed"'
    answer_has 200 "/jobs/$job/result" '"final":true'
    stop_server
}
