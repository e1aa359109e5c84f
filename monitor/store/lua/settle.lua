#!lua flags=allow-oom
-- SETTLE: how a send ended, and its leaving of its lane, in one step.
-- Guarantees: a delivery is in exactly one of outbox, again, later, dead, arrived; an arrived one never goes back; a lost
-- reply may be asked again. It works when memory is short, for it is what makes room. Where the channel failed, not the
-- alert, the whole channel rests, whichever process asks. Where a channel takes alerts again after several different
-- ones had failed in a row, those are due at once, the oldest first; not more than once in the slowest retry's time, so
-- alerts that nobody takes cannot make one another be tried for ever.
--
-- KEYS  1 the lane it was taken from · 2 delivery hash · 3 channel hash · 4 later set · 5 dead stream · 6 arrived stream
--       7 again · 8 rest
-- ARGV  1 group · 2 entry id · 3 delivery id · 4 now ms · 5 arrived | held | later | dead · 6 receipt or error · 7 due ms
--       8 recipients left, a line each · 9 recipients lost, a line each · 10 how many arrived ones are listed
--       11 how long an arrived one is remembered, ms · 12 how long the channel rests, ms; "" if it was not its failure
--       13 how many different failures mean that a channel was down · 14 seconds between two such awakenings
-- Returns 1, or 0 if it had been settled before
-- Deliveries that are woken are reached without being in KEYS: they have the same tag and so the same slot.
local most_woken = 1000

local function wake(streak)
  local now = tonumber(redis.call('TIME')[1])
  if math.abs(now - tonumber(redis.call('HGET', KEYS[3], 'woken') or 0)) < tonumber(ARGV[14]) then return end
  redis.call('HSET', KEYS[3], 'woken', now)
  local prefix, asleep = string.sub(KEYS[2], 1, -#ARGV[3] - 1), {}
  for place, id in ipairs(redis.call('ZRANGE', KEYS[4], 0, most_woken - 1)) do
    local its, queued, due = unpack(redis.call('HMGET', prefix .. id, 'streak', 'queued', 'due'))
    if its == streak or tonumber(due or 0) <= tonumber(ARGV[4]) then
      asleep[#asleep + 1] = { id = id, queued = tonumber(queued or 0), place = place }
    end
  end
  table.sort(asleep, function(a, b) return a.queued < b.queued or (a.queued == b.queued and a.place < b.place) end)
  for _, one in ipairs(asleep) do
    redis.call('ZREM', KEYS[4], one.id)
    redis.call('XADD', KEYS[7], '*', 'delivery', one.id)
  end
end

redis.call('XACK', KEYS[1], ARGV[1], ARGV[2])
local was_there = redis.call('XDEL', KEYS[1], ARGV[2])
local state, before = unpack(redis.call('HMGET', KEYS[2], 'state', 'streak'))
if not state or state == 'arrived' then return 0 end -- without a state it was lost in a failover
if was_there == 0 and (ARGV[5] ~= 'arrived' or state == 'dead') then return 0 end
redis.call('HSET', KEYS[2], 'left', ARGV[8], 'lost', ARGV[9])

-- A streak is the time between two arrivals: its name is how many arrived before it.
local streak = redis.call('HGET', KEYS[3], 'arrived') or '0'

if ARGV[5] == 'arrived' then
  -- Somebody else may have put it off meanwhile; it has arrived all the same. Back in a lane it is dropped there.
  redis.call('ZREM', KEYS[4], ARGV[3])
  redis.call('HSET', KEYS[2], 'state', 'arrived', 'arrived', ARGV[4], 'receipt', ARGV[6])
  redis.call('HDEL', KEYS[2], 'error', 'due', 'streak')
  redis.call('PEXPIRE', KEYS[2], ARGV[11])
  redis.call('XADD', KEYS[6], 'MAXLEN', '~', ARGV[10], '*', 'delivery', ARGV[3])
  local down = tonumber(redis.call('HGET', KEYS[3], 'down') or 0)
  redis.call('HINCRBY', KEYS[3], 'arrived', 1)
  redis.call('HSET', KEYS[3], 'last_arrived', ARGV[4], 'failures', 0, 'down', 0)
  redis.call('HDEL', KEYS[3], 'error')
  if down >= tonumber(ARGV[13]) then wake(streak) end
  return 1
end

if ARGV[5] == 'held' then
  redis.call('HSET', KEYS[2], 'due', ARGV[7], 'streak', streak)
  redis.call('ZADD', KEYS[4], ARGV[7], ARGV[3])
  return 1
end

redis.call('HINCRBY', KEYS[3], 'failures', 1)
redis.call('HSET', KEYS[3], 'error', ARGV[6])
if ARGV[5] == 'later' then
  redis.call('HSET', KEYS[2], 'error', ARGV[6], 'due', ARGV[7])
  redis.call('ZADD', KEYS[4], ARGV[7], ARGV[3])
  if ARGV[12] ~= '' then
    if before ~= streak then redis.call('HINCRBY', KEYS[3], 'down', 1) end
    redis.call('HSET', KEYS[2], 'streak', streak)
    local rest = tonumber(ARGV[12])
    if rest > redis.call('PTTL', KEYS[8]) then redis.call('SET', KEYS[8], ARGV[3], 'PX', rest) end
  end
else
  local entry = redis.call('XADD', KEYS[5], '*', 'delivery', ARGV[3])
  redis.call('HSET', KEYS[2], 'state', 'dead', 'error', ARGV[6], 'dead_entry', entry)
  redis.call('HDEL', KEYS[2], 'due')
end
return 1
