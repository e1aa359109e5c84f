-- MEET: register a version of a post under its marks, and say who was there before.
-- Guarantees: of two versions with a mark in common, exactly one finds the other, whichever judges register them and
-- however often: a version's place in the order is that of its first registration, so whoever judges it again after a
-- crash finds the same ones before it. What is kept is bounded, and forgotten a day after its last use.
--
-- KEYS  1… marks
-- ARGV  1 the version: key, blank, revision · 2 most versions kept for one mark · 3 how long they are kept, ms
-- Returns the versions that were there before, those of each mark in the order in which they came
local me, most, kept = ARGV[1], tonumber(ARGV[2]), ARGV[3]
local before, known = {}, {}
for _, mark in ipairs(KEYS) do
  local mine = false
  for _, other in ipairs(redis.call('LRANGE', mark, 0, -1)) do
    if other == me then
      mine = true
      break
    end
    if not known[other] then
      known[other] = true
      before[#before + 1] = other
    end
  end
  if not mine then
    redis.call('RPUSH', mark, me)
    redis.call('LTRIM', mark, -most, -1)
  end
  redis.call('PEXPIRE', mark, kept)
end
return before
