-- STATES: how sources are, when each is due, and whether somebody has claimed it; only looked at.
--
-- KEYS  1 due set · 2 claimed hash
-- ARGV  1 what a source's key begins with · 2… source ids
-- Returns for each source its state, its due time (of one that is claimed: the end of the lease) and 1 if it is claimed
-- Sources are reached without being in KEYS: they have the same tag and so the same slot.
local found = {}
for i = 2, #ARGV do
  found[#found + 1] = redis.call('HGET', ARGV[1] .. ARGV[i], 'state')
  found[#found + 1] = redis.call('ZSCORE', KEYS[1], ARGV[i])
  found[#found + 1] = redis.call('HEXISTS', KEYS[2], ARGV[i])
end
return found
