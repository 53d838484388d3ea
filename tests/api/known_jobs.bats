# known_jobs.bats - the jobs whose course is known by hand, and how runs end.
load helpers

setup_file() {
    start_server --workers 2
}

teardown_file() {
    stop_server
}

# bowl START: f(x, y) = 6x^2 + 9y^2 - 12x - 14y + 3, whose gradient is 0 where
# 12x = 12 and 18y = 14.
bowl() {
    finish '{"objective": {"type": "polynomial", "variables": ["x", "y"],
        "terms": [{"coefficient": 6, "powers": {"x": 2}},
                  {"coefficient": 9, "powers": {"y": 2}},
                  {"coefficient": -12, "powers": {"x": 1}},
                  {"coefficient": -14, "powers": {"y": 1}},
                  {"coefficient": 3}]},
        "start": '"$1"', "stop": {"gradient_tolerance": 1e-10},
        "optimizer": {"type": "gradient_descent", "learning_rate": 0.03}}'
    get "/jobs/$job/result"
    json_true '(.x[0] - 1 | fabs) < 1e-9' '(.x[1] - 7 / 9 | fabs) < 1e-9' \
        '.outcome.class == "converged"'
}

# The issue cuts at four digits rather than rounding: hence 1e-4.
@test "at rate 0.03 the parabola is walked down as the article says" {
    finish "$(parabola 0.03)"
    get "/jobs/$job/trace?to=7&fields=iteration,x"
    json_is '.columns.iteration' '[0,1,2,3,4,5,6]'
    json_true '[.columns["x.0"], [-0.9, -0.216, 0.22176, 0.50193, 0.68123,
        0.79599, 0.86943]] | transpose | all(.[0] - .[1] | fabs < 1e-4)'
    get "/jobs/$job/result"
    json_true '(.x[0] - 1 | fabs) < 1e-8' '(.loss + 3 | fabs) < 1e-12'
    json_is .outcome.class converged .outcome.reason gradient_tolerance \
        .final true
}

@test "sgd without momentum makes the same steps as gradient_descent" {
    finish "$(parabola 0.03)"
    csv '?fields=iteration,loss,x'
    local plain=$body
    finish "$(parabola 0.03 | sed 's/gradient_descent/sgd/')"
    csv '?fields=iteration,loss,x'
    assert_equal "$body" "$plain"
}

@test "in two dimensions every start leads to (1, 7/9)" {
    bowl '[-0.9, 2]'
    bowl '[4, 4]'
    bowl '[0, -3]'
}

# x1 = x0 - 12 (x0 - 1) / 12 = 1, but for rounding.
@test "at rate 1/12 one step leads to the minimum: converged" {
    finish "$(parabola 0.08333333333333333)"
    json_is .state completed .outcome.class converged .error null \
        .outcome.reason gradient_tolerance .progress.iteration 1
    get "/jobs/$job/result"
    json_true '(.x[0] - 1 | fabs) < 1e-9' '.iterations == 1'
}

# x1 - 1 = -(x0 - 1): it is always 1.9 from the minimum.
@test "at rate 1/6 it swings between -0.9 and 2.9 until the budget is used" {
    finish "$(parabola 0.16666666666666666)"
    json_is .state completed .outcome.class budget \
        .outcome.reason max_iterations .progress.iteration 1000 \
        .progress.fraction 1
    get "/jobs/$job/trace?limit=1001&fields=x"
    json_true '.columns["x.0"] | to_entries | all(
        .value - (if .key % 2 == 0 then -0.9 else 2.9 end) | fabs < 1e-9)'
}

# |x - 1| grows by 1.04 a step, the loss + 3 by 1.0816 from 21.66: it passes
# 1e10 times the first loss (18.66) at step 292.
@test "at rate 0.17 it diverges, and the job is completed" {
    finish "$(parabola 0.17)"
    json_is .state completed .outcome.class diverged .outcome.reason diverged \
        .progress.iteration 292 .error null
    get "/jobs/$job/result"
    json_true '.best.iteration == 0' '(.best.x[0] + 0.9 | fabs) < 1e-12' \
        '.loss > 18.66e10' '.outcome.message | test("iteration 292 ")'
}

# x^4 - y^4 from (1, 1) with steps of 1e6: both fourth powers overflow in the
# third step, and infinity less infinity is no number.
@test "a loss that is no number ends the run, and is told exactly" {
    finish '{"objective": {"type": "polynomial", "variables": ["x", "y"],
        "terms": [{"coefficient": 1, "powers": {"x": 4}},
                  {"coefficient": -1, "powers": {"y": 4}}]},
        "start": [1, 1], "stop": {"divergence_loss": 1.7e308},
        "optimizer": {"type": "gradient_descent", "learning_rate": 1e6}}'
    json_is .outcome.class diverged .outcome.reason nonfinite \
        .current.loss null .progress.iteration 3
    get "/jobs/$job/result"
    json_is .loss null .nonfinite '[{"field":"loss","value":"nan"}]' \
        .best.iteration 2
    get "/jobs/$job/trace"
    json_is '.columns.loss[3]' null \
        .nonfinite '[{"iteration":3,"field":"loss","value":"nan"}]'
    csv '?fields=loss'
    assert_equal "$(tail -1 <<<"$body")" NaN
    get "/jobs/$job/trace?from=3&fields=loss" -H 'Accept: application/x-ndjson'
    json_is .loss null .nonfinite '[{"field":"loss","value":"nan"}]'
}

# f(x) = x^3 with a step of 1e6 from 1: x falls past -1e154 and its cube past
# the greatest double.
@test "a loss that is infinite is told with its sign" {
    finish '{"objective": {"type": "polynomial", "coefficients": [0, 0, 0, 1]},
        "start": [1], "stop": {"divergence_loss": 1.7e308},
        "optimizer": {"type": "gradient_descent", "learning_rate": 1e6}}'
    json_is .outcome.class diverged .outcome.reason nonfinite
    get "/jobs/$job/trace"
    json_true '.nonfinite | any(.field == "loss" and .value == "-inf")'
    csv '?fields=loss'
    assert_equal "$(tail -1 <<<"$body")" -Infinity
}

# Each stop rule with what ends it at once, or after a known number of steps.
@test "every stop rule ends a run under its own name" {
    stops_with() { # MEMBERS-OF-STOP REASON CLASS
        finish '{"objective": {"type": "polynomial",
            "coefficients": [3, -12, 6]}, "start": [-0.9], "stop": {'"$1"'},
            "optimizer": {"type": "gradient_descent", "learning_rate": 0.03}}'
        json_is .outcome.reason "$2" .outcome.class "$3"
    }
    stops_with '"max_iterations": 3' max_iterations budget
    stops_with '"max_evaluations": 3' max_evaluations budget
    stops_with '"gradient_tolerance": 1' gradient_tolerance converged
    stops_with '"loss_tolerance": 1e-3' loss_tolerance converged
    stops_with '"step_tolerance": 1e-3' step_tolerance converged
    stops_with '"target_loss": -2.9' target_loss converged
    stops_with '"patience": 5' patience budget
    stops_with '"divergence_loss": 1' diverged diverged
    stops_with '"max_iterations": 1000000000, "time_limit_s": 0.05' \
        time_limit budget
}

@test "stop rules look at iteration 0 too" {
    finish '{"objective": {"type": "polynomial", "coefficients": [3, -12, 6]},
        "start": [1], "stop": {"gradient_tolerance": 1e-8},
        "optimizer": {"type": "gradient_descent", "learning_rate": 0.03}}'
    json_is .progress.iteration 0 .outcome.reason gradient_tolerance
    finish '{"objective": {"type": "polynomial", "coefficients": [3, -12, 6]},
        "start": [-0.9], "stop": {"max_iterations": 0},
        "optimizer": {"type": "gradient_descent", "learning_rate": 0.03}}'
    json_is .progress.iteration 0 .outcome.reason max_iterations
    csv
    assert_equal "$(rows)" 1
}
