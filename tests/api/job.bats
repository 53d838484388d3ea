# job.bats - one job: its document, its tag, the long poll, spec and result.
load helpers

setup_file() {
    start_server --workers 2
    finish "$(parabola 0.03)"
    export ended=$job
    create "$(crawl)"
    wait_for_state running
    export running=$job
}

teardown_file() {
    stop_server
}

teardown() {
    [ ! -e "$BATS_TEST_TMPDIR/pid" ] || kill_server
}

@test "a job that runs says how far it is and how good" {
    job=$running
    eventually moves
    json_is .state running .requested null .attempt 1 .outcome null \
        .finished_at null .progress.max_iterations 1000000000
    json_true '.progress.fraction > 0 and .progress.fraction < 1' \
        '.progress.iterations_per_s > 0' '.progress.eta_s > 0' \
        '.current.loss > 0 and .current.loss <= 0.5' '.best.loss <= 0.5' \
        '.best.iteration <= .progress.iteration' '.started_at != null'
}

@test "the tag of a job that has not changed gives 304" {
    get "/jobs/$ended"
    local tag
    tag=$(header ETag)
    [[ $tag == \"*\" ]] || fail "no strong ETag: $tag"
    get "/jobs/$ended" -H "If-None-Match: $tag"
    status_is 304
    assert_equal "$body" ''
    header_is ETag "$tag"
    get "/jobs/$ended" -H "If-None-Match: \"x\", $tag"
    status_is 304
    get "/jobs/$ended" -H 'If-None-Match: *'
    status_is 304
    get "/jobs/$ended" -H 'If-None-Match: "another"'
    status_is 200
}

@test "a change of state changes the tag" {
    create "$(crawl)"
    wait_for_state running
    local tag
    tag=$(header ETag)
    request POST "/jobs/$job/cancel"
    wait_for_state canceled
    refute [ "$(header ETag)" = "$tag" ]
}

@test "a long poll answers when the job changes" {
    create "$(crawl)"
    wait_for_state running
    local tag
    tag=$(header ETag)
    curl -sS --max-time 90 -D "$place/polled" -H "If-None-Match: $tag" \
        -H 'Prefer: wait=60' "$url/jobs/$job" >"$place/poll" 3>&- &
    local poll=$!
    request POST "/jobs/$job/cancel"
    status_is 202
    wait "$poll"
    # Sooner than the minute: else the job would have run on.
    run head -1 "$place/polled"
    assert_output --partial ' 200 '
    run grep -i '^preference-applied: wait=60' "$place/polled"
    assert_success
    body=$(<"$place/poll")
    json_true '.requested == "cancel" or .state == "canceled"'
}

@test "a long poll of what has changed already answers at once" {
    get "/jobs/$running" -H 'If-None-Match: "0"' -H 'Prefer: wait=60'
    status_is 200
    header_is Preference-Applied wait=60
}

@test "a long poll of an ended job answers at once" {
    get "/jobs/$ended"
    get "/jobs/$ended" -H "If-None-Match: $(header ETag)" -H 'Prefer: wait=60'
    status_is 304
}

@test "a long poll ends with 304 when nothing has changed" {
    start_server --workers 0
    create "$(crawl)"
    get "/jobs/$job"
    get "/jobs/$job" -H "If-None-Match: $(header ETag)" -H 'Prefer: wait=1'
    status_is 304
    assert_equal "$body" ''
    stop_server
}

@test "a long poll goes by the state, and ends with what has moved" {
    job=$running
    eventually moves
    local tag before
    tag=$(header ETag) before=$(jq .progress.iteration <<<"$body")
    get "/jobs/$job" -H "If-None-Match: $tag" -H 'Prefer: wait=1'
    status_is 200
    header_is Preference-Applied wait=1
    json_true ".progress.iteration > $before"
    # It waited: the revision, before the dot, is the same still.
    assert_equal "$(header ETag | cut -d . -f 1)" "${tag%%.*}"
}

# A browser asks so by itself whenever it has an answer already.
@test "a job that moves is never unchanged" {
    local tag before
    job=$running
    eventually moves
    tag=$(header ETag) before=$(jq .progress.iteration <<<"$body")
    is_beyond() {
        get "/jobs/$job" -H "If-None-Match: $tag"
        [ "$status" = 200 ] && (($(jq .progress.iteration <<<"$body") > before))
    }
    eventually is_beyond
    refute [ "$(header ETag)" = "$tag" ]
    get "/jobs/$job" -H "If-None-Match: ${tag%%.*}\""
    status_is 200
}

@test "a job that runs is canceled by the tag of its revision" {
    create "$(crawl)"
    wait_for_state running
    local tag
    eventually moves
    tag=$(header ETag)
    [[ $tag == \"*.*\" ]] || fail "a job that runs has the tag $tag"
    eventually moves
    request POST "/jobs/$job/cancel" -H 'If-Match: "0.0123456789abcdef"'
    problem_is 412 precondition-failed
    request POST "/jobs/$job/cancel" -H "If-Match: $tag"
    status_is 202
}

@test "the tags of spec and result give 304" {
    local part tag
    for part in spec result; do
        get "/jobs/$ended/$part"
        status_is 200
        tag=$(header ETag)
        [[ $tag == \"*\" ]] || fail "no strong ETag: $tag"
        get "/jobs/$ended/$part" -H "If-None-Match: $tag"
        status_is 304
    done
}

@test "the result of an ended job is whole" {
    get "/jobs/$ended/result"
    status_is 200
    json_is .final true .nonfinite '[]' .outcome.class converged
    json_true '.iterations > 0' '.evaluations.loss == .iterations + 1' \
        '.evaluations.gradient == .iterations + 1' '.gradient_norm <= 1e-8' \
        '.x | length == 1' '.best.loss <= .loss' '.best.x | length == 1' \
        '.best.iteration <= .iterations' '.elapsed_s > 0' \
        '.outcome.message | test("^at iteration [0-9]+ ")' \
        '.trace_sha256 | test("^[0-9a-f]{64}$")'
}

@test "the result of a job that runs is the best so far" {
    job=$running
    eventually moves
    get "/jobs/$running/result"
    status_is 200
    json_is .final false .outcome null '.x | length' 1 '.best.x | length' 1 \
        'has("trace_sha256")' false
    json_true '.iterations > 0' '.loss <= 0.5' '.best.loss <= .loss' \
        '.x[0] > 0 and .x[0] <= 1' '.elapsed_s > 0'
}

@test "what is not there is 404, whatever its id looks like" {
    local id path
    for id in job_00000000000000000000000000 job_zzzzzzzzzzzzzzzzzzzzzzzzzz \
        job_ job 1 "${ended}0" "${ended^^}" ds_00000000000000000000000000 \
        %20 ..%2f; do
        get "/jobs/$id"
        problem_is 404 not-found
    done
    id=job_00000000000000000000000000
    for path in spec result trace; do
        get "/jobs/$id/$path"
        problem_is 404 not-found
    done
    request POST "/jobs/$id/cancel"
    problem_is 404 not-found
    delete "/jobs/$id"
    problem_is 404 not-found
    delete "/jobs/$id?force=true"
    problem_is 404 not-found
    for path in /job /jobs/ "/jobs/$ended/" "/jobs/$ended/nothing" //; do
        get "$path"
        problem_is 404 not-found
    done
}

@test "HEAD is answered as GET, without the body" {
    local path length
    for path in "/jobs/$ended" /jobs?state=completed "/jobs/$ended/spec" \
        "/jobs/$ended/result" "/jobs/$ended/trace" /optimizers /livez /; do
        get "$path"
        length=$(header Content-Length)
        head_of "$path"
        status_is 200
        header_is Content-Length "$length"
        header_is Content-Type application/json
    done
    head_of /jobs/nothing
    status_is 404
}
