# shim.bats - what the other files stand on: calls fail when they are told to,
# and only then.
load helpers

setup_file() {
    start_fragile --workers 1
}

teardown_file() {
    faults
    stop_server
}

@test "writes fail as long as they are told to" {
    finish "$(parabola 0.03)"
    faults 'write ENOSPC'
    post /jobs "$(parabola 0.03)"
    problem_is 507 disk-full
    eventually have_failed write 1
    faults
    finish "$(parabola 0.03)"
    assert_equal "$(hits write)" 0
}

@test "calls fail by number" {
    faults 'sync EIO count=2'
    post /jobs "$(parabola 0.03)"
    problem_is 503 storage-unavailable
    eventually have_failed sync 1
    post /jobs "$(parabola 0.03)"
    post /jobs "$(parabola 0.03)"
    faults 'sync EIO from=1000000'
    finish "$(parabola 0.03)"
    assert_equal "$(hits sync)" 0
    faults
}

@test "calls fail for the threads of one name" {
    faults 'memory ENOMEM thread=nobody'
    finish "$(parabola 0.03)"
    assert_equal "$(hits memory)" 0
    faults 'memory ENOMEM thread=loop count=1'
    get /jobs || true # whether it is answered is another test's question
    eventually have_failed memory 1
    faults
    get /jobs
    status_is 200
}
