# pages.bats - what pages of other origins and plain links need.
load helpers

setup_file() {
    start_server --workers 2 \
        --cors-origins http://pages.example,https://other.example:8443
    finish "$(parabola 0.03)"
    export job
}

teardown_file() {
    stop_server
}

teardown() {
    [ ! -e "$BATS_TEST_TMPDIR/pid" ] || kill_server
}

page=http://pages.example

@test "a page that is named posts, and sees the answer and its headers" {
    post /jobs "$(parabola 0.03)" -H "Origin: $page"
    status_is 202
    header_is Access-Control-Allow-Origin "$page"
    [[ $(header Access-Control-Expose-Headers) == *Location* ]]
    assert_equal "$(header Access-Control-Allow-Credentials)" ''
    post /jobs '{' -H "Origin: $page"
    problem_is 400 malformed-json
    header_is Access-Control-Allow-Origin "$page"
    get "/jobs/$job" -H "Origin: $page"
    get "/jobs/$job" -H "Origin: $page" -H "If-None-Match: $(header ETag)"
    status_is 304
    header_is Access-Control-Allow-Origin "$page"
    header_is Vary Origin
}

@test "a page that is not named may not write, and is told what to set" {
    post /jobs "$(parabola 0.03)" -H 'Origin: http://evil.example'
    problem_is 403 forbidden-origin
    json_true '.detail | contains("--cors-origins http://evil.example")'
    assert_equal "$(header Access-Control-Allow-Origin)" ''
    header_is Vary Origin
    get /problems/forbidden-origin
    json_true '.advice | contains("--cors-origins")'
}

@test "a preflight is answered for pages that are named" {
    request OPTIONS /jobs -H "Origin: $page" \
        -H 'Access-Control-Request-Method: POST' \
        -H 'Access-Control-Request-Headers: content-type,idempotency-key'
    status_is 204
    header_is Access-Control-Allow-Origin "$page"
    header_is Access-Control-Allow-Methods 'GET, HEAD, POST, OPTIONS'
    [[ $(header Access-Control-Allow-Headers) == *Idempotency-Key* ]]
    request OPTIONS "/jobs/$job" -H 'Origin: http://evil.example' \
        -H 'Access-Control-Request-Method: DELETE'
    problem_is 403 forbidden-origin
}

@test "with a star every page reads and none writes" {
    start_server --workers 0 --cors-origins '*'
    get /jobs -H 'Origin: http://evil.example'
    header_is Access-Control-Allow-Origin '*'
    get /jobs -H 'Origin: null'
    header_is Access-Control-Allow-Origin '*'
    post /jobs "$(parabola 0.03)" -H 'Origin: http://evil.example'
    problem_is 403 forbidden-origin
    stop_server
}

# ---- links -------------------------------------------------------------------

@test "a trace has a name for each of its forms, which downloads" {
    local ending type
    while read -r ending type; do
        get "/jobs/$job/trace?limit=7&fields=iteration,loss" -H "Accept: $type"
        status_is 200
        cp "$place/body" "$place/by_accept"
        [[ $(header Vary) == *Accept* ]]
        assert_equal "$(header Content-Disposition)" ''
        get "/jobs/$job/trace.$ending?limit=7&fields=iteration,loss"
        status_is 200
        cmp "$place/body" "$place/by_accept"
        assert_equal "$(header Content-Type | cut -d ';' -f 1)" "$type"
        header_is Content-Disposition \
            "attachment; filename=\"$job.$ending\""
        get "/jobs/$job/trace.$ending" -H 'Accept: image/png' \
            -H "If-None-Match: $(header ETag)"
        status_is 304
        head_of "/jobs/$job/trace.$ending"
        status_is 200
        header_is Content-Disposition \
            "attachment; filename=\"$job.$ending\""
    done <<<'csv text/csv
ndjson application/x-ndjson
json application/json'
    get "/jobs/$job/trace.csv?limit=0"
    problem_is 400 invalid-parameter
    assert_equal "$(header Content-Disposition)" ''
    get /jobs/job_00000000000000000000000000/trace.csv
    problem_is 404 not-found
    get "/jobs/$job/trace.xml"
    problem_is 404 not-found
}

# ---- cancel ------------------------------------------------------------------

@test "cancel takes a body that says nothing" {
    local nothing
    start_server --workers 0
    for nothing in '{}' ' { } ' '' $'\n'; do
        create "$(parabola 0.03)"
        post "/jobs/$job/cancel" "$nothing"
        status_is 202
        json_is .state canceled
        request POST "/jobs/$job/cancel" -H 'Content-Length: 0' \
            -H 'Content-Type: application/x-www-form-urlencoded'
        status_is 200
    done
    create "$(parabola 0.03)"
    post "/jobs/$job/cancel" '{"reason": "too slow"}'
    problem_is 400 invalid-parameter
    fault_is pointer /reason unknown_member
    post "/jobs/$job/cancel" '[]'
    problem_is 400 invalid-parameter
    post "/jobs/$job/cancel" '{'
    problem_is 400 malformed-json
    json_true '.line == 1' '.column > 1'
    post "/jobs/$job/cancel" "$(printf '%1025s' '')"
    problem_is 413 too-large
    get "/jobs/$job"
    json_is .state queued
    stop_server
}

# ---- the base path -----------------------------------------------------------

@test "with a base path every place that is named begins with it" {
    start_server --workers 1 --base-path /descent
    finish "$(parabola 0.03)"
    header_is Location "/descent/jobs/$job"
    json_is .links.self "/descent/jobs/$job" \
        .links.spec "/descent/jobs/$job/spec" \
        .links.trace "/descent/jobs/$job/trace" \
        .links.result "/descent/jobs/$job/result"
    finish "$(parabola 0.03)"
    local path
    for path in '' /descent; do
        get "$path/jobs?limit=1"
        json_is '.items[0].links.self' "/descent/jobs/$job"
        [[ $(header Link) == '</descent/jobs?limit=1&cursor='*'>; rel="next"' ]] ||
            fail "Link: $(header Link)"
    done
    path=$(header Link)
    path=${path#<}
    get "${path%%>*}"
    status_is 200
    json_is '.items | length' 1 .next null
    get /descent
    json_is .name descentd
    get /descent/descent/livez
    problem_is 404 not-found
    get /descents/livez
    problem_is 404 not-found
    stop_server
}
