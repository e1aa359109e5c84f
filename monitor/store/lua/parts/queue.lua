-- QUEUE, a part of scripts that WALK: one delivery of an alert for each of its channels. In KEYS, for each: outbox,
-- delivery hash; in ARGV the number of channels, and for each: channel id, delivery id. `fresh`: false reads them only.
local function queue(fresh, channels, id, raised)
  for _ = 1, tonumber(word()) do
    local outbox, hash, channel, delivery = key(), key(), word(), word()
    if fresh then
      redis.call('SADD', channels, channel)
      redis.call('HSET', hash, 'alert', id, 'channel', channel, 'state', 'waiting', 'attempts', 0, 'queued', raised)
      redis.call('XADD', outbox, '*', 'delivery', delivery)
    end
  end
end
