-- RAISE: the verdict on a post, its alert, one delivery for each channel, and the acknowledgement, in one step.
-- Guarantees: a post that was taken is either still pending or fully dealt with, whenever the process dies; a second
-- judge that got the same post changes nothing.
--
-- KEYS  1 posts stream · 2 post hash · 3 alerts stream · 4 alert · 5 channels set · then two for each channel: outbox, delivery hash
-- ARGV  1 group · 2 entry id · 3 revision · 4 verdict · 5 alert id or "" · 6 alert · 7 now ms
--       then two for each channel: channel id, delivery id
-- Returns 1, or 0 if somebody else had dealt with the entry
if redis.call('XACK', KEYS[1], ARGV[1], ARGV[2]) == 0 then return 0 end
redis.call('HSET', KEYS[2], 'verdict:' .. ARGV[3], ARGV[4])
if ARGV[5] == '' then return 1 end

redis.call('HSET', KEYS[2], 'alert:' .. ARGV[3], ARGV[5], 'alerted', ARGV[5])
redis.call('SET', KEYS[4], ARGV[6])
redis.call('XADD', KEYS[3], '*', 'id', ARGV[5])
for i = 0, (#ARGV - 7) / 2 - 1 do
  redis.call('SADD', KEYS[5], ARGV[8 + i * 2])
  local channel, delivery = ARGV[8 + i * 2], ARGV[9 + i * 2]
  redis.call('HSET', KEYS[7 + i * 2], 'alert', ARGV[5], 'channel', channel, 'state', 'waiting', 'attempts', 0,
    'queued', ARGV[7])
  redis.call('XADD', KEYS[6 + i * 2], '*', 'delivery', delivery)
end
return 1
