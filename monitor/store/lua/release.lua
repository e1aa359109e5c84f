-- RELEASE: give back what was claimed, or keep it longer.
-- Guarantees: only who holds a source moves it; one that came too late, its lease over and the source another's,
-- changes nothing. A source taken off the timetable meanwhile stays off.
--
-- KEYS  1 due set · 2 claimed hash
-- ARGV  1 who claimed · 2 "1" to keep the claim and move its lease · then two for each source: id, due ms
-- Returns how many were moved
local moved = 0
for i = 3, #ARGV, 2 do
  if redis.call('HGET', KEYS[2], ARGV[i]) == ARGV[1] then
    redis.call('ZADD', KEYS[1], 'XX', ARGV[i + 1], ARGV[i])
    if ARGV[2] ~= '1' then redis.call('HDEL', KEYS[2], ARGV[i]) end
    moved = moved + 1
  end
end
return moved
