-- STATES: how sources are, and when each is due; only looked at.
--
-- KEYS  1 due set
-- ARGV  1 what a source's key begins with · 2… source ids
-- Returns for each source its state and its due time
-- Sources are reached without being in KEYS: they have the same tag and so the same slot.
local found = {}
for i = 2, #ARGV do
  found[#found + 1] = redis.call('HGET', ARGV[1] .. ARGV[i], 'state')
  found[#found + 1] = redis.call('ZSCORE', KEYS[1], ARGV[i])
end
return found
