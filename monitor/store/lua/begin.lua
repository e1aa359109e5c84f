#!lua flags=allow-oom
-- BEGIN: leave to send a delivery now, and the count of the attempt, in one step.
-- Guarantees: whichever process asks, nobody sends while the channel rests, nor two within its pause; what another
-- courier has taken over, or what has arrived, is not sent; a send cut off by a crash is known to have been begun.
--
-- KEYS  1 lane · 2 delivery hash · 3 channel hash · 4 rest · 5 turn · 6 bundle set
-- ARGV  1 group · 2 entry id · 3 consumer · 4 pause of the channel, ms · 5 longest rest, ms · 6 delivery id
-- Returns "go", the attempts before this one, and how many different deliveries will have failed in a row if it fails
--      or "wait" and for how many ms
--      or "gone": it is no longer ours to send
if #redis.call('XPENDING', KEYS[1], ARGV[1], ARGV[2], ARGV[2], 1, ARGV[3]) == 0 then return { 'gone' } end
local state, streak = unpack(redis.call('HMGET', KEYS[2], 'state', 'streak'))
if state ~= 'waiting' then return { 'gone' } end

-- The server's own clock measures both. What lasts longer than it ever may was set before that clock was set back.
local function left(key, longest)
  local ms = redis.call('PTTL', key)
  return ms <= longest and ms or 0
end
local pause = tonumber(ARGV[4])
local wait = math.max(left(KEYS[4], tonumber(ARGV[5])), left(KEYS[5], pause))
if wait > 0 then return { 'wait', wait } end

redis.call('ZREM', KEYS[6], ARGV[6]) -- nobody takes it along while it is being sent, nor before its end is known
redis.call('HDEL', KEYS[2], 'held')
redis.call('HINCRBY', KEYS[2], 'begun', 1)
if pause > 0 then redis.call('SET', KEYS[5], ARGV[3], 'PX', pause) end
local arrived, down = unpack(redis.call('HMGET', KEYS[3], 'arrived', 'down'))
local others = tonumber(down or 0)
return {
  'go', redis.call('HINCRBY', KEYS[2], 'attempts', 1) - 1, math.max(streak == (arrived or '0') and others or others + 1, 1),
}
