# expected_file.jq - whether an answer is what files.json expects ($e); $status
# is the answer's.
if $e.status then
    ([$e.status] | flatten | index($status)) != null
    and ($e.line == null or any(.errors[];
        .line == $e.line and ($e.column == null or .column == $e.column)))
else
    .rows as $rows | .columns as $columns
    | ($status == 201 or $status == 200) and $rows == $e.rows
    and ($e.columns == null or
        ([$columns[] | {(.name): .kind}] | add) == $e.columns)
    and ([$e.missing // {} | to_entries[] | . as $m
        | ($columns[] | select(.name == $m.key)).missing == $m.value] | all)
    and ([$e.sum // {} | to_entries[] | . as $s
        | ($columns[] | select(.name == $s.key)) as $c
        | ($c.mean * ($rows - $c.missing) - $s.value | fabs) < 1e-9] | all)
    and ($e.features == null or .features == $e.features)
    and ($e.nonzeros == null or .nonzeros == $e.nonzeros)
end
