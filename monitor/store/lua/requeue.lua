-- REQUEUE: bring what waited long enough back into the outbox.
-- Guarantees: each delivery moves once, whichever courier asks.
--
-- KEYS  1 later set · 2 outbox
-- ARGV  1 now ms · 2 how many at most
-- Returns how many moved
local ids = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', ARGV[1], 'LIMIT', 0, ARGV[2])
for _, id in ipairs(ids) do
  redis.call('ZREM', KEYS[1], id)
  redis.call('XADD', KEYS[2], '*', 'delivery', id)
end
return #ids
