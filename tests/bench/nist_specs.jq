# The 54 fits of NIST's nonlinear reference datasets, a spec a line.
#
#   jq -c -f tests/bench/nist_specs.jq TRUTH/nist/nonlinear.json
.problems[] | . as $set
| (if (.x[0] | type) == "array"
    then .x | transpose | to_entries
        | map({key: "x\(.key + 1)", value}) | from_entries
    else {x} end) as $columns
| .starts[]
| {objective: {type: "fit", dataset: {columns: ($columns + {y: $set.y})},
        formula: $set.model, target: $set.response,
        parameters: [range($set.parameters) | "b\(. + 1)"]},
    start: ., optimizer: {type: "levenberg_marquardt"},
    trace: {every: 1000000000, x: false}}
