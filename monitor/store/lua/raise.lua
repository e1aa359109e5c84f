-- RAISE: the verdict on a post, its alert and those of the windows that it found full, one delivery for each channel,
-- and the acknowledgement, in one step.
-- Guarantees: a post that was taken is either still pending or fully dealt with, whenever the process dies; a second
-- judge that got the same post changes nothing. A version that matters is what later ones are compared with; of those
-- that do not, ADMIT finds how many there were in a row. What was held and changes nothing leaves the stream again; what
-- was held and matters stands there in the place of what it replaced. A window's alert is raised once, whoever found it
-- and however often; its words get a page of their own, and stand in no stream of posts, for nobody published them.
--
-- KEYS  1 posts stream · 2 post hash · 3 alerts stream · 4 channels set · then of the post's alert, if any: alert, and for
--       each of its channels outbox, delivery hash · then for each window: rung hash, post hash, and as above
-- ARGV  1 group · 2 entry id · 3 revision · 4 verdict · 5 now ms · 6 alert id or ""
--       7 "1": a version that changes nothing that matters · 8 "1": held · then of the post's alert, if any: alert, number
--       of channels, and for each channel id, delivery id
--       then for each window: end ms, post, verdict, alert id, and as above
-- Returns 1, or 0 if somebody else had dealt with the entry; and behind it the ids of the windows' alerts raised here
if redis.call('XACK', KEYS[1], ARGV[1], ARGV[2]) == 0 then return { 0 } end
redis.call('HSET', KEYS[2], 'verdict:' .. ARGV[3], ARGV[4])
-- with walk
-- with queue
k, a = 4, 8
local day = 86400000 -- ms in which versions are counted together

local function raise(id, unless_there)
  local alert, record = key(), word()
  local fresh = not (unless_there and redis.call('EXISTS', alert) == 1)
  if fresh then
    redis.call('SET', alert, record)
    redis.call('XADD', KEYS[3], '*', 'id', id)
  end
  queue(fresh, KEYS[4], id, ARGV[5])
  return fresh
end

local function weigh(idle, held)
  local post, revision, now = KEYS[2], ARGV[3], tonumber(ARGV[5])
  if idle then
    local count, last = string.match(redis.call('HGET', post, 'idle') or '', '^(%d+) (%d+)')
    count = (count and now - tonumber(last) <= day) and count or 0
    redis.call('HSET', post, 'idle', (count + 1) .. ' ' .. ARGV[5] .. ' ' .. revision)
  elseif revision ~= '1' then
    redis.call('HSET', post, 'base', revision)
    redis.call('HDEL', post, 'idle')
  end
  if held and idle then
    redis.call('XDEL', KEYS[1], ARGV[2])
  elseif held then
    local row = redis.call('HGET', post, 'row')
    if row then redis.call('XDEL', KEYS[1], row) end
    redis.call('HSET', post, 'row', ARGV[2])
  end
end

weigh(ARGV[7] == '1', ARGV[8] == '1')
if ARGV[6] ~= '' then
  redis.call('HSET', KEYS[2], 'alert:' .. ARGV[3], ARGV[6], 'alerted', ARGV[6])
  raise(ARGV[6], false)
end

local done = { 1 }
while a < #ARGV do
  local rung, post, ended, record, verdict, id = key(), key(), word(), word(), word(), word()
  if redis.call('HEXISTS', rung, ended) == 1 then redis.call('HSET', rung, ended, id) end
  if raise(id, true) then
    redis.call('HSET', post, 'hash', '', 'revision', 1, 'first', ARGV[5], 'record:1', record, 'verdict:1', verdict,
      'alert:1', id, 'alerted', id)
    done[#done + 1] = id
  end
end
return done
