# load_files.bats - clients post jobs, and for 0.8 s files fail: every job that
# was acknowledged ends, without a restart, and no row that was seen is gone.
load helpers

setup_file() {
    start_fragile --workers 2
}

teardown_file() {
    faults
    stop_server
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
