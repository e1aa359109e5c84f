#!lua flags=allow-oom
-- ALERTS: read alerts, each with what it was raised about.
--
-- KEYS  1… alerts
-- Returns for each what TOLD says
-- with told
local found = {}
for n, alert in ipairs(KEYS) do found[n] = told(alert) end
return found
