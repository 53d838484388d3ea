-- load.lua - what wrk sends and what it reports.
--
-- Without an argument it GETs the address; with one, the file's bytes are
-- POSTed to it. Ends with one line for run: requests a second, the 99th
-- percentile of the latency in microseconds, the number of errors.

function init(arguments)
   if arguments[1] then
      local file = assert(io.open(arguments[1], "rb"))
      wrk.method = "POST"
      wrk.headers["Content-Type"] = "application/json"
      wrk.body = file:read("*a")
      file:close()
   end
end

function done(summary, latency)
   local failed = summary.errors
   io.write(string.format("%.1f %.0f %d\n",
      summary.requests / (summary.duration / 1e6),
      latency:percentile(99),
      failed.connect + failed.read + failed.write + failed.status
         + failed.timeout))
end
