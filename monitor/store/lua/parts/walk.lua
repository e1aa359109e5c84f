-- WALK, a part of scripts: read KEYS and ARGV one after another. `k`, `a`: how many were read, or passed over.
local k, a = 0, 0

local function key()
  k = k + 1
  return KEYS[k]
end

local function word()
  a = a + 1
  return ARGV[a]
end
