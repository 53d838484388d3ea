# cancel.bats - asking a job to end, and deleting jobs.
load helpers

setup_file() {
    start_server --workers 2
}

teardown_file() {
    stop_server
}

teardown() {
    [ ! -e "$BATS_TEST_TMPDIR/pid" ] || kill_server
}

cancel() {
    request POST "/jobs/$job/cancel"
}

is_gone() {
    get "/jobs/$job"
    [ "$status" = 404 ]
}

# The rows that the database has for traces.
stored_chunks() {
    sqlite3 -readonly "$database" 'SELECT count(*) FROM trace'
}

run_for_a_while() {
    create "$(crawl)"
    wait_for_state running
    enough() {
        get "/jobs/$job/trace?limit=1"
        [[ $body =~ \"last\":([0-9]+) ]] && ((BASH_REMATCH[1] > 0))
    }
    eventually enough
}

@test "a queued job is canceled at once" {
    start_server --workers 0
    create "$(parabola 0.03)"
    cancel
    status_is 202
    json_is .state canceled .requested null .outcome null .started_at null
    json_true '.finished_at != null'
    get "/jobs/$job/result"
    status_is 200
    json_is .final true .iterations 0 .outcome null
    stop_server
}

@test "a canceled job does not run after a restart" {
    start_server --workers 0
    create "$(parabola 0.03)"
    local canceled=$job
    cancel
    stop_server
    start_server --workers 1
    finish "$(parabola 0.03)"
    job=$canceled
    get "/jobs/$job"
    json_is .state canceled .progress null
    stop_server
}

@test "a running job is canceled soon, and keeps what it has done" {
    run_for_a_while
    cancel
    status_is 202
    json_true '.requested == "cancel" or .state == "canceled"'
    wait_for_state canceled
    json_is .requested null .outcome null .error null
    json_true '.progress.iteration > 0' '.progress.iteration < 1000000000' \
        '.finished_at != null'
    local iterations last
    iterations=$(jq .progress.iteration <<<"$body")
    get "/jobs/$job/result"
    json_is .final true .outcome null .iterations "$iterations"
    json_true '.loss > 0' '.best.loss <= .loss' \
        '.trace_sha256 | test("^[0-9a-f]{64}$")'
    last=$(jq -r .trace_sha256 <<<"$body")
    get "/jobs/$job/trace"
    json_is .complete true .available.last "$iterations" \
        '.columns.iteration[0]' 0 '.columns.iteration[-1]' "$iterations"
    csv
    assert_equal "$(python3 "$BATS_TEST_DIRNAME/trace_digest.py" <<<"$body")" \
        "$last"
}

@test "to cancel what is canceled is 200, again and again" {
    run_for_a_while
    cancel
    status_is 202
    wait_for_state canceled
    cancel
    status_is 200
    json_is .state canceled
    cancel
    status_is 200
}

@test "to cancel what has ended is a conflict that says what is allowed" {
    finish "$(parabola 0.03)"
    cancel
    problem_is 409 invalid-transition
    json_is .state completed .allowed '["delete"]'
}

@test "a cancel takes no parameter, and a body that says nothing" {
    create "$(crawl)"
    post "/jobs/$job/cancel" '{"reason": "slow"}'
    problem_is 400 invalid-parameter
    fault_is pointer /reason unknown_member
    post "/jobs/$job/cancel?force=true"
    problem_is 400 invalid-parameter
    fault_is parameter force unknown_name
    post "/jobs/$job/cancel?force=true" '{"reason": "slow"}'
    problem_is 400 invalid-parameter
    json_is .detail '2 faults'
    post "/jobs/$job/cancel" '{}'
    status_is 202
    delete "/jobs/$job?force=true"
}

@test "an ended job is deleted with its trace" {
    finish "$(parabola 0.03)"
    local before path
    before=$(stored_chunks)
    delete "/jobs/$job"
    status_is 204
    assert_equal "$body" ''
    for path in '' /spec /result /trace; do
        get "/jobs/$job$path"
        problem_is 404 not-found
    done
    delete "/jobs/$job"
    problem_is 404 not-found
    is_pruned() {
        [ "$(stored_chunks)" = $((before - 1)) ]
    }
    eventually is_pruned
}

@test "a canceled job can be deleted" {
    run_for_a_while
    cancel
    wait_for_state canceled
    delete "/jobs/$job"
    status_is 204
}

@test "a running job is not deleted" {
    run_for_a_while
    delete "/jobs/$job"
    problem_is 409 invalid-transition
    json_is .state running .allowed '["cancel"]'
    state_is running
    delete "/jobs/$job?force=false"
    problem_is 409 invalid-transition
    delete "/jobs/$job?force=true"
    status_is 202
}

@test "a running job is deleted soon with force" {
    run_for_a_while
    delete "/jobs/$job?force=true"
    status_is 202
    eventually is_gone
}

@test "a queued job is not deleted without force, and at once with it" {
    start_server --workers 0
    create "$(parabola 0.03)"
    delete "/jobs/$job"
    problem_is 409 invalid-transition
    json_is .state queued .allowed '["cancel"]'
    delete "/jobs/$job?force=true"
    [[ $status == 202 || $status == 204 ]] || status_is 204
    eventually is_gone
    stop_server
}

@test "with force an ended job is deleted too" {
    finish "$(parabola 0.03)"
    delete "/jobs/$job?force=true"
    status_is 204
    is_gone
}

@test "a bad force is named" {
    finish "$(parabola 0.03)"
    delete "/jobs/$job?force=1"
    problem_is 400 invalid-parameter
    fault_is parameter force out_of_range
    delete "/jobs/$job?force=1&farce=true"
    problem_is 400 invalid-parameter
    json_is '[.errors[].parameter] | sort | join(" ")' 'farce force'
    get "/jobs/$job"
    status_is 200
}

@test "many jobs canceled side by side all end, and the server goes on" {
    local ids=()
    while ((${#ids[@]} < 6)); do
        create "$(crawl)"
        ids+=("$job")
    done
    printf '%s\n' "${ids[@]}" | xargs -P 6 -I '{}' \
        curl -sS -o /dev/null -X POST "$url/jobs/{}/cancel"
    for job in "${ids[@]}"; do
        wait_for_state canceled
    done
    finish "$(parabola 0.03)"
}

# Both read the same revision; the second one to be written finds another.
@test "of two cancels at once with one tag one is 412" {
    local tag codes
    for _ in 1 2 3 4 5; do
        run_for_a_while
        get "/jobs/$job"
        tag=$(header ETag)
        printf '%s\n' 1 2 | xargs -P 2 -I '{}' curl -sS -o /dev/null \
            -w '%{http_code}\n' -X POST -H "If-Match: $tag" \
            "$url/jobs/$job/cancel" >"$BATS_TEST_TMPDIR/codes"
        codes=$(sort "$BATS_TEST_TMPDIR/codes" | tr '\n' ' ')
        assert_equal "$codes" '202 412 '
        delete "/jobs/$job?force=true"
    done
}

@test "If-Match lets only the revision that was read be deleted or canceled" {
    finish "$(parabola 0.03)"
    get "/jobs/$job"
    etag=$(header ETag)
    delete "/jobs/$job" -H 'If-Match: "0"'
    status_is 412
    json_is .type /problems/precondition-failed
    post "/jobs/$job/cancel" '' -H 'If-Match: "0"'
    status_is 412
    delete "/jobs/$job" -H "If-Match: W/$etag"
    status_is 412
    delete "/jobs/$job" -H "If-Match: $etag"
    status_is 204
}

@test "what has ended is done to its full fraction" {
    run_for_a_while
    get "/jobs/$job"
    json_true '.progress.fraction < 1'
    cancel
    wait_for_state canceled
    json_is .progress.fraction 1
}
