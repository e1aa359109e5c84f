#!lua flags=allow-oom
-- REQUEUE: bring what waited long enough back into the outbox.
-- Guarantees: each delivery moves once, whichever courier asks. What is due later than anything is ever put off was
-- put off by a clock that has since been set back: it comes back too.
--
-- KEYS  1 later set · 2 outbox
-- ARGV  1 now ms · 2 how many at most · 3 the latest due time that is possible, ms
-- Returns how many moved
local ids = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', ARGV[1], 'LIMIT', 0, ARGV[2])
for _, id in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], '(' .. ARGV[3], '+inf', 'LIMIT', 0, ARGV[2])) do
  ids[#ids + 1] = id
end
for _, id in ipairs(ids) do
  redis.call('ZREM', KEYS[1], id)
  redis.call('XADD', KEYS[2], '*', 'delivery', id)
end
return #ids
