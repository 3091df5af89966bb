"""Why is it offline? The way from the mains to the master's acknowledgement, rung by rung, over a local line.

Rules
- Evidence is gathered first, judged afterwards: the judgement is a pure function of what was read.
- A rung fails by evidence only. What this terminal cannot tell is *unseen*, never good; then the rest
  decides. What depends on a rung that failed is *waiting*.
- While the terminal is logged in and acknowledged nothing keeps it off line: oddities are *noted*.
- Sources: 0A F1, F3, F8, F16, F89, 0C F2, F4, F10, AFN09 F9; module, SIM, signal, dialling, login, last error
  from the maker's envelope (item 6003, else 6002; code E0), since the standard has no unit for them.
"""
