-- TOLD, a part of scripts: an alert's record ("" if it is gone), and behind it record and verdict of the version that it
-- names. These are reached without being in KEYS: they have the same tag and so the same slot.
local function told(alert)
  local record = redis.call('GET', alert) or ''
  local post, revision = string.match(record, '^@(%S+) (%d+)\n')
  if not post then return { record } end
  local hash = string.match(alert, '^(.*)alert:') .. 'post:' .. post
  local said = redis.call('HMGET', hash, 'record:' .. revision, 'verdict:' .. revision)
  return { record, said[1] or '', said[2] or '' }
end
