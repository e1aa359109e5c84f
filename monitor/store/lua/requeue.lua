#!lua flags=allow-oom
-- REQUEUE: bring what waited long enough back, ahead of what was never tried.
-- Guarantees: each delivery moves once, whichever courier asks. While the channel is down one at a time tries it; the
-- others stay, so that SETTLE can bring them back in the order of their age. What is due later than anything is ever
-- put off was put off by a clock that has since been set back: it comes back too.
--
-- KEYS  1 later set · 2 again · 3 channel hash
-- ARGV  1 now ms · 2 how many at most · 3 the latest due time that is possible, ms
--       4 how many different failures mean that a channel is down
-- Returns how many moved
local most = ARGV[2]
if tonumber(redis.call('HGET', KEYS[3], 'down') or 0) >= tonumber(ARGV[4]) then
  if redis.call('XLEN', KEYS[2]) > 0 then return 0 end
  most = 1
end
local ids = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', ARGV[1], 'LIMIT', 0, most)
for _, id in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], '(' .. ARGV[3], '+inf', 'LIMIT', 0, most)) do
  ids[#ids + 1] = id
end
for _, id in ipairs(ids) do
  redis.call('ZREM', KEYS[1], id)
  redis.call('XADD', KEYS[2], '*', 'delivery', id)
end
return #ids
