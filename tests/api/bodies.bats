# bodies.bats - clients that send too much, and look for an answer afterwards.
load helpers

setup_file() {
    start_server --workers 0
}

teardown_file() {
    stop_server
}

# all_get_413 WHO COMMAND...: of 30 bodies of 3 MB, nobody's answer is lost.
all_get_413() {
    local who=$1
    shift
    run timeout 120 "$@" 30 3000000
    assert_success
    echo "# count: $who, 3 MB without Expect: $output" >&3
    assert_output '30 x 413'
}

@test "30 bodies of 3 MB from Python's http.client all get their 413" {
    all_get_413 http.client python3 bodies.py http.client "$url/jobs"
}

@test "30 bodies of 3 MB from Python's urllib all get their 413" {
    all_get_413 urllib python3 bodies.py urllib "$url/jobs"
}

@test "30 bodies of 3 MB from node's fetch all get their 413" {
    command -v node >/dev/null || skip "node is not installed"
    all_get_413 fetch node bodies.mjs "$url/jobs"
}

@test "a client that waits for 100 Continue sends nothing of it" {
    head -c 3000000 /dev/zero | tr '\0' ' ' >"$place/body.json"
    run curl -sS -o /dev/null -w '%{http_code} %{size_upload}' \
        -H 'Expect: 100-continue' -H 'Content-Type: application/json' \
        --data-binary @"$place/body.json" "$url/jobs"
    assert_output '413 0'
}

@test "a body in chunks that grows too large gets 413" {
    head -c 3000000 /dev/zero | tr '\0' ' ' >"$place/body.json"
    post /jobs '' -H 'Transfer-Encoding: chunked' -H 'Expect:' \
        --data-binary @"$place/body.json"
    problem_is 413 too-large
}
