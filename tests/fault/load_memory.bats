# load_memory.bats - clients post jobs, and for 0.8 s memory fails: every job that
# was acknowledged ends, without a restart, and no row that was seen is gone.
load helpers

setup_file() {
    start_fragile --workers 2
}

teardown_file() {
    faults
    stop_server
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
