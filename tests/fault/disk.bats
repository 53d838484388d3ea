# disk.bats - a disk without space, or one that takes no writes: a small tmpfs of
# this file's own.
load helpers

setup_file() {
    export disk=$BATS_FILE_TMPDIR/disk
    mkdir "$disk"
    mount -t tmpfs -o size=8m none "$disk" 2>/dev/null || rmdir "$disk"
}

teardown_file() {
    [ ! -d "$disk" ] || umount "$disk"
}

setup() {
    [ -d "$disk" ] || skip 'no disk to fill: mount is not permitted here'
    mount -o remount,rw "$disk"
    rm -rf "${disk:?}"/*
    mount -o remount,size=8m "$disk"
}

teardown() {
    kill_server
}

# To the last byte.
fill() {
    head -c 16M /dev/zero 2>/dev/null >"$disk/filler" || true
    assert_equal "$(df --output=avail "$disk" | tail -1 | tr -d ' ')" 0
}

start_there() {
    start_server --workers 2 --store "$disk/jobs.db"
}

# walk ITERATIONS: about 110 bytes a row, and seldom fewer.
walk() {
    printf '{"objective": {"type": "function", "name": "rosenbrock",
            "dimension": 20},
        "optimizer": {"type": "adam", "learning_rate": 1e-5},
        "stop": {"max_iterations": %d}}' "$1"
}

# A digest of what stands in the answers that tell of a job.
answers() {
    local path
    for path in "/jobs/$1" "/jobs/$1/trace" "/jobs/$1/result" \
        "/jobs/$1/plot.svg" /livez; do
        get "$path"
        status_is 200
        printf '%s\n' "$body"
    done | sha256sum
}

readyz_is() {
    get /readyz
    [ "$status" = "$1" ] && [[ $body == *"${2-}"* ]]
}

# Until a job is refused, or waits; sets jobs, of those that have ended.
fill_with_jobs() {
    jobs=()
    while ((${#jobs[@]} < 100)); do
        post /jobs "$(walk 2000)" -H 'Prefer: wait=2'
        [ "$status" = 201 ] || break
        take_id
        jobs+=("$job")
    done
    ((${#jobs[@]} >= 5)) || fail "only ${#jobs[@]} jobs"
    eventually readyz_is 503 'the disk is full'
}

delete_jobs() {
    local job
    for job; do
        delete "/jobs/$job"
        status_is 204
    done
}

whole() {
    assert_equal "$(sqlite3 "$disk/jobs.db" 'PRAGMA integrity_check')" ok
}

@test "on a full disk jobs get 507, reads and deletions go on, space ends it" {
    local first before
    start_there
    [ -s "$disk/jobs.db-reserve" ]
    finish "$(parabola 0.03)"
    first=$job
    finish "$(parabola 0.03)"
    before=$(answers "$job")
    fill
    for _ in 1 2 3; do
        post /jobs "$(parabola 0.03)"
        problem_is 507 disk-full
        header_is Retry-After 10
        [[ $body == *'delete jobs or datasets'* ]]
    done
    readyz_is 503 'the disk is full'
    post '/jobs?dry_run=true' "$(parabola 0.03)"
    status_is 200
    assert_equal "$(answers "$job")" "$before"
    delete "/jobs/$first"
    status_is 204
    rm "$disk/filler"
    finish "$(parabola 0.03)"
    eventually readyz_is 200
    get /jobs
    json_is '.items | length' 2 # none of those refused
    stop_server
    [ -s "$disk/jobs.db-reserve" ]
    whole
}

@test "a disk that jobs have filled is healed by deleting them" {
    local before
    start_there
    fill_with_jobs
    before=$(answers "${jobs[0]}")
    delete_jobs "${jobs[@]:1}"
    eventually readyz_is 200
    for _ in 1 2 3; do
        finish "$(walk 2000)"
    done
    assert_equal "$(answers "${jobs[0]}")" "$before"
    delete_jobs "${jobs[0]}"
    # As often as one likes.
    fill_with_jobs
    delete_jobs "${jobs[@]}"
    eventually readyz_is 200
    finish "$(walk 2000)"
    stop_server
    whole
}

@test "a job whose rows find no space waits for it, and loses nothing" {
    local digest
    digest=$("$descentd" solve - <<<"$(walk 60000)" | jq -r .trace_sha256)
    start_there
    create "$(walk 60000)"
    eventually moves
    fill
    eventually grep -q 'event=disk_full' "$log" || fail "$(tail -5 "$log")"
    sleep 1 # of looks whether there is space
    get "/jobs/$job"
    json_is .state running .attempt 1
    rm "$disk/filler"
    mount -o remount,size=32m "$disk"
    wait_for_state completed
    json_is .attempt 1
    get "/jobs/$job/result"
    json_is .trace_sha256 "$digest"
    get "/jobs/$job/trace?from=59990"
    json_is '.columns.iteration | length' 11 # to 60000
    stop_server
    whole
}

@test "a server stops while jobs wait for space, and they go on afterwards" {
    local digest
    digest=$("$descentd" solve - <<<"$(walk 60000)" | jq -r .trace_sha256)
    start_there
    create "$(walk 60000)"
    eventually moves
    fill
    eventually grep -q 'event=disk_full' "$log" || fail "$(tail -5 "$log")"
    stop_server
    rm "$disk/filler"
    mount -o remount,size=32m "$disk"
    start_there
    wait_for_state completed
    get "/jobs/$job/result"
    json_is .trace_sha256 "$digest"
    stop_server
    whole
}

@test "a job that waits for space can be deleted" {
    start_there
    create "$(walk 60000)"
    eventually moves
    fill
    eventually grep -q 'event=disk_full' "$log"
    wait_for_state running
    delete "/jobs/$job?force=true"
    status_is 202
    eventually eval 'get /jobs/$job && [ "$status" = 404 ]' || fail "$body"
    stop_server
    whole
}

@test "a start on a full disk is refused where there is no database yet" {
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

@test "started on a full disk it is read, healed by deletions, and goes on" {
    local signal before
    for signal in TERM KILL; do
        rm -rf "${disk:?}"/*
        start_there
        fill_with_jobs
        before=$(answers "${jobs[0]}")
        if [ $signal = TERM ]; then stop_server; else kill_server; fi
        fill
        start_there
        # After a crash the log gave back its room: it need not be full then.
        [ $signal = KILL ] || eventually readyz_is 503 'the disk is full' ||
            fail "$body"
        assert_equal "$(answers "${jobs[0]}")" "$before"
        delete_jobs "${jobs[@]:1}"
        eventually readyz_is 200 || fail "$body"
        finish "$(walk 2000)"
        assert_equal "$(answers "${jobs[0]}")" "$before"
        stop_server
        rm "$disk/filler"
        whole
    done
}

@test "started full and without a reserve it is only read, until there is space" {
    local before
    start_there
    finish "$(walk 2000)"
    before=$(answers "$job")
    stop_server
    rm "$disk/jobs.db-reserve"
    fill
    start_there
    readyz_is 503 'it is read only; free space'
    assert_equal "$(answers "$job")" "$before"
    post /jobs "$(parabola 0.03)"
    problem_is 507 disk-full
    delete "/jobs/$job"
    problem_is 507 disk-full
    rm "$disk/filler"
    eventually readyz_is 200 || fail "$body"
    delete "/jobs/$job"
    status_is 204
    finish "$(walk 2000)"
    [ -s "$disk/jobs.db-reserve" ]
    stop_server
    whole
}

@test "a file system that takes no writes is read, until it takes some" {
    local signal before ended
    for signal in TERM KILL; do
        start_there
        finish "$(walk 2000)"
        ended=$job
        before=$(answers "$ended")
        create "$(crawl)"
        wait_for_state running
        if [ $signal = TERM ]; then stop_server; else kill_server; fi
        mount -o remount,ro "$disk"
        start_there
        readyz_is 503 'takes no writes'
        assert_equal "$(answers "$ended")" "$before"
        post /jobs "$(parabola 0.03)"
        problem_is 503 storage-unavailable
        header_is Retry-After 5
        [[ $body == *'only read: GET /readyz says why'* ]]
        delete "/jobs/$ended"
        problem_is 503 storage-unavailable
        mount -o remount,rw "$disk"
        eventually readyz_is 200 || fail "$body"
        wait_for_state running
        assert_equal "$(answers "$ended")" "$before"
        delete "/jobs/$ended"
        status_is 204
        finish "$(walk 2000)"
        stop_server
        whole
        rm -rf "${disk:?}"/*
    done
}

@test "an upload that fills the disk gets 507, and leaves the space" {
    local before
    start_there
    before=$(df --output=avail "$disk" | tail -1)
    { echo x; seq 1 2000000; } >"$BATS_TEST_TMPDIR/text"
    request POST '/datasets?name=big' -H 'Content-Type: text/csv' -H 'Expect:' \
        --data-binary @"$BATS_TEST_TMPDIR/text"
    problem_is 507 disk-full
    assert_equal "$(df --output=avail "$disk" | tail -1)" "$before"
    printf 'x\n1\n' >"$BATS_TEST_TMPDIR/text"
    request POST '/datasets?name=small' -H 'Content-Type: text/csv' \
        --data-binary @"$BATS_TEST_TMPDIR/text"
    status_is 201
    fill
    delete /datasets/small
    status_is 204
    stop_server
}
