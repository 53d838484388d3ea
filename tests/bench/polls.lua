-- polls.lua - what wrk sends as thousands of long polls of one job: each asks
-- for the next revision after the one that it has seen.

local tag = '"0"'

function request()
   return wrk.format("GET", nil, {
      ["Prefer"] = "wait=60", ["If-None-Match"] = tag,
   })
end

function response(status, headers)
   tag = headers["ETag"] or tag
end
