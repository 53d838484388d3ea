# disk.bats - a disk without space, which is a small tmpfs of this file's own.
load helpers

setup_file() {
    export disk=$BATS_FILE_TMPDIR/disk
    mkdir "$disk"
    mount -t tmpfs -o size=2m none "$disk" 2>/dev/null || rmdir "$disk"
}

teardown_file() {
    [ ! -d "$disk" ] || umount "$disk"
}

setup() {
    [ -d "$disk" ] || skip 'no disk to fill: mount is not permitted here'
    rm -rf "${disk:?}"/*
}

teardown() {
    kill_server
}

# To the last byte.
fill() {
    head -c 4M /dev/zero 2>/dev/null >"$disk/filler" || true
    assert_equal "$(df --output=avail "$disk" | tail -1 | tr -d ' ')" 0
}

start_there() {
    start_server --workers 1 --store "$disk/jobs.db"
}

# What stands in the answer to each of these, one after the other.
answers() {
    local path
    for path in "$@"; do
        get "$path"
        status_is 200
        printf '%s\n' "$body"
    done
}

@test "on a full disk jobs get 507, reads go on, and space ends it" {
    local first before paths
    start_there
    finish "$(parabola 0.03)"
    first=$job
    paths=("/jobs/$first" "/jobs/$first/trace" "/jobs/$first/result" /jobs
        /livez '/jobs?state=completed')
    before=$(answers "${paths[@]}")
    fill
    for _ in 1 2 3; do
        post /jobs "$(parabola 0.03)"
        problem_is 507 disk-full
    done
    delete "/jobs/$first"
    problem_is 507 disk-full
    post '/jobs?dry_run=true' "$(parabola 0.03)"
    status_is 200
    assert_equal "$(answers "${paths[@]}")" "$before"
    rm "$disk/filler"
    finish "$(parabola 0.03)"
    delete "/jobs/$first"
    status_is 204
    get /jobs
    json_is '[.items[].id] | join(" ")' "$job" # none of those refused
    stop_server
    assert_equal "$(sqlite3 "$disk/jobs.db" 'PRAGMA integrity_check')" ok
}

@test "a job that ends on a full disk starts over when there is space" {
    local spec rate digest
    # It goes on for about two seconds, and needs no space until its end.
    spec='{"objective": {"type": "function", "name": "rosenbrock"},
        "optimizer": {"type": "adam", "learning_rate": 1e-6},
        "stop": {"max_iterations": %d}, "trace": {"every": 1000000}}'
    # shellcheck disable=SC2059 # the format is ours
    rate=$(printf "$spec" 100000 | "$descentd" solve - |
        jq '.iterations / .elapsed_s | floor')
    # shellcheck disable=SC2059
    spec=$(printf "$spec" $((2 * rate)))
    digest=$("$descentd" solve - <<<"$spec" | jq -r .trace_sha256)
    start_there
    create "$spec"
    wait_for_state running
    fill
    eventually grep -q 'event=job_not_stored .*error=disk_full' "$log" ||
        fail "$(tail -5 "$log")"
    get "/jobs/$job"
    json_is .state running .attempt 1
    rm "$disk/filler"
    wait_for_state completed
    json_is .attempt 2
    get "/jobs/$job/result"
    json_is .trace_sha256 "$digest"
    stop_server
}

@test "a start on a full disk is refused in one sentence" {
    fill
    run timeout 20 "$descentd" serve --listen 127.0.0.1:0 \
        --store "$disk/jobs.db"
    assert_failure 2
    assert_output --regexp '^descentd: cannot open .*: the disk is full'
    assert_equal "${#lines[@]}" 1
    rm "$disk/filler"
    start_there
    finish "$(parabola 0.03)"
    stop_server
}

@test "an upload that fills the disk gets 507, and leaves the space" {
    local before
    start_there
    before=$(df --output=avail "$disk" | tail -1)
    { echo x; seq 1 400000; } >"$BATS_TEST_TMPDIR/text"
    request POST '/datasets?name=big' -H 'Content-Type: text/csv' -H 'Expect:' \
        --data-binary @"$BATS_TEST_TMPDIR/text"
    problem_is 507 disk-full
    assert_equal "$(df --output=avail "$disk" | tail -1)" "$before"
    printf 'x\n1\n' >"$BATS_TEST_TMPDIR/text"
    request POST '/datasets?name=small' -H 'Content-Type: text/csv' \
        --data-binary @"$BATS_TEST_TMPDIR/text"
    status_is 201
    stop_server
}
