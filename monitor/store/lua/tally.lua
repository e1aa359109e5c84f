-- TALLY: count a post in one group of a window, and say whether that is to be told.
-- Guarantees: a post counts once however often it is judged, and its later versions too while the window that it counted
-- in lasts; judges count together; whoever finds the window full opens one ring, and the ring is handed out until RAISE
-- has raised its alert, so that a judge that dies in between loses nothing. What is kept forgets itself.
-- A ring is opened where the count is high enough, no other ring is nearer than a window (two alerts share no post), and
-- the count was too low at some time since the last one: what stays high rings once.
--
-- KEYS  1 counted set · 2 rung hash · 3 usual hash of the group · 4 usual hash of the whole window
-- ARGV  1 post key · 2 what it counts as, "" for itself · 3 seen ms · 4 now ms · 5 length of the window, ms
--       6 how late a post may come, ms · 7 how long counts, and 8 how long hours are kept after the last post, ms
--       9 most posts kept · 10 at least · 11 times, or ""
-- Returns nothing, or the ring that is still to be raised: its end ms, the count, the usual count or "", how many hours
-- of history are known, and the newest of its posts: member, seen ms, …
local counted, rung, usual, began = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local member = ARGV[2] == '' and ARGV[1] or ARGV[1] .. ' ' .. ARGV[2]
local at, now, over, late = tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5]), tonumber(ARGV[6])
local at_least, times = tonumber(ARGV[10]), tonumber(ARGV[11])
local hour, fortnight, enough = 3600000, 14 * 24, 3 * 24 -- ms, hours, hours
local clocks_apart, most_ends, most_shown = 60000, 20, 200

local function span(e) return '(' .. e - over, e end

-- How many count in the window that ends at e, one post left out.
local function level(e, without)
  local from, to = span(e)
  if ARGV[2] == '' then return redis.call('ZCOUNT', counted, from, to) - (without and 1 or 0) end
  local units, count = {}, 0
  for _, one in ipairs(redis.call('ZRANGEBYSCORE', counted, from, to)) do
    local unit = string.match(one, ' (.*)$')
    if one ~= without and not units[unit] then
      units[unit], count = true, count + 1
    end
  end
  return count
end

local hours -- of the group, read when first asked for
local function normal(e)
  if not times then return nil, 0 end
  if not hours then
    hours = {}
    local flat = redis.call('HGETALL', usual)
    for i = 1, #flat, 2 do hours[flat[i]] = tonumber(flat[i + 1]) end
  end
  local last = math.floor((e - over) / hour) -- the first hour that is not wholly before the window
  local since = tonumber(redis.call('HGET', began, 'since') or nil) or at
  local first = math.max(last - fortnight, math.floor(since / hour) + 1)
  if last - first < enough then return nil, math.max(last - first, 0) end
  local sum = 0
  for h = first, last - 1 do sum = sum + (hours[string.format('%d', h)] or 0) end
  return sum / (last - first) * over / hour, last - first
end

local function high(count, e)
  return count >= at_least and count >= (times or 0) * (normal(e) or 0)
end

local function count_hour()
  local h = math.floor(at / hour)
  redis.call('HSETNX', began, 'since', at)
  if redis.call('HINCRBY', usual, string.format('%d', h), 1) == 1 then
    local oldest = h - fortnight - math.ceil((over + late) / hour) - 1
    for _, name in ipairs(redis.call('HKEYS', usual)) do
      if name ~= 'since' and tonumber(name) < oldest then redis.call('HDEL', usual, name) end
    end
  end
  redis.call('PEXPIRE', usual, ARGV[8])
  redis.call('PEXPIRE', began, ARGV[8])
end

-- What a clock has written that was set back since would hide all that comes.
redis.call('ZREMRANGEBYSCORE', counted, '(' .. now + clocks_apart, '+inf')

local rings, open = {}, false
local flat = redis.call('HGETALL', rung)
for i = 1, #flat, 2 do
  local e = tonumber(flat[i])
  if not e then
    open = true
  elseif e > now + clocks_apart or e < at - 2 * (over + late) then
    if flat[i + 1] ~= '' then redis.call('HDEL', rung, flat[i]) end
  end
  if e and e <= now + clocks_apart then rings[e] = flat[i + 1] end
end

local function ring(e)
  local later = false
  for other in pairs(rings) do
    if math.abs(e - other) < over then return false end
    later = later or other > e
  end
  if open and not later then return false end
  if not later then redis.call('HSET', rung, 'open', 1) end
  redis.call('HSET', rung, string.format('%d', e), '')
  rings[e] = ''
  return true
end

local known = tonumber(redis.call('ZSCORE', counted, member) or nil)
if not known or at - known > over then
  local newest = tonumber(redis.call('ZREVRANGE', counted, 0, 0, 'WITHSCORES')[2] or nil) or at
  redis.call('ZADD', counted, at, member)
  if times then count_hour() end
  if open and at >= newest and not high(level(at, member), at) then
    open = false
    redis.call('HDEL', rung, 'open')
  end
  -- A post that comes late counts beside those of its own time: any window that holds it may be full by it.
  local ends = redis.call('ZRANGEBYSCORE', counted, '(' .. at, '(' .. at + over, 'WITHSCORES', 'LIMIT', 0, most_ends)
  for i = 0, #ends, 2 do
    local e = i == 0 and at or tonumber(ends[i])
    if high(level(e), e) and ring(e) then break end
  end
  redis.call('ZREMRANGEBYSCORE', counted, '-inf', '(' .. math.max(at, newest) - over - late)
  redis.call('ZREMRANGEBYRANK', counted, 0, -ARGV[9] - 1)
end
redis.call('PEXPIRE', counted, ARGV[7])
redis.call('PEXPIRE', rung, ARGV[7])

for e, raised in pairs(rings) do
  if raised == '' then
    local from, to = span(e)
    local expected, long = normal(e)
    local posts = redis.call('ZREVRANGEBYSCORE', counted, to, from, 'WITHSCORES', 'LIMIT', 0, most_shown)
    return { string.format('%d', e), level(e), expected and tostring(expected) or '', long, posts }
  end
end
return false
