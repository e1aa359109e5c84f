-- PLAN: which sources have no right place in the timetable, and a place for them.
-- Guarantees: looking and placing are one step for each source, so a claim made meanwhile stands: what somebody is
-- polling stays where it is until its lease is over. What is in its place is not moved, whoever plans and how often.
--
-- KEYS  1 due set · 2 claimed hash · 3 paces hash
-- ARGV  1 now ms · 2 until when anybody may be made to wait, ms · then four for each source:
--       id, place ms or "" to look only, latest place that its pace allows ms, its pace in words
-- Returns the ids that were, or are, out of place: new, overdue, or due too late for a pace that was changed. What is due
-- later than anybody is made to wait was placed by a clock that has since been set back.
local due, claimed, paces, now = KEYS[1], KEYS[2], KEYS[3], tonumber(ARGV[1])
local found = {}
for i = 3, #ARGV, 4 do
  local id, place, latest, pace = ARGV[i], ARGV[i + 1], tonumber(ARGV[i + 2]), ARGV[i + 3]
  local at = tonumber(redis.call('ZSCORE', due, id) or nil)
  local changed = redis.call('HGET', paces, id) ~= pace
  local leased = at and at >= now and redis.call('HEXISTS', claimed, id) == 1
  local out = not at or at < now
  if not leased and not out and at > latest then out = changed or at > tonumber(ARGV[2]) end
  if out then
    found[#found + 1] = id
    if place ~= '' then redis.call('ZADD', due, place, id) end
  end
  if changed and not leased and (not out or place ~= '') then redis.call('HSET', paces, id, pace) end
end
return found
