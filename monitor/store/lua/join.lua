-- JOIN: alerts join incidents, and who is to be called about new ones is noted.
-- Guarantees: what was decided on a state that another judge has changed meanwhile is not written; an alert that has
-- joined stays where it is, however often this is asked.
--
-- KEYS  1 incidents set · 2 version · 3 escalations set · then for each incident its string · then for each alert the
--       hash of its post's incidents
-- ARGV  1 version on which it was decided · 2 how long an incident is kept, ms · 3 now ms · 4 number of incidents · and
--       for each: id, its newest alert ms, record · then number of alerts · and for each: alert id, record
--       then for each call to be made: member, due ms
-- Returns 1, or 0 if the version is another
if (redis.call('GET', KEYS[2]) or '0') ~= ARGV[1] then return 0 end
redis.call('INCR', KEYS[2])
-- with walk
k, a = 3, 3
for _ = 1, tonumber(word()) do
  local id, last, record = word(), word(), word()
  redis.call('ZADD', KEYS[1], last, id)
  redis.call('SET', key(), record, 'PX', ARGV[2])
end
for _ = 1, tonumber(word()) do
  local joined, id, record = key(), word(), word()
  redis.call('HSETNX', joined, id, record)
  redis.call('PEXPIRE', joined, ARGV[2])
end
while a < #ARGV do
  local member, due = word(), word()
  redis.call('ZADD', KEYS[3], 'NX', due, member)
end
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', ARGV[3] - ARGV[2])
return 1
