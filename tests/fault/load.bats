# load.bats - while clients post jobs, everything of one kind fails for 0.8 s:
# every job that was acknowledged ends, without a restart, and no row that was
# seen is gone.
load helpers

setup_file() {
    start_fragile --workers 2
}

teardown_file() {
    faults
    stop_server
}

# under_load KIND RULE...: load, these faults for a while, then none. With
# $fault_long for longer than the longest wait.
under_load() {
    local kind=$1 folder=$BATS_TEST_TMPDIR clients
    shift
    python3 load.py post "$url" "$folder" 3>&- &
    clients=$!
    sleep 0.3
    faults "$@"
    sleep "${fault_long:+1}0.8"
    eventually have_failed "$kind" 1
    faults
    sleep 0.3
    touch "$folder/stop"
    wait "$clients"
    run python3 load.py check "$url" "$folder" 60
    assert_success
    echo "# measured: $BATS_TEST_DESCRIPTION: $output" >&3
}

@test "reads fail" {
    under_load read 'read EIO' 'map ENOMEM'
}

@test "reads of the workers fail" {
    under_load read 'read EIO thread=worker' 'map ENOMEM thread=worker'
}

@test "writes fail" {
    under_load write 'write EIO'
}

@test "the disk is full" {
    under_load write 'write ENOSPC'
}

@test "syncs fail" {
    under_load sync 'sync EIO'
}

@test "one write in seven fails" {
    under_load write 'write EIO every=7'
}

@test "no file can be opened, where jobs learn from one" {
    { echo x,y; seq -f '%g,1' 1 2000; } >"$place/text"
    request POST '/datasets?name=line' -H 'Content-Type: text/csv' \
        --data-binary @"$place/text"
    status_is 201
    printf '%s' '{"objective": {"type": "fit", "dataset": "line",
        "formula": "a + b*x", "target": "y", "parameters": ["a", "b"]},
        "start": [0, 0], "optimizer": {"type": "levenberg_marquardt"}}' \
        >"$BATS_TEST_TMPDIR/spec"
    under_load open 'open EMFILE'
}

@test "workers have no memory" {
    under_load memory 'memory ENOMEM thread=worker'
}

@test "the writer has no memory" {
    under_load memory 'memory ENOMEM thread=writer'
}

@test "nobody has memory, one allocation in three" {
    under_load memory 'memory ENOMEM every=3'
}

@test "nobody has any memory" {
    under_load memory 'memory ENOMEM'
}
