-- wrk: one event, or a batch of BATCH events, each request with a fresh Idempotency-Key.
local path = os.getenv("BENCH_PATH")
local batch = tonumber(os.getenv("BENCH_BATCH") or "0")
local counter = 0
local thread_count = 0
local function one(n)
    return '{"external_user_id":"user-' .. (n % 50000) .. '","name":"report_exported",' ..
        '"properties":{"pages":' .. (n % 97) .. ',"format":"pdf","title":"Quarterly report",' ..
        '"tags":["finance","board","draft"],"duration_ms":1840,"workspaceId":"ws_8123",' ..
        '"source":"app","plan":"pro","locale":"en-GB","client":{"name":"web","version":"4.12.1"},' ..
        '"notes":"' .. string.rep("lorem ipsum ", 16) .. '"}}'
end

function setup(thread)
    thread:set("id", thread_count)
    thread_count = thread_count + 1
end

function init(args)
    -- Keys of one run never meet those of another.
    run = tostring(os.time()) .. "-" .. tostring(id)
    headers = {
        ["Content-Type"] = "application/json",
        ["Authorization"] = "Bearer " .. (os.getenv("VF_API_KEY") or "none"),
    }
    if batch > 0 then
        local events = {}
        for n = 1, batch do
            events[n] = one(n * 131)
        end
        fixed = '{"events":[' .. table.concat(events, ",") .. "]}"
    end
end

function request()
    counter = counter + 1
    headers["Idempotency-Key"] = run .. "-" .. counter
    return wrk.format("POST", path, headers, fixed or one(counter))
end

function done(summary, latency)
    local bad = summary.errors.status + summary.errors.connect + summary.errors.read +
        summary.errors.write + summary.errors.timeout
    io.write(string.format("RESULT %d %d %d %d %d\n", summary.requests, summary.duration, bad,
        latency:percentile(50), latency:percentile(99)))
end
