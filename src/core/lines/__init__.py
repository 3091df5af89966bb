"""Ports: the only room that knows serial devices, sockets and threads.

Strategy
- A *line* carries bytes both ways and knows nothing of frames. ``send`` returns when the last bit left,
  ``receive`` gives what came next; a line that is gone says so by ``LineError`` from either.
- Whatever brings bytes in (a reader thread, a socket, a paced memory line) feeds an `inbox.Inbox`; it alone
  makes ``receive`` safe to cancel and keeps what came before the line was lost.
- Time is the running event loop's, seen through `pace.LoopClock`; so a paced line runs at ×60 or flat out in
  virtual time without knowing it.
- Foreign exceptions become ``LineError`` in the module that met them and nowhere else.
"""
