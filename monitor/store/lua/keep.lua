-- KEEP: the end of a poll: how its source is and where it was left, how the poll went, and what the operators are told.
-- Guarantees: a change of state and the notice of it are one step, so whenever the process dies neither is there
-- without the other; a notice is raised once, whoever finds it and however often: its id is made of what it is about.
-- Repeating the call (a lost reply) changes nothing. Notices stand in no stream: the timeline shows what was said by
-- others. A bookmark never outlives what it stands for: after a failover the posts of the poll may be lost, and with them
-- the mark that ADMIT left; then nothing is kept, and the source is asked again from where it was.
--
-- KEYS  1 source hash · 2 polls list · 3 channels set · then for each notice: its alert,
--       and for each of its channels: outbox, delivery hash
-- ARGV  1 record of the poll or "" · 2 how many records are kept · 3 the poll's mark, "" if it admitted nothing
--       4 how many words for the source hash follow · these · then for each notice: alert id, alert, raised ms, number of
--       channels, and for each: channel id, delivery id
-- Returns 1, or 0 if the mark is gone
if ARGV[3] ~= '' and redis.call('HGET', KEYS[1], 'poll') ~= ARGV[3] then return 0 end
-- with walk
-- with queue
k, a = 3, 4

local words = tonumber(ARGV[4])
if words > 0 then redis.call('HSET', KEYS[1], unpack(ARGV, a + 1, a + words)) end
a = a + words

if ARGV[1] ~= '' and redis.call('LINDEX', KEYS[2], 0) ~= ARGV[1] then
  redis.call('LPUSH', KEYS[2], ARGV[1])
  redis.call('LTRIM', KEYS[2], 0, ARGV[2] - 1)
end

while a < #ARGV do
  local alert, id, record, raised = key(), word(), word(), word()
  local fresh = redis.call('SET', alert, record, 'NX')
  queue(fresh, KEYS[3], id, raised)
end
return 1
