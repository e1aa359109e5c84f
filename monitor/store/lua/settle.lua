#!lua flags=allow-oom
-- SETTLE: how a send ended, and its leaving of the outbox, in one step.
-- Guarantees: a delivery is in exactly one of outbox, later, dead, arrived; an arrived one never goes back; a lost
-- reply may be asked again. It works when memory is short, for it is what makes room.
--
-- KEYS  1 outbox · 2 delivery hash · 3 channel hash · 4 later set · 5 dead stream · 6 arrived stream
-- ARGV  1 group · 2 entry id · 3 delivery id · 4 now ms · 5 arrived | held | later | dead · 6 receipt or error · 7 due ms
--       8 recipients left, a line each · 9 recipients lost, a line each · 10 how many arrived ones are listed
--       11 how long an arrived one is remembered, ms
-- Returns 1, or 0 if it had been settled before
redis.call('XACK', KEYS[1], ARGV[1], ARGV[2])
local was_there = redis.call('XDEL', KEYS[1], ARGV[2])
local state = redis.call('HGET', KEYS[2], 'state')
if state == 'arrived' then return 0 end
if was_there == 0 and (ARGV[5] ~= 'arrived' or state == 'dead') then return 0 end
redis.call('HSET', KEYS[2], 'left', ARGV[8], 'lost', ARGV[9])

if ARGV[5] == 'arrived' then
  -- Somebody else may have put it off meanwhile; it has arrived all the same. Back in the outbox it is dropped there.
  redis.call('ZREM', KEYS[4], ARGV[3])
  redis.call('HSET', KEYS[2], 'state', 'arrived', 'arrived', ARGV[4], 'receipt', ARGV[6])
  redis.call('HDEL', KEYS[2], 'error', 'due')
  redis.call('PEXPIRE', KEYS[2], ARGV[11])
  redis.call('XADD', KEYS[6], 'MAXLEN', '~', ARGV[10], '*', 'delivery', ARGV[3])
  redis.call('HINCRBY', KEYS[3], 'arrived', 1)
  redis.call('HSET', KEYS[3], 'last_arrived', ARGV[4], 'failures', 0)
  redis.call('HDEL', KEYS[3], 'error')
  return 1
end

if ARGV[5] == 'held' then
  redis.call('HSET', KEYS[2], 'due', ARGV[7])
  redis.call('ZADD', KEYS[4], ARGV[7], ARGV[3])
  return 1
end

redis.call('HINCRBY', KEYS[3], 'failures', 1)
redis.call('HSET', KEYS[3], 'error', ARGV[6])
if ARGV[5] == 'later' then
  redis.call('HSET', KEYS[2], 'error', ARGV[6], 'due', ARGV[7])
  redis.call('ZADD', KEYS[4], ARGV[7], ARGV[3])
else
  local entry = redis.call('XADD', KEYS[5], '*', 'delivery', ARGV[3])
  redis.call('HSET', KEYS[2], 'state', 'dead', 'error', ARGV[6], 'dead_entry', entry)
  redis.call('HDEL', KEYS[2], 'due')
end
return 1
