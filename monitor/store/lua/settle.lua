#!lua flags=allow-oom
-- SETTLE: how a send ended, and its leaving of its lane, in one step.
-- Guarantees: a delivery is in exactly one of outbox, again, later, dead, arrived; an arrived one never goes back; a lost
-- reply may be asked again. It works when memory is short, for it is what makes room. Where the channel failed, not the
-- alert, the whole channel rests, whichever process asks. Where a channel takes alerts again after several different
-- ones had failed in a row, those are due at once, the oldest first; not more than once in the slowest retry's time, so
-- alerts that nobody takes cannot make one another be tried for ever. What was gathered into its message shares its
-- arrival; the thread of its incident and the count of messages move with it. If their lead is silenced, each is looked
-- at by itself again.
--
-- KEYS  1 the lane it was taken from · 2 delivery hash · 3 channel hash · 4 later set · 5 dead stream · 6 arrived stream
--       7 again · 8 rest · 9 bundle set · 10 silenced stream · 11 sent set · 12 thread hash
-- ARGV  1 group · 2 entry id · 3 delivery id · 4 now ms · 5 arrived | held | silenced | later | dead
--       6 receipt, error, or why it is held or silenced · 7 due ms
--       8 recipients left, a line each · 9 recipients lost, a line each · 10 how many arrived ones are listed
--       11 how long an arrived one is remembered, ms · 12 how long the channel rests, ms; "" if it was not its failure
--       13 how many different failures mean that a channel was down · 14 seconds between two such awakenings
--       15 until when it is held, ms · 16 its bundle or "" · 17 its incident or "" · 18 how many messages are counted
--       19 what its message was called there · 20 "1" if it certainly did not arrive
-- Returns 1, or 0 if it had been settled before
-- Deliveries that are woken are reached without being in KEYS: they have the same tag and so the same slot.
local most_woken = 1000
local prefix = string.sub(KEYS[2], 1, -#ARGV[3] - 1)

local function wake(streak)
  local now = tonumber(redis.call('TIME')[1])
  if math.abs(now - tonumber(redis.call('HGET', KEYS[3], 'woken') or 0)) < tonumber(ARGV[14]) then return end
  redis.call('HSET', KEYS[3], 'woken', now)
  local asleep = {}
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
local state, before, members = unpack(redis.call('HMGET', KEYS[2], 'state', 'streak', 'members'))
if not state or state == 'arrived' then return 0 end -- without a state it was lost in a failover
if was_there == 0 and (ARGV[5] ~= 'arrived' or state == 'dead') then return 0 end
if state == 'gathered' and ARGV[5] ~= 'arrived' then return 0 end -- another message has taken it along
redis.call('HSET', KEYS[2], 'left', ARGV[8], 'lost', ARGV[9])

-- A streak is the time between two arrivals: its name is how many arrived before it.
local streak = redis.call('HGET', KEYS[3], 'arrived') or '0'

local function arrive(id, hash)
  if redis.call('HGET', hash, 'state') == 'arrived' then return end
  redis.call('HSET', hash, 'state', 'arrived', 'arrived', ARGV[4], 'receipt', ARGV[6])
  redis.call('HDEL', hash, 'error', 'due', 'streak', 'held', 'until', 'bundle', 'begun')
  redis.call('PEXPIRE', hash, ARGV[11])
  redis.call('XADD', KEYS[6], 'MAXLEN', '~', ARGV[10], '*', 'delivery', id)
  redis.call('HINCRBY', KEYS[3], 'arrived', 1)
end

if ARGV[5] == 'arrived' then
  -- Somebody else may have put it off meanwhile; it has arrived all the same. Back in a lane it is dropped there.
  redis.call('ZREM', KEYS[4], ARGV[3])
  redis.call('ZREM', KEYS[9], ARGV[3])
  arrive(ARGV[3], KEYS[2])
  for id in string.gmatch(members or '', '[^\n]+') do arrive(id, prefix .. id) end
  redis.call('ZADD', KEYS[11], ARGV[4], ARGV[3])
  redis.call('ZREMRANGEBYRANK', KEYS[11], 0, -ARGV[18] - 1)
  if ARGV[17] ~= '' then
    redis.call('HSETNX', KEYS[12], 'root', ARGV[19])
    redis.call('HSETNX', KEYS[12], 'receipt', ARGV[6])
    redis.call('HSETNX', KEYS[12], 'opened', ARGV[4])
    redis.call('HSET', KEYS[12], 'last', ARGV[4])
    redis.call('HINCRBY', KEYS[12], 'messages', 1)
    redis.call('PEXPIRE', KEYS[12], ARGV[11])
  end
  local down = tonumber(redis.call('HGET', KEYS[3], 'down') or 0)
  redis.call('HSET', KEYS[3], 'last_arrived', ARGV[4], 'failures', 0, 'down', 0)
  redis.call('HDEL', KEYS[3], 'error')
  if down >= tonumber(ARGV[13]) then wake(streak) end
  return 1
end

if ARGV[5] == 'held' then
  redis.call('HSET', KEYS[2], 'due', ARGV[7], 'held', ARGV[6], 'until', ARGV[15], 'bundle', ARGV[16])
  redis.call('ZADD', KEYS[4], ARGV[7], ARGV[3])
  if ARGV[16] == '' then -- it waits for another that failed, and is woken with it
    redis.call('HSET', KEYS[2], 'streak', streak)
  else
    redis.call('ZADD', KEYS[9], redis.call('HGET', KEYS[2], 'queued') or 0, ARGV[3])
  end
  return 1
end
redis.call('ZREM', KEYS[9], ARGV[3])

if ARGV[5] == 'silenced' then
  redis.call('HSET', KEYS[2], 'state', 'silenced', 'held', ARGV[6])
  redis.call('HDEL', KEYS[2], 'error', 'due', 'streak', 'until', 'bundle', 'begun', 'members', 'why', 'gathered')
  redis.call('PEXPIRE', KEYS[2], ARGV[11])
  for id in string.gmatch(members or '', '[^\n]+') do
    if redis.call('HGET', prefix .. id, 'lead') == ARGV[3] then
      redis.call('HSET', prefix .. id, 'state', 'waiting', 'due', ARGV[4])
      redis.call('HDEL', prefix .. id, 'lead')
      redis.call('ZADD', KEYS[4], ARGV[4], id)
    end
  end
  redis.call('XADD', KEYS[10], 'MAXLEN', '~', ARGV[10], '*', 'delivery', ARGV[3])
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
    local down = tonumber(redis.call('HGET', KEYS[3], 'down')) >= tonumber(ARGV[13])
    local alone = redis.call('HGET', KEYS[2], 'begun') == '1' -- no send before this one may have arrived either
    if alone and ARGV[8] == '' and (ARGV[20] == '1' or down) then redis.call('HDEL', KEYS[2], 'begun') end
    local rest = tonumber(ARGV[12])
    if rest > redis.call('PTTL', KEYS[8]) then redis.call('SET', KEYS[8], ARGV[3], 'PX', rest) end
  end
else
  local entry = redis.call('XADD', KEYS[5], '*', 'delivery', ARGV[3])
  redis.call('HSET', KEYS[2], 'state', 'dead', 'error', ARGV[6], 'dead_entry', entry)
  redis.call('HDEL', KEYS[2], 'due')
end
return 1
