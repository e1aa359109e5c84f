-- CLAIM: take what is due, with a lease.
-- Guarantees: no two pollers get the same source within one lease; a poller that dies gives its sources back by
-- itself, because the lease is nothing but a later due time.
--
-- KEYS  1 due set · 2 claimed hash
-- ARGV  1 now ms · 2 lease until ms · 3 how many at most · 4 who claims
-- Returns the source ids
local ids = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', ARGV[1], 'LIMIT', 0, ARGV[3])
for _, id in ipairs(ids) do
  redis.call('ZADD', KEYS[1], 'XX', ARGV[2], id)
  redis.call('HSET', KEYS[2], id, ARGV[4])
end
return ids
