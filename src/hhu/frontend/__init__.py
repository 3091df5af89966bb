"""Where terminals dial in: login, heartbeat, who is there, and calls of the tool routed to one of them.

Strategy
- `registry` decides everything without a socket: frames, garbage and time in, commands out. `sockets` brings
  bytes and carries commands out; `front_end` joins both and hands out lines.
- A connection is a stranger until its first valid frame, whatever that frame says; strangers get little
  memory, little time, and the oldest of them makes room. Those who have logged in are never the ones to go.
- What a terminal starts (link test, event and task reports) is answered here; what answers a call goes to the
  line that was lent for it. So a call and the heartbeats of the same terminal pass each other freely.
- Nothing is verified but the frame: the protocol gives a terminal no way to prove its address.
"""
