-- REVIVE: put a dead letter back into the outbox, with its patience new.
-- Guarantees: it is sent again once, however often this is asked.
--
-- KEYS  1 dead stream · 2 delivery hash · 3 outbox
-- ARGV  1 delivery id · 2 now ms
-- Returns 1, or 0 if it was not dead
if redis.call('HGET', KEYS[2], 'state') ~= 'dead' then return 0 end
redis.call('XDEL', KEYS[1], redis.call('HGET', KEYS[2], 'dead_entry'))
redis.call('HSET', KEYS[2], 'state', 'waiting', 'queued', ARGV[2], 'lost', '')
redis.call('HDEL', KEYS[2], 'dead_entry', 'error')
redis.call('XADD', KEYS[3], '*', 'delivery', ARGV[1])
return 1
